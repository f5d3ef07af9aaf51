"""Files of invented units: small drawn photos, some of last year's accepted, one at two units."""

import io
import random
from datetime import date, timedelta

from PIL import Image, ImageDraw

from evaluations.intake.pictures import hash_of
from evaluations.models import AnswerEvidence, Evidence, PictureKey, SelfCheckRound
from evaluations.operations.deriving import join_look_alikes
from evaluations.rules.picture_likeness import keys_of
from portal import files
from portal.models import StoredFile

EVERY = 4  # units with files, besides those somebody can sign in for
TITLES = ("主题班会", "升旗仪式", "结对共建", "宣传栏", "学习会", "文艺演出", "走访慰问", "签到表")
GROUNDS = ((220, 218, 212), (201, 214, 226), (228, 222, 205), (214, 224, 210))
COPIED = 2  # units that handed in the same photo
SIZE = (480, 360)


class Papers:
    """Puts files under the first items of some checks; to be asked before receipts are written."""

    def __init__(self, actor):
        self.actor, self.copied = actor, 0

    def cite(self, asked, checks, answers):
        """Files for a round's checks; their answers know how many."""
        for each in (each for found in answers.values() for each in found):
            each.files = 0
        for number, check in enumerate(checks):
            given = [each for each in answers[check.unit_id] if each.statement][:3]
            if given and (number % EVERY == 0 or check.unit.clerks.all()):
                self._cite(asked, check, given)

    def _cite(self, asked, check, given):
        past = Evidence.objects.filter(unit=check.unit, accepted_at__isnull=False)
        rows = [(each, False) for each in self._made(asked, check, given)]
        rows = [*rows[: len(given) - 1], *((each, True) for each in past[:1])] or rows
        for answer, (evidence, reused) in zip(given, rows, strict=False):
            AnswerEvidence.objects.create(
                answer=answer, evidence=evidence, position=1, reused=reused
            )
            answer.files = 1

    def _made(self, asked, check, given):
        dice = random.Random(f"papers {asked.year} {check.unit_id}")
        photos = [drawn(dice) for _ in given]
        if self._is_copy(asked, check):
            photos[0] = drawn(random.Random("copy"), quality=60 + self.copied)
        pairs = zip(given, photos, strict=True)
        return [self._photo(asked, check, dice, *pair) for pair in pairs]

    def _photo(self, asked, check, dice, answer, content):
        day = _day(asked, dice)
        stored = self._stored(content, f"{dice.choice(TITLES)}{day:%m%d}.jpg", answer)
        evidence = Evidence.objects.filter(unit=check.unit, sha256=stored.sha256).first()
        return evidence or self._kept(asked, check, stored, day, hash_of(_opened(content)))

    def _is_copy(self, asked, check):
        """This year, the first photo of two units is one and the same."""
        wanted = not asked.closed_at and check.submitted_at and self.copied < COPIED
        self.copied += bool(wanted)
        return wanted

    def _stored(self, content, name, answer):
        sha256, size = files.put(content)
        return StoredFile(
            name=name,
            media_type="image/jpeg",
            size=size,
            sha256=sha256,
            owner=answer.saved_by,
            created_at=answer.saved_at,
        )

    def _kept(self, asked, check, stored, day, picture_hash):
        stored.save()
        accepted = bool(asked.closed_at)
        evidence = Evidence.objects.create(
            unit=check.unit,
            file=stored,
            viewing=stored,
            thumbnail=stored,
            sha256=stored.sha256,
            kind=Evidence.Kind.IMAGE,
            title=stored.name,
            taken_on=day,
            picture_hash=picture_hash,
            derived_at=stored.created_at,
            uploaded_by=stored.owner,
            uploaded_at=stored.created_at,
            accepted_by=self.actor if accepted else None,
            accepted_at=stored.created_at if accepted else None,
        )
        PictureKey.objects.bulk_create(
            PictureKey(evidence=evidence, key=key) for key in keys_of(picture_hash)
        )
        return evidence


def _day(asked, dice):
    return date(asked.year, 3, 1) + timedelta(days=dice.randrange(240))


def _opened(content):
    return Image.open(io.BytesIO(content))


def drawn(dice, quality=70):
    """A room, a board, some people: enough to tell one photo from another."""
    wide, high = SIZE
    image = Image.new("RGB", SIZE, dice.choice(GROUNDS))
    draw = ImageDraw.Draw(image)
    floor = high * dice.randrange(60, 80) // 100
    draw.rectangle((0, floor, wide, high), fill=_colour(dice, 120, 190))
    left, top = dice.randrange(20, 200), dice.randrange(10, 90)
    draw.rectangle(
        (left, top, left + dice.randrange(120, 240), top + 110), fill=_colour(dice, 40, 110)
    )
    for _ in range(dice.randrange(4, 12)):
        x, y, size = dice.randrange(wide), dice.randrange(high // 2, high), dice.randrange(20, 60)
        draw.ellipse((x, y - size, x + size // 2, y), fill=_colour(dice, 40, 220))
        draw.rectangle((x - 6, y, x + size // 2 + 6, y + size), fill=_colour(dice, 40, 220))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _colour(dice, low, high):
    return tuple(dice.randrange(low, high) for _ in range(3))


def join_copies():
    """What looks alike is told, as if it had come in one by one."""
    current = SelfCheckRound.objects.filter(closed_at=None)
    rows = Evidence.objects.filter(citations__answer__check_form__round__in=current)
    for evidence in rows.exclude(picture_hash="").distinct():
        join_look_alikes(evidence)

"""Invented evidence: drawn pictures and a page of a record, cited by visited units."""

import hashlib
import io
from datetime import timedelta

from PIL import Image, ImageDraw

from evaluations.models import AnswerEvidence, Evidence, PictureKey
from evaluations.operations.demo import words
from evaluations.rules.picture_likeness import keys_of
from portal import files
from portal.intake.pictures import hash_of, jpeg, tones_of
from portal.models import StoredFile

SIZE, PAGE, THUMB = (480, 360), (620, 877), (360, 360)
WALLS = ((220, 218, 212), (201, 214, 226), (228, 222, 205), (214, 224, 210))
JPEG, PDF = "image/jpeg", "application/pdf"
SHARED = 12  # every so many units two show the same picture


class Papers:
    """Makes evidence of units and has their answers cite it, in bulk."""

    def __init__(self, dice, keeper):
        self.dice, self.keeper, self.last = dice, keeper, None
        self.kept = {}  # unit → what was accepted, to be used again

    def attach(self, checks, answers, pictures, *, accepted=False):
        """So many pictures and one record for each check; `answers` are those of each unit."""
        made = {}
        for number, check in enumerate(checks):
            shares = number % SHARED == SHARED - 1
            made[check.pk] = [*self._pictures(check, pictures, shares), self._record(check)]
        drawn = [each for found in made.values() for each in found]
        self._accept(drawn) if accepted else None
        self._store(drawn)
        cited = [each for check in checks for each in self._cite(check, answers, made[check.pk])]
        AnswerEvidence.objects.bulk_create(cited, batch_size=400)

    def _accept(self, drawn):
        for each in drawn:
            each.accepted_by, each.accepted_at = self.keeper, each.uploaded_at + timedelta(days=20)
            self.kept.setdefault(each.unit_id, []).append(each)

    def _pictures(self, check, number, shares):
        return [self._picture(check, shares and not place) for place in range(number)]

    def _picture(self, check, again):
        """A new picture, or once more the one drawn for the unit before."""
        if again and self.last:
            image, content = self.last
        else:
            image = scene(self.dice)
            content = jpeg(image, 80)
            self.last = image, content
        title = f"{self.dice.choice(words.SCENES)}.jpg"
        return self._evidence(check, title, content, JPEG, image, Evidence.Kind.IMAGE)

    def _record(self, check):
        image, out = self._page(), io.BytesIO()
        image.save(out, "PDF", resolution=75)
        title = f"{self.dice.choice(words.RECORDS)}.pdf"
        return self._evidence(check, title, out.getvalue(), PDF, image, Evidence.Kind.PDF)

    def _page(self):
        """A page with lines where words would be."""
        image = Image.new("RGB", PAGE, "white")
        draw = ImageDraw.Draw(image)
        draw.rectangle((190, 70, 430, 92), fill="#b5121b")
        for top in range(140, 760, 26):
            draw.rectangle((80, top, self.dice.randint(300, 540), top + 8), fill="#8a929c")
        return image

    def _evidence(self, check, title, content, media_type, image, kind):
        """A row with its files; the picture is small and clean, so it is its own viewing copy."""
        at = check.state_changed_at - timedelta(hours=self.dice.randint(2, 200))
        image.thumbnail(THUMB)
        is_picture = kind == Evidence.Kind.IMAGE
        made = Evidence(
            unit=check.unit,
            file=self._file(check, title, content, media_type, at),
            sha256=hashlib.sha256(content).hexdigest(),
            kind=kind,
            title=title,
            pages=None if is_picture else 1,
            taken_on=at.date() - timedelta(days=self.dice.randint(5, 150)) if is_picture else None,
            picture_hash=hash_of(image) if is_picture else "",
            picture_tones=tones_of(image) if is_picture else "",
            derived_at=at,
            handed_in=bool(check.submitted_at),
            uploaded_by=check.keeper,
            uploaded_at=at,
        )
        made.viewing = self._file(check, title, content, media_type, at) if is_picture else None
        made.thumbnail = self._file(check, f"{title}.thumbnail.jpg", jpeg(image, 78), JPEG, at)
        return made

    @staticmethod
    def _file(check, title, content, media_type, at):
        return files.prepare(content, name=title, media_type=media_type, owner=check.keeper, at=at)

    @staticmethod
    def _store(drawn):
        stored = [f for e in drawn for f in (e.file, e.viewing, e.thumbnail) if f]
        StoredFile.objects.bulk_create(stored, batch_size=200)
        for each in drawn:
            each.file, each.viewing, each.thumbnail = each.file, each.viewing, each.thumbnail
        Evidence.objects.bulk_create(drawn, batch_size=200)
        keys = [PictureKey(evidence=e, key=key) for e in drawn for key in keys_of(e.picture_hash)]
        PictureKey.objects.bulk_create(keys, batch_size=400)
        _group(drawn)

    def _cite(self, check, answers, papers):
        """Each item that asks for material is given one or two of the unit's papers.

        Now and then one of them was accepted before and is used again.
        """
        again = [] if check.round.closed_at else self.kept.get(check.unit_id, [])[:1]
        for answer in answers[check.unit_id]:
            if answer.indicator.evidence_asked:
                pool = [*papers, *again]
                chosen = self.dice.sample(pool, self.dice.randint(1, min(2, len(pool))))
                answer.files = len(chosen)
                for position, evidence in enumerate(chosen):
                    reused = evidence in again
                    yield AnswerEvidence(
                        answer=answer, evidence=evidence, position=position, reused=reused
                    )


def scene(dice):
    """A room, a board, some people: enough to tell one photo from another."""
    wide, high = SIZE
    image = Image.new("RGB", SIZE, dice.choice(WALLS))
    draw, floor = ImageDraw.Draw(image), high * dice.randint(60, 80) // 100
    draw.rectangle((0, floor, wide, high), fill=_colour(dice, 120, 190))
    left, top = dice.randint(20, 200), dice.randint(10, 90)
    board = (left, top, left + dice.randint(120, 240), top + 110)
    draw.rectangle(board, fill=_colour(dice, 40, 110))
    for _ in range(dice.randint(4, 12)):
        _person(dice, draw, wide, high)
    return image


def _person(dice, draw, wide, high):
    x, y, size = dice.randrange(wide), dice.randrange(high // 2, high), dice.randint(20, 60)
    draw.ellipse((x, y - size, x + size // 2, y), fill=_colour(dice, 40, 220))
    draw.rectangle((x - 6, y, x + size // 2 + 6, y + size), fill=_colour(dice, 40, 220))


def _colour(dice, low, high):
    return tuple(dice.randint(low, high) for _ in range(3))


def _group(drawn):
    """The same picture shown by two units is told of to those who judge."""
    by_content = {}
    for each in drawn:
        by_content.setdefault(each.sha256, []).append(each)
    alike = [group for group in by_content.values() if len(group) > 1]
    for group in alike:
        for each in group:
            each.look_group = group[0].pk
    Evidence.objects.bulk_update([e for group in alike for e in group], ["look_group"])

"""The same picture at two villages, or in two years: found among many, told only in sight."""

import random
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image, ImageEnhance

from evaluations.likenesses import groups_for, look_alikes_for
from evaluations.models import AnswerEvidence, Evidence, PictureKey, SelfCheck
from evaluations.operations.deriving import derive_evidence, join_look_alikes
from evaluations.rules import picture_likeness as rule
from portal.intake.pictures import hash_of, tones_of
from tests.evaluations import factories as make
from tests.evaluations import sample_files as sample
from tests.factories import NOON


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


def flipped(picture_hash, bits):
    """A hash that differs in these bits."""
    number = int(picture_hash, 16)
    for bit in bits:
        number ^= 1 << bit
    return f"{number:016x}"


@pytest.mark.parametrize("seed", range(40))
def test_every_hash_up_to_seven_bits_away_shares_a_key(seed):
    draw = random.Random(seed)
    one = f"{draw.getrandbits(64):016x}"
    near = flipped(one, draw.sample(range(64), rule.NEAR))

    assert rule.is_near(one, near)
    assert set(rule.keys_of(near)) & set(rule.near_keys(one))


def test_a_picture_that_says_nothing_is_like_no_other():
    assert not rule.is_near("", "")
    assert rule.keys_of("") == []


@pytest.mark.parametrize(
    ("again", "alike"),
    [
        ({"size": (160, 120)}, True),
        ({"quality": 30}, True),
        ({"seed": 8}, False),
    ],
)
def test_a_picture_is_known_again_scaled_and_saved_anew_and_not_taken_for_another(again, alike):
    hashes = [
        hash_of(Image.open(BytesIO(sample.jpeg(**{"seed": 7, **given})))) for given in ({}, again)
    ]

    assert rule.is_near(*hashes) == alike


@pytest.mark.parametrize(
    ("change", "alike"),
    [
        (lambda image: image.resize((160, 120)), True),
        (lambda image: ImageEnhance.Brightness(image).enhance(1.3), True),
        (lambda image: image.convert("L").convert("RGB"), True),
        (lambda image: Image.merge("RGB", image.split()[::-1]), False),
        (lambda image: sample.picture(9), False),
    ],
    ids=["small", "brighter", "grey", "other colours", "another"],
)
def test_the_tones_tell_a_copy_from_a_picture_with_a_near_hash(change, alike):
    image = sample.picture(7)

    assert rule.tones_agree(tones_of(image), tones_of(change(image))) == alike


def test_pictures_with_a_near_hash_and_other_tones_are_not_pointed_out(cast):
    one = handed_in(cast.one, cast.clerk, sample.jpeg(7))
    two = handed_in(cast.other, cast.other_clerk, sample.jpeg(8))
    PictureKey.objects.filter(evidence=two).delete()
    keys = rule.keys_of(one.picture_hash)
    PictureKey.objects.bulk_create(PictureKey(evidence=two, key=key) for key in keys)
    Evidence.objects.filter(pk=two.pk).update(picture_hash=one.picture_hash)

    assert look_alikes_for(one, cast.city_officer) == []


def handed_in(unit, by, content, at=NOON, **fields):
    """A picture of a unit, derived and handed in."""
    fields = {"kind": Evidence.Kind.IMAGE, "name": "照片.jpg", "uploaded_at": at, **fields}
    evidence = make.make_evidence(unit, by, content, **fields)
    evidence.file.media_type = "image/jpeg"
    evidence.file.save()
    round = make.make_round(unit.region, make.make_edition(unit.region), created_by=by)
    check = make.make_check(unit, round, state=SelfCheck.State.SUBMITTED, submitted_at=at)
    answer = make.make_answer(check, "1.1", by)
    AnswerEvidence.objects.create(answer=answer, evidence=evidence)
    derive_evidence(evidence, at=at)
    evidence.refresh_from_db()
    join_look_alikes(evidence)
    evidence.refresh_from_db()
    return evidence


def test_the_same_photo_of_two_villages_is_told_to_whoever_sees_both(cast):
    one = handed_in(cast.one, cast.clerk, sample.jpeg(7))
    two = handed_in(cast.other, cast.other_clerk, sample.jpeg(7, size=(200, 150)))
    other = handed_in(cast.other, cast.other_clerk, sample.jpeg(8))

    assert look_alikes_for(one, cast.city_officer) == [(two, "同一张图片")]
    assert look_alikes_for(other, cast.city_officer) == []
    assert one.look_group is None  # the later one puts both into a group
    one.refresh_from_db()
    assert one.look_group == two.look_group
    assert [row["units"] for row in groups_for(cast.city_officer)] == [2]


def test_whoever_sees_one_of_them_learns_nothing_of_the_other(cast, client):
    one = handed_in(cast.one, cast.clerk, sample.jpeg(7))
    handed_in(cast.other, cast.other_clerk, sample.jpeg(7))

    assert look_alikes_for(one, cast.east_officer) == []
    assert not groups_for(cast.east_officer).exists()
    for who in (cast.east_officer, cast.clerk):
        client.force_login(who)
        page = client.get(one.get_absolute_url()).content.decode()
        assert cast.other.name not in page and "并排比对" not in page


def test_pictures_of_one_afternoon_at_one_unit_are_no_news_but_last_years_are(cast):
    now = handed_in(cast.one, cast.clerk, sample.jpeg(7))
    handed_in(cast.one, cast.clerk, sample.jpeg(7, quality=60))
    assert look_alikes_for(now, cast.city_officer) == []

    old = handed_in(cast.one, cast.clerk, sample.jpeg(7, quality=50), at=NOON - timedelta(days=400))

    assert [each for each, _ in look_alikes_for(now, cast.city_officer)] == [old]
    assert [row["units"] for row in groups_for(cast.city_officer, "years")] == [1]
    assert not groups_for(cast.city_officer, "units").exists()


def test_the_same_paper_of_two_units_is_told_too(cast):
    content = sample.pdf()
    kind = {"kind": Evidence.Kind.PDF, "name": "计划.pdf"}
    one = handed_in(cast.one, cast.clerk, content, **kind)
    two = handed_in(cast.other, cast.other_clerk, content, **kind)

    assert look_alikes_for(one, cast.city_officer) == [(two, "同一个文件")]


def test_groups_that_meet_become_one(cast):
    first = handed_in(cast.one, cast.clerk, sample.jpeg(1))
    hashes = ["0" * 15 + "f", "0" * 13 + "fff", "0" * 14 + "ff"]
    rows = []
    for seed, picture_hash in enumerate(hashes):
        evidence = handed_in(cast.one, cast.clerk, sample.jpeg(10 + seed))
        Evidence.objects.filter(pk=evidence.pk).update(
            picture_hash=picture_hash, picture_tones="", look_group=None
        )
        PictureKey.objects.filter(evidence=evidence).delete()
        PictureKey.objects.bulk_create(
            PictureKey(evidence=evidence, key=key) for key in rule.keys_of(picture_hash)
        )
        evidence.refresh_from_db()
        rows.append(evidence)
    assert rule.distance(hashes[0], hashes[1]) == 8

    join_look_alikes(rows[2])

    assert (
        len(set(Evidence.objects.filter(pk__in=[r.pk for r in rows]).values_list("look_group")))
        == 1
    )
    first.refresh_from_db()
    assert first.look_group is None


def test_the_page_shows_groups_with_their_units(cast, client):
    handed_in(cast.one, cast.clerk, sample.jpeg(7))
    handed_in(cast.other, cast.other_clerk, sample.jpeg(7))
    client.force_login(cast.city_officer)

    page = client.get(reverse("evaluations:evidence-similar")).content.decode()

    assert "共 1 组" in page
    assert cast.one.name in page and cast.other.name in page


def test_two_are_shown_side_by_side_if_both_are_in_sight(cast, client):
    one = handed_in(cast.one, cast.clerk, sample.jpeg(7))
    two = handed_in(cast.other, cast.other_clerk, sample.jpeg(7))
    client.force_login(cast.city_officer)

    page = client.get(one.get_absolute_url(), {"beside": two.code}).content.decode()
    assert "结束比对" in page and cast.other.name in page
    client.force_login(cast.east_officer)
    assert client.get(one.get_absolute_url(), {"beside": two.code}).status_code == 404


@pytest.mark.parametrize("count", [2, 4])
def test_the_page_costs_the_same_however_many_groups(
    cast, client, count, django_assert_num_queries
):
    for seed in range(count):
        handed_in(cast.one, cast.clerk, sample.jpeg(seed))
        handed_in(cast.other, cast.other_clerk, sample.jpeg(seed))
    client.force_login(cast.city_officer)
    client.get(reverse("evaluations:evidence-similar"))

    with django_assert_num_queries(8):
        client.get(reverse("evaluations:evidence-similar"))

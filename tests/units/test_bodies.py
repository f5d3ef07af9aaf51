"""Recommending and issuing bodies: who keeps them, who acts for them, and the seal's picture."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageDraw

from portal.errors import Refused
from portal.models import AuditEvent, StoredFile
from tests.factories import NOON, make_body, make_issuing_body, make_officer, make_user
from units.models import IssuingBody, RecommendingBody
from units.operations.bodies import (
    add_issuing_body,
    add_recommending_body,
    edit_issuing_body,
    edit_recommending_body,
    fill_territorial_bodies,
    set_seal,
)
from units.seals import take_seal


@pytest.fixture
def signer(cast):
    return make_officer(cast.city, may_sign=True)


def act(person):
    return {"actor": person, "at": NOON}


def line(cast, **fields):
    return {"name": "示例铁路", "kind": "line", "region": cast.city, "also_to": None} | fields


def test_a_line_body_is_entered_with_its_people(cast, signer):
    body = add_recommending_body(line(cast), members=[cast.city_officer], **act(signer))

    assert list(body.members.all()) == [cast.city_officer]
    assert AuditEvent.objects.about(body).get().after["members"] == cast.city_officer.name


def test_only_a_signing_officer_of_the_region_or_above_keeps_a_body(cast, signer):
    for stranger in (cast.city_officer, make_officer(cast.east, may_sign=True), cast.clerk):
        with pytest.raises(Refused, match="没有保存任何内容"):
            add_recommending_body(line(cast), members=[], **act(stranger))

    add_recommending_body(line(cast), members=[], **act(signer))
    assert RecommendingBody.objects.count() == 1


def test_people_are_officers_in_the_keeper_s_care(cast, signer):
    elsewhere = make_officer(cast.province)

    for stranger in (elsewhere, cast.clerk, make_officer(cast.east, is_active=False)):
        with pytest.raises(Refused, match="不是辖区内启用的审核人员"):
            add_recommending_body(line(cast), members=[stranger], **act(signer))


def test_whoever_signs_for_a_department_may_sign(cast, signer):
    values = {"name": "示例部", "short_name": "", "region": cast.city}

    with pytest.raises(Refused, match="没有签发权限"):
        add_issuing_body(values, signers=[cast.city_officer], **act(signer))

    with pytest.raises(Refused, match="不能指定自己为签发人员"):
        add_issuing_body(values, signers=[signer], **act(signer))

    other = make_officer(cast.city, may_sign=True)
    body = add_issuing_body(values, signers=[signer], **act(other))
    assert list(body.signers.all()) == [signer]


def test_nobody_names_themselves_but_who_was_named_may_go_on_keeping(cast, signer):
    body, other = make_issuing_body(cast.city), make_officer(cast.city, may_sign=True)
    change = {"version": 1, **act(signer)}

    with pytest.raises(Refused, match="请由另一位可签发的审核人员或上级指定，没有保存"):
        edit_issuing_body(body, {}, signers=[signer, other], **change)
    assert not body.signers.exists()

    body.signers.set([signer])
    edit_issuing_body(body, {"short_name": "民委"}, signers=[signer, other], **change)
    assert set(body.signers.all()) == {signer, other}


def test_the_page_does_not_offer_oneself(client, cast, signer):
    body, other = make_issuing_body(cast.city), make_officer(cast.city, may_sign=True)
    client.force_login(signer)
    page = reverse("units:issuing-body", args=[body.pk])

    offered = client.get(page).context["form"].fields["signers"].queryset
    assert set(offered) == {other}
    body.signers.add(signer)
    offered = client.get(page).context["form"].fields["signers"].queryset
    assert set(offered) == {other, signer}


def test_a_region_has_one_territorial_body(cast, signer):
    make_body(cast.east)
    values = {"name": "示例再一个", "kind": "territorial", "region": cast.east, "also_to": None}

    with pytest.raises(Refused, match="已有属地推荐单位"):
        add_recommending_body(values, members=[], **act(signer))


def test_places_without_a_body_get_one_each(cast, signer):
    make_body(cast.east)

    assert fill_territorial_bodies(cast.city, **act(signer)) == 1
    assert RecommendingBody.objects.get(region=cast.west).name == "西旗"
    with pytest.raises(Refused, match="都已有推荐单位"):
        fill_territorial_bodies(cast.city, **act(signer))


def test_a_body_is_taken_out_of_use(cast, signer):
    body = make_body(cast.east)
    values = {"name": "东旗", "kind": "territorial", "region": cast.east, "also_to": None}
    values |= {"is_active": False, "position": 5}

    edit_recommending_body(body, values, members=[], version=1, **act(signer))

    body.refresh_from_db()
    assert (body.is_active, body.position) == (False, 5)


# --- seals


def picture(size=(600, 600), *, clear=True, kind="PNG", blank=False):
    image = Image.new("RGBA", size, (0, 0, 0, 0) if clear else (255, 255, 255, 255))
    if not blank:
        ImageDraw.Draw(image).ellipse((20, 20, size[0] - 20, size[1] - 20), outline="red", width=12)
    out = BytesIO()
    (image if kind == "PNG" else image.convert("RGB")).save(out, kind)
    return out.getvalue()


def sent(content, name="示例印章.png"):
    return SimpleUploadedFile(name, content, "image/png")


def test_a_seal_is_redrawn_and_kept(cast, signer):
    body = make_issuing_body(cast.city)

    stored = take_seal(sent(picture()), name="示例印章.png", owner=signer, at=NOON)
    set_seal(body, stored, **act(signer))

    body.refresh_from_db()
    assert (body.seal.name, body.seal.media_type) == ("示例印章.png", "image/png")
    assert AuditEvent.objects.about(body).get().after["seal"] == stored.sha256


WRONG = [
    (picture(clear=False), "背景不透明"),
    (picture((120, 120)), "长边须在"),
    (picture(kind="JPEG"), "不是 PNG"),
    (picture(blank=True), "空白图片"),
    (picture()[:700], "不完整或已损坏"),
    (picture() + b"<script>alert(1)</script>", "夹带了网页或脚本"),
    (b"<html>", "不是"),
]


@pytest.mark.parametrize(("content", "sentence"), WRONG)
def test_a_picture_that_is_no_seal_is_refused_with_its_reason(cast, signer, content, sentence):
    with pytest.raises(Refused, match=sentence):
        take_seal(sent(content), name="示例印章.png", owner=signer, at=NOON)

    assert not StoredFile.objects.exists()


def test_only_those_who_keep_a_department_see_its_seal(client, cast, signer):
    body = make_issuing_body(cast.city)
    client.force_login(signer)
    client.post(reverse("units:issuing-body-seal-set", args=[body.pk]), {"seal": sent(picture())})
    url = reverse("units:issuing-body-seal", args=[body.pk])

    shown = client.get(url)
    client.force_login(cast.city_officer)

    assert shown.status_code == 200
    assert shown["Content-Type"] == "image/png"
    assert shown["Cache-Control"] == "private, no-store"
    assert client.get(url).status_code == 404


def test_a_seal_is_taken_away_again(client, cast, signer):
    body = make_issuing_body(cast.city)
    url = reverse("units:issuing-body-seal-set", args=[body.pk])
    client.force_login(signer)
    client.post(url, {"seal": sent(picture())})

    client.post(url, {"act": "remove"})

    body.refresh_from_db()
    assert body.seal is None


def test_a_stranger_s_picture_is_not_even_read(client, cast):
    body = make_issuing_body(cast.city)
    client.force_login(cast.city_officer)

    client.post(reverse("units:issuing-body-seal-set", args=[body.pk]), {"seal": sent(picture())})

    assert not StoredFile.objects.exists()
    assert IssuingBody.objects.get(pk=body.pk).seal is None


# --- pages


def test_a_line_body_is_changed_on_its_page(client, cast, signer):
    body = RecommendingBody.objects.create(**line(cast))
    client.force_login(signer)
    data = {"name": "示例铁路段", "kind": "line", "region": cast.city.pk, "position": 10}
    data |= {"is_active": "on", "members": [cast.city_officer.pk], "version": 1}

    client.post(reverse("units:recommending-body", args=[body.pk]), data)

    body.refresh_from_db()
    assert (body.name, body.members.get()) == ("示例铁路段", cast.city_officer)


def test_a_territorial_body_takes_no_people_of_its_own(client, cast, signer):
    body = make_body(cast.east)
    client.force_login(signer)
    data = {"name": "东旗", "kind": "territorial", "region": cast.east.pk, "position": 10}
    data |= {"is_active": "on", "members": [cast.east_officer.pk], "version": 1}

    page = client.post(reverse("units:recommending-body", args=[body.pk]), data).content.decode()

    assert "属地单位由该地区的审核人员经办" in page
    assert not body.members.exists()


def test_others_read_a_body(client, cast):
    body = make_body(cast.east)
    auditor = make_user("auditor", cast.east)

    for person in (auditor, cast.east_officer):
        client.force_login(person)
        page = client.get(reverse("units:recommending-body", args=[body.pk])).content.decode()
        assert "该地区的审核人员经办" in page
        assert '<button class="btn btn-primary"' not in page

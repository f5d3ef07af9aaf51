"""A notice flooded with anonymous objections: settled together for one reason, or none of them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.errors import Refused
from portal.models import AuditEvent
from tests.factories import make_issuers, make_notice, make_officer, make_running_batch
from units.models import Objection
from units.operations import objections
from units.operations.notices import close_notice

S = Objection.State
NOW = timezone.now()
SAID = {"entry": None, "source": "online", "is_anonymous": True, "text": "示例", "name": ""}
WORDS = {"findings": "内容雷同，经核实不属实。", "answer": "经核实，反映的情况不属实。"}


@pytest.fixture
def notice(cast, leader):
    return make_notice(make_running_batch(cast.city), leader, at=NOW)


@pytest.fixture
def three(notice):
    return [file(notice) for _ in range(3)]


def file(notice, **fields):
    values = SAID | {"contact": "", **fields}
    return objections.file_objection(notice, values, at=NOW)


def dismiss(notice, rows, leader):
    keys = [each.pk for each in rows]
    return objections.dismiss_objections(notice, keys, **WORDS, actor=leader, at=NOW)


def states():
    return list(Objection.objects.order_by("pk").values_list("state", flat=True))


def test_those_chosen_are_settled_and_each_has_its_own_lines(notice, three, leader):
    left = file(notice)

    dismiss(notice, three, leader)

    assert states() == [S.DISMISSED] * 3 + [S.RECEIVED]
    for each in three:
        each.refresh_from_db()
        lines = AuditEvent.objects.about(each).filter(actor=leader).order_by("pk")
        assert [line.action for line in lines] == ["objection.handle", "objection.dismiss"]
        assert (each.findings, each.answer) == (WORDS["findings"], WORDS["answer"])
        assert (each.decided_at, each.decided_by) == (NOW, leader)
    assert not AuditEvent.objects.about(left).filter(actor=leader).exists()


def test_whoever_asks_by_the_code_reads_the_answer(client, notice, three, leader):
    dismiss(notice, three, leader)

    page = client.get(reverse("public:objection", args=[three[1].code])).content.decode()

    assert WORDS["answer"] in page and WORDS["findings"] not in page


def test_one_with_a_name_keeps_all_of_them(notice, three, leader):
    named = file(notice, is_anonymous=False, name="示例某人", contact="0470-0000001")

    with pytest.raises(Refused, match="其中 1 件署了名，须逐件调查和答复，没有保存任何内容"):
        dismiss(notice, [*three, named], leader)

    assert states() == [S.RECEIVED] * 4


def test_one_that_somebody_has_taken_up_keeps_all_of_them(notice, three, leader, cast):
    colleague = make_officer(cast.city, may_sign=True)
    objections.handle_objection(three[1], actor=colleague, at=NOW)

    with pytest.raises(Refused, match="其中 1 件已有人受理或办结，没有保存任何内容"):
        dismiss(notice, three, leader)

    assert states() == [S.RECEIVED, S.HANDLING, S.RECEIVED]


def test_one_of_another_notice_keeps_all_of_them(notice, three, leader, cast):
    other = make_notice(make_running_batch(cast.city, "第八批"), leader, at=NOW)

    with pytest.raises(Refused, match="请勾选"):
        dismiss(notice, [*three, file(other)], leader)
    with pytest.raises(Refused, match="请勾选"):
        dismiss(notice, [], leader)

    assert states() == [S.RECEIVED] * 4


def test_so_many_at_once_and_no_more(notice, three, leader, monkeypatch):
    monkeypatch.setattr(objections, "MOST_AT_ONCE", 2)

    with pytest.raises(Refused, match="一次最多认定 2 件，选了 3 件"):
        dismiss(notice, three, leader)


@pytest.mark.parametrize("blank", ["findings", "answer"])
def test_the_reason_is_written_down(notice, three, leader, blank):
    words = WORDS | {blank: " "}
    with pytest.raises(Refused, match="请写明调查情况和答复"):
        keys = [each.pk for each in three]
        objections.dismiss_objections(notice, keys, **words, actor=leader, at=NOW)


def test_only_who_handles_the_objections_settles_them(client, notice, three, leader, cast):
    other, _ = make_issuers(notice.batch, "示例宣传部", "示例民委")
    page = reverse("units:objections-dismiss", args=[notice.pk])

    for person in (cast.city_officer, other):
        with pytest.raises(Refused):
            dismiss(notice, three, person)
        client.force_login(person)
        assert client.get(page).status_code == 404
        assert page not in client.get(notice.get_absolute_url()).content.decode()


def test_on_the_page_they_are_ticked_and_the_password_is_asked_for(client, notice, three, leader):
    client.force_login(leader)
    named = file(notice, is_anonymous=False, name="示例某人", contact="0470-0000001", text="实名")
    page = reverse("units:objections-dismiss", args=[notice.pk])
    assert page in client.get(notice.get_absolute_url()).content.decode()
    shown = client.get(page)
    sent = {**WORDS, "pk": [each.pk for each in three[:2]], "form_key": "k"}

    asked = client.post(page, sent).content.decode()
    before = states()
    answer = client.post(page, {**sent, "step_up_password": "Portal-2026-x"})

    assert [each.pk for each in shown.context["rows"]] == [each.pk for each in three]
    assert named.text not in shown.content.decode()
    assert "请再次输入密码" in asked and before == [S.RECEIVED] * 4
    assert answer.url == notice.get_absolute_url()
    assert states() == [S.DISMISSED, S.DISMISSED, S.RECEIVED, S.RECEIVED]


def test_what_was_ticked_stays_ticked_when_the_words_are_missing(client, notice, three, leader):
    client.force_login(leader)
    page = reverse("units:objections-dismiss", args=[notice.pk])
    sent = {"findings": "", "answer": "", "pk": three[0].pk, "step_up_password": "Portal-2026-x"}

    text = client.post(page, sent).content.decode()

    assert text.count(" checked>") == 1 and "请填写调查情况" in text
    assert states() == [S.RECEIVED] * 3


def test_a_flooded_notice_ends_once_they_are_settled(notice, three, leader):
    later = NOW + timedelta(days=90)
    with pytest.raises(Refused, match="还有 3 件异议没有办结"):
        close_notice(notice, actor=leader, at=later)

    dismiss(notice, three, leader)

    assert close_notice(notice, actor=leader, at=later).closed_at == later

"""培育库: who qualifies and why, the list, its order, and what happened to it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from awards.models import Candidate
from awards.operations.candidates import (
    OrderMoved,
    add_candidate,
    note_candidate,
    order_candidates,
    remove_candidate,
)
from awards.qualifying import LATER, NO, YES, NextLevel
from portal.errors import Refused
from portal.models import AuditEvent
from portal.versions import Stale
from tests import factories as make
from tests.evaluations import factories as build
from tests.factories import NOON, TODAY
from units.models import ExitCase, Level, Rectification


@pytest.fixture
def rule(cast):
    """The city asks for a county title held two years."""
    return make.make_rule(Level.CITY, requires_level=Level.COUNTY, years_held=2)


def hold(unit, since=date(2024, 1, 1), level=Level.COUNTY, **fields):
    fields.setdefault("ends_on", date(2029, 1, 1))
    return make.make_designation(unit, level=level, starts_on=since, **fields)


def measured(unit, office, level=Level.CITY):
    return NextLevel(office, level, TODAY).standing(unit)


def add(unit, officer, level=Level.CITY):
    return add_candidate(unit, level=level, actor=officer, on=TODAY, at=NOON)


def add_many(cast, count):
    """So many units of the east on the list of the east, in order."""
    units = [make.make_unit(cast.east_sumu, f"示例培育{n}") for n in range(1, count + 1)]
    for unit in units:
        hold(unit)
    return [add(unit, cast.east_officer) for unit in units]


def test_a_unit_that_has_held_the_title_long_enough_qualifies(cast, rule):
    hold(cast.one)

    found = measured(cast.one, cast.east)

    assert found.verdict == YES
    assert [each.text for each in found.points] == [
        "自 2024 年 1 月 1 日起持有旗县级称号，已满 2 年（须先获得旗县级称号并保持满 2 年）。",
        "没有未销号的整改。",
        "没有处于禁止申报的期间。",
        "没有已结束的测评，暂无得分。",
    ]


def test_one_that_is_not_there_yet_is_brought_on_and_told_from_when(cast, rule):
    hold(cast.one, date(2025, 3, 1))

    found = measured(cast.one, cast.east)

    assert found.verdict == LATER
    assert found.lacking == [
        "自 2025 年 3 月 1 日起持有旗县级称号，2027 年 3 月 1 日满 2 年"
        "（须先获得旗县级称号并保持满 2 年）。"
    ]
    assert add(cast.one, cast.east_officer).rank == 1


def test_an_exempt_category_needs_no_lower_title(cast, rule):
    rule.exempt_categories.add(cast.one.category)

    assert measured(cast.one, cast.east).verdict == YES


def test_a_rule_of_another_category_does_not_bind(cast, rule):
    make.make_rule(Level.CITY, category=make.make_category("学校"), requires_level=Level.COUNTY,
                   years_held=9)  # fmt: skip
    hold(cast.one)

    assert measured(cast.one, cast.east).verdict == YES


def blocked_by_nothing_held(cast):
    return "没有在有效期内的旗县级称号"


def blocked_by_the_higher_title(cast):
    hold(cast.one)
    hold(cast.one, level=Level.CITY)
    return "已有盟市级称号，有效期至 2028 年 12 月 31 日，不需再推荐。"


def blocked_by_an_open_rectification(cast):
    Rectification.objects.create(
        designation=hold(cast.one),
        source=Rectification.Source.SPOT,
        ordered_on=TODAY,
        due_on=TODAY + timedelta(days=30),
        ordered_by=cast.east_officer,
    )
    return "有 1 项整改尚未销号"


def blocked_by_a_ban(cast):
    hold(cast.one)
    gone = make.make_designation(
        cast.one, level=Level.COUNTY, state="revoked", starts_on=date(2020, 1, 1), title="旧称号",
        named_year=2020,
    )  # fmt: skip
    ExitCase.objects.create(
        designation=gone, ground="fraud", happened_on=date(2025, 1, 1), recorded_at=NOON,
        reapply_from=date(2030, 1, 1), recorded_by=cast.city_officer,
    )  # fmt: skip
    return "处于禁止申报期间，2030 年 1 月 1 日起方可推荐。"


def blocked_by_being_closed(cast):
    hold(cast.one)
    cast.one.closed_on = date(2026, 3, 1)
    cast.one.save()
    return "“示例东嘎查”已于 2026 年 3 月 1 日注销或并入他单位。"


@pytest.mark.parametrize(
    "lay",
    [
        blocked_by_nothing_held,
        blocked_by_the_higher_title,
        blocked_by_an_open_rectification,
        blocked_by_a_ban,
        blocked_by_being_closed,
    ],
)
def test_what_keeps_a_unit_off_the_list_is_said_and_nothing_is_written(cast, rule, lay):
    sentence = lay(cast)

    assert measured(cast.one, cast.east).verdict == NO
    with pytest.raises(Refused) as refused:
        add(cast.one, cast.east_officer)

    assert sentence in str(refused.value)
    assert str(refused.value).endswith("“示例东嘎查”没有列入培育库。")
    assert not Candidate.objects.exists()


def inspected(cast, total, **fields):
    edition = build.make_edition(cast.city)
    round = build.make_inspection_round(cast.city, state="finished")
    fields.setdefault("settled_at", NOON)
    return build.make_inspection(round, cast.one, edition, total=Decimal(total), **fields)


def test_the_last_finished_inspection_speaks_for_the_unit(cast, rule):
    hold(cast.one)
    inspected(cast, "95.50")

    assert measured(cast.one, cast.east).score_words == "95.50 / 100"
    assert "（示例验收）95.50 分，合格线 60。" in measured(cast.one, cast.east).points[-1].text

    inspected(cast, "88.00", vetoed=True, settled_at=NOON + timedelta(hours=1))

    assert measured(cast.one, cast.east).lacking == [
        "最近一次测评（示例验收）88.00 分，触发一票否决。"
    ]


def test_the_city_starts_from_its_own_titles_where_the_rule_asks_for_none(cast):
    make.make_rule(Level.REGION)
    hold(cast.one)

    assert measured(cast.one, cast.city, Level.REGION).verdict == NO

    hold(cast.one, level=Level.CITY)

    assert measured(cast.one, cast.city, Level.REGION).verdict == YES


def test_an_application_that_is_on_its_way_already_is_told(cast, rule):
    hold(cast.one)
    make.make_submitted(cast.one, make.make_running_batch(cast.city), cast.east)

    assert measured(cast.one, cast.east).points[-1].text == "已在盟市级第七批申报（审核中）。"


def test_adding_writes_who_put_what_where(cast, rule):
    hold(cast.one)

    made = add(cast.one, cast.east_officer)

    event = AuditEvent.objects.about(made).get()
    assert (event.actor, event.action) == (cast.east_officer, "candidate.add")
    assert event.after == {"level": "盟市级", "rank": 1}
    with pytest.raises(Refused, match="已在盟市级培育库中，没有重复列入"):
        add(cast.one, cast.east_officer)


def test_only_the_office_above_puts_units_on_a_list(cast, rule):
    hold(cast.one)

    for officer, level in ((cast.sumu_officer, Level.CITY), (cast.east_officer, Level.REGION)):
        with pytest.raises(Refused, match="由旗市区、盟市的审核人员建立，单位没有列入"):
            add(cast.one, officer, level)


def test_the_list_is_put_in_order_by_its_own_office(cast, rule):
    one, two, three = add_many(cast, 3)
    seen, wanted = [one.pk, two.pk, three.pk], [three.pk, one.pk, two.pk]
    told = {"wanted": wanted, "seen": seen, "at": NOON}

    with pytest.raises(Refused, match="由东旗的审核人员排定，推荐排序没有改动"):
        order_candidates(cast.east, Level.CITY, actor=cast.city_officer, **told)
    assert order_candidates(cast.east, Level.CITY, actor=cast.east_officer, **told)

    ranked = Candidate.objects.order_by("rank").values_list("pk", flat=True)
    assert list(ranked) == wanted
    event = AuditEvent.objects.filter(action="candidate.order").get()
    assert event.after == {"order": ["示例培育3", "示例培育1", "示例培育2"]}
    with pytest.raises(OrderMoved, match="培育库有变动，推荐排序没有改动"):
        order_candidates(cast.east, Level.CITY, actor=cast.east_officer, **told)


def test_taking_one_off_needs_a_reason_and_closes_the_gap(cast, rule):
    one, two, three = add_many(cast, 3)
    same_row_loaded_earlier = Candidate.objects.select_related("unit", "region").get(pk=two.pk)

    with pytest.raises(Refused, match="请写明移出的原因，没有移出"):
        remove_candidate(two, reason="  ", actor=cast.east_officer, at=NOON)
    remove_candidate(two, reason="工作停顿", actor=cast.east_officer, at=NOON)

    standing = Candidate.objects.standing().order_by("rank").values_list("pk", "rank")
    assert list(standing) == [(one.pk, 1), (three.pk, 2)]
    assert AuditEvent.objects.filter(action="candidate.remove").get().note == "工作停顿"
    with pytest.raises(Refused, match="刚刚已被他人移出"):
        remove_candidate(same_row_loaded_earlier, reason="再移", actor=cast.east_officer, at=NOON)
    assert add(two.unit, cast.east_officer).rank == 3


def test_what_is_done_for_a_unit_is_kept_and_not_overwritten_unseen(cast, rule):
    (made,) = add_many(cast, 1)
    same_row_loaded_earlier = Candidate.objects.select_related("region").get(pk=made.pk)
    who = {"actor": cast.east_officer, "at": NOON}

    note_candidate(made, note="结对帮带", version=made.version, **who)

    assert AuditEvent.objects.filter(action="candidate.note").get().after == {"note": "结对帮带"}
    with pytest.raises(Stale):
        note_candidate(same_row_loaded_earlier, note="另一份", version=1, **who)


def test_the_pages_lead_from_proposal_to_order(client, cast, rule):
    hold(cast.one, ends_on=timezone.localdate() + timedelta(days=900))
    client.force_login(cast.east_officer)
    proposals = client.get(reverse("awards:candidate-proposals"))
    assert "示例东嘎查" in proposals.content.decode()

    answer = client.post(
        reverse("awards:candidate-add"), {"unit": cast.one.pk, "level": "city"}, follow=True
    )

    assert "“示例东嘎查”已列入培育库，排第 1 位。" in answer.content.decode()
    made = Candidate.objects.get()
    assert made.unit.name not in client.get(reverse("awards:candidate-proposals")).content.decode()
    words = {"words": "结对帮带", "version": made.version}
    client.post(reverse("awards:candidate-note", args=[made.pk]), words)
    page = client.get(reverse("awards:candidate", args=[made.pk])).content.decode()
    assert "结对帮带" in page
    assert "填写培育措施" in page
    stale = client.post(reverse("awards:candidate-note", args=[made.pk]), {**words, "words": "新"})
    assert "他人已修改过这条记录" in stale.content.decode()
    client.post(reverse("awards:candidate-remove", args=[made.pk]), {"reason": "示例"})
    assert Candidate.objects.get().removal == "示例"


def test_an_order_typed_on_the_page_is_kept(client, cast, rule):
    one, two = add_many(cast, 2)
    url = reverse("awards:candidate-order", args=[cast.east.pk, "city"])
    client.force_login(cast.east_officer)

    typed = {f"rank_{one.pk}": "2", f"rank_{two.pk}": "1", "seen": f"{one.pk},{two.pk}"}
    client.post(url, typed)

    assert list(Candidate.objects.order_by("rank")) == [two, one]
    assert client.post(url, typed).status_code == 409
    forged = url.replace("/city/", "/county/")
    assert client.get(forged).status_code == 404


@pytest.mark.parametrize("name", ["candidates", "candidate-proposals"])
def test_one_row_costs_as_many_queries_as_three(
    client, cast, rule, name, django_assert_num_queries
):
    client.force_login(cast.east_officer)
    url = reverse(f"awards:{name}")
    first, *others = [make.make_unit(cast.east_sumu, f"示例{n}") for n in range(3)]

    def lay(unit):
        hold(unit, ends_on=timezone.localdate() + timedelta(days=900))
        if name == "candidates":
            add(unit, cast.east_officer)

    lay(first)
    client.get(url)
    with django_assert_num_queries(QUERIES[name]):
        client.get(url)
    for unit in others:
        lay(unit)
    with django_assert_num_queries(QUERIES[name]):
        assert client.get(url).content.decode().count("示例2") >= 1


QUERIES = {"candidates": 18, "candidate-proposals": 17}

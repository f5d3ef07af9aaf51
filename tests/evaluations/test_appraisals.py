"""旗市区 are scored as subjects each year; what that counts for is a row of its own."""

from decimal import Decimal as D
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from evaluations.models import AppraisalWeight, Inspection, InspectionRound
from evaluations.operations.appraisals import load_weights
from evaluations.operations.settling import settle_round
from portal.models import AuditEvent
from tests import factories as make
from tests.evaluations import factories as ev
from tests.evaluations.test_settling import sign
from tests.factories import NOON


@pytest.fixture
def appraised(cast):
    """East has 90 of 100, west two thirds of a point less; both stand for their region."""
    cast.edition = ev.make_edition(cast.city, family="COUNTY")
    cast.round = ev.make_inspection_round(
        cast.city, kind=InspectionRound.Kind.APPRAISAL, title="示例考核"
    )
    team = [ev.make_assessor() for _ in range(3)]
    for region, score in ((cast.east, D(60)), (cast.west, D(58))):
        unit = make.make_unit(region, f"{region.name}（示例）", represents=region)
        inspection = ev.make_inspection(cast.round, unit, cast.edition)
        for place, person in enumerate(team):
            sign(inspection, person, {"1.1": score if place == 0 else D(60)})
    return cast


def weigh(percent, **fields):
    return AppraisalWeight.objects.create(
        level="city", year=2026, percent=D(percent), **{"source": "示例文件"} | fields
    )


def finish(appraised):
    settle_round(appraised.round, actor=appraised.city_officer, at=NOON)
    InspectionRound.objects.update(state=InspectionRound.State.FINISHED)


def rows(client, person):
    client.force_login(person)
    response = client.get(reverse("evaluations:appraisals"))
    return response, [row for each in response.context["appraisals"] for row in each.rows]


def test_the_points_that_count_come_from_the_unrounded_total(appraised, client):
    weigh(95)
    finish(appraised)

    response, found = rows(client, appraised.city_officer)

    # 89 1/3 at 95 % are 84.8667; of 89.33, the total as shown, they would be 84.8635
    assert [(row.name, row.standing.rank, row.points) for row in found] == [
        ("东旗", 1, D("85.50")),
        ("西旗", 2, D("84.87")),
    ]
    assert "待确认" in response.content.decode()


def test_without_a_weight_nothing_is_converted_and_the_page_says_so(appraised, client):
    finish(appraised)

    response, found = rows(client, appraised.city_officer)

    assert [row.points for row in found] == [None, None]
    assert "2026 年还没有登记市（盟）的考核权重" in response.content.decode()


def test_a_veto_counts_for_nothing(appraised, client):
    weigh(15)
    late = Inspection.objects.get(unit__represents=appraised.east)
    sign(late, ev.make_assessor(), {}, hit=True)
    finish(appraised)

    _, found = rows(client, appraised.city_officer)

    assert [(row.name, row.points) for row in found] == [("西旗", D("13.40")), ("东旗", D("0.00"))]


def test_a_county_sees_its_own_line_once_it_is_over(appraised, client):
    assert rows(client, appraised.east_officer)[1] == []
    finish(appraised)

    assert [row.name for row in rows(client, appraised.east_officer)[1]] == ["东旗"]


def test_a_blind_appraisal_shows_no_score_to_its_team_before_the_last_has_signed(appraised, client):
    weigh(15)
    InspectionRound.objects.update(blind=True)
    ev.make_member(appraised.round, appraised.city_officer)
    turn = Inspection.objects.get(unit__represents=appraised.east)
    waiting = ev.make_assignment(turn, appraised.city_officer)

    text = rows(client, appraised.city_officer)[0].content.decode()
    answer = client.post(reverse("evaluations:appraisal-export", args=[appraised.round.pk]))

    assert "全部签字后才显示得分" in text
    assert not any(word in text for word in ("89.33", "90.00", "13.50", "达到申报线"))
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    heads = {cell.value for row in sheet.iter_rows() for cell in row}
    assert "旗市区" in heads
    assert not heads & {"名次", "测评总分", "折算分", "结论", 90, 13.5}
    waiting.delete()
    assert "89.33" in rows(client, appraised.city_officer)[0].content.decode()


def test_the_workbook_holds_the_weight_and_where_it_comes_from(appraised, client):
    weigh("12.5", confirmed=True)
    finish(appraised)
    client.force_login(appraised.city_officer)

    answer = client.post(reverse("evaluations:appraisal-export", args=[appraised.round.pk]))

    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    said = [row[0] for row in cells]
    assert "权重：12.5%" in said
    assert "权重依据：示例文件" in said
    top = next(n for n, row in enumerate(cells) if row[0] == "名次")
    first = dict(zip(cells[top], cells[top + 1], strict=True))
    assert (first["旗市区"], first["折算分"], first["得分率（%）"]) == ("东旗", 11.25, 90)
    assert AuditEvent.objects.get(action="inspectionround.export").after["行数"] == 2


def test_a_weight_is_a_percentage_and_there_is_one_a_level_and_year(appraised):
    weigh(15)
    for wrong in ({"percent": D(101)}, {"percent": D(-1)}, {"year": 2026}):
        values = {"level": "city", "year": 2030, "percent": D(15)} | wrong
        with pytest.raises(IntegrityError), transaction.atomic():
            AppraisalWeight.objects.create(**values)


def test_the_weights_brought_along_await_confirmation(db):
    assert load_weights(at=NOON) == 2
    assert load_weights(at=NOON) == 0
    assert set(AppraisalWeight.objects.values_list("percent", "confirmed")) == {(D(15), False)}


def test_the_page_costs_the_same_with_one_appraisal_and_three(appraised, client):
    weigh(15)
    finish(appraised)
    client.force_login(appraised.east_officer)
    address = reverse("evaluations:appraisals")

    def asked():
        with CaptureQueriesContext(connection) as sent:
            assert len(client.get(address).context["appraisals"]) == number
        return len(sent)

    number = 1
    asked()
    alone = asked()
    for title in ("示例考核二", "示例考核三"):
        held = ev.make_inspection_round(
            appraised.city, kind=InspectionRound.Kind.APPRAISAL, title=title
        )
        ev.make_member(held, appraised.east_officer)
        unit = Inspection.objects.filter(unit__represents=appraised.east).first().unit
        turn = ev.make_inspection(held, unit, appraised.edition)
        sign(turn, ev.make_assessor(), {"1.1": D(60)})
        settle_round(held, actor=appraised.city_officer, at=NOON)
    number = 3

    assert asked() == alone

"""Pages of decisions: drafting, preview, taking effect behind the password, prints, correcting."""

import io
import re
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from portal.models import Job, Notification
from portal.operations.sign_in import CONFIRMED
from tests import factories as make
from tests.factories import NOON
from tests.units.decided import make_draft, make_proposed
from units.models import Application, Designation, NamingDecision
from units.operations.decisions import apply_decision
from units.tasks import print_list


@pytest.fixture
def city(cast):
    school = make.make_category("学校", position=5)
    units = [
        make.make_unit(cast.east_sumu, "莫力达瓦达斡尔族自治旗示例乡示例嘎查"),
        make.make_unit(cast.west, "示例乙校", category=school),
    ]
    batch, leaders, rows = make_proposed(cast.city, units)
    return SimpleNamespace(cast=cast, batch=batch, units=units, rows=rows, leader=leaders[0])


def signed_in(user, confirmed=False):
    client = Client()
    client.force_login(user)
    if confirmed:
        session = client.session
        session[CONFIRMED] = timezone.now().timestamp()
        session.save()
    return client


def url(act, *args):
    return reverse(f"units:{act}", args=args)


def page(user, address):
    answer = signed_in(user).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def draft(city, **papers):
    return make_draft(city.batch, city.leader, **papers)


def applied(city):
    return apply_decision(draft(city), actor=city.leader, at=NOON)


def sent(**fields):
    papers = {
        "title": "关于命名的决定",
        "document_no": "呼民委发[2026]31",
        "decided_on": "2026-11-22",
    }
    return {**papers, **fields}


def test_a_draft_is_made_from_the_page_of_the_batch(city):
    client = signed_in(city.cast.city_officer)
    form = client.get(url("decision-new", city.batch.pk)).content.decode()
    assert "关于命名全市第七批民族团结进步示范单位的决定" in form

    answer = client.post(url("decision-new", city.batch.pk), sent())

    made = NamingDecision.objects.get()
    assert answer.url == made.get_absolute_url()
    assert made.document_no == "呼民委发〔2026〕31号"
    again = client.get(url("decision-new", city.batch.pk))
    assert again.url == made.get_absolute_url()


def test_the_draft_shows_what_will_be_made_and_by_whom(city):
    text = page(city.leader, draft(city).get_absolute_url())

    assert re.search(r"新增称号 2 个，有效期 .*2026-11-22.* 至 .*2031-11-21", text)
    assert text.count('t-due">待生效') == 2
    assert "1　市委宣传部第七批" in text
    assert text.index("示例乙校") < text.index("莫力达瓦达斡尔族自治旗示例乡示例嘎查")
    assert "办理生效</a>" in text
    assert "办理生效</a>" not in page(city.cast.city_officer, draft_url())


def draft_url():
    return NamingDecision.objects.get().get_absolute_url()


def test_what_stands_in_the_way_is_listed_and_the_button_is_gone(city):
    decision = draft(city)
    Application.objects.filter(pk=city.rows[1].pk).update(state="struck")

    text = page(city.leader, decision.get_absolute_url())
    confirm = signed_in(city.leader, confirmed=True).get(url("decision-apply", decision.pk))

    assert "“示例乙校”已不是拟命名单位" in text
    assert '<button class="btn btn-primary" type="submit">办理生效' not in confirm.content.decode()


def test_it_takes_effect_behind_the_password(city):
    decision = draft(city)
    asked = signed_in(city.leader).post(url("decision-apply", decision.pk), {})
    assert "请再次输入密码" in asked.content.decode()
    assert not Designation.objects.exists()

    client = signed_in(city.leader, confirmed=True)
    confirm = client.get(url("decision-apply", decision.pk)).content.decode()
    assert "命名 2 家单位" in confirm and "生效后不能修改、不能删除" in confirm
    key = re.search(r'name="form_key" value="([^"]+)"', confirm)[1]
    for _ in range(2):
        answer = client.post(url("decision-apply", decision.pk), {"form_key": key})
        assert answer.url == decision.get_absolute_url()

    assert Designation.objects.count() == 2
    text = page(city.leader, decision.get_absolute_url())
    assert text.count('t-ok">有效') == 2
    assert "拟定更正决定" in text and "修改文稿" not in text


def test_a_refusal_is_told_with_its_reasons(city):
    decision = draft(city)
    Application.objects.filter(pk=city.rows[1].pk).update(state="struck")

    client = signed_in(city.leader, confirmed=True)
    answer = client.post(url("decision-apply", decision.pk), {}, follow=True)

    assert "没有命名任何一家" in answer.content.decode()


def test_a_draft_is_the_offices_own_and_one_in_force_is_read_beneath(city):
    decision = draft(city)
    below = signed_in(city.cast.east_officer)
    assert below.get(decision.get_absolute_url()).status_code == 404
    assert signed_in(city.cast.clerk).get(decision.get_absolute_url()).status_code == 403

    apply_decision(decision, actor=city.leader, at=NOON)
    text = below.get(decision.get_absolute_url()).content.decode()
    assert "示例乙校" in text and "拟定更正决定" not in text
    assert below.get(url("decision-correct", decision.pk)).status_code == 404
    assert below.post(url("decision-apply", decision.pk)).status_code == 404


def test_a_repeated_number_is_told_at_the_form_and_what_was_typed_stays(city):
    draft(city)
    other, _, _ = make_proposed(city.cast.city, [make.make_unit(city.cast.west)], name="第八批")

    answer = signed_in(city.cast.city_officer).post(
        url("decision-new", other.pk), sent(title="第八批的决定")
    )

    text = answer.content.decode()
    assert "文号“呼民委发〔2026〕31号”已用于" in text
    assert "第八批的决定" in text


def test_a_second_editor_sees_both_texts(city):
    decision = draft(city)
    client = signed_in(city.cast.city_officer)
    client.post(url("decision-edit", decision.pk), sent(title="甲稿", version=1))

    text = client.post(
        url("decision-edit", decision.pk), sent(title="乙稿", version=1)
    ).content.decode()

    assert "他人已改" in text and "甲稿" in text and "乙稿" in text


def test_the_list_is_made_anew_and_a_draft_given_up(city):
    decision = draft(city)
    Application.objects.filter(pk=city.rows[1].pk).update(state="struck")
    client = signed_in(city.leader)

    client.post(url("decision-refresh", decision.pk))
    assert decision.lines.count() == 1
    client.post(url("decision-drop", decision.pk))
    assert NamingDecision.objects.get().state == "draft"
    client.post(url("decision-drop", decision.pk), {"note": "重拟"})
    assert NamingDecision.objects.get().state == "dropped"


def test_a_correction_is_written_line_by_line_and_takes_effect(city):
    first = applied(city)
    client = signed_in(city.leader, confirmed=True)
    client.post(url("decision-correct", first.pk), sent(document_no="呼民委发〔2026〕40号"))
    made = NamingDecision.objects.get(kind="correction")
    unit = city.units[1]
    line = {"effect": "correct", "unit": f"#{unit.pk} {unit.name}", "reason": "错字"}

    told = client.post(url("decision-line", made.pk), line, follow=True).content.decode()
    assert "请填写更正后的名称。没有添加。" in told
    client.post(url("decision-line", made.pk), {**line, "unit_name": "示例乙学校"})
    text = client.get(made.get_absolute_url()).content.decode()
    assert "示例乙学校" in text and "现名 示例乙校" in text and "更正名称" in text
    client.post(url("decision-apply", made.pk), {})

    assert NamingDecision.objects.get(pk=made.pk).state == "applied"
    text = page(city.leader, first.get_absolute_url())
    assert "本决定已由" in text and "呼民委发〔2026〕40号" in text


def test_a_line_of_a_correction_can_be_taken_out(city):
    first = applied(city)
    client = signed_in(city.leader)
    client.post(url("decision-correct", first.pk), sent(document_no="示例40号"))
    made = NamingDecision.objects.get(kind="correction")
    unit = city.units[1]
    client.post(
        url("decision-line", made.pk), {"effect": "void", "unit": f"#{unit.pk}", "reason": "误"}
    )

    client.post(url("decision-line-drop", made.pk, made.lines.get().pk))

    assert not made.lines.exists()


def test_the_printed_list_has_every_name_under_its_category(city, pdf_text):
    decision = applied(city)

    answer = signed_in(city.cast.east_officer).post(url("decision-print", decision.pk))

    text = pdf_text(answer.content)
    for words in (
        "学校（1家）",
        "示例乙校",
        "莫力达瓦达斡尔族自治旗示例乡示例嘎查",
        "呼民委发〔2026〕31号",
    ):
        assert words in text
    assert "2026年11月22日" in text
    assert "未生效" not in text


def test_a_draft_says_on_paper_that_it_is_one(city, pdf_text):
    answer = signed_in(city.leader).post(url("decision-print", draft(city).pk))

    assert "拟稿，未生效" in pdf_text(answer.content)


def test_a_long_list_is_set_in_the_background_for_those_who_see_it(city, monkeypatch):
    monkeypatch.setattr("units.views.printing.AT_ONCE", 1)
    decision = applied(city)
    signed_in(city.cast.east_officer).post(url("decision-print", decision.pk))
    job = Job.objects.get(name="units.print_list")
    job.payload["pk"] = 0
    job.save()

    print_list(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", "这份名单已不在您能看到的范围内，没有打印。")


def test_the_workbook_has_names_terms_and_titles(city):
    answer = signed_in(city.leader).post(url("decision-export", applied(city).pk))

    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in rows if row[0] == "序号")
    first = dict(zip(head, rows[rows.index(head) + 1], strict=True))
    assert (first["单位名称"], first["类别"], first["旗市区"]) == ("示例乙校", "学校", "西旗")
    assert str(first["有效期至"].date()) == "2031-11-21"


def test_the_list_of_decisions_finds_by_number_and_title(city):
    decision = applied(city)
    client = signed_in(city.cast.east_officer)

    assert decision.title in client.get(url("decisions"), {"q": "〔2026〕31"}).content.decode()
    assert decision.title not in client.get(url("decisions"), {"q": "别的"}).content.decode()


def test_the_home_page_leads_to_the_next_step(city):
    officer = city.cast.city_officer
    assert "公示已结束，拟定命名决定" in page(officer, "/")

    decision = draft(city)
    text = page(officer, "/")
    assert "公示已结束" not in text and decision.title in text
    apply_decision(decision, actor=city.leader, at=NOON)
    Notification.objects.all().delete()
    assert decision.title not in page(officer, "/")


@pytest.mark.parametrize("address", ["decisions", "decision"])
def test_pages_cost_the_same_for_one_and_for_three(city, address, django_assert_max_num_queries):
    client = signed_in(city.leader)
    small, leaders, _ = make_proposed(city.cast.city, [make.make_unit(city.cast.west)], name="八")
    one = make_draft(small, leaders[0], document_no="示例8号")
    if address == "decision":
        extra = make.make_candidate(make.make_unit(city.cast.west), city.batch, state="proposed")
        assert extra
        many = draft(city)
        addresses = [one.get_absolute_url(), many.get_absolute_url()]
        client.get(addresses[0])
        with django_assert_max_num_queries(24) as first:
            client.get(addresses[0])
    else:
        client.get(url("decisions"))
        with django_assert_max_num_queries(24) as first:
            client.get(url("decisions"))
        draft(city)
        addresses = ["", url("decisions")]
    with django_assert_max_num_queries(24) as second:
        client.get(addresses[1])

    assert len(first) == len(second)


def test_the_page_of_the_batch_leads_to_ranking_and_decision(city):
    decision = draft(city)
    address = city.batch.get_absolute_url()
    mine, below = page(city.leader, address), page(city.cast.east_officer, address)

    assert "审定排序" in mine and decision.title in mine
    assert "审定排序" not in below and decision.title not in below

    apply_decision(decision, actor=city.leader, at=NOON)
    assert decision.title in page(city.cast.east_officer, address)

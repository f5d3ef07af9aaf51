"""Pages of the deliberation: what they show, to whom, and what their forms do."""

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from portal.models import AuditEvent, Job
from portal.operations.sign_in import CONFIRMED
from tests import factories as make
from tests.factories import NOON, TODAY
from units.deliberating import Docket
from units.models import Application, Batch, Consultation, Deliberation, Quota
from units.tasks import print_list


@pytest.fixture
def city(cast):
    cast.batch = make.make_running_batch(cast.city, places=3, shift=-65)
    cast.leaders = make.make_issuers(cast.batch, "市委宣传部", "市民族事务委员会")
    names = ["莫力达瓦达斡尔族自治旗示例乡示例嘎查村民委员会", "示例乙村", "示例丙村", "示例丁村"]
    units = [make.make_unit(cast.east_sumu, name) for name in names]
    cast.rows = [
        make.make_candidate(unit, cast.batch, 96 - place, recommended_rank=place + 1)
        for place, unit in enumerate(units)
    ]
    return cast


def signed_in(user, confirmed=False):
    client = Client()
    client.force_login(user)
    if confirmed:
        session = client.session
        session[CONFIRMED] = timezone.now().timestamp()
        session.save()
    return client


def url(city, act=""):
    name = f"units:deliberation-{act}" if act else "units:deliberation"
    return reverse(name, args=[city.batch.pk])


def page(city, query="", user=None):
    answer = signed_in(user or city.city_officer).get(url(city) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def order_of(text):
    return re.findall(r'<tr id="a(\d+)"|<tr class="(p-cut)"', text)


def test_the_line_stands_where_the_places_end(city):
    text = page(city)

    keys = [first or second for first, second in order_of(text)]
    assert keys == [*(str(row.pk) for row in city.rows[:3]), "p-cut", str(city.rows[3].pk)]
    assert "命名线　3 家　94.00 分" in text
    assert "差 1.00 分" in text
    assert text.count('t-ok">拟命名') == 3


def test_vetoed_ones_and_those_without_a_score_stand_apart(city):
    Application.objects.filter(pk=city.rows[0].pk).update(vetoed=True)
    Application.objects.filter(pk=city.rows[1].pk).update(total=None)
    Application.objects.filter(pk=city.rows[2].pk).update(total=70)

    text = page(city)

    assert 't-bad">一票否决' in text
    assert "没有验收得分</h2>" in text
    assert 't-off">未达申报线' in text


def test_the_page_says_what_belongs_to_a_tie(city):
    Application.objects.filter(pk=city.rows[3].pk).update(total=94)

    text = page(city)

    assert text.count('t-due">并列待定') == 2
    assert "线上同分，只剩 1 个名额，须逐家决定" in text
    assert "“示例丙村”“示例丁村”同为 94.00 分" in text


def test_what_if_tells_and_keeps_nothing(city):
    wider, same = page(city, "?line=4"), page(city, "?line=3")

    assert "新进 1 家" in wider and "第 4 名 示例丁村" in wider
    assert "超出名额 1 家" in wider
    assert "入选单位不变" in same
    assert "退出 2 家" in page(city, "?line=1")
    assert not Deliberation.objects.exists()


@pytest.mark.parametrize("query", ["?line=x", "?line=9999999", "?pick=0", "?pick=²", "?show=%00"])
def test_nonsense_in_the_address_is_passed_over(city, query):
    assert "命名线" in page(city, query)


def test_a_departure_is_made_on_the_page_and_shown_under_the_name(city):
    client, first = signed_in(city.city_officer), city.rows[0]
    assert "保存调整" in page(city, f"?pick={first.pk}")
    sent = {"application": first.pk, "chosen": "no", "reason": "同一苏木已有两家"}

    answer = client.post(url(city, "choose"), sent)

    assert answer.url == f"{url(city)}#a{first.pk}"
    text = page(city)
    assert 't-mend">不列入' in text
    assert '<span class="tiny soft d-why">同一苏木已有两家</span>' in text
    assert "偏离名次 1 处" in text

    client.post(url(city, "unchoose"), {"application": first.pk})
    assert "按名次入选，没有调整" in page(city)


def test_a_departure_without_reason_is_told_and_not_kept(city):
    client, first = signed_in(city.city_officer), city.rows[0]
    sent = {"application": first.pk, "chosen": "no", "reason": ""}

    answer = client.post(url(city, "choose"), sent, follow=True)

    assert "请填写理由。没有保存。" in answer.content.decode()
    assert not Deliberation.objects.exists()


def test_an_application_of_another_batch_is_not_to_be_chosen_here(city):
    other = make.make_running_batch(city.city, "第八批")
    foreign = make.make_candidate(make.make_unit(city.west), other)
    sent = {"application": foreign.pk, "chosen": "no", "reason": "x"}

    assert signed_in(city.city_officer).post(url(city, "choose"), sent).status_code == 404


def test_only_the_naming_region_and_those_above_read_the_ranking(city):
    assert signed_in(city.east_officer).get(url(city)).status_code == 404
    assert signed_in(city.clerk).get(url(city)).status_code == 403
    assert "审定排序" in page(city, user=city.province_officer)
    assert "提交会签" not in page(city, user=city.province_officer)


def test_the_balance_stands_beside_the_quotas(city):
    body = make.make_body(city.east)
    Quota.objects.create(batch=city.batch, body=body, places=4)

    text = re.sub(r"<[^>]+>|\s+", " ", page(city))

    assert re.search(r"东旗 +3 / 4", text)
    assert re.search(r"合计 +3 +参评 4 +3 / 4", text)


def test_minutes_are_kept_with_a_signed_paper_and_a_second_writer_sees_both(city):
    client = signed_in(city.city_officer)
    paper = io.BytesIO(PDF)
    paper.name = "纪要.pdf"
    sent = {"held_on": "2026-11-20", "minutes": "一致同意。", "version": 0, "file": paper}

    answer = client.post(url(city, "minutes"), sent)
    assert answer.status_code == 302, answer.content.decode()
    held = Deliberation.objects.get()
    assert (str(held.held_on), held.minutes, held.file.name) == (
        "2026-11-20",
        "一致同意。",
        "纪要.pdf",
    )
    assert "一致同意。" in page(city)
    served = client.get(url(city, "file"))
    assert served["Content-Disposition"].startswith("attachment")

    again = {"held_on": "2026-11-21", "minutes": "另记。", "version": 1}
    text = client.post(url(city, "minutes"), again).content.decode()
    assert "他人已改" in text and "一致同意。" in text and "另记。" in text


def test_a_paper_that_is_none_is_refused_and_nothing_is_kept(city):
    paper = io.BytesIO(b"<script>alert(1)</script>")
    paper.name = "纪要.pdf"
    sent = {"held_on": "2026-11-20", "minutes": "一致同意。", "version": 0, "file": paper}

    answer = signed_in(city.city_officer).post(url(city, "minutes"), sent)

    assert answer.status_code == 200
    assert "一致同意。" in answer.content.decode()
    assert not Deliberation.objects.exists()


PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]"
    b"/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def held(city, **fields):
    rows = {"created_at": NOON, "created_by": city.city_officer, "held_on": TODAY}
    return Deliberation.objects.create(batch=city.batch, **rows, **fields)


def test_from_presenting_to_the_last_signature_in_the_pages(city):
    held(city)
    first, second = (signed_in(each, confirmed=True) for each in city.leaders)

    first.post(url(city, "present"))
    assert "会签中" in page(city)
    text = first.get(url(city, "sign")).content.decode()
    assert "市委宣传部" in text and "市民族事务委员会</option>" not in text
    for client in (first, second):
        text = client.get(url(city, "sign")).content.decode()
        sent = dict(re.findall(r'name="(digest|form_key)" value="([^"]+)"', text))
        body = re.search(r'<option value="(\d+)"', text)[1]
        answer = client.post(url(city, "sign"), {**sent, "body": body, "note": "同意"})
        assert answer.url == url(city)

    assert Docket(city.batch).is_settled
    text = page(city)
    assert "已审定" in text and "会签已齐" in text and "同意" in text


def test_presenting_asks_for_the_password_first(city):
    held(city)

    answer = signed_in(city.leaders[0]).post(url(city, "present"))

    assert "请再次输入密码" in answer.content.decode()
    assert Docket(city.batch).is_draft


def test_nobody_signs_for_a_department_that_is_not_theirs(city):
    held(city)
    signed_in(city.leaders[0], confirmed=True).post(url(city, "present"))
    stranger = make.make_officer(city.city, may_sign=True)

    answer = signed_in(stranger, confirmed=True).get(url(city, "sign"), follow=True)

    assert "现在没有需要您会签的名单" in answer.content.decode()


def test_taking_back_wants_a_reason(city):
    held(city)
    client = signed_in(city.leaders[0], confirmed=True)
    client.post(url(city, "present"))

    assert "收回须写明原因" in client.post(url(city, "take-back"), follow=True).content.decode()
    client.post(url(city, "take-back"), {"note": "漏了一家"})
    assert Docket(city.batch).is_draft


def test_the_page_says_when_scores_changed_under_the_signatures(city):
    held(city)
    signed_in(city.leaders[0], confirmed=True).post(url(city, "present"))
    Application.objects.filter(pk=city.rows[0].pk).update(total=99)

    assert "名单里的得分或申报有变动" in page(city)


def test_the_stage_that_is_over_is_red_and_one_to_come_is_told(city):
    city.batch.stages.update(ends_at=NOON - timedelta(days=1), starts_at=NOON - timedelta(days=9))
    assert 'class="p-note bad' in page(city)

    far = timezone.now() + timedelta(days=9)
    city.batch.stages.update(starts_at=far, ends_at=far + timedelta(days=9))
    assert "现在可以试算和准备" in page(city)


def test_the_workbook_has_every_candidate_with_its_outcome(city):
    Application.objects.filter(pk=city.rows[1].pk).update(short=True)
    answer = signed_in(city.city_officer).post(url(city, "export"))

    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in rows if row[0] == "名次")
    found = {row[1]: dict(zip(head, row, strict=True)) for row in rows[rows.index(head) + 1 :]}
    assert len(found) == 4
    assert found["示例丙村"]["名次"] == 2 and found["示例丙村"]["验收总分"] == 94
    assert found["示例乙村"]["审定意见"] == "单项不达标"
    assert AuditEvent.objects.filter(action="register.export").count() == 1


def test_the_print_has_names_line_and_departments(city, pdf_text):
    answer = signed_in(city.city_officer).post(url(city, "print"))

    text = pdf_text(answer.content)
    assert answer["Content-Type"] == "application/pdf"
    for words in (
        "第七批审定表",
        "示例丁村",
        "命名线",
        "市委宣传部",
        Docket(city.batch).digest[:12],
    ):
        assert words in text


def test_a_long_list_is_set_in_the_background(city, monkeypatch):
    monkeypatch.setattr("units.views.printing.AT_ONCE", 3)

    answer = signed_in(city.city_officer).post(url(city, "print"))
    job = Job.objects.get(name="units.print_list")
    assert answer.url == job.get_absolute_url()
    print_list(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.result.media_type) == ("done", "application/pdf")


def test_somebody_who_objected_when_asked_is_named_beside_the_unit(city):
    Consultation.objects.create(
        application=city.rows[0],
        body_name="市公安局",
        asked_on=TODAY,
        reply_by=TODAY,
        answer="objected",
        recorded_by=city.city_officer,
    )

    assert "征求意见：市公安局有不同意见" in page(city)


def test_a_batch_that_is_over_is_only_read(city):
    Batch.objects.filter(pk=city.batch.pk).update(state=Batch.State.CANCELLED)

    text = page(city)
    assert "调整</a>" not in text and "填写纪要" not in text


@pytest.mark.parametrize("state", ["draft", "signing"])
def test_the_page_costs_the_same_for_one_and_for_three(city, state, django_assert_max_num_queries):
    row = held(city, state=state, digest="x")
    told = {"chosen": False, "reason": "x", "made_at": NOON, "made_by": city.city_officer}
    row.choices.create(application=city.rows[0], **told)
    client = signed_in(city.leaders[0])
    client.get(url(city))
    Application.objects.exclude(pk=city.rows[0].pk).update(state="withdrawn")
    with django_assert_max_num_queries(15) as one:
        client.get(url(city))
    Application.objects.update(state="accepted")
    with django_assert_max_num_queries(15) as many:
        client.get(url(city))

    assert len(one) == len(many)

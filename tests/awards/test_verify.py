"""核验: anybody may ask; the answer is what the titles say at that moment."""

import secrets

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from awards import layout
from awards.models import Certificate
from awards.operations.certificates import issue_for_batch
from awards.operations.reissues import reissue_certificate, void_certificate
from awards.printing import TEXTS, Press, texts_of
from portal import files
from portal.models import AuditEvent
from tests import factories as make
from tests.awards.conftest import ADDRESS, printed, words_of
from tests.factories import NOON, TODAY
from units.models import Designation, ExitCase, Unit


@pytest.fixture
def paper(issue):
    return Certificate.objects.for_display().filter(issue=issue).order_by("position").first()


def page_of(certificate, client=None):
    return (client or Client()).get(reverse("verify:certificate", args=[certificate.code]))


def told(certificate):
    """The verdict's two sentences."""
    body = page_of(certificate).content.decode()
    box = body.split('class="p-verdict', 1)[1]
    return box.split("<b>", 1)[1].split("</b>")[0], box.split("<span>", 1)[1].split("</span>")[0]


def test_the_page_shows_every_printed_field_and_no_person(paper, city):
    answer = page_of(paper)
    body = answer.content.decode()

    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    for words in (paper.number, paper.title, paper.unit_name, "第七批", "呼民委发〔2026〕31号"):
        assert words in body
    assert "2026-11-22 至 2031-11-21" in body and "同证书" in body
    assert [each.name for each in paper.issuers.all() if each.name not in body] == []
    assert city.leaders[0].name not in body.replace(paper.issuers.first().name, "")
    assert told(paper) == ("证书有效", "称号在有效期内，与名册记录一致。")


VERDICTS = {
    "revoked": ("称号已撤销", "由命名机关撤销，本证书作废。"),
    "withdrawn": ("称号已退出", "单位退出称号，本证书不再有效。"),
    "renewed": ("称号已续接", "单位已重新命名，请核验新证书。"),
    "superseded": ("称号已更替", "单位合并、升格或注销，称号已更替，本证书不再有效。"),
    "voided": ("命名已取消", "命名机关已取消这项命名，本证书作废。"),
    "reverifying": ("证书有效", "称号在有效期内，与名册记录一致。"),
    "rectifying": ("证书有效", "称号在有效期内，与名册记录一致。"),
}


def test_the_page_follows_the_title_at_once(paper):
    titles = Designation.objects.filter(pk=paper.designation_id)
    for state, verdict in VERDICTS.items():
        titles.update(state=state)
        assert told(paper) == verdict
    titles.update(state="revoked")
    who = make.make_officer(paper.issue.region)
    case = {"ground": "fraud", "happened_on": TODAY, "recorded_at": NOON, "recorded_by": who}
    ExitCase.objects.create(designation=paper.designation, **case)
    assert told(paper)[1] == "2026-11-22 由命名机关撤销，本证书作废。"


def test_a_term_that_is_over_says_so_and_a_longer_one_too(paper):
    titles = Designation.objects.filter(pk=paper.designation_id)

    titles.update(ends_on=TODAY.replace(year=2040))
    assert told(paper) == ("证书有效", "称号已续期，现有效期至 2040-11-21。")
    assert "现有效期至" in page_of(paper).content.decode()

    titles.update(starts_on="2015-01-01", ends_on="2020-01-01")
    assert told(paper) == ("称号已到期", "有效期至 2019-12-31，尚未复验。")


def test_a_replaced_and_a_void_paper_say_so(paper, city):
    case = {"reason": "lost", "note": "水浸", "address": ADDRESS}
    new = reissue_certificate(paper, **case, **city.leader)
    new = Certificate.objects.for_display().get(pk=new.pk)

    assert told(paper) == ("已换发新证", "原证书遗失或损坏，已补发，请核验新证书。")
    assert told(new)[0] == "证书有效"
    assert new.code not in page_of(paper).content.decode()

    void_certificate(new, note="印错", **city.leader)
    assert told(new) == ("证书已作废", "2026-11-22 由命名机关作废，不能作为凭据。")
    assert "印错" not in page_of(new).content.decode()


def test_a_unit_that_is_called_otherwise_now_shows_both_names(paper):
    Unit.objects.filter(pk=paper.designation.unit_id).update(name="示例新名村")

    body = page_of(paper).content.decode()

    assert paper.unit_name in body and "示例新名村" in body and "同证书" not in body


def test_no_changed_code_finds_anything(paper, django_assert_num_queries):
    code = paper.code
    guesses = {code[:at] + each + code[at + 1 :] for at in range(32) for each in "0123456789abcdef"}
    guesses |= {secrets.token_hex(16) for _ in range(600)}
    guesses.discard(code)

    assert len(guesses) > 1000
    assert not Certificate.objects.filter(code__in=guesses).exists()
    answer = page_of(Certificate(code=guesses.pop()))
    assert (answer.status_code, "查不到这份证书" in answer.content.decode()) == (404, True)


def test_the_thirty_first_look_in_a_minute_is_put_off(paper, client):
    with time_machine.travel(NOON, tick=False):
        answers = [page_of(paper, client).status_code for _ in range(30)]
        late = page_of(paper, client)

    assert set(answers) == {200}
    assert (late.status_code, "请一分钟后再试" in late.content.decode()) == (429, True)
    other = Client(REMOTE_ADDR="192.0.2.7").get(reverse("verify:certificate", args=[paper.code]))
    assert other.status_code == 200


def test_neighbours_in_one_block_of_addresses_share_the_thirty(paper):
    url = reverse("verify:certificate", args=[paper.code])
    hosts = [f"2001:db8:0:1::{number:x}" for number in range(31)]

    with time_machine.travel(NOON, tick=False):
        answers = [Client(REMOTE_ADDR=host).get(url).status_code for host in hosts]

    assert answers == [200] * 30 + [429]


def test_a_number_is_found_together_with_its_unit_and_not_without(paper, client):
    url = reverse("verify:find")
    typed = paper.number.replace("〔", "[").replace("〕", "] ")

    found = client.post(url, {"number": typed, "unit": f" {paper.unit_name} "})
    strange = client.post(url, {"number": typed, "unit": "示例丙校" + "别"})
    nobody = client.post(url, {"number": "无此编号9", "unit": paper.unit_name})
    half = client.post(url, {"number": typed, "unit": ""})

    assert found.url == reverse("verify:certificate", args=[paper.code])
    assert (strange.status_code, nobody.status_code) == (404, 404)
    assert "查不到这份证书" in strange.content.decode()
    assert "请同时填写证书编号和单位名称" in half.content.decode()


def test_the_code_alone_is_enough_and_the_newest_paper_is_found(paper, client, city):
    case = {"reason": "lost", "note": "水浸", "address": ADDRESS}
    new = reissue_certificate(paper, **case, **city.leader)
    url = reverse("verify:find")

    by_number = client.post(url, {"number": new.number, "unit": new.unit_name})
    by_code = client.post(url, {"code": f" {paper.code.upper()} "})

    assert by_number.url == reverse("verify:certificate", args=[new.code])
    assert by_code.url == reverse("verify:certificate", args=[paper.code])
    assert client.get(f"/verify/{paper.code}%00/").status_code == 200  # as if it were not there
    assert client.get("/verify/%00/").status_code == 404


HOSTILE = (
    '<img src="file:///etc/hostname">',
    "<link rel=attachment href=file:///etc/hostname>",
    '<style>@import "http://127.0.0.1:9/x"</style>',
    "{{ settings.SECRET_KEY }}{% load x %}",
)


def test_markup_in_a_unit_name_is_printed_as_words_and_reaches_nothing(cast, monkeypatch):
    asked = []
    monkeypatch.setattr("urllib.request.OpenerDirector.open", lambda *a, **k: asked.append(a))
    row = dict.fromkeys(TEXTS, "示例") | {"number": "示例1号"}
    papers = [{**row, "unit_name": name[:100]} for name in HOSTILE]
    press = Press(texts_of(papers, []))
    for fields in papers:
        made = Certificate(**fields, dated_on=TODAY, address=f"{ADDRESS}/verify/x/")
        content = press.print(made, [])
        lines = layout.fitted(made.unit_name, layout.UNIT_STEPS).lines
        assert "".join("".join(lines).split()) in words_of(content)
        assert b"EmbeddedFile" not in content and b"/URI" not in content
    assert asked == []


def test_a_clerk_takes_the_own_paper_and_no_other(city, issue, client):
    printed(issue, city.leaders[0])
    own, other = issue.certificates.order_by("position")[:2]
    client.force_login(make.make_clerk(own.designation.unit))

    taken = client.post(reverse("awards:certificate-pdf", args=[own.pk]))

    assert b"".join(taken.streaming_content).startswith(b"%PDF")
    assert client.post(reverse("awards:certificate-pdf", args=[other.pk])).status_code == 404
    (line,) = AuditEvent.objects.filter(action="certificate.download")
    assert (line.target_id, line.actor.role) == (str(own.pk), "clerk")
    assert own.number in client.get(own.designation.get_absolute_url()).content.decode()


def test_a_paper_that_is_gone_from_the_disk_was_taken_by_nobody(city, issue, client):
    printed(issue, city.leaders[0])
    paper = issue.certificates.select_related("pdf").first()
    files.path_of(paper.pdf.sha256).unlink()
    client.force_login(city.leaders[0])

    answer = client.post(reverse("awards:certificate-pdf", args=[paper.pk]))

    assert answer.status_code == 404
    assert not AuditEvent.objects.filter(action="certificate.download").exists()


def test_another_rule_of_numbers_does_not_touch_those_given(city, issue):
    numbers = list(issue.certificates.values_list("number", flat=True))
    rule = city.batch.rule
    rule.number_format = "改{序号}"
    rule.save()
    paper = Certificate.objects.for_display().filter(issue=issue).first()
    void_certificate(paper, note="印错", **city.leader)

    again = issue_for_batch(city.batch, address=ADDRESS, **city.leader)

    assert list(issue.certificates.values_list("number", flat=True)) == numbers
    assert again.certificates.get().number == "改0001"

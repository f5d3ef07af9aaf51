"""Photos and videos go up over a bad line: nothing chosen is lost, nothing comes twice."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from evaluations.models import AnswerEvidence, Evidence, SelfCheck
from portal import files
from tests import factories as base
from tests.evaluations import factories as make
from tests.evaluations import sample_files as sample
from tests.journeys.conftest import sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]
CELLS = "[data-code]"


@pytest.fixture
def check(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    county = base.make_region()
    unit = base.make_unit(base.make_region("东苏木", county))
    clerk = base.make_clerk(unit, username="tianbao")
    round = make.make_round(county, make.make_edition(county), created_by=clerk)
    now = timezone.now()
    round.opens_at, round.due_at = now - timedelta(days=365), now + timedelta(days=365)
    round.save()
    made = make.make_check(unit, round, state=SelfCheck.State.FILLING)
    made.clerk = clerk
    return made


def address(check, code="1.1"):
    return reverse(
        "evaluations:item-evidence", args=[check.pk, make.item_of(check.edition, code).pk]
    )


@pytest.fixture
def page(check, visitor):
    opened = visitor.new_page()
    sign_in_as(opened, check.clerk)
    opened.goto(address(check))
    return opened


def file(name, kind, content):
    return {"name": name, "mimeType": kind, "buffer": content}


def choose(page, *chosen):
    page.set_input_files("[data-evidence] input[multiple]", list(chosen))


def wait_for_cells(page, count):
    expect(page.locator(CELLS)).to_have_count(count, timeout=15_000)


def test_a_large_photo_arrives_smaller_with_its_day_and_without_its_place(check, page):
    photo = sample.jpeg(1, (4000, 3000), 95, taken="2026:03:18 09:30:00", place=True)

    choose(page, file("照片.jpg", "image/jpeg", photo))
    wait_for_cells(page, 1)

    evidence = Evidence.objects.get()
    with Image.open(files.path_of(evidence.sha256)) as kept:
        assert max(kept.size) == 2560
    assert evidence.file.size < len(photo)
    assert str(evidence.found_on) == "2026-03-18"


def test_a_line_lost_on_the_way_is_waited_out(check, page, visitor):
    video = sample.mp4(1, 1_500_000)
    misses = []

    def lose_some(route):
        if route.request.method == "PUT" and len(misses) < 2 and route.request.post_data_buffer:
            misses.append(route.request.url)
            return route.abort()
        return route.continue_()

    page.route("**/uploads/**", lose_some)
    choose(page, file("活动.mp4", "video/mp4", video))
    page.wait_for_selector("text=有网后自动继续")
    wait_for_cells(page, 1)

    assert len(misses) == 2
    assert files.path_of(Evidence.objects.get().sha256).read_bytes() == video


def test_a_page_closed_half_way_goes_on_when_it_is_opened_again(check, page, visitor):
    video = sample.mp4(2, 3_000_000)
    page.route("**/uploads/*/finish/", lambda route: route.abort())
    choose(page, file("活动.mp4", "video/mp4", video))
    page.wait_for_selector("text=有网后自动继续")
    page.close()

    again = visitor.new_page()
    again.goto(address(check, "1.2"))  # another item of the same check
    for _ in range(150):
        if AnswerEvidence.objects.exists():
            break
        again.wait_for_timeout(100)

    evidence = Evidence.objects.get()
    assert files.path_of(evidence.sha256).read_bytes() == video
    assert AnswerEvidence.objects.get().answer.indicator.code == "1.1"


def test_what_is_no_picture_is_told_and_the_others_go_up(check, page):
    choose(
        page,
        file("坏.jpg", "image/jpeg", b"<html><script>alert(1)</script></html>"),
        file("好.pdf", "application/pdf", sample.pdf()),
    )
    wait_for_cells(page, 1)

    note = page.wait_for_selector("text=“坏.jpg”实际是网页文件")
    assert "没有保存这个文件" in note.inner_text()


def test_removing_can_be_undone_and_files_are_used_again_from_the_side(check, page):
    choose(page, file("方案.pdf", "application/pdf", sample.pdf()))
    wait_for_cells(page, 1)
    page.evaluate("document.addEventListener('files:changed', e => { window.told = e.detail; })")

    page.click("[data-remove]")
    wait_for_cells(page, 0)
    page.click("text=撤销移除")
    wait_for_cells(page, 1)

    told = page.evaluate("window.told")
    page.goto(address(check, "1.2"))
    page.click("[data-reuse]")
    page.check(".p-sidepanel input[type=checkbox]")
    page.click(".p-sidepanel button[type=submit]:has-text('选用')")
    wait_for_cells(page, 1)
    assert (told["version"], told["files"]) == (3, 1)
    assert AnswerEvidence.objects.filter(reused=True).count() == 2


def test_without_scripts_a_plain_form_does_it(check, chromium, live_server):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    sign_in_as(page, check.clerk)
    page.goto(address(check))

    page.set_input_files("#files", [file("照片.jpg", "image/jpeg", sample.jpeg())])
    page.click("button:has-text('上传')")
    page.wait_for_selector("text=已添加 1 份材料。")

    page.click("button:has-text('移除')")
    page.wait_for_selector("text=已从本项移除")
    context.close()
    assert not AnswerEvidence.objects.exists()
    assert Evidence.objects.exists()

"""How evidence is shown and sent: permission on each fetch, marked, in parts, never run."""

import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from PIL import Image, ImageChops

from evaluations import tasks
from evaluations.models import AnswerEvidence, Evidence, SelfCheck
from portal import files
from portal.models import Job, Setting
from portal.page_pictures import sweep_pages
from tests.evaluations import factories as make
from tests.evaluations import sample_files as sample
from tests.evaluations.test_evidence import add, hand_in
from tests.factories import NOON

S = SelfCheck.State
PRIVATE = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def check(cast):
    round = make.make_round(cast.city, make.make_edition(cast.city))
    return make.make_check(cast.one, round, state=S.FILLING)


@pytest.fixture
def assessor(cast, check):
    person = make.make_assessor(cast.city, name="测评员甲")
    inspection = make.make_inspection(
        make.make_inspection_round(cast.city), cast.one, check.edition
    )
    make.make_assignment(inspection, person)
    return person


def derived(check, by, content, name="照片.jpg", code="1.1"):
    """A file that is added, derived and handed in."""
    citation = add(check, by, content, name=name, code=code)
    for job in Job.objects.filter(state=Job.State.WAITING):
        tasks.derive(job_id=job.pk)
    return Evidence.objects.get(pk=citation.evidence_id)


def get(client, name, evidence, *more, **headers):
    url = reverse(f"evaluations:{name}", args=[evidence.code, *more])
    return client.get(url, headers=headers)


def body(response):
    return b"".join(response) if response.streaming else response.content


def test_a_job_makes_viewing_copy_thumbnail_and_hash_once(cast, check):
    evidence = derived(check, cast.clerk, sample.jpeg(size=(3000, 2000)))

    with Image.open(files.path_of(evidence.viewing.sha256)) as copy:
        assert copy.size == (2560, 1707)
    assert evidence.thumbnail and len(evidence.picture_hash) == 16
    assert Job.objects.get().state == Job.State.DONE


def test_a_file_without_a_picture_is_seen_to_once(cast, check):
    evidence = derived(check, cast.clerk, sample.docx(), "方案.docx")

    assert (evidence.viewing, evidence.thumbnail) == (None, None)
    assert evidence.derived_at


def test_every_kind_of_answer_is_locked_down(cast, check, client):
    evidence = derived(check, cast.clerk, sample.jpeg())
    client.force_login(cast.clerk)

    for name in ("evidence-thumb", "evidence-view", "evidence-file"):
        response = get(client, name, evidence)
        assert response.status_code == 200
        assert {head: response.headers[head] for head in PRIVATE} == PRIVATE
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert body(response) == sample.jpeg()


def test_the_viewing_copy_is_marked_with_the_viewer_where_the_rule_asks(cast, check, client):
    evidence = derived(check, cast.clerk, sample.jpeg(size=(1200, 900)))
    client.force_login(cast.clerk)
    plain = Image.open(files.path_of(evidence.viewing.sha256)).convert("RGB")
    difference = lambda: ImageChops.difference(
        plain, Image.open(io.BytesIO(body(get(client, "evidence-view", evidence))))
    ).getextrema()

    marked = difference()
    Setting.objects.create(code="evidence_watermark", label="水印", value="否")

    assert max(high for _, high in marked) > 30
    assert difference() == ((0, 0), (0, 0), (0, 0))


def test_originals_with_their_place_are_not_for_assessors(cast, check, client, assessor):
    photo = derived(check, cast.clerk, sample.jpeg(place=True))
    paper = derived(check, cast.clerk, sample.docx(), "方案.docx", code="1.2")
    hand_in(check)
    client.force_login(assessor)

    assert get(client, "evidence-view", photo).status_code == 200
    assert get(client, "evidence-file", photo).status_code == 404
    assert get(client, "evidence-file", paper).status_code == 200


def test_a_link_is_worth_nothing_after_reassignment_or_sign_out(cast, check, client, assessor):
    evidence = derived(check, cast.clerk, sample.jpeg())
    hand_in(check)
    client.force_login(assessor)
    assert get(client, "evidence-thumb", evidence).status_code == 200

    assessor.assignments.all().delete()

    for name in ("evidence", "evidence-thumb", "evidence-view", "evidence-file"):
        assert get(client, name, evidence).status_code == 404
    client.logout()
    assert get(client, "evidence-thumb", evidence).status_code == 302


@pytest.mark.parametrize(
    ("asked", "status", "part", "told"),
    [
        ("bytes=0-99", 206, slice(0, 100), "bytes 0-99/{}"),
        ("bytes=100-", 206, slice(100, None), "bytes 100-{last}/{}"),
        ("bytes=-50", 206, slice(-50, None), "bytes {tail}-{last}/{}"),
        ("bytes=99999999-", 416, slice(0, 0), "bytes */{}"),
        ("bytes=5-2", 416, slice(0, 0), "bytes */{}"),
        ("", 200, slice(None), None),
        ("bytes=" + "9" * 5000 + "-", 416, slice(0, 0), "bytes */{}"),
    ],
)
def test_a_video_is_sent_in_the_parts_a_player_asks_for(
    cast, check, client, asked, status, part, told
):
    video = sample.mp4(3, 5000)
    evidence = derived(check, cast.clerk, video, "活动.mp4")
    client.force_login(cast.clerk)

    response = get(client, "evidence-view", evidence, **({"Range": asked} if asked else {}))

    assert (response.status_code, body(response)) == (status, video[part])
    size = len(video)
    expected = told and told.format(size, last=size - 1, tail=size - 50)
    assert response.headers.get("Content-Range") == expected


def test_pages_of_a_pdf_are_drawn_once_and_forgotten_after_a_week(cast, check, client, root):
    evidence = derived(check, cast.clerk, sample.pdf(pages=2), "计划.pdf")
    client.force_login(cast.clerk)

    response = get(client, "evidence-page", evidence, 2)

    with Image.open(io.BytesIO(body(response))) as page:
        assert page.size[0] == 1400 and 1975 < page.size[1] < 1985
    assert get(client, "evidence-page", evidence, 3).status_code == 404
    assert evidence.thumbnail
    drawn = list((root / "pages").glob("*/*"))
    assert [path.name for path in drawn] == ["2.jpg"]
    assert sweep_pages(NOON + timedelta(days=3650)) == 1


def test_a_day_in_the_file_later_than_the_day_told_is_pointed_out(cast, check, client):
    evidence = derived(check, cast.clerk, sample.jpeg(taken="2026:05:26 10:00:00"))
    assert (evidence.found_on, evidence.taken_on) == (date(2026, 5, 26), date(2026, 5, 26))
    client.force_login(cast.clerk)
    told = {"title": "升旗", "taken_on": "2026-03-18", "version": 1}

    url = reverse("evaluations:evidence-describe", args=[evidence.code])
    page = client.post(url, told, follow=True).content.decode()

    assert "文件里记录的拍摄日期 2026-05-26 晚于填报的形成日期 2026-03-18。" in page


def test_the_viewer_shows_the_item_and_its_other_files(cast, check, client):
    first = derived(check, cast.clerk, sample.jpeg(1), "一.jpg")
    second = derived(check, cast.clerk, sample.jpeg(2), "二.jpg")
    hand_in(check)
    client.force_login(cast.east_officer)

    page = get(client, "evidence", first).content.decode()

    assert "1.1 学习" in page and "本项材料 2 份" in page
    assert second.get_absolute_url() in page
    assert "采信</button>" in page


def test_only_the_viewer_part_is_sent_to_pages_that_hold_it(cast, check, client):
    evidence = derived(check, cast.clerk, sample.jpeg())
    client.force_login(cast.clerk)

    page = get(client, "evidence", evidence, **{"X-Part": "1"}).content.decode()

    assert "data-viewer" in page and "<html" not in page


def test_nobodys_name_is_told_to_the_unit_when_an_assessor_accepts(cast, check, client, assessor):
    evidence = derived(check, cast.clerk, sample.jpeg())
    hand_in(check)
    client.force_login(assessor)
    client.post(reverse("evaluations:evidence-accept", args=[evidence.code]))

    client.force_login(cast.clerk)
    assert "测评员甲" not in get(client, "evidence", evidence).content.decode()
    client.force_login(cast.east_officer)
    assert "测评员甲（测评人员）采信" in get(client, "evidence", evidence).content.decode()


def test_codes_of_stored_files_are_shown_nowhere(cast, check, client):
    evidence = derived(check, cast.clerk, sample.jpeg())
    client.force_login(cast.clerk)
    codes = {evidence.file.code, evidence.viewing.code, evidence.thumbnail.code}
    item = make.item_of(check.edition, "1.1")
    pages = [
        evidence.get_absolute_url(),
        reverse("evaluations:evidence-list"),
        reverse("evaluations:item-evidence", args=[check.pk, item.pk]),
    ]

    shown = "".join(client.get(page).content.decode() for page in pages)

    assert evidence.code in shown
    assert not [code for code in codes if code in shown]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(
    cast, check, client, count, django_assert_num_queries
):
    for seed in range(count):
        add(check, cast.clerk, sample.jpeg(seed))
    hand_in(check)
    client.force_login(cast.city_officer)
    client.get(reverse("evaluations:evidence-list"))

    with django_assert_num_queries(7):
        page = client.get(reverse("evaluations:evidence-list")).content.decode()

    assert page.count("照片.jpg") == count


def test_a_clerk_reads_how_much_room_is_left(cast, check, client):
    add(check, cast.clerk, sample.mp4(1, 2_000_000), name="活动.mp4")
    client.force_login(cast.clerk)

    page = client.get(reverse("evaluations:evidence-list")).content.decode()

    assert "1.9 MB / 500.0 MB" in page
    assert AnswerEvidence.objects.count() == 1


def test_accepting_in_place_answers_with_the_part(cast, check, client):
    evidence = derived(check, cast.clerk, sample.jpeg())
    hand_in(check)
    client.force_login(cast.east_officer)
    url = reverse("evaluations:evidence-accept", args=[evidence.code])

    first = client.post(url, headers={"X-Part": "1"}).content.decode()
    again = client.post(url, headers={"X-Part": "1"}).content.decode()

    assert "已采信" in first and "<html" not in first
    assert "已经采信，没有再次记录" in again

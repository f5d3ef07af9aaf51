"""The pages of 离线打分: export, upload, decide, in one person's hands from first to last."""

import re
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from evaluations.models import Score, ScoreImport
from portal.models import AuditEvent
from tests.evaluations import books
from tests.evaluations import factories as build
from tests.evaluations.books import VALUE
from tests.evaluations.rounds import lay_out


@pytest.fixture
def stand(cast, settings, tmp_path, client):
    settings.MEDIA_ROOT = tmp_path / "files"
    stand = lay_out(cast)
    stand.east, stand.path = cast.one, tmp_path / "book.xlsx"
    client.force_login(stand.one)
    return stand


def download(client, stand):
    answer = client.post(reverse("evaluations:score-book", args=[stand.round.pk]))
    assert answer.status_code == 200
    stand.path.write_bytes(b"".join(answer.streaming_content))
    return stand.path


def send(client, path, **more):
    address = reverse("evaluations:score-import-new")
    return client.post(address, {"file": books.upload(path), **more}, follow=True)


def test_the_whole_way_through_the_pages(client, stand):
    path = download(client, stand)
    books.fill(path, stand.east, {("1.1", VALUE): 55})

    page = send(client, path).content.decode()

    assert "我改的" in page and "55" in page
    imported = ScoreImport.objects.get()
    mark = re.search(r'name="mark" value="(\w+)"', page)[1]
    take = re.findall(r'name="take" value="([\w-]+)"', page)
    answer = client.post(
        reverse("evaluations:score-import-apply", args=[imported.pk]),
        {"take": take, "mark": mark, "form_key": "once"},
        follow=True,
    )
    assert "已写入 1 格" in answer.content.decode()
    assert Score.objects.get().value == 55
    assert AuditEvent.objects.filter(action="scorebook.export").count() == 1


def test_an_unchanged_book_leaves_nothing_behind(client, stand):
    path = download(client, stand)
    before = AuditEvent.objects.count()

    answer = send(client, path)

    assert "完全一致，没有需要导入的内容" in answer.content.decode()
    assert not ScoreImport.objects.exists()
    assert AuditEvent.objects.count() == before


def test_faults_are_listed_and_come_back_marked_in_the_book(client, stand):
    path = download(client, stand)
    books.fill(path, stand.east, {("1.1", VALUE): 61})

    page = send(client, path).content.decode()

    assert "有 1 处错误，没有导入任何内容" in page and "61 超过满分 60" in page
    assert f"{stand.east.name}”表 G6</td>" in page
    imported = ScoreImport.objects.get()
    copy = client.get(reverse("evaluations:score-import-faults", args=[imported.pk]))
    book = openpyxl.load_workbook(BytesIO(b"".join(copy.streaming_content)))
    sheet = next(each for each in book.worksheets if stand.east.name in each.title)
    assert "61 超过满分 60" in sheet["G6"].comment.text


def test_the_same_upload_twice_is_kept_once(client, stand):
    path = download(client, stand)
    books.fill(path, stand.east, {("1.1", VALUE): 55})

    first, second = (send(client, path, form_key="same") for _ in range(2))

    assert ScoreImport.objects.count() == 1
    assert first.redirect_chain == second.redirect_chain


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_book_is_refused_in_a_sentence(client, stand, content):
    stand.path.write_bytes(content)

    page = send(client, stand.path).content.decode()

    assert re.search(r"没有(读取|导入)任何内容", page)
    assert not ScoreImport.objects.exists()


def test_dropping_leaves_the_scores_alone(client, stand):
    path = download(client, stand)
    books.fill(path, stand.east, {("1.1", VALUE): 55})
    send(client, path)
    imported = ScoreImport.objects.get()

    answer = client.post(reverse("evaluations:score-import-drop", args=[imported.pk]), follow=True)

    assert "系统里的分数没有变动" in answer.content.decode()
    imported.refresh_from_db()
    assert imported.state == ScoreImport.State.DROPPED and not Score.objects.exists()


def test_a_round_without_units_of_mine_is_not_there(client, stand, cast):
    other = build.make_inspection_round(cast.city, title="别的轮次")

    answer = client.post(reverse("evaluations:score-book", args=[other.pk]))

    assert answer.status_code == 404


def test_a_book_costs_the_same_queries_for_one_unit_and_for_two(
    client, stand, django_assert_max_num_queries
):
    address = reverse("evaluations:score-book", args=[stand.round.pk])

    with django_assert_max_num_queries(26):
        client.post(address)
    stand.tasks[2].delete()
    with django_assert_max_num_queries(26):
        client.post(address)

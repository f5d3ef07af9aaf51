"""An index from Excel: looked at first, then a draft; what is exported reads back the same."""

import io
from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from evaluations.models import Family, IndexEdition, Indicator
from evaluations.operations.edition_export import write_edition
from evaluations.operations.editions import NODE_FIELDS, faults_of
from evaluations.operations.samples import load_samples
from portal.models import AuditEvent, StoredFile
from tests.factories import NOON, TODAY

ROWS = [
    ["机关民族团结进步测评体系"],
    ["一级指标", "二级指标", "测评标准", "分值", "测评方法", "佐证材料", "责任单位"],
    ["组织领导（60分）", "学习", "专题学习", 30, "材料审核", "学习记录", "办公室"],
    [None, None, "干部培训", 30, "材料审核", None, None],
    ["宣传教育", "阵地", "专栏标牌", 40, "实地察看", None, None],
]
FACTS = {
    "title": "机关测评体系",
    "issuer": "市民委",
    "edition_no": "2030",
    "total": "100",
    "bonus_cap": "0",
    "apply_line": "90",
    "pass_line": "60",
    "step": "0.5",
    "method": "mean",
    "words_cap": "500",
    "files_cap": "5",
    "starts_on": "2030-01-01",
    "sheet": "0",
}


@pytest.fixture
def office(client, cast):
    Family.objects.create(code="ORGAN", name="机关")
    client.force_login(cast.city_officer)
    return client


def workbook(rows, merges=("A3:A4", "B3:B4")):
    book, out = Workbook(), io.BytesIO()
    book.active.title = "机关"
    for row in rows:
        book.active.append(row)
    for block in merges:
        book.active.merge_cells(block)
    book.save(out)
    return out.getvalue()


def upload(client, content, name="机关.xlsx"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("evaluations:edition-import"), {"file": file}, follow=True)


def preview_of(answer):
    return answer.redirect_chain[-1][0]


@pytest.mark.parametrize("name", ["evaluations:edition-import", "units:import-new"])
def test_the_form_for_a_file_sends_it_and_a_form_for_words_keeps_them(office, name):
    page = office.get(reverse(name)).content.decode()
    words = office.get(reverse("evaluations:edition-new")).content.decode()

    assert '<form method="post" enctype="multipart/form-data" novalidate>' in page
    assert '<form method="post" data-draft novalidate>' in words


def test_a_file_is_looked_at_and_nothing_is_written_until_it_is_sent_in(office):
    answer = upload(office, workbook(ROWS))

    page = answer.content.decode()
    assert "读到 3 个要点 · 还没有写入任何内容" in page
    assert "每一格都读懂了" in page
    assert 'value="机关民族团结进步测评体系"' in page
    assert not IndexEdition.objects.exists()


def test_what_was_looked_at_becomes_a_draft_once(office, cast):
    address = preview_of(upload(office, workbook(ROWS)))
    sent = FACTS | {"family": Family.objects.get().pk, "form_key": "k"}

    answers = [office.post(address, sent) for _ in range(2)]

    assert {each.status_code for each in answers} == {302}
    edition = IndexEdition.objects.get()
    assert edition.state == "draft"
    assert edition.region == cast.city
    assert edition.source.name == "机关.xlsx"
    assert faults_of(edition) == []
    assert edition.indicators.get(code="1").points == D(60)
    assert edition.indicators.filter(tier="item").count() == 3
    assert AuditEvent.objects.about(edition).get().action == "indexedition.draft"


def test_sums_that_disagree_are_told_with_their_cell_and_go_into_the_draft_as_printed(office):
    rows = [list(row) for row in ROWS]
    rows[2][0] = "组织领导（50分）"
    answer = upload(office, workbook(rows))
    sent = FACTS | {"family": Family.objects.get().pk}

    office.post(preview_of(answer), sent)

    words = "“机关”表 A3“1 组织领导”写明 50 分，所属要点合计 60 分。"
    assert words in answer.content.decode()
    edition = IndexEdition.objects.get()
    assert edition.indicators.get(code="1").points == D(50)
    assert faults_of(edition) == ["“1 组织领导”写明 50 分，所属要点合计 60 分。"]


def test_the_total_in_the_form_is_held_against_the_items(office):
    address = preview_of(upload(office, workbook(ROWS)))

    page = office.post(address, FACTS | {"total": "120", "issuer": ""}).content.decode()

    assert "要点满分合计 100，加分上限 0，共 100，与总分 120 不符。" in page
    assert "请填写发布单位。" in page


def test_a_cell_that_cannot_be_read_keeps_the_draft_from_being_made(office):
    rows = [list(row) for row in ROWS]
    rows[3][3] = "三十分左右"
    answer = upload(office, workbook(rows))
    address = preview_of(answer)

    refused = office.post(address, FACTS | {"family": Family.objects.get().pk})

    assert "“机关”表 D4：“三十分左右”不是分值，请只写数字。" in answer.content.decode()
    assert "还有 1 处读不懂，没有建立草稿" in refused.content.decode()
    assert not IndexEdition.objects.exists()
    assert not Indicator.objects.exists()


def test_the_file_comes_back_with_the_cells_marked(office):
    rows = [list(row) for row in ROWS]
    rows[3][3] = "三十分左右"
    code = preview_of(upload(office, workbook(rows))).rstrip("/").rsplit("/", 1)[-1]

    answer = office.get(reverse("evaluations:edition-marked", args=[code]))

    sheet = load_workbook(io.BytesIO(b"".join(answer)))["机关"]
    assert "三十分左右" in sheet["D4"].comment.text


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"not a workbook", "机关.xlsx", "没有读取任何内容"),
        (b"", "机关.xlsx", "这个文件是空的，没有读取任何内容"),
        (None, "名单.xlsx", "没有找到测评体系的表头，没有读取任何内容"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "机关.xls", "另存为 .xlsx"),
    ],
)
def test_a_file_that_is_no_index_is_refused_with_what_to_do(office, content, name, words):
    content = workbook([["单位", "人数"], ["甲", 1]], ()) if content is None else content

    answer = upload(office, content, name)

    assert words in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_somebody_elses_file_is_not_found(office, cast, client):
    address = preview_of(upload(office, workbook(ROWS)))
    client.force_login(cast.east_officer)

    assert client.get(address).status_code == 404


def tree(edition):
    rows = edition.indicators.select_related("parent").order_by("position", "pk")
    return [
        {name: getattr(each, name) for name in NODE_FIELDS}
        | {"parent": each.parent and each.parent.code}
        for each in rows
    ]


@pytest.mark.parametrize("family", ["ORGAN", "SCHOOL", "COUNTY"])
def test_what_is_exported_reads_back_as_the_same_tree(client, cast, settings, family):
    settings.HOME_REGION_CODE = cast.city.code
    load_samples(at=NOON, on=TODAY)
    edition = IndexEdition.objects.get(family__code=family)
    client.force_login(cast.city_officer)
    out = io.BytesIO()
    write_edition(out, edition)

    answer = upload(client, out.getvalue(), "体系.xlsx")
    form = answer.context["form"]
    facts = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    facts |= {"edition_no": "再导入", "family": edition.family_id, "form_key": "k"}
    sent = {
        name: "on" if value is True else value
        for name, value in facts.items()
        if value is not False
    }
    made = client.post(preview_of(answer), sent)

    assert made.status_code == 302, made.context["form"].errors
    again = IndexEdition.objects.get(edition_no="再导入")
    assert answer.context["faults"] == answer.context["doubts"] == []
    assert tree(again) == tree(edition)
    assert again.is_sample
    for name in ("total", "apply_line", "pass_line", "bonus_cap", "step", "method", "words_cap"):
        assert getattr(again, name) == getattr(edition, name), name


def test_an_export_is_noted(client, cast, settings):
    settings.HOME_REGION_CODE = cast.city.code
    load_samples(at=NOON, on=TODAY)
    edition = IndexEdition.objects.first()
    client.force_login(cast.clerk)

    answer = client.post(reverse("evaluations:edition-export", args=[edition.pk]))

    assert b"".join(answer)[:2] == b"PK"
    assert AuditEvent.objects.about(edition).first().action == "indexedition.export"

"""Files of an application: what is taken, how much of it, who sees it, and what is printed."""

import hashlib
from datetime import timedelta
from io import BytesIO

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal import pieces
from portal.errors import Refused
from portal.intake.receiving import receive
from portal.models import AuditEvent
from tests import factories as make
from tests.evaluations import sample_files as sample
from tests.factories import NOON, TODAY
from tests.units.applying import COMPLETE, fresh, returned, submit
from units.approval_docx import approval_docx
from units.approval_form import approval_form
from units.materials import files_as_submitted
from units.models import Application, ApplicationFile, ApplicationUpload, Opinion
from units.operations import application_files as act
from units.operations.application_prints import approval_pdf, receipt_pdf
from units.operations.deriving import derive_file


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def draft(cast):
    batch = make.make_running_batch(cast.city)
    return make.make_application(cast.one, batch, body=make.make_body(cast.east), **COMPLETE)


@pytest.fixture
def paper(draft):
    return make.make_requirement(draft.batch, "工作总结", most=2)


@pytest.fixture
def photos(draft):
    return make.make_requirement(draft.batch, "工作照片", kind="photo", least=1, most=2)


def bring(draft, requirement, content, name, actor):
    received = receive(BytesIO(content), name=name, owner=actor, at=NOON)
    return act.add_file(fresh(draft), requirement, received, actor=actor, at=NOON)


def test_a_file_is_kept_and_told_in_the_audit(cast, draft, paper):
    made = bring(draft, paper, sample.pdf(1), "总结.pdf", cast.clerk)

    assert (made.kind, made.pages, made.handed_in) == ("pdf", 1, False)
    entry = AuditEvent.objects.about(draft).get()
    assert (entry.action, entry.after["sha256"]) == ("application.add_file", made.file.sha256)


def test_a_picture_hidden_in_another_name_is_no_photo(cast, draft, photos):
    with pytest.raises(Refused, match="是PDF，“工作照片”只收JPG、PNG、WebP 或 HEIC 图片，没有添加"):
        bring(draft, photos, sample.pdf(1), "照片.jpg", cast.clerk)

    assert not ApplicationFile.objects.exists()


def test_a_requirement_takes_so_many_and_no_more(cast, draft, photos):
    for seed in (1, 2):
        bring(draft, photos, sample.jpeg(seed), f"{seed}.jpg", cast.clerk)

    with pytest.raises(Refused, match="“工作照片”最多 2 份，没有添加。请先移除不需要的。"):
        bring(draft, photos, sample.jpeg(3), "3.jpg", cast.clerk)


def test_the_same_file_is_not_taken_twice_into_one_requirement(cast, draft, photos):
    bring(draft, photos, sample.jpeg(1), "甲.jpg", cast.clerk)

    with pytest.raises(Refused, match="是同一个文件，没有重复添加"):
        bring(draft, photos, sample.jpeg(1), "乙.jpg", cast.clerk)


def test_a_file_longer_than_the_batch_allows_is_refused_before_it_travels(cast, draft, paper):
    type(paper).objects.update(largest_mb=1)
    paper.refresh_from_db()
    told = {"key": "k", "name": "总结.pdf", "size": 2 * 1024 * 1024}

    with pytest.raises(Refused, match="超过本项的 1 MB"):
        act.start_upload(draft, paper, **told, actor=cast.clerk, at=NOON)


def test_a_file_travels_in_pieces_and_arrives_once(cast, draft, paper):
    content = sample.pdf(1)
    person = {"actor": cast.clerk, "at": NOON}
    told = {"key": "k", "name": "总结.pdf", "size": len(content)}
    upload = act.start_upload(draft, paper, **told, **person)
    act.append_piece(upload, BytesIO(content[:100]), offset=0, length=100)
    assert act.start_upload(draft, paper, **told, **person) == upload
    with pytest.raises(pieces.Misplaced):
        act.append_piece(upload, BytesIO(content[:10]), offset=0, length=10)
    act.append_piece(upload, BytesIO(content[100:]), offset=100, length=len(content) - 100)
    sha256 = hashlib.sha256(content).hexdigest()

    first = act.finish_upload(upload, sha256=sha256, **person)
    again = act.finish_upload(ApplicationUpload.objects.get(), sha256=sha256, **person)

    assert first == again == ApplicationFile.objects.get()


def test_an_upload_of_one_requirement_is_not_used_for_another(cast, draft, paper, photos):
    told = {"key": "k", "name": "甲.pdf", "size": 10, "actor": cast.clerk, "at": NOON}
    act.start_upload(draft, paper, **told)

    with pytest.raises(Refused, match="已用于另一项"):
        act.start_upload(draft, photos, **told)


def test_half_files_nobody_goes_on_with_are_swept(cast, draft, paper, settings):
    person = {"actor": cast.clerk, "at": NOON}
    upload = act.start_upload(draft, paper, key="k", name="甲.pdf", size=10, **person)
    part = pieces.part_of(upload)

    assert act.sweep_uploads(NOON.replace(year=2090)) == 1
    assert not part.exists() and not ApplicationUpload.objects.exists()


def test_nobody_adds_to_what_has_been_handed_in(cast, draft, paper):
    Application.objects.filter(pk=draft.pk).update(state="reviewing", submitted_at=NOON)

    with pytest.raises(Refused, match="这份申报审核中，没有添加"):
        bring(draft, paper, sample.pdf(1), "总结.pdf", cast.clerk)


def test_officers_see_files_from_submission_on_and_taken_off_ones_still(cast, draft, paper):
    made = bring(draft, paper, sample.pdf(1), "总结.pdf", cast.clerk)
    seen = ApplicationFile.objects.visible_to
    assert not seen(cast.sumu_officer).exists()
    receipt = submit(draft, cast)

    assert seen(cast.sumu_officer).get() == made
    assert not seen(cast.west_officer).exists()
    returned(draft, cast)
    act.remove_file(ApplicationFile.objects.get(), actor=cast.clerk, at=NOON)
    unsent = bring(draft, paper, sample.pdf(2), "新总结.pdf", cast.clerk)
    assert files_as_submitted(fresh(draft), receipt.content) == [made]
    assert unsent not in seen(cast.sumu_officer)


def test_both_offices_and_unit_bring_the_stamped_form_back(cast, draft):
    with pytest.raises(Refused, match="现在不能由您上传盖章审批表"):
        bring(draft, None, sample.pdf(1), "盖章.pdf", cast.clerk)
    submit(draft, cast)

    bring(draft, None, sample.pdf(1), "盖章.pdf", cast.clerk)
    made = bring(draft, None, sample.jpeg(2), "盖章二.jpg", cast.sumu_officer)

    assert made.purpose == ApplicationFile.Purpose.STAMPED
    assert ApplicationFile.objects.visible_to(cast.sumu_officer).count() == 2
    with pytest.raises(Refused, match="“盖章审批表”只收PDF 或图片"):
        bring(draft, None, sample.docx(), "盖章.docx", cast.clerk)
    with pytest.raises(Refused, match="不能由您上传"):
        bring(draft, None, sample.pdf(3), "盖章.pdf", cast.west_officer)


def test_each_side_takes_off_only_the_scan_it_brought(client, cast, draft):
    submit(draft, cast)
    own = bring(draft, None, sample.pdf(1), "盖章.pdf", cast.clerk)
    theirs = bring(draft, None, sample.pdf(2), "苏木盖章.pdf", cast.sumu_officer)
    with pytest.raises(Refused, match="由审核机关上传，只能由审核机关移除，没有改动"):
        act.remove_file(theirs, actor=cast.clerk, at=NOON)
    with pytest.raises(Refused, match="由申报单位上传，只能由申报单位移除，没有改动"):
        act.remove_file(own, actor=cast.sumu_officer, at=NOON)
    client.force_login(cast.clerk)
    page = client.get(address("stamped-files", draft.pk)).content.decode()
    assert f'data-remove="{own.code}"' in page and f'data-remove="{theirs.code}"' not in page

    act.remove_file(own, actor=cast.clerk, at=NOON)

    assert ApplicationFile.objects.standing().get() == theirs


@pytest.mark.parametrize("state", ["proposed", "named"])
def test_the_stamped_form_stays_as_it_was_when_the_unit_was_proposed(cast, draft, state):
    submit(draft, cast)
    scan = bring(draft, None, sample.pdf(1), "盖章.pdf", cast.clerk)
    Application.objects.filter(pk=draft.pk).update(state=state)

    for actor in (cast.clerk, cast.city_officer):
        with pytest.raises(Refused, match="现在不能由您上传盖章审批表"):
            act.remove_file(scan, actor=actor, at=NOON)
        with pytest.raises(Refused, match="现在不能由您上传盖章审批表"):
            bring(draft, None, sample.pdf(2), "换.pdf", actor)


def announce(draft, requirement, actor, *, at=NOON, size=10):
    told = {"key": f"k{ApplicationUpload.objects.count()}{at}", "name": "甲.pdf", "size": size}
    return act.start_upload(draft, requirement, **told, actor=actor, at=at)


def test_uploads_on_their_way_count_for_the_requirement(cast, draft, paper):
    bring(draft, paper, sample.pdf(1), "总结.pdf", cast.clerk)
    silent = announce(draft, paper, cast.clerk)

    with pytest.raises(Refused, match="最多 2 份，还有 1 份正在上传，没有添加"):
        announce(draft, paper, cast.clerk, at=NOON + timedelta(minutes=9))
    later = announce(draft, paper, cast.clerk, at=NOON + timedelta(minutes=11))

    assert list(ApplicationUpload.objects.all()) == [later] != [silent]


def test_uploads_on_their_way_count_for_the_unit(cast, draft, paper, photos, settings):
    settings.EVIDENCE_UNIT_LIMIT = 1024 * 1024
    announce(draft, paper, cast.clerk, size=600_000)

    with pytest.raises(Refused, match="正在上传的文件合计将超过 1 MB，没有添加"):
        announce(draft, photos, cast.clerk, size=600_000)

    assert ApplicationUpload.objects.count() == 1


def test_a_thumbnail_is_made_of_a_photo(cast, draft, photos):
    made = bring(draft, photos, sample.jpeg(1, size=(1600, 1200)), "照片.jpg", cast.clerk)

    derive_file(made, at=NOON)

    made.refresh_from_db()
    assert made.thumbnail.media_type == made.viewing.media_type == "image/jpeg"


# -- pages ---------------------------------------------------------------------------------


def address(name, *args):
    return reverse(f"units:{name}", args=args)


def test_a_plain_form_adds_what_is_good_and_tells_the_rest(client, cast, draft, photos):
    client.force_login(cast.clerk)
    sent = [
        SimpleUploadedFile("好.jpg", sample.jpeg(1)),
        SimpleUploadedFile("坏.jpg", b"<html>"),
    ]

    url = address("material-files", draft.pk, photos.pk)
    page = client.post(url, {"files": sent}, follow=True).content.decode()

    assert "已添加 1 份。" in page
    assert "“坏.jpg”实际是网页文件，只是改了名字，没有保存这个文件。" in page


def test_the_script_hears_what_is_still_missing(client, cast, draft, photos):
    client.force_login(cast.clerk)
    sent = {"files": SimpleUploadedFile("好.jpg", sample.jpeg(1))}
    url = address("material-files", draft.pk, photos.pk)
    before = client.get(url, HTTP_ACCEPT="application/json").json()["missing"]

    after = client.post(url, sent, HTTP_ACCEPT="application/json").json()["missing"]

    assert before == [{"anchor": f"requirement-{photos.pk}", "text": "“工作照片”还差 1 份。"}]
    assert after == []


def test_a_caption_is_kept(client, cast, draft, photos):
    made = bring(draft, photos, sample.jpeg(1), "照片.jpg", cast.clerk)
    client.force_login(cast.clerk)

    client.post(address("application-file-caption", made.code), {"caption": "升旗仪式"})
    refused = client.post(
        address("application-file-caption", made.code),
        {"caption": "长" * 61},
        HTTP_ACCEPT="application/json",
    )

    assert ApplicationFile.objects.get().caption == "升旗仪式"
    assert "最多 60 个字" in refused.json()["detail"]


@pytest.mark.parametrize("name", ["application-file", "application-file-original"])
def test_a_stranger_gets_no_file(client, cast, draft, paper, name):
    made = bring(draft, paper, sample.pdf(1), "总结.pdf", cast.clerk)
    submit(draft, cast)
    for stranger in (cast.other_clerk, cast.west_officer):
        client.force_login(stranger)
        assert client.get(address(name, made.code)).status_code == 404
    client.force_login(cast.sumu_officer)
    assert client.get(address(name, made.code)).status_code == 200


# -- prints --------------------------------------------------------------------------------


def opinion(draft, region, kind, actor, **fields):
    return Opinion.objects.create(
        application=draft, region=region, kind=kind, given_at=NOON, given_by=actor, **fields
    )


def test_the_form_prints_what_was_handed_in_with_the_opinions(cast, draft, pdf_text):
    draft.batch.rule.approval_route = ["市委统一战线工作领导小组"]
    draft.batch.rule.save()
    submit(draft, cast)
    opinion(draft, cast.east_sumu, Opinion.Kind.FORWARD, cast.sumu_officer, text="情况属实")
    opinion(draft, cast.east, Opinion.Kind.RECOMMEND, cast.east_officer)
    Application.objects.filter(pk=draft.pk).update(deeds="没有提交的改动")

    form = approval_form(fresh(draft), draft=False, on=TODAY)
    text = pdf_text(approval_pdf(form)).replace("\n", "")

    assert form.title == "呼伦贝尔市第七批民族团结进步示范单位推荐审批表"
    assert [each.title for each in form.blocks] == [
        "申报单位意见",
        "东苏木审核意见",
        "东旗推荐意见",
        "市委统一战线工作领导小组意见",
        "命名机关审定意见",
    ]
    assert [each.text for each in form.blocks] == ["", "情况属实", "同意推荐", "", ""]
    for words in ("示例东嘎查", "事业单位", "示例事迹", "情况属实", form.receipt_no):
        assert words in text
    assert "没有提交的改动" not in text


def test_a_draft_prints_as_such(cast, draft, pdf_text):
    text = pdf_text(approval_pdf(approval_form(fresh(draft), draft=True, on=TODAY)))

    assert "草稿，尚未提交" in text


def test_the_form_comes_as_a_word_document_too(cast, draft):
    submit(draft, cast)

    document = docx.Document(
        BytesIO(approval_docx(approval_form(fresh(draft), draft=False, on=TODAY)))
    )

    cells = [cell.text for row in document.tables[0].rows for cell in row.cells]
    title = "".join(each.text for each in document.paragraphs[:2])
    assert title == "呼伦贝尔市第七批民族团结进步示范单位推荐审批表"
    for words in ("示例东嘎查", "单位级别", "无", "示例事迹", "东旗推荐意见"):
        assert words in cells
    assert sum("（盖章）" in each for each in cells) >= 4


def test_markup_in_the_deeds_stays_text_in_print(cast, draft, pdf_text):
    Application.objects.filter(pk=draft.pk).update(
        deeds='<img src="file:///etc/passwd"><script>1</script>'
    )

    text = pdf_text(approval_pdf(approval_form(fresh(draft), draft=True, on=TODAY)))

    assert "<script>" in text and "root:" not in text


def test_the_receipt_prints_its_number_and_digest(cast, draft, pdf_text):
    made = submit(draft, cast)

    text = pdf_text(receipt_pdf(made)).replace("\n", "")

    assert made.receipt_no in text and made.sha256 in text and "示例东嘎查" in text

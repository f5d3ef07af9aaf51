"""档案包: what goes in for whom, how it is written, and that it can be checked afterwards."""

import errno
import hashlib
import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from awards.models import Archive
from awards.operations.archives import ask_archive, ask_archives
from awards.packing.checking import faults_of
from awards.packing.names import LONGEST, Shelf, folder, is_safe
from awards.tasks import build_archive
from portal import files
from portal.models import AuditEvent, Job, StoredFile
from tests import factories as make
from tests.awards.packed import full_application, plan_for
from tests.factories import NOON
from tests.units.desks import recommended
from units.models import Application, Opinion

FILES = [
    "01 推荐审批表/推荐审批表.pdf",
    "01 推荐审批表/盖章 扫描.pdf",
    "02 申报材料/01 照片/01 照片1.jpg",
    "02 申报材料/01 照片/02 照片2.jpg",
    "02 申报材料/02 工作总结/01 总结.pdf",
    "03 佐证材料/00 自查填报表.pdf",
    "03 佐证材料/1.1 学习/01 学习记录.pdf",
    "03 佐证材料/1.2 机制/01 机制.pdf",
    "04 审核意见/00 审核意见.pdf",
    "04 审核意见/02 东旗同意推荐 盖章.pdf",
    "05 评分/初验评分.pdf",
]


@pytest.fixture
def stand(cast):
    return full_application(cast)


@pytest.fixture
def quick(monkeypatch):
    """Printing takes seconds; what is printed is looked at elsewhere."""
    monkeypatch.setattr("awards.packing.writing.pdf_of", lambda html: b"%PDF " + html.encode())


def build(application, user):
    """A package made as the worker makes it."""
    made = ask_archive(application, actor=user, at=NOON)
    build_archive.run(job_id=made.job_id)
    made.refresh_from_db()
    return made


def opened(archive):
    return zipfile.ZipFile(files.path_of(archive.file.sha256))


def test_everything_goes_in_in_its_order_each_file_once(cast, stand):
    plan = plan_for(stand.application, cast.east_officer)

    assert [each.path for each in plan.entries] == FILES
    assert plan.left_out == []


def test_a_package_holds_what_was_kept_and_says_so_in_its_manifest(cast, stand, quick):
    made = build(stand.application, cast.city_officer)

    with opened(made) as package:
        manifest = json.loads(package.read("00 manifest.json"))
        contents = package.read("00 目录.txt").decode("utf-8-sig")
        listed = {each["path"]: each["sha256"] for each in manifest["files"]}
        read = {path: hashlib.sha256(package.read(path)).hexdigest() for path in listed}
        assert package.read(FILES[4]) == b"%PDF-1.4 example summary"
        assert all(each.flag_bits & 0x800 for each in package.infolist() if "清单" in each.filename)
    assert read == listed
    assert sorted(listed) == sorted([*FILES, "00 目录.txt"])
    assert (manifest["unit"], manifest["package"]) == ("示例东嘎查", made.code)
    assert "1. 00 自查填报表.pdf" in contents
    assert made.files == len(listed)
    built = AuditEvent.objects.filter(action="archive.build").get()
    assert built.after["sha256"] == made.file.sha256
    assert Job.objects.get(pk=made.job_id).result is None  # taken only through the audited page


def test_the_printed_pages_are_pages(cast, stand):
    made = build(stand.application, cast.city_officer)

    with opened(made) as package:
        heads = {name: package.read(name)[:5] for name in FILES if name.endswith(".pdf")}
    assert set(heads.values()) == {b"%PDF-"}
    assert faults_of(files.path_of(made.file.sha256))[1] == []


def test_a_person_gets_no_more_than_they_see(cast, stand):
    """Scores of a round that still runs are its office's; a returned self-check is a draft."""
    stand.check.state = "returned"
    stand.check.save()
    type(stand.inspection.round).objects.update(state="scoring", region=cast.city)

    plan = plan_for(stand.application, cast.east_officer)

    paths = " ".join(each.path for each in plan.entries)
    assert "佐证" not in paths
    assert "评分" not in paths
    assert plan.left_out == [
        "关联的自查已退回修改，或不在您能看到的范围内，没有列入佐证材料。",
        "“示例初验”的评分现在不向您公开，没有列入。",
    ]


def test_the_requester_is_judged_again_when_it_is_made(cast, stand, quick):
    made = ask_archive(stand.application, actor=cast.east_officer, at=NOON)
    cast.east_officer.region = cast.west
    cast.east_officer.save()

    build_archive.run(job_id=made.job_id)

    made.refresh_from_db()
    job = Job.objects.get(pk=made.job_id)
    assert made.file is None
    assert (job.state, job.message) == (
        Job.State.FAILED,
        "这份申报已不在您能看到的范围内，没有生成档案包。",
    )


def test_asked_twice_it_is_made_once_and_again_only_after_a_change(cast, stand, quick):
    first = ask_archive(stand.application, actor=cast.east_officer, at=NOON)
    assert ask_archive(stand.application, actor=cast.east_officer, at=NOON) == first
    build_archive.run(job_id=first.job_id)

    same = build(stand.application, cast.east_officer)
    first.refresh_from_db()
    assert same.file == first.file
    assert Job.objects.get(pk=same.job_id).message == "内容没有变化，沿用已生成的档案包。"

    Opinion.objects.update(text="改为不同的意见。")
    assert build(stand.application, cast.east_officer).file != first.file
    assert build(stand.application, cast.city_officer).file.owner == cast.city_officer


def test_a_file_that_is_not_what_was_kept_stops_it(cast, stand, quick):
    stored = StoredFile.objects.get(name="总结.pdf")
    files.path_of(stored.sha256).write_bytes(b"tampered")

    made = build(stand.application, cast.east_officer)

    assert made.file is None
    assert Job.objects.get(pk=made.job_id).message == (
        "“02 申报材料/02 工作总结/01 总结.pdf”与登记时的摘要不符，没有生成档案包。"
        "请联系系统管理员核查。"
    )
    files.path_of(stored.sha256).unlink()
    made = build(stand.application, cast.east_officer)
    assert "在服务器上找不到，没有生成档案包" in Job.objects.get(pk=made.job_id).message


def test_cancelled_on_the_way_it_leaves_nothing(cast, stand, quick):
    made = ask_archive(stand.application, actor=cast.east_officer, at=NOON)
    Job.objects.filter(pk=made.job_id).update(cancel_asked=True)
    known = StoredFile.objects.count()

    build_archive.run(job_id=made.job_id)

    made.refresh_from_db()
    assert (made.file, StoredFile.objects.count()) == (None, known)
    assert Job.objects.get(pk=made.job_id).state == Job.State.CANCELLED


def test_a_full_disk_is_told_and_leaves_nothing(cast, stand, monkeypatch):
    def full(html):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr("awards.packing.writing.pdf_of", full)

    made = build(stand.application, cast.east_officer)

    assert made.file is None
    assert Job.objects.get(pk=made.job_id).message == files.FULL


def test_too_much_is_refused_with_the_numbers(cast, stand, quick, settings):
    settings.ARCHIVE_LIMIT = 10

    made = build(stand.application, cast.east_officer)

    message = Job.objects.get(pk=made.job_id).message
    assert message.startswith("材料共 0 MB，超过上限 0 MB，没有生成档案包。")


def test_the_command_finds_what_was_changed(cast, stand, quick, tmp_path, capsys):
    made = build(stand.application, cast.east_officer)
    sound = files.path_of(made.file.sha256)

    call_command("verify_archive", sound)

    assert "12 个文件与清单一致" in capsys.readouterr().out
    forged = tmp_path / "forged.zip"
    _rewritten(sound, forged)
    with pytest.raises(CommandError) as told:
        call_command("verify_archive", forged)
    assert str(told.value).splitlines() == [
        "“../../外.txt”的文件名不安全。",
        "缺少“05 评分/初验评分.pdf”。",
        "“02 申报材料/02 工作总结/01 总结.pdf”的内容与清单不符。",
    ]
    with pytest.raises(CommandError, match="不是完整的 ZIP 文件"):
        _checked_bytes(tmp_path, sound.read_bytes()[:200])
    with pytest.raises(CommandError, match="不是本门户的档案包"):
        _checked_bytes(tmp_path, _zip({"a.txt": b"a"}))


def _rewritten(sound, forged):
    """One file changed, one gone, one more."""
    with zipfile.ZipFile(sound) as package, zipfile.ZipFile(forged, "w") as out:
        for name in package.namelist():
            content = package.read(name)
            if name == FILES[4]:
                content = content.replace(b"summary", b"s0mmary")
            if name != FILES[-1]:
                out.writestr(name, content)
        out.writestr("../../外.txt", b"evil")


def _zip(contents):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, content in contents.items():
            package.writestr(name, content)
    return file.getvalue()


def _checked_bytes(tmp_path, content):
    path = tmp_path / "given.zip"
    path.write_bytes(content)
    call_command("verify_archive", path)


def test_a_zip_that_claims_little_is_not_read_without_end(tmp_path):
    told = {"format": "archive-package/1", "files": [{"path": "a", "size": 3, "sha256": "0" * 64}]}
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a", b"\0" * 50_000_000)
        package.writestr("00 manifest.json", json.dumps(told))

    assert faults_of(path)[1] == ["“a”的大小与清单不符。"]


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "C:\\x.pdf",
        "CON.pdf",
        "a\u202eb.pdf",
        "。" * 200 + ".pdf",
        "x/../y",
        "",
        ".",
    ],
)
def test_names_in_a_package_are_safe_and_short(name):
    shelf = Shelf()
    within = folder("03 佐证材料", "1.1 " + "很长的指标名称" * 30)

    first, second = shelf.place(within, name), shelf.place(within, name)

    assert is_safe(first)
    assert len(first) <= LONGEST
    assert len(second) <= LONGEST
    assert first.casefold() != second.casefold()
    assert first.startswith(within)


def test_the_pages_show_what_goes_in_and_hand_it_out_audited(client, cast, stand, quick):
    here = reverse("awards:application-archive", args=[stand.application.pk])
    client.force_login(cast.east_officer)
    assert here in client.get(reverse("units:review", args=[stand.application.pk])).content.decode()

    page = client.get(here).content.decode()
    assert FILES[4].partition("/")[2] in page
    answer = client.post(reverse("awards:archive-new", args=[stand.application.pk]))
    made = Archive.objects.get()
    assert answer.url == made.job.get_absolute_url()
    build_archive.run(job_id=made.job_id)

    page = client.get(here).content.decode()
    assert "已生成" in page
    assert "之后内容有变动" not in page
    taken = client.post(reverse("awards:archive-file", args=[made.code]))
    assert taken["Content-Type"] == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(b"".join(taken.streaming_content))).testzip() is None
    assert AuditEvent.objects.filter(action="archive.download", actor=cast.east_officer).exists()
    Application.objects.filter(pk=stand.application.pk).update(recommended_rank=2)
    Opinion.objects.update(text="另一意见")
    assert "之后内容有变动" in client.get(here).content.decode()
    client.force_login(cast.city_officer)
    assert client.post(reverse("awards:archive-file", args=[made.code])).status_code == 404


def test_all_of_a_body_at_once(client, cast, stand):
    client.force_login(cast.east_officer)

    client.post(reverse("awards:body-archives", args=[stand.batch.pk, stand.body.pk]))

    made = Archive.objects.get()
    assert (made.application, made.asked_by) == (stand.application, cast.east_officer)
    assert made.job.name == "awards.build_archive"


def test_those_asked_for_together_know_of_each_other(cast, stand):
    other = recommended(cast, stand.batch, 2, "示例东二嘎查")

    assert ask_archives([stand.application, other], actor=cast.east_officer, at=NOON) == 2

    told = [each.payload for each in Job.objects.filter(name="awards.build_archive")]
    assert len({each["together"] for each in told}) == 1
    assert {each["label"] for each in told} == {"2 个档案包"}


def test_one_row_costs_as_many_queries_as_three(client, cast, stand, django_assert_num_queries):
    client.force_login(cast.east_officer)
    url = reverse("awards:archives")

    def lay():
        file = make.make_file(cast.east_officer, name="示例.zip")
        told = {"asked_by": cast.east_officer, "asked_at": NOON, "file": file}
        Archive.objects.create(application=stand.application, **told)

    lay()
    client.get(url)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(url)
    lay()
    lay()
    with django_assert_num_queries(LIST_QUERIES):
        assert client.get(url).content.decode().count("示例东嘎查") == 3


LIST_QUERIES = 7

"""manage.py issue_certificates: the same papers without a browser."""

import hashlib
import json

import pytest
from django.core.management import CommandError, call_command

from awards.models import Certificate, CertificateIssue
from awards.operations.certificates import issue_for_batch
from portal.models import Job
from tests.awards.conftest import ADDRESS, codes_on, words_of
from units.models import Designation


def run(out, batch="latest", **more):
    call_command("issue_certificates", batch=batch, out=out, address=ADDRESS, **more)
    return json.loads((out / "index.json").read_text("utf-8"))


def test_one_file_a_unit_with_an_index_that_says_what_the_papers_say(city, tmp_path, client):
    index = run(tmp_path / "neu")

    assert [each["unit"] for each in index] == ["示例甲村", "示例丙校", "示例乙校"] or len(
        index
    ) == 3
    names = {each["file"] for each in index}
    assert names | {"index.json"} == {each.name for each in (tmp_path / "neu").iterdir()}
    for each in index:
        content = (tmp_path / "neu" / each["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == each["sha256"]
        words = words_of(content)
        assert each["number"] in words and each["unit"] in words
        (code,) = codes_on(content)
        page = client.get(code.removeprefix(ADDRESS))
        assert page.status_code == 200 and each["number"] in page.content.decode()
    assert not Job.objects.filter(name="awards.print_certificates").exists()


def test_run_again_it_gives_the_same_numbers_and_the_same_bytes(city, tmp_path):
    once, twice = run(tmp_path / "a"), run(tmp_path / "b", batch=str(city.batch.pk))

    assert once == twice == run(tmp_path / "a", batch="第七批")
    assert Certificate.objects.count() == 3


def test_what_was_issued_on_the_page_is_written_as_it_is(city, tmp_path):
    issue = issue_for_batch(city.batch, address=ADDRESS, **city.leader)

    index = run(tmp_path)

    numbers = set(issue.certificates.values_list("number", flat=True))
    assert {each["number"] for each in index} == numbers
    assert CertificateIssue.objects.get().printed_at is not None


def test_a_title_that_has_ended_is_left_out(city, tmp_path):
    gone = Designation.objects.filter(batch=city.batch).first()
    run(tmp_path / "a")
    Designation.objects.filter(pk=gone.pk).update(state="revoked")

    index = run(tmp_path / "b")

    assert gone.unit.name not in {each["unit"] for each in index} and len(index) == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"batch": "第九批"}, "没有找到批次“第九批”，没有写入任何文件。"),
        ({"address": "ftp://x"}, "门户地址“ftp://x”不对"),
        ({"username": "niemand"}, "没有在用的账号“niemand”"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(city, tmp_path, given, sentence):
    told = {"batch": "latest", "out": tmp_path / "x", "address": ADDRESS, **given}

    with pytest.raises(CommandError, match=sentence):
        call_command("issue_certificates", **told)

    assert not Certificate.objects.exists()
    assert not (tmp_path / "x" / "index.json").exists()


def test_without_a_decision_in_force_there_is_nothing_to_issue(cast, tmp_path):
    with pytest.raises(CommandError, match="还没有生效的命名决定"):
        run(tmp_path)


def test_a_folder_that_is_a_file_is_refused_before_a_number_is_used(city, tmp_path):
    (tmp_path / "x").write_text("")

    with pytest.raises(CommandError, match="不能使用，没有签发证书"):
        run(tmp_path / "x")

    assert not Certificate.objects.exists()

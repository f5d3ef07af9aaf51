"""Who says something against a list: read by those who handle it only, and never to lose files."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from portal.errors import Refused
from portal.models import Notification
from tests.factories import make_issuers, make_notice, make_running_batch
from units.models import Objection
from units.operations import objections

WHO = {"name": "示例某人", "contact": "0470-0000001"}
SAID = {"entry": None, "source": "online", "is_anonymous": False, "text": "示例情况", **WHO}


@pytest.fixture
def notice(cast, leader):
    return make_notice(make_running_batch(cast.city), leader, at=timezone.now())


def test_only_who_handles_an_objection_reads_who_sent_it(notice, client, leader, cast):
    other, host = make_issuers(notice.batch, "示例宣传部", "示例民委")
    made = objections.file_objection(notice, SAID, at=timezone.now())
    told = Notification.objects.filter(text__contains="收到一件异议").values_list("user", flat=True)

    pages = {}
    for person in (leader, host, other, cast.city_officer):
        client.force_login(person)
        pages[person] = client.get(made.get_absolute_url()).content.decode()

    for person in (leader, host):
        assert all(each in pages[person] for each in WHO.values())
        assert ">受理</button>" in pages[person]
    for person in (other, cast.city_officer):
        assert not any(each in pages[person] for each in WHO.values())
        assert "署名" in pages[person] and ">受理</button>" not in pages[person]
    assert host.pk in told and other.pk not in told
    with pytest.raises(Refused):
        objections.handle_objection(made, actor=other, at=timezone.now())


def test_whoever_has_to_send_again_hears_that_the_files_are_gone(notice, client):
    paper = SimpleUploadedFile("示例.pdf", b"%PDF-1.4")
    sent = {"text": "示例", "is_anonymous": "", "form_key": "0" * 32, "files": paper}

    page = client.post(reverse("public:objection-new", args=[notice.code]), sent).content.decode()

    assert "署名反映请填写姓名；不便署名的可以选择匿名。" in page and "请重新选择文件" in page
    assert not Objection.objects.exists()

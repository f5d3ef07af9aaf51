"""Filling in without scripts: a plain post saves the section, and nothing written gets lost."""

import time_machine

from evaluations.models import Answer, SelfCheck
from evaluations.operations.answers import save_answer
from portal.errors import Refused
from tests.evaluations.factories import item_of
from tests.evaluations.test_answers import S, save, section_url, signed_in
from tests.evaluations.test_answers import check as check
from tests.factories import NOON


def plain(check, version=0, points="30", statement="不用脚本写的", **more):
    one, two = item_of(check.edition, "1.1").pk, item_of(check.edition, "1.2").pk
    return {
        f"n-{one}": version,
        f"v-{one}": points,
        f"s-{one}": statement,
        f"n-{two}": 0,
        f"v-{two}": "",
        f"s-{two}": "",
    } | more


def test_without_scripts_a_plain_post_saves_the_section_and_leads_on(client, cast, check):
    client.force_login(cast.clerk)
    after = item_of(check.edition, "J").pk
    with time_machine.travel(NOON, tick=False):
        client.force_login(cast.clerk)
        answer = client.post(section_url(check), plain(check, go=after))

    saved = Answer.objects.get()
    assert (saved.claimed, saved.statement) == (30, "不用脚本写的")
    assert answer.url == f"/evaluations/self-checks/{check.pk}/fill/{after}/"


def test_without_scripts_what_cannot_count_is_not_called_saved(client, cast, check):
    one = item_of(check.edition, "1.1").pk
    signed_in(client, cast.clerk)
    with time_machine.travel(NOON, tick=False):
        client.post(section_url(check), plain(check, **{f"v-{one}": "61"}))
        page = client.get(section_url(check)).content.decode()

    assert "有 1 项填得不对，写下的留着，改正后才能提交。" in page
    assert "已保存" not in page
    assert Answer.objects.get().value == {"points": "61"}


def test_without_scripts_too_a_second_person_sees_both(client, cast, check):
    save(check, cast.clerk, statement="先写的")
    with time_machine.travel(NOON, tick=False):
        client.force_login(cast.sumu_officer)
        page = client.post(section_url(check), plain(check)).content.decode()

    assert "先写的" in page and "不用脚本写的" in page
    assert Answer.objects.get().statement == "先写的"
    with time_machine.travel(NOON, tick=False):
        client.post(section_url(check), plain(check, version=1))
    assert Answer.objects.get().statement == "不用脚本写的"


def posted(client, check, **sent):
    return client.post(section_url(check), plain(check, **sent)).content.decode()


def test_without_scripts_what_was_refused_stays_on_the_page(client, cast, check):
    two = item_of(check.edition, "1.2").pk
    more = {f"v-{two}": "20", f"s-{two}": "第二项写了很久"}
    SelfCheck.objects.filter(pk=check.pk).update(state=S.SUBMITTED)
    signed_in(client, cast.clerk)
    with time_machine.travel(NOON, tick=False):
        page = posted(client, check, **more)

    assert "已经提交，没有保存" in page
    assert "没有保存的 2 项只留在本页" in page and "留在本机" not in page
    assert "不用脚本写的</textarea>" in page and "第二项写了很久</textarea>" in page
    assert 'value="30"' in page and 'value="20"' in page
    assert not Answer.objects.exists()


def test_refused_midway_what_was_saved_is_told_apart(client, cast, check, monkeypatch):
    def refusing(check, entry, **told):
        if entry.item.code == "1.2":
            raise Refused("第二项没有保存。")
        return save_answer(check, entry, **told)

    monkeypatch.setattr("evaluations.views.self_check_form.save_answer", refusing)
    two = item_of(check.edition, "1.2").pk
    signed_in(client, cast.clerk)
    with time_machine.travel(NOON, tick=False):
        page = posted(client, check, **{f"s-{two}": "第二项写了很久"})

    assert "已保存 1 项。" in page and "没有保存的 1 项只留在本页" in page
    assert "第二项写了很久</textarea>" in page
    assert Answer.objects.get().statement == "不用脚本写的"

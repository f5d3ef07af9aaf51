"""The last minute: everybody is in with a receipt, or refused with the reason."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.errors import Refused
from portal.models import AuditEvent
from tests import factories as make
from tests.faults.rig import times
from tests.units.applying import COMPLETE, fresh
from units.models import Application, Batch, BatchStage, Submission
from units.operations.applications import start_application, withdraw_application
from units.operations.handing_in import submit_application
from units.operations.running_batches import close_due_stages, close_stage

pytestmark = [pytest.mark.django_db(transaction=True)]
AT_ONCE = 20


@pytest.fixture
def batch(cast):
    return make.make_running_batch(cast.city)


def together(acts):
    """Each act in a thread, many at once; what each returned, or was refused with."""
    start = threading.Barrier(min(AT_ONCE, len(acts)))

    def run(number, act):
        if number < start.parties:
            start.wait()
        try:
            return act()
        except Refused as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(run, number, act) for number, act in enumerate(acts)]
        return [each.result() for each in waiting]


def test_each_is_in_with_a_receipt_or_refused_with_the_reason(cast, batch, record_property):
    count = times(40, 200)
    record_property("attempts", f"{count} 家同时提交")
    end = BatchStage.objects.get(batch=batch, kind="applying").ends_at
    body = make.make_body(cast.east)
    drafts = [
        make.make_application(make.make_unit(cast.east_sumu), batch, body=body, **COMPLETE)
        for _ in range(count)
    ]
    # every fourth arrives a second after the end; all of them wait for the same lock
    arrivals = [end + timedelta(seconds=1 if n % 4 == 3 else -1) for n in range(count)]

    def hand_in(draft, at):
        return lambda: submit_application(fresh(draft), actor=draft.created_by, at=at)

    answers = together([hand_in(*pair) for pair in zip(drafts, arrivals, strict=True)])

    late = [said for said in answers if isinstance(said, str)]
    assert len(late) == count // 4
    assert all("截止。没有提交，填写的内容都在。" in said for said in late)
    made = Submission.objects.order_by("receipt_no").values_list("receipt_no", flat=True)
    assert [int(each[-5:]) for each in made] == list(range(1, count - len(late) + 1))
    states = Counter(Application.objects.values_list("state", flat=True))
    assert states == {"reviewing": count - len(late), "draft": len(late)}
    assert AuditEvent.objects.filter(action="application.submit").count() == len(made)
    assert set(Application.objects.filter(state="draft").values_list("deeds", flat=True)) == {
        COMPLETE["deeds"]
    }


def test_closing_the_stage_and_handing_in_never_interleave(cast, batch, record_property):
    rounds = times(5, 50)
    record_property("attempts", f"边截止边提交 {rounds} 次")
    body = make.make_body(cast.east)

    def stage():
        return BatchStage.objects.get(batch=batch, kind="applying")

    for _ in range(rounds):
        unit = make.make_unit(cast.east_sumu)
        draft = make.make_application(unit, batch, body=body, **COMPLETE)
        BatchStage.objects.filter(pk=stage().pk).update(closed_at=None)

        def close():
            close_stage(stage(), actor=cast.city_officer, at=make.NOON, reason="提前结束")

        def hand_in(draft=draft):
            return submit_application(fresh(draft), actor=draft.created_by, at=make.NOON)

        said = together([close, hand_in])[1]

        state = Application.objects.get(pk=draft.pk).state
        refused = isinstance(said, str) and "提前结束" in said
        assert (state, refused) in {("reviewing", False), ("draft", True)}


def test_two_colleagues_begin_at_once_and_one_application_is_there(cast, batch, record_property):
    rounds = times(5, 50)
    record_property("attempts", f"两人同时开始申报 {rounds} 次")
    body, colleague = make.make_body(cast.east), make.make_clerk(cast.one)
    way = {"category": cast.one.category, "body": body, "at": make.NOON}
    for _ in range(rounds):
        said = together(
            [
                lambda who=who: start_application(cast.one, batch, actor=who, **way)
                for who in (cast.clerk, colleague)
            ]
        )

        assert sum(isinstance(each, str) for each in said) == 1
        made = Application.objects.live().get(unit=cast.one)
        withdraw_application(made, note="再来", actor=cast.clerk, at=make.NOON)


def test_who_pressed_in_time_is_in_however_long_the_queue(cast, record_property):
    """Everybody waits for one lock until the end has passed and the clock has entered it."""
    count = times(8, 18)  # no more than wait at the same time
    record_property("attempts", f"{count} 家在截止前按下，排队到截止后")
    batch = make.make_running_batch(cast.city, shift=(timezone.now() - make.NOON).days)
    body = make.make_body(cast.east)
    drafts = [
        make.make_application(make.make_unit(cast.east_sumu), batch, body=body, **COMPLETE)
        for _ in range(count + 1)
    ]
    browsers = [signed_in(each) for each in drafts]
    end = timezone.now() + timedelta(seconds=4)  # for all to press, on a busy machine too
    BatchStage.objects.filter(batch=batch, kind="applying").update(ends_at=end)
    held = threading.Event()

    def hold_the_batch():
        with transaction.atomic():
            Batch.objects.select_for_update().get(pk=batch.pk)
            held.set()
            wait_until(end + timedelta(seconds=0.5))
        close_due_stages(timezone.now())

    def press(draft, browser):
        held.wait(10)
        return said_to(browser, draft)

    def come_late():
        wait_until(end + timedelta(seconds=0.1))
        return said_to(browsers[-1], drafts[-1])

    pairs = zip(drafts[:-1], browsers[:-1], strict=True)
    acts = [hold_the_batch, *(lambda pair=pair: press(*pair) for pair in pairs), come_late]
    answers = together(acts)

    assert "申报已于" in answers[-1] and "没有提交，填写的内容都在。" in answers[-1]
    assert all("已提交，回执如下。" in each for each in answers[1:-1]), answers[1]
    states = Counter(Application.objects.values_list("state", flat=True))
    assert states == {"reviewing": count, "draft": 1}
    assert Submission.objects.count() == count


def signed_in(draft):
    browser = Client()
    browser.force_login(draft.created_by)
    return browser


def said_to(browser, draft):
    """What the page says after the button was pressed."""
    url = reverse("units:application-submit", args=[draft.pk])
    return browser.post(url, {"form_key": f"key{draft.pk}"}, follow=True).content.decode()


def wait_until(moment):
    time.sleep(max((moment - timezone.now()).total_seconds(), 0))

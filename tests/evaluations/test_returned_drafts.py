"""A returned check is its unit's own again: what is drafted now is nobody else's to read."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluations.explaining import Explanation
from evaluations.models import Answer, AnswerEvidence, Assignment, Evidence, Inspection, SelfCheck
from evaluations.operations import evidence as act
from evaluations.operations.hand_in import return_check, submit_check
from evaluations.sheets.review_data import reviews
from evaluations.sheets.score_data import tasks_of
from portal.intake.receiving import receive
from portal.models import User
from tests.evaluations import factories as make
from tests.evaluations import sample_files as sample
from tests.factories import make_user

FILES = ("evidence", "evidence-thumb", "evidence-view", "evidence-file")
DRAFT = "草稿里的新话"


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()


@pytest.fixture
def check(cast):
    """Handed in, given back, and being filled in again; an assessor has the unit assigned."""
    now = timezone.now()
    dates = {"opens_at": now - timedelta(days=9), "due_at": now + timedelta(days=9)}
    round = make.make_round(cast.city, make.make_edition(cast.city), **dates)
    check = make.make_check(cast.one, round, state=SelfCheck.State.FILLING)
    for code, points in (("1.1", "55"), ("1.2", "20")):
        make.make_answer(check, code, cast.clerk, claimed=points, value={"points": points})
    make.make_answer(check, "F1", cast.clerk, claimed=None, value={"hit": False}, statement="")
    cast.auditor_here = make_user(User.Role.AUDITOR, cast.city)
    cast.assessor = make.make_assessor(cast.city)
    inspection = make.make_inspection(
        make.make_inspection_round(cast.city), cast.one, check.edition, self_check=check
    )
    cast.task = make.make_assignment(inspection, cast.assessor)
    return SelfCheck.objects.for_filling().get(pk=check.pk)


def give_back(cast, check):
    at = timezone.now()
    submit_check(check, actor=cast.clerk, at=at)
    told = {"note": "请补充", "remarks": {}, "due_at": at + timedelta(days=3)}
    check.refresh_from_db()
    return_check(check, **told, actor=cast.east_officer, at=at)
    check.refresh_from_db()


def add(cast, check, seed=1):
    at = timezone.now()
    content = io.BytesIO(sample.jpeg(seed))
    received = receive(content, name=f"草稿{seed}.jpg", owner=cast.clerk, at=at)
    item = make.item_of(check.edition, "1.1")
    return act.add_evidence(check, item, received, actor=cast.clerk, at=at).evidence


def draft(cast, check):
    """A new sentence and a new file, after the return."""
    evidence = add(cast, check)
    thumb = make.make_evidence(cast.other, cast.other_clerk, content=sample.jpeg(9)).file
    Evidence.objects.filter(pk=evidence.pk).update(thumbnail=thumb, viewing=thumb)
    Answer.objects.filter(check_form=check, indicator__code="1.1").update(statement=DRAFT)
    return evidence


def strangers(cast):
    return [cast.east_officer, cast.city_officer, cast.auditor_here, cast.assessor]


def test_a_draft_after_the_return_is_on_no_page_of_others(client, cast, check):
    give_back(cast, check)
    evidence = draft(cast, check)

    for user in strangers(cast):
        client.force_login(user)
        for name in FILES:
            address = reverse(f"evaluations:{name}", args=[evidence.code])
            assert client.get(address).status_code == 404, (user.role, name)
        listed = client.get(reverse("evaluations:evidence-list")).content.decode()
        assert evidence.title not in listed
        similar = client.get(reverse("evaluations:evidence-similar")).content.decode()
        assert evidence.title not in similar


def test_the_unit_and_its_own_township_go_on_seeing_it(client, cast, check):
    give_back(cast, check)
    evidence = draft(cast, check)

    for user in (cast.clerk, cast.sumu_officer):
        client.force_login(user)
        page = client.get(check.get_absolute_url()).content.decode()
        assert DRAFT in page
        assert client.get(evidence.get_absolute_url()).status_code == 200


def test_words_of_a_returned_check_are_on_no_page_of_others(client, cast, check):
    give_back(cast, check)
    evidence = draft(cast, check)
    item = make.item_of(check.edition, "1.1")
    files = reverse("evaluations:item-evidence", args=[check.pk, item.pk])

    for user in (cast.east_officer, cast.city_officer, cast.auditor_here):
        client.force_login(user)
        page = client.get(check.get_absolute_url()).content.decode()
        assert DRAFT not in page and evidence.title not in page and "正在修改" in page
        assert client.get(files).status_code in (403, 404)
    client.force_login(cast.assessor)
    page = client.get(reverse("evaluations:score-sheet", args=[cast.task.pk])).content.decode()
    assert DRAFT not in page and evidence.title not in page


def test_neither_results_nor_workbooks_tell_of_a_draft(cast, check):
    give_back(cast, check)
    draft(cast, check)
    turn = Inspection.objects.get()

    lines = Explanation(turn).lines.values()
    (task,) = tasks_of(Assignment.objects.all())
    (review,) = reviews(Inspection.objects.all(), turn.round)

    assert not any(line.statement or line.evidence or line.claimed for line in lines)
    assert not task.claimed and not task.files
    assert not review.claimed and not review.files


def test_handed_in_again_everybody_reads_it(client, cast, check):
    give_back(cast, check)
    evidence = draft(cast, check)
    submit_check(check, actor=cast.clerk, at=timezone.now())

    for user in strangers(cast):
        client.force_login(user)
        assert client.get(evidence.get_absolute_url()).status_code == 200
    client.force_login(cast.assessor)
    page = client.get(reverse("evaluations:score-sheet", args=[cast.task.pk])).content.decode()
    assert DRAFT in page


def test_a_draft_taken_off_again_was_never_handed_in(cast, check):
    before = add(cast, check, seed=2)
    give_back(cast, check)
    new = draft(cast, check)
    item = make.item_of(check.edition, "1.1")

    for each in (before, new):
        act.remove_evidence(check, item, each, actor=cast.clerk, at=timezone.now())

    seen = Evidence.objects.visible_to(cast.east_officer)
    assert before in seen and new not in seen


def test_a_file_another_check_handed_in_shows_through_that_one_alone(client, cast, check):
    give_back(cast, check)
    evidence = draft(cast, check)
    past = make.make_round(cast.city, check.edition, title="去年自查", year=2020)
    S = SelfCheck.State
    old = make.make_check(cast.one, past, state=S.FILLING)
    AnswerEvidence.objects.create(
        answer=make.make_answer(old, "1.1", cast.clerk), evidence=evidence
    )
    SelfCheck.objects.filter(pk=old.pk).update(state=S.SUBMITTED, submitted_at=timezone.now())
    other = add(cast, check, seed=5)
    current = Answer.objects.get(check_form=check, indicator__code="1.1")
    client.force_login(cast.east_officer)

    address = f"{evidence.get_absolute_url()}?answer={current.pk}"
    page = client.get(address)

    assert page.status_code == 200
    assert "2020 年" in page.content.decode() and "2026 年" not in page.content.decode()
    assert other.title not in page.content.decode()

"""征求意见: asked in working days, answered with a document, red when late, printed as letters."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.errors import Refused
from portal.versions import Stale
from tests.factories import NOON, make_issuers, make_issuing_body, make_running_batch
from tests.units.desks import make_file, on_desk, recommended
from units.letters import signed_by, worded
from units.models import Consultation
from units.operations.consultations import ask_bodies, record_answer, reply_day

A = Consultation.Answer
TODAY = NOON.date()


@pytest.fixture
def batch(cast):
    return make_running_batch(cast.city, consulted=["市公安局", "市信访局"])


@pytest.fixture
def application(cast, batch):
    return recommended(cast, batch, 1, "示例东一嘎查")


def ask(cast, *applications, bodies=("市公安局", "市信访局"), actor=None):
    days = {"asked_on": TODAY, "reply_by": TODAY + timedelta(days=7)}
    person = {"actor": actor or cast.city_officer, "at": NOON}
    return ask_bodies(applications, bodies=list(bodies), **days, **person)


def answer(row, cast, value=A.AGREED, text="", **more):
    told = {"replied_on": TODAY, "text": text, "file": None, "version": row.version}
    person = {"actor": cast.city_officer, "at": NOON}
    record_answer(row, answer=value, **{**told, **person, **more})


@pytest.mark.django_db
def test_days_to_reply_are_working_days_after_the_day_of_asking():
    assert reply_day(date(2026, 11, 20), 5) == date(2026, 11, 27)  # a Friday; over one weekend


@pytest.mark.django_db
def test_the_national_holiday_is_not_counted():
    assert reply_day(date(2025, 9, 30), 1) == date(2025, 10, 9)


def test_many_applications_are_asked_about_at_once(cast, batch, application):
    other = recommended(cast, batch, 2)

    assert ask(cast, application, other) == 4

    assert application.consultations.count() == 2


def test_whom_it_was_asked_before_is_not_asked_again(cast, batch, application):
    ask(cast, application, bodies=["市公安局"])

    assert ask(cast, application) == 1
    with pytest.raises(Refused, match="都已向这些单位征求过意见"):
        ask(cast, application)


@pytest.mark.parametrize("officer", ["east_officer", "west_officer"])
def test_only_who_has_it_or_names_may_ask(cast, application, officer):
    with pytest.raises(Refused, match="不由您征求意见"):
        ask(cast, application, actor=getattr(cast, officer))


def test_the_desk_that_has_it_may_ask_too(cast, batch):
    assert ask(cast, on_desk(cast, batch, cast.east), actor=cast.east_officer) == 2


def test_an_answer_is_kept_with_its_document(cast, application):
    ask(cast, application)
    row = application.consultations.first()
    letter = make_file(cast.city_officer)

    answer(row, cast, A.OBJECTED, text="有未结信访件。", file=letter)

    row.refresh_from_db()
    assert (row.answer, row.text, row.file) == (A.OBJECTED, "有未结信访件。", letter)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"value": A.OBJECTED}, "请写明意见内容"),
        ({"replied_on": TODAY - timedelta(days=1)}, "不能早于发函日期"),
    ],
)
def test_an_answer_without_its_words_or_before_the_question_is_refused(
    cast, application, more, sentence
):
    ask(cast, application)

    with pytest.raises(Refused, match=sentence):
        answer(application.consultations.first(), cast, **more)


def test_a_second_recorder_is_shown_what_the_first_wrote(cast, application):
    ask(cast, application)
    first, second = (Consultation.objects.first() for _ in range(2))

    answer(first, cast)
    with pytest.raises(Stale):
        answer(second, cast, A.OBJECTED, text="有意见。")

    assert Consultation.objects.get(pk=first.pk).answer == A.AGREED


@pytest.mark.usefixtures("noon")
class TestPages:
    @pytest.fixture
    def client(self, client, cast):
        client.force_login(cast.city_officer)
        return client

    def test_the_bodies_of_the_batch_are_ticked_and_others_typed(self, client, application):
        url = f"{reverse('units:consultation-new')}?pk={application.pk}"
        page = client.get(url).content.decode()
        assert page.count("checked") == 2

        sent = {"pk": application.pk, "bodies": ["市公安局"], "others": "市税务局\n\n 市税务局 "}
        client.post(url, {**sent, "asked_on": "2026-11-20", "days": "5"})

        rows = Consultation.objects.order_by("pk").values_list("body_name", "reply_by")
        assert list(rows) == [
            ("市公安局", date(2026, 11, 27)),
            ("市税务局", date(2026, 11, 27)),
        ]

    def test_a_desk_below_is_offered_whom_it_asked_before_and_nobody_is_ticked(
        self, client, cast, batch
    ):
        earlier = on_desk(cast, batch, cast.east)
        ask(cast, earlier, bodies=["示例东旗公安局"], actor=cast.east_officer)
        row = on_desk(cast, batch, cast.east)
        client.force_login(cast.east_officer)

        page = client.get(f"{reverse('units:consultation-new')}?pk={row.pk}").content.decode()

        assert "示例东旗公安局" in page and "市公安局</" not in page
        assert "checked" not in page

    def test_the_list_shows_the_late_ones_in_red_and_finds_them(self, client, cast, application):
        ask(cast, application)
        late = application.consultations.first()
        long_ago = timezone.localdate() - timedelta(days=9)
        days = {"asked_on": long_ago, "reply_by": long_ago + timedelta(days=1)}
        Consultation.objects.filter(pk=late.pk).update(**days)

        page = client.get(reverse("units:consultations"), {"state": "overdue"}).content.decode()

        assert "逾期未回 1 条" in page
        assert "超 8 天" in page
        assert page.count("示例东一嘎查") == 1

    def test_the_list_costs_the_same_at_one_row_and_at_three(
        self, client, cast, batch, application, django_assert_max_num_queries
    ):
        url = reverse("units:consultations")
        ask(cast, application, bodies=["市公安局"])
        with django_assert_max_num_queries(20) as seen:
            client.get(url)
        at_one = len(seen)
        ask(cast, recommended(cast, batch, 2), recommended(cast, batch, 3))

        with django_assert_max_num_queries(at_one):
            client.get(url)

    def test_letters_are_printed_by_body_with_their_units(self, client, cast, batch, application):
        ask(cast, application, recommended(cast, batch, 2))

        answer = client.get(reverse("units:consultation-letters"))

        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
        assert "no-store" in answer["Cache-Control"]

    def test_a_letter_says_what_the_batch_says_and_who_signs_it(self, cast, batch):
        make_issuers(batch, "市委宣传部", "市民族事务委员会")
        case = {"body": "市公安局", "number": 3, "reply_by": date(2026, 12, 1)}
        usual = worded(batch, **case)
        batch.letter_text = "请{单位}于{回复截止}前就{家数}家回复。\n\n此函。"

        assert "于 2026 年 12 月 1 日前反馈" in usual[0] and "{" not in usual[0]
        assert worded(batch, **case) == ["请市公安局于2026 年 12 月 1 日前就3家回复。", "此函。"]
        assert signed_by(batch, cast.city) == "市民族事务委员会"
        assert signed_by(batch, cast.east) == "东旗"
        make_issuing_body(cast.east, "东旗民族事务局")
        batch.letter_office = "示例办公室"
        assert signed_by(batch, cast.city) == "示例办公室"
        assert signed_by(batch, cast.east) == "东旗民族事务局"

    def test_without_anything_to_wait_for_there_are_no_letters(self, client, application):
        answer = client.get(reverse("units:consultation-letters"), follow=True)

        assert "没有等待回复的征求意见" in answer.content.decode()

    def test_a_stranger_reads_neither_question_nor_letter(self, client, cast, application):
        ask(cast, application)
        row = application.consultations.first()
        client.force_login(cast.west_officer)

        for name in ("consultation", "consultation-file"):
            assert client.get(reverse(f"units:{name}", args=[row.pk])).status_code == 404

"""The recommended list: dense ranks, in the order its own body gives them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.errors import Refused
from portal.models import AuditEvent
from tests.factories import NOON, make_body, make_running_batch
from tests.units.desks import fresh, give_places, hand_over, on_desk, recommended, said
from units.models import Application, RecommendingBody
from units.operations.applications import withdraw_application
from units.operations.desks import reject_application
from units.operations.recommending import ListMoved, listed, order_list
from units.operations.running_batches import cancel_batch


@pytest.fixture
def batch(cast):
    return make_running_batch(cast.city)


@pytest.fixture
def three(cast, batch):
    return [recommended(cast, batch, rank, f"示例{rank}号") for rank in (1, 2, 3)]


def put_in_order(batch, cast, wanted, actor=None, at=NOON, seen=None):
    body = make_body(cast.east)
    keys = [each.pk for each in wanted]
    seen = listed(batch, body) if seen is None else seen
    person = {"actor": actor or cast.east_officer, "at": at}
    return order_list(batch, body, wanted=keys, seen=seen, **person)


def ranks(*applications):
    return [fresh(each).recommended_rank for each in applications]


def test_the_body_puts_its_list_in_order_and_the_audit_names_both(cast, batch, three):
    one, two, last = three

    assert put_in_order(batch, cast, [last, one, two])

    assert ranks(one, two, last) == [2, 3, 1]
    event = AuditEvent.objects.get(action="batch.order_recommended")
    assert event.before["order"] == ["示例1号", "示例2号", "示例3号"]
    assert event.after["order"] == ["示例3号", "示例1号", "示例2号"]


def test_the_same_order_again_is_no_act(cast, batch, three):
    assert not put_in_order(batch, cast, three)
    assert not AuditEvent.objects.filter(action="batch.order_recommended").exists()


@pytest.mark.parametrize("officer", ["west_officer", "city_officer", "sumu_officer"])
def test_nobody_else_orders_a_bodys_list(cast, batch, three, officer):
    with pytest.raises(Refused, match="推荐顺序由东旗的审核人员排定"):
        put_in_order(batch, cast, three[::-1], actor=getattr(cast, officer))


def test_a_stand_in_orders_it_too(cast, batch, three):
    hand_over(cast.east_officer, cast.city_officer)

    assert put_in_order(batch, cast, three[::-1], actor=cast.city_officer)


def test_after_the_reviewing_stage_the_order_stands(cast, batch, three):
    with pytest.raises(Refused, match="截止。推荐顺序没有改动"):
        put_in_order(batch, cast, three[::-1], at=NOON + timedelta(days=31))


def test_in_a_batch_called_off_the_order_stands(cast, batch, three):
    cancel_batch(batch, actor=cast.city_officer, at=NOON, reason="上级要求")

    with pytest.raises(Refused, match="已取消，推荐顺序没有改动"):
        put_in_order(batch, cast, three[::-1])
    assert ranks(*three) == [1, 2, 3]


def test_a_list_that_changed_meanwhile_is_shown_first(cast, batch, three):
    seen = [each.pk for each in three]
    recommended(cast, batch, 4)

    with pytest.raises(ListMoved, match="您打开之后，东旗的推荐名单有变动"):
        put_in_order(batch, cast, three[::-1], seen=seen)


def test_a_forged_list_is_refused(cast, batch, three):
    stranger = on_desk(cast, batch, cast.west, region=cast.west)

    with pytest.raises(Refused, match="与东旗已推荐的单位不一致"):
        put_in_order(batch, cast, [*three[:2], stranger])


def test_ranks_stay_dense_whoever_leaves(cast, batch, three):
    one, two, last = three
    one.unit.clerks.add(one.created_by)

    withdraw_application(one, note="不再申报", actor=one.created_by, at=NOON)
    assert ranks(one, two, last) == [None, 1, 2]
    reject_application(two, actor=cast.city_officer, at=NOON, said=said("不符合条件。"))
    assert ranks(two, last) == [None, 1]


@pytest.mark.usefixtures("noon")
class TestPages:
    @pytest.fixture
    def client(self, client, cast):
        client.force_login(cast.east_officer)
        return client

    def url(self, batch, cast):
        return reverse("units:recommended-order", args=[batch.pk, make_body(cast.east).pk])

    def test_typed_numbers_order_the_list_without_a_script(self, client, cast, batch, three):
        one, two, last = three
        sent = {"seen": ",".join(str(each.pk) for each in three)}
        sent |= {f"rank_{one.pk}": "3", f"rank_{two.pk}": "2", f"rank_{last.pk}": "1"}

        answer = client.post(self.url(batch, cast), sent, follow=True)

        assert "东旗的推荐顺序已保存。" in answer.content.decode()
        assert ranks(one, two, last) == [3, 2, 1]

    @pytest.mark.parametrize("typed", [("1", "1", "1"), ("", "x", "99"), ("0", "-1", "1")])
    def test_whatever_is_typed_ranks_stay_dense(self, client, cast, batch, three, typed):
        sent = {"seen": ",".join(str(each.pk) for each in three)}
        sent |= {f"rank_{each.pk}": value for each, value in zip(three, typed, strict=True)}

        client.post(self.url(batch, cast), sent)

        assert sorted(ranks(*three)) == [1, 2, 3]

    def test_of_two_who_order_at_once_the_second_sees_both(self, client, cast, batch, three):
        one, two, last = three
        seen = ",".join(str(each.pk) for each in three)
        put_in_order(batch, cast, [two, one, last])
        mine = {f"rank_{one.pk}": "3", f"rank_{two.pk}": "2", f"rank_{last.pk}": "1"}

        answer = client.post(self.url(batch, cast), {"seen": seen, **mine})

        page = answer.content.decode()
        assert answer.status_code == 409
        assert "名单有变动" in page
        assert page.index("示例3号") < page.index("示例2号") < page.index("示例1号")
        assert ranks(one, two, last) == [2, 1, 3]
        again = page.split('name="seen" value="')[1].split('"')[0]
        assert client.post(self.url(batch, cast), {"seen": again, **mine}).status_code == 302
        assert ranks(one, two, last) == [3, 2, 1]

    def test_the_overview_shows_places_and_what_is_taken(self, client, cast, batch, three):
        give_places(batch, make_body(cast.east), 5, category=cast.one.category)
        give_places(batch, make_body(cast.west), 9)

        page = client.get(reverse("units:recommended")).content.decode()

        assert "3 / 5" in page
        assert "西旗" not in page

    def test_the_list_of_another_body_is_404(self, client, cast, batch, three):
        client.force_login(cast.west_officer)

        assert client.get(self.url(batch, cast)).status_code == 404

    def test_a_line_body_is_seen_by_its_members(self, client, cast, batch):
        line = RecommendingBody.objects.create(
            name="军分区", kind=RecommendingBody.Kind.LINE, region=cast.city
        )
        url = reverse("units:recommended-order", args=[batch.pk, line.pk])
        assert client.get(url).status_code == 404

        line.members.add(cast.east_officer)
        assert client.get(url).status_code == 200

    def test_the_page_costs_the_same_at_one_row_and_at_three(
        self, client, cast, batch, django_assert_max_num_queries
    ):
        recommended(cast, batch, 1)
        url = self.url(batch, cast)
        with django_assert_max_num_queries(40) as seen:
            client.get(url)
        at_one = len(seen)
        for rank in (2, 3):
            recommended(cast, batch, rank)

        with django_assert_max_num_queries(at_one):
            client.get(url)


def test_the_ranks_of_two_bodies_do_not_mix(cast, batch):
    recommended(cast, batch, 1)
    west = on_desk(
        cast, batch, cast.city, region=cast.west, recommended_at=NOON, recommended_rank=1
    )

    assert listed(batch, make_body(cast.west)) == [west.pk]
    assert Application.objects.recommended().count() == 2

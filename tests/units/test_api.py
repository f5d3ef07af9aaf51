"""The register for other programs: the rows of the page, by token, in few queries."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.models import ApiToken, AuditEvent
from portal.operations.tokens import make_token, revoke_token
from tests import factories as make
from units.models import Designation, Level

UNITS, TITLES = reverse("units-api:unit-list"), reverse("units-api:designation-list")
NOW = timezone.now


@pytest.fixture
def ask(client):
    """A GET by token as this person."""

    def get(user, url, **params):
        _, key = make_token("测试", actor=user, at=NOW())
        return client.get(url, params, headers={"authorization": f"Token {key}"})

    return get


def names(response):
    return [row["name"] for row in response.json()["results"]]


def test_a_program_reads_what_its_person_may_see(ask, cast):
    make.make_designation(cast.one, level=Level.REGION, ends_on=date(2099, 1, 1))

    answer = ask(cast.east_officer, UNITS).json()

    assert (answer["count"], len(answer["results"])) == (1, 1)
    row = answer["results"][0]
    assert (row["name"], row["county"], row["township"]) == ("示例东嘎查", "东旗", "东苏木")
    assert row["title"]["level"] == "region"
    assert (row["title"]["ends_on"], row["title"]["last_day"]) == ("2099-01-01", "2098-12-31")
    assert row["title"]["status_name"] == "有效"
    assert "示例西社区" not in str(answer)


def test_the_filter_of_the_page_is_that_of_the_program(ask, cast):
    assert names(ask(cast.city_officer, UNITS, q="示例西")) == ["示例西社区"]
    assert names(ask(cast.city_officer, UNITS, region=cast.east.code)) == ["示例东嘎查"]
    both = names(ask(cast.city_officer, UNITS, sort="-name"))
    assert both == sorted(both, reverse=True)


def test_a_faulty_filter_is_an_error_not_everything(ask, cast):
    answer = ask(cast.city_officer, UNITS, status="fine")

    assert answer.status_code == 400
    assert "status" in answer.json()
    assert ask(cast.east_officer, UNITS, region=cast.west.pk).status_code == 400


def test_one_unit_with_all_its_titles(ask, cast):
    make.make_designation(cast.one)
    make.make_designation(cast.one, level=Level.REGION, named_year=2020)
    make.make_designation(cast.one, named_year=2019, state=Designation.State.VOIDED)
    url = reverse("units-api:unit-detail", args=[cast.one.pk])

    assert len(ask(cast.east_officer, url).json()["titles"]) == 2
    assert ask(cast.west_officer, url).status_code == 404
    assert ask(cast.east_officer, url.replace(str(cast.one.pk), "x")).status_code == 404


def test_titles_carry_their_unit_and_voided_ones_are_left_out(ask, cast):
    title = make.make_designation(cast.one)
    void = make.make_designation(cast.one, named_year=2019, state=Designation.State.VOIDED)

    rows = ask(cast.city_officer, TITLES).json()["results"]

    assert [(row["id"], row["unit"]["name"]) for row in rows] == [(title.pk, "示例东嘎查")]
    for pk, status in ((title.pk, 200), (void.pk, 404)):
        url = reverse("units-api:designation-detail", args=[pk])
        assert ask(cast.city_officer, url).status_code == status


@pytest.mark.parametrize("url", [UNITS, TITLES])
def test_three_rows_cost_as_many_queries_as_one(client, cast, url):
    client.force_login(cast.city_officer)

    def sent():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    make.make_designation(cast.one, batch=make.make_batch())
    sent()
    one = sent()
    for number in range(2):
        place = make.make_region(f"苏木{number}", cast.west)
        make.make_designation(make.make_unit(place), batch=make.make_batch(f"第{number + 2}批"))

    assert sent() == one


def test_without_a_valid_token_nothing_is_told(client, cast):
    assert client.get(UNITS).status_code == 401
    wrong = client.get(UNITS, headers={"authorization": "Token 0123"})
    assert (wrong.status_code, "重新生成" in wrong.json()["detail"]) == (401, True)
    for header in ("Token", "Token a b", "Token \u00e9"):
        assert client.get(UNITS, headers={"authorization": header}).status_code == 401


def test_a_token_dies_with_its_revocation_and_with_the_account(client, cast):
    token, key = make_token("报表", actor=cast.east_officer, at=NOW())
    header = {"authorization": f"Bearer {key}"}
    assert client.get(UNITS, headers=header).status_code == 200

    cast.east_officer.is_active = False
    cast.east_officer.save()
    assert client.get(UNITS, headers=header).status_code == 401
    cast.east_officer.is_active = True
    cast.east_officer.save()
    revoke_token(token, actor=cast.east_officer, at=NOW())

    assert client.get(UNITS, headers=header).status_code == 401
    acts = AuditEvent.objects.filter(actor=cast.east_officer).values_list("action", flat=True)
    assert set(acts) == {"token.make", "token.revoke"}


def test_the_key_is_shown_once_and_not_kept(client, cast):
    client.force_login(cast.east_officer)
    page = client.post(reverse("portal:tokens"), {"name": "报表"})
    key = page.context["made"][1]

    assert key in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert key not in client.get(reverse("portal:tokens")).content.decode()
    token = ApiToken.objects.get()
    assert key not in (token.digest, token.prefix, token.name)


def test_nobody_has_more_than_five_tokens_and_administrators_none(client, cast):
    client.force_login(cast.east_officer)
    for _ in range(6):
        page = client.post(reverse("portal:tokens"), {"name": "报表"})
    assert "最多同时使用 5 个" in page.content.decode()
    assert ApiToken.objects.count() == 5

    client.force_login(make.make_user("system_admin", cast.city))
    assert client.get(reverse("portal:tokens")).status_code == 403
    assert client.get(UNITS).status_code == 403


def test_the_api_only_reads(client, cast):
    client.force_login(cast.east_officer)

    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(UNITS).status_code == 405


def test_the_description_names_every_address_and_parameter(client, cast):
    client.force_login(cast.east_officer)
    told = client.get(reverse("api-schema"), headers={"accept": "application/json"}).json()

    assert {"/api/v1/units/", "/api/v1/designations/"} <= set(told["paths"])
    listed = told["paths"]["/api/v1/units/"]["get"]
    asked = {each["name"] for each in listed["parameters"]}
    assert {"q", "region", "status", "expiring", "books", "sort", "page", "size"} <= asked
    assert listed["responses"]["200"]["content"]["application/json"]["schema"]
    page = client.get(reverse("portal:api-docs"))
    assert page.status_code == 200
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]

"""Accounts: who makes them, who grants what, and that nobody helps themselves."""

import re
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.errors import Refused
from portal.models import AuditEvent, SignInCode, User
from portal.operations import accounts as act
from tests.factories import NOON, make_officer, make_user

R = User.Role


@pytest.fixture
def admins(cast):
    cast.system = make_user(R.SYSTEM_ADMIN, cast.city, username="xitong")
    cast.security = make_user(R.SECURITY_ADMIN, cast.city, username="baomi")
    cast.audit = make_user(R.AUDIT_ADMIN, cast.city, username="anshen")
    return cast


def new(admins, **fields):
    words = {"name": "东旗审核人员", "post": "", "work_phone": "", "proposed_role": R.OFFICER}
    words |= {"region": admins.east, "actor": admins.system, "at": NOON}
    return act.create_account(**(words | fields))


def grant(user, actor, region, role=R.OFFICER, may_sign=False):
    act.grant(user, role=role, region=region, may_sign=may_sign, actor=actor, at=NOON)


def test_a_new_account_has_no_rights_and_no_password_until_both_are_given(admins):
    user = new(admins)

    assert (user.role, user.proposed_role) == (R.UNASSIGNED, R.OFFICER)
    assert not user.has_usable_password()
    assert user.username == "dq-shenhe"
    assert new(admins).username == "dq-shenhe2"


def test_a_proposed_role_becomes_one_by_the_security_administrator(admins):
    user = new(admins)

    act.grant_proposed([user], actor=admins.security, at=NOON)

    user.refresh_from_db()
    assert (user.role, user.proposed_role) == (R.OFFICER, "")
    entry = AuditEvent.objects.about(user).filter(action="user.grant").get()
    assert (entry.before["role"], entry.after["role"]) == ("unassigned", "officer")


@pytest.mark.parametrize(("actor", "role"), list(product(R.values, R.values)))
def test_roles_are_granted_by_the_security_administrator_and_nobody_else(cast, actor, role):
    someone, target = make_user(actor, cast.city), make_user(R.UNASSIGNED, cast.east)

    if actor == R.SECURITY_ADMIN:
        grant(target, someone, cast.east, role)
        assert User.objects.get(pk=target.pk).role == role
    else:
        with pytest.raises(Refused, match="只有安全保密管理员"):
            grant(target, someone, cast.east, role)


@pytest.mark.parametrize("actor", [role for role in R.values if role != R.SYSTEM_ADMIN])
def test_accounts_are_made_and_closed_by_the_system_administrator_and_nobody_else(cast, actor):
    someone, target = make_user(actor, cast.city), make_user(R.UNASSIGNED, cast.east)

    for operation in (act.disable, act.enable, act.unlock):
        note = {"note": "离岗"} if operation is act.disable else {}
        with pytest.raises(Refused, match="只有系统管理员"):
            operation(target, actor=someone, at=NOON, **note)


def test_nobody_grants_to_themselves(admins):
    with pytest.raises(Refused, match="不能给自己授权"):
        grant(admins.security, admins.security, admins.city, R.SYSTEM_ADMIN)
    with pytest.raises(Refused, match="不能给自己授权"):
        grant(admins.system, admins.system, admins.city, R.OFFICER)


def test_the_portal_keeps_somebody_to_grant_and_somebody_to_make(admins):
    second = make_user(R.SECURITY_ADMIN, admins.city)
    grant(second, admins.security, admins.city, R.AUDITOR)

    with pytest.raises(Refused, match="最后一名安全保密管理员"):
        act.disable(admins.security, actor=admins.system, at=NOON, note="离岗")
    with pytest.raises(Refused, match="最后一名系统管理员"):
        act.revoke(admins.system, actor=admins.security, at=NOON, note="离岗")


def test_rights_are_granted_within_ones_own_region(admins):
    east_security = make_user(R.SECURITY_ADMIN, admins.east)
    user = make_user(R.UNASSIGNED, admins.east)

    with pytest.raises(Refused, match="所辖地区"):
        grant(user, east_security, admins.west)
    user.refresh_from_db()
    assert user.region == admins.east


def test_a_role_is_not_granted_on_a_proposal_that_was_taken_back_meanwhile(admins):
    read_earlier = new(admins)
    user = User.objects.get(pk=read_earlier.pk)
    act.revoke(user, actor=admins.security, at=NOON, note="离岗")

    with pytest.raises(Refused, match="没有待授予的角色"):
        act.grant_proposed([read_earlier], actor=admins.security, at=NOON)

    user.refresh_from_db()
    assert user.role == R.UNASSIGNED


def test_only_officers_may_sign(admins):
    user = new(admins)

    with pytest.raises(Refused, match="只有审核人员可以签发"):
        grant(user, admins.security, admins.east, R.AUDITOR, may_sign=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(role=R.AUDITOR, may_sign=True)


@pytest.mark.parametrize(
    "fields", [{"is_superuser": True}, {"role": "clerk,officer"}, {"role": "boss"}]
)
def test_the_database_knows_one_role_each_and_no_superuser(admins, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=admins.clerk.pk).update(**fields)


def test_the_constraint_names_every_role(db):
    constraint = next(each for each in User._meta.constraints if each.name == "one_role_each")

    assert set(constraint.condition.children[0][1]) == set(R.values)


@pytest.mark.parametrize(
    ("actor", "target", "allowed"),
    [
        ("east_officer", "clerk", True),
        ("sumu_officer", "clerk", True),
        ("system", "clerk", False),
        ("security", "east_officer", False),
        ("system", "east_officer", True),
        ("system", "security", False),
        ("system", "audit", False),
        ("city_officer", "east_officer", False),
        ("system", "system", False),
    ],
)
def test_codes_are_handed_out_by_whoever_looks_after_the_account(admins, actor, target, allowed):
    actor, target = getattr(admins, actor), getattr(admins, target)

    if allowed:
        assert act.reset_codes([target], actor=actor, at=NOON)[target]
    else:
        with pytest.raises(Refused, match="不由您重置"):
            act.reset_codes([target], actor=actor, at=NOON)
        assert not SignInCode.objects.exists()


def test_a_closed_account_gets_no_code_and_keeps_none(admins):
    act.reset_codes([admins.east_officer], actor=admins.system, at=NOON)
    act.disable(admins.east_officer, actor=admins.system, at=NOON, note="离岗")

    assert not SignInCode.objects.exists()
    with pytest.raises(Refused, match="已停用"):
        act.reset_codes([admins.east_officer], actor=admins.system, at=NOON)


def test_the_system_administrator_makes_an_account_on_the_page(admins, client):
    client.force_login(admins.system)
    words = {"name": "西旗民委", "region": admins.west.pk, "proposed_role": "officer"}

    response = client.post(reverse("portal:account-new"), words)

    user = User.objects.get(name="西旗民委")
    assert response.url == reverse("portal:account", args=[user.pk])
    assert user.role == R.UNASSIGNED


def test_a_slip_shows_its_code_once_and_stores_a_digest(admins, client):
    client.force_login(admins.system)
    address = reverse("portal:account-code", args=[admins.east_officer.pk])

    answer = client.post(address)
    pdf = client.post(address, {"pdf": "1"})

    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", answer.content.decode()).group()
    assert answer["Cache-Control"] == pdf["Cache-Control"] == "no-store"
    assert pdf.content.startswith(b"%PDF")
    assert SignInCode.objects.get().digest != code
    assert len(SignInCode.objects.get().digest) == 64


def test_ticked_proposals_are_granted_together(admins, client):
    first, second, third = new(admins), new(admins), new(admins, proposed_role=R.CLERK)
    client.force_login(admins.security)

    text = client.get(reverse("portal:account-grants")).content.decode()
    assert text.count('name="pk"') == 3
    client.post(reverse("portal:account-grants"), {"pk": [first.pk, third.pk]})

    roles = [User.objects.get(pk=user.pk).role for user in (first, second, third)]
    assert roles == [R.OFFICER, R.UNASSIGNED, R.CLERK]


@pytest.mark.parametrize(
    ("person", "name", "status"),
    [
        ("system", "account-grant", 403),
        ("system", "account-revoke", 403),
        ("security", "account-disable", 403),
        ("security", "account-edit", 403),
        ("audit", "account", 403),
        ("city_officer", "account", 403),
    ],
)
def test_pages_of_the_other_administrator_are_closed(admins, client, person, name, status):
    client.force_login(getattr(admins, person))

    answer = client.get(reverse(f"portal:{name}", args=[admins.east_officer.pk]))

    assert answer.status_code == status
    assert "没有改动任何内容" in answer.content.decode()


def test_an_administrator_of_one_region_does_not_see_accounts_of_another(admins, client):
    client.force_login(make_user(R.SYSTEM_ADMIN, admins.east))

    there = client.get(reverse("portal:account", args=[admins.east_officer.pk]))
    beside = client.get(reverse("portal:account", args=[admins.west_officer.pk]))

    assert (there.status_code, beside.status_code) == (200, 404)


def test_the_list_of_accounts_takes_as_many_queries_for_three_as_for_one(
    admins, client, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(admins.system)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/accounts/?q=user")
    for _ in range(3):
        make_officer(admins.east)
    with django_assert_num_queries(len(few)):
        client.get("/accounts/?q=user")


def test_two_editors_are_shown_the_difference(admins, client):
    client.force_login(admins.system)
    address = reverse("portal:account-edit", args=[admins.east_officer.pk])
    words = {"name": "新的称呼", "version": admins.east_officer.version}

    client.post(address, words)
    second = client.post(address, words | {"name": "另一个称呼"})

    assert "另一个称呼" in second.content.decode() and "新的称呼" in second.content.decode()
    assert User.objects.get(pk=admins.east_officer.pk).name == "新的称呼"


def test_unlocking_lets_a_person_in_at_once_and_is_written_down(admins, client):
    from portal.models import DailyTries

    DailyTries.objects.create(username=admins.clerk.username, day=NOON.date(), count=20)
    client.force_login(admins.system)

    client.post(reverse("portal:account-unlock", args=[admins.clerk.pk]))

    assert not DailyTries.objects.exists()
    assert AuditEvent.objects.about(admins.clerk).filter(action="user.unlock").exists()


def test_slips_are_printed_eight_a_page(admins, client, rf):
    import io

    from pypdf import PdfReader

    from portal.slips import Slip, slips_page

    slips = [
        Slip("示例岗位", "示例单位", f"name-{number}", "AAAA-BBBB-CCCC") for number in range(11)
    ]
    answer = slips_page(rf.get("/"), slips, days=30, back_url="/", as_pdf=True)

    pages = PdfReader(io.BytesIO(answer.content)).pages
    assert [page.extract_text().count("AAAA-BBBB-CCCC") for page in pages] == [8, 3]


def test_nothing_is_fetched_while_printing(tmp_path):
    from portal.documents import pdf_of

    secret = tmp_path / "secret.txt"
    secret.write_text("canary-inside")
    page = f'<link rel=attachment href="{secret.as_uri()}"><img src="{secret.as_uri()}"><p>甲</p>'

    assert b"canary-inside" not in pdf_of(page)
    assert b"EmbeddedFile" not in pdf_of(page)

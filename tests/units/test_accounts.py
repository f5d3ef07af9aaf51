"""Accounts in bulk: faults by row, all or nothing, slips once."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.errors import Refused
from portal.models import AccountIntake, AuditEvent, SignInCode, User
from tests.factories import NOON, make_unit, make_user
from units.account_lists import faults
from units.operations.accounts import first_codes, make_accounts, read_accounts

R = User.Role
HEAD = ["用户名", "称呼", "岗位", "角色", "地区", "单位全称", "工作电话"]
CLERK = ["", "东嘎查村委会", "文书", "填报员", "", "示例东嘎查", "0470-0000000"]
OFFICER = ["dongqi-1", "东旗民委", "科长", "审核人员", "东旗", "", ""]


@pytest.fixture
def system(cast):
    return make_user(R.SYSTEM_ADMIN, cast.city, username="xitong")


def upload(*rows, head=HEAD, name="名单.csv"):
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return SimpleUploadedFile(name, text.getvalue().encode("utf-8-sig"))


def read(system, *rows, **more):
    return read_accounts(upload(*rows, **more), actor=system)[0]


def told(system, *rows):
    return faults(read(system, *rows))


def make(system, *rows):
    lines, sha256 = read_accounts(upload(*rows), actor=system)
    return make_accounts(lines, name="名单.csv", sha256=sha256, actor=system, at=NOON)


def test_a_list_becomes_accounts_with_proposed_roles_and_bound_clerks(cast, system):
    intake = make(system, CLERK, OFFICER)

    clerk = intake.users.get(proposed_role=R.CLERK)
    officer = intake.users.get(username="dongqi-1")
    assert (clerk.username, clerk.region) == ("sldgc-tianbao", cast.east_sumu)
    assert list(clerk.units.all()) == [cast.one]
    assert (officer.region, officer.role, officer.proposed_role) == (
        cast.east,
        "unassigned",
        "officer",
    )
    assert not officer.has_usable_password()
    assert AuditEvent.objects.filter(action="user.create").count() == 2


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["", "", "", "审核人员", "东旗", "", ""], "“称呼”没有填写"),
        (["", "甲", "", "领导", "东旗", "", ""], "角色“领导”不认识"),
        (["", "甲", "", "", "东旗", "", ""], "“角色”没有填写"),
        (["", "甲", "", "审核人员", "", "", ""], "“地区”没有填写"),
        (["", "甲", "", "审核人员", "南旗", "", ""], "地区“南旗”不在您的管理范围内或写法不对"),
        (["", "甲", "", "填报员", "", "", ""], "填报员须填“单位全称”"),
        (["", "甲", "", "填报员", "", "没有的单位", ""], "单位“没有的单位”没有登记"),
        (["", "甲", "", "填报员", "西旗", "示例东嘎查", ""], "不在所填地区内"),
        (["", "甲", "", "审核人员", "东旗", "示例东嘎查", ""], "只有填报员填“单位全称”"),
        (["xitong", "甲", "", "审核人员", "东旗", "", ""], "用户名“xitong”已有人使用"),
        (["a b", "甲", "", "审核人员", "东旗", "", ""], "只能用字母、数字和横线"),
        (["", "字" * 41, "", "审核人员", "东旗", "", ""], "“称呼”最长 40 个字"),
    ],
)
def test_each_fault_is_told_with_its_row(system, row, sentence):
    [(number, text)] = told(system, OFFICER, row)

    assert number == 3
    assert sentence in text


def test_names_that_stand_in_several_places_wait_for_a_clearer_word(cast, system):
    make_unit(cast.west, "示例东嘎查")

    [(_, sentence)] = told(system, CLERK)
    assert "有几个同名的" in sentence
    assert not told(system, [*CLERK[:4], "东苏木", *CLERK[5:]])


def test_rows_that_repeat_each_other_are_told(system):
    assert "出现了 2 次" in told(system, OFFICER, OFFICER)[0][1]
    assert "都相同" in told(system, CLERK, CLERK)[0][1]


def test_one_fault_keeps_the_whole_list_out(system):
    with pytest.raises(Refused, match="没有建立任何账号"):
        make(system, OFFICER, ["", "甲", "", "领导", "东旗", "", ""])
    assert not AccountIntake.objects.exists()


def test_the_same_file_is_not_taken_in_twice(system):
    make(system, CLERK)

    with pytest.raises(Refused, match="已在 2026-11-22 导入过"):
        make(system, CLERK)
    assert User.objects.filter(proposed_role=R.CLERK).count() == 1


def test_an_administrator_of_a_region_reaches_units_of_that_region_only(cast):
    west = make_user(R.SYSTEM_ADMIN, cast.west)

    assert "没有登记" in told(west, CLERK)[0][1]


def test_only_the_system_administrator_makes_accounts(cast, system):
    lines = read(system, OFFICER)

    with pytest.raises(Refused, match="只有系统管理员"):
        make_accounts(lines, name="x", sha256="y", actor=cast.city_officer, at=NOON)


def test_a_list_read_within_a_wider_scope_makes_nothing_outside_ones_own(cast, system):
    lines = read(system, OFFICER)
    west = make_user(R.SYSTEM_ADMIN, cast.west)

    with pytest.raises(Refused, match="不在您的管理范围内"):
        make_accounts(lines, name="x", sha256="y", actor=west, at=NOON)
    assert not AccountIntake.objects.exists()


def test_a_user_name_taken_meanwhile_is_told_in_a_sentence(cast, system):
    lines = read(system, OFFICER)
    make_user(R.OFFICER, cast.east, username=lines[0].username)

    with pytest.raises(Refused, match="刚刚被他人用去"):
        make_accounts(lines, name="x", sha256="y", actor=system, at=NOON)
    assert not AccountIntake.objects.exists()


@pytest.mark.parametrize(
    ("head", "rows", "sentence"),
    [
        (["称呼", "地区"], [["甲", "东旗"]], "没有“角色”列"),
        (HEAD, [], "只有列名"),
    ],
)
def test_a_list_of_another_shape_is_refused_in_a_sentence(system, head, rows, sentence):
    with pytest.raises(Refused, match=sentence):
        read(system, *rows, head=head)


def test_a_thousand_accounts_take_few_statements_a_row(cast, system, django_assert_max_num_queries):
    rows = [["", f"科室{number}", "", "审核人员", "东旗", "", ""] for number in range(200)]

    with django_assert_max_num_queries(260):
        make(system, *rows)

    assert User.objects.filter(proposed_role=R.OFFICER).count() == 200


def test_slips_are_for_those_who_have_no_password_yet(cast, system):
    intake = make(system, CLERK, OFFICER)
    officer = intake.users.get(username="dongqi-1")
    officer.set_password("草原上的一匹小马驹")
    officer.save()

    codes = first_codes(intake, actor=system, at=NOON)

    assert [user.proposed_role for user in codes] == [R.CLERK]


def test_another_administrator_prints_no_slips_of_the_list(cast, system):
    intake = make(system, OFFICER)

    with pytest.raises(Refused, match="另一名系统管理员"):
        first_codes(intake, actor=make_user(R.SYSTEM_ADMIN, cast.city), at=NOON)


def test_the_pages_take_a_list_from_template_to_slips(cast, system, client):
    client.force_login(system)

    assert client.get("/accounts/import/template/").content.startswith(b"PK")
    faulty = client.post(
        "/accounts/import/", {"file": upload(["", "甲", "", "长", "东旗", "", ""])}
    )
    assert "第 2 行" in faulty.content.decode() and not AccountIntake.objects.exists()
    made = client.post("/accounts/import/", {"file": upload(CLERK, OFFICER)})
    assert "sldgc-tianbao" in client.get(made.url).content.decode()
    slips = client.post(f"{made.url}slips/").content.decode()
    pdf = client.post(f"{made.url}slips/", {"pdf": "1"})

    assert len(set(re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", slips))) == 2
    assert "示例东嘎查" in slips
    assert pdf.content.startswith(b"%PDF")
    assert SignInCode.objects.count() == 2


def test_the_template_can_be_filled_in_and_taken_back(system):
    import openpyxl

    from units.account_template import template_workbook

    book = openpyxl.load_workbook(io.BytesIO(template_workbook()))
    book.active.append(OFFICER)
    content = io.BytesIO()
    book.save(content)
    file = SimpleUploadedFile("账号名单.xlsx", content.getvalue())

    lines, _ = read_accounts(file, actor=system)

    assert [line.username for line in lines] == ["dongqi-1"]
    assert not faults(lines)


def test_a_phone_typed_as_a_number_stays_readable(system):
    [line] = read(system, [*OFFICER[:6], "13800000000"])

    assert line.work_phone == "13800000000"

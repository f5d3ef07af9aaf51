"""基础数据: what the portal brings along, who keeps it, and that nobody's edit is lost."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from portal.models import AuditEvent, Holiday, Setting
from portal.operations.reference import load_settings
from portal.references import TABLES
from tests.factories import NOON, make_officer, make_user
from units.models import Category, HonourRule, Regulation, TitleKind
from units.operations.reference import load_catalogue

# Every honour_type of the printed lists the portal was tried on.
LIST = Path(__file__).parent.parent / "data/honour_types_as_printed.txt"
PRINTED = LIST.read_text(encoding="utf-8").split()


KEPT_HERE = sorted(slug for slug, each in TABLES.items() if not each.url_name)


@pytest.fixture
def loaded(db):
    load_settings(at=NOON)
    load_catalogue(at=NOON)
    for name in settings.LOADERS:
        import_string(name)(at=NOON)


@pytest.fixture
def keeper(cast, settings):
    settings.HOME_REGION_CODE = cast.city.code
    return make_officer(cast.city, may_sign=True)


def test_every_honour_as_printed_is_one_kind_of_title(loaded):
    forms = {}
    for kind in TitleKind.objects.all():
        for form in {kind.name, *kind.printed_forms}:
            forms.setdefault(form, set()).add(kind.code)

    assert [form for form in PRINTED if len(forms.get(form, ())) != 1] == []


def test_honours_of_other_systems_are_kinds_of_the_other_family(loaded):
    others = TitleKind.objects.filter(family=TitleKind.Family.OTHER)

    assert others.filter(name="国家卫生县城").exists()
    assert not others.filter(name__in=["示范区", "示范单位", "教育基地", "模范集体"]).exists()


def test_a_printed_category_belongs_to_one_category(loaded):
    seen = {}
    for category in Category.objects.all():
        for form in {category.name, *category.printed_forms}:
            assert seen.setdefault(form, category.code) == category.code


def test_a_community_or_company_of_soldiers_needs_no_credit_code(loaded):
    optional = set(Category.objects.filter(code_optional=True).values_list("code", flat=True))

    assert {"unit_community", "unit_military"} <= optional
    assert not {"unit_organ", "unit_school", "unit_enterprise"} & optional


def test_figures_nobody_has_confirmed_say_so(loaded):
    assert Setting.objects.value("term_years") == 5
    assert not Setting.objects.get(code="term_years").confirmed
    assert not Regulation.objects.get(code="hlbe20").confirmed
    assert HonourRule.objects.in_force(date(2026, 6, 1)).filter(level="national").count() == 1


def test_loading_again_writes_nothing_and_leaves_edits_alone(loaded):
    Setting.objects.filter(code="term_years").update(value=2, version=2)
    lines = AuditEvent.objects.count()

    assert load_settings(at=NOON) + load_catalogue(at=NOON) == 0
    assert Setting.objects.value("term_years") == 2
    assert AuditEvent.objects.count() == lines


def test_an_unknown_setting_falls_back(db):
    assert Setting.objects.value("no_such_figure", 7) == 7


@pytest.mark.django_db
def test_everything_loads_with_one_command(capsys):
    call_command("load_reference", "--no-regions")

    assert Category.objects.count() == 16
    assert "基础数据：" in capsys.readouterr().out


def edit(client, setting, value, version):
    url = reverse("portal:reference-row", args=["settings", setting.pk])
    sent = {"value": value, "source": "示例文件", "confirmed": "on", "version": version}
    return client.post(url, sent)


def test_the_signing_officer_of_the_city_confirms_a_figure(client, loaded, keeper):
    setting = Setting.objects.get(code="term_years")
    client.force_login(keeper)

    edit(client, setting, "2", 1)

    setting.refresh_from_db()
    assert (setting.value, setting.confirmed, setting.version) == (2, True, 2)
    line = AuditEvent.objects.about(setting).get()
    assert (line.actor, line.action) == (keeper, "setting.edit")
    assert (line.before["value"], line.after["value"]) == (5, 2)


def test_a_second_editor_sees_both_figures(client, loaded, keeper):
    setting = Setting.objects.get(code="term_years")
    client.force_login(keeper)
    edit(client, setting, "2", 1)

    page = edit(client, setting, "4", 1).content.decode()

    setting.refresh_from_db()
    assert setting.value == 2
    assert "他人已改" in page
    assert "<td>2</td><td>4</td>" in page


@pytest.mark.parametrize("who", ["city_officer", "east_officer", "province_officer"])
def test_others_read_the_figures_and_change_none(client, loaded, keeper, cast, who):
    setting = Setting.objects.get(code="term_years")
    client.force_login(getattr(cast, who))

    page = edit(client, setting, "9", 1)

    setting.refresh_from_db()
    assert setting.value == 5
    assert page.status_code == 200
    assert "只能查看" in page.content.decode()


def test_a_list_of_days_is_typed_with_pauses_between(client, loaded, keeper):
    setting = Setting.objects.get(code="self_check_reminder_days")
    client.force_login(keeper)

    edit(client, setting, "60、30，7", 1)
    setting.refresh_from_db()
    assert setting.value == [60, 30, 7]

    page = edit(client, setting, "六十", 2).content.decode()
    assert "请填写整数" in page


def test_a_new_kind_of_title_is_added_once_however_often_the_form_is_sent(client, loaded, keeper):
    client.force_login(keeper)
    url = reverse("portal:reference-new", args=["title-kinds"])
    sent = {
        "name": "示例新称号",
        "family": "other",
        "printed_forms": "示例写法一\n示例写法二\n",
        "is_active": "on",
        "position": "500",
        "form_key": "same-form",
    }

    client.post(url, sent)
    client.post(url, sent)

    kind = TitleKind.objects.get(name="示例新称号")
    assert kind.printed_forms == ["示例写法一", "示例写法二"]


def test_a_day_off_is_added_and_taken_away(client, keeper):
    client.force_login(keeper)
    sent = {"day": "2027年1月1日", "name": "元旦"}
    client.post(reverse("portal:reference-new", args=["holidays"]), sent)
    day = Holiday.objects.get(day=date(2027, 1, 1))

    client.post(reverse("portal:reference-drop", args=["holidays", day.pk]))

    assert not Holiday.objects.exists()
    actions = list(AuditEvent.objects.about(day).values_list("action", flat=True))
    assert actions == ["holiday.drop", "holiday.add"]


def test_a_regulation_ends_after_it_begins(client, loaded, keeper):
    client.force_login(keeper)
    sent = {"title": "示例办法", "starts_on": "2026-01-01", "ends_on": "2026-01-01"}

    page = client.post(reverse("portal:reference-new", args=["regulations"]), sent)

    assert "废止日期须晚于施行日期" in page.content.decode()
    assert not Regulation.objects.filter(title="示例办法").exists()


@pytest.mark.parametrize("slug", KEPT_HERE)
def test_each_table_and_row_opens(client, loaded, keeper, slug):
    Holiday.objects.create(day=timezone.localdate(), name="示例假日")
    client.force_login(keeper)
    row = TABLES[slug].model.objects.first()

    assert client.get(reverse("portal:reference-table", args=[slug])).status_code == 200
    assert client.get(reverse("portal:reference-row", args=[slug, row.pk])).status_code == 200


@pytest.mark.parametrize("slug", KEPT_HERE)
def test_a_list_takes_as_many_queries_for_many_rows_as_for_one(
    client, loaded, keeper, slug, django_assert_num_queries
):
    Holiday.objects.create(day=date(2027, 1, 1), name="元旦")
    Holiday.objects.create(day=date(2027, 1, 2), name="元旦次日")
    table = TABLES[slug]
    one = str(table.model.objects.order_by("pk").values_list(table.search[0], flat=True).last())
    url = reverse("portal:reference-table", args=[slug])
    client.force_login(keeper)
    client.get(url)

    for query in ({}, {"q": one}):
        with django_assert_num_queries(6):
            client.get(url, query)


@pytest.mark.parametrize("role", ["clerk", "assessor", "security_admin", "audit_admin"])
def test_other_roles_have_no_such_page(client, cast, role):
    client.force_login(make_user(role, cast.city))

    assert client.get(reverse("portal:reference")).status_code == 403
    assert client.get(reverse("portal:reference-table", args=["settings"])).status_code == 403

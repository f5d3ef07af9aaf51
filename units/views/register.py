"""名册 and 称号: the two lists of this floor, and what their panels fetch."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.gate import roles_only
from portal.models import User
from portal.picks import fetched, more, ticked, typed
from portal.registers import Act, Register
from units.access import READERS
from units.exports import DESIGNATION_COLUMNS, UNIT_COLUMNS
from units.listings import DesignationListing, UnitListing
from units.options import OPTIONS

R = User.Role
EXPORT = Act("export", "导出所选", frozenset(READERS))
RECLASSIFY = Act("category", "改类别", frozenset({R.OFFICER}))
PRESETS = (("即将到期", "status=due"), ("待复验", "status=reverifying"))
HINTS = {
    "region": "区划名称、简称或拼音",
    "category": "类别名称",
    "batch": "批次名称或年份",
    "kind": "",
}


class UnitsPage(Register):
    """What both lists show around their table."""

    roles = READERS
    presets = PRESETS
    section = "register"
    template_name = "units/register.html"
    option_names = ("region", "category")

    def picks(self):
        form = self.filterset.form
        return [
            *(self._fetched(form, name) for name in self.option_names),
            ticked(form, "level"),
            ticked(form, "status"),
            self._fetched(form, "batch"),
            ticked(form, "expiring", kind="radio"),
            more(self._fetched(form, "kind"), typed(form, "year"), *self.further(form)),
        ]

    def further(self, form):
        """Panels that only one of the lists has."""
        return []

    def _fetched(self, form, name):
        return fetched(form, name, reverse("units:options", args=[name]), HINTS[name])

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        urls = {name: reverse(f"units:{self.key}-{name}") for name in ("counts", "export", "bulk")}
        context |= {f"{name}_url": url for name, url in urls.items()}
        return context


class UnitRegister(UnitsPage):
    listing_class = UnitListing
    columns = UNIT_COLUMNS
    key = "register"
    title = "示范单位名册"
    count_word = "家"
    empty_hint = "登记单位或导入名单后，会列在这里。"
    acts = (EXPORT, RECLASSIFY)

    def further(self, form):
        return [ticked(form, "books", kind="radio")]


class DesignationRegister(UnitsPage):
    listing_class = DesignationListing
    columns = DESIGNATION_COLUMNS
    key = "designations"
    title = "称号"
    count_word = "个"
    empty_hint = "在单位页登记称号或导入名单后，会列在这里。"
    acts = (EXPORT, Act("expiry", "导出到期预警表", frozenset(READERS)))


PAGES = {"register": UnitRegister, "designations": DesignationRegister}


def counts(key):
    """The saved filters of one list with their counts; fetched by the page once it stands."""

    @require_safe
    @roles_only(*READERS)
    def view(request):
        page = PAGES[key]()
        page.setup(request)
        saved = [each | {"count": page.count_of(each["query"])} for each in page.saved()]
        context = {"saved": saved, "counts": True, "list_url": reverse(f"units:{key}"), "key": key}
        return render(request, "portal/_saved.html", context)

    return view


@require_safe
@roles_only(*READERS)
def options(request, name):
    """What can be ticked in one panel: a piece of the list page, or a page of its own."""
    template = "units/_options.html" if request.htmx else "units/options.html"
    kept = [(key, value) for key in request.GET for value in request.GET.getlist(key)]
    context = {
        "lines": OPTIONS[name](request.user),
        "name": name,
        "kept": [pair for pair in kept if pair[0] not in (name, "page")],
        "chosen": set(request.GET.getlist(name)),
        "title": "可选项",
        "list_url": reverse("units:register"),
        "section": "register",
    }
    return render(request, template, context)

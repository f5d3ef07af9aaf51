"""What others would do: the admin's list of units, django-import-export's workbook of them."""

from django.contrib import admin
from import_export import fields, resources
from import_export.formats.base_formats import XLSX

from units.models import Unit
from units.models.level import LEVEL_ORDER


class OpenSite(admin.AdminSite):
    """An admin for whoever is signed in; only benchmarks mount it."""

    def has_permission(self, request):
        return request.user.is_authenticated


class UnitAdmin(admin.ModelAdmin):
    """The register's columns as an admin shows them, with its relations fetched in bulk."""

    list_display = (
        "name",
        "category",
        "county",
        "township",
        "level",
        "batch",
        "named_on",
        "ends_on",
        "state",
    )
    search_fields = ("search_text",)
    list_select_related = ("category", "region__parent__parent")
    list_per_page = 50
    ordering = ("name", "pk")

    def get_queryset(self, request):
        units = Unit.objects.visible_to(request.user).active()
        return units.prefetch_related("designations__batch")

    def has_view_permission(self, request, obj=None):
        return True

    has_change_permission = has_view_permission

    def county(self, unit):
        return unit.region.parent.parent if unit.region.level == "village" else unit.region.parent

    def township(self, unit):
        return unit.region.parent if unit.region.level == "village" else unit.region

    def lead(self, unit):
        """The highest title, to have as much to show as the register."""
        titles = unit.designations.all()
        return min(titles, key=lambda title: LEVEL_ORDER[title.level], default=None)

    def level(self, unit):
        return self.lead(unit).get_level_display()

    def batch(self, unit):
        return self.lead(unit).batch

    def named_on(self, unit):
        return self.lead(unit).named_on

    def ends_on(self, unit):
        return self.lead(unit).ends_on

    def state(self, unit):
        return self.lead(unit).get_state_display()


site = OpenSite(name="bench")
site.register(Unit, UnitAdmin)


def resource_of(columns):
    """A django-import-export resource with these columns, read as they are."""

    def reader(column):
        return lambda self, row: column.value(row)

    declared = {f"c{n}": fields.Field(column_name=c.heading) for n, c in enumerate(columns)}
    readers = {f"dehydrate_c{n}": reader(c) for n, c in enumerate(columns)}
    meta = type("Meta", (), {"model": Unit, "fields": list(declared)})
    return type("Bench", (resources.ModelResource,), {**declared, **readers, "Meta": meta})()


def import_export_workbook(columns, rows):
    """The bytes django-import-export makes of these rows."""
    return XLSX().export_data(resource_of(columns).export(queryset=rows))


class ListedUnit(resources.ModelResource):
    """django-import-export taking in the same list as bare units: no matching, no titles."""

    name = fields.Field(attribute="name", column_name="单位名称")
    remark = fields.Field(attribute="remark", column_name="备注")

    class Meta:
        model = Unit
        import_id_fields = ("name",)
        fields = ("name", "remark")

    def init_instance(self, row=None):
        return Unit(region_id=self.region_id, category_id=self.category_id)


def import_rows(path):
    """Bring a workbook in with django-import-export, row by row as it does by default."""
    resource = ListedUnit()
    first = Unit.objects.first()
    resource.region_id, resource.category_id = first.region_id, first.category_id
    dataset = XLSX().create_dataset(path.read_bytes())
    result = resource.import_data(dataset, raise_errors=True, use_transactions=False)
    assert len(result.rows) == len(dataset)

"""Pages of the first floor."""

from django.urls import path, register_converter

from units.options import OPTIONS
from units.views import batches, bulk, clerks, export, register, titles, unit, unit_acts

app_name = "units"


class OptionName:
    """One of the panels that fetch what can be ticked."""

    regex = "|".join(OPTIONS)

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(OptionName, "optionname")

urlpatterns = [
    path("", register.UnitRegister.as_view(), name="register"),
    path("counts/", register.counts("register"), name="register-counts"),
    path("export/", export.export_view("register"), name="register-export"),
    path("bulk/", bulk.bulk_view("register"), name="register-bulk"),
    path("bulk/category/", bulk.bulk_category, name="bulk-category"),
    path("changes/", bulk.ChangeList.as_view(), name="changes"),
    path("changes/<int:pk>/", bulk.change, name="change"),
    path("changes/<int:pk>/undo/", bulk.change_undo, name="change-undo"),
    path("designations/export/", export.export_view("designations"), name="designations-export"),
    path("designations/bulk/", bulk.bulk_view("designations"), name="designations-bulk"),
    path("designations/expiry/", export.export_view("expiry"), name="expiry-export"),
    path("designations/", register.DesignationRegister.as_view(), name="designations"),
    path("designations/counts/", register.counts("designations"), name="designations-counts"),
    path("options/<optionname:name>/", register.options, name="options"),
    path("lookup/units/", unit_acts.unit_options, name="unit-options"),
    path("new/", unit_acts.unit_new, name="unit-new"),
    path("<int:pk>/", unit.unit, name="unit"),
    path("<int:pk>/correct/", unit_acts.unit_correct, name="unit-correct"),
    path("<int:pk>/clerks/", clerks.clerks, name="clerks"),
    path("<int:pk>/clerks/codes/", clerks.clerk_codes, name="clerk-codes"),
    path("<int:pk>/clerks/<int:user_pk>/unbind/", clerks.clerk_unbind, name="clerk-unbind"),
    path("<int:pk>/contact/", unit_acts.unit_contact, name="unit-contact"),
    path("<int:pk>/changes/<slug:kind>/", unit_acts.unit_change, name="unit-change"),
    path("<int:pk>/designations/new/", titles.designation_new, name="designation-new"),
    path("designations/<int:pk>/", titles.designation, name="designation"),
    path("designations/<int:pk>/correct/", titles.designation_correct, name="designation-correct"),
    path(
        "designations/<int:pk>/moves/<slug:verb>/", titles.designation_move, name="designation-move"
    ),
    path("batches/", batches.BatchList.as_view(), name="batches"),
    path("batches/new/", batches.batch_new, name="batch-new"),
    path("batches/<int:pk>/", batches.batch, name="batch"),
    path("batches/<int:pk>/correct/", batches.batch_correct, name="batch-correct"),
]

"""Pages of the first floor."""

from django.urls import path, register_converter

from units.addresses import (
    applications,
    decisions,
    deliberations,
    desk,
    follow_up,
    notices,
    rules,
    running_batches,
)
from units.options import OPTIONS
from units.views import (
    batches,
    bulk,
    clerks,
    export,
    import_acts,
    imports,
    register,
    titles,
    unit,
    unit_acts,
)

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
    path("designations/<int:pk>/void/", titles.designation_void, name="designation-void"),
    path("batches/", batches.BatchList.as_view(), name="batches"),
    path("batches/new/", batches.batch_new, name="batch-new"),
    path("batches/<int:pk>/", batches.batch, name="batch"),
    path("batches/<int:pk>/correct/", batches.batch_correct, name="batch-correct"),
    path("imports/", imports.ImportList.as_view(), name="imports"),
    path("imports/new/", imports.import_new, name="import-new"),
    path("imports/<int:pk>/", imports.ImportResult.as_view(), name="import"),
    path("imports/<int:pk>/mapping/", imports.import_mapping, name="import-mapping"),
    path("imports/<int:pk>/rows/<int:row_pk>/", import_acts.import_row, name="import-row"),
    path("imports/<int:pk>/bulk/", import_acts.import_bulk, name="import-bulk"),
    path("imports/<int:pk>/check/", import_acts.import_check, name="import-check"),
    path("imports/<int:pk>/apply/", import_acts.import_apply, name="import-apply"),
    path("imports/<int:pk>/undo/", import_acts.import_undo, name="import-undo"),
    path("imports/<int:pk>/drop/", import_acts.import_drop, name="import-drop"),
    path("imports/<int:pk>/faults/", import_acts.import_faults, name="import-faults"),
    *rules.urlpatterns,
    *running_batches.urlpatterns,
    *applications.urlpatterns,
    *desk.urlpatterns,
    *deliberations.urlpatterns,
    *notices.urlpatterns,
    *decisions.urlpatterns,
    *follow_up.urlpatterns,
]

"""The form, its stamped scans and receipt, and the materials in the order they are asked for."""

from django.template.loader import render_to_string

from awards.packing.plan import FORM, MATERIALS
from units.approval_form import STATEMENT, approval_form
from units.contents import content_of
from units.materials import files_as_submitted, materials_of, stamped_of
from units.models import ApplicationFile
from units.submissions import submissions_of


def add_form(plan, user, on):
    """推荐审批表 as handed in, its stamped scans, the receipt."""
    application = plan.application
    form = approval_form(application, draft=False, on=on)
    html = render_to_string("pdf/approval_form.html", {"form": form, "statement": STATEMENT})
    plan.add_page([FORM], "推荐审批表", html, "推荐审批表（按最近一次提交）")
    for each in _seen(stamped_of(application).files, user):
        plan.add_file([FORM], each.file, "盖章审批表扫描件", f"盖章 {each.file.name}")
    for made in submissions_of(application)[:1]:
        if made.pdf:
            plan.add_file([FORM], made.pdf, f"申报回执 {made.receipt_no}")


def add_materials(plan, user):
    """The files of the last submission, requirement by requirement."""
    application = plan.application
    made = submissions_of(application)
    content = made[0].content if made else content_of(application)
    found = materials_of(application, files=files_as_submitted(application, content))
    for number, item in enumerate(found, 1):
        files = _seen(item.files, user)
        for place, each in enumerate(files, 1):
            what = f"{item.name}：{each.caption}" if each.caption else item.name
            within = [MATERIALS, f"{number:02} {item.name}"]
            plan.add_file(within, each.file, what, f"{place:02} {each.file.name}")
        if not files and item.requirement.is_required:
            plan.leave_out(f"申报材料“{item.name}”没有文件。")


def _seen(files, user):
    """Those files this person sees by the table's own rule."""
    keys = [each.pk for each in files]
    seen = set(
        ApplicationFile.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)
    )
    return [each for each in files if each.pk in seen]

"""What each tier said, what other bodies answered, and the stamped documents of both."""

from django.template.loader import render_to_string

from awards.packing.plan import OPINIONS
from units.contents import TITLES
from units.models import Consultation, Opinion


def add_opinions(plan, user):
    """One page with all of it, then the documents in their order."""
    application = plan.application
    said = _opinions(application, user)
    asked = _consultations(application, user)
    if not said and not asked:
        return plan.leave_out("还没有审核意见。")
    context = {"application": application, "said": said, "asked": asked}
    html = render_to_string("pdf/package_opinions.html", context)
    plan.add_page([OPINIONS], "00 审核意见", html, "各级审核意见和征求意见情况")
    for number, each in enumerate(said, 1):
        if each.file:
            words = f"{each.office}{each.get_kind_display()}"
            plan.add_file([OPINIONS], each.file, words, f"{number:02} {words} {each.file.name}")
    for each in asked:
        if each.file:
            words = f"{each.body_name}复函"
            plan.add_file([OPINIONS], each.file, words, f"征求意见 {words} {each.file.name}")
    return None


def _opinions(application, user):
    rows = Opinion.objects.visible_to(user).filter(application=application)
    found = list(rows.select_related("region", "body", "file", "given_by"))
    for each in found:
        each.office = each.body.name if each.body else each.region.name
        each.said = [(TITLES.get(key, key), words) for key, words in each.remarks.items()]
    return found


def _consultations(application, user):
    rows = Consultation.objects.visible_to(user).filter(application=application)
    return list(rows.select_related("file"))

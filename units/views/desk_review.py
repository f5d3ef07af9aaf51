"""The review page: materials left, opinion right; the moves; the comparison; an opinion's file."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from portal import files
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import User
from portal.once import act_once
from portal.registers import state_of
from portal.views.sending import send
from units.access import keeps_batch, may_consult
from units.contents import content_of
from units.desk_list import DeskListing
from units.forms.desk import OpinionForm
from units.further import links_for
from units.lifecycles import APPLICATION
from units.materials import files_as_submitted, materials_of, stamped_of
from units.models import Application, Opinion
from units.operations.desks import MOVES
from units.review import Review, side_by_side
from units.tones import application_tone
from units.track import Track
from units.views.applications import renamed

R = User.Role
OFFICE = (R.OFFICER, R.AUDITOR)
DONE = {"forward": "已上报", "accept": "已受理", "return": "已退回", "reject": "已定为不予推荐"}


def fetch(request, pk):
    """An application in sight, or 404."""
    visible = Application.objects.visible_to(request.user).for_display()
    visible = visible.select_related("unit__successor")
    return get_object_or_404(
        visible.prefetch_related("batch__stages", "batch__requirements"), pk=pk
    )


def with_state(url, request):
    """An address that keeps the list one comes from."""
    state = state_of(request.GET).urlencode()
    return f"{url}?{state}" if state else url


@require_safe
@roles_only(*OFFICE)
def review(request, pk):
    """One application to be read, and decided on by whoever holds it."""
    obj = fetch(request, pk)
    found = Review(obj, request.user)
    form = OpinionForm(user=request.user, review=found) if found.may_act else None
    return _page(request, found, form)


def _consultations(application, today):
    """(consultation, is it late?) of those that were asked."""
    return [(each, each.is_overdue(today)) for each in application.consultations.all()]


def _page(request, found, form):
    obj = found.application
    place, number, before, after = _place(request, obj)
    materials = materials_of(obj, files=files_as_submitted(obj, found.content))
    context = {
        "application": obj,
        "review": found,
        "shut": found.shut(request.arrived_at),
        "form": form,
        "parts": found.parts(form, materials),
        "stamped": stamped_of(obj),
        "track": Track.of(obj, request.arrived_at),
        "tone": application_tone(obj),
        "renamed": renamed(obj, found.made),
        "opinions": found.opinions(),
        "consultations": _consultations(obj, timezone.localdate(request.arrived_at)),
        "may_consult": may_consult(request.user, obj),
        "own_batch": keeps_batch(request.user, obj),
        "earlier": found.earlier(),
        "place": place,
        "number": number,
        "before_url": _neighbour(request, before),
        "after_url": _neighbour(request, after),
        "state": state_of(request.GET).urlencode(),
        "further": links_for("application", request.user, obj),
        "title": str(obj.unit),
        "section": "desk",
    }
    return render(request, "units/review.html", context)


def _place(request, application):
    if request.user.role != R.OFFICER:
        return None, 0, None, None
    return DeskListing(request.user, request.GET, request.arrived_at).place(application.pk)


def _neighbour(request, pk):
    return with_state(reverse("units:review", args=[pk]), request) if pk else ""


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(R.OFFICER)
def move(request, pk, verb):
    """One move of the desk, with what is said to it."""
    obj = fetch(request, pk)
    here = with_state(reverse("units:review", args=[pk]), request)
    if request.method != "POST":
        return redirect(here)
    found = Review(obj, request.user)
    if not found.may_act:
        step = APPLICATION.steps[verb].label
        messages.error(request, f"“{obj}”现在不在您的待办中，不能“{step}”，没有改动。")
        return redirect(here)
    form = OpinionForm(request.POST, request.FILES, user=request.user, review=found)
    if form.is_valid() and form.take_paper(request.arrived_at):
        return act_once(request, lambda: _moved(request, found, form, verb))
    return _page(request, found, form)


def _moved(request, found, form, verb):
    obj = found.application
    _, _, _, after = _place(request, obj)
    try:
        moved = MOVES[verb](obj, said=form.said, actor=request.user, at=request.arrived_at)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, form)
    messages.success(request, _told(moved, verb))
    if form.cleaned_data["then_next"] and after:
        return redirect(_neighbour(request, after))
    return redirect(with_state(reverse("units:desk"), request))


def _told(application, verb):
    name = f"“{application.unit.name}”{DONE[verb]}"
    if verb == "forward" and application.recommended_rank:
        return f"“{application.unit.name}”已推荐，排第 {application.recommended_rank} 位。"
    if verb == "forward":
        return f"{name}{application.desk.name}。"
    return f"{name}。"


@require_safe
@roles_only(*OFFICE)
def compare(request, pk):
    """The unit's last application of an earlier batch beside this one."""
    obj = fetch(request, pk)
    found = Review(obj, request.user)
    earlier = found.earlier()
    if earlier is None:
        raise Http404
    made = earlier.submissions.order_by("-number").first()
    before = made.content if made else content_of(earlier)
    context = {
        "application": obj,
        "earlier": earlier,
        "earlier_tone": application_tone(earlier),
        "tone": application_tone(obj),
        "groups": side_by_side(before, found.content),
        "back_url": with_state(reverse("units:review", args=[pk]), request),
        "title": f"与上次申报对照：{obj.unit.name}",
        "section": "desk",
    }
    return render(request, "units/review_compare.html", context)


@require_safe
@roles_only(R.OFFICER, R.AUDITOR, R.CLERK)
def opinion_file(request, pk):
    """The stamped document of an opinion."""
    rows = Opinion.objects.visible_to(request.user).filter(file__isnull=False)
    stored = get_object_or_404(rows.select_related("file"), pk=pk).file
    return send(
        request,
        files.path_of(stored.sha256),
        name=stored.name,
        media_type=stored.media_type,
        attachment=True,
    )

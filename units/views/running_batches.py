"""A batch that is run here: plan, papers, timetable, places, documents, and acts on its stages."""

from django.contrib import messages
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.calendar import Calendar
from portal.errors import Refused
from portal.gate import roles_only
from portal.models import User
from portal.once import once
from portal.times import until
from portal.versions import Stale
from units.access import keeps_batch
from units.forms.batches import (
    CancelForm,
    PapersForm,
    PlanForm,
    StageCloseForm,
    StageExtendForm,
    StagesForm,
    StageStartForm,
    clock_of,
    filled_stages,
    requirement_set,
)
from units.forms.quotas import QuotaSheet
from units.models import Batch
from units.operations.batch_plans import (
    edit_plan,
    lay_timetable,
    level_of,
    plan_batch,
    planned_lengths,
    renew_rule,
    set_quotas,
    set_requirements,
    suggested_start,
)
from units.operations.running_batches import (
    cancel_batch,
    close_stage,
    extend_stage,
    open_batch,
    start_stage,
)
from units.planning import clashes, lay_stages
from units.readiness import laid, surroundings
from units.views.acts import handle

R = User.Role
SECTION = "batches"
STALE = "您打开之后，他人已修改过本批次，您的内容还没有保存。请核对后再次保存。"


def fetch_kept(request, pk, states=None):
    """A batch of this person's own office in one of these states, or 404."""
    rows = Batch.objects.visible_to(request.user).exclude(rule=None)
    batch = get_object_or_404(rows.select_related("kind", "region", "rule"), pk=pk)
    if not keeps_batch(request.user, batch) or (states and batch.state not in states):
        raise Http404
    return batch


def _page(title, label, back, batch=None):
    trail = (("批次", reverse("units:batches")),)
    if batch:
        trail += ((str(batch), batch.get_absolute_url()),)
    return {
        "title": title,
        "submit_label": label,
        "back_url": back,
        "section": SECTION,
        "trail": trail,
        "batch": batch,
    }


@roles_only(R.OFFICER)
@once
def batch_plan(request):
    """Begin the preparation of a batch."""
    level = level_of(request.user.region)
    if not level:
        messages.error(request, "批次由自治区、市、旗县三级的审核人员筹备。")
        return redirect("units:batches")
    form = PlanForm(request.POST or None, user=request.user, initial=_next(request.user, level))

    def act():
        values, starts_on = form.plan
        person = {"actor": request.user, "at": timezone.now()}
        made = plan_batch(values, starts_on=starts_on, **person)
        return made, f"已建立“{made}”，时间已按评选条件排定。请逐项备齐后启动。"

    page = _page("筹备新批次", "建立批次", reverse("units:batches"))
    return handle(request, form, act, page)


def _next(user, level):
    """What the next batch of this office will probably be."""
    rows = Batch.objects.filter(level=level, region=user.region).exclude(number=None)
    last = rows.order_by("-number").first()
    start = suggested_start(timezone.now())
    return {
        "number": last.number + 1 if last else 1,
        "kind": last.kind_id if last else None,
        "year": start.year,
        "starts_on": start,
    }


@roles_only(R.OFFICER)
@once
def batch_papers(request, pk):
    """Change a batch's papers and who issues."""
    batch = fetch_kept(request, pk, (Batch.State.DRAFT, Batch.State.OPEN))
    initial = _as_filled(batch)
    form = PapersForm(request.POST or None, user=request.user, batch=batch, initial=initial)

    def act():
        sent = {"issuers": form.issuers, "version": form.cleaned_data["version"]}
        saved = edit_plan(batch, form.papers, **sent, actor=request.user, at=timezone.now())
        return saved, "已保存批次内容。"

    page = _page("批次内容", "保存", batch.get_absolute_url(), batch)
    template = "units/batch_papers.html"
    return handle(request, form, act, page, template=template, told=_as_told)


def _as_filled(batch):
    names = [name for name in PapersForm.base_fields if hasattr(batch, name)]
    return {name: getattr(batch, name) for name in names} | {"kind": batch.kind_id}


def _as_told(batch):
    return _as_filled(batch) | {"kind": batch.kind}


@require_POST
@roles_only(R.OFFICER)
def batch_renew_rule(request, pk):
    """Follow the rule in force on the day the batch opens."""
    batch = fetch_kept(request, pk, (Batch.State.DRAFT,))
    return _done(
        request,
        batch,
        lambda who: renew_rule(batch, **who),
        "已改用现行评选条件，请核对时间安排和名额。",
    )


def _done(request, batch, act, sentence):
    """Make one act and go back to the batch with its sentence, or with why not."""
    try:
        act({"actor": request.user, "at": timezone.now()})
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    return redirect(batch)


@roles_only(R.OFFICER)
@once
def batch_timetable(request, pk):
    """Lay the stages: by the planner, by hand, with what they run into said before saving."""
    batch = fetch_kept(request, pk, (Batch.State.DRAFT,))
    around = surroundings(batch, Calendar.load())
    stored = filled_stages(laid(batch.stages.all()), batch.version)
    form = StagesForm(request.POST or None, user=request.user, initial=stored)
    page = _page("时间安排", "保存时间安排", batch.get_absolute_url(), batch)
    asked = request.POST.get("act", "")
    if asked == "lay":
        form = _laid_anew(request, batch, form, around)
    elif form.is_bound and form.is_valid() and asked != "check":
        done = _save_timetable(request, batch, form, page)
        if done:
            return done
    known = form.is_bound and form.is_valid()
    stages = form.laid if known else laid(batch.stages.all())
    told = [] if form.is_bound and not known else clashes(stages, around)
    page |= {"form": form, "clashes": told, "asked": asked, "rule": batch.rule}
    return render(request, "units/batch_timetable.html", page)


def _laid_anew(request, batch, form, around):
    """The form filled by the planner from the first day that was sent in."""
    form.is_valid()
    first = form.cleaned_data.get("starts_applying") or timezone.localdate()
    lengths = planned_lengths()
    stages = lay_stages(batch.rule, starts_on=first, calendar=around.calendar, lengths=lengths)
    filled = filled_stages(stages, request.POST.get("version", ""))
    sent = {name: ("on" if value is True else value) for name, value in filled.items() if value}
    return StagesForm(sent, user=request.user)


def _save_timetable(request, batch, form, page):
    who = {"actor": request.user, "at": timezone.now()}
    try:
        lay_timetable(batch, form.laid, version=form.cleaned_data["version"], **who)
    except Stale as stale:
        _keep_typed(form, stale)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    else:
        messages.success(request, "已保存时间安排。")
        return redirect(batch)
    return None


def _keep_typed(form, stale):
    """What was typed stays; sending it again now means one has seen that others saved."""
    form.add_error(None, STALE)
    form.data = form.data.copy()
    form.data["version"] = stale.current.version


@roles_only(R.OFFICER)
@once
def batch_quotas(request, pk):
    """The matrix of bodies and categories, with its sums."""
    batch = fetch_kept(request, pk, (Batch.State.DRAFT, Batch.State.OPEN))
    passed = dict(
        batch.applications.live()
        .recommended()
        .order_by()
        .values_list("body")
        .annotate(n=Count("pk"))
    )
    sent = request.POST if request.method == "POST" else None
    sheet, version, faults = QuotaSheet(batch, sent, passed), batch.version, []
    if sent is not None:
        faults, version = sheet.faults, _number(sent.get("version"))
        if not faults and sent.get("act") != "check":
            faults, version, saved = _save_quotas(request, batch, sheet, version)
            if saved:
                return redirect(batch)
    page = _page("名额分配", "保存名额", batch.get_absolute_url(), batch)
    page |= {"sheet": sheet, "version": version, "faults": faults}
    page["most"] = batch.rule.most_places
    return render(request, "units/batch_quotas.html", page)


def _save_quotas(request, batch, sheet, version):
    """(faults, version to send next time, was it saved?)."""
    who = {"actor": request.user, "at": timezone.now()}
    try:
        set_quotas(batch, sheet.cells, places=sheet.asked, version=version, **who)
    except Stale as stale:
        return [STALE], stale.current.version, False
    except Refused as refusal:
        return [str(refusal)], version, False
    messages.success(request, f"已保存名额。{sheet.verdict[1]}")
    return [], version, True


def _number(text):
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@roles_only(R.OFFICER)
@once
def batch_requirements(request, pk):
    """The documents that units hand in."""
    batch = fetch_kept(request, pk, (Batch.State.DRAFT,))
    sent = request.POST if request.method == "POST" else None
    rows, version, faults = requirement_set(batch, request.user, sent), batch.version, []
    if sent is not None:
        version = _number(sent.get("version"))
        if rows.is_valid():
            faults, version, saved = _save_requirements(request, batch, rows, version)
            if saved:
                return redirect(batch)
        else:
            faults = ["有的内容没有填对，请看标出的地方；没有保存任何内容。"]
    page = _page("申报材料", "保存申报材料", batch.get_absolute_url(), batch)
    page |= {"rows": rows, "version": version, "faults": faults}
    return render(request, "units/batch_requirements.html", page)


def _save_requirements(request, batch, rows, version):
    who = {"actor": request.user, "at": timezone.now()}
    try:
        set_requirements(batch, rows.filled, version=version, **who)
    except Stale as stale:
        return [STALE], stale.current.version, False
    except Refused as refusal:
        return [str(refusal)], version, False
    messages.success(request, f"已保存，共 {len(rows.filled)} 项材料。")
    return [], version, True


@require_POST
@roles_only(R.OFFICER)
def batch_open(request, pk):
    """Open a batch once everything is there."""
    batch = fetch_kept(request, pk)
    sentence = f"“{batch}”已启动，已通知各推荐单位。"
    return _done(request, batch, lambda who: open_batch(batch, **who), sentence)


@roles_only(R.OFFICER)
@once
def batch_cancel(request, pk):
    """Cancel a batch, with the reason."""
    batch = fetch_kept(request, pk, (Batch.State.DRAFT, Batch.State.OPEN))
    form = CancelForm(request.POST or None, user=request.user)

    def act():
        who = {"actor": request.user, "at": timezone.now()}
        cancel_batch(batch, reason=form.cleaned_data["reason"], **who)
        return batch, f"“{batch}”已取消。"

    live = batch.applications.live().count()
    intro = "取消后不能恢复，各阶段随即停止，推荐单位和已申报的单位都会收到通知。"
    if live:
        intro += f"现有 {live} 家单位的申报将不再办理。"
    page = _page("取消批次", "取消批次", batch.get_absolute_url(), batch)
    return handle(request, form, act, page | {"intro": intro, "ends": True})


def fetch_stage(request, pk, kind):
    """A stage of an open batch of this person's own office, or 404."""
    batch = fetch_kept(request, pk, (Batch.State.OPEN,))
    return batch, get_object_or_404(batch.stages, kind=kind)


@roles_only(R.OFFICER)
@once
def stage_close(request, pk, kind):
    """End a stage by hand."""
    batch, stage = fetch_stage(request, pk, kind)
    form = StageCloseForm(request.POST or None, user=request.user)

    def act():
        who = {"actor": request.user, "at": request.arrived_at}
        close_stage(stage, reason=form.cleaned_data["reason"], **who)
        return batch, f"{stage.get_kind_display()}已结束。"

    name = stage.get_kind_display()
    page = _page(f"结束{name}", f"结束{name}", batch.get_absolute_url(), batch)
    page["intro"] = (
        f"{name}原定 {until(stage.ends_at)} 结束。有关人员会收到通知；会签之前可以重新开放。"
    )
    return handle(request, form, act, page | {"ends": True})


@roles_only(R.OFFICER)
@once
def stage_extend(request, pk, kind):
    """Give a stage more time, or open it again."""
    batch, stage = fetch_stage(request, pk, kind)
    shown = filled_stages(laid([stage]), None)
    initial = {"ends_on": shown[f"ends_{kind}"], "clock": clock_of(stage.ends_at)}
    initial["shift_later"] = True
    form = StageExtendForm(request.POST or None, user=request.user, initial=initial)

    def act():
        sent = {"ends_at": form.ends_at, "shift_later": form.cleaned_data["shift_later"]}
        sent["reason"] = form.cleaned_data["reason"]
        extend_stage(stage, **sent, actor=request.user, at=request.arrived_at)
        return batch, f"{name}已{verb}到 {until(form.ends_at)}。"

    name, over = stage.get_kind_display(), stage.is_over(request.arrived_at)
    verb = "重新开放" if over else "延长"
    page = _page(f"{verb}{name}", f"{verb}{name}", batch.get_absolute_url(), batch)
    told = "已于" if over else "现定"
    ended = min(stage.ends_at, stage.closed_at or stage.ends_at)
    page["intro"] = f"{name}{told} {until(ended)} 结束。{verb}后有关人员会收到通知。"
    return handle(request, form, act, page)


@roles_only(R.OFFICER)
@once
def stage_start(request, pk, kind):
    """Begin a stage before its day."""
    batch, stage = fetch_stage(request, pk, kind)
    form = StageStartForm(request.POST or None, user=request.user)

    def act():
        who = {"actor": request.user, "at": request.arrived_at}
        start_stage(stage, reason=form.cleaned_data["reason"], **who)
        return batch, f"{stage.get_kind_display()}已提前开始。"

    name = stage.get_kind_display()
    page = _page(f"提前开始{name}", "提前开始", batch.get_absolute_url(), batch)
    return handle(request, form, act, page)

"""The files of an application: added, taken off, described, looked at, downloaded."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal import files, watermarks
from portal.errors import Refused
from portal.gate import roles_only
from portal.intake.receiving import receive
from portal.models import User
from portal.page_pictures import page_picture
from portal.views.sending import send, send_bytes
from units.access import clerk_of_unit
from units.materials import Material, size_words, standing_files
from units.models import ApplicationFile, Requirement
from units.operations import application_files as act
from units.views.application_form import missing_told
from units.views.applications import fetch

R = User.Role
READERS = (R.OFFICER, R.AUDITOR, R.CLERK)
FILLERS = (R.CLERK, R.OFFICER)
MOST_AT_ONCE = 20


def fetch_material(request, pk, requirement=None):
    """The application, and where its files of one requirement stand; or 404."""
    obj = fetch(request, pk)
    if requirement is None:
        return obj, act.scans_for(request.user, obj)
    if not clerk_of_unit(request.user, obj):
        raise Http404
    rows = Requirement.objects.filter(batch=obj.batch_id, category__in=[obj.category_id])
    rows |= Requirement.objects.filter(batch=obj.batch_id, category=None)
    asked = get_object_or_404(rows, pk=requirement)
    own = [each for each in standing_files(obj) if each.requirement_id == asked.pk]
    return obj, Material(obj, asked, obj.is_open, own)


def again(request, material):
    """The same place, read anew."""
    requirement = material.requirement
    return fetch_material(request, material.application.pk, requirement and requirement.pk)[1]


def wants_json(request):
    return "application/json" in request.headers.get("Accept", "")


def told(request, material, faults=(), **more):
    """The files as they stand now, for the script; 409 where something was refused."""
    fresh = again(request, material)
    html = render_to_string("units/_material.html", {"item": fresh}, request)
    answer = {"html": html, "files": fresh.count, "version": 0, "faults": list(faults)}
    if material.requirement:
        answer |= missing_told(fetch(request, material.application.pk))
    return JsonResponse({**answer, **more}, status=409 if faults else 200)


def answered(request, material, faults=(), done=""):
    """For the script the files, for a plain form the page again with what happened."""
    if wants_json(request):
        return told(request, material, faults)
    for fault in faults:
        messages.error(request, fault)
    if done:
        messages.success(request, done)
    return redirect(material.url)


@roles_only(*FILLERS)
def material_files(request, pk, requirement=None):
    """The files of one requirement on a page of their own; POST adds some."""
    obj, material = fetch_material(request, pk, requirement)
    if request.method == "POST":
        return _added(request, material)
    if wants_json(request):
        return told(request, material)
    context = {
        "application": obj,
        "item": material,
        "back_url": _back(obj, material),
        "title": material.name,
        "section": "applications",
        "trail": ((str(obj), obj.get_absolute_url()),),
    }
    return render(request, "units/material_files.html", context)


def _back(application, material):
    if material.requirement is None or not material.may_change:
        return application.get_absolute_url()
    url = reverse("units:application-fill", args=[application.pk])
    return f"{url}#requirement-{material.key}"


def _added(request, material):
    """Files of a plain form: each is examined by itself; what is good is kept, the rest told."""
    sent = request.FILES.getlist("files")[:MOST_AT_ONCE]
    faults = [] if sent else ["没有选择文件，没有保存任何内容。请选择文件后再上传。"]
    kept = [_kept(request, material, each) for each in sent]
    faults += [fault for fault in kept if fault]
    good = kept.count("")
    return answered(request, material, faults, f"已添加 {good} 份。" if good else "")


def _kept(request, material, file):
    """Empty, or the sentence why this file was not kept."""
    at, requirement = timezone.now(), material.requirement
    try:
        if not material.may_change:
            raise Refused("这份申报现在不能添加文件，没有添加。")
        act.refuse_size(files.clean_name(file.name), file.size, requirement)
        received = receive(file, name=file.name, owner=request.user, at=at)
        person = {"actor": request.user, "at": at}
        act.add_file(material.application, requirement, received, **person)
    except Refused as refusal:
        return str(refusal)
    return ""


@require_POST
@roles_only(*FILLERS)
def material_remove(request, pk, requirement=None):
    """Take one file off."""
    obj, material = fetch_material(request, pk, requirement)
    code = request.POST.get("evidence", "").replace("\0", "")
    found = get_object_or_404(
        ApplicationFile.objects.visible_to(request.user)
        .filter(application=obj, requirement=material.requirement)
        .select_related("file", "application", "requirement", "added_by"),
        code=code,
    )
    try:
        act.remove_file(found, actor=request.user, at=timezone.now())
    except Refused as refusal:
        return answered(request, material, [str(refusal)])
    return answered(request, material, done=f"已移除“{found.file.name}”。")


def fetch_file(request, code):
    """A file in sight, or 404."""
    rows = ApplicationFile.objects.visible_to(request.user)
    rows = rows.select_related(
        "application__unit__region",
        "application__batch",
        "requirement",
        "file",
        "viewing",
        "thumbnail",
        "added_by",
    )
    return get_object_or_404(rows, code=code)


@require_POST
@roles_only(R.CLERK)
def file_caption(request, code):
    """Say what a photo shows."""
    found = fetch_file(request, code)
    try:
        caption = request.POST.get("caption", "")
        act.caption_file(found, caption=caption, actor=request.user, at=timezone.now())
    except Refused as refusal:
        if wants_json(request):
            return JsonResponse({"detail": str(refusal)}, status=409)
        messages.error(request, str(refusal))
        return redirect(found)
    if wants_json(request):
        return JsonResponse({"caption": found.caption})
    messages.success(request, "已保存照片说明。")
    return redirect(found)


@require_safe
@roles_only(*READERS)
def file(request, code):
    """One file to look at, with its neighbours."""
    found = fetch_file(request, code)
    near = ApplicationFile.objects.visible_to(request.user).standing()
    near = near.filter(application=found.application, requirement=found.requirement)
    context = {
        "file": found,
        "application": found.application,
        "film": list(near.select_related("file")),
        "pages": range(1, (found.pages or 0) + 1),
        "size": size_words(found.file.size),
        "may_caption": found.application.is_open and clerk_of_unit(request.user, found.application),
        "title": found.caption or found.file.name,
        "section": "applications",
        "trail": ((str(found.application), found.application.get_absolute_url()),),
    }
    return render(request, "units/application_file.html", context)


@require_safe
@roles_only(*READERS)
def file_thumb(request, code):
    """The small picture in lists."""
    return _sent(request, fetch_file(request, code).thumbnail)


@require_safe
@roles_only(*READERS)
def file_view(request, code):
    """The viewing copy of a picture, or a video, in parts."""
    found = fetch_file(request, code)
    if found.kind == ApplicationFile.Kind.VIDEO:
        return _sent(request, found.file)
    if found.viewing and watermarks.is_wanted() and request.user.role != R.CLERK:
        path = files.path_of(found.viewing.sha256)
        return send_bytes(_marked(request, path), name=found.viewing.name)
    return _sent(request, found.viewing)


@require_safe
@roles_only(*READERS)
def file_page(request, code, number):
    """One page of a PDF as a picture."""
    found = fetch_file(request, code)
    if found.kind != ApplicationFile.Kind.PDF or not 1 <= number <= (found.pages or 0):
        raise Http404
    try:
        path = page_picture(found.file.sha256, number, found.file.name)
    except Refused as refusal:
        raise Http404 from refusal
    wanted = watermarks.is_wanted() and request.user.role != R.CLERK
    content = _marked(request, path) if wanted else path.read_bytes()
    return send_bytes(content, name=f"{found.file.name}-{number}.jpg")


def _marked(request, path):
    return watermarks.marked(path, watermarks.words(request.user, timezone.now()))


@require_safe
@roles_only(*READERS)
def file_original(request, code):
    """The file itself, as an attachment."""
    return _sent(request, fetch_file(request, code).file, attachment=True)


def _sent(request, stored, attachment=False):
    if stored is None:
        raise Http404
    return send(
        request,
        files.path_of(stored.sha256),
        name=stored.name,
        media_type=stored.media_type,
        attachment=attachment,
    )

"""The items of a 整改 as the unit fills them in, and the bytes of their proof."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal import files
from portal.errors import Refused
from portal.gate import roles_only
from portal.intake.receiving import receive
from portal.versions import Stale
from portal.views.sending import send
from units.forms.rectifications import ItemForm
from units.models import RectificationFile
from units.operations.rectification_items import add_file, remove_file, save_item
from units.views.acts import differences
from units.views.follow_up import READERS, R, fetch_order
from units.views.rectifications import page_of

SHOWN = ("image/jpeg", "image/png", "image/webp")  # in the page; anything else is to be kept


def fetch_item(request, pk, number):
    order = fetch_order(request, pk)
    item = get_object_or_404(order.items, position=number)
    item.rectification = order
    return order, item


@require_POST
@roles_only(R.CLERK)
def item(request, pk, number):
    """Keep one item; a second writer is shown both contents."""
    order, item = fetch_item(request, pk, number)
    form = ItemForm(request.POST, user=request.user, prefix=f"i{item.pk}")
    form.item = item
    if form.is_valid():
        try:
            save_item(
                item,
                form.values,
                version=form.cleaned_data["version"],
                actor=request.user,
                at=timezone.now(),
            )
        except Stale as stale:
            form.conflict = _both(form, stale.current)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"第 {number} 项已保存。")
            return redirect(f"{order.get_absolute_url()}#item-{number}")
    return render(request, "units/rectification.html", page_of(request, order, form))


def _both(form, current):
    form.add_error(None, "这一项刚刚被他人保存，没有覆盖；请核对后再保存。")
    form.data = form.data.copy()
    form.data[form.add_prefix("version")] = current.version
    return differences(form, ItemForm.initial_of(current))


@require_POST
@roles_only(R.CLERK)
def item_files(request, pk, number):
    """Add the files that were chosen, each examined first."""
    order, item = fetch_item(request, pk, number)
    brought, added = request.FILES.getlist("files"), 0
    for each in brought:
        try:
            received = receive(each, name=each.name, owner=request.user, at=timezone.now())
            add_file(item, received, actor=request.user, at=timezone.now())
            added += 1
        except Refused as refusal:
            messages.error(request, str(refusal))
    if added:
        messages.success(request, f"第 {number} 项已添加 {added} 份证明。")
    elif not brought:
        messages.error(request, "请先选择文件，没有添加。")
    return redirect(f"{order.get_absolute_url()}#item-{number}")


def fetch_proof(request, pk, number, code):
    _, item = fetch_item(request, pk, number)
    rows = RectificationFile.objects.filter(item=item).select_related("file")
    proof = get_object_or_404(rows, file__code=code)
    proof.item = item
    return proof


@require_safe
@roles_only(*READERS)
def proof(request, pk, number, code):
    """The bytes of one proof: pictures in the page, everything else to be kept."""
    stored = fetch_proof(request, pk, number, code).file
    path = files.path_of(stored.sha256)
    if not path.exists():
        raise Http404
    about = {"name": stored.name, "media_type": stored.media_type}
    return send(request, path, attachment=stored.media_type not in SHOWN, **about)


@require_POST
@roles_only(R.CLERK)
def proof_remove(request, pk, number, code):
    """Take a file off again."""
    row = fetch_proof(request, pk, number, code)
    try:
        remove_file(row, actor=request.user, at=timezone.now())
        messages.success(request, f"已移除“{row.file.name}”。")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{row.item.rectification.get_absolute_url()}#item-{number}")

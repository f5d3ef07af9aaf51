"""Posts behind a list page: columns of choice, filters under a name."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from portal.errors import Refused
from portal.forms.views_of_lists import KeepForm, ViewForm
from portal.gate import roles_only
from portal.models import SavedFilter, User
from portal.operations.views_of_lists import choose_view, drop_filter, keep_filter
from portal.registers import state_of

EVERYONE = tuple(User.Role.values)


def back(request, query=""):
    """To the list one came from; an address of elsewhere leads home."""
    path = request.POST.get("back", "")
    local = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    if not local or "?" in path:
        path = "/"
    return redirect(f"{path}?{query}" if query else path)


@require_POST
@roles_only(*EVERYONE)
def view_choose(request):
    form = ViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, "没有认出所选的列，没有保存。请刷新后重选。")
        return back(request)
    data = form.cleaned_data
    columns = [] if data["reset"] else data["columns"]
    choose_view(data["page"], columns, data["size"] or 50, actor=request.user, at=timezone.now())
    return back(request, data["query"])


@require_POST
@roles_only(*EVERYONE)
def saved_filter_keep(request):
    form = KeepForm(request.POST)
    if not form.is_valid():
        messages.error(request, "名称为 1 至 20 个字，条件不宜过多；没有保存。")
        return back(request)
    data = form.cleaned_data
    query = state_of(QueryDict(data["query"])).urlencode()
    try:
        keep_filter(data["page"], data["name"], query, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已存为常用筛选“{data['name']}”。")
    return back(request, query)


@require_POST
@roles_only(*EVERYONE)
def saved_filter_drop(request, pk):
    kept = get_object_or_404(SavedFilter.objects.visible_to(request.user), pk=pk)
    drop_filter(kept, actor=request.user, at=timezone.now())
    messages.success(request, f"已删除常用筛选“{kept.name}”。")
    return back(request)

"""审计记录: who did what to what, for the audit administrator."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal import audit_labels
from portal.exports import AUDIT_PAGE
from portal.filters.audit import AuditFilter, filter_words
from portal.gate import roles_only
from portal.lists import ScopedList
from portal.models import AuditEvent, AuditHead, User
from portal.operations.audit import ask_audit_export
from portal.registers import state_of

READERS = (User.Role.AUDIT_ADMIN,)
SAME_OBJECT = 20


class AuditList(ScopedList):
    roles = READERS
    queryset = AuditEvent.objects.order_by("-pk")
    filterset_class = AuditFilter
    template_name = "portal/audit.html"
    title = "审计记录"
    section = "audit"
    columns = AUDIT_PAGE
    empty_hint = "有人登录或办理业务后，记录列在这里。"

    def get_context_data(self, **kwargs):
        query = state_of(self.request.GET).urlencode()
        return super().get_context_data(**kwargs, query=query, head=AuditHead.objects.first())


@require_safe
@roles_only(*READERS)
def audit_event(request, pk):
    """One line with what it changed, and what else happened to the same object."""
    visible = AuditEvent.objects.visible_to(request.user)
    event = get_object_or_404(visible, pk=pk)
    same = visible.filter(target_type=event.target_type, target_id=event.target_id)
    context = {
        "event": event,
        "title": audit_labels.label_of(event.action),
        "section": "audit",
        "kind": audit_labels.type_label(event.target_type),
        "differences": audit_labels.differences(event),
        "others": [
            (each, audit_labels.label_of(each.action))
            for each in same.exclude(pk=pk).order_by("-pk")[:SAME_OBJECT]
        ],
    }
    return render(request, "portal/audit_event.html", context)


@require_POST
@roles_only(*READERS)
def audit_export(request):
    """Start writing the log as filtered; the page of the job says when it is there."""
    visible = AuditEvent.objects.visible_to(request.user)
    words = filter_words(AuditFilter(request.GET, queryset=visible, request=request))
    query = state_of(request.GET).urlencode()
    job = ask_audit_export(query, words, actor=request.user, at=timezone.now())
    messages.success(request, "正在后台生成，完成后会有消息提醒。")
    return redirect(job)

"""消息: what the portal has to tell a person, and where each line leads."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.filters.jobs import NotificationFilter
from portal.gate import roles_only
from portal.lists import ScopedList
from portal.models import Notification
from portal.operations.notifications import mark_read
from portal.views.jobs import EVERYONE


class MessageList(ScopedList):
    queryset = Notification.objects.order_by("-pk")
    filterset_class = NotificationFilter
    template_name = "portal/messages.html"
    title = "消息"
    section = "messages"
    count_word = "条"
    empty_hint = "任务完成、名单处理等进展会通知到这里。"


@require_POST
@roles_only(*EVERYONE)
def message_open(request, pk):
    """Mark one message as read and go where it leads."""
    own = Notification.objects.visible_to(request.user)
    line = get_object_or_404(own, pk=pk)
    mark_read(own.filter(pk=pk), at=timezone.now())
    return redirect(line.url or "portal:messages")


@require_POST
@roles_only(*EVERYONE)
def messages_read(request):
    """Mark everything as read."""
    count = mark_read(Notification.objects.visible_to(request.user), at=timezone.now())
    messages.success(request, f"已将 {count} 条消息标为已读。" if count else "没有未读消息。")
    return redirect("portal:messages")

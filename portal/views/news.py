"""消息接收方式: where a person's messages also go."""

from django.contrib import messages
from django.forms.models import model_to_dict
from django.shortcuts import redirect, render
from django.utils import timezone

from portal import channels
from portal.errors import Refused
from portal.forms.news import NewsForm
from portal.gate import roles_only
from portal.models import Delivery, User
from portal.operations.news import CHOSEN, choice_of, choose_news


@roles_only(*User.Role.values)
def news(request):
    """One's own choice, and what became of the last messages sent."""
    choice = choice_of(request.user, timezone.now())
    initial = model_to_dict(choice, CHOSEN) | {"version": choice.version}
    form = NewsForm(request.POST or None, initial=initial, user=request.user)
    if request.method == "POST" and form.is_valid() and _keep(choice, form, request):
        return redirect("portal:news")
    context = {
        "form": form,
        "ways": channels.configured(),
        "sent": Delivery.objects.visible_to(request.user).select_related("notification")[:10],
        "title": "消息接收方式",
    }
    return render(request, "portal/news.html", context)


def _keep(choice, form, request):
    try:
        version = form.cleaned_data["version"]
        choose_news(
            choice, form.cleaned_data, actor=request.user, at=timezone.now(), version=version
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, "消息接收方式已保存，之后的新消息按此发送。")
    return True

"""我的接口令牌, and the page that describes the API."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.errors import Refused
from portal.forms.tokens import TokenForm
from portal.gate import roles_only
from portal.models import ApiToken
from portal.operations.tokens import READERS, make_token, revoke_token


@never_cache
@roles_only(*READERS)
def tokens(request):
    """One's tokens; a new one is shown on the answer to its form and never again."""
    form, made = TokenForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            made = make_token(form.cleaned_data["name"], actor=request.user, at=timezone.now())
            form = TokenForm()
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "tokens": ApiToken.objects.visible_to(request.user),
        "form": form,
        "made": made,
        "title": "我的接口令牌",
    }
    return render(request, "portal/tokens.html", context)


@require_POST
@roles_only(*READERS)
def token_revoke(request, pk):
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    try:
        revoke_token(token, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"令牌“{token}”已作废，用它的程序从现在起读不到数据。")
    return redirect("portal:tokens")


@require_safe
@roles_only(*READERS)
def api_docs(request):
    """The description of the API, to be tried out as oneself."""
    return render(request, "portal/api_docs.html", {"title": "数据接口"})

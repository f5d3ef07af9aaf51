"""Many anonymous objections to one notice, dismissed together for one reason."""

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from portal.gate import roles_only
from portal.models import User
from portal.once import once
from portal.step_up import step_up
from units.access import handles_objections
from units.forms.notices import ConclusionForm
from units.models import Objection
from units.operations.objections import MOST_AT_ONCE, dismiss_objections
from units.views.acts import handle
from units.views.desk_many import asked_keys
from units.views.notices import seen


def handled(request, pk):
    """A notice in sight whose objections this person settles, or 404."""
    row = seen(request, pk)
    if not handles_objections(request.user, row):
        raise Http404
    return row


@roles_only(User.Role.OFFICER)
@step_up(handled, when=lambda request, pk: request.method == "POST")
@once
def objections_dismiss(request, pk):
    """Those that nobody has taken up, to be ticked; what was found and answered, once for all."""
    row, keys = handled(request, pk), asked_keys(request)
    form = ConclusionForm(request.POST or None, user=request.user)

    def act():
        words = {name: form.cleaned_data[name] for name in ("findings", "answer")}
        made = dismiss_objections(row, keys, **words, actor=request.user, at=timezone.now())
        return row, f"已认定 {len(made)} 件异议不成立，名单不变；答复已可凭查询码查看。"

    waiting = _waiting(request, row)
    context = {
        "notice": row,
        "rows": waiting[:MOST_AT_ONCE],
        "ticked": keys,
        "waiting": waiting.count(),
        "most": MOST_AT_ONCE,
        "title": "一并认定匿名异议",
        "section": "batches",
        "trail": [("公示", reverse("units:notices")), (row.title, row.get_absolute_url())],
    }
    return handle(request, form, act, context, template="units/objections_dismiss.html")


def _waiting(request, notice):
    rows = Objection.objects.visible_to(request.user).filter(notice=notice, is_anonymous=True)
    rows = rows.filter(state=Objection.State.RECEIVED).select_related("entry")
    return rows.order_by("received_at", "pk")

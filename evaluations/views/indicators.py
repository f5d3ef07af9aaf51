"""The tree of a draft: add, correct, move and drop nodes."""

from decimal import Decimal

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from evaluations.forms.editions import IndicatorForm, as_filled
from evaluations.models import IndexEdition, Indicator
from evaluations.operations import indicators as operations
from evaluations.tree import neat
from evaluations.views.editions import OFFICER, fetch
from portal.errors import Refused
from portal.gate import roles_only
from portal.once import once
from portal.widgets import is_key
from units.views.acts import handle

Tier = Indicator.Tier
WORDS = {Tier.SECTION: "一级指标", Tier.GROUP: "二级指标", Tier.ITEM: "测评要点"}
FORM = "evaluations/indicator_form.html"


def node_of(request, pk, node_pk):
    """A node of an edition in sight, or 404."""
    edition = fetch(request, pk)
    node = get_object_or_404(edition.indicators.select_related("parent"), pk=node_pk)
    node.edition = edition
    return node


def parents_for(edition, tier):
    """Where a node of this tier may stand."""
    return edition.indicators.filter(tier__in=operations.UNDER[tier]).order_by("position", "pk")


def _refused_early(request, edition):
    """A published edition has no form; the sentence says what to do instead."""
    if edition.state == IndexEdition.State.DRAFT:
        return None
    state = edition.get_state_display()
    messages.error(request, f"“{edition}”{state}，不能再改；请复制为新草稿后修改。")
    return redirect(edition)


@roles_only(OFFICER)
@once
def indicator_new(request, pk, tier):
    """Add a node of a tier; `?under=` names its parent."""
    if tier not in Tier.values:
        raise Http404
    edition = fetch(request, pk)
    if early := _refused_early(request, edition):
        return early
    parents = parents_for(edition, tier)
    start = {"parent": _under(request, parents), "kind": Indicator.Kind.RANGE, "version": 0}
    start["code"] = _next_code(edition, start["parent"])
    form = IndicatorForm(
        request.POST or None, user=request.user, tier=tier, parents=parents, initial=start
    )

    def act():
        values = form.values | {"tier": tier}
        made = operations.add_indicator(edition, values, actor=request.user, at=timezone.now())
        return _back(made), f"已新增{WORDS[tier]}“{made}”。"

    page = _page(edition, f"新增{WORDS[tier]}", f"新增{WORDS[tier]}")
    return handle(request, form, act, page, template=FORM)


def _under(request, parents):
    asked = request.GET.get("under", "")
    found = parents.filter(pk=asked).first() if is_key(asked) else None
    return (found or parents.first()).pk if parents else None


def _next_code(edition, parent):
    """The next free number beneath a parent, as a proposal."""
    codes = dict(edition.indicators.values_list("pk", "code"))
    above = codes.get(parent, "")
    taken, number = set(codes.values()), 1
    while (code := f"{above}.{number}" if above else str(number)) in taken:
        number += 1
    return code


@roles_only(OFFICER)
@once
def indicator(request, pk, node_pk):
    """Correct a node of a draft."""
    node = node_of(request, pk, node_pk)
    if early := _refused_early(request, node.edition):
        return early
    parents = parents_for(node.edition, node.tier).exclude(pk=node.pk)
    form = IndicatorForm(
        request.POST or None,
        user=request.user,
        tier=node.tier,
        parents=parents,
        initial=as_filled(node),
    )

    def act():
        who = {"actor": request.user, "at": timezone.now()}
        version = form.cleaned_data["version"] or 0
        operations.edit_indicator(node, form.values, version=version, **who)
        return _back(node), f"已保存“{node}”。"

    page = _page(node.edition, f"修改{WORDS[node.tier]}：{node.code}", "保存修改")
    return handle(request, form, act, page, template=FORM, told=_as_told)


def _as_told(node):
    """A stored node as the form cleans it, to be told apart from what was sent in."""
    told = as_filled(node) | {"parent": node.parent, "methods": node.methods}
    return {name: neat(v) if isinstance(v, Decimal) else v for name, v in told.items()}


@require_POST
@roles_only(OFFICER)
def indicator_move(request, pk, node_pk, direction):
    """Up or down among the nodes of the same parent."""
    node = node_of(request, pk, node_pk)
    return _act(request, node, "", operations.move_indicator, direction)


@require_POST
@roles_only(OFFICER)
def indicator_drop(request, pk, node_pk):
    """Take a node out of a draft, with what is beneath it."""
    node = node_of(request, pk, node_pk)
    return _act(request, node, f"已删除“{node}”。", operations.drop_indicator)


def _act(request, node, sentence, operation, *more):
    version = request.POST.get("version", "")
    who = {"actor": request.user, "at": timezone.now()}
    try:
        operation(node, *more, version=int(version) if is_key(version) else 0, **who)
    except Refused as refusal:
        messages.error(request, _plain(refusal, node))
    else:
        if sentence:
            messages.success(request, sentence)
    return redirect(_back(node))


def _plain(refusal, node):
    """On a button there is nothing to compare; the page shows how the row stands now."""
    if hasattr(refusal, "current"):
        return f"“{node.code}”刚刚被他人修改，没有改动；下面已是最新内容，请核对后再操作。"
    return str(refusal)


def _back(node):
    return f"{node.edition.get_absolute_url()}#node-{node.pk}"


def _page(edition, title, label):
    return {
        "title": title,
        "submit_label": label,
        "back_url": edition.get_absolute_url(),
        "section": "editions",
        "edition": edition,
    }

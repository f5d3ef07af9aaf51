"""How a person likes to see a list: columns, page length, filters under a name."""

from django.db import transaction

from portal.audit import record
from portal.errors import Refused
from portal.models import SavedFilter, ViewChoice

MOST = 20


@transaction.atomic
def choose_view(page, columns, page_size, *, actor, at):
    """Keep the columns and page length for this list; no columns at all means the usual ones."""
    choice, _ = ViewChoice.objects.update_or_create(
        user=actor, page=page, defaults={"columns": columns, "page_size": page_size}
    )
    record(actor=actor, action="list.choose_view", target=choice, at=at, after={"列": columns})


@transaction.atomic
def keep_filter(page, name, query, *, actor, at):
    """Keep a list's filter state under a name; the same name again replaces it."""
    own = SavedFilter.objects.filter(user=actor, page=page)
    if not query:
        raise Refused("当前没有筛选条件，没有存为常用。请先选择条件再保存。")
    if not own.filter(name=name).exists() and own.count() >= MOST:
        raise Refused(f"常用筛选最多 {MOST} 个，没有保存“{name}”。请先删除不用的。")
    kept, _ = SavedFilter.objects.update_or_create(
        user=actor, page=page, name=name, defaults={"query": query}
    )
    record(actor=actor, action="list.keep_filter", target=kept, at=at, after={"条件": query})
    return kept


@transaction.atomic
def drop_filter(kept, *, actor, at):
    """Forget a saved filter."""
    record(actor=actor, action="list.drop_filter", target=kept, at=at, before={"条件": kept.query})
    kept.delete()

"""Phrases an assessor uses again and again. One's own convenience, no act, so no audit line."""

from django.db import transaction

from evaluations.models import Phrase
from portal.errors import Refused

MOST = 30


@transaction.atomic
def keep_phrase(text, *, edition, actor, at):
    """Keep a phrase; it is offered first by the edition it was kept for."""
    text = text.strip()
    if not text:
        raise Refused("常用语不能为空，没有保存。")
    if len(text) > Phrase._meta.get_field("text").max_length:
        raise Refused("常用语最长 60 字，没有保存。")
    own = Phrase.objects.visible_to(actor)
    if own.count() >= MOST:
        raise Refused(f"常用语最多存 {MOST} 条，没有保存；请先删去不用的。")
    return Phrase.objects.get_or_create(
        user=actor, text=text, defaults={"edition": edition, "created_at": at}
    )[0]


def drop_phrase(pk, *, actor):
    """Throw away one of one's own phrases."""
    Phrase.objects.visible_to(actor).filter(pk=pk).delete()

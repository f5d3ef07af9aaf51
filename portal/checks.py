"""What must not be so when the portal starts: demonstration accounts, a gateway without a key."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

DEMO_IN_EARNEST = "正式环境里有演示账号，请先删除或停用后再启动。"


UNSIGNED = "设置了 NEWS_GATEWAY_URL 而没有设置 NEWS_GATEWAY_SECRET，发往网关的消息无法签名。"


def has_demo_accounts():
    """Are there open demonstration accounts? A database without tables has none."""
    from portal.models import User

    try:
        return User.objects.filter(is_demo=True, is_active=True).exists()
    except DatabaseError:
        return False


@register(Tags.database)
def no_demo_accounts_in_earnest(databases=None, **kwargs):
    """Asked by `check --database default` and by every `migrate`."""
    if not databases or not settings.SERVER or not has_demo_accounts():
        return []
    return [Error(DEMO_IN_EARNEST, id="portal.E001")]


@register(Tags.security)
def gateway_has_a_key(app_configs=None, **kwargs):
    """Asked by every command that checks; anybody can sign with an empty key."""
    if settings.NEWS_GATEWAY_URL and not settings.NEWS_GATEWAY_SECRET.strip():
        return [Error(UNSIGNED, id="portal.E002")]
    return []


def refuse_to_start_unsafe():
    """Asked once by the web server; where the database is away, sign-in still keeps them out."""
    if gateway_has_a_key():
        raise ImproperlyConfigured(f"没有启动：{UNSIGNED}")
    if settings.SERVER and has_demo_accounts():
        raise ImproperlyConfigured(DEMO_IN_EARNEST)

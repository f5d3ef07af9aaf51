"""Who calls the API: a token in the header, looked up by its digest."""

import hashlib

from django.contrib.auth import get_backends
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from portal.models import ApiToken

WORDS = (b"token", b"bearer")


def digest_of(key):
    """What is stored of a token; it is random, so a plain hash will do."""
    return hashlib.sha256(key.encode()).hexdigest()


class TokenAuthentication(BaseAuthentication):
    """Authorization: Token …; the person must still be let in by the sign-in page as well."""

    def authenticate(self, request):
        words = get_authorization_header(request).split()
        if not words or words[0].lower() not in WORDS:
            return None
        key = words[1].decode("ascii", "ignore") if len(words) == 2 else ""
        live = ApiToken.objects.filter(digest=digest_of(key), revoked_at=None)
        token = live.select_related("user__region").first()
        if token is None or not may_come_in(token.user):
            raise AuthenticationFailed("令牌无效或已作废，请在“我的接口令牌”页面重新生成。")
        return token.user, token

    def authenticate_header(self, request):
        return "Token"


def may_come_in(user):
    """Is the account open, to those who judge that at the sign-in page?"""
    judges = [each for each in get_backends() if hasattr(each, "user_can_authenticate")]
    return all(each.user_can_authenticate(user) for each in judges)


class TokenScheme(OpenApiAuthenticationExtension):
    """How the description of the API calls it."""

    target_class = "portal.authentication.TokenAuthentication"
    name = "接口令牌"

    def get_security_definition(self, auto_schema):
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "填写“Token ”加令牌，例如：Token 1a2b3c…",
        }

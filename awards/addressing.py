"""Where the QR codes of certificates lead: the address under which the public finds the portal."""

import os
from urllib.parse import urlsplit

from django.conf import settings

from portal.errors import Refused


def portal_address(given="", request=None):
    """The portal's address without a slash at its end.

    What is given comes first, then PORTAL_ADDRESS, then a server's first host; on a single
    machine the address the person uses themselves.
    """
    address = given or settings.PORTAL_ADDRESS or _own(request)
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(address) > 150:
        raise Refused(f"门户地址“{address[:80]}”不对，请写成 https://… 的样子；没有签发证书。")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _own(request):
    if settings.SERVER:
        return f"https://{settings.ALLOWED_HOSTS[0]}"
    if request is not None:
        return f"{request.scheme}://{request.get_host()}"
    return f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"


def address_caveat(address):
    """A sentence where phones could not open the address; empty if they can."""
    host = urlsplit(address).hostname or ""
    if host in ("localhost", "::1") or host.startswith("127."):
        return (
            f"二维码将指向本机地址 {address}，手机打不开。"
            "正式签发前，请系统管理员在部署设置中填写门户网址。"
        )
    return ""

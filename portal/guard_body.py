"""How much a sender may send, decided before a byte of the body is read.

Outermost is a WSGI wrapper that goes by length, path and whether a cookie is there at all; inside
it a middleware asks whether that cookie is a session. Only then does anybody parse anything.
"""

import re
from functools import cache
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpResponse
from django.template.loader import render_to_string

from portal import audit
from portal.limits import within

KB, MB = 1024, 1024 * 1024
STRANGER = 64 * KB  # a sign-in form is a hundredth of it
FORM = 2 * MB
CHUNKED = "浏览器没有说明内容的长度，没有接收任何内容。请换用常见的浏览器再试。"
TOO_BIG = "发来的内容超过 {}，没有接收，也没有保存任何内容。请压缩或分成几次再传。"
SIGN_IN_FIRST = "没有登录时最多发送 64 KB，发来的内容没有接收，也没有保存。请先登录再传。"
TOO_OFTEN = "这一网络地址一小时内传送文件的次数过多，没有接收，也没有保存。请过一小时再试。"
OPEN_AN_HOUR = 20
HEADERS = [
    ("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
]


def upload_limit(path):
    """The bytes a person may send to this address; None where it takes no files."""
    return next((whole for whole, *_ in _uploads(path)), None)


def file_limit(path):
    """The bytes one file may have at this address."""
    found = ((one or [settings.FILE_LIMIT])[0] for _, *one in _uploads(path))
    return next(found, min(FORM, settings.FILE_LIMIT))


def _uploads(path):
    return (limits for pattern, *limits in settings.UPLOADS if re.match(pattern, path))


def allowance(path, known):
    """How long a body may be at this address, from somebody known or not."""
    if known or is_open(path):
        return upload_limit(path) or FORM
    return STRANGER


def is_open(path):
    """Does this address take files from people nobody knows?"""
    return any(re.match(pattern, path) for pattern in settings.OPEN_UPLOADS)


class BodyGuard:
    """WSGI wrapper that answers 411 or 413 itself, leaving the body unread."""

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        refused = refusal_of(environ)
        if not refused:
            return self.application(environ, start_response)
        status, sentence = refused
        kind, body = worded(environ, status, sentence)
        heads = [("Content-Type", kind), ("Content-Length", str(len(body))), *HEADERS]
        start_response(f"{status.value} {status.phrase}", heads)
        return [body]


def refusal_of(environ):
    """(status, sentence) for a body that is not to be read; None for one that may be."""
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return HTTPStatus.LENGTH_REQUIRED, CHUNKED
    length = environ.get("CONTENT_LENGTH") or "0"
    known = seems_known(environ)
    limit = allowance(environ.get("PATH_INFO", "/"), known)
    if length.isdecimal() and int(length) <= limit:
        return None
    sentence = TOO_BIG.format(words_for(limit)) if known else SIGN_IN_FIRST
    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence


def seems_known(environ):
    """Is there a session cookie, or a token? Whether it is genuine is asked further in."""
    cookies = environ.get("HTTP_COOKIE", "")
    has_cookie = re.search(rf"(^|[;\s]){settings.SESSION_COOKIE_NAME}=\w", cookies)
    return bool(has_cookie or environ.get("HTTP_AUTHORIZATION"))


def words_for(limit):
    return f"{limit // MB} MB" if limit >= MB else f"{limit // KB} KB"


def worded(environ, status, sentence):
    """(media type, body): JSON for the API, a page for people."""
    if environ.get("PATH_INFO", "").startswith("/api/"):
        return "application/json", f'{{"detail":"{sentence}"}}'.encode()
    return "text/html; charset=utf-8", page(sentence).encode()


@cache
def page(sentence):
    """The page that says so, without the shell."""
    context = {"commission": settings.COMMISSION_NAME, "sentence": sentence}
    return render_to_string("413.html", context)


def known_senders(get_response):
    """A long body is read only from somebody who is really signed in."""

    def middleware(request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_long = length.isdecimal() and int(length) > STRANGER
        if is_long and not request.user.is_authenticated:
            if not is_open(request.path):
                return HttpResponse(page(SIGN_IN_FIRST), status=413)
            if not _has_room(request):
                return HttpResponse(page(TOO_OFTEN), status=429)
        return get_response(request)

    return middleware


def _has_room(request):
    """Long bodies from one unknown address: so many an hour."""
    address = audit.address.get()
    return within("upload", address, most=OPEN_AN_HOUR, seconds=3600, at=request.arrived_at)


class FileLimit(FileUploadHandler):
    """Stops reading an upload as soon as one file grows too long."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self.limit = file_limit(META.get("PATH_INFO", ""))

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.size = 0

    def receive_data_chunk(self, raw_data, start):
        self.size += len(raw_data)
        if self.size > self.limit:
            raise RequestDataTooBig(TOO_BIG.format(words_for(self.limit)))
        return raw_data

    def file_complete(self, file_size):
        return None

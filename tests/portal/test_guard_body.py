"""A body that is too long is refused before anybody reads it."""

import io
from http import HTTPStatus

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.guard_body import FORM, KB, MB, STRANGER, BodyGuard, refusal_of
from portal.views import faults
from portal.wsgi import application

COOKIE = f"{settings.SESSION_COOKIE_NAME}=abc"
UPLOAD = "/units/imports/new/"
TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def asked(length, path="/sign-in/", **more):
    return {"PATH_INFO": path, "CONTENT_LENGTH": str(length), **more}


@pytest.mark.parametrize(
    ("environ", "limit"),
    [
        (asked(0), STRANGER),
        (asked(0, UPLOAD), STRANGER),
        (asked(0, UPLOAD, HTTP_COOKIE="other=1; sessionid2=1"), STRANGER),
        (asked(0, "/", HTTP_COOKIE=COOKIE), FORM),
        (asked(0, "/", HTTP_AUTHORIZATION="Token x"), FORM),
        (asked(0, UPLOAD, HTTP_COOKIE=f"a=b; {COOKIE}"), 20 * MB),
    ],
)
def test_each_sender_and_address_has_its_limit(environ, limit):
    assert refusal_of({**environ, "CONTENT_LENGTH": str(limit)}) is None
    assert refusal_of({**environ, "CONTENT_LENGTH": str(limit + 1)})[0] == TOO_LARGE


@pytest.mark.parametrize("length", ["4294967296", "9" * 40, "-1", "1e9", "²"])
def test_absurd_lengths_are_refused(length):
    assert refusal_of(asked(length, UPLOAD, HTTP_COOKIE=COOKIE))[0] == TOO_LARGE


@pytest.mark.parametrize("path", ["/sign-in/", UPLOAD])
def test_a_body_without_a_length_is_refused(path):
    environ = asked("", path, HTTP_TRANSFER_ENCODING="chunked", HTTP_COOKIE=COOKIE)

    assert refusal_of(environ)[0] == HTTPStatus.LENGTH_REQUIRED


def test_requests_without_a_body_pass():
    assert refusal_of({"PATH_INFO": "/"}) is None
    assert refusal_of(asked("")) is None


class Untouchable(io.RawIOBase):
    def readinto(self, buffer):
        raise AssertionError("the body was read")


def answer(**environ):
    """Status, heads and body of the guarded portal; reading the request's body fails."""
    said = []
    body = BodyGuard(None)(
        {"wsgi.input": Untouchable(), **environ}, lambda *words: said.extend(words)
    )
    return said[0], dict(said[1]), b"".join(body).decode()


def test_the_page_says_so_and_does_nothing_else():
    status, heads, body = answer(**asked(STRANGER + 1))

    assert status == "413 Request Entity Too Large"
    assert "没有登录时最多发送 64 KB" in body
    assert heads["Content-Length"] == str(len(body.encode()))
    assert heads["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_interface_gets_json():
    _, heads, body = answer(**asked(FORM + 1, "/api/v1/units/", HTTP_AUTHORIZATION="Token x"))

    assert heads["Content-Type"] == "application/json"
    assert (
        body
        == '{"detail":"发来的内容超过 2 MB，没有接收，也没有保存任何内容。请压缩或分成几次再传。"}'
    )


def test_the_portal_is_served_through_the_guard():
    assert isinstance(application, BodyGuard)


def test_a_cookie_that_is_no_session_does_not_make_a_long_body_welcome(db, client):
    client.cookies[settings.SESSION_COOKIE_NAME] = "made-up"

    response = client.post(reverse("portal:sign-in"), {"username": "x" * (STRANGER + 1)})

    assert response.status_code == 413
    assert "请先登录再传" in response.content.decode()


def test_who_is_signed_in_may_send_a_long_form(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.clerk)

    response = client.post(reverse("portal:home"), {"x": "x" * (STRANGER + 1)})

    assert response.status_code == 403  # read, and then refused for want of a token


@pytest.mark.parametrize(("size", "status"), [(99 * KB, 405), (101 * KB, 413)])
def test_one_file_may_not_grow_beyond_its_limit(cast, client, settings, size, status):
    settings.FILE_LIMIT = 100 * KB
    client.force_login(cast.clerk)
    file = SimpleUploadedFile("x.xlsx", b"x" * size)

    client.handler.enforce_csrf_checks = True
    token = client.get(reverse("portal:change-password")).cookies["csrftoken"].value
    response = client.post(reverse("portal:healthz"), {"csrfmiddlewaretoken": token, "file": file})

    assert response.status_code == status


def test_too_many_words_get_the_page_too(rf):
    response = faults.bad_request(rf.post("/"), RequestDataTooBig("Request body exceeded"))

    assert response.status_code == 413
    assert "发来的内容过长" in response.content.decode()

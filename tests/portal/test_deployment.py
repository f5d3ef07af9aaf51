"""The real deployment: what the settings refuse, and what compose, image and nginx agree on."""

import os
import re
import subprocess
import sys

import pytest
import yaml
from django.conf import settings
from django.urls import reverse

from tests.servers import TOP
from tests.suite import server_settings

COMPOSE = yaml.safe_load((TOP / "docker-compose.yml").read_text())
OURS = ("prepare", "web", "worker", "beat")
SETTINGS = {
    name: value
    for name, value in os.environ.items()
    if name not in {"DATABASE_URL", "REDIS_URL", "DEMO", "DEBUG"}
}


def load_settings(**changes):
    """Import the settings as the server would; returns what was printed on failure."""
    environment = {**SETTINGS, **server_settings(), **changes}
    command = [sys.executable, "-c", "import portal.settings as s; print(s.DEMO, s.DEBUG)"]
    ended = subprocess.run(
        command, cwd=TOP, env=environment, capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_complete_settings_start_without_demonstration_and_debug():
    assert load_settings() == (0, "False False\n")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"DEBUG": "1"}, "DEBUG 不能在正式环境打开"),
        ({"DEMO": "1"}, "DEMO 不能在正式环境打开"),
        ({"SECRET_KEY": ""}, "SECRET_KEY 没有设置、太短或太简单"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY 没有设置、太短或太简单"),
        ({"AUDIT_KEY": "a" * 60}, "AUDIT_KEY 没有设置、太短或太简单"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS 须写明域名"),
        ({"ALLOWED_HOSTS": "a.example,*.example"}, "ALLOWED_HOSTS 须写明域名"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS 须写明域名"),
        ({"DATABASE_URL": ""}, "DATABASE_URL 没有设置"),
        ({"REDIS_URL": ""}, "REDIS_URL 没有设置"),
    ],
)
def test_unsafe_settings_are_refused_with_the_reason(changes, reason):
    code, text = load_settings(**changes)

    assert code != 0
    assert f"没有启动：{reason}" in text


def test_two_keys_must_not_be_one():
    code, text = load_settings(SECRET_KEY="0123456789abcdef" * 4, AUDIT_KEY="0123456789abcdef" * 4)

    assert code != 0
    assert "SECRET_KEY 和 AUDIT_KEY 不能相同" in text


def test_the_embedded_server_does_not_start_in_a_deployment():
    command = [sys.executable, "manage.py", "serve"]
    environment = {**SETTINGS, **server_settings()}

    ended = subprocess.run(
        command, cwd=TOP, env=environment, capture_output=True, text=True, check=False
    )

    assert ended.returncode != 0
    assert "serve 只用于单机运行，没有启动" in ended.stderr


def test_every_part_of_the_portal_runs_the_same_image_on_the_same_settings():
    parts = [COMPOSE["services"][name] for name in OURS]

    assert len({part["image"] for part in parts}) == 1
    assert all(part["env_file"] == ".env" for part in parts)
    assert all(part["environment"]["PORTAL_MODE"] == "server" for part in parts)


def test_nothing_but_nginx_is_reached_from_outside():
    opened = {name for name, part in COMPOSE["services"].items() if "ports" in part}

    assert opened == {"nginx"}
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert all(COMPOSE["services"][name]["networks"] == ["inside"] for name in OURS)


def test_serving_waits_until_tables_and_reference_data_are_there():
    for name in ("web", "worker", "beat"):
        waits_for = COMPOSE["services"][name]["depends_on"]["prepare"]
        assert waits_for == {"condition": "service_completed_successfully"}


def test_secrets_are_asked_for_and_none_is_written_down():
    text = (TOP / "docker-compose.yml").read_text()
    example = (TOP / ".env.example").read_text()

    assert "${POSTGRES_PASSWORD:?}" in text
    for name in ("SECRET_KEY", "AUDIT_KEY", "POSTGRES_PASSWORD", "ALLOWED_HOSTS"):
        assert re.search(rf"^{name}=$", example, re.M)


def test_the_example_names_every_setting_that_compose_reads():
    read = set(re.findall(r"\$\{([A-Z_]+)", (TOP / "docker-compose.yml").read_text()))
    named = set(re.findall(r"^([A-Z_]+)=", (TOP / ".env.example").read_text(), re.M))

    assert read - {"PORTAL_VERSION"} <= named


def test_image_and_set_up_install_the_same_system_packages():
    setup = (TOP / "scripts/setup.sh").read_text()
    listed = re.findall(r'^(?:LIBRARIES|FONTS)="([^"]+)"', setup, re.M)
    image = (TOP / "Dockerfile").read_text()

    assert len(listed) == 2
    assert all(f" {package} " in image for line in listed for package in line.split())


def test_the_image_serves_as_an_ordinary_user():
    stages = (TOP / "Dockerfile").read_text().split("\nFROM ")

    assert "\nUSER portal\n" in stages[-1]
    assert "PORTAL_MODE=server" in stages[-1]


def test_nginx_never_passes_on_an_address_that_a_visitor_claims():
    conf = (TOP / "scripts/deploy/nginx.conf").read_text()

    assert re.findall(r"X-Forwarded-For +(\S+);", conf) == ["$remote_addr"]
    assert "client_max_body_size   25m;" in conf
    assert "proxy_set_header" not in "".join(locations().values())  # else none would be inherited


def locations():
    """{path or pattern: what stands in it} of nginx."""
    conf = (TOP / "scripts/deploy/nginx.conf").read_text()
    return dict(re.findall(r"location (?:~ )?(\S+) \{(.*?)\n    \}", conf, re.S))


def told_of(path):
    """What nginx holds to at an address: of patterns the first that fits, else the rest."""
    found = locations()
    fitting = (each for each in found if each.startswith("^") and re.search(each, path))
    return found[next(fitting, "/")]


@pytest.mark.parametrize(
    "name, args",
    [
        ("public:objection", ["0a1b"]),
        ("public:objection-new", ["0a1b"]),
        ("public:objection-find", []),
    ],
)
def test_nginx_writes_down_nobody_who_objects(name, args):
    told = told_of(reverse(name, args=args))

    assert "access_log off;" in told
    assert "error_log /dev/null emerg;" in told
    assert "access_log off;" not in told_of(reverse("public:notices"))


@pytest.mark.parametrize(
    "name, args", [("public:objection-new", ["0a1b"]), ("units:objection-new", [1])]
)
def test_nginx_lets_the_promised_three_files_through(name, args):
    told = told_of(reverse(name, args=args))

    (most,) = re.findall(r"client_max_body_size +(\d+)m;", told)
    assert int(most) * 1024 * 1024 > settings.OBJECTION_LIMIT

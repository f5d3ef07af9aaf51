"""The two commands: what they say when a machine lacks something, and what they leave alone."""

import os
import socket
import subprocess

import pytest
from django.core.management.base import CommandError

from portal.management.commands.serve import asked_port
from portal.serving.supervisor import is_taken
from tests.servers import TOP, free_port


@pytest.fixture
def machine(tmp_path):
    """A folder of commands that stand in for a machine's own."""
    tools = tmp_path / "bin"
    tools.mkdir()

    def pretend(name, script):
        (tools / name).write_text(f"#!/bin/bash\n{script}\n")
        (tools / name).chmod(0o755)

    def run(line):
        return subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", f". {TOP}/scripts/setup.sh; {line}"],
            cwd=tmp_path,
            env={"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    pretend("dpkg-query", "echo install ok installed")
    run.pretend = pretend
    return run


def test_nothing_missing_says_nothing(machine):
    ended = machine("packages missing_for_run")

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_an_ordinary_user_is_told_which_packages_and_how_to_get_them(machine):
    machine.pretend("id", "echo 1000")
    machine.pretend("dpkg-query", '[[ "$*" = *harfbuzz* ]] || echo install ok installed')
    machine.pretend("apt-get", "echo called >apt-was-called")

    ended = machine("packages missing_for_run")

    assert ended.returncode == 1
    assert "缺少系统软件包：libharfbuzz-subset0。" in ended.stderr
    assert "sudo apt-get install -y --no-install-recommends libharfbuzz-subset0" in ended.stderr
    assert "没有做任何改动" in ended.stderr


def test_a_missing_font_is_named_and_stops_nobody(machine):
    machine.pretend("id", "echo 1000")
    machine.pretend("dpkg-query", '[[ "$*" = *wenkai* ]] || echo install ok installed')

    ended = machine("packages missing_for_run; echo went on")

    assert ended.stdout == "went on\n"
    assert "缺少字体：fonts-lxgw-wenkai。网页不受影响" in ended.stderr


def test_root_installs_what_is_missing(machine):
    machine.pretend("id", "echo 0")
    machine.pretend("dpkg-query", "[ ! -e installed ] || echo install ok installed")
    machine.pretend("apt-get", 'echo "$*" >>log; [ "$1" = update ] || touch installed')

    ended = machine("packages missing_for_run; cat log")

    assert ended.returncode == 0
    assert "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in ended.stdout
    assert "fonts-noto-cjk fonts-lxgw-wenkai fonts-noto-core" in ended.stdout


def test_root_without_a_network_is_told_too(machine):
    machine.pretend("id", "echo 0")
    machine.pretend("dpkg-query", "true")
    machine.pretend("apt-get", "exit 100")

    ended = machine("packages missing_for_run")

    assert ended.returncode == 1
    assert "缺少系统软件包：" in ended.stderr


def test_no_python_new_enough_is_asked_for_as_a_package(machine):
    machine.pretend("id", "echo 1000")

    ended = machine("find_python() { return 1; }; packages missing_for_run")

    assert "缺少系统软件包：python3 python3-venv。" in ended.stderr


def test_a_stamp_skips_what_is_installed_already(machine, tmp_path):
    (tmp_path / "requirements.txt").write_text("one==1\n")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    python = tmp_path / ".venv/bin/python"
    python.write_text('#!/bin/bash\n[ "$1" = -c ] || echo "$*" >>log\n')
    python.chmod(0o755)

    machine("python_parts run requirements.txt; python_parts run requirements.txt")
    (tmp_path / "requirements.txt").write_text("one==2\n")
    machine("python_parts run requirements.txt")

    assert (tmp_path / "log").read_text().count("pip install") == 2


def test_a_failed_installation_leaves_no_stamp(machine, tmp_path):
    (tmp_path / "requirements.txt").write_text("one==1\n")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    python = tmp_path / ".venv/bin/python"
    python.write_text('#!/bin/bash\n[ "$1" = -c ]\n')
    python.chmod(0o755)

    ended = machine("python_parts run requirements.txt")

    assert ended.returncode == 1
    assert "已完成的步骤不会重做" in ended.stderr
    assert not (tmp_path / ".venv/stamp-run").exists()


def test_an_old_node_is_passed_over_for_the_one_in_the_wheel(machine, tmp_path):
    machine.pretend("npm", "echo machine npm")
    machine.pretend("node", "exit 1")
    wheel = tmp_path / "wheel/bin"
    wheel.mkdir(parents=True)
    (wheel / "node").write_text('#!/bin/bash\necho "wheel $*"\n')
    (wheel / "node").chmod(0o755)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").write_text(f"#!/bin/bash\necho {tmp_path}/wheel\n")
    (tmp_path / ".venv/bin/python").chmod(0o755)

    ended = machine("npm_ci --ignore-scripts")

    said = f"wheel {tmp_path}/wheel/lib/node_modules/npm/bin/npm-cli.js ci --ignore-scripts\n"
    assert ended.stdout == said


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(port, monkeypatch):
    monkeypatch.setenv("PORT", port)

    with pytest.raises(CommandError, match="不是端口号，没有启动"):
        asked_port()


def test_a_taken_port_is_seen_before_anything_is_done():
    port = free_port()
    assert not is_taken(port)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert is_taken(port)

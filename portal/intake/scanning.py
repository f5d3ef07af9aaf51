"""The virus scanner, where the office has one: clamd's INSTREAM over TCP or a socket file."""

import socket
import struct
from contextlib import closing

from django.conf import settings

from portal.errors import Refused
from portal.intake.kinds import NOTHING

CHUNK = 1 << 18
PATIENCE = 30


class NotNow(Refused):
    """The scanner can't answer at the moment; the same file may be tried again."""


def scan(path, name):
    """Refuse a file the scanner knows; with a scanner set but away, refuse every file."""
    if not settings.CLAMD_ADDRESS:
        return
    try:
        with closing(_connected(settings.CLAMD_ADDRESS)) as line, open(path, "rb") as file:
            verdict = _verdict(line, file)
    except OSError as error:
        raise NotNow(f"病毒检查暂时不可用，“{name}”没有保存。请稍后再传。") from error
    if verdict.endswith("FOUND"):
        raise Refused(f"“{name}”没有通过病毒检查，{NOTHING}请在电脑上查杀后换一份文件。")
    if not verdict.endswith("OK"):
        raise NotNow(f"病毒检查没有完成，“{name}”没有保存。请稍后再传。")


def _connected(address):
    host, colon, port = address.rpartition(":")
    if colon and port.isdecimal():
        return socket.create_connection((host, int(port)), timeout=PATIENCE)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(PATIENCE)
    line.connect(address)
    return line


def _verdict(line, file):
    line.sendall(b"zINSTREAM\0")
    while chunk := file.read(CHUNK):
        line.sendall(struct.pack(">I", len(chunk)) + chunk)
    line.sendall(struct.pack(">I", 0))
    said = b""
    while b"\0" not in said and (part := line.recv(4096)):
        said += part
    return said.strip(b"\0\n ").decode("ascii", "replace")

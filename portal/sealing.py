"""The sealer: adds the chain to audit lines already written, so that writers never queue."""

import json
import logging
import os
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from portal.audit import signed
from portal.models import AuditEvent, AuditHead

log = logging.getLogger(__name__)
BATCH = 5000


def link(chain, pk, mac):
    """The chain after a line: what came before, the line's place in the table, its words."""
    return signed(f"chain {chain} {pk} {mac}")


def head_mac(seq, chain):
    """Signature of a chain's end."""
    return signed(f"head {seq} {chain}")


def seal_all(at):
    """Seal whatever is unsealed, a batch at a time; says how many lines."""
    total = 0
    while count := seal(at):
        total += count
    return total


@transaction.atomic
def seal(at):
    """Seal up to BATCH lines in the order they were written; says how many.

    The head row is locked, so there is one sealer at a time. A line that was committed late
    takes its place after lines already sealed.
    """
    head = _locked_head()
    lines = AuditEvent.objects.filter(seq=None).order_by("pk").values_list("pk", "mac")[:BATCH]
    sealed, seq, chain = [], head.seq, head.chain
    for pk, mac in lines:
        seq, chain = seq + 1, link(chain, pk, mac)
        sealed.append((seq, chain, pk))
    if sealed:
        _write(sealed, seq, chain)
        transaction.on_commit(lambda: keep_outside(seq, chain, at))
    return len(sealed)


def _locked_head():
    AuditHead.objects.get_or_create(pk=AuditHead.ONLY, defaults={"mac": head_mac(0, "")})
    return AuditHead.objects.select_for_update().get(pk=AuditHead.ONLY)


def _write(sealed, seq, chain):
    update = f"UPDATE {AuditEvent._meta.db_table} SET seq = %s, chain = %s WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.executemany(update, sealed)
    AuditHead.objects.filter(pk=AuditHead.ONLY).update(
        seq=seq, chain=chain, mac=head_mac(seq, chain)
    )


def head_file():
    """Where the end of the chain is kept beside the database: who cuts both must find both."""
    return Path(settings.AUDIT_HEAD_FILE)


def keep_outside(seq, chain, at):
    """Write the end of the chain to its file, whole or not at all, and never an earlier one."""
    earlier = kept_outside()
    if earlier and earlier[0] > seq:
        log.error("audit log ends at %s, but it was sealed up to %s before", seq, earlier[0])
        return
    words = {"seq": seq, "chain": chain, "mac": head_mac(seq, chain), "at": at.isoformat()}
    part = head_file().with_suffix(f".{os.getpid()}")
    part.write_text(json.dumps(words))
    os.replace(part, head_file())


def kept_outside():
    """(seq, chain) from the file; None where there is no file; False where it is not genuine."""
    try:
        words = json.loads(head_file().read_text())
        genuine = words["mac"] == head_mac(words["seq"], words["chain"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return False
    return (words["seq"], words["chain"]) if genuine else False


def begin_anew():
    """A new, empty database begins a new log; the end of the old one is put aside."""
    if head_file().exists():
        os.replace(head_file(), head_file().with_suffix(".old"))

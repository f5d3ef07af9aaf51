"""Whatever is done to the audit log past its triggers is found, and the first bad line named."""

import json
import os
import random
import re

from django.db import connection, transaction

from portal import guards
from portal.audit import mac_of
from portal.models import AuditEvent
from portal.sealing import seal_all
from tests.factories import NOON
from tests.portal.test_audit_chain import LOG, faults, sql, write

ATTEMPTS = 1000 if os.environ.get("FULL") else 100

# What somebody with the database in hand might do, once the triggers are gone. Each returns the
# number of the first line that is no longer what or where it was.


def change_a_word(dice, lines):
    line = dice.choice(lines)
    values = {
        "actor_label": "别人（审核人员）",
        "action": "unit.view",
        "target_id": "0",
        "target_label": "示例别家",
        "note": "改",
        "address": "10.0.0.1",
        "at": "2020-01-01 00:00:00+00:00",
        "actor_id": None,
        "before": json.dumps({"名称": "改"}),
        "after": "{}",
        "nonce": "0",
        "mac": "0" * 64,
    }
    column = dice.choice(sorted(values))
    sql(f"UPDATE {LOG} SET {column} = %s WHERE id = %s", values[column], line.pk)
    return line.seq


def delete_lines(dice, lines):
    first = dice.randrange(len(lines))
    count = dice.choice([1, 1, 2, 5])
    gone = lines[first : first + count]
    sql(f"DELETE FROM {LOG} WHERE id >= %s AND id <= %s", gone[0].pk, gone[-1].pk)
    return gone[0].seq


def delete_and_close_the_gap(dice, lines):
    line = dice.choice(lines[:-1])
    sql(f"DELETE FROM {LOG} WHERE id = %s", line.pk)
    for later in lines[line.seq :]:
        sql(f"UPDATE {LOG} SET seq = %s WHERE id = %s", later.seq - 1, later.pk)
    return line.seq


def swap_places(dice, lines):
    one, two = sorted(dice.sample(lines, 2), key=lambda line: line.seq)
    column = dice.choice(["seq", "id", "words"])
    if column == "words":
        return swap_words(one, two)
    old, new = (one.seq, two.seq) if column == "seq" else (one.pk, two.pk)
    for before, after in ((old, -1), (new, old), (-1, new)):
        sql(f"UPDATE {LOG} SET {column} = %s WHERE {column} = %s", after, before)
    return one.seq


def swap_words(one, two):
    words = [name for name in guards.words() if name != "id"]
    sql(f"UPDATE {LOG} SET mac = 'aside' WHERE id = %s", two.pk)
    for line, other in ((one, two), (two, one)):
        names = ", ".join(f'"{name}" = %s' for name in words)
        stored = AuditEvent(pk=line.pk, **{n: getattr(other, n) for n in words})
        values = [
            json.dumps(getattr(stored, name))
            if name in ("before", "after")
            else getattr(stored, name)
            for name in words
        ]
        sql(f"UPDATE {LOG} SET {names} WHERE id = %s", *values, line.pk)
    return one.seq


def insert_a_forgery(dice, lines):
    line = dice.choice(lines)
    new = AuditEvent.objects.get(pk=line.pk)
    new.pk, new.nonce, new.note = None, "forged", "补记"
    new.mac = "f" * 64
    new.seq, new.chain = dice.choice([(None, ""), (len(lines) + 1, line.chain)])
    new.save(force_insert=True)
    return new.seq


def insert_between(dice, lines):
    line = dice.choice(lines)
    for later in reversed(lines[line.seq :]):
        sql(f"UPDATE {LOG} SET seq = %s WHERE id = %s", later.seq + 1, later.pk)
    new = AuditEvent.objects.get(pk=line.pk)
    new.pk, new.nonce = None, "forged"
    new.mac, new.seq = mac_of(new), line.seq + 1
    new.save(force_insert=True)
    return new.seq


def unseal(dice, lines):
    line = dice.choice(lines)
    sql(f"UPDATE {LOG} SET seq = NULL, chain = '' WHERE id = %s", line.pk)
    return line.seq


def cut_the_tail_and_its_end(dice, lines):
    head = lines[dice.randrange(len(lines) - 1)]
    sql(f"DELETE FROM {LOG} WHERE seq > %s", head.seq)
    sql("UPDATE portal_audithead SET seq = %s, chain = %s", head.seq, head.chain)


ACTS = [
    change_a_word,
    delete_lines,
    delete_and_close_the_gap,
    swap_places,
    insert_a_forgery,
    insert_between,
    unseal,
    cut_the_tail_and_its_end,
]


def test_tampering_past_the_triggers_is_found_and_the_first_bad_line_named(cast, record_property):
    record_property("attempts", f"{ATTEMPTS} 处改动")
    for number in range(40):
        write(cast, number)
    seal_all(NOON)
    lines = list(AuditEvent.objects.order_by("seq"))
    dice, missed = random.Random(29), []
    guards.remove(connection)

    for attempt in range(ATTEMPTS):
        act = ACTS[attempt % len(ACTS)]
        found, place = tamper(act, dice, lines)
        named = re.match(r"第 (\d+) 条", found[0]) if found else None
        if not found or (place and named and int(named[1]) != place) or (place and not named):
            missed.append((act.__name__, place, found))

    guards.install(connection)
    assert missed == []
    assert faults() == []


def tamper(act, dice, lines):
    """What the check says after one act of tampering, which is then undone."""
    point = transaction.savepoint()
    try:
        place = act(dice, lines)
        found = [fault for fault in faults() if "触发器" not in fault]
    finally:
        transaction.savepoint_rollback(point)
    return found, place

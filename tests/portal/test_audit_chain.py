"""The audit log: append-only by triggers, and whatever is done to it past them is found."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from portal import guards, sealing
from portal.audit import mac_of, record
from portal.models import AuditEvent, AuditHead
from portal.sealing import keep_outside, seal_all
from portal.verifying import verify
from tests.factories import NOON

LOG = AuditEvent._meta.db_table


@pytest.fixture
def log(cast):
    """Twelve lines, ten of them sealed."""
    lines = [write(cast, number) for number in range(10)]
    seal_all(NOON)
    return [*lines, write(cast, 10), write(cast, 11)]


def write(cast, number):
    return record(
        actor=cast.city_officer,
        action="unit.rename",
        target=cast.one,
        at=NOON,
        before={"名称": f"示例{number}"},
        after={"名称": "示例", "得分": 88.5, "大数": 1e16},
    )


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def faults():
    return verify().faults


def test_a_line_reads_the_same_after_the_database_has_had_it(cast):
    line = write(cast, 0)

    stored = AuditEvent.objects.get(pk=line.pk)

    assert mac_of(stored) == stored.mac == line.mac


def test_two_equal_acts_are_two_different_lines(cast):
    assert write(cast, 0).mac != write(cast, 0).mac


def test_sealing_numbers_the_lines_in_order_and_once(log):
    assert seal_all(NOON) == 2
    assert seal_all(NOON) == 0

    sealed = AuditEvent.objects.order_by("pk").values_list("pk", "seq")
    assert list(sealed) == [(line.pk, place) for place, line in enumerate(log, 1)]
    assert AuditHead.objects.get().seq == 12


def test_sealing_goes_on_where_a_batch_ended(cast, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 3)
    for number in range(8):
        write(cast, number)

    assert seal_all(NOON) == 8
    assert verify() == verify_result(sealed=8)


def verify_result(sealed):
    chain = AuditHead.objects.get().chain
    return type(verify())(sealed=sealed, unsealed=0, chain=chain, faults=[])


def test_an_untouched_log_is_in_order(log):
    verdict = verify()

    assert (verdict.sealed, verdict.unsealed, verdict.faults) == (10, 2, [])


def test_an_empty_log_is_in_order(db):
    assert faults() == []


FORBIDDEN = {
    "change a word": f"UPDATE {LOG} SET note = 'x' WHERE id = %s",
    "change and seal": f"UPDATE {LOG} SET note = 'x', seq = 99, chain = 'x' WHERE id = %s",
    "change the place": f"UPDATE {LOG} SET seq = 99 WHERE id = %s",
    "unseal": f"UPDATE {LOG} SET seq = NULL, chain = '' WHERE id = %s",
    "half seal": f"UPDATE {LOG} SET seq = 99 WHERE id = %s",
    "delete": f"DELETE FROM {LOG} WHERE id = %s",
    "empty the end": "DELETE FROM portal_audithead WHERE id <> %s",
    "turn the end back": "UPDATE portal_audithead SET seq = seq - 1 WHERE id <> %s",
}


@pytest.mark.parametrize("line", [0, -1], ids=["sealed", "unsealed"])
@pytest.mark.parametrize("act", FORBIDDEN)
def test_the_database_refuses(log, act, line):
    before = list(AuditEvent.objects.values())

    with pytest.raises(IntegrityError), transaction.atomic():
        sql(FORBIDDEN[act], log[line].pk if "head" not in FORBIDDEN[act] else 0)

    assert list(AuditEvent.objects.values()) == before


def columns_without(*names):
    fields = [field.column for field in AuditEvent._meta.concrete_fields]
    return ", ".join(f'"{name}"' for name in fields if name not in names)


@pytest.mark.parametrize(
    ("column", "value"), [("seq", "98"), ("chain", "'x'"), ("mac", "mac"), ("id", "id")]
)
def test_the_database_refuses_lines_that_do_not_come_fresh(log, column, value):
    rest = columns_without(column, "id", "seq", "chain", "mac")
    fixed = {"seq": "NULL", "chain": "''", "mac": "'new'", column: value}
    names, values = ", ".join(fixed), ", ".join(fixed.values())

    with pytest.raises(IntegrityError), transaction.atomic():
        sql(f"INSERT INTO {LOG} ({names}, {rest}) SELECT {values}, {rest} FROM {LOG}")


@pytest.mark.embedded
def test_sqlite_may_not_replace_a_line_either(log):
    rest = columns_without("note")
    with pytest.raises(IntegrityError), transaction.atomic():
        sql(f"INSERT OR REPLACE INTO {LOG} (note, {rest}) SELECT 'x', {rest} FROM {LOG}")


@pytest.mark.server
def test_postgresql_may_not_truncate_either(log):
    sql("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError), transaction.atomic():
        sql(f"TRUNCATE {LOG} CASCADE")


def test_guards_are_all_in_place_after_migrate(db):
    assert guards.missing(connection) == []


@pytest.mark.parametrize("name", guards.wanted(connection))
def test_a_missing_guard_is_noticed_and_put_back(db, name):
    guards.remove(connection, [name])

    assert f"（{name}）" in faults()[0]
    guards.install_after_migrate(using="default")
    assert guards.missing(connection) == []


def copy_of(line):
    copied = AuditEvent.objects.get(pk=line.pk)
    copied.pk, copied.seq, copied.chain = None, None, ""
    return copied


def test_a_line_cannot_be_copied_back_in(log):
    guards.remove(connection)

    with pytest.raises(IntegrityError), transaction.atomic():
        copy_of(log[0]).save(force_insert=True)


@pytest.mark.server
def test_a_copy_past_the_constraint_is_found(log):
    guards.remove(connection)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(f"ALTER TABLE {LOG} DROP CONSTRAINT no_line_twice")
    copied = copy_of(log[0])
    copied.save(force_insert=True)

    assert f"编号 {copied.pk} 的记录是另一条的复制：插入过记录。" in faults()


@pytest.mark.embedded  # PostgreSQL leaves gaps of its own
@pytest.mark.parametrize("which", [10, 11])
def test_a_line_deleted_before_it_was_sealed_is_missed(log, which):
    guards.remove(connection)
    sql(f"DELETE FROM {LOG} WHERE id = %s", log[which].pk)

    assert f"编号 {log[which].pk} 的记录缺失：封存前被删除过。" in faults()


def test_an_end_noted_elsewhere_must_lie_on_the_chain(log):
    fifth = AuditEvent.objects.get(seq=5)

    assert verify([(5, fifth.chain)]).faults == []
    assert "第 5 条" in verify([(5, "0" * 64)]).faults[0]
    assert "第 11 条起缺失，直到第 20 条" in verify([(20, "0" * 64)]).faults[0]


def test_the_end_is_kept_outside_the_database_too(log):
    head = AuditHead.objects.get()
    keep_outside(head.seq, head.chain, NOON)
    guards.remove(connection)

    assert faults()[1:] == []
    last = AuditEvent.objects.get(seq=9)
    sql(f"DELETE FROM {LOG} WHERE seq = 10 OR seq IS NULL")
    sql("UPDATE portal_audithead SET seq = 9, chain = %s", last.chain)
    AuditHead.objects.update(mac=sealing.head_mac(9, last.chain))
    assert "第 10 条起缺失，直到第 10 条" in faults()[1]
    sealing.head_file().unlink()


def test_the_file_of_the_end_never_goes_back_and_is_signed(log):
    keep_outside(20, "a" * 64, NOON)
    keep_outside(10, "b" * 64, NOON)
    assert sealing.kept_outside() == (20, "a" * 64)

    text = sealing.head_file().read_text().replace('"seq": 20', '"seq": 2')
    sealing.head_file().write_text(text)

    assert faults() == ["数据目录中的链尾文件 audit-head.json 被改动过。"]
    sealing.head_file().unlink()


@pytest.mark.django_db(transaction=True)
def test_sealing_keeps_the_end_outside_once_it_is_committed():
    record(actor=None, action="test.act", target=AuditHead(pk=1), at=NOON)

    with pytest.raises(RuntimeError), transaction.atomic():
        sealing.seal(NOON)
        raise RuntimeError
    assert sealing.kept_outside() is None
    sealing.seal(NOON)

    assert sealing.kept_outside() == (1, AuditHead.objects.get().chain)


def test_the_command_says_all_is_well_seals_the_rest_and_notes_the_end(log, capsys):
    call_command("verify_audit")

    said = capsys.readouterr().out
    assert "10 条已封存的审计记录与写入时一致" in said
    assert "另有 2 条核对无误，现已封存" in said
    assert AuditEvent.objects.filter(seq=None).count() == 0


def test_the_command_can_leave_everything_as_it_is(log, capsys):
    call_command("verify_audit", "--no-seal")

    assert AuditEvent.objects.filter(seq=None).count() == 2


def test_the_command_ends_with_1_and_names_the_line(log, capsys):
    guards.remove(connection)
    sql(f"UPDATE {LOG} SET note = 'x' WHERE id = %s", log[3].pk)
    guards.install(connection)

    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit")

    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert f"第 4 条（编号 {log[3].pk}，2026-11-22 12:00:00，unit.rename）的内容被改动过" in said
    assert AuditEvent.objects.filter(seq=None).count() == 2


def test_the_command_takes_ends_that_were_noted(log):
    chain = AuditHead.objects.get().chain

    call_command("verify_audit", head=[f"10:{chain}"], no_seal=True)
    with pytest.raises(CommandError, match="不是链尾"):
        call_command("verify_audit", head=["10:abc"])

"""The audit chain: every way of tampering with the log or with what was written beside it is noticed and located."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crs_desktop.kernel.clock import to_milliseconds
from crs_desktop.store import audit
from crs_desktop.store.audit import AuditKey
from crs_desktop.store.store import Request, Result, Store, Writing
from crs_desktop.store.verify import _fault
from tests.store.made_up_keys import KEYS, OTHER_AUDIT
from tests.store.pharmacy import NOW, ROOT, WEBER, Pharmacy, dose, new_pharmacy, note, open_pharmacy, promise, rows
from tests.store.tamper import COLUMNS, behind_its_back, flipped, looked, put, rechain, rows_of, verdict

ROWS = 2000
Tamper = Callable[[Any], object]


def many(store: Store, count: int) -> None:
    """One request with so many rows in the log."""
    key = f"n{store.head().count}"

    def work(writing: Writing) -> Result:
        for number in range(count):
            writing.log("note", f"{key}-{number}", "add", {"text": "made up"}, {"text": ""}, "a test")
        return {}

    store.perform(Request(key, "note", {}), WEBER, [], work)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 2,000 log rows, closed, with its key and its heads."""
    path = tmp_path_factory.mktemp("long") / "t.crs"
    made = new_pharmacy(path)
    line = made.receive("B1", 60)
    made.stock.confirm(promise("p1", line, "course:9"), WEBER)
    made.doses.log_dose(dose("d1", line, 2), WEBER)
    made.store.state_facts({"kind": "pharmacy"})
    while (left := ROWS - made.store.head().count) > 0:
        many(made.store, min(left, 20))
    made.close()
    return path


@pytest.fixture
def site(long: Path, tmp_path: Path) -> Path:
    """A copy of all of it."""
    for item in long.parent.iterdir():
        shutil.copyfile(item, tmp_path / item.name)
    return tmp_path / long.name


def tampered(path: Path, tamper: Tamper) -> list[tuple[str, str]]:
    with behind_its_back(path) as connection:
        tamper(connection)
    return verdict(path)


def test_that_an_untouched_store_fits(site: Path) -> None:
    found = looked(site)
    assert found.good and found.rows == found.head.count == ROWS and found.records > 100
    assert found.heads and found.balances == 1


@pytest.mark.parametrize("column", COLUMNS)
def test_that_one_bit_in_any_column_of_any_row_is_noticed_there(site: Path, column: str) -> None:
    for number in (1, 1000, 2000):
        with behind_its_back(site) as connection:
            (kept,) = connection.execute(f"SELECT {column} FROM change_log WHERE id = ?", (number,)).fetchone()
            changed = number + 5000 if column == "id" else flipped(kept)
            connection.execute(f"UPDATE change_log SET {column} = ? WHERE id = ?", (changed, number))
        found = looked(site)
        if column == "id":  # the row is gone from its place: the next one is named, or the end
            expected = {("audit_rows_missing", str(number + 1)), ("audit_rows_missing", "7000")}
        else:
            expected = {("audit_row_does_not_fit", str(number))}
        fits = {(one.code, one.value) for one in found.findings}
        assert fits & expected, (number, fits)
        assert any(one.get("when") for one in found.findings) and not found.good
        with behind_its_back(site) as connection:
            where = changed if column == "id" else number
            connection.execute(f"UPDATE change_log SET {column} = ? WHERE id = ?", (kept, where))
    assert looked(site).good


def test_that_one_bit_in_every_column_of_every_row_is_noticed(site: Path) -> None:
    key = KEYS.audit
    with behind_its_back(site) as connection:
        log = rows_of(connection)
    before, missed, tried = "", [], 0
    for number, row in enumerate(log):
        assert _fault(row, number, before, key) == ""
        for column in COLUMNS:
            tried += 1
            if not _fault({**row, column: flipped(row[column])}, number, before, key):
                missed.append((number, column))
        before = str(row["mac"])
    assert (missed, tried) == ([], ROWS * len(COLUMNS))


def delete(connection: Any) -> object:
    return connection.execute("DELETE FROM change_log WHERE id = 1000")


def delete_and_close_the_gap(connection: Any) -> object:
    connection.execute("DELETE FROM change_log WHERE id = 1000")
    return [
        connection.execute("UPDATE change_log SET id = ? WHERE id = ?", (at - 1, at)) for at in range(1001, ROWS + 1)
    ]


def swap(connection: Any) -> object:
    return [
        connection.execute("UPDATE change_log SET id = ? WHERE id = ?", (to, at))
        for at, to in ((1000, 9000), (1500, 1000), (9000, 1500))
    ]


def insert(connection: Any) -> object:
    row = rows_of(connection)[999]
    for at in range(ROWS, 999, -1):
        connection.execute("UPDATE change_log SET id = ? WHERE id = ?", (at + 1, at))
    return put(connection, row)


def append(connection: Any) -> object:
    return put(connection, {**rows_of(connection)[-1], "id": ROWS + 1})


def guess_a_key(connection: Any) -> object:
    connection.execute("UPDATE change_log SET actor = 'somebody else' WHERE id = 1000")
    key = AuditKey(secrets.token_bytes(32))
    return rechain(connection, 1000, lambda before, row: audit.mac_of(key, before, row))


def forge_without_the_secret(connection: Any) -> object:
    """All that is public is known: the form of a row, the name of the key, how a mac is written."""
    connection.execute("UPDATE change_log SET actor = 'somebody else, key unknown' WHERE id = 1000")
    name = str(rows_of(connection)[0]["mac"]).partition(":")[0]

    def mac(before: str, row: dict[str, object]) -> str:
        body = before.encode() + b"\x00" + audit.form(row)
        return f"{name}:{hashlib.sha256(body).hexdigest()}"

    return rechain(connection, 1000, mac)


def pretend_the_key_was_missing(connection: Any) -> object:
    connection.execute("UPDATE change_log SET actor = 'somebody else' WHERE id = 1000")
    return rechain(connection, 1000, lambda before, row: audit.mac_of(None, before, row))


def cut(connection: Any) -> object:
    (request,) = connection.execute("SELECT request_id FROM change_log WHERE id = 2000").fetchone()
    connection.execute("DELETE FROM change_log WHERE request_id = ?", (request,))
    return connection.execute("DELETE FROM requests WHERE request_id = ?", (request,))


@pytest.mark.parametrize(
    ("tamper", "code", "row"),
    [
        (delete, "audit_rows_missing", "1001"),
        (delete_and_close_the_gap, "audit_row_does_not_fit", "1000"),
        (swap, "audit_row_does_not_fit", "1000"),
        (insert, "audit_row_does_not_fit", "1001"),
        (append, "audit_row_does_not_fit", "2001"),
        (guess_a_key, "audit_row_does_not_fit", "1000"),
        (forge_without_the_secret, "audit_row_does_not_fit", "1000"),
        (pretend_the_key_was_missing, "audit_row_unkeyed", "1000"),
        (cut, "audit_end_missing", "2000"),
    ],
)
def test_that_tampering_is_noticed_and_the_first_row_is_named(site: Path, tamper: Tamper, code: str, row: str) -> None:
    found = tampered(site, tamper)
    assert found[0] == (code, row)
    finding = looked(site).findings[0]
    assert finding.get("when") == "2026-12-02T14:00:00+00:00"
    if code != "audit_end_missing":
        assert finding.get("who").startswith("somebody else") or finding.get("who") == "A. Weber"
        assert "note" in finding.get("what")


def test_that_an_older_file_put_back_is_noticed(site: Path) -> None:
    older = site.read_bytes()
    opened = open_pharmacy(site)
    note(opened.store, "the newest")
    opened.close()
    assert verdict(site) == []
    site.write_bytes(older)
    for ending in ("-wal", "-shm"):
        site.with_name(site.name + ending).unlink(missing_ok=True)
    assert verdict(site) == [("audit_end_missing", str(ROWS + 1))]
    opened = open_pharmacy(site)  # who goes on writing does not cover it up
    for number in range(3):
        note(opened.store, f"later {number}")
    opened.close()
    assert verdict(site) == [("audit_head_differs", str(ROWS + 1))]


def test_that_a_chain_worked_out_anew_with_the_key_still_differs_from_the_heads(site: Path) -> None:
    key = KEYS.audit

    def tamper(connection: Any) -> None:
        connection.execute("UPDATE change_log SET actor = 'somebody else' WHERE id = 1000")
        rechain(connection, 1000, lambda before, row: audit.mac_of(key, before, row))

    assert tampered(site, tamper) == [("audit_head_differs", str(ROWS))]
    site.with_name("t.crs.heads").unlink()
    assert verdict(site) == [], "whoever holds the key and the heads can rewrite; so copies of both are kept elsewhere"


@pytest.mark.parametrize(
    ("statement", "code", "where"),
    [
        ("UPDATE doses SET amount = amount + 1", "audit_record_changed", "doses"),
        ("UPDATE weighings SET weight = 71000", "audit_record_changed", "weighings"),
        ("UPDATE patients SET mrn = '0041828'", "audit_record_changed", "patients"),
        ("UPDATE requests SET result = '{}' WHERE request_id = 'd1'", "audit_record_changed", "requests"),
        ("UPDATE store_facts SET value = 'demo'", "audit_record_changed", "store_facts"),
        ("UPDATE earmarks SET holder = 'course:8'", "audit_record_changed", "earmarks"),
        ("DELETE FROM dose_vials", "audit_record_gone", "dose_vials"),
        ("DELETE FROM weighings", "audit_record_gone", "weighings"),
        ("INSERT INTO allergies VALUES (9, 1, 'none', 0, 'nobody')", "audit_record_not_in_log", "allergies"),
        ("INSERT INTO store_facts VALUES ('time_zone', 'UTC')", "audit_record_not_in_log", "store_facts"),
    ],
)
def test_that_a_record_beside_the_log_is_held_against_it(site: Path, statement: str, code: str, where: str) -> None:
    with behind_its_back(site) as connection:
        assert connection.execute(statement).rowcount
    (finding,) = looked(site).findings
    assert finding.code == code
    assert where in (finding.field, finding.get("table"))


def test_that_a_balance_that_is_not_the_sum_of_its_movements_is_named(site: Path) -> None:
    with behind_its_back(site) as connection:
        connection.execute("UPDATE balances SET vials = vials + 1")
    (finding,) = looked(site).findings
    assert (finding.code, finding.value, finding.get("kept"), finding.get("folded")) == (
        "audit_balance_wrong", "1/1", "59", "58",
    )  # fmt: skip


def test_that_a_broken_reference_is_named(site: Path) -> None:
    with behind_its_back(site) as connection:
        connection.execute("UPDATE dose_vials SET dose_id = 77")
    assert ("audit_reference_broken") in [finding.code for finding in looked(site).findings]


def test_that_text_that_is_no_text_is_an_answer(site: Path) -> None:
    with behind_its_back(site) as connection:
        connection.execute("UPDATE change_log SET actor = CAST(x'ff41' AS TEXT) WHERE id = 9")
    finding = looked(site).findings[0]
    assert (finding.code, finding.value, finding.get("who")) == ("audit_row_does_not_fit", "9", "\\udcffA")


def test_that_a_damaged_page_is_an_answer(site: Path) -> None:
    raw = bytearray(site.read_bytes())
    page = len(raw) // 2 // 4096 * 4096
    raw[page : page + 64] = os.urandom(64)
    site.write_bytes(bytes(raw))
    assert not looked(site).good


# --- the key ---


def test_that_no_key_is_written_anywhere_and_none_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "new.crs"
    with caplog.at_level(logging.DEBUG):
        opened = open_pharmacy(path)
        note(opened.store, "one")
        shown = caplog.text + repr(KEYS) + repr(opened.store.__dict__)
        lying = b"".join(item.read_bytes() for item in tmp_path.iterdir())
        opened.close()
    if os.name != "nt":
        assert audit.heads_path(path).stat().st_mode & 0o777 == 0o600
    assert sorted(item.name for item in tmp_path.iterdir()) == ["new.crs", "new.crs.heads"]
    lying += b"".join(item.read_bytes() for item in tmp_path.iterdir())
    for secret in (KEYS.data, KEYS.audit.secret):
        assert secret not in lying and secret.hex().encode() not in lying
        assert secret.hex() not in shown and repr(secret) not in shown


def test_that_under_another_audit_key_a_dose_is_recorded_and_that_stays_visible(site: Path) -> None:
    """As with the key slots of another store: no key takes the place of the first one unseen."""
    assert verdict(site, OTHER_AUDIT)[0] == ("audit_key_other", OTHER_AUDIT.audit.name)
    opened = open_pharmacy(site, OTHER_AUDIT)
    assert not opened.store.has_key
    note(opened.store, "at the bedside")
    opened.close()
    assert [found for found, _ in verdict(site, OTHER_AUDIT)] == ["audit_key_other", "audit_row_unkeyed"]
    opened = open_pharmacy(site)
    assert opened.store.has_key
    note(opened.store, "later")
    opened.close()
    assert verdict(site) == [("audit_row_unkeyed", str(ROWS + 1))]


# --- heads ---


def heads(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in audit.heads_path(path).read_text().splitlines()]


def test_that_the_head_is_copied_outward_at_the_end_of_a_session_that_wrote(site: Path) -> None:
    before = heads(site)
    open_pharmacy(site).close()
    assert heads(site) == before
    opened = open_pharmacy(site)
    note(opened.store, "one")
    assert opened.store.copy_head("print")
    note(opened.store, "two")
    opened.close()
    assert [(line["count"], line["why"]) for line in heads(site)[len(before) :]] == [
        (ROWS + 1, "print"), (ROWS + 2, "end of a session"),
    ]  # fmt: skip


def test_that_heads_that_cannot_be_written_stop_nothing(site: Path) -> None:
    audit.heads_path(site).unlink()
    audit.heads_path(site).mkdir()
    opened = open_pharmacy(site)
    note(opened.store, "one")
    assert not opened.store.copy_head("print")
    note(opened.store, "two")
    opened.close()


def test_that_going_back_on_purpose_is_told_from_an_older_file_put_back(site: Path) -> None:
    older = site.read_bytes()
    opened = open_pharmacy(site)
    note(opened.store, "will be taken back")
    opened.close()
    site.write_bytes(older)
    key, now = KEYS.audit, to_milliseconds(NOW)
    head = looked(site).head
    audit.copy_head(site, None, head, now, audit.WENT_BACK)
    assert verdict(site) == [("audit_end_missing", str(ROWS + 1))], "whoever has no key cannot say so"
    audit.copy_head(site, key, head, now, audit.WENT_BACK)
    assert verdict(site) == []
    with audit.heads_path(site).open("a") as file:
        file.write("no head\n")
    assert verdict(site) == [("audit_heads_unreadable", "1")]


# --- how rows are chained ---


def test_that_rows_are_numbered_without_a_gap_also_after_refusals_and_failures(pharmacy: Pharmacy) -> None:
    def fails(writing: object) -> dict[str, object]:
        raise RuntimeError("ours")

    for number in range(5):
        note(pharmacy.store, f"n{number}")
        with pytest.raises(RuntimeError):
            pharmacy.store.perform(Request(f"f{number}", "fail", {}), WEBER, [], fails)
    found = [row[0] for row in rows(pharmacy.store, "SELECT id FROM change_log ORDER BY id")]
    assert found == list(range(1, len(found) + 1))
    pharmacy.close()
    assert verdict(pharmacy.store.path) == []


def test_that_two_processes_writing_at_once_keep_one_chain(site: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path\n"
        "from tests.store.pharmacy import note, open_pharmacy\n"
        "opened = open_pharmacy(Path(sys.argv[1]))\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "for number in range(100):\n"
        "    note(opened.store, f'{sys.argv[2]}-{number}'); time.sleep(0.003)\n"
        "opened.close()\n"
    )
    desks = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(site), name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("here", "there")
    ]
    pipes = [(desk.stdin, desk.stdout) for desk in desks if desk.stdin is not None and desk.stdout is not None]
    assert [told.readline() for _, told in pipes] == ["ready\n", "ready\n"]
    for tell, _ in pipes:
        tell.write("go\n")
        tell.close()
    while any(desk.poll() is None for desk in desks):
        assert verdict(site) == [], "also while others write"
    assert [desk.wait(60) for desk in desks] == [0, 0]
    for _, told in pipes:
        told.close()
    found = looked(site)
    assert found.good and found.rows == ROWS + 200
    with behind_its_back(site) as connection:
        turns = [str(row["request_id"]).partition("-")[0] for row in rows_of(connection)[ROWS:]]
    assert sum(one != other for one, other in pairwise(turns)) > 1, "they did not write at once"


def test_that_a_column_added_later_and_empty_leaves_the_form_as_it_was() -> None:
    row = {"id": 1, "actor": "A. Weber", "before": None}
    assert audit.form(row) == audit.form({**row, "later": None}) != audit.form({**row, "later": "x"})
    assert audit.form({"a": b"\x00"}) != audit.form({"a": "00"})


def test_that_a_mac_needs_the_secret_the_row_before_and_the_row() -> None:
    one, other = AuditKey(b"1" * 32), AuditKey(b"2" * 32)
    row = {"id": 1, "actor": "A. Weber"}
    macs = [audit.mac_of(one, "", row), audit.mac_of(other, "", row), audit.mac_of(one, "x", row)]
    assert len({mac.partition(":")[2] for mac in macs}) == 3

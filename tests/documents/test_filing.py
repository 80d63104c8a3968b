"""Filing: the row of a sheet and its bytes come together or not at all, lie encrypted, and are held against the log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2 as driver

from crs_desktop.documents import repository
from crs_desktop.documents.filing import digest_of, paper_name
from crs_desktop.documents.model import Kind
from crs_desktop.history.verify import Verified, verify_store
from crs_desktop.kernel.refusal import Refused
from crs_desktop.store.driver import connect
from tests.documents.shop import Shop, new_shop, open_shop
from tests.store.made_up_keys import KEYS
from tests.store.pharmacy import WEBER, rows

COUNTS = "SELECT (SELECT count(*) FROM filed_sheets), (SELECT count(*) FROM paper_contents)"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = new_shop(tmp_path / "t.crs")
    yield made
    made.close()


def verified(shop: Shop) -> Verified:
    return verify_store(shop.store.path, KEYS)


def flip(shop: Shop, statement: str) -> None:
    """Change the store behind the program's back, guards taken down and put up again."""
    shop.close()
    connection = connect(shop.store.path, KEYS.data)
    guards = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in guards:
        connection.execute(f"DROP TRIGGER {name}")
    assert connection.execute(statement).rowcount == 1
    for _, sql in guards:
        connection.execute(sql)
    connection.close()


def test_that_a_sheet_and_its_bytes_are_filed_together_and_read_back(shop: Shop) -> None:
    one, two = shop.filed("a"), shop.filed("b")
    content = shop.paper.content(one)
    assert isinstance(content, bytes) and content.startswith(b"%PDF-")
    assert hashlib.sha256(content).hexdigest() == one.sha256 != two.sha256
    assert shop.paper.sheets() == [two, one]
    assert rows(shop.store, COUNTS) == [(2, 2)]
    assert rows(shop.store, "SELECT DISTINCT size = length(content) FROM paper_contents") == [(1,)]


def test_that_the_same_bytes_are_kept_once(shop: Shop) -> None:
    first, again = shop.filed("a", "same"), shop.filed("b", "same")
    assert first.id != again.id and first.sha256 == again.sha256
    assert rows(shop.store, COUNTS) == [(2, 1)]
    assert shop.paper.content(first) == shop.paper.content(again)


def test_that_a_request_asked_twice_files_one_sheet(shop: Shop) -> None:
    assert shop.filed("a") == shop.filed("a")
    assert rows(shop.store, COUNTS) == [(1, 1)]


def test_that_no_file_lies_beside_the_store_and_none_of_them_shows_a_word_of_the_paper(shop: Shop) -> None:
    filed = shop.filed("a")
    content = shop.paper.content(filed)
    assert isinstance(content, bytes)
    names = {path.name.partition(".crs")[2] for path in shop.store.path.parent.iterdir()}
    assert names <= {"", "-wal", "-shm", ".heads"}
    for path in shop.store.path.parent.iterdir():
        lying = path.read_bytes()
        assert b"%PDF" not in lying and content[200:260] not in lying, path.name


def test_that_neither_row_nor_bytes_stay_when_the_other_fails(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = repository.keep

    def half(session: Session, sha256: str, content: bytes) -> bool:
        whole(session, sha256, content)
        raise StatementError("stopped between the two", None, None, None)

    monkeypatch.setattr(repository, "keep", half)
    with pytest.raises(StatementError):
        shop.file("a")
    assert rows(shop.store, COUNTS) == [(0, 0)]
    monkeypatch.setattr(repository, "keep", whole)
    assert shop.filed("a").id == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE paper_contents SET content = CAST(replace(content, '%PDF-', '%PDF_') AS BLOB)", "paper_changed"),
        ("DELETE FROM paper_contents", "paper_missing"),
    ],
)
def test_that_changed_or_missing_bytes_are_not_shown_and_verify_notices(shop: Shop, change: str, code: str) -> None:
    filed = shop.filed("a")
    assert verified(shop).good
    flip(shop, change)
    opened = open_shop(shop.store.path)
    answer = opened.paper.content(filed)
    assert isinstance(answer, Refused) and [finding.code for finding in answer.findings] == [code]
    assert isinstance(opened.paper.export("x", filed, shop.store.path.with_name("out.pdf"), WEBER), Refused)
    assert not shop.store.path.with_name("out.pdf").exists()
    found = verified(opened)
    assert [finding.code for finding in found.findings] == [
        "audit_record_changed" if code == "paper_changed" else "audit_record_gone"
    ]
    opened.close()


def test_that_the_list_of_sheets_never_reads_the_bytes(shop: Shop) -> None:
    filed = shop.filed("a")
    shop.filed("b")
    asked: list[str] = []
    event.listen(shop.store._reader, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert len(shop.paper.sheets()) == 2 and shop.paper.without_content() == frozenset()
    assert asked and not [text for text in asked if "paper_contents.content" in text]
    shop.paper.content(filed)
    assert [text for text in asked if "paper_contents.content" in text]


@pytest.mark.parametrize("row", ["'a', 0, x''", "'a', 2, x'01'", "'a', 1, '1'", "NULL, 1, x'01'", "'a', 1, NULL"])
def test_that_the_store_itself_refuses_bytes_of_another_size(shop: Shop, row: str) -> None:
    connection = connect(shop.store.path, KEYS.data)
    with pytest.raises(driver.Error):
        connection.execute(f"INSERT INTO paper_contents VALUES ({row})")
    connection.execute("INSERT INTO paper_contents VALUES ('a', 1, x'01')")
    connection.close()


@pytest.mark.parametrize("broken", [b"", b"%PDF-1.4 cut off", b"hello %%EOF"])
def test_that_a_broken_document_is_not_filed(broken: bytes) -> None:
    with pytest.raises(ValueError, match="whole PDF"):
        digest_of(broken)


def test_that_a_file_name_says_sheet_moment_and_code_but_no_patient() -> None:
    at = datetime(2026, 12, 3, 11, 5, tzinfo=UTC)
    name = paper_name(Kind.INFUSION_DAY, "HYFD3-Y7M3T", at, ZoneInfo("America/New_York"))
    assert name == "infusion-day-20261203-0605-HYFD3-Y7M3T.pdf"

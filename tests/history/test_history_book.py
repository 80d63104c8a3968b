"""The book of history: newest first, by text, day, person and thing, page by page without a gap."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.history import repository
from crs_desktop.history.model import Wanted
from crs_desktop.history.service import HistoryBook
from crs_desktop.kernel.clock import to_milliseconds
from tests.store.made_up_keys import OTHER_AUDIT
from tests.store.pharmacy import NOW, OKAFOR, ZONE, Pharmacy, note, open_pharmacy
from tests.store.tamper import behind_its_back


def found(book: HistoryBook, **wanted: object) -> list[tuple[str, str, str]]:
    entries = book.page(Wanted(**wanted)).entries  # type: ignore[arg-type]
    return [(entry.subject, entry.subject_id, entry.action) for entry in entries]


def test_that_the_newest_entry_comes_first_and_says_who_where_when_and_why(book: HistoryBook) -> None:
    shown = book.page(Wanted())
    numbers = [entry.id for entry in shown.entries]
    assert numbers == sorted(numbers, reverse=True) and shown.before is None
    given = next(entry for entry in shown.entries if entry.action == "give")
    assert (given.actor, given.role, given.desk, given.at) == ("M. Okafor", "pharmacist", "desk 2", NOW)
    assert (given.reason, given.proved, given.item) == ("made up for a test", True, ("dose", "1"))
    assert given.after is not None and given.after["mcg"] == 400000


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"text": "B1"}, 0),
        ({"text": "MADE UP for"}, 1),
        ({"text": "100%"}, 0),
        ({"text": "_"}, None),
        ({"text": "desk 2"}, None),
        ({"actor": "M. Okafor", "subject": "dose"}, 1),
        ({"actor": "M. Okaf"}, 0),
        ({"subject": "patient", "item": "1"}, 2),
        ({"subject": "patient", "item": "11"}, 0),
        ({"day": date(2026, 12, 2), "subject": "dose"}, 1),
        ({"day": date(2026, 12, 1)}, 0),
        ({"day": date(2026, 12, 3)}, 0),
    ],
)
def test_that_everything_that_is_asked_for_holds(
    book: HistoryBook, wanted: dict[str, object], expected: int | None
) -> None:
    count = len(found(book, **wanted))
    assert count == expected if expected is not None else 0 < count < len(found(book)) + 1


def test_that_a_patients_name_finds_what_was_recorded_about_them(book: HistoryBook) -> None:
    assert {entry[:2] for entry in found(book, text="adler, r")} == {("patient", "1")}
    assert found(book, text="nobody of this name") == []


def test_that_a_day_is_the_sites_day_also_when_it_has_25_hours(tmp_path: Path, site: Pharmacy) -> None:
    hours = {"2026-11-01T03:59Z": 31, "2026-11-01T04:00Z": 1, "2026-11-02T04:59Z": 1, "2026-11-02T05:00Z": 2}
    for instant in hours:
        note(site.store, instant)
    with behind_its_back(site.store.path) as connection:
        for instant in hours:
            connection.execute(
                "UPDATE change_log SET at = 1000 * unixepoch(?) WHERE subject_id = ?", (instant, instant)
            )
    book = HistoryBook(site.store, ZoneInfo("America/New_York"))
    assert {key for _, key, _ in found(book, day=date(2026, 11, 1))} == {key for key, day in hours.items() if day == 1}


def test_that_pages_follow_each_other_without_gap_or_repetition_while_others_write(
    book: HistoryBook, site: Pharmacy
) -> None:
    whole = [entry.id for entry in book.page(Wanted()).entries]
    pages, before = [], None
    for turn in range(20):
        shown = book.page(Wanted(), before, 2)
        pages += [entry.id for entry in shown.entries]
        before = shown.before
        note(site.store, f"meanwhile {turn}")
        if before is None:
            break
    assert pages == whole


def test_that_everybody_and_every_kind_of_thing_can_be_chosen(book: HistoryBook) -> None:
    filters = book.filters()
    assert filters.actors == ("A. Weber", "M. Okafor")
    assert {"dose", "patient", "movement", "place"} <= set(filters.subjects)
    assert list(filters.subjects) == sorted(set(filters.subjects))


def test_that_an_entry_written_under_another_key_says_so(site: Pharmacy) -> None:
    site.close()
    opened = open_pharmacy(site.store.path, OTHER_AUDIT)
    note(opened.store, "unproved")
    book = HistoryBook(opened.store, ZONE)
    assert [entry.proved for entry in book.page(Wanted()).entries[:2]] == [False, True]
    assert not book.has_key()
    assert [finding.code for finding in book.verify().findings] == ["audit_key_other", "audit_row_unkeyed"]
    opened.close()


def many(path: Path, count: int) -> None:
    """A long log, put there behind the program's back; nobody verifies it here."""
    start = to_milliseconds(NOW)
    with behind_its_back(path) as connection:
        connection.execute("BEGIN")
        (first,) = connection.execute("SELECT max(id) FROM change_log").fetchone()
        connection.executemany(
            "INSERT INTO change_log VALUES (?, 'd1', ?, ?, 'pharmacist', 'desk 1', 'log dose', ?, ?, 'give', '', NULL, "
            "'{\"vials\":3}', NULL, 'x')",
            (
                (first + n, start + n * 60_000, f"Person {n % 7}", ("dose", "movement")[n % 2], str(n))
                for n in range(1, count + 1)
            ),
        )
        connection.execute("COMMIT")


def test_that_a_rare_word_is_looked_for_step_by_step(site: Pharmacy, book: HistoryBook) -> None:
    many(site.store.path, repository.REACH + 10)
    first = book.page(Wanted(text="made up for a test"))
    assert first.entries == () and first.before is not None
    second = book.page(Wanted(text="made up for a test"), first.before)
    assert [entry.action for entry in second.entries] == ["give"] and second.before is None
    assert first.searched + second.searched == site.store.head().count


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(), Wanted(text="no such word"), Wanted(day=date(2026, 12, 20)), Wanted(actor="Person 3"),
        Wanted(subject="dose"), Wanted(subject="dose", item="40000"), Wanted(actor=OKAFOR.name, subject="dose"),
        Wanted(actor="Person 3", day=date(2026, 12, 20)),
    ],
)  # fmt: skip
def test_that_no_question_walks_through_a_long_log(long_log: HistoryBook, wanted: Wanted) -> None:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        long_log.page(wanted)
        long_log.filters()
        times.append(time.perf_counter() - start)
    assert min(times) < 0.5, wanted


@pytest.fixture(scope="module")
def long_log(tmp_path_factory: pytest.TempPathFactory) -> HistoryBook:
    """100,000 entries; benchmarks/README.md has the figures of 1,000,000."""
    path = tmp_path_factory.mktemp("long") / "t.crs"
    opened = open_pharmacy(path)
    note(opened.store, "d1")
    many(path, 100_000)
    return HistoryBook(opened.store, ZONE)

"""The page of history, driven by keys on a real store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.history.model import Entry
from crs_desktop.history.service import HistoryBook
from crs_desktop.history.ui import words
from crs_desktop.history.ui.page import HistoryPage
from tests.store.made_up_keys import OTHER_AUDIT
from tests.store.pharmacy import NOW, ZONE, Pharmacy, note, open_pharmacy
from tests.store.tamper import behind_its_back


def shown(qtbot: QtBot, book: HistoryBook) -> HistoryPage:
    make_application([])
    made = HistoryPage(Tasks(inline=True), book)
    made.resize(1200, 800)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made)
    return made


@pytest.fixture
def page(qtbot: QtBot, book: HistoryBook) -> Iterator[HistoryPage]:
    yield shown(qtbot, book)


def actions(page: HistoryPage) -> list[str]:
    return [entry.action for entry in page.table.model.records()]


def alt(qtbot: QtBot, page: HistoryPage, key: Qt.Key) -> None:
    qtbot.keyClick(page.table.view, key, Qt.KeyboardModifier.AltModifier)


def test_that_every_entry_is_there_with_time_offset_and_desk(page: HistoryPage) -> None:
    cells = [[column.whole(entry) for column in page.table.model.columns] for entry in page.table.model.records()]
    given = next(row for row in cells if "give dose 1" in row[1])
    assert given[0] == f"Wed 2 Dec 2026 09:00 UTC-05:00, row {len(cells) - cells.index(given)}"
    assert given[1:] == [
        "give dose 1 log dose: made up for a test", "Adler, Ruth", "M. Okafor pharmacist, desk 2",
    ]  # fmt: skip
    assert page.count.text() == f"All {len(cells)} entries of these are shown."
    assert not page.older_button.isEnabled() and page.stale_text() == ""


def test_that_the_chosen_entry_shows_what_it_changed_in_words(page: HistoryPage) -> None:
    page.table.choose(next(entry.id for entry in page.table.model.records() if entry.action == "give"))
    said = page.detail.text().splitlines()
    assert said[:3] == [
        "M. Okafor (pharmacist, desk 2), Wed 2 Dec 2026 09:00 (UTC-05:00)", "About: Adler, Ruth",
        "Why: made up for a test",
    ]  # fmt: skip
    assert "amount: 400 mg" in said and "started at: Wed 2 Dec 2026 08:00 (UTC-05:00)" in said
    assert "vials: lot no. 1, place no. 1: 1" in said


def test_that_before_and_after_stand_side_by_side() -> None:
    entry = Entry(
        1, NOW, "A", "pharmacist", "", "change", "lot", "6", "state", "", {"state": "a", "old": 1000, "grams": 72500},
        {"state": "<b>q</b>", "grams": 71000, "none": None, "yes": True, "in": {"at": 0}, "fingerprint": "0" * 64},
        True,
    )  # fmt: skip
    assert words.change_lines(entry, ZONE) == [
        "state: a → <b>q</b>", "weight: 72.5 kg → 71 kg", "yes: yes", "in: at Wed 31 Dec 1969 19:00 (UTC-05:00)",
        "fingerprint: 000000000000…", "old: was 1,000",
    ]  # fmt: skip


def test_that_typing_filters_and_everything_comes_back_by_a_key(qtbot: QtBot, page: HistoryPage) -> None:
    whole = actions(page)
    editor = page.form.fields["text"].editor
    qtbot.keyClicks(editor, "made up for")
    assert actions(page) == ["give"]
    qtbot.keyClicks(editor, " nothing")
    assert actions(page) == [] and page.table.view.accessibleDescription() == "No entry fits."
    page.table.view.setFocus()
    alt(qtbot, page, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: actions(page) == whole)
    assert page.form.values()["text"] == ""


def test_that_a_day_filters_once_it_is_whole_and_a_wrong_one_is_said(qtbot: QtBot, page: HistoryPage) -> None:
    whole = actions(page)
    editor = page.form.fields["day"].editor
    qtbot.keyClicks(editor, "2026-12-0")
    assert actions(page) == whole and page.form.error_of("day") == ""
    qtbot.keyClicks(editor, "1")
    assert actions(page) == []
    qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    qtbot.keyClicks(editor, "2")
    assert actions(page) == whole
    for _ in range(2):
        qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    qtbot.keyClicks(editor, "41")
    assert page.form.error_of("day") != "" and actions(page) == whole


def test_that_person_and_kind_are_chosen_by_keys(qtbot: QtBot, page: HistoryPage) -> None:
    box = page.form.fields["person"].editor
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert page.form.values()["person"] == "M. Okafor"
    assert {entry.actor for entry in page.table.model.records()} == {"M. Okafor"}
    box = page.form.fields["about"].editor
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert {entry.subject for entry in page.table.model.records()} == {page.form.values()["about"]} == {"dose"}


def test_that_everything_about_the_same_thing_is_one_key_away(qtbot: QtBot, page: HistoryPage) -> None:
    page.table.choose(next(entry.id for entry in page.table.model.records() if entry.action == "enrol"))
    page.table.view.setFocus()
    alt(qtbot, page, Qt.Key.Key_O)
    qtbot.waitUntil(lambda: {entry.item for entry in page.table.model.records()} == {("patient", "1")})
    assert not page.item_button.isEnabled() and page.all_button.isEnabled()


def test_that_older_entries_come_behind_what_is_shown(qtbot: QtBot, site: Pharmacy, book: HistoryBook) -> None:
    for number in range(210):
        note(site.store, f"n{number}")
    page = shown(qtbot, book)
    assert len(actions(page)) == 200 and page.older_button.isEnabled()
    page.table.view.setFocus()
    alt(qtbot, page, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: len(actions(page)) > 200)
    numbers = [entry.id for entry in page.table.model.records()]
    assert numbers == list(range(numbers[0], 0, -1)) and not page.older_button.isEnabled()


def test_that_verify_now_says_yes_in_a_sentence(qtbot: QtBot, page: HistoryPage) -> None:
    page.table.view.setFocus()
    alt(qtbot, page, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: page.verdict.text().startswith("The store is what was written: "))
    assert page.verify_button.isEnabled()


def test_that_verify_now_names_the_first_broken_row(qtbot: QtBot, page: HistoryPage, site: Pharmacy) -> None:
    with behind_its_back(site.store.path) as connection:
        connection.execute("UPDATE change_log SET actor = 'Somebody' WHERE id = 3")
    page.verify_button.click()
    assert page.verdict.text().startswith("Row 3 of the log (2026-12-02T14:00:00+00:00, Somebody: ")
    with behind_its_back(site.store.path) as connection:
        connection.execute("UPDATE doses SET amount = 1")
        connection.execute("UPDATE weighings SET weight = 1")
        connection.execute("UPDATE patients SET mrn = 'x'")
    page.verify_button.click()
    assert page.verdict.text().endswith("… and 1 more.")


def test_that_a_store_that_went_away_is_said_where_it_was_asked(page: HistoryPage, site: Pharmacy) -> None:
    site.store.path.rename(site.store.path.with_name("gone"))
    page.verify_button.click()
    assert "no longer there" in page.verdict.text() and page.verify_button.isEnabled()


def test_that_verifying_leaves_the_window_and_the_store_worker_free(
    qtbot: QtBot, book: HistoryBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = shown(qtbot, book)
    page.tasks = Tasks()
    pools: list[object] = []
    run = page.tasks.run
    monkeypatch.setattr(page.tasks, "run", lambda *words, **more: (pools.append(words[3]), run(*words, **more))[1])
    page.verify_button.click()
    assert pools == ["paper"] and not page.verify_button.isEnabled()
    assert page.verdict.text() == "Looking at the whole store. You can go on working."
    qtbot.waitUntil(lambda: page.verify_button.isEnabled())
    assert page.verdict.text().startswith("The store is what was written")
    page.tasks.close()


def test_that_another_key_is_said_above_the_page(qtbot: QtBot, site: Pharmacy) -> None:
    site.close()
    opened = open_pharmacy(site.store.path, OTHER_AUDIT)
    note(opened.store, "unproved")
    page = shown(qtbot, HistoryBook(opened.store, ZONE))
    assert page.stale_text().startswith("This log was begun with another audit key")
    newest = page.table.model.records()[0]
    assert words.who_text(newest) == "A. Weber, not proved"
    page.table.choose(newest.id)
    assert "nothing proves this entry" in page.detail.text()
    opened.close()

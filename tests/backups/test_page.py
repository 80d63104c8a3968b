"""The page of backups, driven by keys on a real store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.backups.ui import words
from crs_desktop.backups.ui.page import BackupsPage
from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.change_bridge import ChangeBridge
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, apply_theme
from crs_desktop.kernel.errors import NotPermitted
from crs_desktop.kernel.refusal import no
from crs_desktop.store.keys.slots_file import write_slots
from tests.backups.conftest import Site
from tests.store.keys.cheap import two_people
from tests.store.old_stores import plain_backup, unpacked
from tests.store.pharmacy import OKAFOR, WEBER, ZONE, dose, rows

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def page(qtbot: QtBot, site: Site) -> Iterator[BackupsPage]:
    make_application([])
    made = BackupsPage(Tasks(inline=True), site.keeper, ZONE, lambda: WEBER)
    made.resize(1100, 700)
    bridge = ChangeBridge(site.pharmacy.feed)
    bridge.watch(made)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made)
    yield made
    bridge.close()


def press(qtbot: QtBot, page: BackupsPage, key: Qt.Key) -> None:
    qtbot.keyClick(page, key, ALT)


def back_up(qtbot: QtBot, page: BackupsPage) -> None:
    """By key, until the new backup is chosen in the table."""
    press(qtbot, page, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: page.back_button.isEnabled() and page.told.isVisible())


def dialog_of(qtbot: QtBot, page: BackupsPage) -> FormDialog:
    qtbot.waitUntil(lambda: any(found.isVisible() for found in page.findChildren(FormDialog)))
    dialog = next(found for found in page.findChildren(FormDialog) if found.isVisible())
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    return dialog


def test_that_no_backup_is_said_loudly_and_one_key_makes_the_first(qtbot: QtBot, page: BackupsPage) -> None:
    assert page.badge.state() is State.SHORT
    assert "everything is lost" in page.summary.text()
    assert not page.back_button.isEnabled()
    press(qtbot, page, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: len(page.table.model.records()) == 1)
    assert page.badge.state() is State.READY
    assert page.badge.text() == "backed up just now"
    (kept,) = page.table.model.records()
    day, state, size, *counts = [column.text(kept) for column in page.table.model.columns]
    assert (day, state, counts) == ("Wed 2 Dec 2026 09:00", "verified", ["1", "0", "0"])
    assert size.endswith(" MB") and 0 <= float(size.removesuffix(" MB")) - kept.size / 1_000_000 <= 0.1
    assert page.told.text().startswith("Backed up: t-20261202-140000-asked-")


def test_that_going_back_by_keys_says_the_loss_wants_the_word_and_pauses(
    qtbot: QtBot, page: BackupsPage, site: Site
) -> None:
    line = site.pharmacy.receive("B1", 4)
    back_up(qtbot, page)
    site.clock.turn(hours=20)
    site.pharmacy.doses.log_dose(dose("d1", line), OKAFOR)
    page.table.view.setFocus()
    qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    dialog = dialog_of(qtbot, page)
    said = "\n".join(label.text() for label in dialog.findChildren(type(page.told)))
    assert "1 dose, 1 movement of vials" in said
    assert "400 mg, Adler, Ruth 0041827" in said
    editor = dialog.form.fields["word"].editor
    qtbot.keyClicks(editor, "yes")
    qtbot.keyClick(dialog.panel, Qt.Key.Key_Return)
    assert dialog.form.error_of("word") == "To go back, type GO BACK. You typed “yes”."
    assert rows(site.pharmacy.store, "SELECT count(*) FROM doses") == [(1,)]
    qtbot.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(editor, "go back")
    qtbot.keyClick(dialog.panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "The store is now that of Wed 2 Dec 2026 09:00" in page.told.text())
    assert rows(site.pharmacy.store, "SELECT count(*) FROM doses") == [(0,)]
    qtbot.waitUntil(lambda: page.badge.text() == "backups paused since you went back")
    assert page.badge.state() is State.READY_BUT
    page.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is page)
    press(qtbot, page, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: page.badge.state() is State.READY)
    assert not page.content_button.isVisible()


def test_that_escape_leaves_the_store_as_it_is(qtbot: QtBot, page: BackupsPage, site: Site) -> None:
    back_up(qtbot, page)
    press(qtbot, page, Qt.Key.Key_G)
    dialog = dialog_of(qtbot, page)
    assert "loses nothing" in "\n".join(label.text() for label in dialog.findChildren(type(page.told)))
    qtbot.keyClick(dialog.panel, Qt.Key.Key_Escape)
    assert len(site.keeper.picture().kept) == 1


def test_that_a_chosen_backup_is_checked_by_key(qtbot: QtBot, page: BackupsPage, site: Site) -> None:
    back_up(qtbot, page)
    press(qtbot, page, Qt.Key.Key_K)
    qtbot.waitUntil(lambda: page.told.text().endswith("is whole."))


def test_that_the_age_is_said_in_words(site: Site) -> None:
    then = site.clock.now()
    said = []
    for minutes in (0, 1, 5, 60, 125, 1440, 4000):
        site.clock.instant = then
        site.clock.turn(minutes=minutes)
        said.append(words.age_text(then, site.clock.now()))
    assert said == ["just now", "1 minute ago", "5 minutes ago", "1 hour ago", "2 hours ago", "1 day ago", "2 days ago"]
    site.clock.instant = then
    site.clock.turn(minutes=-5)
    assert words.age_text(then, site.clock.now()) == "in the future"


def test_that_the_page_says_what_opens_each_backup_and_what_papers_weigh(
    qtbot: QtBot, page: BackupsPage, site: Site
) -> None:
    assert "no papers are filed in it yet" in page.summary.text()
    back_up(qtbot, page)
    assert page.about.text().startswith("Encrypted, but no key slots travel with it")
    write_slots(site.pharmacy.store.path, two_people()[0])
    site.clock.turn(hours=1)
    press(qtbot, page, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: len(page.table.model.records()) == 2)
    page.table.choose(site.keeper.picture().kept[0].name)
    qtbot.waitUntil(lambda: "recovery code on the paper of Wed 2 Dec 2026" in page.about.text())
    assert "Okafor, weber" in page.about.text() and "encrypted like the store" in page.folder.text()


def test_that_a_backup_from_before_encryption_says_that_it_can_be_read(
    qtbot: QtBot, page: BackupsPage, site: Site, tmp_path: Path
) -> None:
    (tmp_path / "old").mkdir()
    plain_backup(unpacked(tmp_path / "old" / "t.crs", "0002"), folder=site.keeper.folder)
    page.refresh()
    qtbot.waitUntil(lambda: page.about.text().startswith("Not encrypted"))


def test_that_who_may_not_go_back_is_told_before_typing_anything(
    qtbot: QtBot, page: BackupsPage, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(qtbot, page)

    def demand(operation: str) -> None:
        if operation == "go back":
            raise NotPermitted(no("staff_not_permitted", "role", "go back", own="pharmacist", may="administrator"))

    monkeypatch.setattr(site.pharmacy.store, "demand", demand)
    press(qtbot, page, Qt.Key.Key_G)
    dialog = dialog_of(qtbot, page)
    assert "word" not in dialog.form.fields and not dialog.panel.accept_button.isVisible()
    said = "\n".join(label.text() for label in dialog.findChildren(type(page.told)))
    assert "This desk locks" not in said and "go back" in said
    qtbot.keyClick(dialog.panel, Qt.Key.Key_Return)
    assert len(site.keeper.picture().kept) == 1


def test_that_whoever_went_back_leaves_the_desk_with_the_reason(qtbot: QtBot, page: BackupsPage) -> None:
    left: list[str] = []
    page._leave = left.append
    back_up(qtbot, page)
    press(qtbot, page, Qt.Key.Key_G)
    dialog = dialog_of(qtbot, page)
    assert "this desk locks" in "\n".join(label.text() for label in dialog.findChildren(type(page.told)))
    qtbot.keyClicks(dialog.form.fields["word"].editor, "GO BACK")
    qtbot.keyClick(dialog.panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(left))
    assert "the store is now that of Wed 2 Dec 2026 09:00" in left[0] and "passwords are those of today" in left[0]


def test_that_large_text_leaves_room_for_which_day_it_is(qtbot: QtBot, page: BackupsPage, site: Site) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    heads = [column.header for column in page.table.model.columns]
    assert heads == ["When and why", "Found whole", "Size", "Patients", "Doses", "Movements"]
    apply_theme(app, "light", 200)
    try:
        large = BackupsPage(Tasks(inline=True), site.keeper, ZONE, lambda: WEBER)
        qtbot.addWidget(large)
        assert [column.header for column in large.table.model.columns] == ["When and why", "Found whole", "Doses"]
        site.keeper.back_up()
        large.resize(1000, 700)
        large.show()
        qtbot.waitUntil(lambda: "1\u00a0patient" in large.detail.text())
    finally:
        apply_theme(app, "light", 100)

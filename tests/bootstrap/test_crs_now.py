"""The red button and F12: the calculator is one key away from everywhere, and the cursor goes back after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from crs_desktop.bootstrap.main_window import Desk
from crs_desktop.bootstrap.opening import DEMO_ACTOR, Start
from crs_desktop.desktop.shell import open_shell
from crs_desktop.doses.ui.calculator import Calculator
from crs_desktop.doses.ui.record_dialog import DoseDialog
from crs_desktop.kernel.clock import StatedClock
from tests.bootstrap.at_reception import connections, keys_alive, pages_alive, reception_over, with_people
from tests.journeys.desk import NOW, Person, desk_over, pause, wait_until
from tests.store.keys.cheap import cheap

__all__ = ["cheap"]


@pytest.fixture
def desk(story: Path) -> Iterator[Desk]:
    with desk_over(story) as made:
        yield made


def calculators(desk: Desk) -> list[Calculator]:
    return [one for one in desk.shell.findChildren(Calculator) if one.isVisible()]


def opened(desk: Desk) -> Calculator:
    wait_until(lambda: len(calculators(desk)) == 1, "the calculator")
    (made,) = calculators(desk)
    Person(desk).activate(made)
    return made


def back(desk: Desk) -> None:
    """Esc, as a person would."""
    Person(desk).key(Qt.Key.Key_Escape)
    wait_until(lambda: calculators(desk) == [], "the calculator to be gone")


def test_that_f12_opens_the_calculator_with_the_cursor_in_the_weight_and_gives_it_back(desk: Desk) -> None:
    person = Person(desk)
    person.tab_to(desk.board.table.view)
    person.key(Qt.Key.Key_F12)
    made = opened(desk)
    person.type("72.5")
    assert "580" in made.text().replace("\u202f", "").replace(",", "")
    person.key(Qt.Key.Key_F12)
    assert calculators(desk) == [made] and made.weight.value() == "72.5", "a second press takes nothing away"
    back(desk)
    wait_until(lambda: QApplication.focusWidget() is desk.board.table.view, "the cursor where it was")


def test_that_f12_opens_it_over_a_form_and_what_was_typed_there_stays(desk: Desk) -> None:
    person = Person(desk)
    person.choose_row("Lindqvist, Karin")
    person.ctrl("D")
    dialog: DoseDialog = person.dialog(DoseDialog)
    field = dialog.form.fields["prescriber"].editor
    person.write(field, "Dr. Half Typed")
    person.key(Qt.Key.Key_F12)
    made = opened(desk)
    assert made.parentWidget() is dialog and dialog.isVisible()
    back(desk)
    wait_until(lambda: QApplication.focusWidget() is field, "the cursor in the form again")
    assert dialog.form.values()["prescriber"] == "Dr. Half Typed"
    dialog.reject()
    pause(10)


def test_that_it_opens_again_after_the_form_beneath_went_away_under_it(desk: Desk) -> None:
    person = Person(desk)
    person.choose_row("Lindqvist, Karin")
    person.ctrl("D")
    dialog: DoseDialog = person.dialog(DoseDialog)
    person.key(Qt.Key.Key_F12)
    opened(desk)
    dialog.deleteLater()
    wait_until(lambda: calculators(desk) == [], "both to be gone")
    person.key(Qt.Key.Key_F12)
    opened(desk)
    back(desk)


def test_that_f12_opens_it_from_a_menu_and_from_the_palette(desk: Desk) -> None:
    person = Person(desk)
    person.tab_to(desk.board.table.view)
    menu = QMenu(desk.window)
    menu.addAction("something")
    menu.popup(desk.shell.mapToGlobal(desk.shell.rect().center()))
    person.key(Qt.Key.Key_F12)
    opened(desk)
    assert not menu.isVisible()
    back(desk)
    palette = desk.window.open_palette()
    palette.box.setText("crs now")
    assert palette.list.current().key == "F12"  # type: ignore[union-attr]
    person.key(Qt.Key.Key_F12)
    assert opened(desk).parentWidget() is desk.shell and not palette.isVisible()
    back(desk)


def test_that_the_palette_and_the_button_open_it(desk: Desk) -> None:
    palette = desk.window.open_palette()
    palette.box.setText("crs now")
    Person(desk).key(Qt.Key.Key_Return)
    opened(desk)
    back(desk)
    Person(desk).tab_to(desk.board.table.view)
    QTest.mouseClick(desk.crs_now.button, Qt.MouseButton.LeftButton)
    opened(desk)
    back(desk)
    wait_until(lambda: QApplication.focusWidget() is desk.board.table.view, "the cursor where it was")


def test_that_it_is_the_only_red_button_of_the_window(desk: Desk) -> None:
    for name in ("board", "patients", "stock", "doses", "paper", "therapies", "policy", "history", "backups"):
        desk.window.show_page(name)
    red = [one for one in desk.shell.findChildren(QPushButton) if one.property("kind") == "alarm"]
    assert red == [desk.crs_now.button]
    assert red[0].text() == "CRS now (F12)" and red[0].isVisible()
    desk.window.show_page("board")


def test_that_the_demo_has_it_before_its_store_is_open_and_no_key_is_caught_afterwards() -> None:
    _app, shell = open_shell(["crs_desktop"], "crs_desktop")
    demo = Desk(Start(None, StatedClock(NOW), "America/New_York", 0, DEMO_ACTOR), shell)
    try:
        assert not demo.later.ready
        shell.activateWindow()
        wait_until(shell.isActiveWindow, "the window to be active")
        Person(demo).key(Qt.Key.Key_F12)
        opened(demo)
        back(demo)
        wait_until(lambda: demo.board.live, "the demo")
        Person(demo).key(Qt.Key.Key_F12)
        opened(demo)
        back(demo)
    finally:
        shell.close()
        demo.close()
    press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F12, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(shell, press)
    assert not press.isAccepted(), "from this moment on the key is somebody else's"
    pause(1)
    shell.show()
    Person(demo).key(Qt.Key.Key_F12)
    assert calculators(demo) == []
    shell.close()
    shell.deleteLater()
    pause(1)


def test_that_a_lock_takes_it_along_and_the_key_belongs_to_the_lock_page_then(story: Path, cheap: None) -> None:
    store = with_people(story)
    with reception_over(store) as at:
        at.sign_in()
        Person(at.desk).key(Qt.Key.Key_F12)
        opened(at.desk)
        former = at.desk.crs_now
        at.lock()
        assert [one for one in at.reception.shell.findChildren(Calculator) if one.isVisible()] == []
        at.rest()
        assert (connections(store), keys_alive(), pages_alive()) == ([], [], [])
        former.show()  # it holds nothing of the desk any more, and does nothing
        at.page.calculator_button.click()
        shown = [one for one in at.reception.shell.findChildren(Calculator) if one.isVisible()]
        assert len(shown) == 1
        shown[0].reject()
        pause(10)


def test_that_large_text_leaves_the_title_its_room(story: Path) -> None:
    with desk_over(story, percent=200) as desk:
        desk.shell.resize(1366, 800)
        pause(50)
        title = desk.window._title
        assert desk.crs_now.button.text() == "CRS now" and "F12" in desk.crs_now.button.accessibleName()
        assert title.width() >= title.fontMetrics().horizontalAdvance(title.text()), "Board, not Bo"

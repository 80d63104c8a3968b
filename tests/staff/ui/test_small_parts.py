"""Chip, lock strip, countdown, own password, breaking the glass, and that large text cuts nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import apply_theme
from crs_desktop.desktop.words import PlainLabel
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.staff.ui.break_glass import BreakGlassDialog
from crs_desktop.staff.ui.countdown import Countdown
from crs_desktop.staff.ui.first_start import FirstStart
from crs_desktop.staff.ui.handed import Locked, NotLetIn, Why
from crs_desktop.staff.ui.locks_soon import LocksSoon
from crs_desktop.staff.ui.passwords import SetPasswordDialog
from crs_desktop.staff.ui.sign_in import SignInPage
from crs_desktop.staff.ui.who_chip import WhoChip
from crs_desktop.staff.ui.words import wrong_groups
from tests.staff.ui.conftest import Steady, held
from tests.staff.ui.made_up import GOOD, NAMES, NOW, OTHER, ZONE, MadeUpGate, MadeUpPrinter, MadeUpSetUp, judge

Show = Callable[[QWidget], QWidget]


def test_that_the_chip_says_who_and_offers_lock_password_sign_out_and_glass(qtbot: QtBot) -> None:
    chip = WhoChip(Actor("Lind & Söhne", "pharmacist+administrator"), ("administrator", "pharmacist"))
    qtbot.addWidget(chip.button)
    assert chip.button.text() == "Lind && Söhne, pharmacist, administrator"
    assert [(one.name, one.key) for one in chip.actions()] == [
        ("lock", "Ctrl+L"), ("password", ""), ("sign_out", ""), ("break_glass", ""),
    ]  # fmt: skip
    chip.button.show()
    menu = chip.open_menu()
    with qtbot.waitSignal(chip.lock):
        qtbot.keyClick(menu, Qt.Key.Key_Return)
    menu = chip.open_menu()
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    with qtbot.waitSignal(chip.change_password):
        qtbot.keyClick(menu, Qt.Key.Key_Return)
    chip.open_menu().close()


def test_that_who_needs_no_glass_is_offered_none(qtbot: QtBot) -> None:
    chip = WhoChip(Actor("A"), ("pharmacist",), may_break_glass=False)
    qtbot.addWidget(chip.button)
    assert "break_glass" not in [one.name for one in chip.actions()]


def test_that_the_strip_counts_to_the_lock_and_goes_when_somebody_moves(qtbot: QtBot, steady: Steady) -> None:
    strip = LocksSoon(steady=steady)
    qtbot.addWidget(strip)
    assert strip.isHidden()
    strip.begin(20)
    assert strip.label.text() == "Locks in 20 s: move the mouse or press a key."
    steady.now += 0.4
    strip.countdown.tick()
    assert "20 s" in strip.label.text()
    steady.now += 12
    strip.countdown.tick()
    assert "8 s" in strip.label.text()
    strip.stop()
    assert strip.isHidden()


def test_that_a_countdown_tells_each_second_once_and_zero_last(qtbot: QtBot, steady: Steady) -> None:
    countdown = Countdown(steady=steady)
    told: list[int] = []
    countdown.changed.connect(told.append)
    countdown.begin(2)
    for step in (0.5, 0.5, 0.5, 0.5, 0.5):
        countdown.tick()
        steady.now += step
    countdown.begin(0)
    assert told == [2, 1, 0]
    assert countdown.left == 0


def test_that_ones_own_password_needs_the_old_one_and_leaves_nothing(qtbot: QtBot, tasks: Tasks) -> None:
    sent: list[tuple[str, str]] = []

    def change(old: str, new: str) -> Refused | str:
        sent.append((old, new))
        return "done" if old == GOOD else refuse(no("staff_ui_wrong", "old"))

    dialog = SetPasswordDialog(tasks, judge, change, ("karin",))
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.panel.submit()
    assert dialog.form.error_of("old") == dialog.form.error_of("password") == "Type the password."
    dialog.form.set_values({"old": "not it", "password": OTHER, "again": OTHER})
    qtbot.keyClick(dialog.panel, Qt.Key.Key_Return)
    assert "wrong" in dialog.form.error_of("old")
    assert OTHER not in held(dialog)
    assert "not it" not in held(dialog)
    dialog.form.set_values({"old": GOOD, "password": OTHER, "again": OTHER})
    qtbot.keyClick(dialog.panel, Qt.Key.Key_Return)
    assert sent == [("not it", OTHER), (GOOD, OTHER)]
    assert not dialog.isVisible()


def test_that_escape_leaves_the_password_and_wipes_what_was_typed(qtbot: QtBot, tasks: Tasks) -> None:
    dialog = SetPasswordDialog(tasks, judge, lambda old, new: "done", ())
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.form.set_values({"old": GOOD, "password": OTHER})
    qtbot.keyClick(dialog.panel, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert GOOD not in held(dialog) and OTHER not in held(dialog)


def test_that_breaking_the_glass_wants_a_reason_and_a_signature(qtbot: QtBot, tasks: Tasks) -> None:
    sent: list[tuple[str, str]] = []
    dialog = BreakGlassDialog(tasks, lambda why, name: sent.append((why, name)) or "broken", "Afua Osei", "technician")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.panel.submit()
    assert dialog.form.error_of("reason") == dialog.form.error_of("name") == "This is needed."
    dialog.form.set_values({"reason": "dose at the bedside", "name": "Afua Osei"})
    with qtbot.waitSignal(dialog.broken) as broken:
        dialog.panel.submit()
    assert broken.args == ["broken"]
    assert sent == [("dose at the bedside", "Afua Osei")]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [("AAAA-BBBB-CC", []), ("aaaabbbbcc", []), ("AAAA BBXB CC", [2]), ("XAAA BBBB CX", [1, 3]), ("AAAA", [])],
)
def test_that_the_wrong_group_is_found_only_when_it_can_be(typed: str, wrong: list[int]) -> None:
    assert wrong_groups("AAAA-BBBB-CC", typed) == wrong


def gate_pages(tasks: Tasks) -> list[Callable[[], QWidget]]:
    def waiting() -> QWidget:
        locked = Locked("karin", "Karin Lind", NOW, ZONE)
        page = SignInPage(tasks, MadeUpGate(), lambda: None, names=NAMES, locked=locked)
        page.sign_in_panel.not_let_in(NotLetIn(Why.WAIT, 40))
        return page

    def emergency() -> QWidget:
        page = SignInPage(tasks, MadeUpGate(), lambda: None, names=NAMES)
        page.open_emergency()
        return page

    def codes() -> QWidget:
        page = FirstStart(tasks, MadeUpSetUp(), MadeUpPrinter())
        page.current().submit()
        page.administrator.form.set_values({"name": "K. L.", "sign_in": "kl", "password": GOOD, "again": GOOD})
        page.current().submit()
        return page

    return [waiting, emergency, codes, lambda: FirstStart(tasks, MadeUpSetUp(), MadeUpPrinter(), kind="encrypt")]


@pytest.mark.parametrize("number", range(4))
def test_that_text_of_200_percent_cuts_no_word_and_no_button(
    qtbot: QtBot, qapp: QApplication, tasks: Tasks, show: Show, number: int
) -> None:
    apply_theme(qapp, "light", 200)
    page = show(gate_pages(tasks)[number]())
    qtbot.wait(20)
    words = [one for one in page.findChildren(PlainLabel) if one.isVisible() and one.text()]
    for label in words:
        need = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
        assert label.height() >= need, label.text()
        assert label.wordWrap() or label.width() >= label.sizeHint().width(), label.text()
    for made in page.findChildren(QPushButton):
        if made.isVisible():
            assert made.width() >= made.sizeHint().width(), made.text()
            right = made.mapTo(page, made.rect().topRight()).x()
            assert right <= page.width(), made.text()

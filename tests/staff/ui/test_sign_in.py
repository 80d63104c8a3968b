"""The page in front of the store, by keyboard: every answer of the gate has its words, and no secret stays."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import PlainLabel
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import no, refuse
from crs_desktop.staff.ui.handed import Answer, EmergencyTyped, LetIn, Locked, NotLetIn, Why
from crs_desktop.staff.ui.sign_in import SignInPage
from tests.staff.ui.conftest import Steady, held
from tests.staff.ui.made_up import EMERGENCY, GOOD, NAMES, NOW, OTHER, RECOVERY, ZONE, MadeUpGate

Show = Callable[[SignInPage], SignInPage]
LOCKED = Locked("karin", "Karin Lind", NOW, ZONE)
ALT, NONE, SHIFT = (
    Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier,
)  # fmt: skip


def type_in(qtbot: QtBot, text: str, then: Qt.Key | None = None) -> None:
    """Type where the keyboard is."""
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClicks(focus, text)
    if then is not None:
        qtbot.keyClick(focus, then)


def press(qtbot: QtBot, page: SignInPage, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """As the system sends it: to the window, which knows its shortcuts."""
    QTest.keyClick(page.windowHandle(), key, modifier)


def said(page: SignInPage) -> str:
    """Every word that can be seen."""
    return "\n".join(one.text() for one in page.findChildren(PlainLabel) if one.isVisible())


def make(tasks: Tasks, gate: MadeUpGate, show: Show, **more: object) -> SignInPage:
    more.setdefault("names", NAMES)
    return show(SignInPage(tasks, gate, more.pop("calculator", lambda: None), **more))  # type: ignore[arg-type]


def test_that_name_enter_password_enter_signs_in_and_leaves_nothing(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    gate = MadeUpGate()
    page = make(tasks, gate, show)
    with qtbot.waitSignal(page.let_in) as ticket:
        type_in(qtbot, "karin", Qt.Key.Key_Return)
        type_in(qtbot, GOOD, Qt.Key.Key_Return)
    assert ticket.args == ["karin's keys"]
    assert gate.asked == [("sign_in", "karin", GOOD)]
    assert GOOD not in held(page)


def test_that_the_last_name_is_chosen_and_the_keyboard_waits_in_the_password(
    qtbot: QtBot, tasks: Tasks, show: Show
) -> None:
    page = make(tasks, MadeUpGate(), show, last="karin")
    assert page.name.value() == "karin"
    assert page.name.known() == list(NAMES)
    assert page.password.line.hasFocus()
    with qtbot.waitSignal(page.let_in):
        type_in(qtbot, GOOD, Qt.Key.Key_Return)


def test_that_a_miss_empties_the_password_says_so_and_keeps_the_name(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    page = make(tasks, MadeUpGate(), show, last="karin")
    type_in(qtbot, "not the password", Qt.Key.Key_Return)
    assert "Name or password is wrong" in said(page)
    assert page.name.value() == "karin"
    assert "not the password" not in held(page)
    assert page.password.line.hasFocus()
    type_in(qtbot, "x")
    assert "wrong" not in said(page)


def test_that_nothing_typed_is_asked_for_beside_its_field(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    gate = MadeUpGate()
    page = make(tasks, gate, show)
    page.sign_in_panel.submit()
    assert page.name.error_text() == "This is needed."
    assert page.password.error_text() == "Type the password."
    assert gate.asked == []


def test_that_a_wait_counts_down_and_then_lets_try_again(
    qtbot: QtBot, tasks: Tasks, show: Show, steady: Steady
) -> None:
    page = make(tasks, MadeUpGate([NotLetIn(Why.WAIT, 40)]), show, last="karin", steady=steady)
    type_in(qtbot, "wrong", Qt.Key.Key_Return)
    panel = page.sign_in_panel
    assert "possible in 40 s" in said(page)
    assert (panel.accept_button.text(), panel.accept_button.isEnabled()) == ("Wait 40 s", False)
    steady.now += 27.5
    panel.countdown.tick()
    assert "possible in 13 s" in said(page)
    type_in(qtbot, "still typing", Qt.Key.Key_Return)
    assert "possible in 13 s" in said(page)
    steady.now += 13
    panel.countdown.tick()
    assert "possible" not in said(page)
    assert (panel.accept_button.text(), panel.accept_button.isEnabled()) == ("&Sign in", True)


def test_that_another_name_need_not_wait(qtbot: QtBot, tasks: Tasks, show: Show, steady: Steady) -> None:
    page = make(tasks, MadeUpGate([NotLetIn(Why.WAIT, 40)]), show, last="karin", steady=steady)
    type_in(qtbot, "wrong", Qt.Key.Key_Return)
    page.name.editor.setFocus()
    type_in(qtbot, "x")
    assert page.sign_in_panel.accept_button.isEnabled()


def test_that_a_hundred_misses_say_who_can_free_it(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    page = make(tasks, MadeUpGate([NotLetIn(Why.LOCKED)]), show, last="karin")
    type_in(qtbot, "wrong", Qt.Key.Key_Return)
    assert "An administrator or the recovery code frees it." in said(page)


def test_that_trouble_with_the_store_is_said_and_the_password_is_gone(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    class Broken(MadeUpGate):
        def sign_in(self, sign_in: str, password: str) -> Answer:
            raise EnvironmentFailure(no("desktop_failed"))

    page = make(tasks, Broken(), show, last="karin")
    type_in(qtbot, GOOD, Qt.Key.Key_Return)
    assert "This could not be read." in said(page)
    assert GOOD not in held(page)
    assert page.sign_in_panel.accept_button.isEnabled()


def test_that_a_defect_is_said_and_handed_to_the_presenter(qtbot: QtBot, show: Show) -> None:
    class Broken(MadeUpGate):
        def sign_in(self, sign_in: str, password: str) -> Answer:
            raise ZeroDivisionError

    seen: list[BaseException] = []
    page = make(Tasks(lambda error, retry=None: seen.append(error), inline=True), Broken(), show, last="karin")
    type_in(qtbot, GOOD, Qt.Key.Key_Return)
    assert "The program made a mistake" in said(page)
    assert [type(error) for error in seen] == [ZeroDivisionError]


def test_that_a_refusal_of_the_gate_is_said_beside_its_field(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    page = make(tasks, MadeUpGate([refuse(no("text_missing", "name"))]), show, last="karin")
    type_in(qtbot, GOOD, Qt.Key.Key_Return)
    assert page.name.error_text() == "Sign-in name is missing."


def test_that_opening_is_calm_and_nothing_can_be_sent_twice(qtbot: QtBot, show: Show) -> None:
    go_on, gate = threading.Event(), MadeUpGate()

    class Slow(MadeUpGate):
        def sign_in(self, sign_in: str, password: str) -> Answer:
            go_on.wait(10)
            return gate.sign_in(sign_in, password)

    tasks = Tasks()
    page = make(tasks, Slow(), show, last="karin")
    type_in(qtbot, GOOD, Qt.Key.Key_Return)
    panel = page.sign_in_panel
    assert (panel.accept_button.text(), panel.accept_button.isEnabled()) == ("Opening…", False)
    assert GOOD not in held(page)
    press(qtbot, page, Qt.Key.Key_Return)
    press(qtbot, page, Qt.Key.Key_Space)
    with qtbot.waitSignal(page.let_in):
        go_on.set()
    assert len(gate.asked) == 1
    tasks.close()


def test_that_a_second_enter_while_it_opens_does_not_press_back(qtbot: QtBot, show: Show) -> None:
    go_on = threading.Event()

    class Slow(MadeUpGate):
        def emergency(self, typed: EmergencyTyped) -> Answer:
            go_on.wait(10)
            return super().emergency(typed)

    tasks = Tasks()
    page = make(tasks, Slow(), show)
    page.open_emergency()
    page.emergency_panel.form.set_values({"code": EMERGENCY, "name": "Jonas Falk", "reason": "second dose"})
    for _ in range(2):
        press(qtbot, page, Qt.Key.Key_Return)
    press(qtbot, page, Qt.Key.Key_Escape)
    assert page.current() is page.emergency_panel
    assert QApplication.focusWidget() is page.emergency_panel
    with qtbot.waitSignal(page.let_in):
        go_on.set()
    tasks.close()


@pytest.mark.parametrize("how", ["close", "hide", "other page"])
def test_that_a_half_typed_password_does_not_outlive_the_page(
    qtbot: QtBot, tasks: Tasks, show: Show, how: str
) -> None:
    page = make(tasks, MadeUpGate(), show, last="karin")
    type_in(qtbot, GOOD)
    assert page.password.value() == GOOD
    {"close": page.close, "hide": page.hide, "other page": page.open_emergency}[how]()
    assert GOOD not in held(page)


def test_that_a_password_is_shown_only_while_the_button_is_held(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    page = make(tasks, MadeUpGate(), show, last="karin")
    type_in(qtbot, "secret")
    line, reveal = page.password.line, page.password.reveal
    qtbot.mousePress(reveal, Qt.MouseButton.LeftButton)
    assert line.echoMode() is QLineEdit.EchoMode.Normal
    qtbot.mouseRelease(reveal, Qt.MouseButton.LeftButton)
    assert line.echoMode() is QLineEdit.EchoMode.Password
    reveal.setFocus()
    qtbot.keyPress(reveal, Qt.Key.Key_Space)
    assert line.echoMode() is QLineEdit.EchoMode.Normal
    page.name.editor.setFocus()
    assert line.echoMode() is QLineEdit.EchoMode.Password


def test_that_caps_lock_is_told_from_the_letters(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    page = make(tasks, MadeUpGate(), show, last="karin")
    shown = []
    for text, modifier in (("A", SHIFT), ("A", NONE), ("b", NONE), ("b", SHIFT), ("1", NONE), ("c", NONE)):
        QApplication.sendEvent(page.password.line, QKeyEvent(QEvent.Type.KeyPress, ord(text.upper()), modifier, text))
        shown.append(page.password.caps.isVisible())
    assert shown == [False, True, False, True, True, False]


def test_that_locked_says_who_since_when_and_that_what_was_typed_is_kept(
    qtbot: QtBot, tasks: Tasks, show: Show
) -> None:
    page = make(tasks, MadeUpGate(), show, locked=LOCKED)
    assert "Karin Lind was signed in until Fri 4 Dec 2026 03:10 (UTC-05:00)." in said(page)
    assert "is kept, sealed, until Karin Lind signs in again" in said(page)
    assert page.name.value() == "karin"
    with qtbot.waitSignal(page.let_in):
        type_in(qtbot, GOOD, Qt.Key.Key_Return)


def test_that_a_site_can_hide_every_name(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    page = make(tasks, MadeUpGate(), show, locked=LOCKED, names_shown=False)
    assert page.name.box is None
    assert page.name.known() == []
    assert page.name.value() == ""
    everything = said(page) + held(page)
    assert not [name for name in (*NAMES, "Karin", "Lind") if name in everything]
    assert "Locked since Fri 4 Dec 2026 03:10" in said(page)


def test_that_emergency_access_wants_code_name_and_reason_and_says_it_is_logged(
    qtbot: QtBot, tasks: Tasks, show: Show
) -> None:
    gate = MadeUpGate()
    page = make(tasks, gate, show)
    press(qtbot, page, Qt.Key.Key_E, ALT)
    qtbot.waitUntil(lambda: page.current() is page.emergency_panel)
    assert "logged" in said(page)
    page.current().submit()
    form = page.emergency_panel.form
    assert {form.error_of(name) for name in ("code", "name", "reason")} == {"This is needed."}
    form.fields["code"].editor.setFocus()
    type_in(qtbot, EMERGENCY.lower().replace("-", " "), Qt.Key.Key_Tab)
    type_in(qtbot, "Jonas Falk", Qt.Key.Key_Tab)
    with qtbot.waitSignal(page.let_in) as ticket:
        type_in(qtbot, "second dose, nobody here", Qt.Key.Key_Return)
    assert ticket.args == ["emergency keys"]
    assert gate.asked[0][2:] == ("Jonas Falk", "second dose, nobody here")
    assert "b2mkw" not in held(page)


def test_that_a_wrong_code_keeps_name_and_reason_but_not_the_code(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    page = make(tasks, MadeUpGate(), show)
    page.open_emergency()
    form = page.emergency_panel.form
    form.set_values({"code": "WRONG-CODE", "name": "Jonas Falk", "reason": "second dose"})
    page.current().submit()
    assert "This is not the code" in said(page)
    assert form.values() == {"code": "", "name": "Jonas Falk", "reason": "second dose"}
    press(qtbot, page, Qt.Key.Key_Escape)
    assert page.current() is page.sign_in_panel


def test_that_the_recovery_code_gives_an_administrator_a_new_password(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    gate = MadeUpGate()
    page = make(tasks, gate, show)
    press(qtbot, page, Qt.Key.Key_R, ALT)
    qtbot.waitUntil(lambda: page.current() is page.recovery_panel)
    type_in(qtbot, RECOVERY, Qt.Key.Key_Return)
    panel = page.current()
    assert "Choose the administrator" in said(page)
    assert RECOVERY not in held(page)
    panel.form.set_values({"password": OTHER, "again": OTHER})
    panel.submit()
    assert panel.form.error_of("person") == "This is needed."
    panel.form.set_values({"person": "afua", "password": OTHER, "again": OTHER + "?"})
    panel.submit()
    assert panel.form.error_of("again") == "This is not the same as above."
    panel.form.set_values({"again": OTHER})
    with qtbot.waitSignal(page.let_in) as ticket:
        panel.submit()
    assert gate.asked[-1] == ("renew", "recovered keys", "afua", OTHER)
    assert ticket.args == ["recovered keys"]
    assert OTHER not in held(page)


def test_that_a_temporary_password_leads_to_a_new_one_which_is_judged(
    qtbot: QtBot, tasks: Tasks, show: Show
) -> None:
    gate = MadeUpGate()
    page = make(tasks, gate, show, last="weber")
    type_in(qtbot, GOOD, Qt.Key.Key_Return)
    assert "Anna Weber, choose the password that only you know." in said(page)
    page.current().form.set_values({"password": "too short", "again": "too short"})
    page.current().submit()
    assert "15" in page.current().form.error_of("password")
    assert gate.asked[-1][0] == "sign_in"
    page.open_sign_in()
    assert page.renew_panel is None
    assert page.current() is page.sign_in_panel


def test_that_f12_and_the_red_button_open_the_calculator_from_everywhere(
    qtbot: QtBot, tasks: Tasks, show: Show
) -> None:
    opened: list[int] = []
    page = make(tasks, MadeUpGate(), show, locked=LOCKED, calculator=lambda: opened.append(1))
    press(qtbot, page, Qt.Key.Key_F12)
    page.open_emergency()
    press(qtbot, page, Qt.Key.Key_F12)
    qtbot.mouseClick(page.calculator_button, Qt.MouseButton.LeftButton)
    assert len(opened) == 3


def test_that_a_ticket_is_not_in_any_repr() -> None:
    assert "keys" not in repr(LetIn("keys"))


def test_that_the_only_name_there_is_stands_there_already_and_the_cursor_in_the_password(
    tasks: Tasks, show: Show
) -> None:
    alone = show(SignInPage(tasks, MadeUpGate(), lambda: None, names=("karin",)))
    assert alone.name.value() == "karin"
    assert QApplication.focusWidget() is alone.password.editor
    alone.close()
    several = show(SignInPage(tasks, MadeUpGate(), lambda: None, names=NAMES))
    assert several.name.value() == ""
    several.close()
    hidden = show(SignInPage(tasks, MadeUpGate(), lambda: None, names=("karin",), names_shown=False))
    assert hidden.name.value() == "", "a site that hides names hides the only one too"

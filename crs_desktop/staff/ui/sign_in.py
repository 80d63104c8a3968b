"""The page in front of the store: sign in, or unlock; nothing of the store is on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import button, hairline, phrase, tr
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.refusal import no
from crs_desktop.staff.ui.frame import GateFrame
from crs_desktop.staff.ui.handed import Answer, EmergencyTyped, Gate, LetIn, Locked, Named, NewPasswordNeeded
from crs_desktop.staff.ui.name_field import NameField
from crs_desktop.staff.ui.new_password import NewPassword
from crs_desktop.staff.ui.panel import Panel, Steady
from crs_desktop.staff.ui.secret_fields import CodeField, PasswordField


class SignInPage(GateFrame):
    """Sign in by password; emergency access and the recovery code are one step aside. `let_in` carries the ticket."""

    let_in = Signal(object)

    def __init__(
        self,
        tasks: Tasks,
        gate: Gate,
        calculator: Callable[[], None],
        *,
        names: Sequence[str] = (),
        names_shown: bool = True,
        last: str = "",
        locked: Locked | None = None,
        notice: str = "",
        bring_back: Callable[[], None] | None = None,
        steady: Steady = time.monotonic,
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._gate = gate
        self._steady = steady
        self._shown_names = tuple(names) if names_shown else ()
        self._locked = locked
        self._notice = notice
        self._asked: NewPasswordNeeded | None = None
        self._password: NewPassword | None = None
        self.sign_in_panel = self._made_sign_in()
        self.emergency_panel = self._made_emergency()
        self.recovery_panel = self._made_recovery()
        self.renew_panel: Panel | None = None
        stranded = [] if bring_back is None else [self._made_stranded(bring_back)]
        for one in (*stranded, self.sign_in_panel, self.emergency_panel, self.recovery_panel):
            self.add(one)
        self.say_foot(phrase("staff_ui_calculator"))
        self.offer_calculator(calculator)
        if names_shown:
            only = names[0] if len(names) == 1 else ""
            self.name.set_value(locked.sign_in if locked is not None else last or only)

    # --- what bootstrap uses ---

    def open_sign_in(self) -> None:
        """Back to name and password; whatever was begun is forgotten."""
        self._asked = self._password = None
        self._open(self.sign_in_panel)
        if self.renew_panel is not None:
            self.stack.remove(self.renew_panel)
            self.renew_panel = None

    def open_emergency(self) -> None:
        """Ask for the emergency code."""
        self._open(self.emergency_panel)

    def open_recovery(self) -> None:
        """Ask for the recovery code."""
        self._open(self.recovery_panel)

    def take_keyboard(self) -> None:
        """The cursor where typing begins."""
        if self.current().form.fields:
            self.current().focus_secret()
        else:
            self.current().accept_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def wipe(self) -> None:
        """No secret stays in any field."""
        for panel in self.stack.listed():
            if isinstance(panel, Panel):
                panel.wipe()

    def current(self) -> Panel:
        """What is asked now."""
        panel = self.stack.current()
        assert isinstance(panel, Panel)
        return panel

    # --- how it is done ---

    def _open(self, panel: Panel) -> None:
        self.current().reset()
        self.stack.show_one(panel)
        self.area.verticalScrollBar().setValue(0)
        panel.focus_secret()

    def _answered(self, answer: Answer) -> None:
        if isinstance(answer, LetIn):
            self.wipe()
            self.let_in.emit(answer.ticket)
        elif isinstance(answer, NewPasswordNeeded):
            self._open_renew(answer)

    def _send_sign_in(self) -> None:
        name, password = self.name.value().strip(), self.password.value()
        empty = [no("staff_ui_needed", "name")] if not name else []
        empty += [no("staff_ui_password_missing", "password")] if not password else []
        if empty:
            self.sign_in_panel.show_findings(empty)
            return
        self.sign_in_panel.run(partial(self._gate.sign_in, name, password), self._answered)

    def _send_emergency(self) -> None:
        form = self.emergency_panel.form
        typed = form.values()
        empty = [no("staff_ui_needed", name) for name in ("code", "name", "reason") if not typed[name].strip()]
        if empty:
            self.emergency_panel.show_findings(empty)
            return
        asked = EmergencyTyped(typed["code"], typed["name"].strip(), typed["reason"].strip())
        self.emergency_panel.run(partial(self._gate.emergency, asked), self._answered)

    def _send_recovery(self) -> None:
        code = self.recovery_panel.form.values()["code"]
        if not code.strip():
            self.recovery_panel.show_findings([no("staff_ui_needed", "code")])
            return
        self.recovery_panel.run(partial(self._gate.recover, code), self._answered)

    def _open_renew(self, needed: NewPasswordNeeded) -> None:
        panel = Panel(
            self._tasks, tr("Choose a new password"), tr("&Use this password"), back=tr("&Back"), steady=self._steady
        )
        one = needed.people[0] if len(needed.people) == 1 else None
        panel.tell(phrase("staff_ui_renew_one", name=one.name) if one else phrase("staff_ui_renew_choose"))
        if one is None:
            people = [(who.sign_in, f"{who.name} ({who.sign_in})") for who in needed.people]
            panel.form.choice("person", tr("&For"), people, ask=True)

        def chosen() -> Named | None:
            sign_in = "" if one else panel.form.fields["person"].value()
            return one or next((who for who in needed.people if who.sign_in == sign_in), None)

        def words() -> list[str]:
            who = chosen()
            return [] if who is None else [who.sign_in, who.name]

        password = NewPassword(panel.form, self._tasks, self._gate.judge, words)

        def send() -> None:
            who, wrong = chosen(), password.refusal()
            if who is None or wrong is not None:
                found = [no("staff_ui_needed", "person")] if who is None else []
                panel.show_findings([*found, *([wrong] if wrong is not None else [])])
                return
            judged, typed = password.judged(), password.first.value()
            panel.run(lambda: judged() or self._gate.renew(needed.ticket, who.sign_in, typed), self._answered)

        panel.submitted.connect(send)
        panel.back.connect(self.open_sign_in)
        self._asked, self._password, self.renew_panel = needed, password, panel
        self.add(panel)
        self._open(panel)

    # --- the panels ---

    def _made_sign_in(self) -> Panel:
        locked = self._locked
        panel = Panel(
            self._tasks, tr("Sign in") if locked is None else tr("Locked"),
            tr("&Sign in") if locked is None else tr("&Unlock"), steady=self._steady,
        )  # fmt: skip
        said = [self._notice, "" if locked is None else self._locked_text(locked)]
        panel.tell("\n".join(filter(None, said)))
        self.name = panel.form.add(NameField("name", tr("Sign-in &name"), self._shown_names))
        self.password = panel.form.add(PasswordField("password", tr("&Password")))
        self.name.line.returnPressed.connect(self._enter_in_name)
        self.name.line.textChanged.connect(self._other_name)
        panel.submitted.connect(self._send_sign_in)
        self.emergency_button = button(tr("&Emergency access"), "quiet")
        self.recovery_button = button(tr("Use the &recovery code"), "quiet")
        self.emergency_button.clicked.connect(self.open_emergency)
        self.recovery_button.clicked.connect(self.open_recovery)
        aside = QHBoxLayout()
        aside.setSpacing(8)
        aside.addWidget(self.emergency_button)
        aside.addWidget(self.recovery_button)
        aside.addStretch(1)
        column = panel.column
        column.insertWidget(column.count() - 1, hairline())
        column.insertLayout(column.count() - 1, aside)
        return panel

    def _made_stranded(self, bring_back: Callable[[], None]) -> Panel:
        """Nobody can sign in here: there are no key slots that could be read."""
        panel = Panel(
            self._tasks, tr("Nobody can sign in"), tr("&Bring back a backup with the recovery code"),
            steady=self._steady,
        )  # fmt: skip
        panel.tell(self._notice)
        panel.without_fields()
        panel.submitted.connect(lambda: bring_back())
        return panel

    def _locked_text(self, locked: Locked) -> str:
        since = local_text(locked.since, locked.zone)
        if self._shown_names:
            said = [phrase("staff_ui_locked", name=locked.name, since=since)]
            said += [phrase("staff_ui_locked_kept", name=locked.name)] if locked.kept else []
        else:
            said = [phrase("staff_ui_locked_unnamed", since=since)]
            said += [phrase("staff_ui_locked_kept_unnamed")] if locked.kept else []
        return "\n".join(said)

    def _made_emergency(self) -> Panel:
        panel = Panel(
            self._tasks, tr("Emergency access"), tr("&Open with the emergency code"), back=tr("&Back"),
            steady=self._steady,
        )  # fmt: skip
        panel.tell(phrase("staff_ui_emergency"))
        panel.form.add(CodeField("code", tr("&Emergency code"), hint=phrase("staff_ui_emergency_hint")))
        panel.form.text("name", tr("Your full &name"))
        panel.form.text("reason", tr("&Reason"), hint=phrase("staff_ui_reason_hint"))
        panel.submitted.connect(self._send_emergency)
        panel.back.connect(self.open_sign_in)
        return panel

    def _made_recovery(self) -> Panel:
        panel = Panel(
            self._tasks, tr("Use the recovery code"), tr("&Open with the recovery code"), back=tr("&Back"),
            steady=self._steady,
        )  # fmt: skip
        panel.tell(phrase("staff_ui_recovery"))
        panel.form.add(CodeField("code", tr("&Recovery code"), hint=phrase("staff_ui_code_hint")))
        panel.submitted.connect(self._send_recovery)
        panel.back.connect(self.open_sign_in)
        return panel

    def _enter_in_name(self) -> None:
        if self.password.value():
            self.sign_in_panel.submit()
        else:
            self.password.editor.setFocus(Qt.FocusReason.TabFocusReason)

    def _other_name(self, _text: str) -> None:
        """A wait is for a name: another may try at once, and the service says what holds for it."""
        if self.sign_in_panel.countdown.left:
            self.sign_in_panel.countdown.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.take_keyboard()

"""First start: from nothing (or from an old plain store) to a store with an administrator and two codes on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crs_desktop.desktop.fields import CheckField
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import PlainLabel, button, message, phrase, tr
from crs_desktop.kernel.refusal import Refused, no
from crs_desktop.staff.ui import words
from crs_desktop.staff.ui.codes import TypeBack, emergency_card, recovery_card
from crs_desktop.staff.ui.frame import GateFrame
from crs_desktop.staff.ui.handed import Codes, Days, FirstPerson, LetIn, PrintCodes, SetUp
from crs_desktop.staff.ui.new_password import NewPassword
from crs_desktop.staff.ui.panel import Panel
from crs_desktop.staff.ui.steps import StepLine
from crs_desktop.staff.ui.zone_choice import ZoneChoice

Kind = Literal["new", "encrypt"]


class FirstStart(GateFrame):
    """Five steps; nothing is written before the last. `made` carries the ticket, `look_around` asks for the demo."""

    made = Signal(object)
    look_around = Signal()

    def __init__(
        self,
        tasks: Tasks,
        set_up: SetUp,
        print_codes: PrintCodes,
        *,
        kind: Kind = "new",
        store: str = "",
        bring_back: Callable[[], None] | None = None,
        notice: str = "",
        calculator: Callable[[], None] | None = None,
        days: Days | None = None,
    ) -> None:
        super().__init__(560, 32)
        self._tasks = tasks
        self._set_up = set_up
        self._print = print_codes
        self._kind: Kind = kind
        self._store = store
        self._bring_back = bring_back
        self._notice = notice
        self._codes: Codes | None = None
        self._person: FirstPerson | None = None  # without its password
        self._prepared: object = None
        self.zone = None if days is None else ZoneChoice(days)  # an old store has its zone already
        self.steps = StepLine((tr("Choose"), tr("Administrator"), tr("Two codes"), tr("Try it"), tr("Done")))
        self.above.addWidget(self.steps)
        self.choice = self._made_choice()
        self.administrator = self._made_administrator()
        self.two_codes = self._made_codes()
        self.try_it = self._made_try()
        self.done = self._made_done()
        for panel in (self.choice, self.administrator, self.two_codes, self.try_it, self.done):
            self.add(panel)
        self.say_foot(phrase("staff_ui_nothing_yet_encrypt" if kind == "encrypt" else "staff_ui_nothing_yet"))
        if calculator is not None:
            self.offer_calculator(calculator)
        self.steps.mark(1)

    # --- what bootstrap uses ---

    def step(self) -> int:
        """The present step, from 1."""
        return self.stack.listed().index(self.stack.current()) + 1

    def current(self) -> Panel:
        """What is asked now."""
        panel = self.stack.current()
        assert isinstance(panel, Panel)
        return panel

    def wipe(self) -> None:
        """Forget codes, slots and everything typed that is secret: closed before the end."""
        self._codes = self._person = self._prepared = None
        for panel in (self.administrator, self.try_it):
            panel.wipe()
        for card in (self.recovery, self.emergency):
            card.show_code("")

    def take_keyboard(self) -> None:
        """The cursor to where this step begins."""
        if self.current().form.fields:
            self.current().focus_secret()
        else:
            self.current().accept_button.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- moving ---

    def _go(self, step: int) -> None:
        self.current().reset()
        self.stack.show_one(self.stack.listed()[step - 1])
        self.steps.mark(step)
        self.area.verticalScrollBar().setValue(0)
        if step == 2 and self._prepared is not None:
            self.administrator.tell(phrase("staff_ui_first_again"))
        self.take_keyboard()

    def _send_administrator(self) -> None:
        panel = self.administrator
        typed = panel.form.values()
        roles = tuple(role for role in words.ROLES if typed.get(f"role_{role}"))
        person = FirstPerson(typed["sign_in"].strip(), typed["name"].strip(), roles, "")
        untouched = not self.password.first.value() and not self.password.again.value()
        if self._prepared is not None and untouched and person == self._person:
            self._go(3)  # gone back only to look: what was sealed is still right
            return
        found = [no("staff_ui_needed", name) for name in ("sign_in", "name") if not typed[name].strip()]
        wrong = self.password.refusal()
        if wrong is not None or found:
            panel.show_findings([*found, *([wrong] if wrong is not None else [])])
            return
        self._prepare(person, self.password.first.value())

    def _prepare(self, person: FirstPerson, password: str) -> None:
        judged, before = self.password.judged(), self._codes

        def work() -> tuple[Codes, object] | Refused:
            refused = judged()
            if refused is not None:
                return refused
            codes = before or self._set_up.codes()
            sealed = self._set_up.prepare(FirstPerson(person.sign_in, person.name, person.roles, password), codes)
            return sealed if isinstance(sealed, Refused) else (codes, sealed)

        def prepared(answer: tuple[Codes, object] | Refused) -> None:
            if isinstance(answer, Refused):
                return  # said in the panel
            self._codes, self._prepared = answer
            self._person = person
            self.recovery.show_code(self._codes.recovery)
            self.emergency.show_code(self._codes.emergency)
            self._go(3)

        self.administrator.run(work, prepared)

    def _send_code(self) -> None:
        missing = self.back_typed.missing()
        if missing is not None or self._codes is None:
            self.try_it.show_findings([missing] if missing is not None else [])
            return
        typed, code, prepared = self.back_typed.field.value(), self._codes.recovery, self._prepared

        def work() -> Refused | None:
            return TypeBack.explained(code, typed, self._set_up.try_recovery(prepared, typed))

        self.try_it.run(work, lambda _answer: self._tried())

    def _tried(self) -> None:
        person = self._person
        assert person is not None
        self.done.tell(
            phrase(
                "staff_ui_done_encrypt" if self._kind == "encrypt" else "staff_ui_done",
                name=person.name, sign_in=person.sign_in, roles=words.roles_text(person.roles), store=self._store,
            )
        )  # fmt: skip
        if self.zone is not None:
            self.zone.say()
        self._go(5)

    def _send_make(self) -> None:
        prepared = self._prepared
        if self.zone is not None and self.zone.asking:
            self.zone.take()  # what was found is read once before anything is made in it
            return
        zone = None if self.zone is None else self.zone.zone

        def made(answer: LetIn | Refused) -> None:
            if isinstance(answer, LetIn):
                self.wipe()
                self.made.emit(answer.ticket)

        self.done.run(lambda: self._set_up.make(prepared, zone), made)

    def _print_both(self) -> None:
        if self._codes is not None and self._print(self._codes, self):
            self.two_codes.refuse("")
            self.printed.setText(phrase("staff_ui_printed"))
            self.printed.show()

    # --- the panels ---

    def _made_choice(self) -> Panel:
        if self._kind == "encrypt":
            panel = Panel(self._tasks, tr("Your store is not encrypted yet"), tr("&Go on"))
            panel.tell(phrase("staff_ui_encrypt", store=self._store))
            panel.without_fields()
            panel.submitted.connect(lambda: self._go(2))
            return panel
        lost = bool(self._notice and self._bring_back)
        start, back = tr("&Start my pharmacy"), tr("&Bring back a backup with the recovery code")
        panel = Panel(self._tasks, tr("The store is missing") if lost else tr("Welcome"), back if lost else start)
        panel.tell(self._notice or phrase("staff_ui_welcome"))
        panel.without_fields()
        panel.buttons.removeWidget(panel.accept_button)
        self.demo_button = button(tr("&Look around with made-up data"))
        self.demo_button.clicked.connect(self.look_around)
        self.start_button = button(start) if lost else panel.accept_button
        (self.start_button.clicked if lost else panel.submitted).connect(lambda: self._go(2))
        demo = (self.demo_button, "staff_ui_choice_demo")
        new = (self.start_button, "staff_ui_choice_start")
        brought, bring_back = [], self._bring_back
        if bring_back is not None:
            self.back_button = panel.accept_button if lost else button(back)
            (panel.submitted if lost else self.back_button.clicked).connect(lambda: bring_back())
            brought = [(self.back_button, "staff_ui_choice_back")]
        for one, words_of in (*brought, new, demo) if lost else (demo, new, *brought):
            self._offer(panel, one, phrase(words_of))
        return panel

    @staticmethod
    def _offer(panel: Panel, one: QWidget, text: str) -> None:
        """A wide button with its sentence beneath."""
        pair = QVBoxLayout()
        pair.setContentsMargins(0, 0, 0, 8)
        pair.setSpacing(4)
        pair.addWidget(one)
        pair.addWidget(PlainLabel(text, "soft", wrap=True))
        panel.column.insertLayout(panel.column.count() - 1, pair)

    def _made_administrator(self) -> Panel:
        panel = Panel(
            self._tasks, tr("The first administrator"), tr("&Next"), back=tr("&Back"), working=tr("Sealing…")
        )
        panel.tell(phrase("staff_ui_first_person"))
        form = panel.form
        form.text("name", tr("&Full name"), hint=phrase("staff_ui_name_hint"))
        form.text("sign_in", tr("&Sign-in name"), hint=phrase("staff_ui_sign_in_hint"))
        form.add(_role("administrator", words.role_label("administrator"))).editor.setEnabled(False)
        form.add(_role("pharmacist", words.role_label("pharmacist")))
        form.set_values({"role_administrator": "yes", "role_pharmacist": "yes"})
        self.password = NewPassword(form, self._tasks, self._set_up.judge, self._own_words, tr("&Password"))
        panel.submitted.connect(self._send_administrator)
        panel.back.connect(lambda: self._go(1))
        return panel

    def _own_words(self) -> list[str]:
        typed = self.administrator.form.values()
        return [typed["sign_in"], typed["name"]]

    def _made_codes(self) -> Panel:
        panel = Panel(self._tasks, tr("Two codes, on paper only"), tr("&Next: try it"), back=tr("&Back"))
        panel.tell(phrase("staff_ui_two_codes"))
        panel.without_fields()
        self.recovery, self.emergency = recovery_card(), emergency_card()
        self.print_button = button(tr("&Print both"))
        self.print_button.clicked.connect(self._print_both)
        self.printed = message()
        self.printed.hide()
        column = panel.column
        for one in (self.recovery, self.emergency):
            column.insertWidget(column.count() - 3, one)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.print_button, 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self.printed, 1)
        column.insertLayout(column.count() - 3, row)
        panel.submitted.connect(lambda: self._go(4))
        panel.back.connect(lambda: self._go(2))
        return panel

    def _made_try(self) -> Panel:
        panel = Panel(
            self._tasks, tr("Try the recovery code once"), tr("&Try it"), back=tr("&Back: show it again"),
            working=tr("Trying…"),
        )  # fmt: skip
        panel.tell(phrase("staff_ui_try"))
        self.back_typed = TypeBack(panel.form, tr("&Recovery code"), phrase("staff_ui_code_hint"))
        panel.submitted.connect(self._send_code)
        panel.back.connect(lambda: self._go(3))
        return panel

    def _made_done(self) -> Panel:
        encrypt = self._kind == "encrypt"
        panel = Panel(
            self._tasks, tr("Ready"), tr("&Encrypt my store") if encrypt else tr("&Make my pharmacy"),
            back=tr("&Back"), working=tr("Encrypting…") if encrypt else tr("Making it…"),
        )  # fmt: skip
        panel.without_fields()
        if self.zone is not None:
            panel.column.insertWidget(panel.column.count() - 3, self.zone)
            self.zone.taken.connect(lambda: panel.accept_button.setFocus(Qt.FocusReason.OtherFocusReason))
        panel.submitted.connect(self._send_make)
        panel.back.connect(lambda: self._go(4))
        return panel


def _role(role: str, label: str) -> CheckField:
    return CheckField(f"role_{role}", label)


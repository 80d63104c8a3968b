"""The step of the second person: who they are, what they find without seeing the first result, and what differed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent

from crs_desktop.desktop.curtain import Curtain
from crs_desktop.desktop.fields import CheckField, Field, LongTextField
from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.protocols import Blind, SecondLook
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import button, caption, message, phrase, tr
from crs_desktop.kernel.refusal import Finding, Refused, no
from crs_desktop.kernel.wording import say
from crs_desktop.staff.signing.model import Asked, AskedField, Kind, NightRule, Prover, SecondSignature
from crs_desktop.staff.signing.rules import read_entries
from crs_desktop.staff.ui.name_field import NameField
from crs_desktop.staff.ui.passwords import fit
from crs_desktop.staff.ui.secret_fields import PasswordField

# The code of a refusal for differences.
DIFFERS = "second_check_differs"
_UNITS = {Kind.WEIGHT: "kg", Kind.DOSE: "mg"}
Look = SecondLook[Asked, SecondSignature]


class AskSecondPerson:
    """Handed to pages: opens the step over a form, with a curtain before everything else.

    On a worker: the sign-in names that are offered, and the rule by which one pharmacist may act alone now.
    """

    def __init__(
        self, tasks: Tasks, prover: Prover, names: Callable[[], Sequence[str]],
        alone_now: Callable[[], NightRule | Refused],
    ) -> None:  # fmt: skip
        self._tasks = tasks
        self._prover = prover
        self._names = names
        self._alone_now = alone_now

    def ask(self, form: FormDialog, look: Look) -> None:
        """First whether there is anything to sign; what is refused already is said in the first person's form."""

        def prepare() -> _Prepared | Refused | None:
            asked = look.asked()
            if asked is None or isinstance(asked, Refused):
                return asked
            return _Prepared(asked, tuple(self._names()), self._alone_now() if asked.alone else None)

        def prepared(answer: _Prepared | Refused | None) -> None:
            if isinstance(answer, _Prepared):
                self._open(form, look, answer)
            else:
                form.send(self._tasks, lambda: look.act(None), look.done)

        form.panel.ask(self._tasks, prepare, prepared)

    def _open(self, form: FormDialog, look: Look, prepared: _Prepared) -> None:
        SecondPersonDialog(self._tasks, self._prover, look, prepared, form).open_over()


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What the step needs to know before it opens. `night` is None when this is never signed alone."""

    asked: Asked
    names: tuple[str, ...]
    night: NightRule | Refused | None


class SecondPersonDialog(FormDialog):
    """Name, password, and the blind entries; after a difference its explanation. Alone only by the night rule."""

    def __init__(self, tasks: Tasks, prover: Prover, look: Look, prepared: _Prepared, first: FormDialog) -> None:
        super().__init__(tr("Second person: {what}").format(what=look.head), tr("&Sign"), Form(columns=2), first)
        self._tasks, self._prover, self._look = tasks, prover, look
        self._asked, self._first = prepared.asked, first
        self._curtain: Curtain | None = None
        self.panel.set_identifiers(*look.identifiers)
        self._explain = message(phrase("second_step_about", about=look.about))
        self.form.add_widget(self._explain)
        self._who = self._made_who(prepared.names)
        self._blind = self._made_blind()
        self.explanation: LongTextField | None = None
        self.alone_reason: LongTextField | None = None
        self.alone_button = button(tr("&Nobody else is here"), "quiet")
        self._offer_alone(prepared.night)
        self.panel.cancel_button.setText(tr("&Back to the first person"))
        self.panel.cancel_button.setAccessibleName(tr("Back to the first person"))
        self.panel.refused.connect(self._refused)
        self.submitted.connect(lambda _values: self._send())
        self.finished.connect(self._ended)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        fit(self, 680, 200)

    def open_over(self) -> None:
        """The curtain falls first, so that nothing is seen beside the step for even a moment."""
        self._curtain = Curtain(self, tr("A second person is at the keyboard"), phrase("second_step_covered"))
        self.show()
        self.activateWindow()
        self.form.focus_first()

    # --- sending ---

    def _send(self) -> None:
        if self.alone_reason is not None:
            signature = SecondSignature(None, alone_reason=self.alone_reason.value())
            self.send(self._tasks, partial(self._look.act, signature), self._done)
            return
        entered, found = self._entered(), self._missing()
        if found:
            self.show_findings(found)
            return
        name, secret = self._named(), self._secret()
        explanation = "" if self.explanation is None else self.explanation.value()
        prover, act = self._prover, self._look.act

        def work() -> object:
            by = prover.prove(name, secret)
            return by if isinstance(by, Refused) else act(SecondSignature(by, entered, explanation))

        self._wipe()
        self.send(self._tasks, work, self._done)

    def _missing(self) -> list[Finding]:
        """What can be said before the password is used up: it is asked for again after each try."""
        found = [] if self._named() else [no("staff_ui_needed", "second")]
        found += [] if self._secret() or self._prover.made_up else [no("staff_ui_password_missing", "password")]
        read = read_entries(self._asked, self._entered())
        return [*found, *(read if isinstance(read, tuple) else ())]

    def _entered(self) -> dict[str, str]:
        return {name: field.value() for name, field in self._blind.items()}

    def _named(self) -> str:
        return self._prover.made_up or self._who[0].value().strip()

    def _secret(self) -> str:
        return self._who[1].value() if self._who else ""

    def _wipe(self) -> None:
        """Nobody signs with a password that somebody else has left in its field."""
        for field in self._who:
            if isinstance(field, PasswordField):
                field.wipe()

    # --- answers ---

    def _refused(self, answer: Refused) -> None:
        """Both results are on the screen now, and the difference is written down: from here on it is explained."""
        if self.explanation is None and any(one.code == DIFFERS for one in answer.findings):
            self._explain.setText(phrase("second_step_differs"))
            self.alone_button.setVisible(False)
            hint = tr("Signed with the password of the second person, typed again") if self._who else ""
            self.explanation = self.form.long_text("explanation", tr("&Explanation"), hint=hint)
            self._grow(self.explanation)

    def _go_alone(self, night: NightRule) -> None:
        """One pharmacist at night: a reason in the place of the second person."""
        for field in (*self._who, *self._blind.values(), self.alone_button):
            field.setVisible(False)
        self._explain.setText(phrase("second_step_alone", hours=night.hours, rule=night.text))
        hint = phrase("second_step_alone_hint")
        self.alone_reason = self.form.long_text("alone_reason", tr("Why &alone"), hint=hint)
        self.alone_reason.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _done(self, answer: object) -> None:
        self._first.accept()
        if self._look.done is not None:
            self._look.done(answer)

    def _ended(self, _result: int) -> None:
        curtain, self._curtain = self._curtain, None
        if curtain is not None:
            curtain.lift()
        self.deleteLater()

    def hideEvent(self, event: QHideEvent) -> None:
        """A lock hides the step without ending it: the covers must not lie over what the lock shows."""
        super().hideEvent(event)
        if self._curtain is not None and not event.spontaneous():
            self._curtain.drop()

    # --- how it is made ---

    def _offer_alone(self, night: NightRule | Refused | None) -> None:
        """Only while the night rule holds; otherwise why it does not, and nothing where it never does."""
        self.form.add_widget(self.alone_button)
        self.alone_button.setVisible(isinstance(night, NightRule))
        if isinstance(night, NightRule):
            self.alone_button.clicked.connect(lambda: self._go_alone(night))
        elif night is not None:
            self.form.add_widget(caption("\n".join(say(one) for one in night.findings)))

    def _made_who(self, names: Sequence[str]) -> tuple[Field, ...]:
        if self._prover.made_up:
            self.form.add_widget(message(phrase("second_step_made_up", name=self._prover.made_up)))
            return ()
        name = self.form.add(NameField("second", tr("Second &person"), names))
        return name, self.form.add(PasswordField("password", tr("Pass&word of the second person")))

    def _made_blind(self) -> Mapping[str, Field]:
        if self._look.material is not None:
            self.form.add_widget(self._look.material())
        return {one.name: self._made_field(one, self._look.blind[one.name]) for one in self._asked.fields}

    def _made_field(self, asked: AskedField, blind: Blind) -> Field:
        if asked.kind is Kind.CHOICE and len(asked.choices) == 1:
            return self.form.add(CheckField(asked.name, blind.label, hint=blind.hint), True)
        if asked.kind is Kind.CHOICE:
            return self.form.choice(asked.name, blind.label, asked.choices, hint=blind.hint, ask=True)
        if asked.kind is Kind.DAY:
            return self.form.day(asked.name, blind.label, hint=blind.hint)
        if asked.kind in (Kind.WEIGHT, Kind.DOSE, Kind.COUNT):
            unit = blind.unit or _UNITS.get(asked.kind, "")
            return self.form.number(asked.name, blind.label, unit, hint=blind.hint)
        return self.form.text(asked.name, blind.label, hint=blind.hint)

    def _grow(self, field: Field) -> None:
        """Room for one more field, as far as the screen goes."""
        room = self.screen().availableGeometry().height() - scaled(60)
        self.resize(self.width(), min(self.height() + field.sizeHint().height() + scaled(120), room))

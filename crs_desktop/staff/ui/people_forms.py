"""The forms of the page of people: add, roles, rename, end, temporary passwords."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.fields import CheckField
from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import message, phrase, tr
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.staff.commands import ChangeRoles, EndPerson, EnrolPerson, LookOver, RenamePerson, TakeBackPerson
from crs_desktop.staff.model import Emergency, Person
from crs_desktop.staff.ui import words
from crs_desktop.staff.ui.handed import Named
from crs_desktop.staff.ui.new_password import NewPassword
from crs_desktop.staff.ui.passwords import TemporaryPasswordDialog, fit
from crs_desktop.staff.ui.people import GivePassword, People, WithPassword


class PeopleForms:
    """Opens each form over `parent`. One request id for the life of a form; `told` hears what was done."""

    def __init__(self, tasks: Tasks, people: People, parent: QWidget, told: Callable[[str], None]) -> None:
        self._tasks = tasks
        self._people = people
        self._parent = parent
        self._told = told

    def add(self) -> FormDialog:
        """A new person."""
        form = Form(columns=2)
        form.text("name", tr("&Full name"), hint=phrase("staff_ui_name_hint"))
        form.text("sign_in", tr("&Sign-in name"), hint=phrase("staff_ui_sign_in_hint"))
        _add_roles(form)
        password = NewPassword(
            form, self._tasks, self._people.judge,
            lambda: [form.fields[one].value() for one in ("sign_in", "name")], tr("Temporary &password"),
        )  # fmt: skip
        dialog = self._dialog(tr("Add a person"), tr("&Add"), form)
        form.add_widget(message(phrase("staff_ui_temporary")))
        request_id = uuid4().hex

        def send(typed: dict[str, str]) -> None:
            found = _missing(typed, "name", "sign_in") + _no_role(typed)
            wrong = password.refusal()
            if found or wrong is not None:
                dialog.show_findings([*found, *([wrong] if wrong is not None else [])])
                return
            command = EnrolPerson(request_id, typed["sign_in"], typed["name"], _roles(typed))
            asked = WithPassword(command, typed["password"])
            judged = password.judged()
            password.wipe()
            told = phrase("staff_ui_added", name=typed["name"].strip())
            dialog.send(self._tasks, lambda: judged() or self._people.enrol(asked), lambda _done: self._told(told))

        dialog.submitted.connect(send)
        fit(dialog, 720)
        return self._open(dialog)

    def roles(self, person: Person) -> FormDialog:
        """Other roles."""
        form = Form()
        _add_roles(form)
        held = {role.value for role in person.roles}
        form.text("reason", tr("&Reason"))
        form.set_values({f"role_{role}": "yes" if role in held else "" for role in words.ROLES})

        def command(request_id: str, typed: Mapping[str, str]) -> Callable[[], object]:
            asked = ChangeRoles(request_id, person.id, _roles(typed), typed["reason"])
            return lambda: self._people.change_roles(asked)

        return self._change(person, tr("Change roles"), tr("&Change"), form, command, _no_role)

    def rename(self, person: Person) -> FormDialog:
        """Another full name."""
        form = Form()
        form.add_widget(message(phrase("staff_ui_rename")))
        form.text("name", tr("&Full name"))
        form.text("reason", tr("&Reason"))
        form.set_values({"name": person.name})

        def command(request_id: str, typed: Mapping[str, str]) -> Callable[[], object]:
            asked = RenamePerson(request_id, person.id, typed["name"], typed["reason"])
            return lambda: self._people.rename(asked)

        return self._change(
            person, tr("Rename"), tr("&Rename"), form, command, lambda typed: _missing(typed, "name")
        )

    def end(self, person: Person) -> FormDialog:
        """Somebody leaves."""
        form = Form()
        form.add_widget(message(phrase("staff_ui_end", name=person.name)))
        form.text("reason", tr("&Reason"))

        def command(request_id: str, typed: Mapping[str, str]) -> Callable[[], object]:
            asked = EndPerson(request_id, person.id, typed["reason"])
            return lambda: self._people.end(asked)

        return self._change(person, tr("{name} leaves").format(name=person.name), tr("&End the sign-in"), form, command)

    def temporary(self, person: Person) -> FormDialog:
        """A temporary password for who forgot, or for who comes back (then with the reason)."""
        request_id, back = uuid4().hex, not person.active

        def give(password: str, reason: str) -> object:
            if back:
                return self._people.take_back(
                    WithPassword(TakeBackPerson(request_id, person.id, reason), password)
                )
            return self._people.give_password(GivePassword(request_id, person.id, password))

        dialog = TemporaryPasswordDialog(
            self._tasks, self._people.judge, give, Named(person.sign_in, person.name),
            take_back=back, parent=self._parent,
        )  # fmt: skip
        told = phrase("staff_ui_taken_back" if back else "staff_ui_password_given", name=person.name)
        dialog.panel.settled.connect(lambda: self._told(told))
        return self._open(dialog)

    def look_over(self, emergency: Emergency) -> FormDialog:
        """Emergency access was read by somebody else: what they say of it."""
        form = Form()
        form.add_widget(message(phrase("staff_ui_look_over", reason=emergency.reason)))
        form.long_text("note", tr("What you say of it"), hint=phrase("staff_ui_note_hint"))
        dialog = self._dialog(tr("Looked over"), tr("&Looked over"), form)
        dialog.panel.set_identifiers(emergency.name)
        request_id = uuid4().hex

        def send(typed: dict[str, str]) -> None:
            found = _missing(typed, "note")
            if found:
                dialog.show_findings(found)
                return
            command = LookOver(request_id, emergency.id, typed["note"])
            told = phrase("staff_ui_looked_over", name=emergency.name)
            dialog.send(self._tasks, lambda: self._people.look_over(command), lambda _done: self._told(told))

        dialog.submitted.connect(send)
        fit(dialog, 520)
        return self._open(dialog)

    # --- how it is done ---

    def _change(
        self,
        person: Person,
        head: str,
        accept: str,
        form: Form,
        command: Callable[[str, Mapping[str, str]], Callable[[], object]],
        check: Callable[[Mapping[str, str]], list[Finding]] = lambda typed: [],
    ) -> FormDialog:
        dialog = self._dialog(head, accept, form)
        dialog.panel.set_identifiers(person.name, person.sign_in)
        request_id = uuid4().hex

        def send(typed: dict[str, str]) -> None:
            found = check(typed) + _missing(typed, "reason")
            if found:
                dialog.show_findings(found)
                return
            told = phrase("staff_ui_changed", name=person.name)
            dialog.send(self._tasks, command(request_id, typed), lambda _done: self._told(told))

        dialog.submitted.connect(send)
        fit(dialog, 460)
        return self._open(dialog)

    def _dialog(self, head: str, accept: str, form: Form) -> FormDialog:
        return FormDialog(head, accept, form, self._parent)

    @staticmethod
    def _open(dialog: FormDialog) -> FormDialog:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        dialog.form.focus_first()
        return dialog


def _add_roles(form: Form) -> None:
    for role in words.ROLES:
        form.add(CheckField(f"role_{role}", words.role_label(role)))


def _roles(typed: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(role for role in words.ROLES if typed[f"role_{role}"])


def _no_role(typed: Mapping[str, str]) -> list[Finding]:
    return [] if _roles(typed) else [no("staff_ui_no_role", f"role_{words.ROLES[0]}")]


def _missing(typed: Mapping[str, str], *names: str) -> list[Finding]:
    return [no("staff_ui_needed", name) for name in names if not typed[name].strip()]

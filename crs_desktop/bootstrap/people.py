"""What the page of people asks for, answered by the people of the store and their key slots."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crs_desktop.bootstrap.gate import judged
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.refusal import Finding, Refused
from crs_desktop.staff.commands import (
    ChangeRoles,
    EndPerson,
    EnrolPerson,
    LookOver,
    RenamePerson,
    StateLockMinutes,
)
from crs_desktop.staff.door.keyring import Keyring, NewCode
from crs_desktop.staff.service import StaffBook
from crs_desktop.staff.ui.handed import Codes
from crs_desktop.staff.ui.people import CodeKind, GivePassword, PeopleShown, WithPassword
from crs_desktop.store.keys.slots import SlotKind


class PeopleOver:
    """The people and their slots, for the page."""

    def __init__(self, staff: StaffBook, keyring: Keyring, actor: Callable[[], Actor]) -> None:
        self._staff = staff
        self._keyring = keyring
        self._actor = actor

    def picture(self) -> PeopleShown:
        """Everything at once."""
        picture, names = self._staff.picture(), self._keyring.locked_out()
        return PeopleShown(picture, frozenset(one.id for one in picture.people if one.sign_in in names))

    def enrol(self, asked: WithPassword) -> Refused | object:
        """Add, with a temporary password."""
        assert isinstance(asked.command, EnrolPerson)
        return self._keyring.enrol(asked.command, asked.password)

    def change_roles(self, command: ChangeRoles) -> Refused | object:
        """Change roles."""
        return self._staff.change_roles(command, self._actor())

    def rename(self, command: RenamePerson) -> Refused | object:
        """Rename."""
        return self._staff.rename(command, self._actor())

    def end(self, command: EndPerson) -> Refused | object:
        """End: loses the slot."""
        return self._keyring.end(command)

    def take_back(self, asked: WithPassword) -> Refused | object:
        """An ended person comes back."""
        assert not isinstance(asked.command, EnrolPerson)
        return self._keyring.take_back(asked.command, asked.password)

    def give_password(self, asked: GivePassword) -> Refused | object:
        """A temporary password for an active person."""
        return self._keyring.give_password(asked.person_id, asked.password)

    def free(self, request_id: str, person_id: int) -> Refused | object:
        """May try again."""
        return self._keyring.free(person_id)

    def look_over(self, command: LookOver) -> Refused | object:
        """Somebody else has read what was done."""
        return self._staff.look_over(command, self._actor())

    def state_lock_minutes(self, command: StateLockMinutes) -> Refused | object:
        """When desks lock."""
        return self._staff.state_lock_minutes(command, self._actor())

    def judge(self, password: str, words: Sequence[str]) -> Sequence[Finding]:
        """What is said about a new password."""
        return judged(password, words)


class NewCodesOver:
    """New printed codes, for the page."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def fresh(self, kind: CodeKind) -> tuple[object, Codes]:
        """Seal a slot under a fresh code in memory."""
        made = self._keyring.new_code(SlotKind.RECOVERY if kind == "recovery" else SlotKind.EMERGENCY)
        return made, Codes(recovery=made.code.text) if kind == "recovery" else Codes(emergency=made.code.text)

    def try_code(self, prepared: object, typed: str) -> Refused | None:
        """Open the sealed slot with what was typed from the paper."""
        assert isinstance(prepared, NewCode)
        return self._keyring.try_code(prepared, typed)

    def keep(self, prepared: object) -> Refused | object:
        """From now on the old code opens nothing."""
        assert isinstance(prepared, NewCode)
        return self._keyring.keep(prepared)

"""What the pages of sign-in and first start ask for, answered by the door of the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from crs_desktop.kernel.refusal import Finding, Refused
from crs_desktop.staff.door.signed_in import Recovered, SignedIn
from crs_desktop.staff.ui.handed import (
    Answer,
    Codes,
    EmergencyTyped,
    FirstPerson,
    LetIn,
    Named,
    NewPasswordNeeded,
    NotLetIn,
    Why,
)
from crs_desktop.store.keys.passwords import judge

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crs_desktop.bootstrap.opening import DoorLater
    from crs_desktop.staff.door.beginning import Beginning
    from crs_desktop.staff.door.entering import Door

_WAITS = ("sign_in_wait_seconds", "sign_in_wait_minutes")
_SLOW = (
    "cryptography.hazmat.primitives.ciphers.aead", "cryptography.hazmat.primitives.kdf.argon2",
    "crs_desktop.bootstrap.services",
)  # fmt: skip
_WRONG = ("sign_in_wrong",)


class GateOver:
    """The door of a store that is there."""

    def __init__(self, later: DoorLater) -> None:
        self._later = later

    @property
    def _door(self) -> Door:
        return self._later.door

    def sign_in(self, sign_in: str, password: str) -> Answer:
        """By password."""
        return self._answered(self._door.sign_in(sign_in, password), lambda: self._door.wait_s(sign_in))

    def emergency(self, typed: EmergencyTyped) -> Answer:
        """By the emergency code."""
        return self._answered(self._door.emergency(typed.code, typed.name, typed.reason), self._door.code_wait_s)

    def recover(self, code: str) -> Answer:
        """By the recovery code."""
        answer = self._door.recover(code)
        if isinstance(answer, Recovered):
            return NewPasswordNeeded(answer, tuple(Named(*one) for one in answer.people))
        return self._answered(answer, self._door.code_wait_s)

    def renew(self, ticket: object, sign_in: str, password: str) -> Answer:
        """A new password, then in."""
        if isinstance(ticket, Recovered):
            answer = self._door.renew(ticket, sign_in, password)
        else:
            assert isinstance(ticket, SignedIn)
            answer = self._door.choose(ticket, password)
        return self._answered(answer, lambda: self._door.wait_s(sign_in))

    def judge(self, password: str, words: Sequence[str]) -> Sequence[Finding]:
        """What is said about a new password."""
        return judged(password, words)

    def _answered(self, answer: SignedIn | Refused, wait_s: Callable[[], int]) -> Answer:
        if isinstance(answer, SignedIn):
            return _needs_own(answer) if answer.must_choose else LetIn(answer)
        codes = {finding.code for finding in answer.findings}
        if codes & set(_WAITS):
            return NotLetIn(Why.WAIT, max(1, wait_s()))
        if "sign_in_locked" in codes:
            return NotLetIn(Why.LOCKED)
        return NotLetIn(Why.WRONG) if codes & set(_WRONG) else answer


class SetUpOver:
    """A first start, over its door."""

    def __init__(self, later: DoorLater) -> None:
        self._later = later
        self._begun: Beginning | None = None

    @property
    def _beginning(self) -> Beginning:
        from crs_desktop.staff.door.beginning import Beginning

        if self._begun is None:
            self._begun = Beginning(self._later.door)
        return self._begun

    def codes(self) -> Codes:
        """Two fresh codes, the same at every asking."""
        return Codes(self._beginning.recovery.text, self._beginning.emergency.text)

    def prepare(self, person: FirstPerson, codes: Codes) -> object | Refused:
        """Seal the slots in memory."""
        return self._beginning.prepare(person.sign_in, person.name, person.roles, person.password)

    def try_recovery(self, prepared: object, typed: str) -> Refused | None:
        """Really open the sealed slot."""
        return self._beginning.try_recovery(prepared, typed)  # type: ignore[arg-type]  # what prepare answered

    def make(self, prepared: object, zone: ZoneInfo | None) -> LetIn | Refused:
        """Make the store, or encrypt it."""
        answer = self._beginning.make(prepared, zone)  # type: ignore[arg-type]  # what prepare answered
        return answer if isinstance(answer, Refused) else LetIn(answer)

    def judge(self, password: str, words: Sequence[str]) -> Sequence[Finding]:
        """What is said about a new password."""
        return judged(password, words)


def judged(password: str, words: Sequence[str]) -> Sequence[Finding]:
    """What is said about a new password; the first word is the sign-in name."""
    return judge(password, words[0] if words else "", words[1:])


def _needs_own(signed: SignedIn) -> NewPasswordNeeded:
    return NewPasswordNeeded(signed, (Named(signed.sign_in, signed.actor.name),))


def warm_up() -> None:
    """Import what signing in needs while somebody still types. Slow, so never on the window's thread."""
    for name in _SLOW:
        import_module(name)



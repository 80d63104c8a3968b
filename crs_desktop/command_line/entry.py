"""Coming in at a store by a verb: as the window does it, once, kept until the verb ends, and written down as left.

A store that is damaged or of an older program is opened with its keys alone, when that is all the verb needs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from crs_desktop.command_line.secret import PASSWORD_FROM, read_secret
from crs_desktop.command_line.text.layout import one_line, term
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.clock import Clock
from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.refusal import Refused, no

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crs_desktop.staff.door.entering import Door
    from crs_desktop.staff.door.signed_in import SignedIn
    from crs_desktop.store.keys.slots import SlotFile, Unlocked

# The name of this desk in the log, before that of the machine: emergency access of a window there is not ours.
DESK = "command line"
T = TypeVar("T")


class Entry:
    """Who asks, by `--by` and `--password-from`. `machine` says how the machine calls its user and itself."""

    def __init__(self, options: argparse.Namespace, clock: Clock, machine: Callable[[], Actor]) -> None:
        self._options = options
        self._clock = clock
        self._machine = machine
        self._door: Door | None = None
        self._signed: SignedIn | None = None
        self._key: bytes | None = None

    def signed(self, store: Path) -> SignedIn:
        """Signed in, written into the log. Raises NotUnderstood, and EnvironmentFailure with the reason."""
        if self._signed is None:
            must_be_locked(store)
            by, password = self.asked(store)
            with slots_as_environment():
                self._signed = let_in(self.door(store).sign_in(by, password))
            if self._signed.must_choose:
                self.leave()
                raise EnvironmentFailure(no("cl_password_temporary", "password", by))
        return self._signed

    def unlocked(self, store: Path, operation: str) -> Unlocked:
        """The keys, with nothing written and nothing brought up to date. Raises NotPermitted as well.

        Whoever asks is held against the store's people; a store that cannot be read cannot say, and is looked at.
        """
        from crs_desktop.staff.door.looking import asked_as

        must_be_locked(store)
        by, password = self.asked(store)
        with slots_as_environment():
            opened = let_in(self.door(store).unlock(by, password))
        asked_as(self.door(store), opened, self.door(store).guard_of(opened), operation)
        self._key = opened.keys.data
        return opened

    def key(self, store: Path) -> bytes:
        """The key of the store's pages: of whoever has come in, else they come in now."""
        return self.signed(store).keys.data if self._key is None else self._key

    def asked(self, store: Path, slots: SlotFile | None = None) -> tuple[str, str]:
        """The sign-in name, and the password of it. Raises NotUnderstood."""
        by = self._by(store, slots)
        question = one_line(term("cl_ask_password", by))
        return by, read_secret(self._options.password_from, PASSWORD_FROM, f"{question} ")

    def door(self, store: Path) -> Door:
        """The door of the store: one, because it counts the misses."""
        from crs_desktop.staff.door.entering import Door

        if self._door is None:
            self._door = Door(store, self._clock, f"{DESK} {self._machine().desk}".strip())
        return self._door

    def leave(self) -> None:
        """The log learns that whoever came in has gone. An answer that was given stays one when that fails."""
        signed, self._signed = self._signed, None
        if signed is not None and self._door is not None:
            with suppress(EnvironmentFailure):
                self._door.record_lock(signed, DESK)

    def _by(self, store: Path, slots: SlotFile | None) -> str:
        """What was given, else the machine's name for its user when that one can sign in here."""
        if self._options.by is not None:
            return str(self._options.by)
        from crs_desktop.store.keys.slots_file import read_slots

        name = self._machine().name
        with slots_as_environment():
            known = (slots or read_slots(store)).person(name)
        if known is None:
            raise NotUnderstood(no("cl_by_missing", "by"))
        return known.name


def let_in(answer: T | Refused) -> T:
    """What was opened. Raises EnvironmentFailure with the reason when nobody was let in."""
    if isinstance(answer, Refused):
        raise EnvironmentFailure(answer.findings[0])
    return answer


def slots_lie_there(store: Path) -> bool:
    """True for key slots, with or without their store."""
    from crs_desktop.store.driver import exists
    from crs_desktop.store.keys.slots_file import slots_path

    return exists(slots_path(store))


def must_be_locked(store: Path) -> None:
    """An encrypted store with its key slots. Raises EnvironmentFailure that says what to do about any other."""
    from crs_desktop.store.driver import check_file
    from crs_desktop.store.keys.slots_file import read_slots

    never_plain(store)
    check_file(store, encrypted=True)
    with slots_as_environment():
        read_slots(store)


def never_plain(store: Path) -> None:
    """An old store is encrypted by the window, where the codes are printed. Raises EnvironmentFailure."""
    from crs_desktop.store.driver import APPLICATION_ID
    from crs_desktop.store.encrypting import is_plain

    if is_plain(store):
        with store.open("rb") as file:
            ours = file.read(72)[68:] == APPLICATION_ID.to_bytes(4, "big")  # a file of another program begins alike
        raise EnvironmentFailure(no("cl_store_plain" if ours else "store_is_not_a_store", "store", store.name))


@contextmanager
def slots_as_environment() -> Iterator[None]:
    """A file of key slots that is missing or damaged is no mistake of the question."""
    try:
        yield
    except NotUnderstood as error:
        raise EnvironmentFailure(error.findings[0]) from error

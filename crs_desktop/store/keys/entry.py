"""Letting somebody in: guesses counted before a secret is looked at, so that no caller can forget it."""

from __future__ import annotations

from dataclasses import dataclass

from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.store.keys.codes import Code
from crs_desktop.store.keys.derivation import Secret
from crs_desktop.store.keys.guessing import UNKNOWN, Guesses, key_of
from crs_desktop.store.keys.slots import SlotFile, Unlocked
from crs_desktop.store.keys.wrapping import unlock, unlock_by_name


@dataclass(frozen=True, slots=True)
class LetIn:
    """An opened slot, with the misses before it that ought to be logged: at it, and at names that nobody has."""

    unlocked: Unlocked
    misses: int
    unknown_misses: int


def let_in(file: SlotFile, guesses: Guesses, sign_in: str, secret: Secret) -> LetIn | Refused:
    """Open a person's slot by name and password, within the limits on guessing. Raises EnvironmentFailure."""
    key = key_of(file.person(sign_in))
    return guesses.begin(key) or _judged(guesses, key, unlock_by_name(file, sign_in, secret))


def let_in_by_code(file: SlotFile, guesses: Guesses, code: Code) -> LetIn | Refused:
    """Open the slot of a printed code, within the limits on guessing. Raises EnvironmentFailure."""
    refused: Refused = refuse(no("code_has_no_slot", "code"))
    for slot in file.of(code.kind):
        key = key_of(slot)
        answer = guesses.begin(key) or _judged(guesses, key, unlock(file, slot, code.secret))
        if isinstance(answer, LetIn):
            return answer
        refused = answer
    return refused


def _judged(guesses: Guesses, key: str, answer: Unlocked | Refused) -> LetIn | Refused:
    if isinstance(answer, Refused):
        return answer
    # Names that nobody has guard nothing; their count ends with the next sign-in, and is logged with it.
    return LetIn(answer, guesses.succeeded(key), guesses.free(UNKNOWN))

"""Who has come in, with what they opened."""

from __future__ import annotations

from dataclasses import dataclass, field

from crs_desktop.kernel.actors import Actor
from crs_desktop.store.guard import Guard
from crs_desktop.store.keys.model import StoreKeys


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who has opened a store, with what they opened it: kept in memory until they lock it.

    `person_id` is None for who came by a printed code. `must_choose` is True when somebody else set the password.
    """

    keys: StoreKeys = field(repr=False)
    guard: Guard
    actor: Actor
    person_id: int | None = None
    sign_in: str = ""
    must_choose: bool = False


@dataclass(frozen=True, slots=True)
class Recovered:
    """Somebody holds the printed recovery code: the keys are open, and one of these may choose a new password."""

    keys: StoreKeys = field(repr=False)
    people: tuple[tuple[str, str], ...]

"""Guesses that cost next to nothing, for tests whose subject is not what a guess costs.

The program has no way to lower the cost; these replace its constants. `cheap` is a fixture, `cheapen` is for processes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crs_desktop.kernel.refusal import Refused
from crs_desktop.store.keys import derivation
from crs_desktop.store.keys.codes import Code, new_code
from crs_desktop.store.keys.derivation import Cost
from crs_desktop.store.keys.model import StoreKeys
from crs_desktop.store.keys.passwords import secret_of
from crs_desktop.store.keys.slots import Slot, SlotFile, SlotKind, first_file
from crs_desktop.store.keys.wrapping import make_slot
from tests.store.made_up_keys import KEYS

CHEAP = Cost(64, 1, 1)
STORE_ID = "s-4711"
AT = datetime(2026, 12, 2, 14, 0, tzinfo=UTC)
WEBER, OKAFOR = "vial cabinet teacup moonlight", "copper meadow lantern seventeen"


@contextmanager
def costing_nothing() -> Iterator[None]:
    """In this block a guess costs next to nothing, and slots that cost so little are read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(derivation, "USUAL", CHEAP)
        patch.setattr(derivation, "LEAST", CHEAP)
        yield


@pytest.fixture
def cheap() -> Iterator[None]:
    """The same for one test."""
    with costing_nothing():
        yield


def cheapen() -> None:
    """The same for a whole process that a test starts."""
    derivation.USUAL = derivation.LEAST = CHEAP


def person(name: str, number: int, password: str, keys: StoreKeys = KEYS, cost: Cost | None = None) -> Slot:
    """The slot of a person."""
    return make_slot(SlotKind.PERSON, name, number, secret_of(password), keys, STORE_ID, AT, cost)


def printed(code: Code, name: str = "printed") -> Slot:
    """The slot of a printed code."""
    return make_slot(code.kind, name, None, code.secret, KEYS, STORE_ID, AT)


def two_people() -> tuple[SlotFile, Code, Code]:
    """A file with two people, a recovery and an emergency code."""
    recovery, emergency = new_code(SlotKind.RECOVERY), new_code(SlotKind.EMERGENCY)
    slots = (person("weber", 1, WEBER), person("Okafor", 2, OKAFOR), printed(recovery), printed(emergency))
    return first_file(STORE_ID, slots), recovery, emergency


def store_in(folder: Path) -> Path:
    """Where a store would lie."""
    return folder / "t.crs"


def code_of(answer: object) -> str:
    """The code of a refusal."""
    assert isinstance(answer, Refused), answer
    return answer.findings[0].code

"""What the board shows, in plain words and numbers: painted live, and kept for the first paint of the next start.

This module imports neither the store nor the solver, so the window can show the last board before either is loaded.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

VERSION = 3
BOARD = "board"
BEFORE = "board before"
"""The last answer that differed from the present one: what a dose changed is told against it."""


@dataclass(frozen=True, slots=True)
class SetPicture:
    """One set of a window: its vials in words and by key, confirmed by a person or not. `coming`: not all are here."""

    holder: str
    set_no: int
    text: str
    confirmed: bool
    note: str
    vials: tuple[tuple[str, int], ...]
    coming: bool = False


@dataclass(frozen=True, slots=True)
class WindowPicture:
    """One window: days, sets owed and covered, state (ready, ready_but, short, cannot_say) and every reason."""

    holder: str
    patient_id: int
    name: str
    mrn: str
    born: str
    days: str
    owed: int
    covered: int
    dose: str
    weight: str
    weight_age_days: int | None
    state: str
    reasons: tuple[str, ...]
    sets: tuple[SetPicture, ...]
    relies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowPicture:
    """One infusion in the list by day."""

    key: str
    day: str
    day_text: str
    time: str
    patient_id: int
    name: str
    mrn: str
    therapy: str
    dose_label: str
    course_id: int
    dose_key: str
    outcome: str
    holder: str
    dose: str
    sets: str
    lots: str
    weight: str
    weight_age: str
    state: str
    state_text: str
    reason: str
    aside: str = ""


@dataclass(frozen=True, slots=True)
class DayPicture:
    """One day of the chart; `state` is the worst of the windows open on it."""

    day: str
    owed: int
    covered: int
    expiring: int
    arriving: int = 0
    state: str = ""


@dataclass(frozen=True, slots=True)
class FixPicture:
    """One way out: its kind (transfer, brand, rounding, order, move) and the whole sentence."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class RulePicture:
    """One option of the policy in force: `decided` says by whom and since when, or that nobody has."""

    name: str
    value: str
    decided: str
    unverified: bool


@dataclass(frozen=True, slots=True)
class ChanceDayPicture:
    """The chance of running out by the end of a day: in words, and in the few signs that fit beneath a bar."""

    day: str
    words: str
    signs: str


@dataclass(frozen=True, slots=True)
class AssumptionPicture:
    """One thing that the chance takes for granted, and what it rests on. `mark` is a word for what is not verified."""

    text: str
    basis: str
    mark: str
    cautious: bool


@dataclass(frozen=True, slots=True)
class ChancePicture:
    """The chance of running out, its standing in a word, why it is not surer, and everything taken for granted."""

    headline: str
    standing: str
    at_most: bool
    reasons: tuple[str, ...]
    days: tuple[ChanceDayPicture, ...]
    assumptions: tuple[AssumptionPicture, ...]


@dataclass(frozen=True, slots=True)
class BoardPicture:
    """The whole board."""

    asked_at: str
    today: str
    state: str
    headline: str
    detail: str
    policy: str
    fixes: tuple[FixPicture, ...]
    days: tuple[DayPicture, ...]
    rows: tuple[RowPicture, ...]
    windows: tuple[WindowPicture, ...]
    fingerprint: str
    policy_line: str = ""
    rules: tuple[RulePicture, ...] = ()
    way_out: str = ""
    conflict: str = ""
    too_late: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    deliveries: tuple[str, ...] = ()
    chance: ChancePicture | None = None

    def window(self, holder: str) -> WindowPicture | None:
        """The window of a holder."""
        return next((item for item in self.windows if item.holder == holder), None)


@dataclass(frozen=True, slots=True)
class WhatIfPicture:
    """What adding one patient would do. `state` as of a board; each of the rest may be empty."""

    state: str
    headline: str
    reasons: tuple[str, ...] = ()
    already: tuple[str, ...] = ()
    fix: str = ""
    others: tuple[str, ...] = ()
    first_yes: str = ""
    notes: tuple[str, ...] = ()
    window: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmedPicture:
    """What came of confirming: what is promised now, and why a set was not."""

    done: str
    refused: tuple[str, ...]


def picture_to_json(picture: BoardPicture) -> str:
    """The picture as text to be kept."""
    return json.dumps({"version": VERSION, **asdict(picture)}, ensure_ascii=False, sort_keys=True)


def picture_from_json(text: str) -> BoardPicture | None:
    """The kept picture; None when another version of this program kept it, or it cannot be read: it is only a copy."""
    try:
        kept: dict[str, Any] = json.loads(text)
        if kept.pop("version", None) != VERSION:
            return None
        kept["fixes"] = tuple(FixPicture(**item) for item in kept["fixes"])
        kept["rules"] = tuple(RulePicture(**item) for item in kept["rules"])
        kept["planned"] = tuple(kept["planned"])
        kept["deliveries"] = tuple(kept["deliveries"])
        kept["too_late"] = tuple(kept["too_late"])
        kept["chance"] = None if kept["chance"] is None else _chance(kept["chance"])
        kept["days"] = tuple(DayPicture(**item) for item in kept["days"])
        kept["rows"] = tuple(RowPicture(**item) for item in kept["rows"])
        kept["windows"] = tuple(_window(item) for item in kept["windows"])
        return BoardPicture(**kept)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _chance(kept: dict[str, Any]) -> ChancePicture:
    days = tuple(ChanceDayPicture(**item) for item in kept["days"])
    assumptions = tuple(AssumptionPicture(**item) for item in kept["assumptions"])
    return ChancePicture(**{**kept, "reasons": tuple(kept["reasons"]), "days": days, "assumptions": assumptions})


def _window(kept: dict[str, Any]) -> WindowPicture:
    sets = tuple(
        SetPicture(**{**item, "vials": tuple((key, count) for key, count in item["vials"])}) for item in kept["sets"]
    )
    texts = {"reasons": tuple(kept["reasons"]), "relies": tuple(kept["relies"])}
    return WindowPicture(**{**kept, **texts, "sets": sets})

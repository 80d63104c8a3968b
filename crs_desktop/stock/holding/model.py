"""Nouns of holding vials back: a place that was too warm or too cold, and what of it still waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crs_desktop.stock.model import Lot, OnHand, Place

Key = tuple[int, int]  # lot id, place id


@dataclass(frozen=True, slots=True)
class Excursion:
    """A place outside its temperatures; without `ended` it still is. Extremes in tenths of a degree Celsius."""

    id: int
    place: Place
    began: datetime
    ended: datetime | None
    lowest_tenths: int | None
    highest_tenths: int | None
    reason: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """Vials of a lot that went from one place to another, also by taking a move back."""

    lot_id: int
    source: int
    to: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Spent:
    """Vials that left for a patient or a partner after they had been where it was too warm."""

    lot: Lot
    place: Place
    vials: int
    dose: int | None
    loan: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ExcursionPicture:
    """An excursion, the vials that wait for a decision because of it, and those that had left before it was known."""

    excursion: Excursion
    waiting: tuple[OnHand, ...]
    spent: tuple[Spent, ...]

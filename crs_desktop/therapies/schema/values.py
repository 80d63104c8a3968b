"""Turns one raw TOML value into the exact value a protocol keeps, or None when it is not of that kind."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

HIGHEST_GRADE = 4


def whole(raw: Any) -> int | None:
    """A whole number; true and false are none."""
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def decimal(raw: Any) -> Decimal | None:
    """An exact number of at least 0."""
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        return None
    number = Decimal(raw)
    return number if number.is_finite() and number >= 0 else None


def percent(raw: Any) -> Decimal | None:
    """An exact number from 0 to 100."""
    number = decimal(raw)
    return number if number is not None and number <= 100 else None


def wholes(raw: Any) -> tuple[int, ...] | None:
    """A list of at least one whole number."""
    if not isinstance(raw, list) or not raw or any(whole(item) is None for item in raw):
        return None
    return tuple(raw)


def days_after(raw: Any) -> tuple[int, ...] | None:
    """A list of whole numbers from 1, each once."""
    found = wholes(raw)
    return found if found and min(found) >= 1 and len(set(found)) == len(found) else None


def grades(raw: Any) -> tuple[int, ...] | None:
    """A list of grades from 0 to 4, each once."""
    found = wholes(raw)
    fits = found and min(found) >= 0 and max(found) <= HIGHEST_GRADE and len(set(found)) == len(found)
    return found if fits else None


def pair(raw: Any) -> tuple[int, int] | None:
    """Two whole numbers, the smaller first."""
    both = wholes(raw)
    return (both[0], both[1]) if both and len(both) == 2 and both[0] <= both[1] else None


def pair_from(raw: Any, least: int) -> tuple[int, int] | None:
    """Two whole numbers from `least` up, the smaller first."""
    both = pair(raw)
    return both if both and both[0] >= least else None


def span(raw: Any) -> tuple[Decimal, ...] | None:
    """Two numbers of at least 0, the smaller first."""
    both = decimals(raw) if isinstance(raw, list) else None
    return both if both and len(both) == 2 and both[0] <= both[1] else None


def decimals(raw: Any) -> tuple[Decimal, ...] | None:
    """One number or a list of numbers, each at least 0."""
    found = [decimal(item) for item in (raw if isinstance(raw, list) else [raw])]
    kept = tuple(number for number in found if number is not None)
    return kept if kept and len(kept) == len(found) else None


def amount(raw: Any) -> Decimal | tuple[Decimal, ...] | None:
    """One number, or a range [least, most] that rises."""
    if not isinstance(raw, list):
        return decimal(raw)
    both = decimals(raw)
    return both if both and len(both) == 2 and both[0] < both[1] else None


def strings(raw: Any) -> tuple[str, ...] | None:
    """A list of at least one text."""
    return tuple(raw) if isinstance(raw, list) and raw and all(isinstance(item, str) for item in raw) else None


def named(row: dict[str, Any], name: str, index: int) -> str:
    """What a table of a list is called in a path: its id, or its place counted from 1."""
    label = row.get(name)
    return str(label) if isinstance(label, str | int) and not isinstance(label, bool) else str(index + 1)


def said(raw: Any) -> str:
    """A raw value as it stands in the file, nearly; '' when there is none."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, list):
        return f"[{', '.join(said(item) for item in raw)}]"
    if isinstance(raw, dict):
        return f"{{{', '.join(raw)}}}"
    return "" if raw is None else str(raw)

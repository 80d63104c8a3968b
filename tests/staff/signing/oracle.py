"""Second checks once more, from the definitions alone: fractions, sets of minutes, plain counting."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

Row = tuple[str, str, str, bool]


def number(text: str) -> Fraction | None:
    """ASCII digits with at most three decimals after a point."""
    found = re.match(r"^(\d{1,5})(?:\.(\d{1,3}))?$", text.strip(), re.ASCII)
    return None if found is None else Fraction(found[1]) + Fraction(int(found[2] or 0), 10 ** len(found[2] or ""))


def minutes(start: int, end: int) -> set[int]:
    """Every minute of the day walked through from `start` until `end` is reached."""
    found, at = set(), start
    while at != end:
        found.add(at)
        at = (at + 1) % 1440
    return found


def outcome(tries: Iterable[tuple[str, str, str, bool]]) -> list[str]:
    """What each try about one thing comes to: (who, record, entry, with an explanation), one after the other."""
    said, caught = [], None
    for who, record, entry, explains in tries:
        wrong = record != entry
        if caught is None:
            said.append("differs" if wrong else "agreed")
            caught = (who, record, entry) if wrong else None
        elif not wrong and caught[1] != record:
            said.append("corrected")
            caught = None
        elif explains and (not wrong or caught == (who, record, entry)):
            said.append("explained")
            caught = None
        else:
            again = not wrong or caught == (who, record, entry)
            said.append("differs again" if again else "differs")
            caught = caught if again else (who, record, entry)
    return said


def count(rows: Iterable[Row]) -> dict[tuple[str, str], Counter[str]]:
    """How many of each, by month and subject: (month, subject, outcome, with differences)."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for month, subject, what, differing in rows:
        line = found.setdefault((month, subject), Counter())
        line["checks"] += what in ("agreed", "differs") or (what == "looked_over" and not differing)
        line["differed"] += what == "differs"
        line["explained"] += what == "explained" or (what == "looked_over" and differing)
        line["corrected"] += what == "corrected" and differing
        line["alone"] += what == "alone"
    return found

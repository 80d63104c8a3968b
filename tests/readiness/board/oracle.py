"""The board's core by separate code, written from READINESS alone: windows, sets owed, and what can be covered.

Plain Python and fractions; nothing of the program is imported. Days are whole numbers counted from today (0). It tries
every choice of minimal sets, so it is for small sites only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations_with_replacement, product

Sets = tuple[tuple[int, ...], ...]
"""Sets of one person, each a count of vials per shelf."""


@dataclass
class Person:
    """One course. `events` by dose: ('given', day), ('moved', day), ('held', None), ('not', None); the last counts."""

    name: str
    cells: bool
    start: int
    kg: Fraction | None
    events: dict[str, list[tuple[str, int | None]]] = field(default_factory=dict)
    end: str = ""
    rescues: list[int] = field(default_factory=list)


@dataclass
class Shelf:
    """Vials that count or not, with the last day they may be used."""

    brand: str
    mg: int
    vials: int
    expires: int
    counts: bool = True


@dataclass
class Rules:
    """The site's policy."""

    cells: int = 2
    bispecific: int = 1
    after_cells: int = 14
    after_full: int = 2
    rounding: Fraction = Fraction(0)
    refill: bool = False
    horizon: int = 30


@dataclass
class Need:
    """Sets owed to one person from a key day through the window's last day."""

    name: str
    dose: Fraction
    sets: int
    first: int
    key: int
    last: int


def dose_of(kg: Fraction) -> Fraction:
    """12 mg/kg below 30 kg, 8 mg/kg from exactly 30 kg, at most 800 mg."""
    return min(kg * (12 if kg < 30 else 8), Fraction(800))


def window_of(person: Person, rules: Rules) -> tuple[int, int] | None:
    """First and last day, or None."""
    if person.end == "died":
        return None
    became = {key: events[-1][0] for key, events in person.events.items()}

    def settled(key: str, planned: int) -> int:
        moved = [when for what, when in person.events.get(key, []) if what == "moved" and when is not None]
        place = moved[-1] if moved else planned
        what, when = person.events.get(key, [("", None)])[-1]
        if what == "given" and when is not None:
            return when
        return max(place, 0) if what == "held" else place

    def lives(key: str) -> bool:
        said = became.get(key, "planned")
        return said == "given" or (said != "not" and not person.end)

    if person.cells:
        day = settled("D0", person.start)
        return (day, day + rules.after_cells) if lives("D0") else None
    days = {"SUD1": settled("SUD1", person.start)}
    days["SUD2"] = settled("SUD2", days["SUD1"] + 3)
    days["FULL1"] = settled("FULL1", days["SUD2"] + 3)
    open_ = [day for key, day in days.items() if lives(key)]
    if not open_:
        return None
    if not lives("FULL1") and not person.end:
        open_.append(days["FULL1"] + 7)  # the next full dose is the first
    return min(open_), max(open_) + rules.after_full


def needs_of(people: list[Person], rules: Rules) -> list[Need]:
    """What is owed to those of known weight whose window is open or starts within the horizon."""
    found = []
    for person in people:
        days = window_of(person, rules)
        if days is None or days[1] < 0 or days[0] > rules.horizon or person.kg is None:
            continue
        sets = rules.cells if person.cells else rules.bispecific
        if rules.refill:
            sets = max(0, min(sets, 4 - len(person.rescues)))
        else:
            sets = max(0, sets - sum(days[0] <= when <= days[1] for when in person.rescues))
        if sets:
            found.append(Need(person.name, dose_of(person.kg), sets, days[0], max(days[0], 0), days[1]))
    return found


def is_set(mg: list[int], brands: list[str], dose: Fraction, rules: Rules) -> bool:
    """Whether these whole vials are one set for the dose."""
    content, low, high = (
        sum(mg),
        dose * (1 - rules.rounding / 100),
        min(dose * (1 + rules.rounding / 100), Fraction(800)),
    )
    return len(set(brands)) == 1 and (content >= dose or low <= content <= high)


def best_coverage(needs: list[Need], shelf: list[Shelf], rules: Rules) -> list[tuple[int, int, int]]:
    """(key, patients with a set, sets) for each key in order: the best there is, trying everything."""
    ordered = sorted(needs, key=lambda need: need.key)
    keys = sorted({need.key for need in ordered})
    options = [list(_choices(need, shelf, rules)) for need in ordered]
    best: list[tuple[int, int]] = []

    def search(chosen: list[Sets]) -> None:
        nonlocal best
        if not _fits(ordered[: len(chosen)], chosen, shelf):
            return
        if len(chosen) < len(ordered):
            for one in options[len(chosen)]:
                search([*chosen, one])
            return
        pairs = list(zip(chosen, ordered, strict=True))
        worth = [
            (
                sum(bool(one) for one, need in pairs if need.key == key),
                sum(len(one) for one, n in pairs if n.key == key),
            )
            for key in keys
        ]
        best = max(best, worth)

    search([])
    return [(key, *worth) for key, worth in zip(keys, best, strict=True)]


def _choices(need: Need, shelf: list[Shelf], rules: Rules) -> Iterator[Sets]:
    """No set, one, or more: each a count of vials per shelf."""
    usable = [one.counts and one.expires >= need.last for one in shelf]
    counts = product(*(range(one.vials + 1 if ok else 1) for one, ok in zip(shelf, usable, strict=True)))
    sets = [taken for taken in counts if _covers(taken, need, shelf, rules)]
    minimal = [
        taken
        for taken in sets
        if not any(n and _covers((*taken[:i], n - 1, *taken[i + 1 :]), need, shelf, rules) for i, n in enumerate(taken))
    ]
    for number in range(need.sets + 1):
        yield from combinations_with_replacement(minimal, number)


def _covers(taken: tuple[int, ...], need: Need, shelf: list[Shelf], rules: Rules) -> bool:
    mg = [one.mg for one, n in zip(shelf, taken, strict=True) for _ in range(n)]
    brands = [one.brand for one, n in zip(shelf, taken, strict=True) for _ in range(n)]
    return bool(mg) and is_set(mg, brands, need.dose, rules)


def _fits(needs: list[Need], chosen: list[Sets], shelf: list[Shelf]) -> bool:
    """On no day are more vials of a shelf held than are there; a start of a window is the only day it could begin."""
    for day in {need.key for need in needs}:
        for place, one in enumerate(shelf):
            held = sum(
                taken[place]
                for need, sets in zip(needs, chosen, strict=True)
                if need.key <= day <= need.last
                for taken in sets
            )
            if held > one.vials:
                return False
    return True

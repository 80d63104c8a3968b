"""What stands around a dose: the rows whose keys, age group and CRS with the dose before match it."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TypeVar

from crs_desktop.therapies.model.care import InfusionTime, Observation, Premedication
from crs_desktop.therapies.model.protocol import Protocol

Row = TypeVar("Row", InfusionTime, Observation, Premedication)
Found = tuple[tuple[Row, ...], tuple[Row, ...]]


def premedication_of(
    protocol: Protocol, regimen_id: str, key: str, grade: int | None = 0, restarting: bool = False, population: str = ""
) -> Found[Premedication]:
    """Medicines of this dose in the order of the file, and those that hang on the unknown grade of the dose before.

    Both age groups unless one is named. A row for restarts holds for a repeated dose whatever its key and the grade.
    """
    certain: list[Premedication] = []
    depending: list[Premedication] = []
    for row in protocol.premedication:
        if regimen_id not in row.regimens or (population and row.population not in ("all", population)):
            continue
        if restarting and row.on_restart:
            certain.append(row)
        elif _matches(key, row.applies_to):
            _sort(row, row.after_grades, grade, certain, depending)
    return tuple(certain), tuple(depending)


def observation_of(protocol: Protocol, regimen_id: str, key: str, grade: int | None = 0) -> Found[Observation]:
    """Where and how long after this dose; the default first, alternatives after it. As premedication_of."""
    certain, depending = _by_grade(protocol.observation, regimen_id, key, grade)
    return _default_first(certain), _default_first(depending)


def infusion_times_of(protocol: Protocol, regimen_id: str, key: str, grade: int | None = 0) -> Found[InfusionTime]:
    """How long the infusion of this dose runs. As premedication_of."""
    return _by_grade(protocol.infusion_times, regimen_id, key, grade)


def _by_grade(rows: Iterable[Row], regimen_id: str, key: str, grade: int | None) -> Found[Row]:
    certain: list[Row] = []
    depending: list[Row] = []
    for row in rows:
        if regimen_id in row.regimens and _matches(key, row.applies_to):
            _sort(row, row.after_grades, grade, certain, depending)
    return tuple(certain), tuple(depending)


def _sort(row: Row, after: tuple[int, ...], grade: int | None, certain: list[Row], depending: list[Row]) -> None:
    if not after or grade in after:
        certain.append(row)
    elif grade is None:
        depending.append(row)


def _default_first(rows: tuple[Observation, ...]) -> tuple[Observation, ...]:
    return tuple(sorted(rows, key=lambda row: row.alternative))


@lru_cache(maxsize=4096)
def _matches(key: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(key, pattern) for pattern in patterns)

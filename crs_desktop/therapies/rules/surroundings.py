"""What stands around a dose: the premedication and observation rows whose keys match it."""

from __future__ import annotations

from fnmatch import fnmatchcase

from crs_desktop.therapies.model.care import Observation, Premedication
from crs_desktop.therapies.model.protocol import Protocol


def premedication_of(protocol: Protocol, regimen_id: str, key: str, population: str = "") -> tuple[Premedication, ...]:
    """Medicines before this dose, in the order of the file; both age groups unless one is named."""
    return tuple(
        item
        for item in protocol.premedication
        if regimen_id in item.regimens
        and _matches(key, item.applies_to)
        and (not population or item.population in ("all", population))
    )


def observation_of(protocol: Protocol, regimen_id: str, key: str) -> tuple[Observation, ...]:
    """Where and how long after this dose; the default first, alternatives after it."""
    rows = [row for row in protocol.observation if regimen_id in row.regimens and _matches(key, row.applies_to)]
    return tuple(sorted(rows, key=lambda row: row.alternative))


def _matches(key: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(key, pattern) for pattern in patterns)

"""What forms and the command line send to a count, as typed; reading it answers every finding at once."""

from __future__ import annotations

from dataclasses import dataclass

from crs_desktop.kernel.entry import read_count
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.stock.counting.rules import field_of

# More vials of one lot in one place is a slip of the keyboard.
MOST_VIALS = 9_999


@dataclass(frozen=True, slots=True)
class OpenCount:
    """A count of one place that begins now."""

    request_id: str
    place_id: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class EnterCount:
    """What one person found: for each lot the number of vials as typed; one left empty is not counted yet."""

    request_id: str
    count_id: int
    found: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class EndCount:
    """A count that is posted, or given up with the reason."""

    request_id: str
    count_id: int
    reason: str = ""


def read_found(command: EnterCount) -> tuple[tuple[int, int], ...] | Refused:
    """Lot ids with the vials found, or every reason why not. Nothing at all is refused: it would be a slip."""
    read: list[tuple[int, int]] = []
    findings: list[Finding] = []
    seen: set[int] = set()
    for lot_id, typed in command.found:
        if not typed.strip():
            continue
        vials = read_count(typed, field_of(lot_id), 0, MOST_VIALS)
        if lot_id in seen:
            findings.append(no("count_lot_twice", field_of(lot_id), typed))
        elif isinstance(vials, Finding):
            findings.append(vials)
        else:
            read.append((lot_id, vials))
        seen.add(lot_id)
    if findings:
        return refuse(*findings)
    return tuple(sorted(read)) or refuse(no("count_nothing_entered", "found"))

"""What forms and the command line send about vials held back, as typed, and how it is understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crs_desktop.kernel.entry import read_local_instant, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.stock.holding.rules import out_of_order, read_temperature


@dataclass(frozen=True, slots=True)
class HoldLot:
    """A lot that is quarantined, in one place or (place 0) everywhere."""

    request_id: str
    lot_id: int
    place_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReleaseLot:
    """A lot that may be used again, in one place or (place 0) everywhere; on whose word."""

    request_id: str
    lot_id: int
    place_id: int
    reason: str
    authority: str


@dataclass(frozen=True, slots=True)
class TellExcursion:
    """A place that was or is too warm or too cold."""

    request_id: str
    place_id: str
    began: str
    ended: str
    lowest: str
    highest: str
    reason: str


@dataclass(frozen=True, slots=True)
class EndExcursion:
    """A place that is as it should be again."""

    request_id: str
    excursion_id: int
    ended: str
    lowest: str
    highest: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReadExcursion:
    """An excursion that was understood."""

    place_id: int
    began: datetime
    ended: datetime | None
    lowest: int | None
    highest: int | None
    reason: str


def read_excursion(command: TellExcursion, zone: ZoneInfo, now: datetime) -> ReadExcursion | Refused:
    """Understand it, or every reason why not. An end and the extremes may be missing; the reason may not."""
    began = read_local_instant(command.began, zone, "began")
    ended = read_local_instant(command.ended, zone, "ended") if command.ended.strip() else None
    lowest, highest = read_temperature(command.lowest, "lowest"), read_temperature(command.highest, "highest")
    reason = read_text(command.reason, "reason")
    findings = [item for item in (began, ended, lowest, highest, reason) if isinstance(item, Finding)]
    if not (command.place_id.isascii() and command.place_id.isdigit()):
        findings.insert(0, no("text_missing", "place", command.place_id))
    if findings:
        return refuse(*findings)
    assert isinstance(began, datetime) and not isinstance(ended, Finding) and isinstance(reason, str)
    assert not isinstance(lowest, Finding) and not isinstance(highest, Finding)
    wrong = out_of_order(began, ended, lowest, highest, now)
    if wrong:
        return refuse(*wrong)
    return ReadExcursion(int(command.place_id), began, ended, lowest, highest, reason)

"""The count sheet: the lots of a place with room to write, and no number of vials on it. Whoever counts is blind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crs_desktop.documents.model import Cell, Column, Fact, Footer, Kind, Note, Section, Sheet, Signatures, Table
from crs_desktop.documents.sheets.facts import Stamp
from crs_desktop.documents.sheets.words import count, instant, plain_day, sentence
from crs_desktop.documents.validity import code_of, facts_fingerprint

_EMPTY_ROWS = 4


@dataclass(frozen=True, slots=True)
class LotToCount:
    """What stands on the vial."""

    brand: str
    strength: str
    number: str
    expires: date


@dataclass(frozen=True, slots=True)
class CountSheetFacts:
    """Everything that the sheet says; `again` for the lots that another person counts a second time."""

    count_id: int
    place: str
    begun: datetime
    begun_by: str
    again: bool
    lots: tuple[LotToCount, ...]
    stamp: Stamp


def build_count_sheet(facts: CountSheetFacts) -> Sheet:
    """The sheet of one count. The same facts give the same sheet."""
    print_name = facts_fingerprint(Kind.COUNT_SHEET.value, facts)
    stamp = facts.stamp
    return Sheet(
        kind=Kind.COUNT_SHEET,
        title="Recount sheet" if facts.again else "Count sheet",
        subtitle=f"{facts.place}, count {facts.count_id}, {count(len(facts.lots), 'lot', 'lots')}",
        identity=None,
        bands=((_how(facts),), (_lots(facts),), (_signed(facts.again),)),
        footer=Footer(
            "", "", stamp.printed_by, instant(stamp.printed_at, stamp.zone), instant(stamp.valid_until, stamp.zone),
            code_of(print_name),
        ),
        fingerprint=print_name,
    )  # fmt: skip


def _how(facts: CountSheetFacts) -> Section:
    begun = f"{instant(facts.begun, facts.stamp.zone)}, {facts.begun_by}"
    return Section(
        "How to count",
        (
            Fact("Place", facts.place, strong=True),
            Fact("Count begun", begun),
            Note(sentence("count_sheet_again" if facts.again else "count_sheet_first")),
            Note(sentence("count_sheet_moved")),
        ),
    )


def _lots(facts: CountSheetFacts) -> Section:
    columns = (
        Column("Brand, vial", 4), Column("Lot", 4), Column("Expires", 3), Column("Vials found", 3),
        Column("Remark", 5),
    )  # fmt: skip
    rows = tuple(
        (Cell(f"{lot.brand} {lot.strength}"), Cell(lot.number), Cell(plain_day(lot.expires)), Cell(), Cell())
        for lot in facts.lots
    )
    return Section("Lots", (Table(columns, rows, 0 if facts.again else _EMPTY_ROWS),), columns=1)


def _signed(again: bool) -> Section:
    who = "Counted again by (not who counted first)" if again else "Counted by"
    return Section("Signature", (Signatures(((who, ""),)),), columns=1)

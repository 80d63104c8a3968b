"""The facts of papers about vials: a letter for each patient of a recall, and the lots of a place to be counted."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.documents.gather.common import MOLECULES
from crs_desktop.documents.sheets.count_sheet import CountSheetFacts, LotToCount
from crs_desktop.documents.sheets.facts import Stamp
from crs_desktop.documents.sheets.recall_letter import LetterDose, LotInDose, NoticeFacts, RecallLetterFacts
from crs_desktop.stock.counting.model import BlindCount
from crs_desktop.stock.recalls.model import DoseReceived, Notice

# A letter that was not sent, and a list that was not used, by then are printed anew.
VALID = timedelta(hours=24)


def stamp_of(printed: tuple[str, datetime], zone: ZoneInfo) -> Stamp:
    """By whom, when, and until when it may be used."""
    by, now = printed
    return Stamp(by, now, now + VALID, zone)


def letters_of(
    notice: Notice, received: tuple[DoseReceived, ...], printed: tuple[str, datetime], zone: ZoneInfo
) -> dict[int, RecallLetterFacts]:  # fmt: skip
    """By patient: one letter with every dose, addressed to everybody who prescribed one of them; by name."""
    mine: dict[int, list[DoseReceived]] = defaultdict(list)
    for dose in received:
        mine[dose.person.id].append(dose)
    order = sorted(mine, key=lambda patient: (mine[patient][0].person.name, patient))
    return {patient: _letter(notice, mine[patient], stamp_of(printed, zone)) for patient in order}


def count_facts(seen: BlindCount, printed: tuple[str, datetime], zone: ZoneInfo) -> CountSheetFacts:
    """The lots that nobody has counted; when all are, those that another person counts again."""
    first = seen.to_count
    lots = tuple(
        LotToCount(item.lot.brand, str(item.lot.strength), item.lot.number, item.lot.expires)
        for item in first or seen.to_recount
    )
    count = seen.count
    return CountSheetFacts(
        count.id, count.place.name, count.at, count.actor, not first, lots, stamp_of(printed, zone)
    )  # fmt: skip


def _letter(notice: Notice, received: list[DoseReceived], stamp: Stamp) -> RecallLetterFacts:
    person = received[0].person
    facts = NoticeFacts(
        notice.number, notice.recall_class, MOLECULES[notice.brand], notice.brand, notice.noticed, notice.reason,
        notice.source, notice.at, notice.actor,
    )  # fmt: skip
    return RecallLetterFacts(
        person.name, person.mrn, person.born, tuple(sorted({dose.prescriber for dose in received})), facts,
        tuple(_dose(dose) for dose in received), stamp,
    )  # fmt: skip


def _dose(dose: DoseReceived) -> LetterDose:
    lots: dict[tuple[str, str], int] = {}
    for spent in dose.vials:  # of one lot from two places: one line
        key = (spent.lot.number, str(spent.lot.strength))
        lots[key] = lots.get(key, 0) + spent.vials
    named = tuple(LotInDose(number, strength, vials) for (number, strength), vials in sorted(lots.items()))
    return LetterDose(dose.at, str(dose.amount), dose.purpose, named, dose.given_by)

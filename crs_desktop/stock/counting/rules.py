"""Pure rules of a count: what was there at the freeze, when two agree, where each lot stands, what cannot be posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.staff.signing.model import Asked, AskedField, Kind
from crs_desktop.stock.counting.model import BlindCount, BlindLot, ComparedLot, Count, CountEntry, Standing
from crs_desktop.stock.model import Lot

RECOUNT = "count"
Moved = tuple[int, int, int]  # line of the ledger, lot id, vials


def frozen_balances(now: Mapping[int, int], since: Iterable[Moved]) -> dict[int, int]:
    """Vials by lot at the freeze: what is there now without the lines that came after it."""
    frozen = dict(now)
    for _line, lot_id, vials in since:
        frozen[lot_id] = frozen.get(lot_id, 0) - vials
    return frozen


def settled(expected: int, rounds: Sequence[CountEntry], same: Mapping[str, str]) -> int | None:
    """The number that two agree on who do not know of each other: the ledger and a person, or two different people.

    `same` names each counter in one form, so that a person under two names is one. Later rounds do not undo it.
    """
    found: dict[int, set[str]] = {}
    for entry in rounds:
        if entry.vials == expected:
            return expected
        who = found.setdefault(entry.vials, set())
        who.add(same.get(entry.actor, entry.actor))
        if len(who) == 2:
            return entry.vials
    return None


def standing(expected: int, rounds: Sequence[CountEntry], moved: Sequence[int], same: Mapping[str, str]) -> Standing:
    """Where a lot stands; `moved` are the lines by which its vials came or went after the freeze.

    A line that is older than the last counting makes its number doubtful: nobody knows whether these vials were counted
    before or after they moved. A line that came after the counting does no harm.
    """
    last = max((entry.ledger for entry in rounds), default=0)
    agreed = settled(expected, rounds, same) is not None
    if any(not agreed or line <= last for line in moved):
        return Standing.MOVED
    if agreed:
        return Standing.AGREED
    return Standing.TO_RECOUNT if rounds else Standing.TO_COUNT


def compared(
    lots: Mapping[int, Lot], now: Mapping[int, int], since: Sequence[Moved], entries: Sequence[CountEntry],
    same: Mapping[str, str],
) -> tuple[ComparedLot, ...]:  # fmt: skip
    """Every lot of the count: those that lay there at the freeze, and those that somebody found there."""
    frozen = frozen_balances(now, since)
    rounds: dict[int, list[CountEntry]] = {lot_id: [] for lot_id, vials in frozen.items() if vials}
    for entry in sorted(entries, key=lambda item: (item.lot_id, item.round)):
        rounds.setdefault(entry.lot_id, []).append(entry)
    found = []
    for lot_id, counted in rounds.items():
        moved = [line for line, of, _vials in since if of == lot_id]
        expected = frozen.get(lot_id, 0)
        where = standing(expected, counted, moved, same)
        agreed = settled(expected, counted, same) if where is Standing.AGREED else None
        found.append(ComparedLot(lots[lot_id], where, expected, tuple(counted), agreed, now.get(lot_id, 0)))
    return tuple(sorted(found, key=lambda item: _order(item.lot)))


def blind(count: Count, found: Iterable[ComparedLot]) -> BlindCount:
    """The same without any number of vials."""
    return BlindCount(
        count,
        tuple(
            BlindLot(item.lot, item.standing, len(item.rounds), item.rounds[-1].actor if item.rounds else "")
            for item in found
        ),
    )


def against_posting(found: Iterable[ComparedLot]) -> tuple[Finding, ...]:
    """Why the differences cannot be posted: a lot still open, or one of which less is left than is missing."""
    findings = []
    for item in found:
        number = item.lot.number
        if item.standing is Standing.TO_COUNT:
            findings.append(no("count_lot_not_counted", "lot", number))
        elif item.standing is Standing.TO_RECOUNT:
            findings.append(no("count_lot_not_recounted", "lot", number, by=item.rounds[-1].actor))
        elif item.now + item.difference < 0:
            findings.append(no("count_below_zero", "lot", number, missing=-item.difference, now=item.now))
    return tuple(findings)


def asked_again(seen: BlindCount) -> Asked:
    """What another person counts blind. Nothing that anybody found or expects stands in it, and nobody does it alone.

    The truth of a field is what a first person found; here it says no more than that an answer is needed.
    """
    fields = tuple(AskedField(field_of(item.lot.id), Kind.COUNT, "0") for item in seen.to_recount)
    return Asked(RECOUNT, str(seen.count.id), fields, alone=False)


def field_of(lot_id: int) -> str:
    """How the field of a lot is named in a form."""
    return f"lot-{lot_id}"


def _order(lot: Lot) -> tuple[object, ...]:
    return lot.brand, -lot.strength.mcg, lot.expires, lot.number, lot.id

"""Counts in words, the same in table, form and notice."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.days import day_text
from crs_desktop.stock.counting.model import (
    BlindCount,
    BlindLot,
    ComparedLot,
    Comparison,
    Count,
    CountOutcome,
    Standing,
)
from crs_desktop.stock.model import Lot

_STATES = {
    Standing.TO_COUNT: State.CANNOT_SAY,
    Standing.TO_RECOUNT: State.READY_BUT,
    Standing.AGREED: State.READY,
    Standing.MOVED: State.READY_BUT,
}


def lots_text(count: int) -> str:
    """'1 lot', '3 lots'."""
    return tr("1 lot") if count == 1 else tr("{count} lots").format(count=count)


def vials_text(count: int) -> str:
    """'1 vial', '3 vials'."""
    return tr("1 vial") if count == 1 else tr("{count} vials").format(count=count)


def product(lot: Lot) -> str:
    """'Actemra 400 mg'."""
    return f"{lot.brand} {lot.strength}"


def named(lot: Lot) -> str:
    """'Actemra 400 mg, lot B7101'."""
    return tr("{product}, lot {lot}").format(product=product(lot), lot=lot.number)


def expiry(lot: Lot) -> str:
    """'expires Wed 31 Mar 2027'."""
    return tr("expires {day}").format(day=day_text(lot.expires, year=True))


def begun(count: Count, zone: ZoneInfo) -> str:
    """'count 3, begun Wed 2 Dec 2026 09:00, A. Weber'."""
    when = local_text(count.at, zone).partition(" (")[0]
    return tr("count {count}, begun {when}, {who}").format(count=count.id, when=when, who=count.actor)


def progress(count: Count, seen: BlindCount | None) -> str:
    """Where a count stands, in words."""
    if count.end is not None:
        return tr("posted") if count.end.outcome is CountOutcome.POSTED else tr("given up")
    if seen is None or seen.finished:
        return tr("finished: compare and close")
    first, again = len(seen.to_count), len(seen.to_recount)
    parts = [tr("{lots} to count").format(lots=lots_text(first))] if first else []
    parts += [tr("{lots} to count again").format(lots=lots_text(again))] if again else []
    return ", ".join(parts)


def progress_state(count: Count, seen: BlindCount | None) -> State | None:
    """The shape beside it; none for a count that has ended."""
    if count.end is not None:
        return None
    if seen is None or seen.finished:
        return State.READY_BUT  # the ledger is not what was found until somebody closes it
    return State.CANNOT_SAY if seen.to_count else State.READY_BUT


def ended(count: Count, zone: ZoneInfo) -> str:
    """When, by whom and why a count ended."""
    if count.end is None:
        return count.note
    when = local_text(count.end.at, zone).partition(" (")[0]
    return ", ".join(part for part in (when, count.end.actor, count.end.reason) if part)


def standing_text(item: BlindLot) -> str:
    """What a lot waits for."""
    return {
        Standing.TO_COUNT: tr("to count"),
        Standing.TO_RECOUNT: tr("to count again"),
        Standing.AGREED: tr("counted"),
        Standing.MOVED: tr("moved: not counted"),
    }[item.standing]


def standing_state(item: BlindLot) -> State:
    """Its shape."""
    return _STATES[item.standing]


def found_text(item: ComparedLot) -> str:
    """'8 (A. Weber), 8 (M. Okafor)'."""
    return ", ".join(f"{entry.vials} ({entry.actor})" for entry in item.rounds) or "–"


def difference_text(item: ComparedLot) -> str:
    """'+2', '-1', 'none', or that nothing is said about the lot."""
    if item.settled is None:
        return tr("left out")
    return f"{item.difference:+d}" if item.difference else tr("none")


def difference_state(item: ComparedLot) -> State:
    """Agreed, differing, or left out."""
    if item.settled is None:
        return State.CANNOT_SAY
    return State.READY_BUT if item.difference else State.READY


def closing_text(found: Comparison) -> str:
    """What posting will do, line by line."""
    lines = [
        phrase(
            "count_ui_post_line", lot=item.lot.number, expected=item.expected, found=found_text(item),
            difference=_goes(item.difference),
        )
        for item in found.differing
    ]  # fmt: skip
    lines = lines or [phrase("count_ui_post_none")]
    if found.left_out:
        lots = ", ".join(item.lot.number for item in found.left_out)
        lines.append(phrase("count_ui_left_out", lots=lots))
    return "\n".join(lines)


def troubles(seen: tuple[BlindCount, ...]) -> list[tuple[State, str, str]]:
    """What waits for somebody."""
    found = []
    for item in seen:
        count = item.count
        if item.finished:
            text = phrase("count_ui_attention_close", count=count.id, place=count.place.name)
            found.append((State.READY_BUT, tr("close"), text))
        elif not item.to_count:
            lots = ", ".join(one.lot.number for one in item.to_recount)
            text = phrase("count_ui_attention_again", count=count.id, place=count.place.name, lots=lots)
            found.append((State.READY_BUT, tr("count again"), text))
    return found


def _goes(difference: int) -> str:
    if difference > 0:
        return tr("{vials} come into the ledger").format(vials=vials_text(difference))
    return tr("{vials} leave the ledger").format(vials=vials_text(-difference))

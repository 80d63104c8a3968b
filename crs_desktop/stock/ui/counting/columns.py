"""What each table of the page of counts shows, column by column."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.words import tr
from crs_desktop.stock.counting.model import BlindCount, BlindLot, ComparedLot, Count
from crs_desktop.stock.ui.counting import words


def count_columns(seen: Callable[[Count], BlindCount | None], zone: ZoneInfo) -> list[Column[Count]]:
    """Counts, the newest first; of a running one only what may be known."""
    return [
        Column(tr("Place"), lambda count: count.place.name, strong=True, below=lambda count: words.begun(count, zone)),
        Column(
            tr("State"), lambda count: words.progress(count, seen(count)), stretch=True,
            state=lambda count: words.progress_state(count, seen(count)),
            below=lambda count: words.ended(count, zone), hint=lambda count: words.ended(count, zone),
        ),
    ]  # fmt: skip


def lot_columns() -> list[Column[BlindLot]]:
    """Lots as who counts sees them."""
    return [
        Column(
            tr("Brand and strength, lot"), lambda item: words.product(item.lot), strong=True,
            below=lambda item: tr("lot {number}").format(number=item.lot.number),
        ),
        Column(tr("State"), words.standing_text, state=words.standing_state),
        Column(
            tr("Last counted by, expiry"), lambda item: item.last_by or "–", stretch=True,
            below=lambda item: words.expiry(item.lot),
        ),
    ]  # fmt: skip


def number_columns() -> list[Column[ComparedLot]]:
    """Ledger against shelf, with every round."""
    return [
        Column(
            tr("Brand and strength, lot"), lambda item: words.product(item.lot), strong=True,
            below=lambda item: tr("lot {number}").format(number=item.lot.number),
        ),
        Column(tr("Ledger"), lambda item: str(item.expected), "right", lambda item: item.expected),
        Column(
            tr("Agreed"), lambda item: "–" if item.settled is None else str(item.settled), "right", strong=True,
            sort_key=lambda item: -1 if item.settled is None else item.settled,
        ),
        Column(tr("Difference"), words.difference_text, state=words.difference_state, strong=True),
        Column(tr("Found, in order"), words.found_text, stretch=True, hint=words.found_text),
    ]  # fmt: skip

"""What each table of the page of stock shows, column by column."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.clock import local_text
from crs_desktop.stock.model import Earmark, LedgerLine, Lot, Movement, ShelfLine
from crs_desktop.stock.rules_fate import Fate
from crs_desktop.stock.ui import words


def shelf_columns(fate: Callable[[ShelfLine], Fate | None]) -> list[Column[ShelfLine]]:
    """Vials on hand; what decides stands first, so that large text cuts off what matters least."""
    return [
        Column(
            tr("Brand and strength, lot"), lambda line: f"{line.on_hand.lot.brand} {line.on_hand.lot.strength}",
            sort_key=lambda line: (line.on_hand.lot.brand, -line.on_hand.lot.strength.mcg), strong=True,
            below=lambda line: tr("lot {number}").format(number=line.on_hand.lot.number),
        ),
        Column(
            tr("State"), words.state_text, state=words.state_of, below=words.why_blocked, hint=words.why_blocked,
            stretch=True,
        ),
        Column(
            tr("On hand"), lambda line: str(line.on_hand.vials), "right", lambda line: line.on_hand.vials, strong=True,
        ),
        Column(
            tr("Promised"), lambda line: str(line.promised), "right", lambda line: line.promised,
            hint=lambda _line: tr("The most that promises hold on any one day from today on"),
        ),
        Column(tr("Free"), lambda line: str(line.free), "right", lambda line: line.free, strong=True),
        Column(
            tr("Last day"), words.expiry_text, sort_key=lambda line: line.on_hand.lot.expires,
            below=words.days_left_text,
        ),
        Column(
            tr("Forecast"), lambda line: words.needed_text(fate(line)),
            below=lambda line: words.spare_text(line, fate(line)),
            hint=lambda _line: phrase("stock_ui_fate"),
        ),
        Column(
            tr("Place, reach"), lambda line: line.on_hand.place.name,
            below=lambda line: words.reach_text(line.on_hand.place.reach),
        ),
    ]  # fmt: skip


def ledger_columns(zone: ZoneInfo, lost: Callable[[Movement], str]) -> list[Column[LedgerLine]]:
    """Movements of one lot with the running balance; beneath a loss, what it cost."""
    return [
        Column(tr("Line"), lambda line: str(line.movement.id), "right"),
        Column(
            tr("When, who"), lambda line: local_text(line.movement.at, zone).partition(" (")[0],
            below=lambda line: line.movement.actor, hint=lambda line: local_text(line.movement.at, zone),
        ),
        Column(
            tr("What, why"), lambda line: words.what_text(line.movement), stretch=True,
            below=lambda line: words.why_text(line.movement, lost),
            hint=lambda line: words.why_text(line.movement, lost),
            state=lambda line: None if line.movement.reversed_by is None else State.READY_BUT,
        ),
        Column(
            tr("Vials, place"), lambda line: words.signed(line.movement.vials), "right",
            below=lambda line: line.movement.place.name,
        ),
        Column(tr("Balance"), lambda line: str(line.balance), "right", strong=True),
    ]  # fmt: skip


def earmark_columns(
    holder: Callable[[Earmark], str], lots: Callable[[], dict[int, Lot]], zone: ZoneInfo
) -> list[Column[Earmark]]:
    """Promises that hold."""
    return [
        Column(
            tr("For, days held"), holder, strong=True, below=words.held_text,
            sort_key=lambda earmark: earmark.held.first,
        ),
        Column(tr("Set"), lambda earmark: str(earmark.set_no), "right", lambda earmark: earmark.set_no),
        Column(
            tr("Vials, promised by"), lambda earmark: words.earmark_vials_text(earmark, lots()), stretch=True,
            below=lambda earmark: earmark.actor, hint=lambda earmark: local_text(earmark.at, zone),
        ),
    ]  # fmt: skip

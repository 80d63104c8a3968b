"""What each table of the tab of orders shows, column by column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import tr
from crs_desktop.kernel.clock import local_day, local_text
from crs_desktop.kernel.days import day_text
from crs_desktop.stock.ordering.model import Order, Proposal, Standing
from crs_desktop.stock.ui.ordering import words


def order_columns(today: Callable[[], date], here: Callable[[Order], bool], zone: ZoneInfo) -> list[Column[Order]]:
    """Orders; what decides stands first."""
    return [
        Column(
            tr("Order, supplier"), lambda order: order.reference, strong=True, below=lambda order: order.supplier,
            sort_key=lambda order: order.id,
        ),
        Column(
            tr("State"), lambda order: words.order_state_text(order, today(), here(order)),
            state=lambda order: words.order_state(order, today(), here(order)),
            below=lambda order: words.counts_text(order, today(), here(order)),
        ),
        Column(
            tr("Expected"), lambda order: words.arrival_text(order.arrival), strong=True,
            sort_key=lambda order: order.arrival.day,
            below=lambda order: words.life_text(order.shelf_life_days),
        ),
        Column(
            tr("Vials ordered, received"), words.kinds_text, below=words.came_text, hint=words.kinds_text,
        ),
        Column(
            tr("Said last, by whom"), words.why_text, hint=words.why_text, stretch=True,
            below=lambda order: tr("{actor}, {when}").format(
                actor=order.events[-1].actor if order.events else order.actor,
                when=local_text(order.events[-1].at if order.events else order.at, zone).partition(" (")[0],
            ),
        ),
    ]  # fmt: skip


def proposal_columns() -> list[Column[Proposal]]:
    """Each brand and strength with a par level or a need of the board."""
    return [
        Column(
            tr("Brand, strength"), lambda line: f"{line.brand} {line.strength}", strong=True,
            sort_key=lambda line: (line.brand, -line.strength.mcg),
        ),
        Column(tr("Proposed"), words.proposal_text, state=words.proposal_state, sort_key=lambda line: line.vials),
        Column(
            tr("Board needs"), lambda line: str(line.needed) if line.needed else "–", "right",
            lambda line: line.needed, strong=True, below=words.need_text,
            hint=lambda _line: tr("Vials that make everybody ready, as the board found them"),
        ),
        Column(
            tr("Below par"), lambda line: str(line.short) if line.short else "–", "right", lambda line: line.short,
            strong=True, below=words.par_text,
            hint=lambda _line: tr("Up to the target, once usable and coming vials are fewer than the least"),
        ),
        Column(
            tr("Usable"), lambda line: str(line.usable), "right", lambda line: line.usable, stretch=True,
            below=lambda line: tr("{vials} coming").format(vials=line.coming),
            hint=lambda _line: tr("Coming are vials of orders that are not overdue"),
        ),
    ]  # fmt: skip


def supplier_columns(zone: ZoneInfo) -> list[Column[Standing]]:
    """Suppliers and when they deliver."""
    return [
        Column(
            tr("Supplier, days"), lambda one: one.supplier.name, strong=True,
            below=lambda one: words.calendar_text(one.supplier.terms),
        ),
        Column(
            tr("An order now arrives"), lambda one: words.arrival_text(one.arrival),
            below=lambda one: words.terms_text(one.supplier.terms),
            state=lambda one: None if one.arrival else State.CANNOT_SAY,
        ),
        Column(
            tr("Shelf life"), lambda one: words.days_text(one.supplier.terms.shelf_life_days),
            state=lambda one: State.READY_BUT if one.supplier.terms.shelf_life_days is None else None,
            below=lambda one: tr("as of {day}").format(day=day_text(local_day(one.supplier.since, zone))),
            hint=lambda one: one.supplier.reason,
        ),
        Column(tr("Closed next"), words.closed_text, stretch=True, hint=words.closed_text),
    ]  # fmt: skip

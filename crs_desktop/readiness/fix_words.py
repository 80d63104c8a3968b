"""A fix as an instruction in words, the same on screen, on paper and in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.board import Board
from crs_desktop.readiness.model import (
    BrandFix,
    Fix,
    OrderedVials,
    OrderFix,
    ReservedVials,
    RoundingFix,
    TransferFix,
)

_KINDS = {
    TransferFix: "fix_kind_transfer",
    BrandFix: "fix_kind_brand",
    RoundingFix: "fix_kind_rounding",
    OrderFix: "fix_kind_order",
}


def vials_text(vials: Sequence[OrderedVials]) -> str:
    """'2 x 400 mg + 1 x 80 mg Actemra': a brand is said once, behind all its vials."""
    brands: dict[str, list[str]] = {}
    for one in vials:
        brands.setdefault(one.brand, []).append(f"{one.count} x {plain(one.strength.mg)} mg")
    return " + ".join(f"{' + '.join(said)} {brand}" for brand, said in brands.items())


def reserved_text(vials: Sequence[ReservedVials]) -> str:
    """'2 x 400 mg Actemra lot B7, East Wing + …'."""
    return " + ".join(
        f"{one.count} x {plain(one.strength.mg)} mg {one.brand} lot {one.lot}, {one.place}" for one in vials
    )


def fix_text(fix: Fix, board: Board, brief: bool = False) -> str:
    """A fix as an instruction, ready to follow a colon; `brief` leaves the supplier out."""
    if isinstance(fix, TransferFix):
        return say(no("fix_transfer", vials=reserved_text(fix.vials), to=fix.to, by=day_text(fix.by)))
    if isinstance(fix, BrandFix):
        return say(no("fix_brand", vials=reserved_text(fix.vials), by=day_text(fix.by)))
    if isinstance(fix, RoundingFix):
        names = ", ".join(_name(holder, board) for holder in fix.holders)
        return say(no("fix_rounding", percent=plain(fix.percent), patients=names))
    if isinstance(fix, OrderFix):
        return _order(fix, board, brief)
    return say(no("fix_move", patient=_name(fix.holder, board), to=day_text(fix.window.first)))


def fix_kind(fix: Fix) -> str:
    """Which kind of way out it is, in a word."""
    return say(no(_KINDS.get(type(fix), "fix_kind_move")))


def _order(fix: OrderFix, board: Board, brief: bool) -> str:
    """With the last safe moment where a supplier's terms tell it; else whether no supplier that is known can help."""
    last, vials = board.order_by, vials_text(fix.vials)
    if last is not None and last.vials == fix.vials:
        if brief:
            return say(no("fix_order_before", vials=vials, moment=moment_text(last.moment)))
        return say(no("fix_order_by", vials=vials, moment=moment_text(last.moment), supplier=last.supplier))
    return say(no("fix_order_nobody" if board.too_late else "fix_order", vials=vials, by=day_text(fix.by)))


def moment_text(moment: datetime) -> str:
    """'Tue 1 Dec 14:00', in the site's time."""
    return f"{day_text(moment.date())} {moment:%H:%M}"


def _name(holder: str, board: Board) -> str:
    window = board.window_of(holder)
    return "" if window is None else window.patient.name

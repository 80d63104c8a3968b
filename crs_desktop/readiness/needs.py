"""What the board would have ordered, in the words of the room that orders."""

from __future__ import annotations

from crs_desktop.readiness.board import Board
from crs_desktop.readiness.model import OrderFix
from crs_desktop.stock.ordering.model import Need


def needs_of(board: Board) -> list[Need]:
    """The vials of the board's order, each with the first day on which they must count; none when nobody is short."""
    fix = next((fix for fix in board.fixes if isinstance(fix, OrderFix)), None)
    return [] if fix is None else [Need(one.brand, one.strength, one.count, fix.by) for one in fix.vials]

"""What the plan proposes and nobody has promised yet, as stock understands it: stock knows no plan."""

from __future__ import annotations

from crs_desktop.readiness.board import Board
from crs_desktop.stock.rules_fate import Claim


def claims_of(board: Board) -> list[Claim]:
    """Vials of a lot in a place that a proposed set would hold through its window."""
    return [
        Claim((taken.lot.id, taken.place.id), taken.vials, window.window.days)
        for window in board.windows
        for one in window.sets
        if one.earmark_id is None
        for taken in one.lots
    ]

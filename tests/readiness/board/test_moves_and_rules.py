"""A window is never moved past a day on which another policy begins: there it would owe something else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from crs_desktop.readiness.answer import answer
from crs_desktop.readiness.model import MoveFix
from tests.readiness.board.situations import day, patient, situation

# Adler holds the only set from today on; Berg starts two days later, and could start when Adler's window is over.
TOLD = [patient("Adler", start="12-10"), patient("Berg", start="12-12")]
ONE = ["1 x 400 mg until 06-30"]


def moves(*changes: str) -> list[date]:
    """The first days to which the board offers to move a window."""
    told = replace(situation(TOLD, ONE), changes=tuple(day(text) for text in changes))
    return [fix.window.first for fix in answer(told).fixes if isinstance(fix, MoveFix)]


def test_that_a_move_stops_before_the_day_of_another_policy() -> None:
    (free,) = moves()
    assert free > day("12-12")
    assert moves("12-13") == []
    assert moves(free.isoformat()[5:]) == []
    assert moves((free.replace(day=free.day + 1)).isoformat()[5:]) == [free]
    assert moves("12-12") == [free]  # it begins under that policy anyway

"""`readiness`: the board of a store, as a document."""

from __future__ import annotations

from crs_desktop.command_line.text.board import board_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.answers import Answer, ExitStatus
from crs_desktop.kernel.entry import read_count, read_day
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Finding
from crs_desktop.readiness.board_document import readiness_document


def tell(world: World) -> Told:
    """The board of the store."""
    options = world.options
    on = None if options.on is None else read_day(options.on, "on")
    days = None if options.days is None else read_count(options.days, "days", 1, 365)
    wrong = [item for item in (on, days) if isinstance(item, Finding)]
    if wrong:
        raise NotUnderstood(*wrong)
    assert not isinstance(on, Finding) and not isinstance(days, Finding)
    with world.house() as house:
        board = house.readiness.board(on, days)
        status = ExitStatus.YES if board.verdict.good else ExitStatus.NO
        return Told(Answer(readiness_document(board, house.zone), status), board_text(board, house.zone))

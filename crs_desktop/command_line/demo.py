"""`demo`: the window on made-up data; with no screen the same board in the terminal, and status 0 whatever it says."""

from __future__ import annotations

from crs_desktop.command_line.start import open_window
from crs_desktop.command_line.text.board import board_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.answers import Answer, ExitStatus
from crs_desktop.kernel.entry import read_count
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.board_document import readiness_document


def tell(world: World) -> Told | int:
    """Open the demo's window, or print its board where there is no screen."""
    seed = read_count(world.options.seed, "seed", 0, 99_999)
    if isinstance(seed, Finding):
        raise NotUnderstood(seed)
    # The people were born before 2010, and their schedules must end in a year that the program knows.
    if not 2012 <= world.clock.now().year <= 2190:
        raise NotUnderstood(no("cl_demo_years", "now", world.options.now or ""))
    if world.doors.has_display() and not world.options.json:
        return open_window(world, demo=True, seed=seed)
    with world.doors.demo(world.clock, seed, world.new_zone()) as house:
        board = house.readiness.board()
        document = {**readiness_document(board, house.zone), "seed": seed}
        text = "\n".join([say(no("cl_demo_without_screen")), "", board_text(board, house.zone)])
    return Told(Answer(document, ExitStatus.YES), text)

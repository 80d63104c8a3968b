"""`therapies`: the protocol library, with source, date read and how sure; `check` validates files."""

from __future__ import annotations

from pathlib import Path

from crs_desktop.command_line.plain import lines
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.answers import Answer
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import no
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.library_document import check_answer, list_answer, show_answer


def tell(world: World) -> Told:
    """List, show one, or check a folder."""
    answer = _answer(world.options.act, world.options.which)
    return Told(answer, lines(answer.document))


def _answer(act: str, which: str) -> Answer:
    if act == "list":
        return list_answer(load_catalogue())
    if not which:
        raise NotUnderstood(no("therapies_which", act, which))
    return show_answer(load_catalogue(), which) if act == "show" else check_answer(Path(which))

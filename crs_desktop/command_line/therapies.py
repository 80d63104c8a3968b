"""`therapies`: the protocol library, with source, date read and how sure; `check` validates files."""

from __future__ import annotations

from pathlib import Path

from crs_desktop.command_line.text.library import check_text, list_text, show_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import no
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.library_document import check_answer, list_answer, show_answer


def tell(world: World) -> Told:
    """List, show one, or check a folder."""
    act, which = world.options.act, world.options.which
    if act == "list":
        if which:
            raise NotUnderstood(no("cl_therapies_list_alone", "therapy", which))
        answer = list_answer(load_catalogue())
        return Told(answer, list_text(answer.document))
    if not which:
        raise NotUnderstood(no("cl_therapies_which", act, which))
    answer = show_answer(load_catalogue(), which) if act == "show" else check_answer(Path(which))
    return Told(answer, show_text(answer.document) if act == "show" else check_text(answer.document))

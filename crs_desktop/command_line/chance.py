"""`chance FILE`: the chance of running out on a plain document; no store is needed."""

from __future__ import annotations

from crs_desktop.command_line.files import read_text_file
from crs_desktop.command_line.text.chance import chance_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.readiness.chance.document import chance_answer, read_question


def tell(world: World) -> Told:
    """Read the question, compute, answer."""
    question = read_question(read_text_file(world.options.file, "file"))
    answer = chance_answer(question)
    return Told(answer, chance_text(question, answer.document))

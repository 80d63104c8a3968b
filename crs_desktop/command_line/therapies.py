"""`therapies`: the protocol library, with source, date read and how sure; comparing versions, checking files."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from crs_desktop.command_line.text.library import cases_text, check_text, diff_text, list_text, show_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import no
from crs_desktop.therapies.answers.library import cases_answer, check_answer, diff_answer, list_answer, show_answer
from crs_desktop.therapies.catalogue import load_catalogue

# Which act an option goes with, by its name among the options.
_OPTIONS = {"kind": ("class", "list"), "label": ("version", "show"), "against": ("against", "diff")}


def tell(world: World) -> Told:
    """List, show one, compare its versions, check a folder, or run cases."""
    options = world.options
    _fitting(options)
    act, which = options.act, options.which
    if act == "list":
        answer = list_answer(load_catalogue(), options.kind)
        return Told(answer, list_text(answer.document))
    if act == "show":
        answer = show_answer(load_catalogue(), which, options.label)
        return Told(answer, show_text(answer.document))
    if act == "diff":
        answer = diff_answer(load_catalogue(), which, options.against)
        return Told(answer, diff_text(answer.document))
    if act == "cases":
        answer = cases_answer(load_catalogue(), which)
        return Told(answer, cases_text(answer.document))
    answer = check_answer(Path(which))
    return Told(answer, check_text(answer.document))


def _fitting(options: Namespace) -> None:
    """What goes with another act is told, not passed over."""
    act, which = options.act, options.which
    for name, (said, owner) in _OPTIONS.items():
        if getattr(options, name) is not None and act != owner:
            raise NotUnderstood(no("cl_therapies_option", said, getattr(options, name), act=owner))
    if act == "list" and which:
        raise NotUnderstood(no("cl_therapies_list_alone", "therapy", which))
    if act != "list" and not which:
        raise NotUnderstood(no("cl_therapies_which", act, which))

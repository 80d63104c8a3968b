"""The second person at a terminal: their own password, and what they find, asked for when the first has said it all."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from crs_desktop.command_line.secret import SECOND_PASSWORD_FROM, read_secret
from crs_desktop.command_line.text.layout import one_line, term
from crs_desktop.command_line.world import World
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Refused, no
from crs_desktop.staff.signing.model import Asked, AskedField, SecondSignature

if TYPE_CHECKING:
    from crs_desktop.house import House


def second_signature(world: World, house: House, asked: Asked) -> SecondSignature | Refused | None:
    """What the second person brings, None when nobody was named: then the service says who has to sign.

    Raises NotUnderstood for an entry that is neither said nor can be asked for.
    """
    options = world.options
    if options.second is None:
        return None
    given = _given(options.second_enters, asked)
    entered = {field.name: _entered(field, given) for field in asked.fields}
    question = one_line(term("cl_ask_password", options.second))
    secret = read_secret(options.second_password_from, SECOND_PASSWORD_FROM, f"{question} ")
    from crs_desktop.staff.door.proving import prover_at

    proven = prover_at(world.entry.door(house.path), house.staff, house.clock).prove(options.second, secret)
    return proven if isinstance(proven, Refused) else SecondSignature(proven, entered, options.explanation)


def _given(words: list[list[str]], asked: Asked) -> dict[str, str]:
    """What stands as NAME=VALUE behind --second-enters."""
    given, known = {}, [field.name for field in asked.fields]
    for word in (one for group in words for one in group):
        name, equals, value = word.partition("=")
        if not equals or name not in known:
            raise NotUnderstood(no("cl_second_enters_unknown", "second_enters", word, known=", ".join(known)))
        given[name] = value
    return given


def _entered(field: AskedField, given: dict[str, str]) -> str:
    if field.name in given:
        return given[field.name]
    if sys.stdin is None or not sys.stdin.isatty():
        raise NotUnderstood(no("cl_second_enters_missing", "second_enters", field.name))
    print(one_line(term("cl_ask_second", field.name)), end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()

"""`readiness`: the board of a store as a document; of now, of another day, or of a past instant under any policy."""

from __future__ import annotations

import sys
from datetime import datetime

from crs_desktop.command_line.text.board import board_text
from crs_desktop.command_line.text.layout import one_line
from crs_desktop.command_line.world import Told, World
from crs_desktop.house import House
from crs_desktop.kernel.answers import Answer, ExitStatus, instant_entry
from crs_desktop.kernel.clock import local_text, parse_instant
from crs_desktop.kernel.entry import read_count, read_day
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Finding, Refused, no
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.board import Board
from crs_desktop.readiness.board_document import readiness_document
from crs_desktop.readiness.past.model import Replayed


def tell(world: World) -> Told:
    """The board of the store."""
    options = world.options
    on = None if options.on is None else read_day(options.on, "on")
    days = None if options.days is None else read_count(options.days, "days", 1, 365)
    as_of, policy = _as_of(options.as_of), _policy(options.policy or [])
    wrong = [item for item in (on, days, as_of, policy) if isinstance(item, Finding)]
    if (as_of is not None or policy) and (on is not None or days is not None):
        wrong.append(no("cl_as_of_with_day", "as_of", options.as_of or ""))
    if wrong:
        raise NotUnderstood(*wrong)
    assert not isinstance(on, Finding) and not isinstance(days, Finding)
    assert not isinstance(as_of, Finding) and not isinstance(policy, Finding)
    with world.house() as house:
        if as_of is not None or policy:
            return _then(world, house, as_of or world.clock.now(), policy)
        board = house.readiness.given() if on is None and days is None else house.readiness.board(on, days)
        return _told(house, board, readiness_document(board, house.zone))


def _then(world: World, house: House, as_of: datetime, policy: dict[str, str]) -> Told:
    """Under a policy that is assumed the board of that instant; else the answer in force then, as it was given.

    What is said about that answer goes to standard error, so that what is printed is what was printed then.
    """
    past = house.readiness.past
    found = past.what_was(as_of, policy) if policy else past.replay(as_of)
    if isinstance(found, Refused):
        raise NotUnderstood(*found.findings)
    document, good = dict(found.document), True
    if world.offset is not None:
        document["now"] = instant_entry(found.board.asked_at, world.offset)
    when = local_text(found.board.asked_at, house.zone)
    stamp = say(no("past_stamp_assumed" if policy else "past_stamp", "as_of", when))
    said = [stamp]
    if isinstance(found, Replayed):
        good = found.reproduced or found.given_at is None
        said += [say(finding) for finding in found.findings or (no("past_reproduced"),)]
    for line in said:
        print(one_line(line), file=sys.stderr)
    return _told(house, found.board, document, good)


def _told(house: House, board: Board, document: dict[str, Json], good: bool = True) -> Told:
    """`good` is False for an answer that was given and does not come out again."""
    status = ExitStatus.YES if board.verdict.good and good else ExitStatus.NO
    return Told(Answer(document, status), board_text(board, house.zone))


def _as_of(text: str | None) -> datetime | Finding | None:
    if text is None:
        return None
    try:
        return parse_instant(text)
    except (ValueError, OverflowError):
        return no("cl_as_of_not_understood", "as_of", text)


def _policy(listed: list[str]) -> dict[str, str] | Finding:
    found: dict[str, str] = {}
    for item in listed:
        key, sign, value = item.partition("=")
        if not sign or key.strip() in found:
            return no("cl_policy_not_understood", "policy", item)
        found[key.strip()] = value
    return found

"""From arguments to an exit status: no verb opens the window, a verb is looked up and asked, errors become one line."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence

from crs_desktop.command_line.parser import parser
from crs_desktop.command_line.world import Doors, Told, Window, World
from crs_desktop.kernel.answers import ExitStatus, instant_entry, refusal_document
from crs_desktop.kernel.clock import Clock, StatedClock, SystemClock, parse_instant
from crs_desktop.kernel.entry import read_count
from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.kernel.wording import say


def run(arguments: Sequence[str], doors: Doors) -> int:
    """The program. Answers go to standard output, messages to standard error."""
    as_json = "--json" in arguments
    try:
        options = parser().parse_args(list(arguments))
        world = World(options, _clock(options.now), doors)
        if options.verb is None:
            return open_window(world, demo=False)
        verb = importlib.import_module(f"crs_desktop.command_line.{options.verb.replace('-', '_')}")
        told = verb.tell(world)
        return told if isinstance(told, int) else _print(told, world, as_json)
    except NotUnderstood as error:
        return _refuse(error.findings, ExitStatus.NOT_UNDERSTOOD, as_json)
    except EnvironmentFailure as error:
        return _refuse((error.finding,), ExitStatus.ENVIRONMENT, as_json)
    except BrokenPipeError:
        return int(ExitStatus.ENVIRONMENT)


def open_window(world: World, demo: bool, seed: int = 0) -> int:
    """Open the window on the store or the demo."""
    options = world.options
    percent = read_count(options.text_percent or "100", "text_percent", 75, 300)
    if isinstance(percent, Finding):
        raise NotUnderstood(percent)
    actor = world.actor if options.by else None
    window = Window(
        None if demo else world.store, world.clock, world.zone, seed, actor, options.theme or "light", percent
    )
    return world.doors.window(window)


def _clock(stated: str | None) -> Clock:
    if stated is None:
        return SystemClock()
    try:
        return StatedClock(parse_instant(stated))
    except ValueError as error:
        raise NotUnderstood(no("now_not_understood", "now", stated)) from error


def _print(told: Told, world: World, as_json: bool) -> int:
    document = dict(told.answer.document)
    text = told.text
    if isinstance(world.clock, StatedClock):
        document["now"] = instant_entry(world.clock.now(), world.clock.instant.tzinfo or world.clock.now().tzinfo)  # type: ignore[arg-type]
        text = f"{text}\n(as of {document['now']})"
    print(json.dumps(document, ensure_ascii=False, indent=2) if as_json else text)
    return int(told.answer.status)


def _refuse(findings: Sequence[Finding], status: ExitStatus, as_json: bool) -> int:
    if as_json:
        print(json.dumps(refusal_document(findings), ensure_ascii=False, indent=2))
    print("; ".join(f"{one.field}: {say(one)}" if one.field else say(one) for one in findings), file=sys.stderr)
    return int(status)

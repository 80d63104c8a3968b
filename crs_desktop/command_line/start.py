"""From arguments to an exit status: no verb opens the window, a verb is looked up and asked, errors become one line."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from crs_desktop.command_line.entry import Entry
from crs_desktop.command_line.files import STANDARD_INPUT
from crs_desktop.command_line.parser import parser
from crs_desktop.command_line.secret import never_typed
from crs_desktop.command_line.text.layout import one_line, visible
from crs_desktop.command_line.world import Doors, Told, Window, World
from crs_desktop.command_line.zones import named_zone
from crs_desktop.kernel.answers import ExitStatus, instant_entry, refusal_document
from crs_desktop.kernel.clock import Clock, StatedClock, SystemClock, parse_instant
from crs_desktop.kernel.entry import read_count, read_name
from crs_desktop.kernel.errors import EnvironmentFailure, NotPermitted, NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.kernel.wording import say

# What a shell reports for a program that was stopped with Ctrl-C.
INTERRUPTED = 130
_YEARS = (datetime(1900, 1, 2, tzinfo=UTC), datetime(2199, 12, 30, tzinfo=UTC))


def run(arguments: Sequence[str], doors: Doors) -> int:
    """The program. Answers go to standard output, messages to standard error."""
    try:
        return _run(arguments, doors)
    except BrokenPipeError:
        _let_go_of_output()
        return int(ExitStatus.YES)
    except OSError as error:  # the answer itself could not be written, as on a full disk
        _let_go_of_output()
        return _refuse((no("cl_output_failed", "output", error.strerror or "?"),), ExitStatus.ENVIRONMENT, None)
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as left:  # argparse has printed its help
        return int(left.code or 0)


def _run(arguments: Sequence[str], doors: Doors) -> int:
    now: dict[str, Json] | None = {} if "--json" in arguments else None
    try:
        never_typed(arguments)
        options = parser().parse_args(list(arguments))
        clock, offset = _clock(options.now)
        if now is not None and offset is not None:
            now["now"] = instant_entry(clock.now(), offset)
        world = World(options, clock, offset, doors, Entry(options, clock, doors.default_actor))
        _check_common(world)
        if options.verb is None:
            return open_window(world, demo=False)
        verb = importlib.import_module(f"crs_desktop.command_line.{options.verb.replace('-', '_')}")
        try:
            told = verb.tell(world)
        finally:
            world.entry.leave()
    except NotUnderstood as error:
        return _refuse(error.findings, ExitStatus.NOT_UNDERSTOOD, now)
    except NotPermitted as error:
        return _refuse((error.finding,), ExitStatus.NO, now)
    except EnvironmentFailure as error:
        return _refuse((error.finding,), ExitStatus.ENVIRONMENT, now)
    except OSError as error:  # what nobody below expected of the machine, such as a full folder for temporary files
        detail = error.strerror or type(error).__name__
        return _refuse((no("cl_system_failed", "system", detail),), ExitStatus.ENVIRONMENT, now)
    return told if isinstance(told, int) else _print(told, world)


def open_window(world: World, demo: bool, seed: int = 0) -> int:
    """Open the window on the store or the demo."""
    options = world.options
    if not world.doors.has_display() and "QT_QPA_PLATFORM" not in os.environ:
        raise EnvironmentFailure(no("cl_no_screen", "display"))
    path = None if demo else world.store
    return world.doors.window(
        Window(path, world.clock, world.zone, seed, options.theme or "light", int(options.text_percent or "100"))
    )


def _clock(stated: str | None) -> tuple[Clock, tzinfo | None]:
    """The clock, and the offset typed behind a stated one."""
    if stated is None:
        return SystemClock(), None
    try:
        instant = parse_instant(stated)
    except (ValueError, OverflowError) as error:
        raise NotUnderstood(no("cl_now_not_understood", "now", stated)) from error
    if not _YEARS[0] <= instant < _YEARS[1]:
        raise NotUnderstood(no("cl_now_not_understood", "now", stated))
    return StatedClock(instant), datetime.fromisoformat(stated.strip()).tzinfo


def _check_common(world: World) -> None:
    """Common options are read at once, also where this verb would not come to use them."""
    options = world.options
    wrong: list[Finding] = []
    percent = read_count(options.text_percent or "100", "text_percent", 80, 300)
    by = "" if options.by is None else read_name(options.by, "by")
    wrong += [found for found in (percent, by) if isinstance(found, Finding)]
    secrets, files = ("password_from", "second_password_from"), ("file", "stock", "patients")
    given = [name for name in (*secrets, *files) if getattr(options, name, None) == STANDARD_INPUT]
    if len(given) > 1 and given[0] in secrets:
        wrong.append(no("cl_secret_input_once", given[0], STANDARD_INPUT))
    if world.zone is not None:
        try:
            named_zone(world.zone)
        except NotUnderstood as error:
            wrong += error.findings
    if wrong:
        raise NotUnderstood(*wrong)


def _print(told: Told, world: World) -> int:
    document = dict(told.answer.document)
    text = told.text
    if world.offset is not None:
        document.setdefault("now", instant_entry(world.clock.now(), world.offset))
        text = f"{text}\n\n{say(no('cl_asked_as_of', '', document['now']))}"
    _say(json.dumps(document, ensure_ascii=False, indent=2) if world.options.json else visible(text))
    return int(told.answer.status)


def _say(text: str) -> None:
    """Print and make sure that it went out: a full disk behind standard output must not look like success."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        _let_go_of_output()  # the reader had enough, as `head` does: the answer stays what it was


def _refuse(findings: Sequence[Finding], status: ExitStatus, now: dict[str, Json] | None) -> int:
    """One line on standard error; with --json the same as a document as well (`now` is its further keys)."""
    if now is not None:
        _say(json.dumps({**refusal_document(findings), **now}, ensure_ascii=False, indent=2))
    said = [_line_of(finding) for finding in findings]
    print("; ".join(said), file=sys.stderr)
    return int(status)


def _line_of(finding: Finding) -> str:
    """'field: reason', with the value where the reason does not hold it. Always one line."""
    reason = say(finding)
    field = f"{finding.field}: " if finding.field and not reason.startswith(f"{finding.field}: ") else ""
    value = "" if not finding.value or finding.value in reason else f" ({finding.value})"
    return one_line(f"{field}{reason}{value}")


def _let_go_of_output() -> None:
    """Nobody reads any more: spare the interpreter's last flush from failing again."""
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
    except (OSError, ValueError, AttributeError):
        return

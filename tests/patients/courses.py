"""Courses for tests, written as a pharmacist would say them: 'given 12-04', 'moved 12-06', 'held', 'not given'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.patients.model import Body, Course, CourseEnd, EndKind, EventKind, Infusion, InfusionEvent, Window
from crs_desktop.patients.rules import course_window, infusions
from crs_desktop.policy.model import Policy
from crs_desktop.policy.repository import options
from crs_desktop.policy.rules import in_force
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.model.doses import Gap
from crs_desktop.therapies.model.protocol import Protocol

Said = Mapping[str, str]
CATALOGUE = load_catalogue()
BODY = Body(BodyWeight.of_kg("72.5"))
HORIZON = date(2027, 1, 31)
KINDS = {
    "given": EventKind.GIVEN, "moved": EventKind.RESCHEDULED, "held": EventKind.HELD, "not": EventKind.NOT_GIVEN,
}  # fmt: skip


def day(text: str) -> date:
    """'12-04' is 4 December 2026."""
    month, number = text.split("-")
    return date(2026, int(month), int(number))


def shipped_policy(today: date) -> Policy:
    """The shipped defaults."""
    return in_force(options(), (), today)


def two_parts() -> Protocol:
    """A CAR-T product given in two parts on following days; no shipped product is, so this one is made up."""
    protocol = CATALOGUE.protocol("axicabtagene_ciloleucel")
    regimen = protocol.regimens[0]
    first = regimen.steps[0]
    second = replace(first, key="D1", label="CAR-T cells, part 2", day=1, gap=Gap(after="D0", nominal=1))
    return replace(protocol, regimens=(replace(regimen, steps=(first, second)),))


def course_of(therapy: str, start: str, became: Said, course_id: int = 7) -> Course:
    """A course of one of the shapes in the tables."""
    if therapy == "CAR-T":
        protocol, regimen = CATALOGUE.protocol("axicabtagene_ciloleucel"), "single"
    elif therapy == "CAR-T in two parts":
        protocol, regimen = two_parts(), "single"
    else:
        protocol, regimen = CATALOGUE.protocol("teclistamab"), "mono"
    end = None
    if "course" in became:
        kind, when = became["course"].split()
        end = CourseEnd(EndKind(kind), day(when), "told by the ward")
    return Course(course_id, 3, protocol, regimen, day(start), end)


def events_of(became: Said, course_id: int = 7) -> tuple[InfusionEvent, ...]:
    """Every record, in the order of the table; several about one dose are parted by commas."""
    found: list[InfusionEvent] = []
    for key, said in became.items():
        for part in said.split(", ") if key != "course" else ():
            kind = KINDS[part.split()[0]]
            when = day(part.split()[1]) if kind in (EventKind.GIVEN, EventKind.RESCHEDULED) else day("12-10")
            at = datetime(2026, 12, 10, 12, len(found), tzinfo=UTC)
            given = at if kind is EventKind.GIVEN else None
            found.append(InfusionEvent(len(found) + 1, course_id, key, kind, when, "", given, "", at, "M. Okafor"))
    return tuple(found)


def infused(therapy: str, start: str, became: Said, today: str = "12-10") -> tuple[Infusion, ...]:
    """The dated infusions."""
    return infusions(course_of(therapy, start, became), events_of(became), BODY, day(today), HORIZON)


def window_after(therapy: str, start: str, became: Said, today: str = "12-10") -> Window | None:
    """The window by the shipped policy."""
    course = course_of(therapy, start, became)
    dated = infusions(course, events_of(became), BODY, day(today), HORIZON)
    return course_window(course, dated, shipped_policy(day(today)))

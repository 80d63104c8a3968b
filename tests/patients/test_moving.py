"""What stands in the way of another version, and which doses would stand otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from crs_desktop.kernel.refusal import Finding
from crs_desktop.patients.courses.moving import DoseChange, dose_changes, obstacles, on_version
from crs_desktop.patients.courses.restarting import begins_again
from crs_desktop.patients.model import Body, Course
from crs_desktop.patients.rules import infusions
from tests.patients.courses import BODY, CATALOGUE, events_of
from tests.patients.other_versions import TEC

COURSE = Course(7, 1, TEC, "mono", date(2026, 12, 3), None)
TODAY, UNTIL = date(2026, 12, 2), date(2026, 12, 31)


def codes(found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.code, finding.value) for finding in found]


def test_that_nothing_stands_in_the_way_of_a_version_that_holds_everything_recorded() -> None:
    assert obstacles(COURSE, events_of({"SUD1": "given 12-03", "W2": "moved 12-20"}), TEC) == ()


def test_that_another_product_and_a_version_without_the_regimen_are_named() -> None:
    axi = CATALOGUE.protocol("axicabtagene_ciloleucel")
    assert codes(obstacles(COURSE, (), axi)) == [("course_other_therapy", axi.name)]
    assert codes(obstacles(COURSE, (), replace(TEC, regimens=TEC.regimens[1:]))) == [
        ("course_version_without_regimen", "mono")
    ]


def test_that_everything_without_a_place_is_named_at_once() -> None:
    row = next(row for row in TEC.restart if begins_again(row))
    course = replace(COURSE, restart_row=row.id, last_key="SUD1", follows=1, entered=(("q2w", date(2027, 1, 4)),))
    mono = replace(TEC.regimens[0], steps=TEC.regimens[0].steps[1:], phases=())
    bare = replace(TEC, regimens=(mono,), restart=())
    assert codes(obstacles(course, events_of({"SUD2": "given 12-06", "W1": "held"}), bare)) == [
        ("course_version_without_row", row.id),
        ("course_version_without_phase", "q2w"),
        ("course_version_without_dose", "Weekly treatment dose 1"),
        ("course_version_without_dose", TEC.regimens[0].steps[0].label),
    ]


def test_that_a_dose_given_after_a_restart_has_a_place_in_the_course_of_the_other_version() -> None:
    """There the same row begins at the second step: the first one, given again, would be on no list any more."""
    row = next(row for row in TEC.restart if row.resume_at == "SUD1")
    course = replace(COURSE, restart_row=row.id, last_key="SUD1", follows=1)
    rows = tuple(replace(one, resume_at="SUD2") if one is row else one for one in TEC.restart)
    events = events_of({"SUD1": "given 12-03", "SUD2": "held"})
    assert obstacles(course, events, TEC) == ()
    found = obstacles(course, events, replace(TEC, restart=rows))
    assert codes(found) == [("course_version_without_dose", TEC.regimens[0].steps[0].label)]
    unread = tuple(replace(one, resume_at="") if one is row else one for one in TEC.restart)
    assert codes(obstacles(course, (), replace(TEC, restart=unread))) == [("course_version_without_row", row.id)]


def test_that_changed_days_and_amounts_are_listed_and_what_stays_is_not() -> None:
    first = TEC.regimens[0].phases[0]
    later = replace(first, first_gap=replace(first.first_gap, nominal=9))
    mono = replace(TEC.regimens[0], phases=(later,))
    moved = on_version(COURSE, replace(TEC, regimens=(mono,)))
    now, then = (infusions(course, (), BODY, TODAY, UNTIL) for course in (COURSE, moved))
    changes = dose_changes(now, then)
    assert changes[0] == DoseChange(
        "Weekly treatment dose 1", date(2026, 12, 16), date(2026, 12, 18), "108.75 mg (1.5 mg/kg)",
        "108.75 mg (1.5 mg/kg)",
    )  # fmt: skip
    assert changes[-1].after is None and changes[-1].before == date(2026, 12, 30)  # past the last day looked at
    assert dose_changes(now, now) == ()
    unweighed = infusions(COURSE, (), Body(), TODAY, UNTIL)
    assert [change.before == change.after for change in dose_changes(unweighed, now)] == [True] * len(now)
    assert dose_changes((), now[:1])[0].before is None

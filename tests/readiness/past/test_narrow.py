"""A board that does not read the past finds what one that reads everything finds, whatever happened in between."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from crs_desktop.kernel.clock import StatedClock, local_day
from crs_desktop.kernel.refusal import Refused
from crs_desktop.patients.commands import AddCourse, EndCourse, MarkInfusion, Reschedule
from crs_desktop.patients.model import Infusion, Outcome, PatientRecord
from crs_desktop.patients.repository import open_patients
from crs_desktop.patients.service import keep_over
from crs_desktop.policy.service import longest_after
from crs_desktop.readiness.gather import Situation, gather
from crs_desktop.readiness.past.keeping import record
from tests.readiness.board.site import ACTOR, CELLS, NOW, STEPS, ZONE, Site, day, site_in


@dataclass
class Years:
    """A site over months: each step some days later, with something recorded of somebody."""

    site: Site
    chance: random.Random
    at: datetime = NOW

    def step(self) -> None:
        self.at += timedelta(days=self.chance.choice([0, 1, 3, 9, 30, 70]), minutes=1)
        self.site.store.clock = StatedClock(self.at)
        records = self.site.patients.records()
        if len(records) < 2 or (len(records) < 6 and self.chance.random() < 0.3):
            self.site.enrol(f"P{len(records)}", self.chance.choice([CELLS, STEPS]), self.ago(-2), "60", -self.ago(-3))
            return
        record = self.chance.choice(records)
        what = self.chance.choice(["told", "told", "told", "told", "one", "one", "move", "end", "anew", "dose"])
        getattr(self, what)(record)

    def ago(self, days: int) -> int:
        """A day counted from the present one, as the site counts: from its first day."""
        return (local_day(self.at, ZONE) - day(0)).days + days

    def told(self, record: PatientRecord) -> None:
        """Whatever is due of a patient is told at last."""
        for item in self.due(record):
            self.mark(item, self.chance.choice(["given", "given", "given", "not given"]))

    def one(self, record: PatientRecord) -> None:
        for item in self.due(record)[:1]:
            self.mark(item, self.chance.choice(["given", "held", "not given"]))

    def move(self, record: PatientRecord) -> None:
        waiting = [item for item in record.infusions if item.outcome in (Outcome.PLANNED, Outcome.HELD)]
        for item in waiting[:1]:
            to = str(day(self.ago(self.chance.randint(0, 60))))
            command = Reschedule(self.site.key(), item.course_id, item.dose.key, to, "", "bed free later")
            self.site.patients.reschedule(command, ACTOR)

    def end(self, record: PatientRecord) -> None:
        kind = self.chance.choice(["withdrawn", "withdrawn", "died"])
        course = self.chance.choice(record.courses).id
        self.site.patients.end_course(EndCourse(self.site.key(), course, kind, str(day(self.ago(0))), "told"), ACTOR)

    def anew(self, record: PatientRecord) -> None:
        """Another course of the same patient: what was over before may touch it."""
        therapy, regimen = self.chance.choice([(CELLS, "single"), (STEPS, "mono")])
        start = str(day(self.ago(self.chance.randint(-3, 20))))
        self.site.patients.add_course(
            AddCourse(self.site.key(), record.patient.id, therapy, regimen, start, "relapse"), ACTOR
        )

    def dose(self, record: PatientRecord) -> None:
        self.site.dose(record.patient.id, {}, supply="elsewhere", ahead=self.ago(0), at="00:10")

    def due(self, record: PatientRecord) -> list[Infusion]:
        today = local_day(self.at, ZONE)
        return [item for item in record.infusions if item.outcome is Outcome.PLANNED and item.day <= today][:12]

    def mark(self, item: Infusion, outcome: str) -> None:
        given = f"{item.day} 00:05" if outcome == "given" else ""
        command = MarkInfusion(self.site.key(), item.course_id, item.dose.key, outcome, given, "as told")
        self.site.patients.mark(command, ACTOR)


def asked(years: Years, everybody: bool, ahead: int | None = None, as_of: datetime | None = None) -> Situation:
    with years.site.store.read() as session:
        on = None if ahead is None else day(years.ago(ahead))
        return gather(session, as_of or years.at, ZONE, False, on, as_of=as_of, everybody=everybody)


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.long) for n in range(1, 120))])
def test_that_a_board_reads_everybody_it_may_say_anything_of(tmp_path: Path, seed: int) -> None:
    years = Years(site_in(tmp_path), random.Random(seed))
    moments = []
    for number in range(14 if seed < 1 else 22):
        years.step()
        moments.append(years.at)
        found = asked(years, everybody=False)
        years.site.store.keep(lambda session, found=found: keep_over(session, dict(found.over)))  # type: ignore[misc]
        assert asked(years, everybody=False) == asked(years, everybody=True)
        if number % 4 == 3:
            ahead, before = years.chance.randint(-90, 90), years.chance.choice(moments)
            assert asked(years, False, ahead) == asked(years, True, ahead)
            assert asked(years, False, as_of=before) == asked(years, True, as_of=before)
    years.site.store.close()


def over(site: Site) -> dict[int, str | None]:
    with site.store.read() as session:
        rows = session.execute(text("SELECT course_id, over_on FROM course_standings ORDER BY course_id"))
        return {course: day for course, day in rows}


def read_of(site: Site) -> set[int]:
    with site.store.read() as session:
        return open_patients(session, local_day(site.store.clock.now(), ZONE) - longest_after())


def test_that_a_course_told_to_its_end_is_not_read_again_and_whatever_is_recorded_opens_it(site: Site) -> None:
    patient, other = site.enrol("Adler", CELLS, -3, "60"), site.enrol("Berger", STEPS, 2)
    site.mark(patient, "D0", "given", -3)
    site.readiness.refresh()
    first, second = site.course(patient), site.course(other)
    assert over(site) == {first: str(day(-3)), second: None}
    assert read_of(site) == {patient, other}  # it may have a window still, under some policy
    site.store.clock = StatedClock(NOW + timedelta(days=200))
    assert read_of(site) == {other}
    site.readiness.refresh()
    site.mark(patient, "D0", "held")
    assert over(site)[first] is None and read_of(site) == {patient, other}


@pytest.mark.parametrize("table", ["course_ends", "course_versions", "phase_entries", "infusion_events", "courses"])
def test_that_every_fact_of_a_course_opens_all_courses_of_its_patient(site: Site, table: str) -> None:
    patient = site.enrol("Adler", CELLS, -3, "60")
    site.mark(patient, "D0", "given", -3)
    site.readiness.refresh()
    course = site.course(patient)
    assert over(site)[course] is not None
    values = {
        "course_ends": f"{course}, 'withdrawn', '2026-12-02', '', 1, 'W'",
        "course_versions": f"9, {course}, (SELECT fingerprint FROM courses LIMIT 1), '', 1, 'W'",
        "phase_entries": f"9, {course}, 'p', '2026-12-02', '', 1, 'W'",
        "infusion_events": f"99, {course}, 'D0', 'held', '2026-12-02', '', NULL, '', 1, 'W'",
        "courses": f"99, {patient}, (SELECT fingerprint FROM courses LIMIT 1), 'single', '2026-12-02', 1, 'W', NULL, "
        "NULL, NULL",
    }[table]
    site.store.keep(lambda session: session.execute(text(f"INSERT INTO {table} VALUES ({values})")) and None)
    assert set(over(site).values()) == {None}


def test_that_what_was_found_over_is_not_kept_when_something_was_written_meanwhile(site: Site) -> None:
    patient = site.enrol("Adler", CELLS, -3, "60")
    site.mark(patient, "D0", "given", -3)
    asked_with = site.readiness._asked_with()
    assert asked_with.situation.over
    site.mark(patient, "D0", "held")
    board = site.board()
    site.store.keep(lambda session: record(session, board, asked_with, ZONE))
    assert over(site) == {site.course(patient): None}


def test_that_a_window_that_outlasts_its_course_is_on_the_board(site: Site) -> None:
    patient = site.enrol("Adler", CELLS, -3, "60")
    site.mark(patient, "D0", "given", -3)
    site.readiness.refresh()
    assert over(site) == {site.course(patient): str(day(-3))}
    for later, windows in ((0, 1), (11, 1), (12, 0)):
        site.store.clock = StatedClock(NOW + timedelta(days=later))
        assert len(site.board().windows) == windows
    assumed = site.readiness.past.what_was(NOW + timedelta(days=12), {"days_after_cells": "60"})
    assert not isinstance(assumed, Refused) and len(assumed.board.windows) == 1


def test_that_an_infusion_told_late_was_untold_before(site: Site) -> None:
    patient = site.enrol("Adler", CELLS, -200, "60")
    later = NOW + timedelta(days=1)
    site.store.clock = StatedClock(later)
    site.mark(patient, "D0", "given", -200)
    site.readiness.refresh()
    assert over(site) == {site.course(patient): str(day(-200))} and not site.board().rows
    then = site.readiness.past.what_was(NOW, {})
    assert not isinstance(then, Refused) and [row.overdue is not None for row in then.board.rows] == [True]

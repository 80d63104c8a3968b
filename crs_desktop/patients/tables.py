"""Rows of patients. All of them are append-only: what becomes of a course is told by rows beside it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.store.columns import STRICT, Row


class PatientTable(Row):
    """A person; the record number is unique as text."""

    __tablename__ = "patients"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    mrn: Mapped[str] = mapped_column(unique=True)
    family_name: Mapped[str]
    given_name: Mapped[str]
    birth_date: Mapped[date]
    at: Mapped[datetime]
    actor: Mapped[str]


class AllergyTable(Row):
    """What is known of a patient's allergies; the latest row holds."""

    __tablename__ = "allergies"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    text: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class WeighingTable(Row):
    """A weight."""

    __tablename__ = "weighings"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    weight: Mapped[BodyWeight]
    measured_at: Mapped[datetime]
    method: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class HeightTable(Row):
    """A height in whole millimetres."""

    __tablename__ = "heights"
    __table_args__ = (CheckConstraint("millimetres > 0", name="millimetres"), STRICT)
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    millimetres: Mapped[int]
    measured_at: Mapped[datetime]
    method: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class CourseTable(Row):
    """A therapy of a patient, pinned to a protocol version.

    A restarted step-up `follows` the course that it takes the place of: by the restart row, after the dose `last_key`.
    """

    __tablename__ = "courses"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(ForeignKey("protocol_versions.fingerprint"))
    regimen_id: Mapped[str]
    start: Mapped[date]
    at: Mapped[datetime]
    actor: Mapped[str]
    restart_row: Mapped[str | None]
    last_key: Mapped[str | None]
    follows: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))


class CourseVersionTable(Row):
    """A course moved to another version of its protocol; the latest row holds."""

    __tablename__ = "course_versions"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(ForeignKey("protocol_versions.fingerprint"))
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class PhaseEntryTable(Row):
    """A phase that needs a judgement, entered by a prescriber."""

    __tablename__ = "phase_entries"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    phase_id: Mapped[str]
    day: Mapped[date]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class CourseEndTable(Row):
    """The end of a course before its time."""

    __tablename__ = "course_ends"
    __table_args__ = STRICT
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    kind: Mapped[str]
    day: Mapped[date]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class InfusionEventTable(Row):
    """Something recorded about an infusion."""

    __tablename__ = "infusion_events"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    dose_key: Mapped[str]
    kind: Mapped[str]
    day: Mapped[date]
    clock_time: Mapped[str]
    given_at: Mapped[datetime | None]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class CourseStandingTable(Row):
    """Whether a course is told to its end: the last day of anything of it, empty while something may still come.

    Worked out by the rules, so that the board need not read the past again; taken back by trigger whenever anything is
    recorded of the patient.
    """

    __tablename__ = "course_standings"
    __table_args__ = STRICT
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    over_on: Mapped[date | None] = mapped_column(index=True)

"""Heights, moved and restarted courses, phases that somebody entered, and the scores of a patient's risk."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STRICT: Any = {"sqlite_strict": True}
LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
APPEND_ONLY = ("heights", "course_versions", "phase_entries", "risk_scores")


def upgrade() -> None:
    """Build the tables and their guards, then add what a restarted course says of itself.

    The columns hold nothing in the rows that are there: a digest in the log leaves out what is empty, so that these
    rows are as they were when they were written.
    """
    _heights()
    _courses()
    _risk_scores()
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    op.execute("ALTER TABLE courses ADD COLUMN restart_row TEXT")
    op.execute("ALTER TABLE courses ADD COLUMN last_key TEXT")
    op.execute("ALTER TABLE courses ADD COLUMN follows INTEGER CONSTRAINT fk_courses_follows REFERENCES courses (id)")


def _heights() -> None:
    op.create_table(
        "heights",
        _whole("id"), _whole("patient_id"), _whole("millimetres"), _long("measured_at"), _text("method"), _long("at"),
        _text("actor"), _key("heights", "id"), _check("heights", "millimetres", "millimetres > 0"),
        _refers("heights", "patient_id", "patients.id"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_heights_patient_id"), "heights", ["patient_id"])


def _courses() -> None:
    op.create_table(
        "course_versions",
        _whole("id"), _whole("course_id"), _text("fingerprint"), _text("reason"), _long("at"), _text("actor"),
        _key("course_versions", "id"), _refers("course_versions", "course_id", "courses.id"),
        _refers("course_versions", "fingerprint", "protocol_versions.fingerprint"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_course_versions_course_id"), "course_versions", ["course_id"])
    op.create_table(
        "phase_entries",
        _whole("id"), _whole("course_id"), _text("phase_id"), _text("day"), _text("reason"), _long("at"),
        _text("actor"), _key("phase_entries", "id"), _refers("phase_entries", "course_id", "courses.id"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_phase_entries_course_id"), "phase_entries", ["course_id"])


def _risk_scores() -> None:
    op.create_table(
        "risk_scores",
        _whole("id"), _whole("patient_id"), _whole("course_id", nullable=True), _text("score"), _text("version"),
        _text("inputs"), _text("result"), _long("measured_at"), _text("note"), _long("at"), _text("actor"),
        _key("risk_scores", "id"), _refers("risk_scores", "patient_id", "patients.id"),
        _refers("risk_scores", "course_id", "courses.id"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_risk_scores_patient_id"), "risk_scores", ["patient_id"])


def _whole(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=nullable)


def _long(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, LONG, nullable=nullable)


def _text(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))

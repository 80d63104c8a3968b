"""The people: who may sign in, what happened with them, second checks, and the rule for one pharmacist at night."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STRICT: Any = {"sqlite_strict": True}
LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
APPEND_ONLY = ("people", "person_events", "second_checks", "night_rules")


def upgrade() -> None:
    """Build the four tables, then the triggers that guard them."""
    _people()
    _second_checks()
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _people() -> None:
    op.create_table(
        "people",
        _whole("id"), _text("sign_in"), _text("sign_in_key"), _long("at"), _text("actor"), _key("people", "id"),
        sa.UniqueConstraint("sign_in_key", name=op.f("uq_people_sign_in_key")), **STRICT,
    )  # fmt: skip
    op.create_table(
        "person_events",
        _whole("id"), _whole("person_id", nullable=True), _text("kind"), _text("name", nullable=True),
        _text("roles", nullable=True), _whole("active", nullable=True), _text("reason"),
        _whole("misses", nullable=True), _whole("minutes", nullable=True), _long("ends_at", nullable=True),
        _whole("about", nullable=True), _text("desk"), _long("at"), _text("actor"), _key("person_events", "id"),
        _check("person_events", "active", "active IN (0, 1)"), _check("person_events", "misses", "misses >= 0"),
        _check("person_events", "minutes", "minutes BETWEEN 1 AND 15"),
        _refers("person_events", "person_id", "people.id"), _refers("person_events", "about", "person_events.id"),
        **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_person_events_person_id_kind"), "person_events", ["person_id", "kind"])
    op.create_index(op.f("ix_person_events_kind"), "person_events", ["kind"])
    op.create_index(op.f("ix_person_events_about"), "person_events", ["about"])


def _second_checks() -> None:
    op.create_table(
        "second_checks",
        _whole("id"), _long("at"), _text("subject"), _text("subject_id"), _text("first_person"),
        _text("second_person", nullable=True), _text("kind"), _text("outcome"), _text("entered"),
        _text("differences"), _text("explanation"), _text("request_id"), _key("second_checks", "id"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_second_checks_subject"), "second_checks", ["subject", "subject_id"])
    op.create_table(
        "night_rules",
        _whole("id"), _long("at"), _text("valid_from"), _whole("from_minute"), _whole("until_minute"),
        _whole("stands"), _text("text"), _text("stated_by"), _text("request_id"), _key("night_rules", "id"),
        _check("night_rules", "from_minute", "from_minute BETWEEN 0 AND 1439"),
        _check("night_rules", "until_minute", "until_minute BETWEEN 0 AND 1439"),
        _check("night_rules", "stands", "stands IN (0, 1)"), **STRICT,
    )  # fmt: skip


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

"""Stock in full: states by place, moves, loans, prices, packs, recalls, excursions, counts, orders; standby rules."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STRICT: Any = {"sqlite_strict": True}
LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
APPEND_ONLY = (
    "prices", "packs", "excursions", "recalls", "recall_lots", "recall_ends", "counts", "count_entries", "count_ends",
    "suppliers", "supplier_terms", "closed_days", "pars", "orders", "order_lines", "order_events", "partners", "loans",
    "loan_ends", "standby_rules", "planned_uses", "planned_use_ends", "answers_given",
)  # fmt: skip


def upgrade() -> None:
    """Build the tables and their guards, then add what a movement and a state say beyond vials and lot.

    The columns hold nothing in the rows that are there: a digest in the log leaves out what is empty, so that these
    rows are as they were when they were written.
    """
    _brands()
    _recalls()
    _counts()
    _orders()
    _loans()
    _owed()
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    for column, target in (("place_id", "places"), ("recall_id", "recalls"), ("excursion_id", "excursions")):
        _add("lot_states", column, f"INTEGER CONSTRAINT fk_lot_states_{column} REFERENCES {target} (id)")
    _add("movements", "pair", "INTEGER CONSTRAINT fk_movements_pair REFERENCES movements (id)")
    for column, target in (("order_id", "orders"), ("count_id", "counts"), ("loan_id", "loans")):
        _add("movements", column, f"INTEGER CONSTRAINT fk_movements_{column} REFERENCES {target} (id)")
    _add("movements", "cause", "TEXT")
    _add("places", "at", "INTEGER")
    _add("movements", "holder", "TEXT")
    op.create_index(op.f("ix_movements_at"), "movements", ["at"])
    op.create_index("ix_movements_lot_place", "movements", ["lot_id", "place_id", "vials"])
    op.create_index(op.f("ix_balances_vials"), "balances", ["vials"])
    _standings()
    op.create_index("ix_movements_order", "movements", ["order_id"], sqlite_where=sa.text("order_id IS NOT NULL"))


def _standings() -> None:
    """Which courses are told to their end. Whatever is recorded of a patient opens all of this patient's courses again.

    A course is open until the rules have found that nothing of it is to come: a row that is missing or late can only
    make the board look at more, never at less.
    """
    op.create_table(
        "course_standings", _whole("course_id"), _text("over_on", nullable=True),
        _key("course_standings", "course_id"), _refers("course_standings", "course_id", "courses.id"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_course_standings_over_on"), "course_standings", ["over_on"])
    op.execute("INSERT INTO course_standings (course_id) SELECT id FROM courses")
    open_again = (
        "UPDATE course_standings SET over_on = NULL WHERE over_on IS NOT NULL AND course_id IN "
        "(SELECT id FROM courses WHERE patient_id = {patient})"
    )
    op.execute(
        "CREATE TRIGGER courses_stand_open AFTER INSERT ON courses BEGIN "
        "INSERT INTO course_standings (course_id) VALUES (new.id); "
        f"{open_again.format(patient='new.patient_id')}; END"
    )
    patient = "(SELECT patient_id FROM courses WHERE id = new.course_id)"
    for table in ("infusion_events", "course_ends", "course_versions", "phase_entries"):
        op.execute(
            f"CREATE TRIGGER {table}_open_again AFTER INSERT ON {table} BEGIN "
            f"{open_again.format(patient=patient)}; END"
        )
    op.execute(
        "CREATE TRIGGER course_standings_no_delete BEFORE DELETE ON course_standings "
        "BEGIN SELECT RAISE(ABORT, 'course_standings are kept'); END"
    )


def _add(table: str, column: str, kind: str) -> None:
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")


def _brands() -> None:
    _table("prices", _text("brand"), _long("strength"), _whole("minor"), _text("currency"), _text("valid_from"),
           _text("reason"), _check("prices", "minor", "minor >= 0"))  # fmt: skip
    _table("packs", _text("gtin"), _text("use"), _text("brand"), _long("strength", nullable=True),
           _whole("vials", nullable=True), _text("ndc"), _text("differs"), _text("reason"))  # fmt: skip
    op.create_index(op.f("ix_packs_gtin"), "packs", ["gtin"])
    _table("excursions", _whole("place_id"), _long("began_at"), _long("ended_at", nullable=True),
           _whole("lowest_tenths", nullable=True), _whole("highest_tenths", nullable=True), _text("reason"),
           _refers("excursions", "place_id", "places.id"))  # fmt: skip


def _recalls() -> None:
    _table("recalls", _text("number"), _text("recall_class"), _text("brand"), _whole("every_lot"), _text("noticed"),
           _text("reason"), _text("source"), _check("recalls", "every_lot", "every_lot IN (0, 1)"))  # fmt: skip
    op.create_table(
        "recall_lots", _whole("recall_id"), _text("lot_number"), _key("recall_lots", "recall_id", "lot_number"),
        _refers("recall_lots", "recall_id", "recalls.id"), **STRICT,
    )  # fmt: skip
    _ending("recall_ends", "recall_id", "recalls")


def _counts() -> None:
    _table("counts", _whole("place_id"), _whole("frozen_movement"), _text("note"),
           _refers("counts", "place_id", "places.id"))  # fmt: skip
    _table("count_entries", _whole("count_id"), _whole("round"), _whole("lot_id"), _whole("vials"),
           _whole("ledger"), _check("count_entries", "round", "round >= 1"),
           _check("count_entries", "vials", "vials >= 0"),
           _once("count_entries", "count_id", "round", "lot_id"),
           _refers("count_entries", "count_id", "counts.id"),
           _refers("count_entries", "lot_id", "lots.id"))  # fmt: skip
    _ending("count_ends", "count_id", "counts", _text("outcome"))


def _orders() -> None:
    _table("suppliers", _text("name"), _once("suppliers", "name"))
    _table("supplier_terms", _whole("supplier_id"), _whole("lead_days"), _whole("cut_off_minute"),
           _whole("arrival_minute", nullable=True), _text("weekdays"), _text("country"), _text("subdivision"),
           _whole("shelf_life_days", nullable=True), _text("reason"),
           _refers("supplier_terms", "supplier_id", "suppliers.id"))  # fmt: skip
    op.create_index(op.f("ix_supplier_terms_supplier_id"), "supplier_terms", ["supplier_id"])
    _table("closed_days", _whole("supplier_id", nullable=True), _text("day"), _whole("open"), _text("reason"),
           _check("closed_days", "open", "open IN (0, 1)"),
           _refers("closed_days", "supplier_id", "suppliers.id"))  # fmt: skip
    _table("pars", _text("brand"), _long("strength"), _whole("least"), _whole("target"), _text("reason"),
           _check("pars", "least", "least >= 0 AND target >= least"))  # fmt: skip
    _table("orders", _whole("supplier_id"), _text("reference"), _text("expected"),
           _whole("expected_minute", nullable=True), _whole("shelf_life_days", nullable=True), _text("note"),
           _refers("orders", "supplier_id", "suppliers.id"))  # fmt: skip
    op.create_table(
        "order_lines", _whole("order_id"), _text("brand"), _long("strength"), _whole("vials"),
        _key("order_lines", "order_id", "brand", "strength"), _check("order_lines", "vials", "vials > 0"),
        _refers("order_lines", "order_id", "orders.id"), **STRICT,
    )  # fmt: skip
    _table("order_events", _whole("order_id"), _text("kind"), _text("expected", nullable=True),
           _whole("expected_minute", nullable=True), _text("reason"),
           _refers("order_events", "order_id", "orders.id"))  # fmt: skip
    op.create_index(op.f("ix_order_events_order_id"), "order_events", ["order_id"])


def _loans() -> None:
    _table("partners", _text("name"), _text("contact"), _once("partners", "name"))
    _table("loans", _whole("partner_id"), _text("direction"), _text("due", nullable=True), _text("reason"),
           _refers("loans", "partner_id", "partners.id"))  # fmt: skip
    _ending("loan_ends", "loan_id", "loans")


def _owed() -> None:
    _table("standby_rules", _text("jurisdiction"), _text("scope_kind"), _text("scope"), _text("kind"), _whole("sets"),
           _whole("further_sets"), _whole("extra_days"), _text("valid_from"), _text("valid_to", nullable=True),
           _text("owner"), _text("reason"), _text("citation"),
           _check("standby_rules", "sets", "sets >= 0 AND further_sets >= 0 AND further_sets <= sets"),
           _check("standby_rules", "extra_days", "extra_days >= 0"))  # fmt: skip
    _table("planned_uses", _whole("patient_id"), _text("day"), _text("reason"),
           _refers("planned_uses", "patient_id", "patients.id"))  # fmt: skip
    op.create_index(op.f("ix_planned_uses_patient_id"), "planned_uses", ["patient_id"])
    _ending("planned_use_ends", "planned_use_id", "planned_uses")
    op.create_table(
        "answers_given", _whole("id"), _text("name"), _long("asked_at"), _text("fingerprint"), _text("proposed"),
        _whole("known_until"), _text("digest"), _key("answers_given", "id"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_answers_given_asked_at"), "answers_given", ["asked_at"])


def _table(name: str, *parts: Any) -> None:
    op.create_table(name, _whole("id"), *parts, _long("at"), _text("actor"), _key(name, "id"), **STRICT)


def _ending(name: str, column: str, ended: str, *parts: Any) -> None:
    op.create_table(
        name, _whole(column), *parts, _text("reason"), _long("at"), _text("actor"), _key(name, column),
        _refers(name, column, f"{ended}.id"), **STRICT,
    )  # fmt: skip


def _whole(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=nullable)


def _long(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, LONG, nullable=nullable)


def _text(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))

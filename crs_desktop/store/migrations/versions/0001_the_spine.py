"""The first schema: ledger, patients, doses, and the log of every change."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STRICT: Any = {"sqlite_strict": True}
LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
# What has happened is never edited: a correction is a row of its own.
APPEND_ONLY = (
    "requests", "change_log", "policy_rows", "protocol_versions", "adoptions", "places", "lots", "lot_states",
    "movements", "earmark_vials", "discrepancies",
    "discrepancy_closes", "patients", "allergies", "weighings", "courses", "course_ends",
    "infusion_events", "episodes", "episode_closes", "grades", "doses", "dose_vials", "dose_reversals", "filed_sheets",
)  # fmt: skip


def upgrade() -> None:
    """Build every table, then the triggers that guard them."""
    _store()
    _policy_and_therapies()
    _stock()
    _promises()
    _patients()
    _episodes()
    _doses()
    _documents()
    for table in APPEND_ONLY:
        _guard(table)
    _keep_balance()
    _end_promises_only()


def _store() -> None:
    op.create_table(
        "store_facts",
        _text("name"), _text("value"), _key("store_facts", "name"), **STRICT,
    )  # fmt: skip
    op.create_table(
        "requests",
        _text("request_id"), _text("intent"), _text("content"), _text("result"), _long("at"),
        _key("requests", "request_id"), **STRICT,
    )  # fmt: skip
    op.create_table(
        "change_log",
        _id(), _text("request_id"), _long("at"), _text("actor"), _text("role"), _text("desk"), _text("intent"),
        _text("subject"), _text("subject_id"), _text("action"), _text("reason"), _text("before", nullable=True),
        _text("after", nullable=True), _key("change_log", "id"),
        _refers("change_log", "request_id", "requests.request_id", deferred=True), **STRICT,
    )  # fmt: skip
    op.create_table(
        "kept_answers",
        _text("name"), _long("at"), _text("body"), _key("kept_answers", "name"), **STRICT,
    )  # fmt: skip


def _policy_and_therapies() -> None:
    op.create_table(
        "policy_rows",
        _id(), _text("key"), _text("value"), _text("valid_from"), _text("owner"), _text("reason"), _text("citation"),
        _long("at"), _text("actor"), _key("policy_rows", "id"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_policy_rows_key"), "policy_rows", ["key"])
    op.create_table(
        "protocol_versions",
        _text("fingerprint"), _text("therapy_id"), _blob("text"), _long("at"),
        _key("protocol_versions", "fingerprint"), **STRICT,
    )  # fmt: skip
    op.create_table(
        "adoptions",
        _id(), _text("therapy_id"), _text("fingerprint"), _text("pharmacist"), _text("checked"), _text("note"),
        _long("at"), _text("actor"), _key("adoptions", "id"),
        _refers("adoptions", "fingerprint", "protocol_versions.fingerprint"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_adoptions_therapy_id"), "adoptions", ["therapy_id"])


def _stock() -> None:
    op.create_table(
        "places",
        _id(), _text("name"), _whole("reach_minutes"), _key("places", "id"),
        _check("places", "reach", "reach_minutes >= 0"), _unique("places", "name"), **STRICT,
    )  # fmt: skip
    op.create_table(
        "lots",
        _id(), _text("brand"), _long("strength"), _text("number"), _text("expires"), _key("lots", "id"),
        _check("lots", "strength", "strength > 0"), _unique("lots", "brand", "strength", "number"), **STRICT,
    )  # fmt: skip
    op.create_table(
        "lot_states",
        _id(), _whole("lot_id"), _text("state"), _text("reason"), _long("at"), _text("actor"),
        _key("lot_states", "id"), _refers("lot_states", "lot_id", "lots.id"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_lot_states_lot_id"), "lot_states", ["lot_id"])
    op.create_table(
        "movements",
        _id(), _whole("lot_id"), _whole("place_id"), _whole("vials"), _text("kind"), _text("reason"), _long("at"),
        _text("actor"), _whole("reverses", nullable=True), _whole("dose_id", nullable=True), _key("movements", "id"),
        _check("movements", "vials", "vials <> 0"), _refers("movements", "lot_id", "lots.id"),
        _refers("movements", "place_id", "places.id"), _refers("movements", "reverses", "movements.id"),
        _unique("movements", "reverses"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_movements_dose_id"), "movements", ["dose_id"])
    op.create_index(op.f("ix_movements_lot_id"), "movements", ["lot_id"])
    op.create_table(
        "balances",
        _whole("lot_id"), _whole("place_id"), _whole("vials"), _key("balances", "lot_id", "place_id"),
        _check("balances", "vials", "vials >= 0"), _refers("balances", "lot_id", "lots.id"),
        _refers("balances", "place_id", "places.id"), **STRICT,
    )  # fmt: skip


def _promises() -> None:
    op.create_table(
        "earmarks",
        _id(), _text("holder"), _whole("set_no"), _text("held_from"), _text("held_until"), _long("at"),
        _text("actor"), _long("released_at", nullable=True), _text("released_because", nullable=True),
        _key("earmarks", "id"), _check("earmarks", "set_no", "set_no >= 1"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_earmarks_holder"), "earmarks", ["holder"])
    op.create_index(op.f("ix_earmarks_released_at"), "earmarks", ["released_at"])
    op.create_table(
        "earmark_vials",
        _whole("earmark_id"), _whole("lot_id"), _whole("place_id"), _whole("vials"),
        _key("earmark_vials", "earmark_id", "lot_id", "place_id"), _check("earmark_vials", "vials", "vials > 0"),
        _refers("earmark_vials", "earmark_id", "earmarks.id"), _refers("earmark_vials", "lot_id", "lots.id"),
        _refers("earmark_vials", "place_id", "places.id"), **STRICT,
    )  # fmt: skip
    op.create_table(
        "discrepancies",
        _id(), _whole("lot_id"), _whole("place_id", nullable=True), _whole("vials"), _whole("dose_id"),
        _long("opened_at"), _key("discrepancies", "id"), _check("discrepancies", "vials", "vials > 0"),
        _refers("discrepancies", "lot_id", "lots.id"), _refers("discrepancies", "place_id", "places.id"), **STRICT,
    )  # fmt: skip
    op.create_table(
        "discrepancy_closes",
        _whole("discrepancy_id"), _text("reason"), _long("at"), _text("actor"),
        _key("discrepancy_closes", "discrepancy_id"),
        _refers("discrepancy_closes", "discrepancy_id", "discrepancies.id"), **STRICT,
    )  # fmt: skip


def _patients() -> None:
    op.create_table(
        "patients",
        _id(), _text("mrn"), _text("family_name"), _text("given_name"), _text("birth_date"), _long("at"),
        _text("actor"), _key("patients", "id"), _unique("patients", "mrn"), **STRICT,
    )  # fmt: skip
    op.create_table(
        "allergies",
        _id(), _whole("patient_id"), _text("text"), _long("at"), _text("actor"), _key("allergies", "id"),
        _refers("allergies", "patient_id", "patients.id"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_allergies_patient_id"), "allergies", ["patient_id"])
    op.create_table(
        "weighings",
        _id(), _whole("patient_id"), _long("weight"), _long("measured_at"), _text("method"), _long("at"),
        _text("actor"), _key("weighings", "id"), _refers("weighings", "patient_id", "patients.id"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_weighings_patient_id"), "weighings", ["patient_id"])
    op.create_table(
        "courses",
        _id(), _whole("patient_id"), _text("fingerprint"), _text("regimen_id"), _text("start"), _long("at"),
        _text("actor"), _key("courses", "id"), _refers("courses", "fingerprint", "protocol_versions.fingerprint"),
        _refers("courses", "patient_id", "patients.id"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_courses_patient_id"), "courses", ["patient_id"])
    op.create_table(
        "course_ends",
        _whole("course_id"), _text("kind"), _text("day"), _text("reason"), _long("at"), _text("actor"),
        _key("course_ends", "course_id"), _refers("course_ends", "course_id", "courses.id"), **STRICT,
    )  # fmt: skip
    op.create_table(
        "infusion_events",
        _id(), _whole("course_id"), _text("dose_key"), _text("kind"), _text("day"), _text("clock_time"),
        _long("given_at", nullable=True), _text("reason"), _long("at"), _text("actor"), _key("infusion_events", "id"),
        _refers("infusion_events", "course_id", "courses.id"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_infusion_events_course_id"), "infusion_events", ["course_id"])


def _episodes() -> None:
    op.create_table(
        "episodes",
        _id(), _whole("patient_id"), _long("opened_at"), _long("at"), _text("actor"), _key("episodes", "id"),
        _refers("episodes", "patient_id", "patients.id"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_episodes_patient_id"), "episodes", ["patient_id"])
    op.create_table(
        "episode_closes",
        _whole("episode_id"), _long("closed_at"), _text("reason"), _long("at"), _text("actor"),
        _key("episode_closes", "episode_id"), _refers("episode_closes", "episode_id", "episodes.id"), **STRICT,
    )  # fmt: skip
    op.create_table(
        "grades",
        _id(), _whole("episode_id"), _text("kind"), _whole("grade"), _text("scale"), _text("told_by"),
        _long("graded_at"), _long("at"), _text("actor"), _key("grades", "id"),
        _check("grades", "grade", "grade BETWEEN 0 AND 5"), _refers("grades", "episode_id", "episodes.id"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_grades_episode_id"), "grades", ["episode_id"])


def _doses() -> None:
    op.create_table(
        "doses",
        _id(), _text("request_id"), _whole("patient_id"), _whole("episode_id", nullable=True),
        _whole("grade_id", nullable=True), _text("purpose"), _long("started_at"), _long("ended_at", nullable=True),
        _long("amount"), _long("calculated", nullable=True), _long("weight", nullable=True),
        _long("weighed_at", nullable=True), _text("supply"), _text("prescriber"), _text("given_by"), _text("note"),
        _text("deviations"), _text("deviation_reason"), _text("deviation_name"), _text("policy_fingerprint"),
        _text("protocol_fingerprint"), _long("at"), _text("actor"), _key("doses", "id"),
        _check("doses", "amount", "amount > 0"), _refers("doses", "episode_id", "episodes.id"),
        _refers("doses", "grade_id", "grades.id"), _refers("doses", "patient_id", "patients.id"),
        _unique("doses", "request_id"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_doses_patient_id"), "doses", ["patient_id"])
    op.create_table(
        "dose_vials",
        _whole("dose_id"), _whole("lot_id"), _whole("place_id"), _whole("vials"), _whole("missing"),
        _key("dose_vials", "dose_id", "lot_id", "place_id"),
        _check("dose_vials", "vials", "vials > 0 AND missing >= 0 AND missing <= vials"),
        _refers("dose_vials", "dose_id", "doses.id"), _refers("dose_vials", "lot_id", "lots.id"),
        _refers("dose_vials", "place_id", "places.id"), **STRICT,
    )  # fmt: skip
    op.create_table(
        "dose_reversals",
        _whole("dose_id"), _text("reason"), _long("at"), _text("actor"), _key("dose_reversals", "dose_id"),
        _refers("dose_reversals", "dose_id", "doses.id"), **STRICT,
    )  # fmt: skip


def _documents() -> None:
    op.create_table(
        "filed_sheets",
        _id(), _text("code"), _text("kind"), _whole("patient_id", nullable=True), _whole("course_id", nullable=True),
        _text("dose_key"), _text("day"), _text("file_name"), _text("sha256"), _text("facts"), _long("valid_until"),
        _long("at"), _text("actor"), _key("filed_sheets", "id"), _refers("filed_sheets", "course_id", "courses.id"),
        _refers("filed_sheets", "patient_id", "patients.id"), **STRICT,
    )  # fmt: skip
    op.create_index(op.f("ix_filed_sheets_code"), "filed_sheets", ["code"])
    op.create_index(op.f("ix_filed_sheets_patient_id"), "filed_sheets", ["patient_id"])


def _guard(table: str) -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _keep_balance() -> None:
    # The conflict clause of the statement that fires them bends these lines, so an overdraw is raised by name, and
    # the sum is looked at last: INSERT OR IGNORE and INSERT OR FAIL would else leave a movement without its balance.
    here = "lot_id = new.lot_id AND place_id = new.place_id"
    op.execute(
        "CREATE TRIGGER movements_keep_balance AFTER INSERT ON movements BEGIN "
        "SELECT RAISE(ABORT, 'CHECK constraint failed: ck_balances_vials') "
        f"WHERE new.vials + coalesce((SELECT vials FROM balances WHERE {here}), 0) < 0; "
        "INSERT INTO balances (lot_id, place_id, vials) SELECT new.lot_id, new.place_id, 0 "
        f"WHERE NOT EXISTS (SELECT 1 FROM balances WHERE {here}); "
        f"UPDATE balances SET vials = vials + new.vials WHERE {here}; "
        f"{_unless_the_sum('new')}; END"
    )
    op.execute(
        "CREATE TRIGGER balances_begin_at_nothing BEFORE INSERT ON balances WHEN new.vials <> 0 "
        "BEGIN SELECT RAISE(ABORT, 'a balance is the sum of its movements'); END"
    )
    op.execute(
        "CREATE TRIGGER balances_follow_movements AFTER UPDATE ON balances BEGIN "
        f"{_unless_the_sum('old')}; {_unless_the_sum('new')}; END"
    )
    op.execute(
        "CREATE TRIGGER balances_no_delete BEFORE DELETE ON balances "
        "BEGIN SELECT RAISE(ABORT, 'balances are kept'); END"
    )


def _unless_the_sum(row: str) -> str:
    where = f"lot_id = {row}.lot_id AND place_id = {row}.place_id"
    return (
        "SELECT RAISE(ABORT, 'a balance is the sum of its movements') "
        f"WHERE (SELECT vials FROM balances WHERE {where}) IS NOT (SELECT sum(vials) FROM movements WHERE {where})"
    )


def _end_promises_only() -> None:
    # A promise may end once; what was promised, to whom and by whom never changes.
    op.execute(
        "CREATE TRIGGER earmarks_end_only BEFORE UPDATE ON earmarks WHEN old.released_at IS NOT NULL "
        "OR new.released_at IS NULL OR new.released_because IS NULL OR new.id <> old.id "
        "OR new.holder <> old.holder OR new.set_no <> old.set_no "
        "OR new.held_from <> old.held_from OR new.held_until <> old.held_until OR new.at <> old.at "
        "OR new.actor <> old.actor BEGIN SELECT RAISE(ABORT, 'a promise can only end'); END"
    )
    op.execute(
        "CREATE TRIGGER earmarks_no_delete BEFORE DELETE ON earmarks "
        "BEGIN SELECT RAISE(ABORT, 'earmarks is append-only'); END"
    )


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer, nullable=False)


def _whole(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=nullable)


def _long(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, LONG, nullable=nullable)


def _text(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _blob(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary, nullable=nullable)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _refers(table: str, column: str, target: str, deferred: bool = False) -> sa.ForeignKeyConstraint:
    when: Any = {"deferrable": True, "initially": "DEFERRED"} if deferred else {}
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), **when)

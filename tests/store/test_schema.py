"""The schema as it lies in the store: strict, equal to the models, guarded by triggers that nothing gets around."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

# Every room that has tables, so that the models are whole.
import crs_desktop.documents.repository
import crs_desktop.doses.planned.tables
import crs_desktop.doses.repository
import crs_desktop.episodes.repository
import crs_desktop.patients.repository
import crs_desktop.patients.risk.repository
import crs_desktop.policy.repository
import crs_desktop.policy.standby.tables
import crs_desktop.staff.repository
import crs_desktop.staff.signing.tables
import crs_desktop.stock.brands.tables
import crs_desktop.stock.counting.tables
import crs_desktop.stock.holding.tables
import crs_desktop.stock.moving.tables
import crs_desktop.stock.ordering.tables
import crs_desktop.stock.recalls.tables
import crs_desktop.stock.repository
import crs_desktop.stock.scanning.tables
import crs_desktop.store.tables
import crs_desktop.therapies.repository
from crs_desktop.store.columns import Row
from crs_desktop.store.driver import connect, driver
from crs_desktop.store.engine import writer_engine
from crs_desktop.store.opening import CURRENT_SCHEMA
from crs_desktop.store.upgrade import migration_settings
from tests.store.made_up_keys import KEYS
from tests.store.pharmacy import WEBER, Pharmacy, dose, new_store, promise, rows

ROOMS = Path(crs_desktop.store.tables.__file__).parents[1]
APPEND_ONLY = {
    "requests", "change_log", "policy_rows", "protocol_versions", "adoptions", "places", "lots", "lot_states",
    "movements", "earmark_vials", "discrepancies", "discrepancy_closes", "patients", "allergies", "weighings",
    "courses", "course_ends", "people", "person_events", "second_checks", "night_rules",
    "infusion_events", "episodes", "episode_closes", "grades", "doses", "dose_vials", "dose_reversals", "filed_sheets",
    "paper_contents", "heights", "course_versions", "phase_entries", "risk_scores", "prices", "packs", "excursions",
    "recalls", "recall_lots", "recall_ends", "counts", "count_entries", "count_ends", "suppliers", "supplier_terms",
    "closed_days", "pars", "orders", "order_lines", "order_events", "partners", "loans", "loan_ends", "standby_rules",
    "planned_uses", "planned_use_ends", "answers_given",
}  # fmt: skip
# What may change, each with its reason: what the store is; a cache; kept by trigger; worked out and opened again by
# trigger; a promise ends; the schema number.
MAY_CHANGE = {"store_facts", "kept_answers", "balances", "course_standings", "earmarks", "alembic_version"}
OTHER_TRIGGERS = {
    "movements_keep_balance", "balances_begin_at_nothing", "balances_follow_movements", "balances_no_delete",
    "earmarks_end_only", "earmarks_no_delete", "courses_stand_open", "infusion_events_open_again",
    "course_ends_open_again", "course_versions_open_again", "phase_entries_open_again", "course_standings_no_delete",
}  # fmt: skip


@pytest.fixture
def full(pharmacy: Pharmacy) -> Pharmacy:
    """A pharmacy with a lot, a promise, a dose and a discrepancy."""
    line = pharmacy.receive("B1", 4)
    pharmacy.stock.confirm(promise("p1", line, "course:9"), WEBER)
    pharmacy.doses.log_dose(dose("d1", line, 6), WEBER)
    return pharmacy


def refused(pharmacy: Pharmacy, *statements: str) -> str:
    """Why the store refused, by a plain connection that knows no service; nothing of it stays."""
    connection = connect(pharmacy.store.path, KEYS.data)
    connection.execute("BEGIN")
    try:
        with pytest.raises(driver.Error) as caught:
            for statement in statements:
                connection.execute(statement)
            raise AssertionError(f"the store took {statements}")
    finally:
        connection.execute("ROLLBACK")
        connection.close()
    return str(caught.value)


def test_that_every_table_is_strict_and_has_a_place_in_the_lists(pharmacy: Pharmacy) -> None:
    found = rows(pharmacy.store, "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    tables = {str(name): strict for name, strict in found if not str(name).startswith("sqlite_")}
    assert set(tables) == APPEND_ONLY | MAY_CHANGE
    assert [name for name, strict in tables.items() if not strict and name != "alembic_version"] == []


def test_that_no_column_holds_fractions(pharmacy: Pharmacy) -> None:
    for table in sorted(APPEND_ONLY | MAY_CHANGE - {"alembic_version"}):
        kinds = {str(kind) for (kind,) in rows(pharmacy.store, f"SELECT type FROM pragma_table_info('{table}')")}
        assert kinds <= {"INTEGER", "TEXT", "BLOB"}, table


def test_that_text_or_a_fraction_is_refused_in_every_whole_number(full: Pharmacy) -> None:
    connection = connect(full.store.path, KEYS.data)
    shape = {
        table: {name: kind for _, name, kind, *_ in connection.execute(f"SELECT * FROM pragma_table_info('{table}')")}
        for table in sorted(APPEND_ONLY | {"balances", "earmarks", "kept_answers"})
    }
    connection.execute("BEGIN")
    tried = 0
    for table, columns in shape.items():
        good = {name: {"INTEGER": "1", "TEXT": "'1'", "BLOB": "x'01'"}[kind] for name, kind in columns.items()}
        good |= {"id": "977"} if "id" in columns else {}
        for column in [name for name, kind in columns.items() if kind == "INTEGER"]:
            for value in ("'12 kg'", "1.5", "'12,5'"):
                row = ", ".join({**good, column: value}.values())
                with pytest.raises(driver.Error, match=r"cannot store|datatype mismatch"):
                    connection.execute(f"INSERT INTO {table} VALUES ({row})")
                tried += 1
    connection.execute("ROLLBACK")
    connection.close()
    assert tried > 180


def test_that_the_migrations_make_what_the_models_say(tmp_path: Path) -> None:
    engine = writer_engine(new_store(tmp_path / "t.crs"), KEYS.data)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Row.metadata) == []
    engine.dispose()


def test_that_no_room_with_tables_is_left_out_above() -> None:
    named = {path.parent.name for path in ROOMS.glob("*/tables.py")}
    known = {
        module.partition(".")[0] for module in re.findall(r"import crs_desktop\.(\w+\.\w+)", Path(__file__).read_text())
    }
    assert named <= known


def test_that_the_schema_number_is_the_newest_step() -> None:
    assert ScriptDirectory.from_config(migration_settings()).get_heads() == [CURRENT_SCHEMA]


def test_that_every_trigger_is_there(pharmacy: Pharmacy) -> None:
    found = {str(name) for (name,) in rows(pharmacy.store, "SELECT name FROM sqlite_schema WHERE type = 'trigger'")}
    assert found == OTHER_TRIGGERS | {f"{table}_no_{act}" for table in APPEND_ONLY for act in ("update", "delete")}


@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
def test_that_what_has_happened_is_never_edited(full: Pharmacy, table: str) -> None:
    connection = connect(full.store.path, KEYS.data)
    columns = [row[1] for row in connection.execute(f"SELECT * FROM pragma_table_info('{table}')")]
    keys = [row[1] for row in connection.execute(f"SELECT * FROM pragma_table_info('{table}')") if row[5]]
    if connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0:
        # Nothing to edit yet: a row of zeros and empty texts, with nobody asking whom it refers to.
        connection.execute("PRAGMA foreign_keys = 0")
        kinds = [row[2] for row in connection.execute(f"SELECT * FROM pragma_table_info('{table}')")]
        zeros = [{"INTEGER": "1", "TEXT": "'1'", "BLOB": "x'01'"}[kind] for kind in kinds]
        connection.execute(f"INSERT INTO {table} VALUES ({', '.join(zeros)})")
    connection.close()
    edits = (
        f"UPDATE {table} SET {columns[-1]} = {columns[-1]}",
        f"DELETE FROM {table}",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        f"REPLACE INTO {table} SELECT * FROM {table}",
        f"UPDATE OR IGNORE {table} SET {columns[-1]} = {columns[-1]}",
        f"INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT ({', '.join(keys)}) "
        f"DO UPDATE SET {columns[-1]} = excluded.{columns[-1]}",
    )
    for edit in edits:
        assert refused(full, edit) == f"{table} is append-only", edit


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE earmarks SET holder = 'course:2'",
        "UPDATE earmarks SET held_until = '2027-01-01'",
        "UPDATE earmarks SET released_at = 5",
        "UPDATE earmarks SET released_at = 5, released_because = 'x', actor = 'nobody'",
        "UPDATE earmarks SET released_at = NULL, released_because = 'x'",
        "UPDATE OR IGNORE earmarks SET set_no = 2",
    ],
)
def test_that_a_promise_changes_only_by_ending_with_a_reason(full: Pharmacy, edit: str) -> None:
    assert refused(full, edit) == "a promise can only end"


def test_that_a_promise_ends_once(full: Pharmacy) -> None:
    end = "UPDATE earmarks SET released_at = 5, released_because = 'given'"
    assert refused(full, end, end) == "a promise can only end"
    assert refused(full, "DELETE FROM earmarks") == "earmarks is append-only"


MOVE = (
    "movements SELECT 99, lot_id, place_id, {vials}, kind, reason, at, actor, NULL, NULL, NULL, NULL, NULL, NULL, "
    "NULL, NULL FROM movements WHERE id = 1"
)


@pytest.mark.parametrize("clause", ["", "OR ABORT", "OR IGNORE", "OR REPLACE", "OR FAIL", "OR ROLLBACK"])
def test_that_an_overdraw_is_refused_when_the_service_is_bypassed(pharmacy: Pharmacy, clause: str) -> None:
    pharmacy.receive("B1", 4)
    connection = connect(pharmacy.store.path, KEYS.data)
    with pytest.raises(driver.Error, match=r"ck_balances_vials|sum of its movements|balances are kept"):
        connection.execute(f"INSERT {clause} INTO {MOVE.format(vials=-5)}")
    assert connection.execute("SELECT vials FROM balances").fetchall() == [(4,)]
    assert connection.execute("SELECT sum(vials) FROM movements").fetchone() == (4,)
    connection.execute(f"INSERT INTO {MOVE.format(vials=-4)}")
    assert connection.execute("SELECT vials FROM balances").fetchall() == [(0,)]
    connection.close()


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        ("UPDATE balances SET vials = vials + 1", "sum of its movements"),
        ("UPDATE OR IGNORE balances SET vials = 3", "sum of its movements"),
        ("UPDATE balances SET vials = -1", "ck_balances_vials"),
        ("UPDATE balances SET place_id = 2", "sum of its movements|FOREIGN KEY"),
        ("DELETE FROM balances", "balances are kept"),
        ("REPLACE INTO balances SELECT lot_id, place_id, 9 FROM balances", "sum of its movements|balances are kept"),
        ("REPLACE INTO balances SELECT lot_id, place_id, 0 FROM balances", "balances are kept"),
        ("INSERT INTO balances VALUES (1, 2, 9)", "sum of its movements"),
        ("INSERT INTO balances VALUES (1, 1, 9) ON CONFLICT DO UPDATE SET vials = 9", "sum of its movements"),
    ],
)
def test_that_a_balance_is_never_anything_but_the_sum_of_its_movements(full: Pharmacy, edit: str, why: str) -> None:
    assert re.search(why, refused(full, edit))


def test_that_a_dose_without_its_log_row_or_of_nobody_cannot_be_left_behind(full: Pharmacy) -> None:
    connection = connect(full.store.path, KEYS.data)
    with pytest.raises(driver.IntegrityError, match="FOREIGN KEY"):
        connection.execute(
            "INSERT INTO change_log SELECT NULL, 'no such request', at, actor, role, desk, intent, subject, "
            "subject_id, action, reason, before, after, wrote, mac FROM change_log LIMIT 1"
        )
    connection.close()
    assert "FOREIGN KEY" in refused(full, "INSERT INTO dose_vials VALUES (77, 1, 1, 1, 0)")

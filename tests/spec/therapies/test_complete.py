"""No product, regimen, dose, restart row, medicine, watch, infusion time or lead-in of the library is without a table.

A new product or a new row that nobody typed a second time fails here, by name.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crs_desktop.therapies.catalogue import Catalogue, load_catalogue
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.surroundings import infusion_times_of, observation_of, premedication_of
from tests.spec.therapies.answers import GRADES, planned
from tests.spec.therapies.tables import TABLES, Table, of_kind

LIBRARY = load_catalogue()
PRODUCTS = [pytest.param(protocol, id=protocol.id) for protocol in LIBRARY.protocols]


@pytest.fixture(scope="module")
def library() -> Catalogue:
    return LIBRARY


def _tables(kind: str, protocol: Protocol) -> list[Table]:
    return [table for table in of_kind(kind) if table.product == protocol.id]


def _typed_doses(protocol: Protocol, regimen: str) -> set[str]:
    tables = [table for table in _tables("schedule", protocol) if table.regimen == regimen]
    return {row["dose"] for table in tables for row in table.rows} - {"...", "end"}


def test_that_each_of_at_least_twenty_products_is_typed_and_none_that_the_library_has_not(library: Catalogue) -> None:
    assert len(library.ids()) >= 20
    assert {table.product.partition("@")[0] for table in TABLES} == set(library.ids())


@pytest.mark.parametrize("protocol", PRODUCTS)
def test_that_every_regimen_has_its_whole_first_phase_typed(protocol: Protocol) -> None:
    missing = [
        f"{regimen.id} {step.key}"
        for regimen in protocol.regimens
        for step in regimen.steps
        if step.key not in _typed_doses(protocol, regimen.id)
    ]
    assert missing == []


@pytest.mark.parametrize("protocol", PRODUCTS)
def test_that_every_phase_has_three_doses_typed_or_all_it_has(protocol: Protocol) -> None:
    short = []
    for regimen in protocol.regimens:
        typed = _typed_doses(protocol, regimen.id)
        tables = [table for table in _tables("schedule", protocol) if table.regimen == regimen.id]
        made = {dose.key: dose.phase for table in tables for dose in planned(protocol, table)}
        for phase in regimen.phases:
            keys = {key for key, its_phase in made.items() if its_phase == phase.id}
            if len(keys & typed) < min(3, len(keys)) or not keys:
                short.append(f"{regimen.id} {phase.id}: {len(keys & typed)} of {len(keys)}")
    assert short == []


@pytest.mark.parametrize("protocol", PRODUCTS)
def test_that_every_restart_row_of_every_regimen_is_an_answer_of_a_table(protocol: Protocol) -> None:
    answered = {
        (regimen, answer.strip())
        for kind, column in (("restart", "answer"), ("situations", "answer"), ("after", "row"))
        for table in _tables(kind, protocol)
        for regimen in table.regimen.split()
        for row in table.rows
        for answer in row[column].split(",")
    }
    rows = {row.id: row for row in protocol.restart}
    assert [row for row in rows if not any((regimen, row) in answered for regimen in rows[row].regimens)] == []


@pytest.mark.parametrize("protocol", PRODUCTS)
def test_that_both_ends_of_every_restart_row_are_asked_on_the_day_before_at_it_and_after(protocol: Protocol) -> None:
    """The days -1, 0 and +1 of each first and last day of each row, after at least one dose of its class.

    A row of which nobody read what to do answers nothing: its days stand in the table, its name does not.
    """
    asked: dict[str, set[int]] = {}
    for table in _tables("restart", protocol):
        days: dict[str, set[int]] = {}
        answers: dict[str, set[str]] = {}
        for row in table.rows:
            days.setdefault(row["last"], set()).update(int(day) for day in row["days"].split())
            answers.setdefault(row["last"], set()).add(row["answer"])
        for last, ids in answers.items():
            for answer in ids:
                asked.setdefault(answer, set()).update(days[last])
    missing = [
        f"{row.id} day {day}"
        for row in protocol.restart
        if row.situation.startswith("delay_after:") and row.action
        for end in (row.least, row.most)
        if end is not None
        for day in (end - 1, end, end + 1)
        if day >= 0 and day not in asked.get(row.id, set())
    ]
    assert missing == []


def _found(protocol: Protocol, kind: str) -> Iterator[str]:
    """Paths of the rows that the tables of a kind were answered with."""
    for table in _tables(kind, protocol):
        if kind == "schedule":
            for key in {row["dose"] for row in table.rows} - {"...", "end"}:
                yield from (row.path for row in infusion_times_of(protocol, table.regimen, key, 0)[0])
            continue
        keys = {key for row in table.rows for key in row.get("doses", "").split()}
        for key in keys:
            for grade in GRADES:
                if kind == "premedication":
                    restarting = table.said("restarting")
                    found = premedication_of(
                        protocol, table.regimen, key, grade, restarting, table.option("population")
                    )
                    yield from (row.path for row in found[0])
                elif kind == "observation":
                    yield from (row.path for row in observation_of(protocol, table.regimen, key, grade)[0])
                else:
                    yield from (row.path for row in infusion_times_of(protocol, table.regimen, key, grade)[0])


@pytest.mark.parametrize("protocol", PRODUCTS)
def test_that_every_medicine_watch_infusion_time_and_lead_in_is_met_by_a_table(protocol: Protocol) -> None:
    met = {path for kind in ("premedication", "observation", "infusion", "schedule") for path in _found(protocol, kind)}
    when = {table.regimen for table in _tables("when", protocol)}
    leading = {table.regimen for table in _tables("lead-in", protocol)}
    missing = [row.path for row in (*protocol.premedication, *protocol.infusion_times) if row.path not in met]
    missing += [
        row.path
        for row in protocol.observation
        if row.path not in met and not (not row.applies_to and when & set(row.regimens))
    ]
    missing += [row.path for row in protocol.lead_in if not leading & set(row.regimens)]
    assert missing == []


@pytest.mark.parametrize("protocol", PRODUCTS)
def test_that_what_is_not_known_of_a_product_is_typed_too(protocol: Protocol) -> None:
    assert _tables("unknown", protocol) != []

"""The recall drill against brute force: rows of the store read one by one, and a second store in which it happened."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from crs_desktop.readiness.board import Board
from crs_desktop.readiness.recall.service import RecallDrill
from crs_desktop.stock.commands import ChangeLotState
from crs_desktop.stock.model import Lot
from crs_desktop.stock.recalls.commands import RecordRecall
from crs_desktop.stock.recalls.model import Drill
from tests.readiness.board.site import ACTOR, TODAY, ZONE, Site, must
from tests.readiness.recall.hospital import hospital


def notice(lots: list[Lot], request: str = "notice") -> RecordRecall:
    numbers = "\n".join(lot.number.lower() for lot in lots)
    return RecordRecall(request, "D-9", "I", lots[0].brand, numbers, False, TODAY.isoformat(), "particles", "firm")


def drill_of(site: Site) -> RecallDrill:
    return RecallDrill(site.store, ZONE, site.demo)


def chosen(site: Site, seed: int, most: int) -> list[Lot]:
    """Some lots of the brand that has most."""
    lots = [lot for lot in site.stock.lots() if lot.brand == "Actemra"]
    return sorted(random.Random(seed).sample(lots, k=min(most, len(lots))), key=lambda lot: lot.number)


def doses_by_hand(site: Site, lots: list[Lot]) -> set[tuple[int, int, int]]:
    """Patient, dose and lot of every dose that stands, by walking through all rows."""
    wanted = {lot.id for lot in lots}
    with site.store.read() as session:
        whose = {row.id: row.patient_id for row in session.execute(text("SELECT id, patient_id FROM doses"))}
        back = {row.dose_id for row in session.execute(text("SELECT dose_id FROM dose_reversals"))}
        rows = list(session.execute(text("SELECT dose_id, lot_id FROM dose_vials")))
    return {(whose[dose], dose, lot) for dose, lot in rows if lot in wanted and dose not in back}


def promises_by_hand(site: Site, lots: list[Lot]) -> set[tuple[str, int]]:
    wanted = {lot.id for lot in lots}
    return {
        (item.holder, line.lot_id) for item in site.stock.earmarks() for line in item.vials if line.lot_id in wanted
    }


def losing_by_hand(before: Board, after: Board) -> set[int]:
    """Patients of whom a window has fewer sets in the second board, or is good in the first alone."""
    found = set()
    for one in before.windows:
        for other in after.windows:
            if one.window == other.window and (
                len(other.sets) < len(one.sets) or (one.verdict.good and not other.verdict.good)
            ):
                found.add(one.patient.id)
    return found


def check(site: Site, lots: list[Lot]) -> Drill:
    """The drill before the notice, against everything read and done by hand."""
    drilled = must(drill_of(site).if_recorded(notice(lots)))
    assert {(d.person.id, d.dose_id, v.lot.id) for d in drilled.received for v in d.vials} == doses_by_hand(site, lots)
    assert {(p.holder, v.lot.id) for p in drilled.promised for v in p.vials} == promises_by_hand(site, lots)
    wanted = {lot.id for lot in lots}
    held = {(i.lot.id, i.place.id): i.vials for i in site.stock.on_hand() if i.lot.id in wanted}
    assert {(line.lot.id, line.place.id): line.vials for line in drilled.to_pull} == held
    before = site.board()
    for lot in lots:
        must(site.stock.change_state(ChangeLotState(site.key(), lot.id, "recalled", "by hand"), ACTOR))
    after = site.board()
    assert {window.person.id for window in drilled.losing} == losing_by_hand(before, after)
    used = {
        one.patient.id
        for one in before.windows
        if any(taken.lot.id in wanted for chosen in one.sets for taken in chosen.lots)
    }
    assert {window.person.id for window in drilled.windows} == used | losing_by_hand(before, after)
    for window in drilled.windows:
        (now,) = (one for one in after.windows if one.patient.id == window.person.id and one.window.days == window.days)
        assert window.verdict_after == now.verdict.value and len(window.sets_after) == len(now.sets)
    return drilled


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def made() -> Iterator[list[Site]]:
    """Sites that are closed at the end."""
    sites: list[Site] = []
    yield sites
    for site in sites:
        site.store.close()


@pytest.mark.parametrize("seed", range(4))
def test_that_the_drill_finds_what_brute_force_finds(tmp_path: Path, made: list[Site], seed: int) -> None:
    site = hospital(tmp_path, seed, people=12, lots=6)
    made.append(site)
    check(site, chosen(site, seed, 3))


def test_that_200_patients_and_40_lots_are_drilled_in_under_5_seconds(tmp_path: Path, made: list[Site]) -> None:
    site = hospital(tmp_path, 7, people=200, lots=40)
    made.append(site)
    lots = chosen(site, 7, 10)
    began = time.perf_counter()
    drilled = must(drill_of(site).if_recorded(notice(lots)))
    took = time.perf_counter() - began
    print(took, len(drilled.received), len(drilled.people), len(drilled.windows), len(drilled.losing))
    check(site, lots)

"""The recall drill against brute force: rows of the store read one by one, and a second store in which it happened."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from crs_desktop.documents.stock_paper import StockPaper
from crs_desktop.kernel.refusal import Refused
from crs_desktop.readiness.board import Board
from crs_desktop.readiness.recall.rules import notes
from crs_desktop.readiness.recall.service import RecallDrill
from crs_desktop.stock.commands import ChangeLotState
from crs_desktop.stock.model import Lot
from crs_desktop.stock.moving.loans import LendVials, LoanBook
from crs_desktop.stock.recalls.commands import RecordRecall
from crs_desktop.stock.recalls.model import Drill, NamedLots
from crs_desktop.stock.recalls.service import RecallBook
from tests.readiness.board.site import ACTOR, CELLS, TODAY, ZONE, Site, must
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


def test_that_200_patients_and_40_lots_are_drilled_with_letters_in_under_5_seconds(
    tmp_path: Path, made: list[Site]
) -> None:
    site = hospital(tmp_path, 8, people=200, lots=40, most=60, ago=150, left=14)
    made.append(site)
    lots = chosen(site, 8, 20)
    recorded = must(RecallBook(site.store, ZONE).record(notice(lots), ACTOR))
    began = time.process_time()
    drilled = must(drill_of(site).recorded(recorded.id))
    letters = must(StockPaper(site.store, ZONE, site.demo).recall_letters("letters", recorded.id, ACTOR))
    took = time.process_time() - began
    by_hand = doses_by_hand(site, lots)
    assert {(d.person.id, d.dose_id, v.lot.id) for d in drilled.received for v in d.vials} == by_hand
    assert sorted(letter.patient_id or 0 for letter in letters) == sorted({patient for patient, _, _ in by_hand})
    assert len(drilled.people) > 50 and len(drilled.windows) > 10
    assert took < 5, took


def test_that_a_recorded_notice_is_drilled_against_the_board_without_it(site: Site) -> None:
    site.receive("B1", "400", 2)
    patient = site.enrol("Adler")
    command = notice(site.stock.lots())
    looked_at = must(drill_of(site).if_recorded(command))
    recorded = must(RecallBook(site.store, ZONE).record(command, ACTOR))
    drilled = must(drill_of(site).recorded(recorded.id))
    assert [window.person.id for window in drilled.losing] == [patient]
    assert drilled.windows == looked_at.windows and drilled.fixes == looked_at.fixes
    assert (drilled.windows[0].verdict_before, drilled.windows[0].verdict_after) == ("ready", "short")
    assert drilled.windows[0].sets_before == ("1 x 400 mg Actemra lot B1, Pharmacy",)
    assert drilled.windows[0].sets_after == ()
    assert not looked_at.recorded and drilled.recorded


def test_that_a_lot_that_was_in_quarantine_before_a_notice_was_of_no_use_before_it(site: Site) -> None:
    site.receive("B1", "400", 2)
    site.enrol("Adler")
    site.state("B1", "quarantined")
    recorded = must(RecallBook(site.store, ZONE).record(notice(site.stock.lots()), ACTOR))
    assert must(drill_of(site).recorded(recorded.id)).windows == ()


def test_that_what_stands_instead_is_told(site: Site) -> None:
    site.receive("B1", "400", 2, expires=100)
    site.receive("B2", "400", 2, expires=300)
    site.enrol("Adler")
    first = [lot for lot in site.stock.lots() if lot.number == "B1"]
    (window,) = must(drill_of(site).if_recorded(notice(first))).windows
    assert not window.loses
    assert window.sets_after == ("1 x 400 mg Actemra lot B2, Pharmacy",)


def test_that_a_dose_taken_back_is_no_dose_received_and_one_from_elsewhere_is_told(site: Site) -> None:
    site.receive("B1", "400", 4)
    one, other = site.enrol("Adler"), site.enrol("Brandt")
    mistaken = site.dose(one, {"B1": 1})
    site.dose(other, {"B1": 1}, at="07:00")
    site.dose(one, {}, at="08:30", supply="elsewhere")
    must(site.doses.reverse(site.key(), mistaken, "other patient", ACTOR))
    drilled = must(drill_of(site).if_recorded(notice(site.stock.lots())))
    assert [person.name for person in drilled.people] == ["Brandt, Ruth"]
    assert [(finding.code, finding.value) for finding in drilled.notes] == [("recall_doses_of_unknown_lots", "1")]


def test_that_vials_that_left_otherwise_are_told(site: Site) -> None:
    site.receive("B1", "400", 4)
    site.waste("B1", 1)
    drilled = must(drill_of(site).if_recorded(notice(site.stock.lots())))
    assert [(line.kind, line.vials, line.to) for line in drilled.went_out] == [("waste", 1, "dropped")]
    assert drilled.vials_to_pull == 3


def test_that_a_promise_of_recalled_vials_is_told_with_the_person(site: Site) -> None:
    site.receive("B1", "400", 2)
    patient = site.enrol("Adler")
    must(site.confirm(patient))
    (promise,) = must(drill_of(site).if_recorded(notice(site.stock.lots()))).promised
    assert promise.person is not None and promise.person.name == "Adler, Ruth"
    assert [(item.lot.number, item.vials) for item in promise.vials] == [("B1", 1)]


def test_that_a_bad_notice_and_an_unknown_one_are_answered(site: Site) -> None:
    site.receive("B1", "400", 2)
    drill = drill_of(site)
    refused = drill.if_recorded(replace(notice(site.stock.lots()), brand="Aspirin"))
    assert isinstance(refused, Refused) and refused.findings[0].code == "stock_brand"
    for answered in (drill.recorded(9), drill.received(9)):
        assert isinstance(answered, Refused) and answered.findings[0].code == "recall_unknown"


def test_that_who_was_short_and_has_fewer_sets_now_loses_too(site: Site) -> None:
    site.receive("B1", "400", 1)
    site.policy("sets_car_t", "2")
    patient = site.enrol("Adler", CELLS)
    (window,) = must(drill_of(site).if_recorded(notice(site.stock.lots()))).losing
    assert window.person.id == patient and (window.verdict_before, window.verdict_after) == ("short", "short")
    assert (len(window.sets_before), len(window.sets_after)) == (1, 0)


def test_that_another_pharmacy_that_got_vials_is_named(site: Site) -> None:
    site.receive("B1", "400", 4)
    loans, line = LoanBook(site.store, ZONE), site.line("B1")
    partner = must(loans.add_partner(site.key(), "St. Elsewhere", "555 0100", ACTOR))
    lent = LendVials(site.key(), str(partner.id), line.lot_id, line.place_id, "2", "", "shortage there")
    must(loans.lend(lent, ACTOR))
    drilled = must(drill_of(site).if_recorded(notice(site.stock.lots())))
    assert [(out.kind, out.vials, out.to) for out in drilled.went_out] == [("loan", 2, "St. Elsewhere")]


def test_that_a_plan_that_could_not_be_proved_is_said(site: Site) -> None:
    site.receive("B1", "400", 4)
    board = site.board()
    named = NamedLots((), (), ())
    assert notes(named, board, board, 0) == ()
    unproved = replace(board, proved_best=False)
    for before, after in ((unproved, board), (board, unproved)):
        assert [finding.code for finding in notes(named, before, after, 0)] == ["recall_not_proved"]

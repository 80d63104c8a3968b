"""The ledger on a real store: acts, refusals, corrections, one answer a request, and what the store itself refuses."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from crs_desktop.kernel.changes import ChangeFeed, Topic
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.stock import acts, repository, rules
from crs_desktop.stock.commands import ChangeLotState, ConfirmEarmark, ReceiveLot, ReverseMovement, WasteVials
from crs_desktop.stock.model import Condition, Lot, LotState, Movement, Place, VialLine
from crs_desktop.stock.moving.service import PreparedNotGiven, VialMoves
from crs_desktop.stock.service import StockLedger
from crs_desktop.store.opening import open_store
from crs_desktop.store.store import Request, Result, Store, Writing
from tests.stock.conftest import NOW, OKAFOR, TODAY, WEBER, ZONE, Shelf, codes
from tests.store.made_up_keys import ANYBODY, KEYS


def spend(shelf: Shelf, line: VialLine, dose: int) -> None:
    """What the recording of a dose does to stock."""

    def work(writing: Writing) -> Result:
        spent, missing = acts.spend(writing, line, dose)
        writing.log("dose", dose, "give", after={"spent": spent, "missing": missing})
        return {}

    shelf.store.perform(Request(shelf.request(), "dose", {}), WEBER, [Topic.STOCK], work)


def balance_and_fold(store: Store) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], int]]:
    with store.read() as session:
        return repository.balances(session), rules.on_hand(repository.movements(session))


def test_that_received_vials_are_on_hand_and_a_second_carton_joins_its_lot(shelf: Shelf) -> None:
    main = shelf.place()
    first, second = shelf.receive(main, vials=4), shelf.receive(main, vials=2)
    assert first.lot.id == second.lot.id
    assert [(item.lot.number, item.vials) for item in shelf.ledger.on_hand()] == [("B7101", 6)]


def test_that_a_known_lot_number_with_another_expiry_is_refused(shelf: Shelf) -> None:
    main = shelf.place()
    shelf.receive(main)
    again = ReceiveLot(shelf.request(), "Actemra", "400", "B7101", "2027-03-31", "1", main.id)
    answer = shelf.ledger.receive(again, WEBER)
    assert codes(answer) == ["stock_lot_other_expiry"]
    assert isinstance(answer, Refused) and "2027-02-28" in say(answer.findings[0])
    assert [item.vials for item in shelf.ledger.on_hand()] == [4]


def test_that_nothing_is_received_into_a_place_that_is_not_known(shelf: Shelf) -> None:
    command = ReceiveLot(shelf.request(), "Actemra", "400", "B7101", "2027-02-28", "1", 77)
    assert codes(shelf.ledger.receive(command, WEBER)) == ["stock_place_unknown"]
    assert shelf.ledger.lots() == []


def test_that_an_expired_lot_is_not_received_by_the_clock_of_the_site(shelf: Shelf) -> None:
    main = shelf.place()
    command = ReceiveLot(shelf.request(), "Actemra", "400", "B7101", "2026-12-01", "1", main.id)
    assert codes(shelf.ledger.receive(command, WEBER)) == ["stock_expired_receipt"]


def test_that_waste_needs_a_whole_number_and_a_reason(shelf: Shelf) -> None:
    moved = shelf.receive(shelf.place())
    answer = shelf.ledger.waste(WasteVials(shelf.request(), moved.lot.id, moved.place.id, "1.5", " "), WEBER)
    assert codes(answer) == ["count_not_understood", "text_missing"]


def test_that_more_than_there_is_cannot_be_wasted_and_nothing_changes(shelf: Shelf) -> None:
    moved = shelf.receive(shelf.place(), vials=2)
    assert codes(shelf.waste(moved, 3)) == ["stock_too_few"]
    assert codes(shelf.ledger.waste(WasteVials(shelf.request(), 99, 1, "1", "x"), WEBER)) == ["stock_lot_unknown"]
    assert len(shelf.ledger.movements()) == 1


def test_that_a_correction_appends_the_opposite_and_the_line_says_so(shelf: Shelf) -> None:
    moved = shelf.receive(shelf.place(), vials=4)
    wasted = shelf.waste(moved, 3)
    assert isinstance(wasted, Movement)
    shelf.reverse(wasted.id)
    lines = shelf.ledger.ledger(moved.lot.id)
    assert [(line.movement.vials, line.balance) for line in lines] == [(3, 4), (-3, 1), (4, 4)]
    assert (lines[0].movement.reverses, lines[1].movement.reversed_by) == (wasted.id, lines[0].movement.id)


def test_that_a_line_is_reversed_once_and_a_reversal_never(shelf: Shelf) -> None:
    moved = shelf.receive(shelf.place())
    back = shelf.reverse(moved.id)
    assert isinstance(back, Movement)
    assert codes(shelf.reverse(moved.id)) == codes(shelf.reverse(back.id)) == ["stock_already_reversed"]
    assert codes(shelf.reverse(99)) == ["stock_movement_unknown"]
    assert codes(shelf.ledger.reverse(ReverseMovement(shelf.request(), moved.id, ""), WEBER, None)) == ["text_missing"]


def test_that_a_receipt_is_not_reversed_when_its_vials_are_gone(shelf: Shelf) -> None:
    moved = shelf.receive(shelf.place(), vials=2)
    shelf.waste(moved, 1)
    assert codes(shelf.reverse(moved.id)) == ["stock_too_few"]


def test_that_a_line_of_a_dose_is_corrected_with_the_dose_only(shelf: Shelf) -> None:
    moved = shelf.receive(shelf.place(), vials=2)
    spend(shelf, VialLine(moved.lot.id, moved.place.id, 1), dose=12)
    used = shelf.ledger.movements()[0]
    assert (used.vials, used.dose) == (-1, 12)
    assert codes(shelf.reverse(used.id)) == ["stock_movement_of_dose"]


def test_that_vials_used_and_not_on_the_ledger_open_a_discrepancy(shelf: Shelf) -> None:
    moved = shelf.receive(shelf.place(), vials=1)
    spend(shelf, VialLine(moved.lot.id, moved.place.id, 3), dose=12)
    (found,) = shelf.ledger.discrepancies()
    assert (found.vials, found.dose, found.lot.number) == (2, 12, "B7101")
    assert shelf.ledger.on_hand() == []
    assert shelf.ledger.picture().discrepancies == (found,)


def test_that_the_same_request_is_answered_once_and_with_other_content_refused(shelf: Shelf) -> None:
    main = shelf.place()
    command = ReceiveLot("twice", "Actemra", "400", "B7101", "2027-02-28", "4", main.id)
    assert shelf.ledger.receive(command, WEBER) == shelf.ledger.receive(command, WEBER)
    assert [item.vials for item in shelf.ledger.on_hand()] == [4]
    other = ReceiveLot("twice", "Actemra", "400", "B7101", "2027-02-28", "5", main.id)
    assert codes(shelf.ledger.receive(other, WEBER)) == ["request_with_other_content"]


def test_that_a_lot_is_quarantined_and_made_available_with_a_reason(shelf: Shelf) -> None:
    moved = shelf.receive(shelf.place())

    def change(state: str, reason: str = "Fridge alarm") -> Lot | Refused:
        return shelf.ledger.change_state(ChangeLotState(shelf.request(), moved.lot.id, state, reason), WEBER)

    kept = change("quarantined")
    assert isinstance(kept, Lot) and (kept.state, kept.state_reason) == (LotState.QUARANTINED, "Fridge alarm")
    assert codes(change("quarantined")) == ["stock_state_already"]
    assert codes(change("melted", "")) == ["text_missing", "stock_state_unknown"]
    back = change("available", "Stayed below 8 degrees")
    assert isinstance(back, Lot) and back.state is LotState.AVAILABLE
    unknown = ChangeLotState(shelf.request(), 99, "quarantined", "x")
    assert codes(shelf.ledger.change_state(unknown, WEBER)) == ["stock_lot_unknown"]


def test_that_a_place_has_a_new_name_and_a_reach_in_minutes(shelf: Shelf) -> None:
    assert shelf.place("Ward 7").reach == timedelta(minutes=15)
    assert codes(shelf.ledger.add_place(shelf.request(), "Ward 7", "5", WEBER)) == ["stock_place_known"]
    answer = shelf.ledger.add_place(shelf.request(), "", "1441", WEBER)
    assert codes(answer) == ["text_missing", "count_out_of_range"]
    assert [place.name for place in shelf.ledger.places()] == ["Ward 7"]


def test_that_the_second_desk_is_refused_the_same_vials_and_told_who_has_them(shelf: Shelf, tmp_path: Path) -> None:
    moved = shelf.receive(shelf.place(), vials=2)
    other_store = open_store(tmp_path / "t.crs", StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY)
    other = StockLedger(other_store, ZONE)
    assert not isinstance(shelf.promise(moved, holder="course:1"), Refused)
    answer = shelf.promise(moved, holder="course:2", actor=OKAFOR, ledger=other)
    other_store.close()
    assert codes(answer) == ["stock_promised_already"]
    assert isinstance(answer, Refused)
    said = say(answer.findings[0])
    assert "B7101" in said and "A. Weber" in said
    assert [earmark.holder for earmark in shelf.ledger.earmarks()] == ["course:1"]


def test_that_vials_may_be_promised_again_for_other_days(shelf: Shelf) -> None:
    moved = shelf.receive(shelf.place(), vials=2)
    assert not isinstance(shelf.promise(moved, days=(2, 5)), Refused)
    assert not isinstance(shelf.promise(moved, holder="course:2", days=(6, 9)), Refused)
    assert codes(shelf.promise(moved, holder="course:3", days=(9, 9))) == ["stock_promised_already"]
    (line,) = shelf.ledger.picture().shelf
    assert (line.promised, line.free) == (2, 0)


def test_that_a_set_confirmed_again_replaces_its_own_promise(shelf: Shelf) -> None:
    moved = shelf.receive(shelf.place(), vials=2)
    shelf.promise(moved, 2)
    assert not isinstance(shelf.promise(moved, 1), Refused)
    assert [earmark.vials[0].vials for earmark in shelf.ledger.earmarks()] == [1]


def test_that_only_usable_vials_of_one_brand_can_be_promised(shelf: Shelf) -> None:
    main = shelf.place()
    moved = shelf.receive(main, expires="2026-12-10")
    assert codes(shelf.promise(moved, days=(2, 11))) == ["stock_lot_expires_within"]
    assert codes(shelf.promise(moved, 0)) == ["stock_lot_unknown"]
    shelf.ledger.change_state(ChangeLotState(shelf.request(), moved.lot.id, "quarantined", "x"), WEBER)
    assert codes(shelf.promise(moved, days=(2, 3))) == ["stock_lot_not_available"]


def test_that_a_promise_ends_once_with_a_reason(shelf: Shelf) -> None:
    moved = shelf.receive(shelf.place())
    promise = shelf.promise(moved)
    assert not isinstance(promise, Refused)
    assert codes(shelf.ledger.let_go(shelf.request(), promise.id, " ", WEBER)) == ["text_missing"]
    assert not isinstance(shelf.ledger.let_go(shelf.request(), promise.id, "Infusion cancelled", WEBER), Refused)
    assert shelf.ledger.earmarks() == []
    assert codes(shelf.ledger.let_go(shelf.request(), promise.id, "again", WEBER)) == ["stock_earmark_unknown"]


def test_that_the_picture_shows_shelf_totals_and_what_is_wrong(shelf: Shelf) -> None:
    main, far = shelf.place(), shelf.place("Riverside", "180")
    moved = shelf.receive(main, vials=4)
    shelf.receive(far, vials=1, expires="2027-02-28")
    shelf.promise(moved, 2)
    shelf.waste(moved, 3)
    picture = shelf.ledger.picture()
    assert picture.today == TODAY
    assert [(line.on_hand.vials, line.promised, line.free, line.conditions) for line in picture.shelf] == [
        (1, 2, 0, (Condition.OVER_PROMISED,)),
        (1, 0, 1, (Condition.TOO_FAR,)),
    ]
    assert [(total.usable, total.free, total.far, total.blocked) for total in picture.totals] == [(1, 0, 1, 0)]
    assert [place.name for place in picture.places] == ["Main pharmacy", "Riverside"]


GUARDED = ("movements", "lots", "lot_states", "places", "earmark_vials", "discrepancies")


@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.parametrize("act", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}", "{replace}"])
def test_that_the_store_refuses_to_edit_what_happened(shelf: Shelf, table: str, act: str) -> None:
    moved = shelf.receive(shelf.place(), vials=1)
    shelf.promise(moved, 1)
    shelf.ledger.change_state(ChangeLotState(shelf.request(), moved.lot.id, "quarantined", "x"), WEBER)
    spend(shelf, VialLine(moved.lot.id, moved.place.id, 2), dose=1)
    column = "vials" if table == "earmark_vials" else "id"
    replace = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    statement = text(act.format(table=table, column=column, replace=replace))

    def work(writing: Writing) -> Result:
        writing.session.execute(statement)
        raise AssertionError(f"the store took: {statement}")

    with pytest.raises(EnvironmentFailure) as caught:
        shelf.store.perform(Request(shelf.request(), "edit", {}), WEBER, [], work)
    assert f"{table} is append-only" in str(caught.value.__cause__)
    with shelf.store.read() as session:
        assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() > 0


@pytest.mark.parametrize(
    ("statement", "because"),
    [
        ("UPDATE earmarks SET holder = 'course:9'", "a promise can only end"),
        ("UPDATE earmarks SET released_at = NULL", "a promise can only end"),
        ("DELETE FROM earmarks", "earmarks is append-only"),
        ("INSERT OR REPLACE INTO earmarks SELECT * FROM earmarks", "earmarks is append-only"),
        ("DELETE FROM balances", "balances are kept"),
        ("UPDATE balances SET vials = -1", "CHECK constraint failed: ck_balances_vials"),
        ("INSERT INTO movements SELECT 99, lot_id, place_id, -9, kind, reason, at, actor, NULL, NULL, "
         "NULL, NULL, NULL, NULL, NULL, NULL FROM movements",
         "CHECK constraint failed: ck_balances_vials"),
    ],
)  # fmt: skip
def test_that_a_promise_can_only_end_and_a_balance_never_falls_below_zero(
    shelf: Shelf, statement: str, because: str
) -> None:
    shelf.promise(shelf.receive(shelf.place()), 1)

    def work(writing: Writing) -> Result:
        writing.session.execute(text(statement))
        raise AssertionError(f"the store took: {statement}")

    with pytest.raises(EnvironmentFailure) as caught:
        shelf.store.perform(Request(shelf.request(), "edit", {}), WEBER, [], work)
    assert because in str(caught.value.__cause__)


STEP = st.one_of(
    st.tuples(st.just("receive"), st.integers(0, 2), st.integers(1, 4)),
    st.tuples(st.just("waste"), st.integers(0, 2), st.integers(1, 5)),
    st.tuples(st.just("reverse"), st.integers(0, 12), st.just(0)),
    st.tuples(st.just("use"), st.integers(0, 2), st.integers(1, 3)),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=12))
def test_that_the_kept_balance_is_the_fold_whatever_happens(shelf: Shelf, steps: list[tuple[str, int, int]]) -> None:
    names = {place.name: place for place in shelf.ledger.places()}
    places: list[Place] = [names.get(name) or shelf.place(name) for name in ("A", "B", "C")]
    for act, which, vials in steps:
        lines = shelf.ledger.movements(limit=None)
        at = next((line for line in lines if line.place.id == places[which % 3].id), None)
        if act == "receive":
            shelf.receive(places[which], vials=vials)
        elif act == "reverse":
            if lines:
                shelf.reverse(lines[which % len(lines)].id)
        elif at is not None and act == "waste":
            shelf.waste(at, vials)
        elif at is not None:
            spend(shelf, VialLine(at.lot.id, at.place.id, vials), dose=1)
        balance, fold = balance_and_fold(shelf.store)
        assert balance == fold
        assert all(vials >= 0 for vials in balance.values())


def test_that_a_promise_asked_for_again_after_it_ended_is_said_to_have_ended(shelf: Shelf) -> None:
    moved = shelf.receive(shelf.place())
    held = DayRange(TODAY, TODAY + timedelta(days=10))
    command = ConfirmEarmark("k", "course:1", 1, held, (VialLine(moved.lot.id, moved.place.id, 2),))
    promise = shelf.ledger.confirm(command, WEBER)
    assert not isinstance(promise, Refused)
    shelf.ledger.let_go(shelf.request(), promise.id, "Infusion cancelled", WEBER)
    assert codes(shelf.ledger.confirm(command, WEBER)) == ["stock_earmark_unknown"]
    assert shelf.ledger.earmarks() == []


def test_that_a_new_lot_of_a_brand_under_recall_waits_in_quarantine_until_a_person_has_checked_it(shelf: Shelf) -> None:
    moved = shelf.receive(shelf.place(), "T1", brand="Tyenne")
    (lot,) = shelf.ledger.lots()
    assert lot.state is LotState.QUARANTINED and "D-0827-2026" in lot.state_reason
    free = ChangeLotState(shelf.request(), moved.lot.id, "available", "lot is not on the notice")
    assert not isinstance(shelf.ledger.change_state(free, WEBER), Refused)
    shelf.receive(moved.place, "T1", brand="Tyenne")
    assert [lot.state for lot in shelf.ledger.lots()] == [LotState.AVAILABLE], "a checked lot is not held again"


def test_that_a_lot_named_twice_in_one_set_counts_together(shelf: Shelf) -> None:
    moved = shelf.receive(shelf.place(), vials=3)
    line, more = VialLine(moved.lot.id, moved.place.id, 1), VialLine(moved.lot.id, moved.place.id, 2)
    held = DayRange(TODAY, TODAY + timedelta(days=3))
    made = shelf.ledger.confirm(ConfirmEarmark(shelf.request(), "course:1", 1, held, (line, line)), WEBER)
    assert not isinstance(made, Refused) and made.vials == (more,)
    answer = VialMoves(shelf.store).prepared(
        PreparedNotGiven(shelf.request(), "course:1", (more, more), "stopped at the bedside"), WEBER
    )
    assert codes(answer) == ["stock_too_few"]

"""Vials that go to another place: two lines that belong together, with what blocks and what promises them."""

from __future__ import annotations

from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.stock import repository, rules
from crs_desktop.stock.acts import count_difference
from crs_desktop.stock.laying import set_state
from crs_desktop.stock.model import LotState, Movement, Place, VialLine
from crs_desktop.stock.moving.acts import move
from crs_desktop.store.store import Request, Result, Work, Writing
from tests.stock.conftest import WEBER, Shelf, codes


def act(shelf: Shelf, work: Work) -> Result | Refused:
    return shelf.store.perform(Request(shelf.request(), "receive lot", {}), WEBER, [Topic.STOCK], work)


def moved(shelf: Shelf, line: Movement, vials: int, to: Place) -> Result | Refused:
    return act(shelf, lambda writing: move(writing, VialLine(line.lot.id, line.place.id, vials), to.id, "Ward asks"))


def held(shelf: Shelf) -> dict[str, int]:
    with shelf.store.read() as session:
        known = repository.balances(session)
        assert known == rules.on_hand(repository.movements(session))
        return {place.name: vials for (_, key), vials in known.items() for place in [repository.places(session)[key]]}


def test_that_a_move_is_two_lines_that_name_each_other(shelf: Shelf) -> None:
    main, ward = shelf.place(), shelf.place("Ward 7", "90")
    came = shelf.receive(main, vials=4)
    answer = moved(shelf, came, 3, ward)
    assert isinstance(answer, dict)
    assert held(shelf) == {"Main pharmacy": 1, "Ward 7": 3}
    first, second = shelf.ledger.movements()[:2]
    assert (first.id, first.pair, first.vials) == (answer["movement"], second.id, 3)
    assert (second.id, second.pair, second.vials) == (answer["went"], None, -3)


def test_that_what_cannot_move_moves_nothing(shelf: Shelf) -> None:
    main, ward = shelf.place(), shelf.place("Ward 7", "90")
    came = shelf.receive(main, vials=4)
    assert codes(moved(shelf, came, 5, ward)) == ["stock_too_few"]
    assert codes(moved(shelf, came, 1, main)) == ["move_same_place"]
    strange = VialLine(99, main.id, 1)
    assert codes(act(shelf, lambda writing: move(writing, strange, ward.id, "x"))) == ["stock_lot_unknown"]
    nowhere = VialLine(came.lot.id, main.id, 1)
    assert codes(act(shelf, lambda writing: move(writing, nowhere, 77, "x"))) == ["stock_place_unknown"]
    assert held(shelf) == {"Main pharmacy": 4}


def test_that_vials_blocked_where_they_lay_are_blocked_where_they_go(shelf: Shelf) -> None:
    main, ward = shelf.place(), shelf.place("Ward 7", "90")
    came = shelf.receive(main, vials=4)

    def warm(writing: Writing) -> Result:
        set_state(writing, came.lot, LotState.EXCURSION, "Door left open", main)
        return {}

    act(shelf, warm)
    moved(shelf, came, 2, ward)
    assert {item.state for item in shelf.ledger.on_hand()} == {LotState.EXCURSION}
    at_ward = next(item for item in shelf.ledger.on_hand() if item.place == ward)
    assert "Main pharmacy" in at_ward.here_reason and "Door left open" in at_ward.here_reason


def test_that_a_heavier_state_of_the_new_place_stays_on_top_and_both_are_kept(shelf: Shelf) -> None:
    main, ward = shelf.place(), shelf.place("Ward 7", "90")
    came = shelf.receive(main, vials=4)
    moved(shelf, came, 1, ward)

    def block(writing: Writing) -> Result:
        set_state(writing, came.lot, LotState.EXCURSION, "Door left open", main)
        set_state(writing, came.lot, LotState.QUARANTINED, "Label torn", ward)
        return {}

    act(shelf, block)
    moved(shelf, came, 1, ward)
    at_ward = next(item for item in shelf.ledger.on_hand() if item.place == ward)
    assert (at_ward.state, at_ward.here_reason) == (LotState.QUARANTINED, "Label torn")
    with shelf.store.read() as session:
        marks = [mark.state for mark in repository.marks_of(session, came.lot.id) if mark.place == ward.id]
    assert marks == [LotState.QUARANTINED, LotState.EXCURSION, LotState.QUARANTINED]


def test_that_free_vials_move_and_promised_ones_only_as_a_whole(shelf: Shelf) -> None:
    main, ward = shelf.place(), shelf.place("Ward 7", "90")
    came = shelf.receive(main, vials=4)
    shelf.promise(came, 3, holder="course:7")
    moved(shelf, came, 1, ward)
    refused = moved(shelf, came, 1, ward)
    assert codes(refused) == ["move_promised"]
    assert isinstance(refused, Refused) and "course 7, set 1 (A. Weber)" in say(refused.findings[0])
    answer = moved(shelf, came, 3, ward)
    assert isinstance(answer, dict) and len(answer["followed"]) == 1
    (promise,) = shelf.ledger.earmarks()
    assert promise.vials == (VialLine(came.lot.id, ward.id, 3),)
    assert (promise.holder, promise.set_no, promise.actor) == ("course:7", 1, "A. Weber")


def test_that_a_move_is_reversed_whole_and_its_promises_go_back(shelf: Shelf) -> None:
    main, ward = shelf.place(), shelf.place("Ward 7", "90")
    came = shelf.receive(main, vials=4)
    shelf.promise(came, 3)
    answer = moved(shelf, came, 4, ward)
    assert isinstance(answer, dict)
    back = shelf.reverse(answer["went"])
    assert isinstance(back, Movement) and (back.place, back.vials) == (main, 4)
    assert held(shelf) == {"Main pharmacy": 4, "Ward 7": 0}
    assert shelf.ledger.earmarks()[0].vials == (VialLine(came.lot.id, main.id, 3),)
    for line in ("movement", "went"):
        assert codes(shelf.reverse(answer[line])) == ["stock_already_reversed"]


def test_that_what_blocks_vials_goes_back_with_them_when_a_move_is_taken_back(shelf: Shelf) -> None:
    main, ward = shelf.place(), shelf.place("Ward 7", "90")
    came = shelf.receive(main, vials=4)
    answer = moved(shelf, came, 2, ward)
    assert isinstance(answer, dict)

    def warm(writing: Writing) -> Result:
        set_state(writing, came.lot, LotState.EXCURSION, "Door left open", ward)
        return {}

    act(shelf, warm)
    shelf.reverse(answer["went"])
    (item,) = shelf.ledger.on_hand()
    assert (item.place, item.vials, item.state) == (main, 4, LotState.EXCURSION)


def test_that_a_move_is_not_reversed_when_its_vials_are_gone(shelf: Shelf) -> None:
    main, ward = shelf.place(), shelf.place("Ward 7", "90")
    came = shelf.receive(main, vials=4)
    answer = moved(shelf, came, 4, ward)
    assert isinstance(answer, dict)
    shelf.waste(next(item for item in shelf.ledger.movements() if item.id == answer["movement"]), 1)
    assert codes(shelf.reverse(answer["went"])) == codes(shelf.reverse(answer["movement"])) == ["stock_too_few"]
    assert held(shelf) == {"Main pharmacy": 0, "Ward 7": 3}


def test_that_what_was_counted_changes_the_ledger_by_the_difference_and_never_below_none(shelf: Shelf) -> None:
    main = shelf.place()
    came = shelf.receive(main, vials=4)

    def counted(vials: int) -> Result | Refused:
        line = VialLine(came.lot.id, main.id, vials)
        return act(shelf, lambda writing: count_difference(writing, line, count_id_of(writing), "Counted"))

    assert codes(counted(-5)) == ["stock_too_few"]
    assert isinstance(counted(-1), dict) and isinstance(counted(2), dict)
    assert held(shelf) == {"Main pharmacy": 5}
    strange = VialLine(99, main.id, 1)
    assert codes(act(shelf, lambda writing: count_difference(writing, strange, 1, "x"))) == ["stock_lot_unknown"]


def count_id_of(writing: Writing) -> int:
    """A count to which the line belongs."""
    from sqlalchemy import text

    row = "INSERT INTO counts (place_id, frozen_movement, note, at, actor) VALUES (1, 1, '', 0, 'x') RETURNING id"
    number: int = writing.session.execute(text(row)).scalar_one()
    return number

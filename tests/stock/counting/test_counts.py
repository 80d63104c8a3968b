"""A count: blind, frozen, recounted by somebody else where it differs, and posted to the ledger."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import pytest

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.staff.model import BY_CODE
from crs_desktop.staff.signing.model import Asked, SecondSignature
from crs_desktop.stock.counting.commands import EndCount, EnterCount, OpenCount
from crs_desktop.stock.counting.model import BlindCount, Comparison, CountOutcome, Standing
from crs_desktop.stock.model import MovementKind
from tests.stock.conftest import NOW, Shelf, codes
from tests.stock.counting.counters import LINDGREN, OKAFOR, WEBER, Counters, proven


@pytest.fixture
def counters(shelf: Shelf) -> Counters:
    return Counters.of(shelf)


def test_that_a_count_that_finds_what_the_ledger_says_posts_nothing(counters: Counters) -> None:
    first, second = counters.receive("B1", 4), counters.receive("B2", 7)
    count = counters.begin().count.id
    seen = counters.counted(count, {first: 4, second: 7})
    assert seen.finished
    posted = counters.post(count)
    assert isinstance(posted, Comparison)
    assert posted.differing == () and posted.count.end is not None
    assert posted.count.end.outcome is CountOutcome.POSTED
    assert [line.kind for line in counters.shelf.ledger.movements()] == [MovementKind.RECEIVE, MovementKind.RECEIVE]


def test_that_a_difference_confirmed_by_a_second_person_becomes_a_line_of_the_ledger(counters: Counters) -> None:
    lot = counters.receive("B1", 10)
    count = counters.begin().count.id
    assert [item.standing for item in counters.counted(count, {lot: 8}).lots] == [Standing.TO_RECOUNT]
    assert counters.counted(count, {lot: 8}, OKAFOR).finished
    compared = counters.book.comparison(count)
    assert isinstance(compared, Comparison)
    assert [(item.expected, [e.vials for e in item.rounds], item.difference) for item in compared.lots] == [
        (10, [8, 8], -2)
    ]
    assert isinstance(counters.post(count), Comparison)
    line = counters.shelf.ledger.movements()[0]
    assert (line.vials, line.kind, line.count) == (-2, MovementKind.COUNT, count)
    assert line.reason == f"Count {count}: ledger 10; found 8 (A. Weber), 8 (M. Okafor)."
    assert counters.holds() == {lot: 8}


def test_that_vials_found_beyond_the_ledger_are_taken_in(counters: Counters) -> None:
    lot = counters.receive("B1", 2)
    count = counters.begin().count.id
    counters.counted(count, {lot: 3})
    counters.counted(count, {lot: 3}, OKAFOR)
    counters.post(count)
    assert counters.holds() == {lot: 3}


def test_that_a_recount_that_finds_what_the_ledger_says_ends_the_matter(counters: Counters) -> None:
    lot = counters.receive("B1", 10)
    count = counters.begin().count.id
    counters.counted(count, {lot: 9})
    assert counters.counted(count, {lot: 10}, OKAFOR).finished
    assert isinstance(counters.post(count), Comparison)
    assert counters.holds() == {lot: 10}


def test_that_two_who_disagree_count_again_until_two_people_agree(counters: Counters) -> None:
    lot = counters.receive("B1", 10)
    count = counters.begin().count.id
    counters.counted(count, {lot: 9})
    counters.counted(count, {lot: 8}, OKAFOR)
    assert counters.standing(count, lot) is Standing.TO_RECOUNT
    assert codes(counters.post(count)) == ["count_lot_not_recounted"]
    counters.counted(count, {lot: 7})  # the first one again: nobody else found 7
    assert counters.standing(count, lot) is Standing.TO_RECOUNT
    counters.counted(count, {lot: 9}, LINDGREN)
    assert counters.standing(count, lot) is Standing.AGREED
    counters.post(count)
    assert counters.holds() == {lot: 9}


def test_that_one_person_who_finds_the_same_twice_is_not_two_people(counters: Counters) -> None:
    lot = counters.receive("B1", 10)
    count = counters.begin().count.id
    counters.counted(count, {lot: 9})
    counters.counted(count, {lot: 8}, OKAFOR)
    counters.counted(count, {lot: 9})
    assert counters.standing(count, lot) is Standing.TO_RECOUNT


@pytest.mark.parametrize("name", ["A. Weber", "a.  WEBER", "A. Weber" + BY_CODE])
def test_that_nobody_recounts_what_they_counted_under_whatever_name(counters: Counters, name: str) -> None:
    lot = counters.receive("B1", 10)
    count = counters.begin().count.id
    counters.counted(count, {lot: 9})
    assert codes(counters.enter(count, {lot: 9}, Actor(name))) == ["count_same_person"]
    assert codes(counters.enter(count, {lot: 9}, OKAFOR, proven(name.removesuffix(BY_CODE)))) == ["count_same_person"]


def test_that_who_came_by_the_emergency_code_counts_nothing_again(counters: Counters) -> None:
    lot = counters.receive("B1", 10)
    count = counters.begin().count.id
    counters.counted(count, {lot: 9})
    refused = counters.enter(count, {lot: 9}, Actor("M. Okafor" + BY_CODE))
    assert codes(refused) == ["second_check_emergency"]


def test_that_a_second_person_recounts_at_the_desk_of_the_first(counters: Counters) -> None:
    lot = counters.receive("B1", 10)
    count = counters.begin().count.id
    counters.counted(count, {lot: 8})
    seen = counters.enter(count, {lot: 8}, WEBER, proven())
    assert isinstance(seen, BlindCount) and seen.finished
    assert seen.lots[0].last_by == "S. Lindgren"


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (proven("A. Weber"), "second_check_same"),
        (proven(role="auditor"), "second_check_role"),
        (proven(at=NOW.replace(hour=7)), "second_check_stale"),
        (SecondSignature(None, alone_reason="night"), "count_never_alone"),
    ],
)
def test_that_only_another_person_who_has_just_proved_who_they_are_counts(
    counters: Counters, second: SecondSignature, code: str
) -> None:
    lot = counters.receive("B1", 10)
    count = counters.begin().count.id
    counters.counted(count, {lot: 8})
    assert codes(counters.enter(count, {lot: 8}, WEBER, second)) == [code]


def test_that_nothing_a_counter_sees_holds_a_number_of_vials(counters: Counters) -> None:
    lot = counters.receive("B1", 7919)
    count = counters.begin().count.id
    counters.counted(count, {lot: 6997})
    asked = counters.book.asked(count)
    assert isinstance(asked, Asked)
    for seen in (counters.book.seen(count), counters.book.picture().running, asked):
        assert not {"7919", "6997"} & _texts(seen)
    assert codes(counters.book.comparison(count)) == ["count_not_finished"]


def _texts(value: object) -> set[str]:
    """Every leaf of nested nouns, as text."""
    if is_dataclass(value):
        return {text for item in fields(value) for text in _texts(getattr(value, item.name))}
    if isinstance(value, tuple | list):
        return {text for item in value for text in _texts(item)}
    return {str(value)}


def test_that_what_moves_after_the_counting_stays_as_it_was_written(counters: Counters) -> None:
    lot = counters.receive("B1", 10)
    count = counters.begin().count.id
    counters.counted(count, {lot: 9})
    counters.counted(count, {lot: 9}, OKAFOR)
    counters.waste(lot, 4)
    assert counters.standing(count, lot) is Standing.AGREED
    counters.post(count)
    assert counters.holds() == {lot: 5}  # 10 - 4 wasted - 1 that two did not find


def test_that_a_lot_whose_vials_moved_before_they_were_counted_is_left_out(counters: Counters) -> None:
    moved, calm = counters.receive("B1", 10), counters.receive("B2", 3)
    count = counters.begin().count.id
    counters.waste(moved, 2)
    assert counters.standing(count, moved) is Standing.MOVED
    assert codes(counters.enter(count, {moved: 8})) == ["count_lot_moved"]
    assert counters.counted(count, {calm: 3}).finished
    posted = counters.post(count)
    assert isinstance(posted, Comparison)
    assert [item.lot.id for item in posted.left_out] == [moved]
    assert counters.holds() == {moved: 8, calm: 3}


def test_that_a_lot_that_moves_between_two_rounds_is_left_out(counters: Counters) -> None:
    lot = counters.receive("B1", 10)
    count = counters.begin().count.id
    counters.counted(count, {lot: 9})
    counters.waste(lot, 1)
    assert codes(counters.enter(count, {lot: 8}, OKAFOR)) == ["count_lot_moved"]
    counters.post(count)
    assert counters.holds() == {lot: 9}


def test_that_a_lot_is_never_taken_below_zero(counters: Counters) -> None:
    lot = counters.receive("B1", 10)
    count = counters.begin().count.id
    counters.counted(count, {lot: 4})
    counters.counted(count, {lot: 4}, OKAFOR)
    counters.waste(lot, 8)
    compared = counters.book.comparison(count)
    assert isinstance(compared, Comparison)
    assert [item.code for item in compared.against] == ["count_below_zero"]
    refused = counters.post(count)
    assert isinstance(refused, Refused)
    assert say(refused.findings[0]).startswith("Lot B1: 6 are missing against the ledger of the freeze, and the ledger")
    assert counters.holds() == {lot: 2}


def test_that_vials_of_a_lot_the_ledger_has_elsewhere_can_be_found_here(counters: Counters) -> None:
    ward = counters.shelf.place("Ward 9", "5")
    elsewhere = counters.shelf.receive(ward, "B9", 4).lot.id
    here = counters.receive("B1", 1)
    count = counters.begin().count.id
    seen = counters.counted(count, {here: 1, elsewhere: 2})
    assert [item.lot.id for item in seen.to_recount] == [elsewhere]
    counters.counted(count, {elsewhere: 2}, OKAFOR)
    counters.post(count)
    assert {(i.lot.id, i.place.name): i.vials for i in counters.shelf.ledger.on_hand()}[
        elsewhere, counters.place.name
    ] == 2


def test_that_a_lot_used_up_is_not_on_the_list_and_one_counted_as_none_is_posted(counters: Counters) -> None:
    gone, here = counters.receive("B1", 2), counters.receive("B2", 2)
    counters.waste(gone, 2)
    begun = counters.begin()
    assert [item.lot.id for item in begun.lots] == [here]
    counters.counted(begun.count.id, {here: 0})
    counters.counted(begun.count.id, {here: 0}, OKAFOR)
    counters.post(begun.count.id)
    assert counters.holds() == {}


def test_that_a_count_given_up_posts_nothing_and_frees_the_place(counters: Counters) -> None:
    lot = counters.receive("B1", 10)
    count = counters.begin().count.id
    assert codes(counters.book.open(OpenCount("again", counters.place.id), OKAFOR)) == ["count_running"]
    counters.counted(count, {lot: 8})
    assert codes(counters.book.give_up(EndCount("g0", count, " "), WEBER)) == ["text_missing"]
    ended = counters.book.give_up(EndCount("g1", count, "called away"), WEBER)
    assert isinstance(ended, Comparison) and ended.count.end is not None and ended.count.end.reason == "called away"
    assert codes(counters.enter(count, {lot: 8}, OKAFOR)) == ["count_ended"]
    assert codes(counters.post(count)) == ["count_ended"]
    assert counters.holds() == {lot: 10}
    assert isinstance(counters.book.open(OpenCount("again", counters.place.id), OKAFOR), BlindCount)
    assert [item.id for item in counters.book.picture().ended] == [count]


def test_that_each_bad_input_is_answered(counters: Counters) -> None:
    lot = counters.receive("B1", 10)
    count = counters.begin().count.id
    book = counters.book
    assert codes(book.open(OpenCount("o1", 99), WEBER)) == ["stock_place_unknown"]
    assert codes(book.open(OpenCount("o2", counters.place.id, "\x07"), WEBER)) == ["text_unprintable"]
    assert codes(counters.enter(count, {lot: ""})) == ["count_nothing_entered"]
    assert codes(counters.enter(count, {lot: "-1"})) == ["count_not_understood"]
    assert codes(counters.enter(count, {lot: "1.5"})) == ["count_not_understood"]
    assert codes(counters.enter(count, {lot: "10000"})) == ["count_out_of_range"]
    assert codes(counters.enter(count, {77: 1})) == ["count_lot_unknown"]
    assert codes(counters.enter(99, {lot: 1})) == ["count_unknown"]
    twice = EnterCount("e9", count, ((lot, "1"), (lot, "2")))
    assert codes(book.enter(twice, WEBER)) == ["count_lot_twice"]
    assert codes(book.comparison(99)) == ["count_unknown"]
    assert codes(book.seen(99)) == ["count_unknown"]
    assert codes(book.asked(count)) == ["count_nothing_to_recount"]
    assert codes(book.asked(99)) == ["count_unknown"]
    counters.counted(count, {lot: 10})
    assert codes(counters.enter(count, {lot: 10}, OKAFOR)) == ["count_lot_settled"]


def test_that_a_lot_that_nobody_has_counted_keeps_a_count_open(counters: Counters) -> None:
    counted, waiting = counters.receive("B1", 4), counters.receive("B2", 4)
    count = counters.begin().count.id
    seen = counters.counted(count, {counted: 4})
    assert [item.lot.id for item in seen.to_count] == [waiting] and not seen.finished
    assert codes(counters.post(count)) == ["count_lot_not_counted"]


def test_that_a_repeated_request_posts_once(counters: Counters) -> None:
    lot = counters.receive("B1", 10)
    count = counters.begin().count.id
    counters.counted(count, {lot: 8})
    counters.counted(count, {lot: 8}, OKAFOR)
    command = EndCount("once", count)
    counters.book.post(command, WEBER)
    assert isinstance(counters.book.post(command, WEBER), Comparison)
    assert counters.holds() == {lot: 8}

"""Which promises nobody needs any more: no window, other days, or too many. Today is 10 December 2026."""

from __future__ import annotations

import pytest

from crs_desktop.kernel.days import DayRange
from crs_desktop.readiness.rules.question import Needs, needless, promises, shortened, supply_key
from crs_desktop.stock.model import Earmark
from tests.readiness.board.situations import TODAY, day, promise


def need(first: str, last: str, sets: int) -> Needs:
    return {"course:1": (DayRange(day(first), day(last)), sets)}


FIRST = promise(1, 1, 1, "12-10", "12-18", (1, 1))
SECOND = promise(2, 1, 2, "12-10", "12-18", (2, 1))
OVER = promise(3, 1, 1, "11-20", "12-09", (1, 1))
LATER = promise(4, 1, 3, "12-25", "12-31", (1, 1))

# promises, the window and sets owed, promises the plan keeps -> promises that nobody needs
NEEDLESS: list[tuple[list[Earmark], Needs, set[int], list[int]]] = [
    ([FIRST, SECOND], need("12-10", "12-18", 2), {1, 2}, []),
    ([FIRST, SECOND], need("12-10", "12-18", 2), set(), []),
    ([FIRST, SECOND], {}, set(), [1, 2]),
    ([FIRST, SECOND], need("12-10", "12-18", 0), set(), [1, 2]),
    ([FIRST, SECOND], need("12-10", "12-18", 1), {1}, [2]),
    ([FIRST, SECOND], need("12-10", "12-18", 1), {2}, [1]),
    ([FIRST, SECOND], need("12-10", "12-18", 1), set(), [2]),
    ([SECOND, FIRST], need("12-10", "12-18", 1), set(), [2]),
    # The days of a window that was moved: one common day is enough to need it.
    ([FIRST], need("12-18", "12-26", 1), set(), []),
    ([FIRST], need("12-19", "12-26", 1), set(), [1]),
    ([LATER], need("12-10", "12-25", 1), set(), []),
    ([LATER], need("12-10", "12-24", 1), set(), [4]),
    # A promise on other days takes no place from one on the right days.
    ([LATER, FIRST], need("12-10", "12-18", 1), set(), [4]),
    # What is over needs no letting go.
    ([OVER], {}, set(), []),
]  # fmt: skip


@pytest.mark.parametrize(("held", "asked", "kept", "gone"), NEEDLESS)
def test_that_promises_without_need_are_found(
    held: list[Earmark], asked: Needs, kept: set[int], gone: list[int]
) -> None:
    assert [item.id for item in needless(held, asked, kept, TODAY)] == gone


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({}, None),
        (need("12-10", "12-18", 1), None),
        (need("12-10", "12-20", 1), None),
        (need("12-10", "12-17", 1), DayRange(day("12-10"), day("12-17"))),
        (need("12-05", "12-10", 1), DayRange(day("12-10"), day("12-10"))),
        (need("12-01", "12-09", 1), None),
    ],
)
def test_that_a_promise_lasts_no_longer_than_its_window(asked: Needs, days: DayRange | None) -> None:
    assert shortened(FIRST, asked) == days


def test_that_a_confirmed_set_is_not_proposed_as_well() -> None:
    shown = [("course:1", 1, ((supply_key(9, 9), 1),)), ("course:1", 3, ((supply_key(8, 8), 2),))]
    told = [(one.set_no, one.vials, one.confirmed) for one in promises([SECOND, FIRST], shown)]
    assert told == [(1, (("1/1", 1),), True), (2, (("2/2", 1),), True), (3, (("8/8", 2),), False)]

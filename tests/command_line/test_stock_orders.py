"""Suppliers, par levels and orders from a terminal: the same answers as in the window, each held against its schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line.conftest import Ask, Said
from tests.command_line.people import NOW

TERMS = ("--lead-days", "1", "--cut-off", "14:00", "--weekdays", "12345", "--country", "US", "--there-by", "08:00",
         "--shelf-life", "180", "--reason", "contract")  # fmt: skip
ORDER = ("order", "place", "--supplier", "elm wholesale", "--reference", "EW-1", "--line", "Actemra:400=4", "--line",
         "Actemra:80=2")  # fmt: skip


class Terminal:
    """A pharmacist at a terminal of the demo's pharmacy, on Tue 1 Dec at 10:00, with one supplier more."""

    def __init__(self, ask: Ask, store: Path) -> None:
        self._ask, self._store = ask, store

    def __call__(self, *words: str, now: str = NOW, plain: bool = False) -> Said:
        more = () if plain else ("--json",)
        return self._ask("stock", *words, "--store", self._store, "--now", now, *more)


@pytest.fixture
def terminal(ask: Ask, store: Path) -> Terminal:
    made = Terminal(ask, store)
    assert made("supplier", "add", "Elm Wholesale", *TERMS).status == 0
    return made


def test_that_an_order_goes_its_way_from_a_terminal(terminal: Terminal) -> None:
    (order,) = terminal(*ORDER, "--request", "k1").document["orders"]
    assert terminal(*ORDER, "--request", "k1").document["orders"] == [order]  # answered, not done again
    number = str(order["order"])
    assert (order["expected"], order["time"], order["counts"], order["state"]) == (
        "2026-12-02", "08:00", True, "awaited",
    )  # fmt: skip
    said = terminal("order", "expect", "--order", number, "--expected", "2026-12-08", "--reason", "told by phone")
    assert (said.document["orders"][0]["expected"], said.document["orders"][0]["time"]) == ("2026-12-08", None)
    line = f"order {number}, EW-1, Elm Wholesale: 0/4 x Actemra 400 mg, 0/2 x Actemra 80 mg, expected 2026-12-08"
    assert terminal("order", "list", plain=True).out.splitlines()[0] == f"+ {line}"
    late = terminal("order", "list", now="2026-12-09T08:30:00-05:00", plain=True)
    assert late.out.splitlines()[0] == f"x {line}; does not count"
    receipt = ("order", "receive", "--order", number, "--brand", "Actemra", "--mg", "400", "--lot", "C1", "--expires",
               "2027-06-30", "--vials", "3", "--place", "Main pharmacy fridge")  # fmt: skip
    (moved,) = terminal(*receipt).document["lines"]
    assert (moved["order"], moved["vials"]) == (order["order"], 3)
    closed = terminal("order", "close", "--order", number, "--reason", "discontinued").document["orders"][0]
    assert (closed["state"], [one["outstanding"] for one in closed["lines"]]) == ("closed", [0, 0])
    assert closed["lines"][0]["received"] == 3
    listed = [one["order"] for one in terminal("order", "list", "--all").document["orders"]]
    assert listed == [order["order"], 1] and len(terminal("order", "list").document["orders"]) == 1


def test_that_the_proposal_stands_on_par_levels_and_days_on_terms(terminal: Terminal) -> None:
    state = ("par", "set", "--brand", "Avtozma", "--mg", "400", "--least", "3", "--target", "5", "--reason", "board")
    assert terminal(*state).document["pars"][-1]["target"] == 5
    (line,) = [one for one in terminal("order", "propose").document["proposed"] if one["brand"] == "Avtozma"]
    assert (line["vials"], line["below_par"], line["usable"], line["coming"]) == (3, 3, 2, 0)
    assert "order 3 x Avtozma 400 mg" in terminal("order", "propose", plain=True).out
    assert "\nAvtozma 400 mg: least 3, target 5\n" in terminal("par", "list", plain=True).out
    said = terminal("supplier", "day", "--day", "2026-12-02", "--reason", "stock taking")
    assert [one["now_arrives"] for one in said.document["suppliers"]] == ["2026-12-03", "2026-12-03"]
    more = ("--lead-days", "3", *TERMS[2:])
    said = terminal("supplier", "terms", "Elm Wholesale", *more, plain=True)
    assert said.out.splitlines()[1].startswith("Elm Wholesale: an order placed now arrives 2026-12-04 ")
    said = terminal("supplier", "day", "Elm Wholesale", "--day", "2026-12-05", "--open", "--reason", "Saturday")
    assert [one["supplier"] for one in said.document["stated_days"]] == [None, "Elm Wholesale"]


WRONG = [
    (("order", "place", "--supplier", "Oak", "--reference", "R", "--line", "Actemra:400=4"), 2, "Oak"),
    (("order", "place", "--supplier", "Elm Wholesale", "--reference", "R", "--line", "Actemra=4"), 2, "Actemra=4"),
    (("order", "close", "--order", "x", "--reason", "R"), 2, "order: “x” is not a whole number"),
    (("order", "close", "--order", "7", "--reason", "R"), 1, "order_unknown"),
    (("par", "set", "--brand", "A", "--mg", "1", "--least", "2", "--target", "1", "--reason", "R"), 1, "stock_brand"),
    (("supplier", "add", "Oak", *TERMS[:6], "--country", "ZZ"), 1, "order_country"),
    (("order",), 2, "act"),
]  # fmt: skip


def test_that_what_is_wrong_is_answered(terminal: Terminal) -> None:
    for words, status, said in WRONG:
        answer = terminal(*words)
        assert answer.status == status and said in answer.out + answer.err, words

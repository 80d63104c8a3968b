"""Counts and recalls from a terminal: blind, by two people, and a recall that is looked at before it is recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line.conftest import Ask, Said
from tests.command_line.people import NOW

NOTICE = ("--brand", "Actemra", "--class", "I", "--noticed", "2026-12-01", "--source", "letter")


class Terminal:
    """People at a terminal of a pharmacy with one fridge and two lots."""

    def __init__(self, ask: Ask, store: Path) -> None:
        self._ask, self._store = ask, store
        self.place = str(self._lots()[0]["place"])

    def __call__(self, *words: str, by: str = "weber", plain: bool = False) -> Said:
        more = () if plain else ("--json",)
        return self._ask("stock", *words, "--store", self._store, "--now", NOW, *more, by=by)

    def _lots(self) -> list[dict[str, object]]:
        lines: list[dict[str, object]] = self("ledger").document["lines"]
        return lines


@pytest.fixture
def terminal(ask: Ask, store: Path) -> Terminal:
    return Terminal(ask, store)


def test_that_a_place_is_counted_blind_by_two_from_a_terminal(terminal: Terminal) -> None:
    begun = terminal("count", "open", "--place", terminal.place, "--note", "monthly").document
    number = str(begun["count"])
    assert {lot["standing"] for lot in begun["lots"]} == {"to_count"}
    assert not any("ledger" in lot or "rounds" in lot for lot in begun["lots"])
    entered = [f"{lot['lot']}=0" for lot in begun["lots"]]
    first = terminal("count", "enter", "--count", number, "--vials", *entered).document
    assert first["state"] == "counting" and {lot["standing"] for lot in first["lots"]} == {"to_recount"}
    assert terminal("count", "enter", "--count", number, "--vials", entered[0]).codes == ["count_same_person"]
    second = terminal("count", "enter", "--count", number, "--vials", *entered, by="okafor").document
    assert second["state"] == "finished" and all(lot["agreed"] == 0 for lot in second["lots"])
    assert all(lot["difference"] == -lot["ledger"] for lot in second["lots"])
    assert terminal("count", "show", "--count", number).document == second
    assert terminal("count", "close", "--count", number).document["state"] == "posted"
    assert {line["what"] for line in terminal("ledger").document["lines"][: len(entered)]} == {"count"}
    assert terminal("count", "give-up", "--count", number, "--reason", "x").codes == ["count_ended"]
    said = terminal("count", "show", "--count", number, plain=True).out.splitlines()
    assert f"count {number}, {terminal.place}: posted" in said[0]


def test_that_a_recall_is_looked_at_and_then_recorded_from_a_terminal(terminal: Terminal) -> None:
    lots = sorted({str(line["lot"]) for line in terminal("ledger").document["lines"] if line["brand"] == "Actemra"})
    words = ("recall", "D-7-2026", *NOTICE, "--lots", *lots, "--reason", "particles")
    looked = terminal(*words, "--dry-run").document
    assert looked["recorded"] is False and sorted(looked["lots"]) == lots
    assert {line["state"] for line in looked["to_pull"]} <= {"available", "quarantined"}
    assert terminal(*words, "--dry-run", plain=True).out.startswith("NOT recorded")
    recorded = terminal(*words).document
    assert recorded["recorded"] is True and {line["state"] for line in recorded["to_pull"]} == {"recalled"}
    assert recorded["windows"] == looked["windows"] and recorded["received"] == looked["received"]
    assert terminal(*words).codes == ["recall_known"]


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("recall", "D-8", *NOTICE), 1, "recall_no_lots"),
        (("recall", "D-8", *NOTICE, "--lots", "B1", "--every-lot"), 1, "recall_lots_and_every"),
        (("recall", "D-8", "--brand", "X", *NOTICE[2:], "--lots", "B1"), 1, "stock_brand"),
        (("count", "show", "--count", "99"), 1, "count_unknown"),
        (("count", "open", "--place", "Moon"), 2, "cl_place_not_known"),
        (("count", "enter", "--count", "1", "--vials", "B1"), 2, "cl_count_pair"),
    ],
)
def test_that_bad_words_are_answered(terminal: Terminal, words: tuple[str, ...], status: int, code: str) -> None:
    said = terminal(*words)
    assert said.status == status
    assert code in said.codes

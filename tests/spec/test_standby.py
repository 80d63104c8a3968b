"""Standby rules as a table a pharmacist can read: the same patients, the same stock, one day, another answer for each.

Today is 10 December 2026. Adler and Berg get CAR-T cells on 12-10, both weigh 50 kg: a set is one vial of 400 mg. Two
vials lie on the shelf, one more in a depot 3 hours away.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from crs_desktop.policy.standby.kinds import standby_kind
from crs_desktop.policy.standby.model import StandbyRule
from crs_desktop.readiness.answer import answer
from crs_desktop.readiness.board import Board, WindowAnswer
from tests.readiness.board.situations import patient, situation

SHELF = ["2 x 400 mg until 06-30"]
DEPOT = "1 x 400 mg until 06-30, 3 h away"
FAR = "1 x 400 mg until 06-30, 9 h away"


def rule(kind: str, scope: str = "car_t", number: int = 1) -> StandbyRule:
    """A shipped kind, stated for every product of a class since January."""
    shipped = standby_kind(kind)
    assert shipped is not None
    return StandbyRule(
        number, "", "class", scope, kind, shipped.sets, shipped.further, 0, date(2026, 1, 1), None, "P&T", "decided",
        shipped.source,
    )  # fmt: skip


def said(board: Board) -> list[str]:
    """'Adler 2 of 2 ready' by name."""

    def line(one: WindowAnswer) -> str:
        word = one.verdict.value.replace("ready_but", "ready, but")
        return f"{one.patient.name.split(',')[0]} {len(one.sets)} of {one.owed} {word}"

    return sorted(map(line, board.windows))


def ask(stock: Sequence[str], *rules: StandbyRule, names: Sequence[str] = ("Adler", "Berg")) -> Board:
    return answer(situation([patient(name, therapy="CAR-T") for name in names], stock, standby=rules), with_fixes=False)


# rule,             where vials lie,   what the board says
FOUR: list[tuple[str, list[str], list[str]]] = [
    ("two", [*SHELF, DEPOT], ["Adler 1 of 2 short", "Berg 1 of 2 short"]),
    ("one_shortage", [*SHELF, DEPOT], ["Adler 1 of 1 ready", "Berg 1 of 1 ready"]),
    ("one_and_access", [*SHELF, DEPOT], ["Adler 2 of 2 ready, but", "Berg 1 of 2 short"]),
    ("none", [*SHELF, DEPOT], ["Adler 0 of 0 ready", "Berg 0 of 0 ready"]),
    # What relies on the depot is ready, but. A depot too far for anything; a second vial in the depot.
    ("one_and_access", [*SHELF, FAR], ["Adler 1 of 2 short", "Berg 1 of 2 short"]),
    ("one_and_access", [*SHELF, DEPOT.replace("1 x", "2 x")], ["Adler 2 of 2 ready, but", "Berg 2 of 2 ready, but"]),
    # What lies in the depot is never the set on site.
    ("one_shortage", [DEPOT], ["Adler 0 of 1 short", "Berg 0 of 1 short"]),
    ("one_and_access", [DEPOT.replace("1 x", "4 x")], ["Adler 1 of 2 short", "Berg 1 of 2 short"]),
]


@pytest.mark.parametrize(("kind", "stock", "answered"), FOUR)
def test_that_each_rule_gives_its_answer_on_the_same_day(kind: str, stock: list[str], answered: list[str]) -> None:
    found = said(ask(stock, rule(kind)))
    assert [line.replace("Berg", "Adler") for line in found] == [line.replace("Berg", "Adler") for line in answered]


def test_that_four_rules_on_one_day_give_four_answers() -> None:
    kinds = ("two", "one_shortage", "one_and_access", "none")
    assert len({tuple(said(ask([*SHELF, DEPOT], rule(kind)))) for kind in kinds}) == 4


def test_that_a_rule_for_another_class_changes_nothing() -> None:
    assert said(ask(SHELF, rule("none", "bispecific"), names=["Adler"])) == ["Adler 2 of 2 ready"]

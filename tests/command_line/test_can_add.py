"""`can-add`: the whole board's answer, and what is not understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line.conftest import Ask

NOW = "2026-12-01T09:00-05:00"
WHO = ("--therapy", "teclistamab", "--weight-kg", "50", "--on", "2026-12-04")


def test_that_a_board_that_is_short_says_so_before_anything_else(ask: Ask, store: Path) -> None:
    said = ask("can-add", "--store", store, "--now", NOW, *WHO, "--json")
    assert (said.status, said.document["answer"], said.document["already_short"]) == (1, "no", True)
    assert said.document["reasons"][0]["code"] == "whatif_already_short"
    assert said.document["board_fixes"][0]["kind"] == "order"
    assert said.document["first_yes"] is None


def test_that_without_vials_the_answer_is_no_with_what_to_order(ask: Ask, empty_store: Path) -> None:
    said = ask("can-add", "--store", empty_store, "--now", NOW, *WHO, "--name", "Adler", "--json")
    assert (said.status, said.document["answer"], said.document["already_short"]) == (1, "no", False)
    assert "Adler" in said.document["reasons"][0]["reason"]
    assert said.document["fix"] == {
        "kind": "order", "vials": [{"mg": 400, "n": 1, "brand": "Actemra"}], "by": "2026-12-04", "patient": None,
        "to": None,
    }  # fmt: skip
    assert (said.document["first_yes"], said.document["days_tried"]) == (None, 60)
    assert said.document["window"]["dose_mg"] == "400"
    text = ask("can-add", "--store", empty_store, "--now", NOW, *WHO).out
    assert text.startswith("No: from Fri 4 Dec") and "rder 1 x 400 mg Actemra" in text


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (("--therapy", "aspirin"), "therapy_unknown"),
        (("--weight-kg", "heavy"), "weight_not_understood"),
        (("--on", "2026-11-30"), "whatif_in_the_past"),
        (("--on", "2029-01-01"), "whatif_too_far"),
        (("--on", "soon"), "day_not_understood"),
        (("--regimen", "twice"), "regimen_unknown"),
    ],
)
def test_that_what_is_not_understood_is_named(ask: Ask, empty_store: Path, changed: tuple[str, str], code: str) -> None:
    said = ask("can-add", "--store", empty_store, "--now", NOW, *WHO, *changed, "--json")
    assert (said.status, said.codes) == (2, [code])

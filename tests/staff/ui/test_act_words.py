"""What was done under emergency access is read in words, never in the program's own names."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.kernel.wording import sentences
from crs_desktop.staff.model import Did
from crs_desktop.staff.repository import rights
from crs_desktop.staff.ui.words import act_text, did_text

ACTS = [right.operation for right in rights().values() if right.act]
AT = datetime(2026, 12, 4, 8, 12, tzinfo=UTC)


@pytest.mark.parametrize("intent", ACTS)
def test_that_each_act_has_words_of_its_own(intent: str) -> None:
    said = act_text(intent)
    assert said[0].isupper() and said.casefold() != intent


def test_that_no_two_acts_are_said_alike_and_no_words_are_left_over() -> None:
    said = [act_text(intent) for intent in ACTS]
    assert len(set(said)) == len(said) == len([code for code in sentences() if code.startswith("act_")])


def test_that_an_act_is_said_with_its_time_and_what_it_was_about() -> None:
    zone = ZoneInfo("America/New_York")
    assert did_text(Did(AT, "log dose", "dose", "17"), zone) == "03:12  Dose recorded: dose 17"
    assert did_text(Did(AT, "print dosing-sheet", "", ""), zone) == "03:12  Dosing sheet printed"

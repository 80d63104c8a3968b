"""After a delay the answer is a row of the file or 'no rule', and the day on which it changes is exact."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.model.dated import RestartAdvice
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.restart import restart_advice, situation_row, situation_rows
from crs_desktop.therapies.schema.parse import parse_protocol

LIBRARY = load_catalogue()
TEC, BLI, AXI = (LIBRARY.protocol(name) for name in ("teclistamab", "blinatumomab", "axicabtagene_ciloleucel"))
EPCO = LIBRARY.protocol("epcoritamab")
LAST = date(2026, 12, 1)


def advice(protocol: Protocol, regimen: str, last: str, elapsed: int) -> RestartAdvice:
    return restart_advice(protocol, regimen, last, LAST, LAST + timedelta(days=elapsed))


def identity(found: RestartAdvice) -> tuple[str, str]:
    return found.kind, found.row.id if found.row is not None else ""


def test_that_the_advice_names_what_to_give_and_when_it_changes() -> None:
    found = advice(TEC, "mono", "SUD2", 8)
    assert found.row is not None
    assert (found.next_key, found.row.premedicate, found.row.observe_as_step_up) == ("SUD2", True, True)
    assert found.changes_on == date(2026, 12, 30)
    assert not found.unverified
    late = advice(TEC, "mono", "SUD2", 29)
    assert (late.next_key, late.changes_on) == ("SUD1", None)


def test_that_a_short_delay_in_the_weekly_phase_goes_on() -> None:
    found = advice(TEC, "mono", "W3", 28)
    assert (identity(found), found.next_key) == (("row", "weekly_0_28"), "W4")


def test_that_without_a_row_it_says_so() -> None:
    found = advice(TEC, "combo_daratumumab_sc", "SUD2", 5)
    assert (identity(found), found.next_key, found.changes_on) == (("no_rule", ""), "FULL1", None)
    assert identity(advice(TEC, "combo_daratumumab_sc", "SUD2", 4)) == ("on_schedule", "")


def test_that_a_row_of_which_nobody_read_what_to_do_is_no_answer() -> None:
    """Its days are known, its action is not: an empty answer beside the next dose would be read as 'give it'."""
    unread = next(row for row in EPCO.restart if row.id == "r2_sud1_late")
    assert (unread.least, unread.action, unread.resume_at, unread.doses) == (9, "", "", ())
    found = advice(EPCO, "fl_3step_r2", "SUD1", 9)
    assert (identity(found), found.changes_on) == (("no_rule", ""), None)
    assert identity(advice(EPCO, "fl_3step_r2", "SUD3", 7)) == ("on_schedule", "")
    assert identity(advice(EPCO, "fl_3step_r2", "SUD3", 8)) == ("no_rule", "")


def test_that_nothing_follows_a_single_infusion_or_the_last_cycle() -> None:
    assert identity(advice(AXI, "single", "D0", 5)) == ("complete", "")
    assert identity(advice(BLI, "rr", "C9D1", 5)) == ("complete", "")


def test_that_a_cycle_counts_from_its_own_start() -> None:
    assert identity(advice(BLI, "rr", "C1D8", 35)) == ("on_schedule", "")
    assert identity(advice(BLI, "rr", "C1D8", 36)) == ("no_rule", "")
    assert identity(advice(BLI, "rr", "C2D1", 42)) == ("on_schedule", "")


def test_that_a_question_nobody_can_answer_is_a_defect_of_the_caller() -> None:
    for regimen, key in (("duo", "SUD1"), ("mono", "SUD9")):
        with pytest.raises(LookupError):
            advice(TEC, regimen, key, 1)
    with pytest.raises(ValueError, match="before the last dose"):
        advice(TEC, "mono", "SUD1", -1)


def test_that_a_recalled_row_makes_the_advice_unverified() -> None:
    text = TEC.text.replace(
        b'source = ["TEC-RESTART-JNJ"]\nconfidence = "high"', b'source = ["KNOWLEDGE"]\nconfidence = "low"'
    )
    recalled = parse_protocol(text, "recalled")
    assert isinstance(recalled, Protocol)
    assert advice(recalled, "mono", "SUD1", 8).unverified


def test_that_two_label_versions_give_their_own_answers() -> None:
    row = b'id = "sud2_8_28"\nsituation = "delay_after:SUD2"\nunit = "days"\nleast = 8\nmost = '
    text = TEC.text.replace(row + b"28", row + b"20")
    older = parse_protocol(text, "older")
    assert isinstance(older, Protocol)
    assert identity(advice(older, "mono", "SUD2", 21)) == ("no_rule", "")
    assert advice(older, "mono", "SUD2", 21).changes_on == LAST + timedelta(days=29)
    assert identity(advice(TEC, "mono", "SUD2", 21)) == ("row", "sud2_8_28")


def test_that_rows_of_a_pause_are_found_by_situation() -> None:
    assert [row.id for row in situation_rows(BLI, "rr", "interruption")] == [
        "interruption_under_4_h",
        "interruption_4_h",
    ]
    assert situation_rows(TEC, "combo_daratumumab_sc", "delay_after:SUD1") == ()
    assert situation_row(BLI, "rr", "weather", 1) is None


@given(
    case=st.sampled_from([("mono", "SUD1"), ("mono", "SUD2"), ("mono", "FULL1"), ("mono", "W9"), ("mono", "Q2W3"),
                          ("combo_daratumumab_sc", "SUD1"), ("combo_daratumumab_sc", "W7")]),
    elapsed=st.integers(0, 150),
)  # fmt: skip
def test_that_the_answer_holds_until_the_day_it_changes_and_not_on_it(case: tuple[str, str], elapsed: int) -> None:
    now = advice(TEC, *case, elapsed)
    limit = 400 if now.changes_on is None else (now.changes_on - LAST).days
    for day in range(elapsed, min(limit, 160)):
        assert identity(advice(TEC, *case, day)) == identity(now)
    if now.changes_on is not None:
        assert identity(advice(TEC, *case, limit)) != identity(now)

"""Which figure speaks for a regimen: read before recalled, then sure, close, and first in the file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.demand import DemandFacts, demand_facts
from crs_desktop.therapies.schema.parse import parse_protocol

OTHER = """
[[regimens]]
id = "other"
title = "Other"
indication = "Another illness"
day_origin = "day 1 is the first dose"
first_day = 1
source = ["LABEL"]
confidence = "high"

[[regimens.steps]]
key = "F1"
label = "Full dose"
role = "first_full"
day = 1
route = "SC"
dose = 1
unit = "mg"

"""
GOOD = (Path(__file__).parent / "good.toml").read_text("utf-8") + OTHER
SURE = 'source = ["LABEL"]\nconfidence = "high"'
MEDIUM = 'source = ["LABEL"]\nconfidence = "medium"'
RECALLED = 'source = ["MEMORY"]\nconfidence = "low"'
SWISS = SURE + '\njurisdiction = "CH"'


def row(name: str, figures: str, sure: str = SURE, patients: str = "100") -> str:
    return f'[[risk]]\nid = "{name}"\ntrial = "{name}"\npatients = {patients}\n{figures}\n{sure}\n'


def facts_of(*rows: str, regimen: str = "mono") -> DemandFacts:
    """The good file with these rows of risk."""
    found = parse_protocol((GOOD + "\n".join(rows)).encode(), "good")
    assert isinstance(found, Protocol), found
    return demand_facts(found, regimen)


def test_that_no_row_is_not_on_file() -> None:
    facts = facts_of()
    assert (facts.crs_any, facts.tocilizumab, facts.onset, facts.duration) == (None, None, None, None)
    assert facts.doses_given == () and facts.after_doses == ()


def test_that_a_regimen_which_the_protocol_does_not_have_is_a_defect() -> None:
    with pytest.raises(KeyError):
        facts_of(regimen="third")


def test_that_a_row_of_another_regimen_never_speaks() -> None:
    rows = (
        row("theirs", 'regimens = ["other"]\ncrs_any_pct = 90'),
        row("ours", 'regimens = ["mono"]\ncrs_any_pct = 10', RECALLED),
    )
    crs = facts_of(*rows).crs_any
    assert crs is not None and crs.trial == "ours" and crs.others == ()


@pytest.mark.parametrize(
    ("first", "second", "speaks"),
    [
        (row("a", "crs_any_pct = 10", RECALLED), row("b", "crs_any_pct = 20", MEDIUM), "b"),
        (row("a", "crs_any_pct = 10", SWISS), row("b", "crs_any_pct = 20", MEDIUM), "b"),
        (row("a", "crs_any_pct = 10", MEDIUM), row("b", "crs_any_pct = 20", SURE), "b"),
        (row("a", "crs_any_pct = 10"), row("b", 'regimens = ["mono"]\ncrs_any_pct = 20'), "b"),
        (row("a", "crs_any_pct = 10", patients="5"), row("b", "crs_any_pct = 20", patients="500"), "a"),
        (row("a", 'crs_any_pct = { unknown = "x" }'), row("b", "crs_any_pct = 20", RECALLED), "b"),
    ],
)
def test_that_the_row_that_speaks_is_read_then_sure_then_close_then_first(first: str, second: str, speaks: str) -> None:
    crs = facts_of(first, second).crs_any
    assert crs is not None and crs.trial == speaks
    assert [other.trial for other in crs.others] == ([] if "unknown" in first else ["a" if speaks == "b" else "b"])


def test_that_need_is_stated_before_counted_and_counted_before_multiplied() -> None:
    all_three = "tocilizumab_pct_of_all = 30\ntocilizumab_n = 29\ncrs_any_pct = 70\ntocilizumab_pct_of_crs = 41"
    found = [facts_of(row("a", "\n".join(all_three.splitlines()[skip:]))).tocilizumab for skip in range(4)]
    assert [None if fact is None else (fact.how, fact.value) for fact in found] == [
        ("stated", Fraction(30)), ("counted", Fraction(29)), ("multiplied", Fraction(287, 10)), None,
    ]  # fmt: skip


def test_that_a_count_without_its_patients_is_no_share() -> None:
    unknown = '{ unknown = "not said" }'
    assert facts_of(row("a", "tocilizumab_n = 29", patients=unknown)).tocilizumab is None


def test_that_what_is_multiplied_is_as_sure_as_its_least_sure_part() -> None:
    figures = 'crs_any_pct = 70\ntocilizumab_pct_of_crs = { value = 10, source = ["MEMORY"], confidence = "low" }'
    fact = facts_of(row("a", figures)).tocilizumab
    assert fact is not None and (fact.confidence, fact.unverified) == ("low", True)
    assert fact.paths == ("risk.a.tocilizumab_pct_of_crs", "risk.a.crs_any_pct") and fact.share == Fraction(7, 100)


def test_that_figures_read_elsewhere_name_where() -> None:
    fact = facts_of(row("a", "tocilizumab_pct_of_all = 30", SWISS)).tocilizumab
    assert fact is not None and fact.jurisdictions == ("CH",) and fact.unverified


def test_that_counts_of_two_trials_never_stand_side_by_side() -> None:
    first = row("a", "tocilizumab_one_dose_n = 5", MEDIUM)
    second = row("b", "tocilizumab_two_doses_n = 7\ntocilizumab_three_doses_n = 1")
    given = facts_of(first, second).doses_given
    assert [(item.doses, item.fact.value, item.fact.trial) for item in given] == [("2", 7, "b"), ("3", 1, "b")]


def test_that_days_come_before_hours_and_ranges_keep_both_ends() -> None:
    facts = facts_of(row("a", "onset_days_median = 2\nonset_hours_median = 50\nonset_hours_range = [0.1, 167]"))
    assert facts.onset is not None and (facts.onset.value, facts.onset.unit) == (2, "days")
    onset = facts.onset_range
    assert onset is not None and (onset.value, onset.most, onset.unit) == (Fraction(1, 10), 167, "hours")


def test_that_days_are_no_share() -> None:
    onset = facts_of(row("a", "onset_days_median = 2")).onset
    assert onset is not None
    with pytest.raises(ValueError, match="days"):
        _ = onset.share


def test_that_crs_after_each_dose_keeps_whom_it_counts() -> None:
    by_dose = "".join(
        f'[[risk.by_dose]]\nid = "{key}"\ndose = "{key}"\npercent = {said}\nof = "events"\n{SURE}\n'
        for key, said in (("S1", "40"), ("F1", '{ unknown = "not said" }'))
    )
    after = facts_of(row("a", "crs_any_pct = 50") + by_dose).after_doses
    assert [(item.dose, item.fact.value, item.fact.unit) for item in after] == [("S1", 40, "percent of events")]

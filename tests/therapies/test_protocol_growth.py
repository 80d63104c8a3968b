"""Every key of the grown format ends in the noun it is for, with its unit; every_key.toml holds them all."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.therapies.model.doses import Amount, Entry, Gap
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.schema.parse import parse_protocol

TEXT = (Path(__file__).parent / "every_key.toml").read_text("utf-8")


def parsed(text: str) -> Protocol:
    protocol = parse_protocol(text.encode(), "every_key.toml")
    assert isinstance(protocol, Protocol), protocol
    return protocol


def with_change(old: str, new: str) -> Protocol:
    assert TEXT.count(old) >= 1
    return parsed(TEXT.replace(old, new, 1))


@pytest.fixture(scope="module")
def whole() -> Protocol:
    return parsed(TEXT)


def codes(text: str) -> list[tuple[str, str]]:
    found = parse_protocol(text.encode(), "file.toml")
    assert isinstance(found, tuple)
    return [(finding.code, finding.field) for finding in found]


def test_that_gaps_count_across_cycles(whole: Protocol) -> None:
    regimen = whole.regimens[1]
    assert (regimen.cycle_days, regimen.symptom_free_hours) == (21, None)
    assert [step.gap.nominal for step in regimen.steps] == [None, 7, 7]
    assert [(step.cycle, step.day, step.part_of) for step in regimen.steps] == [
        (1, 8, "SUD1"), (1, 15, "SUD1"), (2, 1, ""),
    ]  # fmt: skip
    longer = with_change("cycle_days = 21", "cycle_days = 28")
    assert longer.regimens[1].steps[2].gap.nominal == 14
    assert whole.regimens[0].symptom_free_hours == 48


def test_that_a_dose_may_be_a_range(whole: Protocol) -> None:
    branch = whole.regimens[1].steps[0].amounts[0]
    assert (branch.amount, branch.most) == (Amount(Decimal("0.3"), "mcg/kg"), Amount(Decimal("0.7"), "mcg/kg"))
    fact = whole.fact("regimens.cycles.steps.C1D8.dose")
    assert fact is not None
    assert fact.value == (Decimal("0.3"), Decimal("0.7"))
    assert whole.regimens[1].steps[1].amounts[0].most is None


def test_that_the_limits_of_a_branch_belong_to_it_or_not(whole: Protocol) -> None:
    over, to = whole.regimens[1].steps[2].amounts  # the branch under 40 kg is unknown and gives no amount
    for kg, expected in (
        ("80.001", (True, False)),
        ("80", (False, True)),
        ("40", (False, True)),
        ("39.9", (False, False)),
    ):
        weight = BodyWeight.of_kg(kg)
        assert (over.holds_for(weight), to.holds_for(weight)) == expected
    unknown = whole.fact("regimens.cycles.steps.C2D1.amounts.under_40.dose")
    assert unknown is not None
    assert unknown.unknown


def test_that_a_phase_counts_numbers_or_cycles(whole: Protocol) -> None:
    weekly, fortnightly = whole.regimens[0].phases
    each, once = whole.regimens[1].phases
    assert (weekly.cycles, weekly.days, weekly.rule) == (None, (), Entry(until_week=12))
    assert (each.cycles, each.days, each.first_number, each.count) == ((3, 6), (1, 8), 0, None)
    assert (once.cycles, once.days, once.rule, once.optional) == ((7, None), (1,), None, True)
    assert each.first_gap == Gap(6, None, None, None, "C2D1")
    assert each.gap == Gap(6, None, None, None)
    assert fortnightly.rule == Entry(13, None, "PR or better", 2, 8, False)
    assert fortnightly.rule.conditional


def test_that_a_lead_in_stands_on_days_or_ends_before_the_first_dose(whole: Protocol) -> None:
    before, beside, depletion = whole.lead_in
    assert (before.kind, before.days, before.cycles) == ("pretreatment", (1,), None)
    assert (beside.cycles, beside.when) == ((2, 6), "the combination")
    assert (depletion.days, depletion.lasting_days, depletion.ends_before) == ((), 2, (2, 14))
    assert (depletion.alternative, before.alternative) == (True, False)


def test_that_a_medicine_says_when_for_whom_and_instead_of_what(whole: Protocol) -> None:
    steroid, other, fluid = whole.premedication
    assert (steroid.on_restart, steroid.one_of, steroid.following_days) == (True, "steroid", (1, 2, 3))
    assert (steroid.latest_minutes, steroid.earliest_minutes, steroid.minutes_after) == (60, 60, None)
    assert (steroid.until, steroid.when) == ("two full doses without CRS", "")
    assert (other.after_grades, other.one_of, other.on_restart) == ((2, 3), "steroid", False)
    assert (fluid.minutes_after, fluid.over_minutes) == ((0, 60), (240, 300))
    assert (fluid.earliest_minutes, fluid.when) == (None, "the patient does not drink")


def test_that_watching_timing_and_stock_are_read(whole: Protocol) -> None:
    hospital, late = whole.observation
    assert (hospital.hours, hospital.most_hours, hospital.counted_from) == (24, 48, "end")
    assert (hospital.then, hospital.after_grades) == ("near the centre", (0, 1))
    assert (late.most_hours, late.counted_from, late.alternative) == (None, "", True)
    times = whole.infusion_times[0]
    assert (times.minutes, times.after_grades, times.when) == ((240, 480), (2, 3, 4), "the first")
    rule = whole.tocilizumab[0]
    assert (rule.doses, rule.second_within_hours, rule.jurisdiction) == (2, 8, "EU")
    assert (rule.valid_from, rule.valid_to, rule.applies_to) == ("", "2025-06-25", ("S1",))


def test_that_a_restart_may_have_a_ladder_of_its_own(whole: Protocol) -> None:
    short, long, ladder = whole.restart
    assert (short.doses, short.then, short.repeat_lead_in) == ((), "", False)
    assert long.repeat_lead_in is None
    assert (ladder.event, ladder.grades, ladder.then) == ("CRS", (3, 4), "next_cycle")
    assert [(dose.key, dose.day, dose.gap.nominal, dose.role) for dose in ladder.doses] == [
        ("R1", 1, None, "step_up"), ("R2", 8, 7, "first_full"),
    ]  # fmt: skip
    by_phase = with_change('then = "next_cycle"', 'then = "each_cycle"')
    assert by_phase.restart[2].then == "each_cycle"


def test_that_risk_is_told_dose_by_dose(whole: Protocol) -> None:
    risk = whole.risk[0]
    assert risk.figure("onset_hours_range") == (Decimal("0.1"), Decimal(167))
    assert [(part.dose, part.percent, part.of) for part in risk.by_dose] == [
        ("S1", Decimal("44.2"), "patients"), ("later doses", None, "patients with CRS"),
    ]  # fmt: skip
    for name, unit in (
        ("tocilizumab_pct_of_crs", "percent of patients with CRS"),
        ("tocilizumab_n", "patients"),
        ("crs_events_median", "events"),
        ("by_dose.first.percent", "percent of patients"),
    ):
        fact = whole.fact(f"risk.trial.{name}")
        assert fact is not None
        assert fact.unit == unit


def test_that_what_was_read_elsewhere_is_unverified_and_the_files_own_rules_are_not(whole: Protocol) -> None:
    foreign = whole.fact("observation.hospital.after_grades")
    assert foreign is not None
    assert (foreign.jurisdiction, foreign.foreign, foreign.unverified) == ("EU", True, True)
    stock = whole.fact("tocilizumab.at_hand.doses")
    assert stock is not None
    assert stock.foreign
    own = with_change('jurisdiction = "EU" }', 'jurisdiction = "US" }').fact("observation.hospital.after_grades")
    assert own is not None
    assert (own.jurisdiction, own.unverified) == ("", False)
    back = with_change("doses = 2\n", 'doses = { value = 2, jurisdiction = "US" }\n').fact("tocilizumab.at_hand.doses")
    assert back is not None
    assert not back.foreign


def test_that_structure_is_kept_by_path_in_the_order_of_the_file(whole: Protocol) -> None:
    said = dict(whole.structure)
    assert len(said) == len(whole.structure)
    for path, text in (
        ("id", "every_key"),
        ("regimens.cycles.steps.C1D8.part_of", "SUD1"),
        ("regimens.cycles.phases.each_cycle.cycles", "3, 6"),
        ("regimens.cycles.phases.each_cycle.days", "1, 8"),
        ("premedication.steroid.on_restart", "yes"),
        ("premedication.fluid.applies_to", "C[3-6]D8, C42D1, R2"),
        ("restart.ladder.grades", "3, 4"),
        ("restart.ladder.doses.R2.day", None),
        ("regimens.mono.first_day", "1"),
    ):
        assert said.get(path) == text, path
    paths = [path for path, _ in whole.structure]
    assert paths.index("regimens.cycles.id") < paths.index("premedication.steroid.id") < paths.index("risk.trial.id")
    assert not set(paths) & {fact.path for fact in whole.facts()}


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("C[5-9]D*", True),
        ("C2D1", True),
        ("C42D1", True),
        ("C60D1", True),
        ("C61D1", False),
        ("C6D8", True),
        ("C7D8", False),
        ("W60", True),
        ("Q40", True),
        ("Q41", False),
        ("R1", True),
        ("R[12]", True),
        ("S1", True),
        ("S[2-9]", False),
    ],
)
def test_that_a_row_may_name_every_dose_that_can_come_and_no_other(pattern: str, fits: bool) -> None:
    changed = TEXT.replace('"C42D1"', f'"{pattern}"')
    found = parse_protocol(changed.encode(), "every_key.toml")
    assert isinstance(found, Protocol) is fits


def test_that_a_phase_before_a_decision_may_be_named_beyond_its_end() -> None:
    finite = TEXT.replace('key = "W{n}"\nfirst_number = 1\n', 'key = "W{n}"\nfirst_number = 1\ndoses = 11\n')
    late = finite.replace('"C42D1"', '"W40"')
    assert isinstance(parse_protocol(late.encode(), "late.toml"), Protocol)
    undecided = late.replace('entry_response = "PR or better"\n', "").replace("entry_sustained_months = 2\n", "")
    undecided = undecided.replace("entry_full_doses = 8\nentry_mandatory = false\n", "")
    assert codes(undecided) == [("therapy_dose_unknown", "premedication.fluid.applies_to")]


def test_that_a_dose_of_a_later_phase_may_come_twice_only_where_somebody_decides() -> None:
    twice = TEXT.replace("cycles = [7]", "cycles = [5]")
    assert isinstance(parse_protocol(twice.encode(), "optional.toml"), Protocol)
    by_response = twice.replace("optional = true\ninfusion", 'entry_response = "PR"\ninfusion')
    assert isinstance(parse_protocol(by_response.encode(), "response.toml"), Protocol)
    of_itself = twice.replace("optional = true\ninfusion", "infusion")
    assert codes(of_itself) == [("therapy_key_twice", "regimens.cycles.phases.once_a_cycle.cycles")]


def test_that_rows_given_instead_of_one_another_hold_for_the_same_regimen() -> None:
    apart = TEXT.replace('one_of = "steroid"\nuntil', 'regimens = ["mono"]\none_of = "steroid"\nuntil')
    apart = apart.replace(
        'regimens = ["mono"]\napplies_to = ["S1", "F*"]', 'regimens = ["cycles"]\napplies_to = ["C1D8"]'
    )
    assert codes(apart) == [
        ("therapy_one_of_alone", "premedication.steroid.one_of"),
        ("therapy_one_of_alone", "premedication.other_steroid.one_of"),
    ]


def test_that_a_restart_goes_on_with_a_phase_of_every_regimen_it_holds_for() -> None:
    everywhere = TEXT.replace('then = "next_cycle"\nregimens = ["cycles"]', 'then = "each_cycle"')
    assert codes(everywhere) == [("therapy_value_not_allowed", "restart.ladder.then")]


def test_that_one_file_with_many_mistakes_tells_all() -> None:
    text = TEXT
    for old, new in (
        ("cycles = [3, 6]", "cycles = [6, 3]"),
        ("days = [1, 8]\nafter", "days = [8, 1]\nafter"),
        ("to_kg = 80", "to_kg = 70"),
        ("ends_before = [2, 14]", "ends_before = 14"),
        ("after_grades = [2, 3]\n", "after_grades = [7]\n"),
        ("minutes = [240, 480]", "minutes = [480, 240]"),
        ('event = "CRS"', 'event = "rash"'),
        ("day = 8\ndose = 30", "day = 1\ndose = 30"),
        ('of = "patients"', 'of = "people"'),
        ("most_hours = 48", "most_hours = 4"),
        ("following_days = [1, 2, 3]", "following_days = [0]"),
    ):
        assert old in text, old
        text = text.replace(old, new, 1)
    assert sorted(codes(text)) == sorted(
        [
            ("therapy_value_kind", "regimens.cycles.phases.each_cycle.cycles"),
            ("therapy_value_kind", "regimens.cycles.phases.each_cycle.days"),
            ("therapy_weights_overlap", "regimens.cycles.steps.C2D1.amounts"),
            ("therapy_value_kind", "lead_in.depletion.ends_before"),
            ("therapy_value_kind", "premedication.other_steroid.after_grades"),
            ("therapy_value_kind", "premedication.steroid.following_days"),
            ("therapy_value_kind", "infusion_times.slow.minutes"),
            ("therapy_value_not_allowed", "restart.ladder.event"),
            ("therapy_ladder_days", "restart.ladder.doses.R2.day"),
            ("therapy_value_not_allowed", "risk.trial.by_dose.first.of"),
            ("therapy_range_reversed", "observation.hospital.hours"),
            ("therapy_dose_unknown", "premedication.fluid.applies_to"),
        ]
    )

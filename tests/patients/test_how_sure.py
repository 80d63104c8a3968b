"""What is unverified, unknown, compared, or this site's own is told apart for every dose, in shape and words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from crs_desktop.desktop.theme import State
from crs_desktop.patients.courses.moving import DoseChange
from crs_desktop.patients.model import EventKind, InfusionEvent, Outcome
from crs_desktop.patients.ui.around.clock import medicine_times, times_text
from crs_desktop.patients.ui.around.words import AroundRow, Asked, around_dose
from crs_desktop.patients.ui.changes import amount_of_change
from crs_desktop.patients.ui.phase_dialog import what_is_needed
from crs_desktop.patients.ui.restart_words import advice_text
from crs_desktop.patients.ui.schedule_table import amount_text
from crs_desktop.patients.ui.sureness import Marks
from crs_desktop.therapies.model.protocol import Protocol
from tests.patients.how_sure import WEIGHT, around, doses_of, of_site, signed
from tests.patients.made_up import CATALOGUE, ZONE
from tests.patients.other_versions import edited

GLOFIT, TEC, TALQ = (CATALOGUE.protocol(name) for name in ("glofitamab", "teclistamab", "talquetamab"))
DEXA = "premedication.dexamethasone"


def one(rows: list[AroundRow], what: str, text: str = "") -> AroundRow:
    """The only line of this name that holds this text."""
    found = [row for row in rows if row.what == what and text in row.text]
    assert len(found) == 1, [row.spoken for row in rows]
    return found[0]


def test_that_why_a_value_is_unverified_is_said_with_its_shape() -> None:
    rows = around(GLOFIT, "mono_fixed", "C1D8", signed(GLOFIT))
    dexa, methyl = one(rows, "Premedication", "dexamethasone"), one(rows, "Premedication", "methylprednisolone")
    assert (dexa.sure.state, dexa.sure.words) == (State.READY_BUT, "unverified: from memory (dose)")
    assert (methyl.sure.state, methyl.sure.words) == (State.READY_BUT, "unverified: EU text")
    route = one(rows, "Route")
    assert (route.sure.state, route.sure.words) == (None, "read")
    low = CATALOGUE.protocol("odronextamab")
    sure = Marks(low, signed(low)).about("regimens.eu_fl.phases.q2w.first_gap_days")
    assert (sure.state, sure.words) == (State.READY_BUT, "unverified: low confidence")


def test_that_what_the_site_has_compared_carries_the_mark_no_more() -> None:
    methyl = "premedication.methylprednisolone"
    dose = f"{DEXA}.dose"
    paths = [dose, *(fact.path for fact in GLOFIT.facts_under(methyl))]
    rows = around(GLOFIT, "mono_fixed", "C1D8", signed(GLOFIT, paths))
    dexa = one(rows, "Premedication", "dexamethasone")
    assert (dexa.sure.state, dexa.sure.words) == (None, "compared with the label")
    foreign = one(rows, "Premedication", "methylprednisolone")
    assert (foreign.sure.state, foreign.sure.words) == (None, "EU text, compared")
    course, doses = doses_of(GLOFIT, "mono_fixed")
    before, after = (
        Marks(GLOFIT, signed(GLOFIT, checked)).dose(course, doses[0].dose, WEIGHT) for checked in ((), paths)
    )
    assert before.words == "7 unverified, 1 not known" and before.state is State.READY_BUT
    assert after.words.startswith(f"{7 - sum(path in paths for path in doses[0].dose.unverified_facts)} unverified")


def test_that_what_was_compared_in_another_version_counts_nothing() -> None:
    elsewhere = signed(GLOFIT, [f"{DEXA}.dose"], "another version")
    rows = around(GLOFIT, "mono_fixed", "C1D8", elsewhere)
    assert one(rows, "Premedication", "dexamethasone").sure.words == "unverified: from memory (dose)"
    assert one(rows, "Protocol").sure.state is State.READY_BUT


def test_that_an_unadopted_version_says_so_first_and_an_adopted_one_does_not() -> None:
    first = around(TEC, "mono", "SUD1")[0]
    assert (first.what, first.sure.state) == ("Protocol", State.READY_BUT)
    assert first.spoken.endswith("(not adopted at this site)")
    assert "Protocol" not in [row.what for row in around(TEC, "mono", "SUD1", signed(TEC))]


def test_that_a_value_of_the_site_says_so() -> None:
    own = of_site("glofitamab", (f"{DEXA}.dose", "12"))
    rows = around(own, "mono_fixed", "C1D8", signed(own))
    dexa = one(rows, "Premedication", "dexamethasone 12 mg")
    assert (dexa.sure.state, dexa.sure.words) == (None, "this site’s own (dose)")
    course, doses = doses_of(own, "mono_fixed")
    assert Marks(own, signed(own)).dose(course, doses[0].dose, WEIGHT).words.endswith("1 this site’s own")


def test_that_an_own_amount_for_another_weight_is_not_told_of_this_one() -> None:
    light = "regimens.rr.steps.C1D1.amounts.under_45_kg.dose"
    own = of_site("blinatumomab", (light, "4"))
    course, doses = doses_of(own, "rr")
    assert "this site" not in Marks(own, signed(own)).dose(course, doses[0].dose, WEIGHT).words
    assert one(around(own, "rr", "C1D1", signed(own)), "Amount").sure.words == "read"


@pytest.mark.parametrize("protocol", CATALOGUE.protocols, ids=lambda protocol: protocol.id)
def test_that_no_fact_a_dose_rests_on_is_left_out_or_left_unmarked(protocol: object) -> None:
    assert hasattr(protocol, "id")
    for regimen in CATALOGUE.protocol(protocol.id).regimens:
        course, doses = doses_of(CATALOGUE.protocol(protocol.id), regimen.id)
        marks = Marks(course.protocol, signed(course.protocol))
        for number, infusion in enumerate(doses[:5]):
            rows = around_dose(Asked(course, infusion, marks, WEIGHT, ZONE, number == 0))
            assert all(row.text for row in rows)
            for path in infusion.dose.unverified_facts:
                told = [row for row in rows if any(f"{path}.".startswith(f"{one}.") for one in row.paths)]
                assert told and all(row.sure.state is State.READY_BUT for row in told), path
                assert all("unverified" in row.sure.words for row in told), path
            for path in infusion.dose.unknowns:
                told = [row for row in rows if any(f"{path}.".startswith(f"{one}.") for one in row.paths)]
                assert told and all("not known" in row.sure.words for row in told), path


def test_that_what_nobody_has_read_is_said_and_never_left_empty() -> None:
    rows = around(CATALOGUE.protocol("blinatumomab"), "rr", "C1D8")
    days = one(rows, "Allowed days")
    assert days.text == "not known: see the label" and days.sure.state is State.CANNOT_SAY
    assert days.sure.words == "not known (min gap days, max gap days)"
    assert ", route not known, adult: " in one(rows, "Premedication").text
    assert one(rows, "Hold, rule 1 of 3").text == "not known: see the label"
    assert one(rows, "Observation").text == "no row on file for this dose"
    assert one(rows, "Not known").sure.state is State.CANNOT_SAY


def test_that_an_alternative_never_stands_as_if_it_were_the_rule() -> None:
    rows = [row.text for row in around(GLOFIT, "mono_fixed", "C1D15") if row.what == "Observation"]
    assert rows[0] == "no row on file that holds whatever came before"
    assert rows[1].startswith("or, instead: in a hospital or medical facility")
    assert one(around(GLOFIT, "mono_fixed", "C1D15"), "Observation, if").text.endswith(
        "only after CRS of any grade with the dose before"
    )


# --- clock times ---


def test_that_medicines_have_clock_times_where_the_start_is_known_and_none_where_it_is_not() -> None:
    _, doses = doses_of(TEC, "mono")
    timed = replace(doses[0], clock_time="09:30")
    said = [times_text(one, timed, ZONE) for one in medicine_times(timed, ZONE, conditional=False)]
    assert said == ["Fri 4 Dec 06:30 to 08:30"] * 3
    assert {times_text(one, doses[0], ZONE) for one in medicine_times(doses[0], ZONE, conditional=False)} == {""}
    given = replace(doses[0], outcome=Outcome.GIVEN, given_at=datetime(2026, 12, 4, 15, 0, tzinfo=UTC))
    assert times_text(medicine_times(given, ZONE, conditional=False)[0], given, ZONE) == "Fri 4 Dec 07:00 to 09:00"


def test_that_a_changed_clock_between_medicine_and_start_is_said() -> None:
    _, doses = doses_of(TEC, "mono")
    day = date(2027, 3, 14)
    dose = replace(doses[0].dose, planned=day)
    early = replace(doses[0], dose=dose, day=day, clock_time="03:30")
    said = times_text(medicine_times(early, ZONE, conditional=False)[0], early, ZONE)
    assert said == "Sat 13 Mar 23:30 (UTC-0500) to Sun 14 Mar 01:30 (UTC-0500)"
    skipped = replace(early, clock_time="02:30")
    assert times_text(medicine_times(skipped, ZONE, conditional=False)[0], skipped, ZONE) == ""


# --- what a phase needs ---


def test_that_what_a_phase_needs_says_how_sure_it_is_and_is_never_empty() -> None:
    low = edited(TEC, (r"^entry = (.*)$", r'entry = { value = \1, confidence = "low" }'))
    bare = edited(TEC, (r"^entry = .*$", 'entry = { unknown = "not seen" }'))
    for protocol, needed, sure in ((low, "Needed: ", "low confidence"), (bare, "Needed: not known", "not known")):
        phase = next(one for one in protocol.regimens[0].phases if one.path.endswith(changed_phase(protocol)))
        said = what_is_needed(Marks(protocol, signed(protocol)), phase)
        assert needed in said and "How sure this rule is: " in said and sure in said
        assert "not adopted" not in said
        assert "not adopted at this site" in what_is_needed(Marks(protocol, None), phase)
    read = what_is_needed(Marks(TEC, signed(TEC)), TEC.regimens[0].phases[0])
    assert "How sure" not in read


def changed_phase(protocol: Protocol) -> str:
    """The id of the phase whose entry stands otherwise than in the shipped file."""
    path = next(fact.path for fact in protocol.facts() if fact.path.endswith(".entry") and fact != TEC.fact(fact.path))
    return path.split(".")[-2]


# --- the rule after a delay ---


def after_delay(adopted: Marks) -> str:
    course, _ = doses_of(adopted.protocol, "weekly")
    given = datetime(2026, 12, 7, 15, 0, tzinfo=UTC)
    last = InfusionEvent(1, 1, "SUD2", EventKind.GIVEN, date(2026, 12, 7), "", given, "", given, "M. Okafor")
    return advice_text(adopted, course, last, date(2026, 12, 20))


def test_that_a_rule_after_a_delay_says_how_sure_it_is_until_it_is_compared() -> None:
    row = "restart.weekly_sud2_8_28"
    paths = [fact.path for fact in TALQ.facts_under(row)]
    assert "How sure this rule is: unverified: from memory" in after_delay(Marks(TALQ, signed(TALQ)))
    assert "How sure" not in after_delay(Marks(TALQ, signed(TALQ, paths)))
    own = of_site("talquetamab", (f"{row}.action", '"as our haematologists say"'))
    assert "this site’s own (action)" in after_delay(Marks(own, signed(own, paths)))


def test_that_an_amount_that_nobody_has_read_is_said_in_every_table() -> None:
    _, doses = doses_of(TEC, "mono")
    bare = replace(doses[0], dose=replace(doses[0].dose, amount_text=""))
    assert amount_text(bare) == "not known: see the label"
    assert amount_text(doses[0]) == "4.35 mg (0.06 mg/kg)"
    change = DoseChange("Step-up dose 1", None, doses[0].day, "", "")
    assert [amount_of_change(change, before) for before in (True, False)] == ["", "not known: see the label"]

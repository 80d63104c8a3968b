"""What the board answers and why: READINESS, "Verdicts", as tables a pharmacist can read. Today is 10 December 2026.

Adler weighs 50 kg (400 mg, one vial of 400 mg) unless the row says otherwise. A step-up from 12-10 owes one set through
12-18; CAR-T cells on 12-10 owe two sets through 12-24.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Finding, beware, no
from crs_desktop.kernel.wording import say
from crs_desktop.patients.model import Window
from crs_desktop.readiness.answer import answer, owed_sets
from crs_desktop.readiness.model import Uncovered
from crs_desktop.readiness.rules.question import looked_at
from crs_desktop.readiness.rules.verdicts import verdict
from tests.readiness.board.situations import TODAY, Given, Told, day, patient, situation

WORDS = {
    "no weight": "readiness_no_weight",
    "not adopted": "readiness_not_adopted",
    "weight too old": "readiness_weight_old",
    "rounding used": "readiness_rounded",
    "lot expires soon after": "readiness_expires_soon",
    "unverified facts": "readiness_unverified",
    "demo, not adopted": "readiness_demo_not_adopted",
    "held": "readiness_held",
    "nothing recorded": "infusion_not_recorded",
    "no usable vials": "plan_no_vials",
    "too little content": "plan_too_little",
    "held by others": "plan_held_by_others",
    "vials do not count": "plan_not_usable",
    "vials expire before the end": "plan_expires_before_end",
}
ONE = ["1 x 400 mg until 06-30"]

# what is told,                                 stock,                             the site,          verdict, reasons
ADLER: list[tuple[Told, Sequence[str], Mapping[str, Any], str, list[str]]] = [
    # ready
    (patient(), ONE, {}, "ready", []),
    (patient(therapy="CAR-T"), ["2 x 400 mg until 06-30"], {}, "ready", []),
    (patient(kg="72.5"), ["1 x 400 mg until 06-30", "1 x 200 mg until 06-30"], {}, "ready", []),
    (patient(), ONE, {"policy": {"sets_bispecific": "0"}}, "ready", []),
    # The age of a weight: seven days are allowed, eight are too many.
    (patient(weighed="12-03"), ONE, {}, "ready", []),
    (patient(weighed="12-02"), ONE, {}, "ready, but", ["weight too old"]),
    (patient(weighed="12-02"), ONE, {"policy": {"weight_age": "8"}}, "ready", []),
    # The expiry: through the window's last day (12-18) it counts, within seven days after it is pointed out.
    (patient(), ["1 x 400 mg until 12-17"], {}, "short", ["no usable vials", "vials expire before the end"]),
    (patient(), ["1 x 400 mg until 12-18"], {}, "ready, but", ["lot expires soon after"]),
    (patient(), ["1 x 400 mg until 12-25"], {}, "ready, but", ["lot expires soon after"]),
    (patient(), ["1 x 400 mg until 12-26"], {}, "ready", []),
    # Rounding: 52.5 kg need 420 mg; one vial of 400 mg is 5 percent less.
    (patient(kg="52.5"), ONE, {}, "short", ["too little content"]),
    (patient(kg="52.5"), ONE, {"policy": {"rounding": "5"}}, "ready, but", ["rounding used"]),
    (patient(kg="52.5"), ONE, {"policy": {"rounding": "4.7"}}, "short", ["too little content"]),
    (patient(), ONE, {"policy": {"rounding": "10"}}, "ready", []),
    # 72.5 kg, 10 percent, only 400s: 580 mg are drawn from two vials, never 638: nothing is rounded.
    (patient(kg="72.5"), ["2 x 400 mg until 06-30"], {"policy": {"rounding": "10"}}, "ready", []),
    # Vials that do not count.
    (patient(), [], {}, "short", ["no usable vials"]),
    (patient(), [ONE[0] + ", quarantined"], {}, "short", ["no usable vials", "vials do not count"]),
    (patient(), [ONE[0] + ", recalled"], {}, "short", ["no usable vials", "vials do not count"]),
    (patient(), [ONE[0] + ", excursion"], {}, "short", ["no usable vials", "vials do not count"]),
    (patient(), ["1 x 400 mg until 12-09"], {}, "short", ["no usable vials"]),
    (patient(), [ONE[0] + ", 2 h away"], {}, "ready", []),
    (patient(), [ONE[0] + ", 3 h away"], {}, "short", ["no usable vials", "vials do not count"]),
    (patient(), [ONE[0] + ", 3 h away"], {"policy": {"counted_reach": "180"}}, "ready", []),
    # A set is of one brand.
    (patient(kg="72.5"), [*ONE, "1 x 200 mg until 06-30, Avtozma"], {}, "short", ["too little content"]),
    # Short by one of two sets is short.
    (patient(therapy="CAR-T"), ONE, {}, "short", ["held by others"]),
    # Nobody can say.
    (patient(kg=""), ONE, {}, "cannot say", ["no weight"]),
    (patient(), ONE, {"adopted": ""}, "cannot say", ["not adopted", "unverified facts"]),
    (patient(kg=""), ONE, {"adopted": ""}, "cannot say", ["no weight", "not adopted", "unverified facts"]),
    (patient(), [], {"adopted": ""}, "cannot say", ["not adopted", "no usable vials", "unverified facts"]),
    # Facts that nobody has verified stay visible until somebody has.
    (patient(), ONE, {"adopted": "signed"}, "ready, but", ["unverified facts"]),
    (patient(), ONE, {"adopted": "", "demo": True}, "ready, but", ["demo, not adopted", "unverified facts"]),
    # Infusions held, and infusions of the past about which nothing is recorded.
    (patient(became={"SUD1": "held"}), ONE, {}, "ready, but", ["held"]),
    (patient(start="12-08"), ONE, {}, "ready, but", ["nothing recorded"]),
    (patient(start="12-08", became={"SUD1": "given 12-08"}), ONE, {}, "ready", []),
    (patient(start="12-08", became={"SUD1": "not given"}), ONE, {}, "ready", []),
    # Every reason is kept, the decisive one first.
    (patient(weighed="12-01", became={"SUD1": "held"}), [], {}, "short", ["no usable vials", "weight too old", "held"]),
]  # fmt: skip


@pytest.mark.parametrize(("told", "stock", "site", "said", "reasons"), ADLER)
def test_that_the_window_of_adler_has_this_verdict_for_these_reasons(
    told: Told, stock: Sequence[str], site: Mapping[str, Any], said: str, reasons: list[str]
) -> None:
    (window,) = answer(situation([told], stock, **site)).windows
    assert window.verdict.value.replace("ready_but", "ready, but").replace("_", " ") == said
    assert [finding.code for finding in window.findings] == [WORDS[word] for word in reasons]
    assert all(say(finding) and "course:" not in say(finding) for finding in window.findings)


def test_that_two_patients_with_one_set_name_the_one_who_is_short() -> None:
    told = [patient("Berg", start="12-12"), patient("Adler")]
    windows = {one.patient.name: one for one in answer(situation(told, ONE)).windows}
    assert windows["Adler, Ruth"].verdict.good
    assert [finding.code for finding in windows["Berg, Ruth"].findings] == ["plan_held_by_others", "plan_conflict"]
    assert "Adler, Ruth; Berg, Ruth need the same vials on Sat 12 Dec" in say(windows["Berg, Ruth"].findings[1])
    assert "Berg, Ruth" in say(windows["Berg, Ruth"].findings[0])


SHORT = Uncovered("course:1", 1, (no("plan_no_vials", "patient", "Adler, Ruth", first="", last="", sets=1),))
NOTE = beware("readiness_held", "infusion", "Step-up dose 1")
NO_WEIGHT = no("readiness_no_weight", "weight_kg")

# nothing can be said because, vials missing, plan proved best, notes -> verdict, reasons
JUDGED: list[tuple[tuple[Finding, ...], Uncovered | None, bool, tuple[Finding, ...], str, list[str]]] = [
    ((), None, True, (), "ready", []),
    ((), None, True, (NOTE,), "ready_but", ["readiness_held"]),
    ((), SHORT, True, (), "short", ["plan_no_vials"]),
    ((), SHORT, True, (NOTE,), "short", ["plan_no_vials", "readiness_held"]),
    # A plan that is not proved best: vials in hand are in hand, but nobody is called short for it.
    ((), None, False, (), "ready", []),
    ((), SHORT, False, (), "cannot_say", ["readiness_not_proved", "plan_no_vials"]),
    ((NO_WEIGHT,), None, True, (NOTE,), "cannot_say", ["readiness_no_weight", "readiness_held"]),
    ((NO_WEIGHT,), SHORT, False, (), "cannot_say", ["readiness_no_weight", "plan_no_vials"]),
]


@pytest.mark.parametrize(("nothing", "uncovered", "proved", "notes", "said", "reasons"), JUDGED)
def test_that_the_verdict_is_never_green_by_default(
    nothing: tuple[Finding, ...], uncovered: Uncovered | None, proved: bool, notes: tuple[Finding, ...], said: str,
    reasons: list[str],
) -> None:  # fmt: skip
    judged, findings = verdict(nothing, uncovered, proved, notes)
    assert (judged.value, [finding.code for finding in findings]) == (said, reasons)


def doses(*days: str, purpose: str = "rescue", episode: int = 1) -> list[Given]:
    return [Given("Adler", when, purpose, episode) for when in days]


# CAR-T cells on 12-01: two sets through 12-15. after_rescue, doses, open episodes -> sets still owed
OWED: list[tuple[str, list[Given], tuple[int, ...], int]] = [
    ("lower", [], (), 2),
    ("lower", doses("12-05"), (1,), 1),
    ("lower", doses("12-05", "12-06"), (1,), 0),
    ("lower", doses("12-05", "12-06", "12-07"), (1,), 0),
    ("lower", doses("12-05"), (), 1),  # the episode is closed; the dose was given in this window all the same
    ("lower", doses("11-30"), (1,), 2),  # the day before the window
    ("lower", doses("12-01"), (1,), 1),  # its first day
    ("lower", doses("12-05", purpose="prophylactic", episode=0), (), 2),
    ("refill", [], (), 2),
    ("refill", doses("12-05", "12-06"), (1,), 2),
    ("refill", doses("12-05", "12-06", "12-07"), (1,), 1),
    ("refill", doses("12-05", "12-06", "12-07", "12-08"), (1,), 0),
    ("refill", doses("12-05", "12-06", "12-07", "12-08", "12-09"), (1,), 0),
    ("refill", doses("12-05", "12-06", "12-07", "12-08"), (), 2),  # closed: a new episode has its four doses again
    ("refill", [*doses("11-05", "11-06", "11-07", "11-08"), *doses("12-05", "12-06", "12-07", episode=2)], (2,), 1),
    ("refill", doses("12-05", "12-06", "12-07", purpose="prophylactic", episode=0), (1,), 2),
]


@pytest.mark.parametrize(("rule", "given", "open_episodes", "owed"), OWED)
def test_that_sets_owed_after_rescue_doses_follow_policy(
    rule: str, given: list[Given], open_episodes: tuple[int, ...], owed: int
) -> None:
    adler = patient(therapy="CAR-T", start="12-01", became={"D0": "given 12-01"})
    found = situation([adler], policy={"after_rescue": rule}, doses=given, open_episodes=open_episodes)
    assert owed_sets(found, found.windows[0]) == owed


# A window and whether the board of 10 December looks at it: the horizon of 30 days ends on 9 January.
LOOKED: list[tuple[str, str, bool]] = [
    ("12-01", "12-09", False),
    ("12-01", "12-10", True),
    ("12-10", "12-10", True),
    ("12-01", "03-01", True),
    ("01-09", "01-23", True),  # it starts on the last day and counts in whole, past the horizon's end
    ("01-10", "01-24", False),
]


@pytest.mark.parametrize(("first", "last", "looked"), LOOKED)
def test_that_windows_open_today_or_starting_within_the_horizon_are_looked_at(
    first: str, last: str, looked: bool
) -> None:
    window = Window(1, (1,), DayRange(day(first), day(last)), 1)
    assert (looked_at([window], TODAY, 30) == (window,)) is looked


def test_that_a_window_counts_in_whole_past_the_end_of_the_horizon() -> None:
    last = TODAY + timedelta(days=30)
    (window,) = answer(situation([patient(start=f"{last:%m-%d}")], ["1 x 400 mg until 01-16"])).windows
    assert (window.window.days.last, window.verdict.value) == (day("01-17"), "short")

"""Lead-ins of every form, on the first course and on a restart; days that nobody knows stay without a date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from crs_desktop.kernel.days import DayRange
from crs_desktop.therapies.model.care import LeadIn, RestartRow
from crs_desktop.therapies.model.dated import CalendarNote, Circumstances
from crs_desktop.therapies.model.doses import Amount
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.calendar import calendar_notes
from crs_desktop.therapies.rules.schedule import schedule
from tests.therapies.made_up_regimens import doubtful, in_cycles, lead_in, protocol, regimen, restart, step

START = date(2028, 3, 1)
GLOFIT = regimen(
    step("SUD1", 8, 1, "step_up"), step("SUD2", 15, 1, "step_up"), step("FULL1", 1, 2, "first_full"), cycle_days=21,
    phases=(in_cycles("q3w", 3, 12, (1,)),), symptom_free_hours=72,
)  # fmt: skip


def notes(row: RestartRow | None = None, last: str = "", until: int = 60, **words: Any) -> list[CalendarNote]:
    made = words.pop("made", None) or protocol(words.pop("regimen", GLOFIT), **words)
    about = Circumstances(restart=row, last_key=last)
    doses = schedule(made, "r", START, None, until=START + timedelta(days=until), circumstances=about)
    return list(calendar_notes(made, "r", doses, row))


def days(found: list[CalendarNote], kind: str) -> list[tuple[int, int] | None]:
    return [
        None if note.days is None else ((note.days.first - START).days, (note.days.last - START).days)
        for note in found
        if note.kind == kind
    ]


def test_that_a_pretreatment_of_day_1_lies_7_days_before_a_first_dose_on_day_8() -> None:
    row = lead_in("obinutuzumab", "pretreatment", 1, amount=Amount(Decimal(1000), "mg"))
    found = notes(lead_in=(row, lead_in("other", "pretreatment", 1, regimens=("s",))))
    assert days(found, "pretreatment") == [(-7, -7)]
    assert found[0].detail == "1,000 mg"


def test_that_a_window_gives_its_last_days_and_the_latest_first_day() -> None:
    row = lead_in("fludarabine", "lymphodepletion", lasting_days=4, ends_before=(2, 14))
    found = notes(lead_in=(row,))
    assert days(found, "lymphodepletion_last_day") == [(-14, -2)]
    assert days(found, "lymphodepletion_latest_start") == [(-5, -5)]
    unknown = notes(lead_in=(replace(row, lasting_days=None), replace(row, ends_before=None)))
    assert days(unknown, "lymphodepletion_latest_start") == [None]
    assert days(unknown, "lymphodepletion") == [None]


def test_that_an_alternative_is_marked_and_says_when() -> None:
    found = notes(lead_in=(lead_in("x", "lymphodepletion", 1, alternative=True, when="after an allergy"),))
    assert [(note.alternative, note.when) for note in found if note.path == "lead_in.x"] == [(True, "after an allergy")]


def test_that_a_companion_stands_on_its_days_of_each_of_its_cycles() -> None:
    row = lead_in("rituximab", "companion", 1, 8, cycles=(1, 2))
    assert days(notes(lead_in=(row,)), "companion") == [(-7, -7), (0, 0), (14, 14), (21, 21)]
    assert days(notes(lead_in=(replace(row, days=()),)), "companion") == [None]
    plain = regimen(step("A", 1), step("B", 8))
    assert days(notes(regimen=plain, lead_in=(row,)), "companion") == [None]


def test_that_a_restart_repeats_only_what_its_row_says() -> None:
    rows: tuple[LeadIn, ...] = (
        lead_in("obinutuzumab", "pretreatment", 1), lead_in("lenalidomide", "companion", 2, cycles=(1, 12)),
        lead_in("other", "companion", 0),
    )  # fmt: skip

    def found(row: RestartRow, **words: Any) -> list[CalendarNote]:
        return notes(row, "FULL1", lead_in=rows, **words)

    ladder = (step("R1", 1, role="step_up"), step("R2", 8, role="step_up"))
    again = restart("again", doses=ladder, then="next_cycle", repeat_lead_in=True)
    assert days(found(again), "pretreatment") == [(-7, -7)]
    assert days(found(again), "companion") == [(22, 22), (43, 43)]
    in_a_cycle = notes(again, "FULL1", lead_in=(lead_in("o", "pretreatment", 1, cycles=(1, 1)),))
    assert days(in_a_cycle, "pretreatment") == [(-7, -7)]
    for without in (replace(again, repeat_lead_in=False), replace(again, repeat_lead_in=None)):
        assert days(found(without), "pretreatment") == []
    unread = replace(doubtful("restart.again.repeat_lead_in"), value=None)
    assert days(found(replace(again, repeat_lead_in=None), all_facts=(unread,)), "pretreatment") == [None]


def test_that_the_hours_without_symptoms_lie_before_each_later_dose() -> None:
    found = [note for note in notes(until=20) if note.kind == "symptom_free"]
    assert [(note.label, note.days, note.detail) for note in found] == [
        (key, DayRange(day - timedelta(days=3), day), "72 h")
        for key, day in (("SUD2", date(2028, 3, 8)), ("FULL1", date(2028, 3, 15)))
    ]
    odd = notes(until=20, regimen=replace(GLOFIT, symptom_free_hours=30))
    assert days(odd, "symptom_free")[0] == (5, 7)
    silent = replace(GLOFIT, symptom_free_hours=None)
    assert days(notes(regimen=silent), "symptom_free") == []
    unread = replace(doubtful("regimens.r.symptom_free_hours"), value=None)
    assert days(notes(regimen=silent, all_facts=(unread,)), "symptom_free") == [None]


def test_that_a_single_dose_or_another_regimen_has_no_hours_between() -> None:
    made: Protocol = protocol(regimen(step("A", 1), symptom_free_hours=72))
    doses = schedule(made, "r", START, None)
    assert calendar_notes(made, "r", doses) == ()
    assert calendar_notes(made, "s", doses) == ()

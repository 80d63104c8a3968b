"""What stands around the doses: lead-in days, rules by the date they hold, the end of an infusion."""

from __future__ import annotations

from datetime import date, timedelta

from crs_desktop.kernel.days import DayRange
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.model.dated import CalendarNote
from crs_desktop.therapies.rules.calendar import calendar_notes
from crs_desktop.therapies.rules.schedule import schedule
from crs_desktop.therapies.schema.parse import parse_protocol

LIBRARY = load_catalogue()


def notes(therapy: str, regimen: str, start: date, placed: dict[str, date] | None = None) -> tuple[CalendarNote, ...]:
    protocol = LIBRARY.protocol(therapy)
    return calendar_notes(protocol, regimen, schedule(protocol, regimen, start, None, placed))


def days_of(found: tuple[CalendarNote, ...], kind: str) -> list[DayRange | None]:
    return [note.days for note in found if note.kind == kind]


def one(day: date) -> DayRange:
    return DayRange(day, day)


def test_that_lymphodepletion_stands_on_days_5_4_and_3_before_the_cells() -> None:
    found = notes("axicabtagene_ciloleucel", "single", date(2026, 12, 7))
    assert days_of(found, "lymphodepletion") == [one(date(2026, 12, day)) for day in (2, 2, 3, 3, 4, 4)]
    assert {note.detail for note in found if note.kind == "lymphodepletion"} == {"500 mg/m2", "30 mg/m2"}


def test_that_it_moves_with_the_infusion() -> None:
    found = notes("axicabtagene_ciloleucel", "single", date(2026, 12, 7), {"D0": date(2026, 12, 9)})
    assert days_of(found, "lymphodepletion")[0] == one(date(2026, 12, 4))


def test_that_the_rules_of_the_day_of_infusion_hold() -> None:
    new = notes("axicabtagene_ciloleucel", "single", date(2025, 6, 26))
    old = notes("axicabtagene_ciloleucel", "single", date(2025, 6, 25))
    first, last = date(2025, 6, 26), date(2025, 6, 25)
    assert days_of(new, "no_driving") == [DayRange(first, first + timedelta(days=14))]
    assert days_of(new, "stay_near") == [DayRange(first, first + timedelta(days=14))]
    assert days_of(new, "monitor") == [DayRange(first, first + timedelta(days=14))]
    assert days_of(old, "no_driving") == [DayRange(last, last + timedelta(days=56))]
    assert days_of(old, "stay_near") == [DayRange(last, last + timedelta(days=28))]
    assert days_of(old, "monitor") == [DayRange(last, last + timedelta(days=28))]


def test_that_daily_checks_follow_the_indication() -> None:
    for day, checks in (
        (date(2025, 6, 25), {"mcl": 7, "all_adult": 14}),
        (date(2025, 6, 26), {"mcl": 7, "all_adult": 7}),
    ):
        for regimen, days in checks.items():
            found = notes("brexucabtagene_autoleucel", regimen, day)
            assert days_of(found, "daily_checks") == [DayRange(day, day + timedelta(days=days))]


def test_that_daratumumab_comes_the_day_before() -> None:
    found = notes("teclistamab", "combo_daratumumab_sc", date(2026, 12, 2))
    assert days_of(found, "companion") == [one(date(2026, 12, 1))]
    assert days_of(notes("teclistamab", "mono", date(2026, 12, 2)), "companion") == []


def test_that_an_unknown_length_is_a_note_without_days_and_stands_last() -> None:
    found = notes("teclistamab", "mono", date(2026, 12, 1))
    assert days_of(found, "no_driving") == [None, None, None]
    assert notes("blinatumomab", "rr", date(2026, 12, 1))[-1].days is None


def test_that_an_infusion_of_28_days_ends_and_the_free_days_run_to_the_next_cycle() -> None:
    found = notes("blinatumomab", "rr", date(2026, 12, 1))
    assert days_of(found, "infusion_end") == [one(date(2026, 12, 29)), one(date(2027, 2, 9))]
    assert days_of(found, "treatment_free") == [DayRange(date(2026, 12, 29), date(2027, 1, 11))]
    early = notes("blinatumomab", "rr", date(2026, 12, 1), {"C2D1": date(2026, 12, 29)})
    assert days_of(early, "treatment_free") == []


def test_that_without_doses_there_is_nothing_around_them() -> None:
    assert calendar_notes(LIBRARY.protocol("axicabtagene_ciloleucel"), "single", ()) == ()


def test_that_an_amount_that_is_unknown_is_left_open() -> None:
    text = LIBRARY.protocol("teclistamab").text.replace(
        b'dose = { value = 1800, source = ["KNOWLEDGE"], confidence = "low" }', b'dose = { unknown = "Not read." }'
    )
    protocol = parse_protocol(text, "open")
    assert not isinstance(protocol, tuple)
    doses = schedule(protocol, "combo_daratumumab_sc", date(2026, 12, 2), None)
    assert calendar_notes(protocol, "combo_daratumumab_sc", doses)[0].detail == ""

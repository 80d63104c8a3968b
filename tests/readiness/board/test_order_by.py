"""The last safe moment to order: an hour later a named patient is short, proved by plans with the order arriving so."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.kernel.days import DayRange
from crs_desktop.readiness.answer import answer
from crs_desktop.readiness.board import Board
from crs_desktop.readiness.model import Demand, OrderFix, PlanQuestion
from crs_desktop.readiness.order_by import last_moment, with_arrival
from crs_desktop.readiness.rules.fixes import order_fix
from crs_desktop.readiness.rules.plan import solve
from crs_desktop.readiness.words import headline
from crs_desktop.stock.ordering.calendar import Calendar, Terms, arrival_of
from crs_desktop.stock.ordering.model import Supplier
from tests.readiness.board.situations import NOW, patient, situation
from tests.readiness.cases import mass

CASES = 1000 if os.environ.get("CRS_LONG") else 60
ZONES = [ZoneInfo(name) for name in ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC")]
HOUR = timedelta(hours=1)


def supplier(name: str = "Medline", lead: int = 1, cut_off: int = 840, **terms: object) -> Supplier:
    agreed = Terms(lead, cut_off, "12345", "US", shelf_life_days=365, **terms)  # type: ignore[arg-type]
    return Supplier(1, name, agreed, Calendar(agreed.weekdays, "US"), "contract", NOW, "A. Weber")


def board(*suppliers: Supplier, start: str = "12-18") -> Board:
    return answer(replace(situation([patient(start=start)], []), suppliers=suppliers))


def test_that_the_headline_says_by_when_to_order_and_who_is_short_an_hour_later() -> None:
    """Adler begins on Friday 18 December: delivered by Thursday, so ordered on Wednesday by the cut-off at 14:00."""
    found = board(supplier())
    assert found.order_by is not None
    assert found.order_by.moment.isoformat() == "2026-12-16T14:00:00-05:00"
    assert (found.order_by.supplier, found.order_by.patient.family_name) == ("Medline", "Adler")
    assert found.order_by.day == date(2026, 12, 18)
    assert "Wed 16 Dec 14:00" in headline(found)


def test_that_of_two_suppliers_the_later_moment_is_named() -> None:
    found = board(supplier("Alpha", lead=3), supplier("Beta"), supplier("Gamma", lead=2))
    assert found.order_by is not None and found.order_by.supplier == "Beta"


@pytest.mark.parametrize(
    ("one", "start", "code"),
    [
        (supplier(lead=3), "12-11", "order_too_late"),
        (replace(supplier(), calendar=Calendar("", "US")), "12-18", "order_never"),
        (replace(supplier(), terms=replace(supplier().terms, shelf_life_days=3)), "12-18", "order_expires_first"),
        (replace(supplier(), terms=replace(supplier().terms, shelf_life_days=None)), "12-18", "order_expires_first"),
    ],
    ids=["too late", "never works", "expires inside the window", "no shelf life guaranteed"],
)
def test_that_a_supplier_of_no_help_is_named_with_the_reason(one: Supplier, start: str, code: str) -> None:
    found = board(one, start=start)
    assert found.order_by is None
    assert [finding.code for finding in found.too_late] == [code]
    assert "no supplier on record can be counted on" in headline(found)


def test_that_one_supplier_in_time_is_enough() -> None:
    found = board(supplier("Alpha", lead=9), supplier("Beta"), start="12-16")
    assert found.order_by is not None and found.order_by.supplier == "Beta" and found.too_late == ()


def test_that_nothing_is_said_without_suppliers_or_without_anything_to_order() -> None:
    assert board().order_by is None and board().too_late == ()
    ready = answer(replace(situation([patient()], ["1 x 400 mg until 06-30"]), suppliers=(supplier(),)))
    assert ready.order_by is None and ready.too_late == ()


def test_that_a_plan_that_cannot_be_proved_gives_no_moment() -> None:
    zone = ZONES[0]
    now, question = made(random.Random(3), zone)
    plan = solve(question)
    fix = order_fix(question, plan, [("Actemra", mass(400))])
    assert fix is not None
    hurried = replace(question, time_limit_s=0.0)
    found, reasons = last_moment(hurried, plan, fix, [supplier()], now, zone)
    assert found is None and len(reasons) == 1


def made(pick: random.Random, zone: ZoneInfo) -> tuple[datetime, PlanQuestion]:
    """Some who begin in the coming weeks with nothing on the shelf, around clock changes, holidays and leap days."""
    around = pick.choice(
        [date(2026, 10, 20), date(2026, 12, 18), date(2027, 3, 8), date(2028, 2, 24), date(2026, 4, 1)]
    )
    now = datetime.combine(around, datetime.min.time(), zone).astimezone(UTC) + pick.randint(0, 1439) * timedelta(
        minutes=1
    )
    today = now.astimezone(zone).date()
    demands = []
    for number in range(pick.choice([1, 2, 3])):
        start = today + timedelta(days=pick.randint(3, 21))
        window = DayRange(start, start + timedelta(days=pick.choice([2, 14])))
        minute = pick.choice([None, 540, 900])
        demands.append(Demand(f"P{number}", mass(pick.choice([160, 400, 580])), 1, window, first_minute=minute))
    return now, PlanQuestion(today, mass(0).mg, (), tuple(demands))


def made_supplier(pick: random.Random) -> Supplier:
    country = pick.choice(["US", "DE", "GB"])
    terms = Terms(
        pick.choice([0, 1, 2, 4]), pick.choice([0, 150, 840, 1439]), pick.choice(["12345", "1234567", "135"]), country,
        arrival_minute=pick.choice([None, 480, 720]), shelf_life_days=pick.choice([60, 365]),
    )  # fmt: skip
    return Supplier(1, "S", terms, Calendar(terms.weekdays, country), "contract", NOW, "A. Weber")


def arriving(question: PlanQuestion, fix: OrderFix, one: Supplier, moment: datetime, zone: ZoneInfo) -> PlanQuestion:
    arrival = arrival_of(moment, one.terms, one.calendar, zone)
    return question if arrival is None else with_arrival(question, fix, one, arrival)


def test_that_in_time_everybody_is_ready_and_an_hour_later_the_named_patient_is_short() -> None:
    said = 0
    for seed in range(CASES):
        pick = random.Random(seed)
        zone = pick.choice(ZONES)
        now, question = made(pick, zone)
        plan = solve(question)
        fix = order_fix(question, plan, [("Actemra", mass(mg)) for mg in (400, 200, 80)])
        assert fix is not None
        one = made_supplier(pick)
        found, reasons = last_moment(question, plan, fix, [one], now, zone)
        assert (found is None) == bool(reasons)
        if found is None:
            continue
        said += 1
        assert found.moment >= now
        assert solve(arriving(question, fix, one, found.moment, zone)).ready
        late = solve(arriving(question, fix, one, found.moment + HOUR, zone))
        assert found.holder in {item.holder for item in late.uncovered}
    assert said > CASES // 3

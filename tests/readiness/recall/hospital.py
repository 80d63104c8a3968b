"""A made-up hospital with many patients, lots and doses, written in one transaction; the same for the same seed."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

from crs_desktop.doses import repository as doses
from crs_desktop.doses.entry import ELSEWHERE, OURS, NewDose, ReadDose
from crs_desktop.doses.model import Purpose
from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.kernel.days import DayRange
from crs_desktop.patients import repository as patients
from crs_desktop.patients.model import Course, Patient, Weighing, WeighingMethod
from crs_desktop.stock import repository as stock
from crs_desktop.stock.model import Earmark, Lot, LotState, Movement, MovementKind, VialLine
from crs_desktop.store.store import Request, Result, Writing
from crs_desktop.therapies import repository as therapies
from tests.patients.courses import CATALOGUE
from tests.readiness.board.site import ACTOR, CELLS, STEPS, TODAY, Site, site_in

BRANDS = ("Actemra", "Avtozma")


def hospital(folder: Path, seed: int, people: int, lots: int, most: int = 40, ago: int = 20, left: int = 0) -> Site:
    """Patients around today, lots on two shelves, doses and promises that name them.

    `most` vials of a lot in a place; courses began up to `ago` days back; only `left` lots are not used up, 0 for all.
    """
    site = site_in(folder)
    chance = random.Random(seed)

    def work(writing: Writing) -> Result:
        shelves = _lots(writing, chance, lots, most, 90 if left else 20)
        for number in range(people):
            _person(writing, chance, number, shelves, ago)
        for line in shelves if left else []:
            if line.lot_id > left:
                _use_up(writing, line)
        writing.log("hospital", seed, "make up")
        return {}

    site.place()
    site.place("Ward 9", "5")
    site.store.perform(Request(f"hospital-{seed}", "made up", {}), ACTOR, [], work)
    return site


def _lots(writing: Writing, chance: random.Random, count: int, most: int, soonest: int) -> list[VialLine]:
    session, found = writing.session, []
    places = list(stock.places(session).values())
    for number in range(count):
        brand, mg = BRANDS[chance.random() < 0.3], chance.choice((80, 200, 400))
        expires = TODAY + timedelta(days=chance.randrange(soonest, soonest + 380))
        wanted = Lot(0, brand, Mass.of_mg(mg), f"L{number:03}", expires, LotState.AVAILABLE)
        lot = stock.add_lot(session, wanted)
        for place in places if chance.random() < 0.4 else places[:1]:
            vials = chance.randrange(2, most)
            stock.add_movement(
                session, Movement(0, lot, place, vials, MovementKind.RECEIVE, "", writing.at, ACTOR.name)
            )  # fmt: skip
            found.append(VialLine(lot.id, place.id, vials))
    return found


def _use_up(writing: Writing, line: VialLine) -> None:
    """Nothing of the lot is left in this place."""
    session = writing.session
    holds = stock.balances(session)[line.lot_id, line.place_id]
    lot, place = stock.lots(session)[line.lot_id], stock.places(session)[line.place_id]
    if holds:
        gone = Movement(0, lot, place, -holds, MovementKind.WASTE, "expired", writing.at, ACTOR.name, cause="expired")
        stock.add_movement(session, gone)


def _person(writing: Writing, chance: random.Random, number: int, shelves: list[VialLine], ago: int) -> None:
    session, at = writing.session, writing.at
    name = f"{chance.choice('ABCDEFGH')}amily{number:03}"
    born = date(1940 + number % 60, 1 + number % 12, 1 + number % 28)
    who = patients.add_patient(session, Patient(0, f"M{number:05}", name, "Kim", born, None), at, ACTOR.name)
    weight = BodyWeight.of_kg(str(chance.randrange(12, 130)))
    measured = at - timedelta(days=chance.randrange(1, 6))
    weighing = Weighing(0, who, weight, measured, WeighingMethod.BED_SCALE)
    patients.add_weighing(session, weighing, at, ACTOR.name)
    protocol = CATALOGUE.protocol(CELLS if chance.random() < 0.5 else STEPS)
    therapies.keep(session, protocol, at)
    regimen = "single" if protocol.id == CELLS else "mono"
    starts = TODAY + timedelta(days=chance.randrange(-ago, 28))
    course = patients.add_course(session, Course(0, who, protocol, regimen, starts, None), at, ACTOR.name)
    for count in range(chance.choice((0, 0, 1, 1, 2, 3))):
        _dose(writing, chance, (who, count), shelves)
    if chance.random() < 0.3:
        taken = chance.choice(shelves)
        promise = Earmark(
            0, f"course:{course}", 1, DayRange(TODAY, TODAY + timedelta(days=9)),
            (VialLine(taken.lot_id, taken.place_id, 1),), at, ACTOR.name,
        )  # fmt: skip
        stock.add_earmark(session, promise)


def _dose(writing: Writing, chance: random.Random, whose: tuple[int, int], shelves: list[VialLine]) -> None:
    session = writing.session
    started = writing.at - timedelta(hours=chance.randrange(1, 2000))
    ours = chance.random() < 0.9
    lines = chance.sample(shelves, k=min(len(shelves), chance.choice((1, 1, 2)))) if ours else []
    read = ReadDose(
        whose[0], started, None, Mass.of_mg(400), Purpose.RESCUE, OURS if ours else ELSEWHERE, (), None,
        chance.choice(("Dr. Weiss", "Dr. Adeyemi")), "N. Berg", "", "", "",
    )  # fmt: skip
    new = NewDose(f"d{whose}", read, None, None, None, None, (), "p", "f", writing.at, ACTOR.name)
    number = doses.add_dose(session, new)
    places = stock.places(session)
    for line in {(one.lot_id, one.place_id): one for one in lines}.values():
        holds = stock.balances(session)[line.lot_id, line.place_id]
        spent = min(1, holds)
        doses.add_vials(session, number, VialLine(line.lot_id, line.place_id, 1), 1 - spent)
        if spent:
            lot, place = stock.lots(session)[line.lot_id], places[line.place_id]
            moved = Movement(0, lot, place, -1, MovementKind.DOSE, "", writing.at, ACTOR.name, dose=number)
            stock.add_movement(session, moved)
    if chance.random() < 0.1:
        doses.add_reversal(session, number, "mistaken", writing.at, ACTOR.name)

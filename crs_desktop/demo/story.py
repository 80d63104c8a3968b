"""The story of the demo: ready today, short on the day of the next big infusion, one weight missing, one gone stale."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from crs_desktop.house import House
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.patients.commands import Enrol, MarkInfusion, Reschedule, WeightTyped
from crs_desktop.patients.model import Patient
from crs_desktop.staff.signing.model import Asked, SecondSignature
from crs_desktop.staff.signing.service import made_up_second
from crs_desktop.stock.brands.service import StatePrice
from crs_desktop.stock.commands import ChangeLotState, ConfirmEarmark, ReceiveLot, WasteVials
from crs_desktop.stock.ordering.commands import AddSupplier, LineTyped, PlaceOrder, StatePar, TermsTyped
from crs_desktop.therapies.service import AdoptTherapy

T = TypeVar("T")
DEMO_PHARMACIST = Actor("Demo Pharmacist (made up)", "pharmacist", "demo desk")


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up patient: therapy, start counted from today, time of day, and weight with its age in days."""

    mrn: str
    family: str
    given: str
    born: str
    allergies: str
    therapy: str
    regimen: str
    starts_in: int
    clock_time: str
    kg: str
    weighed_ago: int


@dataclass(frozen=True, slots=True)
class Vials:
    """A made-up lot: expiry counted from today."""

    brand: str
    mg: str
    lot: str
    expires_in: int
    vials: str
    place: str


LOTS = (
    Vials("Actemra", "400", "B7310", 24, "3", "Main pharmacy fridge"),
    Vials("Actemra", "200", "B7288", 96, "3", "Main pharmacy fridge"),
    Vials("Actemra", "80", "B7301", 140, "7", "Main pharmacy fridge"),
    Vials("Avtozma", "400", "AV0192", 210, "2", "Ward 4 cabinet"),
    Vials("Avtozma", "80", "AV0188", 180, "2", "Ward 4 cabinet"),
    Vials("Actemra", "400", "B6994", 60, "2", "Main pharmacy fridge"),
)
QUARANTINED = "B6994"
# Within 8 hours, not within what policy counts.
FAR = Vials("Avtozma", "80", "AV0170", 150, "2", "Wholesaler depot")
# Brand, strength, price of a vial: made up, like everything here.
PRICES = (("Actemra", "400", "2000.00"), ("Actemra", "200", "1000.00"), ("Actemra", "80", "400.00"),
          ("Avtozma", "80", "350.00"))  # fmt: skip
# Brand, strength, least and target of what should be on the shelf.
PARS = (("Actemra", "400", "4", "8"), ("Actemra", "200", "2", "4"), ("Actemra", "80", "4", "8"))
PLACES = (("Main pharmacy fridge", "15"), ("Ward 4 cabinet", "5"), ("Wholesaler depot", "480"))


def people(friday: int) -> tuple[Person, ...]:
    """Everybody in the story; `friday` is the day of the big infusion, counted from today."""
    axi, tec, bli = "axicabtagene_ciloleucel", "teclistamab", "blinatumomab"
    none_known = "no known allergies"
    return (
        Person("0012874", "Lindqvist", "Karin", "1961-03-14", "penicillin", axi, "single", -3, "10:30", "72.5", 4),
        Person("0013102", "Okafor", "Daniel", "1957-11-02", none_known, tec, "mono", 0, "14:00", "84", 1),
        Person("0009921", "Moreau", "Élise", "2009-06-21", "", bli, "rr", -6, "09:00", "41.2", 2),
        Person("0013377", "Ferreira", "João", "1970-08-30", none_known, axi, "single", friday, "11:00", "96", 1),
        Person("0011045", "Kowalska", "Zofia", "1949-01-09", "sulfonamides", tec, "mono", friday + 4, "", "58.4", 12),
        Person("0013390", "Papadopoulou", "Ελένη", "1964-12-05", "", bli, "mrd", friday + 9, "", "", 0),
        Person("0008764", "Nakamura", "Ken", "1953-04-27", none_known, tec, "mono", -30, "", "66", 3),
    )


def tell_story(house: House, seed: int = 0) -> None:
    """Fill an empty demo store. The same seed on the same day tells the same story; another seed varies the weights."""
    teller = _Teller(house, random.Random(seed))
    today = local_day(house.clock.now(), house.zone)
    for name, minutes in PLACES:
        teller.must(house.stock.add_place(teller.key(), name, minutes, DEMO_PHARMACIST))
    teller.receive(today)
    teller.adopt("axicabtagene_ciloleucel")
    teller.adopt("teclistamab")
    for person in people(days_to_friday(today)):
        teller.enrol(person, today, vary=seed != 0)
    teller.order(today)
    teller.confirm_running(today)
    teller.shelf(today)


def days_to_friday(today: date) -> int:
    """Days to the next Friday that is at least two days away."""
    ahead = (4 - today.weekday()) % 7
    return ahead if ahead >= 2 else ahead + 7


class _Teller:
    def __init__(self, house: House, chance: random.Random) -> None:
        self._house = house
        self._chance = chance

    def key(self) -> str:
        """A request key from the seed, so that the story repeats."""
        return str(UUID(int=self._chance.getrandbits(128), version=4))

    def must(self, result: T | Refused) -> T:
        """The result; a refusal here is a mistake in the story."""
        if isinstance(result, Refused):
            raise AssertionError("; ".join(say(finding) for finding in result.findings))
        return result

    def receive(self, today: date) -> None:
        """Take the made-up lots in."""
        places = {place.name: place.id for place in self._house.stock.places()}
        for lot in LOTS:
            expires = (today + timedelta(days=lot.expires_in)).isoformat()
            command = ReceiveLot(self.key(), lot.brand, lot.mg, lot.lot, expires, lot.vials, places[lot.place])
            movement = self.must(self._house.stock.receive(command, DEMO_PHARMACIST))
            if lot.lot == QUARANTINED:
                reason = "fridge alarm overnight, manufacturer asked (made up)"
                state = ChangeLotState(self.key(), movement.lot.id, "quarantined", reason)
                self.must(self._house.stock.change_state(state, DEMO_PHARMACIST))

    def order(self, today: date) -> None:
        """A supplier with its terms, what should be on the shelf, and one order that comes after the big infusion."""
        orders = self._house.orders
        terms = TermsTyped("1", "14:00", "12345", "US", "", "08:00", "180", "terms of the year (made up)")
        supplier = self.must(orders.add_supplier(AddSupplier(self.key(), "Demo Wholesale", terms), DEMO_PHARMACIST))
        for brand, mg, least, target in PARS:
            par = StatePar(self.key(), brand, mg, least, target, "committee of the year (made up)")
            self.must(orders.state_par(par, DEMO_PHARMACIST))
        monday = (today + timedelta(days=days_to_friday(today) + 3)).isoformat()
        said = "back order; Monday promised by telephone (made up)"
        line = LineTyped("Actemra", "200", "2")
        self.must(
            orders.place(PlaceOrder(self.key(), supplier.id, "PO-2291", (line,), monday, "", said), DEMO_PHARMACIST)
        )

    def shelf(self, today: date) -> None:
        """What a vial costs, a vial that broke, and another pharmacy to borrow from; vials too far away to count."""
        house, began = self._house, (today - timedelta(days=60)).isoformat()
        for brand, mg, price in PRICES:
            stated = StatePrice(self.key(), brand, mg, price, "USD", began, "made up")
            self.must(house.brands.state_price(stated, DEMO_PHARMACIST))
        self.must(house.loans.add_partner(self.key(), "Riverside Hospital (made up)", "", DEMO_PHARMACIST))
        depot = next(place for place in house.stock.places() if place.name == FAR.place)
        expires = (today + timedelta(days=FAR.expires_in)).isoformat()
        far = ReceiveLot(self.key(), FAR.brand, FAR.mg, FAR.lot, expires, FAR.vials, depot.id)
        moved = self.must(house.stock.receive(far, DEMO_PHARMACIST))
        broken = WasteVials(self.key(), moved.lot.id, depot.id, "1", "", "broken")
        self.must(house.stock.waste(broken, DEMO_PHARMACIST))

    def adopt(self, therapy: str) -> None:
        """Two sign a protocol, with every known fact checked."""
        protocol = self._house.library.catalogue.protocol(therapy)
        checked = tuple(fact.path for fact in protocol.unverified() if not fact.unknown)
        command = AdoptTherapy(
            self.key(), therapy, protocol.fingerprint, DEMO_PHARMACIST.name, True, checked, "made up for the demo"
        )
        self.must(self._house.library.adopt(command, DEMO_PHARMACIST, self.second(self._house.library.asked(command))))

    def second(self, asked: Asked | Refused) -> SecondSignature:
        """The made-up second person of the demo has looked as well, and found the same."""
        entered = {field.name: field.truth for field in self.must(asked).fields}
        return SecondSignature(self.must(made_up_second(self._house.clock).prove("", "")), entered)

    def enrol(self, person: Person, today: date, vary: bool) -> None:
        """Enrol, set the time of the first infusion, and mark what lies in the past as given."""
        house, start = self._house, today + timedelta(days=person.starts_in)
        weight = None
        if person.kg:
            kg = str(int(float(person.kg)) + self._chance.randint(-3, 3)) if vary else person.kg
            weighed = today - timedelta(days=person.weighed_ago)
            weight = WeightTyped(kg, f"{weighed} 06:00", "standing scale")
        command = Enrol(
            self.key(), person.mrn, person.family, person.given, person.born, person.allergies, weight,
            person.therapy, person.regimen, start.isoformat(),
        )  # fmt: skip
        patient: Patient = self.must(house.patients.enrol(command, DEMO_PHARMACIST))
        record = house.patients.record(patient.id)
        assert record is not None
        for infusion in record.infusions:
            if infusion.day < today:
                given_at = f"{infusion.day} {person.clock_time or '10:00'}"
                mark = MarkInfusion(self.key(), infusion.course_id, infusion.dose.key, "given", given_at, "")
                self.must(house.patients.mark(mark, DEMO_PHARMACIST))
        first = record.infusions[0]
        if first.day >= today and person.clock_time:
            move = Reschedule(
                self.key(), first.course_id, first.dose.key, first.day.isoformat(), person.clock_time, "time agreed"
            )
            self.must(house.patients.reschedule(move, DEMO_PHARMACIST))

    def confirm_running(self, today: date) -> None:
        """Promise the sets of the windows that are open today, as one look at the board proposes them."""
        for window in self._house.readiness.board().windows:
            days = window.window.days
            if days.first > today:
                continue
            held = DayRange(max(days.first, today), days.last)
            for one in window.sets:
                vials = tuple(sorted(taken.line for taken in one.lots))
                command = ConfirmEarmark(self.key(), window.window.holder, one.planned.set_no, held, vials)
                self.must(self._house.stock.confirm(command, DEMO_PHARMACIST))
        self._house.readiness.refresh()

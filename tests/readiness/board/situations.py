"""Situations in memory, written as a pharmacist would say them: '2 x 400 mg until 01-31, quarantined'."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from crs_desktop.doses.entry import DoseEntry
from crs_desktop.doses.model import Purpose
from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say
from crs_desktop.patients.model import Body, Course, Patient, PatientRecord, Weighing, WeighingMethod, Window
from crs_desktop.patients.rules import course_window, infusions, merged
from crs_desktop.policy.model import Policy, PolicyRow
from crs_desktop.policy.repository import options
from crs_desktop.policy.rules import in_force
from crs_desktop.policy.standby.model import StandbyRule
from crs_desktop.readiness.gather import Situation
from crs_desktop.stock.model import Earmark, Lot, LotState, OnHand, Place, VialLine
from crs_desktop.therapies.adoption import Adoption
from tests.patients.courses import Said, course_of, events_of

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 10, 15, 0, tzinfo=UTC)
TODAY = date(2026, 12, 10)


def day(text: str) -> date:
    """'12-04' is 4 December 2026; the months before July are those of 2027."""
    month, number = map(int, text.split("-"))
    return date(2026 if month > 6 else 2027, month, number)


@dataclass(frozen=True, slots=True)
class Told:
    """A patient with one course. `kg` '' when nobody has weighed."""

    name: str
    therapy: str = "step-up"
    start: str = "12-10"
    became: tuple[tuple[str, str], ...] = ()
    kg: str = "50"
    weighed: str = "12-09"


def patient(name: str = "Adler", became: Said | None = None, **told: str) -> Told:
    """A patient; what is not told is as it should be."""
    return Told(name, became=tuple((became or {}).items()), **told)


@dataclass(frozen=True, slots=True)
class Given:
    """A dose given to the patient of this name; `episode` 0 for none."""

    name: str
    when: str
    purpose: str = "rescue"
    episode: int = 1


def stock_of(lines: Sequence[str]) -> tuple[OnHand, ...]:
    """'2 x 400 mg until 01-31', then any of: brand, a lot state, '3 h away', 'unchecked' (for its brand's recall)."""
    found = []
    for number, line in enumerate(lines, start=1):
        first, *more = [part.strip() for part in line.split(",")]
        vials, _, mg, _, _, until = first.split()
        state, brand, reach, reason = LotState.AVAILABLE, "Actemra", timedelta(minutes=15), ""
        for part in more:
            if part in {known.value for known in LotState}:
                state = LotState(part)
            elif part.endswith("h away"):
                reach = timedelta(hours=int(part.split()[0]))
            elif part == "unchecked":
                state, reason = LotState.QUARANTINED, say(no("stock_brand_recall", "brand", brand))
            else:
                brand = part
        lot = Lot(number, brand, Mass.of_mg(Decimal(mg)), f"L{number}", day(until), state, reason)
        found.append(OnHand(lot, Place(number, f"Shelf {number}", reach), int(vials)))
    return tuple(found)


def policy_of(stated: Mapping[str, str], today: date = TODAY, standby: Sequence[StandbyRule] = ()) -> Policy:
    """The shipped defaults with these rows and standby rules of the site."""
    rows = [
        PolicyRow(n, key, value, date(2026, 1, 1), "P&T", "decided", "", NOW, "A. Weber")
        for n, (key, value) in enumerate(stated.items(), start=1)
    ]
    return in_force(options(), rows, today, standby)


def situation(
    patients: Sequence[Told],
    stock: Sequence[str] = (),
    policy: Mapping[str, str] | None = None,
    doses: Iterable[Given] = (),
    open_episodes: Iterable[int] = (1,),
    promises: Iterable[Earmark] = (),
    adopted: str = "checked",
    demo: bool = False,
    standby: Sequence[StandbyRule] = (),
) -> Situation:
    """The situation of 10 December 2026. `adopted`: '' by nobody, 'signed', or 'checked' with every unverified fact."""
    rules = policy_of(policy or {}, standby=standby)
    horizon = rules.whole("horizon")
    records = tuple(_record(number, told, horizon) for number, told in enumerate(patients, start=1))
    windows = merged(window for record in records for window in _windows(record, rules))
    numbers = {told.name: number for number, told in enumerate(patients, start=1)}
    protocols = {course.protocol.fingerprint: course.protocol for record in records for course in record.courses}
    adoptions = tuple(
        Adoption(
            number, protocol.id, protocol.fingerprint, "A. Weber",
            tuple(fact.path for fact in protocol.unverified()) if adopted == "checked" else (), "", NOW,
        )
        for number, protocol in enumerate(protocols.values(), start=1)
        if adopted
    )  # fmt: skip
    entries = tuple(_entry(number, given, numbers[given.name]) for number, given in enumerate(doses, start=1))
    shelf = stock_of(stock)
    return Situation(
        NOW, TODAY, ZONE, demo, rules, records, windows, entries, frozenset(open_episodes), shelf,
        tuple(promises), adoptions, 0, 4, horizon, places=tuple(item.place for item in shelf),
    )  # fmt: skip


def promise(number: int, holder: int, set_no: int, first: str, last: str, *vials: tuple[int, int]) -> Earmark:
    """A promise to the patient of this place in the list; vials by place of the lot in the stock."""
    lines = tuple(VialLine(lot, lot, count) for lot, count in vials)
    return Earmark(number, f"course:{holder}", set_no, DayRange(day(first), day(last)), lines, NOW, "A. Weber")


def _record(number: int, told: Told, horizon: int) -> PatientRecord:
    became = dict(told.became)
    base = course_of(told.therapy, told.start, became, number)
    course = Course(number, number, base.protocol, base.regimen_id, day(told.start), base.end)
    weighings: tuple[Weighing, ...] = ()
    if told.kg:
        measured = datetime.combine(day(told.weighed), time(12), UTC)
        weighings = (Weighing(number, number, BodyWeight.of_kg(told.kg), measured, WeighingMethod.STANDING_SCALE),)
    weight = weighings[0].weight if weighings else None
    until = TODAY + timedelta(days=horizon + 60)
    person = Patient(number, f"00{number}", told.name, "Ruth", date(1961, 3, 12), None)
    dated = infusions(course, events_of(became, number), Body(weight, None, person.birth_date), TODAY, until)
    return PatientRecord(person, weighings, (course,), dated)


def _windows(record: PatientRecord, policy: Policy) -> list[Window]:
    found = (course_window(course, record.infusions, policy) for course in record.courses)
    return [window for window in found if window is not None]


def _entry(number: int, given: Given, patient_id: int) -> DoseEntry:
    start = datetime.combine(day(given.when), time(12), UTC)
    assert local_day(start, ZONE) == day(given.when)
    return DoseEntry(
        number, patient_id, given.episode or None, Purpose(given.purpose), start, None, Mass.of_mg(400), None, None,
        "ours", (), "A. Weiss", "N. Berg", "", (), "", "", start, "N. Berg",
    )  # fmt: skip

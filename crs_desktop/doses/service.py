"""Use cases of doses: propose one, record one that was given, check it as a second person, take it back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.doses import acts, repository, second_looks
from crs_desktop.doses.entry import CheckedDose, DoseEntry, LogDose, LoggedDose, SecondLook, ToCheck, read_dose
from crs_desktop.doses.model import DoseGiven, NextDose, Proposal
from crs_desktop.doses.overview import DoseOverview, overview
from crs_desktop.doses.rules.interval import next_dose
from crs_desktop.doses.rules.lots import Shelf, pick_lots
from crs_desktop.doses.rules.proposal import Earmarked, Question, propose
from crs_desktop.doses.rules.second_look import DOSE
from crs_desktop.episodes import repository as episodes
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_day, to_milliseconds
from crs_desktop.kernel.entry import read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.patients import repository as patients
from crs_desktop.patients.model import Patient, Weighing
from crs_desktop.policy.model import Policy
from crs_desktop.policy.service import policy_on
from crs_desktop.staff.signing.acts import DIFFERS, SECOND_CHECK, countersigned
from crs_desktop.staff.signing.commands import LookOverCheck
from crs_desktop.staff.signing.model import NightRule, SecondCheck
from crs_desktop.staff.signing.service import SecondCheckBook
from crs_desktop.stock import repository as stock
from crs_desktop.stock.model import Lot, LotState, Place, VialLine
from crs_desktop.stock.rules import held_on, most_held
from crs_desktop.store.store import Request, Result, Store

_TOPICS = [Topic.DOSES, Topic.STOCK, Topic.EPISODES, Topic.READINESS]
_CHECK_TOPICS = [Topic.DOSES, Topic.PEOPLE]


@dataclass(frozen=True, slots=True)
class ProposedVials:
    """Vials to take for a proposed dose."""

    lot: Lot
    place: Place
    vials: int

    @property
    def line(self) -> VialLine:
        """As a dose record names them."""
        return VialLine(self.lot.id, self.place.id, self.vials)


@dataclass(frozen=True, slots=True)
class ProposedDose:
    """A proposal with its vials by lot and shelf, and what it was calculated from."""

    patient: Patient
    proposal: Proposal
    vials: tuple[ProposedVials, ...]
    from_earmark: bool
    weighing: Weighing
    given: tuple[DoseEntry, ...]
    policy: Policy
    asked_at: datetime


class DoseLog:
    """The site's doses of tocilizumab."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store = store
        self._zone = zone
        self._book = SecondCheckBook(store, zone)

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone, for writing and reading instants."""
        return self._zone

    def overview(self) -> DoseOverview:
        """Every patient with open episode, last dose and next time, and the whole log, in one snapshot."""
        with self._store.read() as session:
            return overview(session, self._store.clock.now(), self._zone)

    def entries(self, patient_id: int | None = None) -> list[DoseEntry]:
        """The log in order of start, entries taken back included."""
        with self._store.read() as session:
            return repository.doses(session, patient_id)

    def next_for(self, patient_id: int) -> NextDose:
        """May another rescue dose start now, and if not, from when."""
        with self._store.read() as session:
            now = self._store.clock.now()
            policy = policy_on(session, local_day(now, self._zone))
            given = _given(session, patient_id, _standing(session, patient_id))
            return next_dose(given, now, acts.limits_of(policy), zone=self._zone)

    def propose(self, patient_id: int, preferred: tuple[VialLine, ...] = ()) -> ProposedDose | Refused:
        """What to give now, from the promised vials, else from `preferred` (the plan's set), else from free stock."""
        with self._store.read() as session:
            return _propose(session, patient_id, preferred, self._store.clock.now(), self._zone)

    def log_dose(self, command: LogDose, actor: Actor) -> LoggedDose | Refused:
        """Record a dose that was given. What happened is always recordable; see `acts.log_dose`."""
        read = read_dose(command, self._store.clock.now(), self._zone)
        if isinstance(read, Refused):
            return read
        content = {
            "patient": read.patient_id, "start": to_milliseconds(read.started_at), "mcg": read.amount.mcg,
            "end": None if read.ended_at is None else to_milliseconds(read.ended_at), "purpose": read.purpose.value,
            "supply": read.supply, "vials": [[line.lot_id, line.place_id, line.vials] for line in read.vials],
            "grade": None if read.grade is None else read.grade.content(), "prescriber": read.prescriber,
            "given_by": read.given_by, "note": read.note, "reason": read.deviation_reason,
            "name": read.deviation_name,
        }  # fmt: skip
        request = Request(command.request_id, "log dose", content)
        result = self._store.perform(request, actor, _TOPICS, lambda writing: acts.log_dose(writing, read, self._zone))
        if isinstance(result, Refused):
            return result
        entry = next(entry for entry in self.entries(read.patient_id) if entry.id == result["dose"])
        return LoggedDose(entry, result["released"])

    def reverse(self, request_id: str, dose_id: int, reason: str, actor: Actor) -> DoseEntry | Refused:
        """Take a mistaken record back, with the reason."""
        read = read_text(reason, "reason")
        if isinstance(read, Finding):
            return refuse(read)
        request = Request(request_id, "reverse dose", {"dose": dose_id, "reason": read})
        result = self._store.perform(request, actor, _TOPICS, lambda writing: acts.reverse_dose(writing, dose_id, read))
        if isinstance(result, Refused):
            return result
        return next(entry for entry in self.entries() if entry.id == dose_id)

    def to_check(self, dose_id: int) -> ToCheck | Refused:
        """A dose for a second person, without the weight, product and dose that they enter; or why nobody looks."""
        with self._store.read() as session:
            return second_looks.to_check(session, dose_id)

    def alone_now(self) -> NightRule | Refused:
        """The written rule under which one pharmacist may sign alone at this moment, or why nobody may."""
        return self._book.alone_now()

    def second_check(self, command: SecondLook, actor: Actor) -> CheckedDose | Refused:
        """A second person's look at a recorded dose. When it differs, both values come back, and it is counted.

        What was signed alone at night is looked over by the same entries.
        """
        alone = next((one for one in self._book.to_look_over() if _is_dose(one, command.dose_id)), None)
        if alone is None:
            request = Request(command.request_id, SECOND_CHECK, {"dose": command.dose_id})
            done = countersigned(
                self._store, self._zone, request, actor, _CHECK_TOPICS, command.signature,
                lambda writing, sign: second_looks.look(writing, sign, command.dose_id),
            )  # fmt: skip
        else:
            over = LookOverCheck(command.request_id, alone.id, command.signature)
            found = self._book.look_over(over, actor)
            done = found if isinstance(found, Refused) else {"check": found.id}
        entry = next((entry for entry in self.entries() if entry.id == command.dose_id), None)
        said = None if entry is None else self._calculated(entry, command.signature.entered)
        if isinstance(done, Refused) or entry is None:
            return _with(done, said)
        check = next(one for one in self._book.checks(DOSE, command.dose_id) if one.id == done["check"])
        return CheckedDose(entry, check, said)

    def _calculated(self, entry: DoseEntry, entered: Mapping[str, str]) -> Finding | None:
        with self._store.read() as session:
            policy = policy_on(session, local_day(entry.started_at, self._zone))
        return second_looks.calculated(entered, policy)


def _is_dose(check: SecondCheck, dose_id: int) -> bool:
    return (check.subject, check.subject_id) == (DOSE, str(dose_id))


def _with(refused: Result | Refused, said: Finding | None) -> Refused:
    """A refusal for differences also says what the program calculates; every other stays as it is."""
    assert isinstance(refused, Refused)
    differs = refused.findings[0].code == DIFFERS
    return refuse(*refused.findings, said) if differs and said is not None else refused


def _standing(session: Session, patient_id: int) -> list[DoseEntry]:
    return acts.standing(repository.doses(session, patient_id))


def _given(session: Session, patient_id: int, entries: list[DoseEntry]) -> list[DoseGiven]:
    episode = next((item.id for item in episodes.episodes(session, patient_id) if item.open), None)
    return [entry.given(episode) for entry in entries]


def _propose(
    session: Session, patient_id: int, preferred: tuple[VialLine, ...], now: datetime, zone: ZoneInfo
) -> ProposedDose | Refused:
    found = patients.patients(session, [patient_id])
    if not found:
        return refuse(no("patient_unknown", "patient", patient_id))
    today = local_day(now, zone)
    policy = policy_on(session, today)
    weighing = acts.latest_weighing(patients.weighings(session).get(patient_id, []), now)
    entries = _standing(session, patient_id)
    age = None if weighing is None else (today - local_day(weighing.measured_at, zone)).days
    for lasting in (True, False):  # a dose spends its vials for good, so a promise from tomorrow on counts as well
        shelves = _free_shelves(session, patient_id, policy, lasting)
        promised, from_earmark = _promised(session, patient_id, preferred, shelves)
        proposal = propose(
            Question(
                None if weighing is None else weighing.weight,
                age,
                policy.whole("weight_age"),
                _given(session, patient_id, entries),
                now,
                acts.limits_of(policy),
                policy.rounding,
                earmarked=_earmarked(promised, shelves),
                stock=_stock(shelves),
                zone=zone,
            )
        )
        if not isinstance(proposal, Refused):
            break
    if isinstance(proposal, Refused):
        return proposal
    assert weighing is not None
    chosen = pick_lots(proposal.vials.vials, proposal.brand, shelves, promised)
    lots, places = stock.lots(session), stock.places(session)
    vials = tuple(ProposedVials(lots[line.lot_id], places[line.place_id], line.vials) for line in chosen)
    used = from_earmark and set(chosen) == set(promised)
    return ProposedDose(found[0], proposal, vials, used, weighing, tuple(entries), policy, now)


def _free_shelves(session: Session, patient_id: int, policy: Policy, lasting: bool) -> list[Shelf]:
    """Usable vials by lot and place, less what is promised to other patients today or, if `lasting`, later as well."""
    mine = acts.holders([course.id for course in patients.courses(session).get(patient_id, [])])
    others = [item for item in stock.earmarks(session) if item.holder not in mine and item.held.last >= policy.day]
    shelves = []
    for item in stock.on_hand(session):
        usable = item.state is LotState.AVAILABLE and item.place.reach <= policy.counted_reach
        if usable and item.lot.expires >= policy.day:
            key = (item.lot.id, item.place.id)
            free = item.vials - (most_held(others, key) if lasting else held_on(others, key, policy.day))
            line = VialLine(item.lot.id, item.place.id, max(free, 0))
            shelves.append(Shelf(line, item.lot.brand, item.lot.strength, item.lot.expires, item.lot.number))
    return shelves


def _promised(
    session: Session, patient_id: int, preferred: tuple[VialLine, ...], shelves: list[Shelf]
) -> tuple[tuple[VialLine, ...], bool]:
    mine = acts.holders([course.id for course in patients.courses(session).get(patient_id, [])])
    earmarks = sorted((item for item in stock.earmarks(session) if item.holder in mine), key=lambda item: item.set_no)
    there = {(shelf.line.lot_id, shelf.line.place_id): shelf for shelf in shelves}
    for lines, confirmed in [*((item.vials, True) for item in earmarks), (preferred, False)]:
        if _can_be_taken(lines, there):
            return lines, confirmed
    return (), False


def _can_be_taken(lines: tuple[VialLine, ...], there: dict[tuple[int, int], Shelf]) -> bool:
    """One set of one brand that lies on the shelves: brands are never mixed, whoever promised them."""
    wanted: Counter[tuple[int, int]] = Counter()
    for line in lines:
        wanted[line.lot_id, line.place_id] += line.vials
    if not wanted or not all(key in there and there[key].line.vials >= count for key, count in wanted.items()):
        return False
    return len({there[key].brand for key in wanted}) == 1


def _earmarked(lines: tuple[VialLine, ...], shelves: list[Shelf]) -> Earmarked | None:
    by_key = {(shelf.line.lot_id, shelf.line.place_id): shelf for shelf in shelves}
    chosen = [by_key[line.lot_id, line.place_id] for line in lines]
    if not chosen:
        return None
    vials: Counter[Mass] = Counter()
    for line, shelf in zip(lines, chosen, strict=True):
        vials[shelf.strength] += line.vials
    return Earmarked(chosen[0].brand, dict(vials))


def _stock(shelves: list[Shelf]) -> dict[str, dict[Mass, int | None]]:
    total: dict[str, dict[Mass, int | None]] = defaultdict(dict)
    for shelf in shelves:
        held = total[shelf.brand].get(shelf.strength) or 0
        total[shelf.brand][shelf.strength] = held + shelf.line.vials
    return total

"""Tries one operation as one kind of person at the real service, where everything is there to be acted on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from crs_desktop.backups.model import GoBack, WentBack
from crs_desktop.bootstrap.services import open_house
from crs_desktop.doses.entry import LoggedDose, SecondLook
from crs_desktop.doses.planned.service import PlanDose, WithdrawPlanned
from crs_desktop.doses.rules.second_look import DOSE_FIELD, PRODUCT_FIELD, WEIGHT_FIELD
from crs_desktop.episodes.service import GradeTyped
from crs_desktop.history.model import Wanted
from crs_desktop.history.service import HistoryBook
from crs_desktop.house import House
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.errors import NotPermitted
from crs_desktop.kernel.refusal import Refused
from crs_desktop.patients.commands import (
    AddCourse,
    EndCourse,
    Enrol,
    MarkInfusion,
    RecordAllergies,
    RecordHeight,
    Reschedule,
    Weigh,
    WeightTyped,
)
from crs_desktop.patients.courses.commands import EnterPhase, MoveCourse, RestartCourse
from crs_desktop.patients.courses.restarting import begins_again
from crs_desktop.patients.risk.service import RecordScore, RiskBook, ScoreTyped
from crs_desktop.policy.commands import StatePolicy
from crs_desktop.policy.standby.stating import StateStandby
from crs_desktop.staff.commands import (
    BreakGlass,
    ChangeRoles,
    EndPerson,
    EnrolPerson,
    FirstPerson,
    LookOver,
    RenamePerson,
    StateLockMinutes,
    TakeBackPerson,
)
from crs_desktop.staff.guard import EmergencyCodeGuard, RecoveryCodeGuard, SignedInGuard
from crs_desktop.staff.service import BrokenGlass, StaffBook, code_actor, recovery_actor
from crs_desktop.staff.signing.commands import StateNightRule, read_night_rule
from crs_desktop.staff.signing.model import Asked, ProvenPerson, SecondSignature
from crs_desktop.staff.signing.service import SecondCheckBook
from crs_desktop.stock.commands import ConfirmEarmark, ReceiveLot, ReverseMovement, WasteVials
from crs_desktop.stock.counting.commands import EndCount, EnterCount, OpenCount
from crs_desktop.stock.model import VialLine
from crs_desktop.stock.recalls.commands import EndRecall, RecordRecall
from crs_desktop.stock.scanning.model import ConfirmPack
from crs_desktop.store.guard import Guard
from crs_desktop.therapies.service import AdoptTherapy
from tests.patients.other_versions import TEC, adopt, older
from tests.staff.orders_tried import ORDER_TRIES, with_an_order
from tests.staff.site import (
    ADMIN,
    AUDITOR,
    DESK,
    PHARMACIST,
    SECOND_PHARMACIST,
    TECHNICIAN,
    Desk,
    TurnedClock,
    actor,
    key,
    opened,
    signed_in,
    with_people,
)
from tests.staff.vials_tried import VIAL_TRIES, with_loans
from tests.store.made_up_keys import ANYBODY, KEYS
from tests.store.pharmacy import HELD, PATIENT, WEBER, ZONE, dose, rows

WEIGHT = WeightTyped("73.1", "2026-12-02 08:30", "standing scale")
EASIX = (("ldh", "250", "U/L"), ("creatinine", "0.8", "mg/dL"), ("platelets", "150", "10^9/L"))
GRADE = GradeTyped("CRS", "2", "ASTCT 2019", "Dr. Lindqvist", "2026-12-02 08:45")
LATE = 2  # the course of a patient whose step-up is late
LEFT = 6  # somebody who has left, to be taken back


@dataclass(frozen=True)
class Column:
    """A kind of person: letter of the table, the holder of rights, and the number of who is it here."""

    letter: str
    holder: str
    person_id: int | None


COLUMNS = (
    Column("P", "pharmacist", PHARMACIST), Column("T", "technician", TECHNICIAN), Column("A", "administrator", ADMIN),
    Column("U", "auditor", AUDITOR), Column("E", "emergency", None), Column("R", "recovery", None),
)  # fmt: skip


@dataclass(frozen=True)
class TriedHouse:
    """A folder with a closed store in which everything is there, and the numbers of what is in it."""

    folder: Path
    line: VialLine
    movement: int
    earmark: int
    discrepancy: int
    dose: int
    sheet: int
    emergency: int
    backup: str


@dataclass(frozen=True)
class Try:
    """One desk at which something is tried."""

    house: House
    book: StaffBook
    who: Actor
    column: Column
    there: TriedHouse
    folder: Path

    @property
    def own(self) -> int:
        """Whose desk it is; the administrator's person where a code opened it."""
        return self.column.person_id or ADMIN


def prepared(folder: Path) -> TriedHouse:
    """People, vials, a dose with a discrepancy, an open episode, a promise, paper, a backup, an emergency."""
    path, clock = with_people(folder / "t.crs"), TurnedClock()
    emergency = _emergency(path, clock)
    house = open_house(path, clock, ChangeFeed(), KEYS, ANYBODY, ZONE)
    try:
        moved = house.stock.receive(ReceiveLot("r1", "Actemra", "400", "B1", "2027-02-28", "4", 1), WEBER)
        assert not isinstance(moved, Refused)
        line = VialLine(moved.lot.id, moved.place.id, 1)
        other = house.stock.receive(ReceiveLot("r2", "Actemra", "80", "B2", "2027-02-28", "1", 1), WEBER)
        assert not isinstance(other, Refused)
        given = replace(dose("d1", VialLine(other.lot.id, other.place.id, 1), 2), started_at="2026-12-01 20:00")
        logged = house.doses.log_dose(given, WEBER)
        assert isinstance(logged, LoggedDose), logged
        told = house.episodes.tell("g1", PATIENT, GRADE, WEBER)
        assert not isinstance(told, Refused), told
        promised = house.stock.confirm(ConfirmEarmark("e1", "course:9", 1, HELD, (line,)), WEBER)
        assert not isinstance(promised, Refused), promised
        labelled = house.stock.confirm(ConfirmEarmark("e2", "course:1", 1, HELD, (line,)), WEBER)
        assert not isinstance(labelled, Refused), labelled
        sheet = house.paper.infusion_day("s1", 1, "SUD1", WEBER)
        assert not isinstance(sheet, Refused), sheet
        planned = house.planned.plan(PlanDose("u1", PATIENT, "2026-12-03", "before step 1"), WEBER)
        assert not isinstance(planned, Refused), planned
        with_an_order(house, WEBER)
        with_loans(house, WEBER)
        _counted_and_recalled(house)
        _late(house)
        adopt(house.store, older(), "a0", lambda asked: _beside(house, asked), WEBER)
        kept = house.backups.back_up()
        assert kept is not None
        return TriedHouse(
            folder, line, moved.id, promised.id, house.stock.discrepancies()[0].id, logged.entry.id, sheet.id,
            emergency, kept.name,
        )  # fmt: skip
    finally:
        house.close()


def _counted_and_recalled(house: House) -> None:
    """A recall that runs, a count with lots to count, and one of an empty place, which has none."""
    empty = [house.stock.add_place(f"count {name}", name, "5", WEBER) for name in ("Ward 11", "Ward 12")]
    for place in (1, *(item.id for item in empty if not isinstance(item, Refused))):
        begun = house.counts.open(OpenCount(f"count at {place}", place), WEBER)
        assert not isinstance(begun, Refused), begun
    left = house.counts.give_up(EndCount("count left", 3, "the place is free again"), WEBER)
    assert not isinstance(left, Refused), left
    notice = RecordRecall("n1", "D-1", "I", "Actemra", "B2", False, "2026-12-01", "", "letter")
    assert not isinstance(house.recalls.record(notice, WEBER), Refused)


def _place(one: Try, name: str) -> int:
    return next(place.id for place in one.house.stock.places() if place.name == name)


def _late(house: House) -> None:
    """Another patient, LATE, who has had the first step of a step-up."""
    enrolled = house.patients.enrol(
        Enrol("p2", "0078", "Late", "Lou", "1970-01-01", "", None, "teclistamab", "mono", "2026-11-20"), WEBER
    )
    assert not isinstance(enrolled, Refused), enrolled
    marked = house.patients.mark(MarkInfusion("m2", LATE, "SUD1", "given", "2026-11-20 09:00", ""), WEBER)
    assert not isinstance(marked, Refused), marked


def _emergency(path: Path, clock: TurnedClock) -> int:
    """Emergency access that is over, by who has left since."""
    with signed_in(path, ADMIN, clock) as desk:
        desk.book.enrol(EnrolPerson(key(), "left", "Lea Left", ("technician",)), actor(ADMIN))
    with signed_in(path, LEFT, clock) as desk:
        lea = Actor("Lea Left", "technician", DESK)
        glass = desk.book.break_glass(BreakGlass(key(), "grade 3", "Lea Left"), lea)
        assert isinstance(glass, BrokenGlass), glass
        desk.book.record_lock(glass.actor, "asked")
    with signed_in(path, ADMIN, clock) as desk:
        desk.book.end(EndPerson(key(), LEFT, "left"), actor(ADMIN))
    return glass.id


class Trier:
    """Tries cell after cell. A store in which something was done is thrown away; one that refused serves again."""

    def __init__(self, there: TriedHouse, folder: Path) -> None:
        self._there = there
        self._folder = folder
        self._open: dict[Column, tuple[Try, Desk]] = {}

    def reached(self, operation: str, column: Column) -> str:
        """'done' when it is in the log under the true name and role (or shown); 'refused' when nothing was written."""
        one, desk = self._desk(column)
        before = desk.changes()
        answer = _reached(operation, one, desk, before)
        if answer != "refused" or desk.changes() != before:
            self._leave(column)
        return answer

    def close(self) -> None:
        """Leave every desk."""
        for column in list(self._open):
            self._leave(column)

    def _desk(self, column: Column) -> tuple[Try, Desk]:
        if column not in self._open:
            place = self._folder / key()
            shutil.copytree(self._there.folder, place)
            clock = TurnedClock()
            guard, who = _signed_in(place / "t.crs", column, clock)
            house = open_house(place / "t.crs", clock, ChangeFeed(), KEYS, guard, ZONE)
            desk = Desk(house.store, StaffBook(house.store, ZONE), clock)
            self._open[column] = Try(house, desk.book, who, column, self._there, place), desk
        return self._open[column]

    def _leave(self, column: Column) -> None:
        one, _ = self._open.pop(column)
        one.house.close()
        shutil.rmtree(one.folder)


def _reached(operation: str, one: Try, desk: Desk, before: int) -> str:
    if operation in READS:
        return _seen(READS[operation], one)
    try:
        answer = desk.write(operation, one.who) if operation in AT_THE_STORE else TRIES[operation](one)
    except NotPermitted as refused:
        answer = Refused((refused.finding,))
    if isinstance(answer, Refused):
        codes = [finding.code for finding in answer.findings]
        untouched = desk.changes() == before and all(code.startswith("staff_") for code in codes)
        return "refused" if untouched else f"refused otherwise: {codes}"
    written = rows(desk.store, "SELECT actor, role, desk, intent FROM change_log ORDER BY id DESC LIMIT 1")[0]
    wanted = (_name(one.column, operation), one.column.holder, DESK, operation)
    return "done" if written == wanted else f"written as {written}"


def _seen(read: Callable[[Try], object], one: Try) -> str:
    try:
        read(one)
    except NotPermitted:
        return "refused"
    return "done"


def _signed_in(path: Path, column: Column, clock: TurnedClock) -> tuple[Guard, Actor]:
    if column.person_id is not None:
        return SignedInGuard(column.person_id, clock, DESK), actor(column.person_id)
    if column.holder == "recovery":
        return RecoveryCodeGuard(), recovery_actor(DESK)
    with opened(path, EmergencyCodeGuard(clock, DESK), clock) as desk:
        given = desk.book.break_glass(BreakGlass(key(), "grade 3", "Kim Night"), code_actor(DESK))
        assert isinstance(given, BrokenGlass), given
    return EmergencyCodeGuard(clock, DESK), given.actor


def _name(column: Column, operation: str) -> str:
    if column.holder == "emergency":
        return "Lee Late, by emergency code" if operation == "break glass" else "Kim Night, by emergency code"
    return actor(column.person_id).name if column.person_id is not None else recovery_actor(DESK).name


def _break(one: Try) -> object:
    name = "Lee Late" if one.column.holder == "emergency" else one.who.name
    return one.book.break_glass(BreakGlass(key(), "grade 3", name), one.who)


def _begin(one: Try) -> object:
    answer = one.book.begin(FirstPerson(key(), "eve", "Eve", ("administrator",)), DESK)
    return answer if isinstance(answer, Refused) else "a second beginning"


def _sign_in(one: Try) -> object:
    return one.book.record_sign_in(one.own, DESK)


def _go_back(one: Try) -> object:
    answer = one.house.backups.go_back(GoBack(key(), one.there.backup, "GO BACK"), one.who)
    assert isinstance(answer, Refused | WentBack)
    return answer


def _second(one: Try, asked: object) -> SecondSignature:
    """Another pharmacist beside whoever acts, who finds the same."""
    return _beside(one.house, asked)


def _beside(house: House, asked: object) -> SecondSignature:
    assert isinstance(asked, Asked), asked
    by = ProvenPerson(SECOND_PHARMACIST, "M. Okafor", frozenset({"pharmacist"}), house.clock.now())
    return SecondSignature(by, {field.name: field.truth for field in asked.fields})


def _second_check(one: Try) -> object:
    by = ProvenPerson(SECOND_PHARMACIST, "M. Okafor", frozenset({"pharmacist"}), one.house.clock.now())
    found = SecondSignature(by, {WEIGHT_FIELD: "72.5", PRODUCT_FIELD: "Actemra", DOSE_FIELD: "400"})
    return one.house.doses.second_check(SecondLook(key(), one.there.dose, found), one.who)


def _adopt(one: Try) -> object:
    protocol, library = one.house.library.catalogue.protocol("teclistamab"), one.house.library
    command = AdoptTherapy(key(), protocol.id, protocol.fingerprint, "A. Weber", True, ())
    return library.adopt(command, one.who, _second(one, library.asked(command)))


def _state_policy(one: Try) -> object:
    command = StatePolicy(key(), "sets_car_t", "3", "2026-12-03", "P&T", "shortage is over", "")
    return one.house.policy.state(command, one.who, _second(one, one.house.policy.asked(command)))


def _state_standby(one: Try) -> object:
    command = StateStandby(
        key(), "EU", "car_t", "one_and_access", "", "", "0", "2026-12-03", "", "P&T", "the rule of the EU", "Minutes 4"
    )
    return one.house.standby.state(command, one.who, _second(one, one.house.standby.asked(command)))


def _reverse(one: Try) -> object:
    command = ReverseMovement(key(), one.there.movement, "mistyped")
    return one.house.stock.reverse(command, one.who, _second(one, one.house.stock.asked(command)))


def _state_night_rule(one: Try) -> object:
    rule = StateNightRule(key(), "2026-12-03", "21:00", "06:30", "one pharmacist in the house")
    read = read_night_rule(rule)
    assert not isinstance(read, Refused)
    return SecondCheckBook(one.house.store, ZONE).state_night_rule(rule, one.who, _second(one, read.asked()))


def _print_dosing(one: Try) -> object:
    return one.house.paper.dosing_sheet(key(), PATIENT, one.who)


def _export(one: Try) -> object:
    sheet = next(sheet for sheet in one.house.paper.sheets() if sheet.id == one.there.sheet)
    return one.house.paper.export(key(), sheet, one.folder / "plain.pdf", one.who)


def _history(one: Try) -> object:
    return HistoryBook(one.house.store, ZONE).page(Wanted())


_OUTCOMES = {"infusion given": ("given", "2026-12-02 08:00", ""), "infusion held": ("held", "", "fever"),
             "infusion not given": ("not given", "", "fever")}  # fmt: skip


def _tried(act: Callable[[House, Actor], object], one: Try) -> object:
    return act(one.house, one.who)


def _mark(operation: str) -> Callable[[Try], object]:
    outcome, at, reason = _OUTCOMES[operation]
    return lambda one: one.house.patients.mark(MarkInfusion(key(), 1, "SUD1", outcome, at, reason), one.who)


TRIES: dict[str, Callable[[Try], object]] = {
    "enrol patient": lambda one: one.house.patients.enrol(
        Enrol(key(), "0077", "New", "Nora", "1970-01-01", "", None, "teclistamab", "mono", "2026-12-20"), one.who
    ),
    "weigh patient": lambda one: one.house.patients.weigh(Weigh(key(), PATIENT, WEIGHT), one.who),
    "record allergies": lambda one: one.house.patients.record_allergies(
        RecordAllergies(key(), PATIENT, "penicillin"), one.who
    ),
    "record height": lambda one: one.house.patients.record_height(
        RecordHeight(key(), PATIENT, "171.5", "2026-12-02 08:30", "standing"), one.who
    ),
    "record risk score": lambda one: RiskBook(one.house.store, one.house.zone).record(
        RecordScore(key(), PATIENT, None, ScoreTyped("easix", EASIX, "2026-12-02 08:30")), one.who
    ),
    "move course": lambda one: one.house.patients.courses.move(
        MoveCourse(key(), 1, older().fingerprint, "label"), one.who
    ),
    "restart course": lambda one: one.house.patients.courses.restart(
        RestartCourse(key(), LATE, next(row.id for row in TEC.restart if begins_again(row)), "2026-12-03", "late"),
        one.who,
    ),
    "enter phase": lambda one: one.house.patients.courses.enter_phase(
        EnterPhase(key(), 1, "q2w", "2027-06-01", "CR for six months"), one.who
    ),
    "add course": lambda one: one.house.patients.add_course(
        AddCourse(key(), PATIENT, "blinatumomab", "mrd", "2027-03-01", "relapse"), one.who
    ),
    "end course": lambda one: one.house.patients.end_course(
        EndCourse(key(), 1, "withdrawn", "2026-12-02", "wish"), one.who
    ),
    "infusion rescheduled": lambda one: one.house.patients.reschedule(
        Reschedule(key(), 1, "SUD1", "2026-12-03", "", "fever"), one.who
    ),
    **{operation: _mark(operation) for operation in _OUTCOMES},
    "log dose": lambda one: one.house.doses.log_dose(dose(key(), one.there.line), one.who),
    "reverse dose": lambda one: one.house.doses.reverse(key(), one.there.dose, "mistaken", one.who),
    "second check": _second_check,
    "plan prophylactic dose": lambda one: one.house.planned.plan(
        PlanDose(key(), PATIENT, "2026-12-04", "before step 2"), one.who
    ),
    "withdraw planned dose": lambda one: one.house.planned.withdraw(WithdrawPlanned(key(), 1, "held"), one.who),
    "tell grade": lambda one: one.house.episodes.tell(key(), PATIENT, GRADE, one.who),
    "close episode": lambda one: one.house.episodes.close(key(), PATIENT, "resolved", one.who),
    "state policy": _state_policy,
    "state standby rule": _state_standby,
    "state night rule": _state_night_rule,
    "adopt therapy": _adopt,
    "add place": lambda one: one.house.stock.add_place(key(), "Ward 9", "5", one.who),
    "receive lot": lambda one: one.house.stock.receive(
        ReceiveLot(key(), "Actemra", "200", "B9", "2027-02-28", "2", 1), one.who
    ),
    "confirm pack": lambda one: one.house.scans.confirm(
        key(), ConfirmPack("00350242137010", "infusion", "Actemra", "400", "1"), one.who
    ),
    "open count": lambda one: one.house.counts.open(OpenCount(key(), _place(one, "Ward 12"), "monthly"), one.who),
    "enter count": lambda one: one.house.counts.enter(EnterCount(key(), 1, ((1, "3"),)), one.who),
    "close count": lambda one: one.house.counts.post(EndCount(key(), 2), one.who),
    "give up count": lambda one: one.house.counts.give_up(EndCount(key(), 1, "called away"), one.who),
    "record recall": lambda one: one.house.recalls.record(
        RecordRecall(key(), "D-2", "I", "Actemra", "B2", False, "2026-12-01", "", "letter"), one.who
    ),
    "end recall": lambda one: one.house.recalls.end(EndRecall(key(), 1, "withdrawn"), one.who),
    "print recall-letter": lambda one: one.house.stock_paper.recall_letters(key(), 1, one.who),
    "print count-sheet": lambda one: one.house.stock_paper.count_sheet(key(), 1, one.who),
    "waste vials": lambda one: one.house.stock.waste(
        WasteVials(key(), one.there.line.lot_id, one.there.line.place_id, "1", "broken"), one.who
    ),
    "reverse movement": _reverse,
    **{operation: partial(_tried, act) for operation, act in VIAL_TRIES.items()},
    "confirm earmark": lambda one: one.house.stock.confirm(
        ConfirmEarmark(key(), "course:1", 1, HELD, (one.there.line,)), one.who
    ),
    "let earmark go": lambda one: one.house.stock.let_go(key(), one.there.earmark, "not needed", one.who),
    "explain discrepancy": lambda one: one.house.stock.explain(key(), one.there.discrepancy, "counted", one.who),
    **{operation: partial(_tried, act) for operation, act in ORDER_TRIES.items()},
    "print infusion-day": lambda one: one.house.paper.infusion_day(key(), 1, "SUD2", one.who),
    "print dosing-sheet": _print_dosing,
    "print set-aside": lambda one: one.house.paper.set_aside(key(), "course:1", one.who),
    "export paper": _export,
    "begin people": _begin,
    "enrol person": lambda one: one.book.enrol(EnrolPerson(key(), "eve", "Eve", ("auditor",)), one.who),
    "change roles": lambda one: one.book.change_roles(
        ChangeRoles(key(), SECOND_PHARMACIST, ("auditor",), "moved"), one.who
    ),
    "rename person": lambda one: one.book.rename(RenamePerson(key(), SECOND_PHARMACIST, "M. O.", "married"), one.who),
    "end person": lambda one: one.book.end(EndPerson(key(), SECOND_PHARMACIST, "left"), one.who),
    "take person back": lambda one: one.book.take_back(TakeBackPerson(key(), LEFT, "back"), one.who),
    "set password": lambda one: one.book.record_password(SECOND_PHARMACIST, one.who),
    "set own password": lambda one: one.book.record_own_password(one.own, one.who),
    "free sign-in": lambda one: one.book.record_freed(SECOND_PHARMACIST, one.who),
    "make codes": lambda one: one.book.record_code(True, one.who),
    "state lock minutes": lambda one: one.book.state_lock_minutes(StateLockMinutes(key(), "10", "one room"), one.who),
    "sign in": _sign_in,
    "lock": lambda one: one.book.record_lock(one.who, "asked"),
    "break glass": _break,
    "look over emergency": lambda one: one.book.look_over(LookOver(key(), one.there.emergency, "fine"), one.who),
    "go back": _go_back,
}
READS: dict[str, Callable[[Try], object]] = {
    "see history": _history,
    "verify": lambda one: HistoryBook(one.house.store, ZONE).verify(),
    "see people": lambda one: one.book.picture(),
    "make backup": lambda one: one.house.backups.back_up(),
    "check backup": lambda one: one.house.backups.check(one.there.backup),
}
# What the program does by itself cannot be asked for by a person, and what has no service yet: as the store is handed.
AT_THE_STORE = {
    "bring back", "state facts of the store", "take in old paper", "record catch",
    "look over second check",
}  # fmt: skip

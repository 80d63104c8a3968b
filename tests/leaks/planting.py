"""Every use case that takes words about a patient, called with markers."""

from __future__ import annotations

from typing import TypeVar
from uuid import uuid4

from crs_desktop.doses.entry import OURS, LogDose
from crs_desktop.episodes.service import GradeTyped
from crs_desktop.house import House
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Refused
from crs_desktop.patients.commands import (
    AddCourse,
    EndCourse,
    Enrol,
    MarkInfusion,
    RecordAllergies,
    Reschedule,
    Weigh,
    WeightTyped,
)
from crs_desktop.patients.model import PatientRecord
from crs_desktop.stock.commands import ChangeLotState, ConfirmEarmark, ReceiveLot, ReverseMovement, WasteVials
from crs_desktop.stock.model import VialLine
from tests.leaks.markers import PATIENTS, TEXTS, MadeUp

T = TypeVar("T")
# Of the clock below: a Wednesday, 09:00 at the site.
TODAY = "2026-12-02"


def must(answer: T | Refused) -> T:
    """The answer; a refusal is a mistake of this flow."""
    assert not isinstance(answer, Refused), [one.code for one in answer.findings]
    return answer


def key() -> str:
    """A request of its own."""
    return uuid4().hex


class Planter:
    """Somebody with every right at one desk."""

    def __init__(self, house: House, actor: Actor) -> None:
        self.house, self.actor = house, actor

    def everything(self) -> None:
        """A day's work."""
        self.receive()
        for number, one in enumerate(PATIENTS):
            self.enrol(one, "2026-12-01" if number < 2 else "2026-12-08")
        self.schedule()
        self.lots()
        self.episode()
        self.doses()
        self.house.readiness.refresh()

    def receive(self) -> None:
        """Places and vials."""
        for name in ("Main pharmacy fridge", "Ward 4 cabinet"):
            must(self.house.stock.add_place(key(), name, "15", self.actor))
        for lot in ("B7101", "B7102"):
            command = ReceiveLot(key(), "Actemra", "400", lot, "2027-06-30", "20", 1)
            must(self.house.stock.receive(command, self.actor))

    def enrol(self, one: MadeUp, start: str) -> None:
        """A patient with a therapy, weighed again, asked again about allergies."""
        weight = WeightTyped("72.5", "2026-12-01 07:45", "standing scale")
        command = Enrol(
            key(), one.mrn, one.family, one.given, one.born, one.allergies, weight, "teclistamab", "mono", start
        )
        made = must(self.house.patients.enrol(command, self.actor))
        again = WeightTyped("73", "2026-12-01 20:15", "standing scale")
        must(self.house.patients.weigh(Weigh(key(), made.id, again), self.actor))
        allergies = RecordAllergies(key(), made.id, f"{one.allergies} confirmed")
        must(self.house.patients.record_allergies(allergies, self.actor))

    def schedule(self) -> None:
        """Moved, held, given, ended, begun again."""
        patients, records = self.house.patients, self._records()
        first = records[0].infusions[0]
        given = MarkInfusion(key(), first.course_id, first.dose.key, "given", "2026-12-01 10:30", "")
        must(patients.mark(given, self.actor))
        held = records[1].infusions[0]
        mark = MarkInfusion(key(), held.course_id, held.dose.key, "held", "", TEXTS["held"])
        must(patients.mark(mark, self.actor))
        moved = records[2].infusions[0]
        move = Reschedule(key(), moved.course_id, moved.dose.key, "2026-12-09", "10:30", TEXTS["reschedule"])
        must(patients.reschedule(move, self.actor))
        ended = records[3].courses[0]
        end = EndCourse(key(), ended.id, "withdrawn", TODAY, TEXTS["end course"])
        must(patients.end_course(end, self.actor))
        more = AddCourse(
            key(), records[3].patient.id, "blinatumomab", "mrd", "2026-12-20", TEXTS["add course"]
        )
        must(patients.add_course(more, self.actor))

    def lots(self) -> None:
        """Wasted, taken back, quarantined, promised, let go."""
        stock, actor = self.house.stock, self.actor
        wasted = must(stock.waste(WasteVials(key(), 1, 1, "1", TEXTS["waste"]), actor))
        must(stock.reverse(ReverseMovement(key(), wasted.id, TEXTS["movement reversed"]), actor, None))
        must(stock.change_state(ChangeLotState(key(), 2, "quarantined", TEXTS["lot state"]), actor))
        must(stock.change_state(ChangeLotState(key(), 2, "available", TEXTS["lot state"]), actor))
        course = self._records()[2].courses[0]
        days = DayRange(self.house.patients.today, self.house.patients.today)
        promise = ConfirmEarmark(key(), f"course:{course.id}", 1, days, (VialLine(1, 1, 1),))
        kept = must(stock.confirm(promise, actor))
        must(stock.let_go(key(), kept.id, TEXTS["let go"], actor))

    def episode(self) -> None:
        """Told and closed."""
        for patient in (1, 2):
            grade = GradeTyped("CRS", "2", "ASTCT 2019", TEXTS["told by"], "2026-12-02 07:10")
            must(self.house.episodes.tell(key(), patient, grade, self.actor))
        must(self.house.episodes.close(key(), 2, TEXTS["episode closed"], self.actor))

    def doses(self) -> None:
        """One recorded, one recorded and taken back, and a vial that was not there."""
        must(self.house.doses.log_dose(self.dose("2026-12-02 07:30"), self.actor))
        wrong = must(self.house.doses.log_dose(self.dose("2026-12-02 08:30", patient=2), self.actor))
        must(self.house.doses.reverse(key(), wrong.entry.id, TEXTS["dose reversed"], self.actor))
        must(self.house.stock.waste(WasteVials(key(), 2, 1, "20", TEXTS["waste"]), self.actor))
        missing = self.dose("2026-12-02 08:45", patient=3, lot=2)
        must(self.house.doses.log_dose(missing, self.actor))
        for one in self.house.stock.discrepancies():
            must(self.house.stock.explain(key(), one.id, TEXTS["explained"], self.actor))

    def dose(self, started: str, patient: int = 1, lot: int = 1) -> LogDose:
        """A dose that departs from what is proposed, so that reason and name are asked for."""
        return LogDose(
            key(), patient, started, "", "400", "rescue", OURS, (VialLine(lot, 1, 1),), None, TEXTS["prescriber"],
            TEXTS["given by"], TEXTS["note"], TEXTS["deviation"], TEXTS["deviation name"],
        )  # fmt: skip

    def _records(self) -> list[PatientRecord]:
        return sorted(self.house.patients.records(), key=lambda one: one.patient.id)

"""A made-up site on a real store, with short words for its acts, for the tests of the board."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from crs_desktop.doses.entry import LogDose
from crs_desktop.doses.service import DoseLog
from crs_desktop.episodes.service import EpisodeBook
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.refusal import Refused
from crs_desktop.patients.commands import EndCourse, Enrol, MarkInfusion, Reschedule, Weigh, WeightTyped
from crs_desktop.patients.service import PatientRegister
from crs_desktop.policy.commands import StatePolicy
from crs_desktop.policy.service import PolicyBook
from crs_desktop.readiness.board import Board, Verdict, WindowAnswer
from crs_desktop.readiness.service import ConfirmSet, ReadinessBoard
from crs_desktop.stock.commands import ChangeLotState, ReceiveLot, WasteVials
from crs_desktop.stock.model import Earmark, Place, VialLine
from crs_desktop.stock.service import StockLedger
from crs_desktop.store.opening import open_store
from crs_desktop.store.store import Store
from crs_desktop.therapies.service import AdoptTherapy, TherapyLibrary
from tests.patients.courses import CATALOGUE
from tests.patients.made_up import new_store
from tests.staff.signing.made_up import second
from tests.store.made_up_keys import ANYBODY, KEYS

ZONE = ZoneInfo("America/New_York")
# Wednesday 2 December 2026, 09:00 in New York.
NOW = datetime(2026, 12, 2, 14, 0, tzinfo=UTC)
TODAY = date(2026, 12, 2)
ACTOR = Actor("M. Okafor", "pharmacist", "desk 2")
CELLS, STEPS = "axicabtagene_ciloleucel", "teclistamab"
T = TypeVar("T")


def must(answer: T | Refused) -> T:
    """The answer; a refusal here is a mistake in the test."""
    assert not isinstance(answer, Refused), answer
    return answer


def day(ahead: int) -> date:
    """A day counted from today."""
    return TODAY + timedelta(days=ahead)


@dataclass(slots=True)
class Site:
    """Real services over one store. Days are counted from today; lots are named by their number."""

    store: Store
    demo: bool = False
    keys: Any = field(default_factory=lambda: count(1))

    @property
    def stock(self) -> StockLedger:
        return StockLedger(self.store, ZONE)

    @property
    def patients(self) -> PatientRegister:
        return PatientRegister(self.store, CATALOGUE, ZONE)

    @property
    def doses(self) -> DoseLog:
        return DoseLog(self.store, ZONE)

    @property
    def episodes(self) -> EpisodeBook:
        return EpisodeBook(self.store, ZONE)

    @property
    def readiness(self) -> ReadinessBoard:
        return ReadinessBoard(self.store, self.stock, ZONE, self.demo)

    def key(self) -> str:
        return f"key {next(self.keys)}"

    def later(self, days: int) -> Site:
        """The same store some days later."""
        now = self.store.clock.now() + timedelta(days=days)
        return Site(open_store(self.store.path, StatedClock(now), ChangeFeed(), KEYS, ANYBODY), self.demo, self.keys)

    def place(self, name: str = "Pharmacy", reach: str = "15") -> Place:
        known = {place.name: place for place in self.stock.places()}
        return known.get(name) or must(self.stock.add_place(self.key(), name, reach, ACTOR))

    def receive(
        self, lot: str, mg: str, vials: int, expires: int = 200, brand: str = "Actemra", place: Place | None = None
    ) -> None:
        where = place or self.place()
        command = ReceiveLot(self.key(), brand, mg, lot, day(expires).isoformat(), str(vials), where.id)
        must(self.stock.receive(command, ACTOR))

    def line(self, lot: str, vials: int = 1) -> VialLine:
        held = next(item.on_hand for item in self.stock.picture().shelf if item.on_hand.lot.number == lot)
        return VialLine(held.lot.id, held.place.id, vials)

    def state(self, lot: str, state: str) -> None:
        must(self.stock.change_state(ChangeLotState(self.key(), self.line(lot).lot_id, state, "fridge alarm"), ACTOR))

    def waste(self, lot: str, vials: int) -> None:
        line = self.line(lot)
        must(self.stock.waste(WasteVials(self.key(), line.lot_id, line.place_id, str(vials), "dropped"), ACTOR))

    def adopt(self, *therapies: str, checked: bool = True) -> None:
        library = TherapyLibrary(self.store, CATALOGUE)
        for therapy in therapies:
            protocol = CATALOGUE.protocol(therapy)
            paths = tuple(fact.path for fact in protocol.unverified() if not fact.unknown) if checked else ()
            command = AdoptTherapy(self.key(), therapy, protocol.fingerprint, "M. Okafor", True, paths)
            must(library.adopt(command, ACTOR, second(library.asked(command), self.store.clock)))

    def enrol(self, name: str, therapy: str = STEPS, starts: int = 0, kg: str = "50", weighed_ago: int = 1) -> int:
        """A patient; answers the id. The family name is the name given here."""
        weight = WeightTyped(kg, f"{day(-weighed_ago)} 07:00", "standing scale") if kg else None
        regimen = "single" if therapy == CELLS else "mono"
        command = Enrol(
            self.key(), f"00{next(self.keys)}", name, "Ruth", "1961-03-12", "", weight, therapy, regimen,
            day(starts).isoformat(),
        )  # fmt: skip
        return must(self.patients.enrol(command, ACTOR)).id

    def weigh(self, patient: int, kg: str) -> None:
        typed = WeightTyped(kg, f"{day(0)} 06:00", "bed scale")
        sure = (f"weight_changed: {BodyWeight.of_kg(kg)}",)
        must(self.patients.weigh(Weigh(self.key(), patient, typed, sure), ACTOR))

    def course(self, patient: int) -> int:
        record = self.patients.record(patient)
        assert record is not None
        return record.courses[0].id

    def mark(self, patient: int, dose: str, outcome: str, ahead: int = 0) -> None:
        given = f"{day(ahead)} 08:00" if outcome == "given" else ""
        reason = "as told by the ward" if outcome == "given" else "fever"
        must(self.patients.mark(MarkInfusion(self.key(), self.course(patient), dose, outcome, given, reason), ACTOR))

    def move(self, patient: int, dose: str, ahead: int) -> None:
        command = Reschedule(self.key(), self.course(patient), dose, day(ahead).isoformat(), "", "bed free later")
        must(self.patients.reschedule(command, ACTOR))

    def end(self, patient: int, kind: str) -> None:
        must(self.patients.end_course(EndCourse(self.key(), self.course(patient), kind, str(TODAY), "told"), ACTOR))

    def policy(self, key: str, value: str, valid_from: str = "2026-01-01") -> None:
        command = StatePolicy(self.key(), key, value, valid_from, "P&T committee", "decided", "minutes")
        book = PolicyBook(self.store)
        must(book.state(command, ACTOR, second(book.asked(command), self.store.clock)))

    def dose(
        self, patient: int, lots: dict[str, int], mg: str = "400", at: str = "08:00", supply: str = "ours",
        purpose: str = "rescue", ahead: int = 0,
    ) -> int:  # fmt: skip
        vials = tuple(self.line(lot, number) for lot, number in lots.items())
        return must(
            self.doses.log_dose(
                LogDose(
                    self.key(), patient, f"{day(ahead)} {at}", "", mg, purpose, supply, vials, None, "A. Weiss",
                    "N. Berg", "", "as it happened", "A. Weiss",
                ),
                ACTOR,
            )
        ).id  # fmt: skip

    def board(self) -> Board:
        return self.readiness.board()

    def window(self, patient: int) -> WindowAnswer:
        """The window of a patient on the board."""
        return next(answer for answer in self.board().windows if answer.patient.id == patient)

    def verdict(self, patient: int) -> Verdict:
        return self.window(patient).verdict

    def codes(self, patient: int) -> list[str]:
        return [finding.code for finding in self.window(patient).findings]

    def lots(self, patient: int) -> list[dict[str, int]]:
        """The lots of each planned set."""
        return [{taken.lot.number: taken.vials for taken in one.lots} for one in self.window(patient).sets]

    def confirm(self, patient: int, set_no: int = 1) -> Earmark | Refused:
        return self.readiness.confirm(ConfirmSet(self.key(), f"course:{self.course(patient)}", set_no), ACTOR)

    def promises(self, patient: int | None = None) -> list[Earmark]:
        held = self.stock.earmarks()
        return held if patient is None else [one for one in held if one.holder == f"course:{self.course(patient)}"]


def site_in(folder: Path, demo: bool = False, adopted: bool = True) -> Site:
    """A new site at the stated instant; both therapies are adopted and every fact is checked."""
    if not adopted:
        return Site(new_store(folder, NOW), demo)
    path = folder / "t.crs"
    path.write_bytes(_adopted())
    return Site(open_store(path, StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY), demo, count(100))


@cache
def _adopted() -> bytes:
    """A store with both therapies adopted, as it lies on disk: signing once is enough for all tests."""
    with tempfile.TemporaryDirectory() as place:
        made = Site(new_store(Path(place), NOW))
        made.adopt(CELLS, STEPS)
        made.store.close()
        return (Path(place) / "t.crs").read_bytes()

"""Which page gets which service, and what one room's button does in another. The window is handed in, not known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING
from uuid import uuid4

from crs_desktop.bootstrap.board_room import BoardRoom
from crs_desktop.bootstrap.opening import HouseLater
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import PageEntry
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.picture import BoardPicture, ConfirmedPicture, RowPicture
from crs_desktop.readiness.ui.board_page import BoardPage
from crs_desktop.readiness.ui.window_panel import Confirm, RowAction

if TYPE_CHECKING:
    from crs_desktop.house import House
    from crs_desktop.patients.model import PatientRecord
    from crs_desktop.staff.door.entering import Door
    from crs_desktop.staff.signing.model import Prover
    from crs_desktop.staff.ui.second_person import AskSecondPerson
    from crs_desktop.stock.model import VialLine


class Rooms:
    """Makes each page when it is first shown. `go` opens a page by name, `complain` says a refusal in the window."""

    def __init__(
        self,
        later: HouseLater,
        tasks: Tasks,
        actor: Callable[[], Actor],
        go: Callable[[str], Page],
        complain: Callable[[str, str], None],
        kept: BoardPicture | None,
        people: Callable[[House], Page] | None = None,
        door: Callable[[], Door] | None = None,
        went_back: Callable[[str], None] | None = None,
    ) -> None:
        self._later = later
        self._tasks = tasks
        self._actor = actor
        self._go = go
        self._complain = complain
        self._people = people
        self._door = door
        self._went_back = went_back
        self._paper_states: Mapping[str, str] = {}
        self.of_board = BoardRoom(tasks, lambda: self.house, actor, go, complain, lambda: self.board)
        self.board = self._make_board(kept)

    @property
    def house(self) -> House:
        """The services."""
        return self._later.house

    @cached_property
    def prover(self) -> Prover:
        """How a second person proves who they are at this desk."""
        from crs_desktop.bootstrap.second import prover_of

        return prover_of(self.house, None if self._door is None else self._door())

    @cached_property
    def second(self) -> AskSecondPerson:
        """The step of the second person, for what two sign in the same act."""
        from crs_desktop.bootstrap.second import second_person

        return second_person(self._tasks, self.house, self.prover)

    def entries(self) -> list[PageEntry]:
        """The rail, from the top."""
        return [
            PageEntry("board", tr("Board"), "board", lambda: self.board),
            PageEntry("patients", tr("Patients"), "patients", self._make_patients),
            PageEntry("stock", tr("Stock"), "stock", self._make_stock),
            PageEntry("doses", tr("Doses"), "doses", self._make_doses),
            PageEntry("paper", tr("Paper"), "paper", self._make_paper),
            PageEntry("therapies", tr("Therapies"), "therapies", self._make_therapies),
            PageEntry("policy", tr("Policy"), "settings", self._make_policy),
            PageEntry("history", tr("History"), "history", self._make_history),
            PageEntry("backups", tr("Backup"), "retry", self._make_backups),
            *([] if self._people is None else [PageEntry("people", tr("People"), "patients", self._make_people)]),
        ]

    # --- pages ---

    def _make_board(self, kept: BoardPicture | None) -> BoardPage:
        actions = [
            RowAction(tr("&Record a dose given"), lambda row: self.record_dose(row.patient_id), "main"),
            RowAction(tr("&Print the infusion-day checklist"), self.print_infusion_day),
            RowAction(tr("Print the &dosing sheet"), lambda row: self.print_dosing_sheet(row.patient_id)),
            *self.of_board.actions(),
        ]
        return BoardPage(
            self._tasks, self._answer, self._confirm, actions, kept, self._paper_state, self.of_board.can_add,
            self.of_board.print_day,
        )  # fmt: skip

    def _make_patients(self) -> Page:
        from crs_desktop.episodes.ui.forms import EpisodeForms
        from crs_desktop.patients.ui.page import PatientsPage

        house = self.house
        corner = EpisodeForms(self._tasks, house.episodes, self._actor)
        extra = [
            (tr("Record a &dose given"), self.record_dose),
            (tr("Print the d&osing sheet"), self.print_dosing_sheet),
            (tr("Ris&k"), self.open_risk),
            (tr("Proph&ylaxis"), self.open_planned),
        ]
        return PatientsPage(self._tasks, house.patients, corner, self._actor, extra)

    def _make_stock(self) -> Page:
        from crs_desktop.bootstrap.stock_room import stock_room

        return stock_room(self._tasks, self.house, self._actor, self._holder_names, self.second, self._print)

    def _make_doses(self) -> Page:
        from crs_desktop.doses.ui.page import DosesPage

        house = self.house
        return DosesPage(
            self._tasks, house.doses, house.patients, house.stock, self._actor, self.preferred_vials,
            self.print_dosing_sheet, house.readiness.consequences, self.prover,
        )  # fmt: skip

    def _make_paper(self) -> Page:
        from crs_desktop.documents.ui.page import PaperPage

        return PaperPage(self._tasks, self.house.paper, self.house.zone, self._patient_names, self._actor)

    def _make_therapies(self) -> Page:
        from crs_desktop.therapies.ui.page import TherapiesPage

        return TherapiesPage(self._tasks, self.house.library, self.house.zone, self._actor, self.second)

    def _make_policy(self) -> Page:
        from crs_desktop.bootstrap.policy_room import policy_room

        return policy_room(self._tasks, self.house, self._actor, self.second)

    def _make_backups(self) -> Page:
        from crs_desktop.backups.ui.page import BackupsPage

        return BackupsPage(self._tasks, self.house.backups, self.house.zone, self._actor, self._went_back)

    def _make_people(self) -> Page:
        assert self._people is not None
        return self._people(self.house)

    def _make_history(self) -> Page:
        from crs_desktop.bootstrap.history_room import history_room

        return history_room(self._tasks, self.house, self._patient_names)

    # --- what one room asks of another, off the window's thread ---

    def _answer(self) -> BoardPicture:
        """The live board, and from the same answer what became of its paper."""
        board, picture = self.house.readiness.answer()
        self._paper_states = self.house.paper.states(board)
        return picture

    def _paper_state(self, key: str) -> str:
        return self._paper_states.get(key, "")

    def _confirm(self, wanted: Confirm) -> ConfirmedPicture:
        from crs_desktop.readiness.service import ConfirmSets

        command = ConfirmSets(uuid4().hex, wanted.holder, tuple((one.set_no, one.vials) for one in wanted.sets))
        return self.house.readiness.confirm_sets(command, self._actor())

    def _holder_names(self, holders: Collection[str]) -> Mapping[str, str]:
        names = {
            f"course:{course.id}": record.patient.name
            for record in self.house.patients.records()
            for course in record.courses
        }
        return {holder: names[holder] for holder in holders if holder in names}

    def _patient_names(self) -> Mapping[int, str]:
        return {record.patient.id: record.patient.name for record in self.house.patients.records()}

    def preferred_vials(self, patient_id: int) -> tuple[VialLine, ...]:
        """The set that the board plans first for a patient; a confirmed one before a proposed one."""
        from crs_desktop.readiness.rules.question import line_of

        picture = self.board.picture
        windows = [] if picture is None else [item for item in picture.windows if item.patient_id == patient_id]
        sets = sorted((one for window in windows for one in window.sets), key=lambda one: not one.confirmed)
        return tuple(line_of(key, count) for key, count in sets[0].vials) if sets else ()

    # --- acts that lead to another page ---

    def record_dose(self, patient_id: int) -> None:
        """Open the form for a dose given to this patient; the page behind it shows the same patient."""
        page = self._go("doses")
        page.choose(patient_id)  # type: ignore[attr-defined]
        page.open_record(patient_id)  # type: ignore[attr-defined]

    def open_risk(self, patient_id: int) -> None:
        """Open the risk page of this patient above the page of patients."""
        from crs_desktop.patients.risk.service import RiskBook
        from crs_desktop.patients.ui.infusion_forms import Desk
        from crs_desktop.patients.ui.risk.window import open_risk

        house = self.house
        desk = Desk(self._tasks, house.patients, self._actor, self._go("patients"))
        open_risk(desk, RiskBook(house.store, house.zone), patient_id)

    def open_planned(self, patient_id: int) -> None:
        """Open the planned prophylactic doses of this patient above the page of patients."""
        from crs_desktop.doses.planned.ui.window import PlannedDesk, open_planned

        house, page = self.house, self._go("patients")

        def show(record: PatientRecord | None) -> None:
            if record is not None:
                today = local_day(house.clock.now(), house.zone)
                open_planned(PlannedDesk(self._tasks, house.planned, self._actor, record.patient, today), page)

        self._tasks.run(partial(house.patients.record, patient_id), show, page)

    def print_infusion_day(self, row: RowPicture) -> None:
        """File the checklist of this infusion and show it."""
        self._print(partial(self.house.paper.infusion_day, uuid4().hex, row.course_id, row.dose_key, self._actor()))

    def print_dosing_sheet(self, patient_id: int) -> None:
        """File the dosing sheet of what would be given now and show it."""
        preferred = self.preferred_vials(patient_id)
        self._print(partial(self.house.paper.dosing_sheet, uuid4().hex, patient_id, self._actor(), preferred))

    def _print(self, work: Callable[[], object]) -> None:
        self._tasks.run(work, self._filed, self.board, pool="paper")

    def _filed(self, answer: object) -> None:
        if isinstance(answer, Refused):
            self._complain(phrase("window_not_printed"), " ".join(say(finding) for finding in answer.findings))
            return
        self._go("paper").show_sheet(answer.id)  # type: ignore[attr-defined]

"""The window with every page: which page gets which service, and what one room's button does in another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from crs_desktop import __version__
from crs_desktop.bootstrap.opening import HouseLater, Start
from crs_desktop.desktop.application import first_painted, make_application
from crs_desktop.desktop.change_bridge import ChangeBridge
from crs_desktop.desktop.error_presenter import ErrorPresenter
from crs_desktop.desktop.main_window import MainWindow
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import Action, PageEntry
from crs_desktop.desktop.shell import Shell
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.ticker import every
from crs_desktop.desktop.who import Who
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.picture import BOARD, BoardPicture, RowPicture, picture_from_json
from crs_desktop.readiness.ui.board_page import BoardPage
from crs_desktop.readiness.ui.window_panel import RowAction
from crs_desktop.store.first_look import first_look

if TYPE_CHECKING:
    from crs_desktop.house import House
    from crs_desktop.stock.model import VialLine

_CLOCK_MS = 20_000


class Desk:
    """One window over one store, shown in the shell that was painted first."""

    def __init__(self, start: Start, shell: Shell) -> None:
        make_application([], start.theme, start.text_percent)  # type: ignore[arg-type]  # checked by the parser
        self._start = start
        self.shell = shell
        self.feed = ChangeFeed()
        self.later = HouseLater(start, self.feed)
        self.presenter = ErrorPresenter(None, None, __version__)
        self.presenter.install()
        self.tasks = Tasks(present=self.presenter.present)
        self.who = Who(start.actor)
        self._paper_states: dict[str, str] = {}
        self._kept = self._last_board()
        self.window = MainWindow(self._title(), self._entries(), ChangeBridge(self.feed))
        self.presenter.show_in(self.window.banners)
        self.window.add_to_top(self.who.button)
        self.window.rail.setEnabled(False)
        self._say_status()
        self.window.register(
            Action("dose.record", tr("Record a dose given"), self._record_chosen, "Ctrl+D", lambda: self.later.ready),
            Action("paper.print", tr("Print the infusion-day checklist"), self._print_chosen, "Ctrl+P",
                   lambda: self.later.ready),
            Action("who", tr("Who is at this desk?"), self._ask_who),
        )  # fmt: skip
        self.window.show_page("board")
        shell.setWindowTitle(self._title())
        shell.adopt(self.window)
        first_painted(self.window.status, self._open)  # the frame itself is covered and never painted

    def close(self) -> None:
        """End the work, then the store."""
        self.tasks.close()
        self.later.close()

    @property
    def house(self) -> House:
        """The services; waits for them in the first moments of a start."""
        return self.later.wait()

    @property
    def board(self) -> BoardPage:
        """The board's page."""
        page = self.window.page("board")
        assert isinstance(page, BoardPage)
        return page

    # --- a start ---

    def _title(self) -> str:
        return (
            phrase("window_title_demo")
            if self._start.path is None
            else phrase("window_title", store=self._start.path.name)
        )

    def _last_board(self) -> BoardPicture | None:
        if self._start.path is None:
            return None
        try:
            look = first_look(self._start.path, BOARD)
        except EnvironmentFailure:
            return None  # the opening that follows meets the same trouble and says it
        return None if look.body is None else picture_from_json(look.body)

    def _open(self) -> None:
        self.tasks.run(self.later.open, self._opened, self.window)

    def _opened(self, house: House) -> None:
        self.window.rail.setEnabled(True)
        self._say_status()
        every(_CLOCK_MS, self.window, partial(self._say_clock, house))
        self.board.refresh()

    def _say_status(self) -> None:
        status = self.window.status
        demo = self._start.path is None
        status.say("store", phrase("status_demo") if demo else self._start.path.name if self._start.path else "")
        status.say("encryption", phrase("status_not_encrypted"), State.READY_BUT, phrase("status_not_encrypted_hint"))
        status.say("policy", "")
        status.say("actor", "")

    def _say_clock(self, house: House) -> None:
        self.window.status.say("clock", local_text(house.clock.now(), house.zone))

    # --- pages; each is made when it is first shown ---

    def _entries(self) -> list[PageEntry]:
        return [
            PageEntry("board", tr("Board"), "board", self._make_board),
            PageEntry("patients", tr("Patients"), "patients", self._make_patients),
            PageEntry("stock", tr("Stock"), "stock", self._make_stock),
            PageEntry("doses", tr("Doses"), "doses", self._make_doses),
            PageEntry("paper", tr("Paper"), "paper", self._make_paper),
            PageEntry("therapies", tr("Therapies"), "therapies", self._make_therapies),
            PageEntry("policy", tr("Policy"), "settings", self._make_policy),
        ]

    def _make_board(self) -> Page:
        actions = [
            RowAction(tr("&Record a dose given"), lambda row: self.record_dose(row.patient_id), "main"),
            RowAction(tr("&Print the infusion-day checklist"), self.print_infusion_day),
            RowAction(tr("Print the &dosing sheet"), lambda row: self.print_dosing_sheet(row.patient_id)),
        ]
        return BoardPage(self.tasks, self._answer, self._confirm, actions, self._kept, self._paper_state)

    def _make_patients(self) -> Page:
        from crs_desktop.episodes.ui.forms import EpisodeForms
        from crs_desktop.patients.ui.page import PatientsPage

        house = self.house
        corner = EpisodeForms(self.tasks, house.episodes, self.who.actor)
        extra = [
            (tr("Record a &dose given"), self.record_dose),
            (tr("Print the d&osing sheet"), self.print_dosing_sheet),
        ]
        return PatientsPage(self.tasks, house.patients, house.library, corner, self.who.actor, extra)

    def _make_stock(self) -> Page:
        from crs_desktop.stock.ui.page import StockPage

        return StockPage(self.tasks, self.house.stock, self.who.actor, self._holder_names)

    def _make_doses(self) -> Page:
        from crs_desktop.doses.ui.page import DosesPage

        house = self.house
        return DosesPage(
            self.tasks, house.doses, house.patients, house.stock, self.who.actor, self.preferred_vials,
            self.print_dosing_sheet, self.consequences,
        )  # fmt: skip

    def _make_paper(self) -> Page:
        from crs_desktop.documents.ui.page import PaperPage

        return PaperPage(self.tasks, self.house.paper, self.house.zone, self._patient_names)

    def _make_therapies(self) -> Page:
        from crs_desktop.therapies.ui.page import TherapiesPage

        return TherapiesPage(self.tasks, self.house.library, self.house.zone, self.who.actor)

    def _make_policy(self) -> Page:
        from crs_desktop.policy.ui.page import PolicyPage

        return PolicyPage(self.tasks, self.house.policy, self.house.zone, self.who.actor)

    # --- what one room asks of another ---

    def _answer(self) -> BoardPicture:
        """The live board and the paper's state, worked out off the window's thread."""
        picture = self.house.readiness.refresh()
        self._paper_states = self.house.paper.states()
        return picture

    def _paper_state(self, key: str) -> str:
        return self._paper_states.get(key, "")

    def _confirm(self, holder: str, set_no: int) -> object:
        from crs_desktop.readiness.service import ConfirmSet

        return self.house.readiness.confirm(ConfirmSet(uuid4().hex, holder, set_no), self.who.actor())

    def consequences(self) -> str:
        """Who is short now, in the board's own words."""
        return self.house.readiness.refresh().headline

    def preferred_vials(self, patient_id: int) -> tuple[VialLine, ...]:
        """The first set that the board plans for a patient."""
        from crs_desktop.readiness.rules.question import line_of

        picture = self.board.picture
        windows = [] if picture is None else [item for item in picture.windows if item.patient_id == patient_id]
        sets = [one for window in windows for one in window.sets]
        return tuple(line_of(key, count) for key, count in sets[0].vials) if sets else ()

    def _holder_names(self, holders: Collection[str]) -> Mapping[str, str]:
        names = {
            f"course:{course.id}": record.patient.name
            for record in self.house.patients.records()
            for course in record.courses
        }
        return {holder: names[holder] for holder in holders if holder in names}

    def _patient_names(self) -> Mapping[int, str]:
        return {record.patient.id: record.patient.name for record in self.house.patients.records()}

    # --- acts that lead to another page ---

    def record_dose(self, patient_id: int) -> None:
        """Open the form for a dose given to this patient."""
        page = self.window.show_page("doses")
        page.open_record(patient_id)  # type: ignore[attr-defined]

    def print_infusion_day(self, row: RowPicture) -> None:
        """File the checklist of this infusion and show it."""
        actor = self.who.actor()
        work = partial(self.house.paper.infusion_day, uuid4().hex, row.course_id, row.dose_key, actor)
        self.tasks.run(work, self._filed, self.window, pool="paper")

    def print_dosing_sheet(self, patient_id: int) -> None:
        """File the dosing sheet of what would be given now and show it."""
        preferred, actor = self.preferred_vials(patient_id), self.who.actor()
        work = partial(self.house.paper.dosing_sheet, uuid4().hex, patient_id, actor, preferred)
        self.tasks.run(work, self._filed, self.window, pool="paper")

    def _filed(self, answer: object) -> None:
        if isinstance(answer, Refused):
            text = " ".join(say(finding) for finding in answer.findings)
            self.window.banners.show_message(State.CANNOT_SAY, phrase("window_not_printed"), text)
            return
        page = self.window.show_page("paper")
        page.show_sheet(answer.id)  # type: ignore[attr-defined]

    def _ask_who(self) -> None:
        self.who.ask()

    def _record_chosen(self) -> None:
        row = self.board.table.current()
        if row is not None:
            self.record_dose(row.patient_id)

    def _print_chosen(self) -> None:
        row = self.board.table.current()
        if row is not None:
            self.print_infusion_day(row)

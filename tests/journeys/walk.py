"""A walk by keys from the first start to a clean machine: real window, real workers, real slots, a store of its own.

Each part is one leg; `Picture` is asked for a picture of what is on the screen. Everything in it is made up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QTableView, QWidget

from crs_desktop.backups.ui.page import BackupsPage
from crs_desktop.bootstrap.services import open_house
from crs_desktop.demo import story
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tabbed_page import TabbedPage
from crs_desktop.doses.ui.page import DosesPage
from crs_desktop.doses.ui.record_dialog import DoseDialog
from crs_desktop.doses.ui.second_dialog import SecondCheckDialog
from crs_desktop.doses.ui.second_panels import ExplainPanel, ResultView
from crs_desktop.history.ui.page import HistoryPage
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.staff.signing.model import ProvenPerson, Prover
from crs_desktop.staff.ui.bring_back import BringBackPage
from crs_desktop.staff.ui.first_start import FirstStart
from crs_desktop.staff.ui.people_page import PeoplePage
from crs_desktop.staff.ui.sign_in import SignInPage
from crs_desktop.store.backup import folder_of, list_backups
from crs_desktop.store.keys.model import StoreKeys
from tests.journeys.desk import pause, wait_until, words_of
from tests.journeys.visitor import Visitor, WalkingClock, visiting
from tests.store.made_up_keys import ANYBODY

WHO = "Lindqvist, Karin"
ADMINISTRATOR, SECOND = ("holm", "Petra Holm"), ("nwosu", "Amara Nwosu")
PASSWORD, TEMPORARY, OWN = "copper lantern drift violin 88", "quiet harbour ladder tomato", "seven pale kites over ice"
STANDS_IN = "Nora Abara"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Picture:
    """Takes no picture. A subclass does."""

    def __call__(self, name: str, widget: QWidget) -> None:
        """What is on the screen now."""


@dataclass
class Walk:
    """Where one is on the way, and what one carries: two papers, and a backup in the end."""

    folder: Path
    take: Picture
    theme: str = "light"
    percent: int = 100
    clock: WalkingClock = field(default_factory=WalkingClock)
    recovery: str = ""
    emergency: str = ""
    keys: StoreKeys | None = None

    @property
    def store(self) -> Path:
        """The store of the walk."""
        return self.folder / "pharmacy.crs"

    def all(self) -> None:
        """Every leg."""
        self.clock.pass_by(days=-1)
        self.first_start()
        self.story_told()
        self.clock.pass_by(hours=23)
        with visiting(self.store, self.clock, self.theme, self.percent) as who:
            self.second_person_comes(who)
            self.sign_in_and_lock(who)
            self.second_check(who)
            self.break_glass(who)
            self.people_and_history(who)
            self.go_back(who)
        clean_machine(self)

    # --- the first day ---

    def first_start(self) -> None:
        """Five steps, the recovery code typed back wrong and then right; then a second person is added."""
        with visiting(self.store, self.clock, self.theme, self.percent) as who:
            page = who.at_page(FirstStart)
            pause(50)
            self.take("first-start", who.shell)
            who.key(Qt.Key.Key_Return)
            fields = page.administrator.form.fields
            who.write(fields["name"].editor, ADMINISTRATOR[1])
            who.write(fields["sign_in"].editor, ADMINISTRATOR[0])
            who.write(page.password.first.editor, PASSWORD)
            who.write(page.password.again.editor, PASSWORD)
            wait_until(lambda: "Long enough" in words_of(page), "the judgement of the password")
            self.take("administrator", who.shell)
            who.key(Qt.Key.Key_Return)
            wait_until(lambda: page.step() == 3, "the two codes")
            self.recovery, self.emergency = page.recovery.shown(), page.emergency.shown()
            self.take("two-codes", who.shell)
            who.press("Next")
            wait_until(lambda: page.step() == 4, "the typing back")
            who.write(page.back_typed.field.editor, one_wrong_letter(self.recovery))
            who.key(Qt.Key.Key_Return)
            wait_until(lambda: "group 3" in page.try_it.form.error_of("code"), "the wrong group to be named")
            self.take("typed-back-wrong", who.shell)
            who.write(page.back_typed.field.editor, self.recovery.lower())
            who.key(Qt.Key.Key_Return)
            wait_until(lambda: page.step() == 5, "the right code")
            self.take("typed-back-right", who.shell)
            who.press("Make my pharmacy")
            who.seated()
            assert who.reception._signed is not None
            self.keys = who.reception._signed.keys
            self._add_second(who)
            who.lock()

    def _add_second(self, who: Visitor) -> None:
        who.go("people")
        page = who.desk.window.page("people")
        assert isinstance(page, PeoplePage)
        wait_until(lambda: len(page.table.model.records()) == 1, "the first person")
        who.press_button(page.add_button)
        dialog = who.dialog(FormDialog)
        fields = dialog.form.fields
        who.write(fields["name"].editor, SECOND[1])
        who.write(fields["sign_in"].editor, SECOND[0])
        who.tab_to(fields["role_pharmacist"].editor)
        who.key(Qt.Key.Key_Space)
        who.write(fields["password"].editor, TEMPORARY)
        who.write(fields["again"].editor, TEMPORARY)
        who.key(Qt.Key.Key_Return)
        wait_until(lambda: len(page.table.model.records()) == 2, "the second person")

    def story_told(self) -> None:
        """Patients, vials and schedules of the demo, as if they had been entered that day."""
        assert self.keys is not None
        house = open_house(self.store, self.clock, ChangeFeed(), self.keys, ANYBODY)
        usual, clock = story.made_up_second, self.clock
        pharmacist = frozenset({"pharmacist"})
        # Who signs in the demo is nobody here: in this store the second person does.
        story.made_up_second = lambda _clock: Prover(  # type: ignore[assignment]
            lambda _sign_in, _secret: ProvenPerson(2, SECOND[1], pharmacist, clock.now())
        )
        try:
            story.tell_story(house)
        finally:
            story.made_up_second = usual
            house.close()

    # --- the second day ---

    def second_person_comes(self, who: Visitor) -> None:
        """The temporary password opens once, and asks for one's own. A backup of this state is made at the lock."""
        page = who.at_page(SignInPage)
        who.type_sign_in(SECOND[0], TEMPORARY)
        wait_until(lambda: page.renew_panel is not None, "the own password to be asked for")
        assert page.renew_panel is not None
        fields = page.renew_panel.form.fields
        who.write(fields["password"].editor, OWN)
        who.write(fields["again"].editor, OWN)
        wait_until(lambda: "Long enough" in words_of(page), "the judgement of the password")
        self.take("own-password", who.shell)
        who.key(Qt.Key.Key_Return)
        who.seated()
        who.lock()
        self.clock.pass_by(hours=12)

    def sign_in_and_lock(self, who: Visitor) -> None:
        """A wrong password, the right one; a dose half typed, locked, and found again."""
        page = who.at_page(SignInPage)
        who.type_sign_in(ADMINISTRATOR[0], "not the password at all")
        wait_until(lambda: "wrong" in page.sign_in_panel.refusal.text(), "the no")
        self.take("wrong-password", who.shell)
        who.sign_in(*_login(ADMINISTRATOR, PASSWORD))
        self.take("board", who.shell)
        dialog = self._dose_form(who)
        who.write(dialog.form.fields["prescriber"].editor, "Dr. Made Up")
        who.write(dialog.form.fields["note"].editor, "second dose, fever came back")
        self.take("dose-half-typed", dialog)
        who.shell.activateWindow()
        who.reception.lock()
        wait_until(lambda: who.reception.tasks.running == 0, "the end of the work")
        assert "is kept, sealed" in words_of(who.at_page(SignInPage))
        self.take("locked", who.shell)
        who.write(who.at_page(SignInPage).password.editor, PASSWORD)
        who.key(Qt.Key.Key_Return)
        who.seated()
        dialog = self._dose_form(who)
        assert dialog.form.fields["prescriber"].value() == "Dr. Made Up", "what was half typed is back"
        self.take("dose-is-back", dialog)
        who.write(dialog.form.fields["given_by"].editor, "N. Made Up")
        who.key(Qt.Key.Key_Return)
        wait_until(dialog.recorded, "the dose to be recorded")
        pause(200)
        self.take("dose-recorded", dialog)
        who.key(Qt.Key.Key_Escape)

    def _dose_form(self, who: Visitor) -> DoseDialog:
        who.go("board")
        who.choose_row(WHO)
        who.ctrl("D")
        return who.dialog(DoseDialog)

    def second_check(self, who: Visitor) -> None:
        """Somebody else enters weight, product and dose blind, and one thing differs."""
        who.go("doses")
        page = who.desk.window.page("doses")
        assert isinstance(page, DosesPage)
        wait_until(lambda: page.log.current() is not None or _first(page.log.view), "the record in the log")
        wait_until(page.seconds.check_button.isEnabled, "the second check to be offered")
        self.take("waits-for-second-check", who.shell)
        who.press_button(page.seconds.check_button)
        dialog = who.dialog(SecondCheckDialog)
        who.write(dialog.who.form.fields["sign_in"].editor, SECOND[0])
        who.write(dialog.who.form.fields["secret"].editor, OWN)
        who.key(Qt.Key.Key_Return)
        wait_until(lambda: dialog.step() is dialog.look, "the blind form")
        entry = who.desk.house.doses.entries()[0]
        form = dialog.look.form
        who.write(form.fields["weight"].editor, "72.5")
        who.write(form.fields["product"].editor, "Actemra")
        who.write(form.fields["amount"].editor, "560")
        self.take("second-check-blind", dialog)
        who.key(Qt.Key.Key_Return)
        wait_until(lambda: isinstance(dialog.step(), ResultView), "the differences")
        self.take("second-check-differs", dialog)
        assert str(entry.amount) in words_of(dialog)
        who.press("My entry was wrong", dialog)
        wait_until(lambda: isinstance(dialog.step(), ExplainPanel), "the explanation to be asked for")
        explain = dialog.step()
        assert isinstance(explain, ExplainPanel)
        for name in [one for one in explain.form.fields if one.startswith("why_")]:
            who.write(explain.form.fields[name].editor, "read from the sheet of the other patient")
        self.take("second-check-explained", dialog)
        who.press("Explain and sign", dialog)
        wait_until(lambda: isinstance(dialog.step(), ResultView), "the signature")
        self.take("second-check-signed", dialog)
        who.key(Qt.Key.Key_Escape)
        wait_until(lambda: not page.seconds.running, "the window to be closed")

    def break_glass(self, who: Visitor) -> None:
        """At night nobody who can sign in is there: the code from the envelope."""
        who.lock()
        self.clock.pass_by(hours=9)
        page = who.at_page(SignInPage)
        who.press("Emergency access")
        fields = page.emergency_panel.form.fields
        who.write(fields["code"].editor, self.emergency.replace(" ", ""))
        who.write(fields["name"].editor, STANDS_IN)
        who.write(fields["reason"].editor, "CRS grade 3 on ward 4, no pharmacist in the house")
        self.take("emergency-access", who.shell)
        who.press("Open with the emergency code")
        who.seated()
        pause(100)
        self.take("glass-broken", who.shell)
        dialog = self._dose_form(who)
        who.write(dialog.form.fields["prescriber"].editor, "Dr. Made Up")
        who.write(dialog.form.fields["given_by"].editor, STANDS_IN)
        who.key(Qt.Key.Key_Return)
        wait_until(dialog.recorded, "the dose of the night")
        who.key(Qt.Key.Key_Escape)
        who.lock()
        self.clock.pass_by(hours=6)

    def people_and_history(self, who: Visitor) -> None:
        """In the morning it is looked over; and everything stands in the history."""
        who.sign_in(*_login(SECOND, OWN))
        who.go("people")
        page = who.desk.window.page("people")
        assert isinstance(page, PeoplePage)
        wait_until(lambda: len(page.table.model.records()) == 2, "the people")
        self.take("people", who.shell)
        who.alt("L")
        wait_until(lambda: page.sessions.current() is not None, "the session of the night")
        pause(100)
        self.take("to-be-looked-over", who.shell)
        who.press_button(page.look_over_button)
        dialog = who.dialog(FormDialog)
        who.write(dialog.form.fields["note"].editor, "right and needed, checked against the chart")
        self.take("looking-over", dialog)
        who.press("Looked over", dialog)
        wait_until(lambda: not page.sessions.model.records(), "nothing left to look over")
        who.go("history")
        tabs = who.desk.window.page("history")
        assert isinstance(tabs, TabbedPage)
        history = tabs.page("log")
        assert isinstance(history, HistoryPage)
        wait_until(lambda: STANDS_IN in _all_words(history), "the acts of the night")
        who.tab_to(history.table.view)
        for _ in range(7):
            who.key(Qt.Key.Key_Down)
        pause(200)
        self.take("history", who.shell)
        who.lock()

    # --- back ---

    def go_back(self, who: Visitor) -> None:
        """Back to yesterday: what is lost is listed, the desk locks, and the door says why."""
        who.sign_in(*_login(ADMINISTRATOR, PASSWORD))
        who.go("backups")
        page = who.desk.window.page("backups")
        assert isinstance(page, BackupsPage)
        wait_until(lambda: bool(page.table.model.records()), "the backups")
        yesterday = next(one for one in page.table.model.records() if one.count("doses") == 0 and one.count("patients"))
        page.table.choose(yesterday.name)
        wait_until(lambda: "recovery code on the paper" in page.about.text(), "what opens it")
        self.take("backups", who.shell)
        who.press_button(page.back_button)
        dialog = who.dialog(FormDialog)
        assert "2 doses" in words_of(dialog) and WHO in words_of(dialog)
        who.write(dialog.form.fields["word"].editor, "GO BACK")
        self.take("go-back", dialog)
        who.key(Qt.Key.Key_Return)
        door = who.at_page(SignInPage)
        wait_until(lambda: who.reception.tasks.running == 0, "the end of the work")
        assert "You went back" in words_of(door)
        who.activate(who.shell)
        assert QApplication.focusWidget() in (door.name.line, door.name.editor), "the keyboard is where typing goes on"
        self.take("went-back", who.shell)
        who.sign_in(*_login(ADMINISTRATOR, PASSWORD))
        assert who.desk.house.doses.entries() == []
        who.go("backups")
        page = who.desk.window.page("backups")
        assert isinstance(page, BackupsPage)
        wait_until(page.content_button.isVisible, "the question whether all is well")
        pause(200)
        self.take("all-is-well", who.shell)
        who.lock()


def clean_machine(walk: Walk) -> None:
    """The computer is gone. Left are a copy of the newest backup, and the paper from the safe."""
    newest = next(
        one for one in list_backups(folder_of(walk.store)) if one.manifest is not None
        and one.manifest.reason == "return"
    )  # fmt: skip
    stick, machine = walk.folder / "stick", walk.folder / "new computer"
    for one in (stick, machine):
        one.mkdir()
    copy = stick / newest.path.name
    copy.write_bytes(newest.path.read_bytes())
    with visiting(machine / "pharmacy.crs", walk.clock, walk.theme, walk.percent, "new desk") as who:
        page = who.at_page(FirstStart)
        who.press_button(page.back_button)
        bringing = who.at_page(BringBackPage)
        walk.take("bring-back", who.shell)
        choose_file(who, bringing, copy)
        wait_until(lambda: bringing.step() == 2, "what the file says of itself")
        who.write(bringing.code.form.fields["code"].editor, one_wrong_letter(walk.recovery))
        who.key(Qt.Key.Key_Return)
        wait_until(lambda: bool(bringing.code.form.error_of("code")), "the no")
        walk.take("bring-back-wrong-code", who.shell)
        who.write(bringing.code.form.fields["code"].editor, walk.recovery)
        who.key(Qt.Key.Key_Return)
        wait_until(lambda: bringing.step() == 3, "the backup to be opened in full")
        walk.take("bring-back-opened", who.shell)
        who.press("Bring it back", bringing)
        door = who.at_page(SignInPage)
        assert "Brought back" in words_of(door)
        walk.take("brought-back", who.shell)
        who.sign_in(*_login(ADMINISTRATOR, PASSWORD))
        assert len(who.desk.house.doses.entries()) == 2
        walk.take("brought-back-board", who.shell)


def choose_file(who: Visitor, page: BringBackPage, file: Path) -> None:
    """Open the dialog of files and choose this one."""
    who.press("Choose the file", page)
    dialog = who.dialog(QFileDialog)
    dialog.fileSelected.emit(str(file))
    dialog.close()


def one_wrong_letter(code: str) -> str:
    """The same code with one letter of the third group misread."""
    groups = code.split()
    letter = groups[2][1]
    groups[2] = groups[2][0] + LETTERS[(LETTERS.index(letter) + 1) % len(LETTERS)] + groups[2][2:]
    return " ".join(groups)


def _login(person: tuple[str, str], password: str) -> tuple[str, str]:
    return person[0], password


def _first(view: QTableView) -> bool:
    view.selectRow(0)
    return view.currentIndex().isValid()


def _all_words(page: QWidget) -> str:
    tables = page.findChildren(QTableView)
    cells = [
        str(one.model().index(row, at).data()) for one in tables if one.model() is not None
        for row in range(min(one.model().rowCount(), 40)) for at in range(one.model().columnCount())
    ]  # fmt: skip
    return "\n".join(cells)

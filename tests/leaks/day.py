"""Run as a process: a day at the window, from the first start on, with everything about patients a marker.

Prints a line for what has to be looked at from inside: what was on the clipboard after each lock.
"""

from __future__ import annotations

import logging
import resource
import sys
import traceback
from pathlib import Path
from uuid import uuid4

from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from crs_desktop.backups.model import GoBack, WentBack
from crs_desktop.bootstrap.opening import Start
from crs_desktop.bootstrap.reception import Reception
from crs_desktop.desktop.error_presenter import ErrorPresenter
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.shell import open_shell
from crs_desktop.desktop.ticker import once, window_memory
from crs_desktop.doses.ui.record_dialog import DoseDialog
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Refused
from crs_desktop.staff.commands import EnrolPerson
from crs_desktop.staff.door.own_slots import put_password
from crs_desktop.staff.ui.first_start import FirstStart
from crs_desktop.store.backup import Reason
from tests.bootstrap.at_reception import PASSWORDS, AtReception
from tests.journeys.desk import pause, wait_until
from tests.leaks.markers import PATIENTS, TEXTS
from tests.leaks.planting import Planter, key, must
from tests.leaks.site import Site, this_site
from tests.store.keys.cheap import cheapen
from tests.store.pharmacy import NOW

ROUNDS = 3


def begin(reception: Reception) -> None:
    """First start, by its own pages."""
    page = reception.page
    assert isinstance(page, FirstStart)
    page.choice.submit()
    page.administrator.form.set_values({"sign_in": "weber", "name": "A. Weber"})
    page.password.first.set_value(PASSWORDS["weber"])
    page.password.again.set_value(PASSWORDS["weber"])
    page.administrator.submit()
    wait_until(lambda: page.step() == 3, "the codes")
    codes = page._codes
    assert codes is not None
    page.two_codes.submit()
    page.try_it.form.fields["code"].set_value(codes.recovery)
    page.try_it.submit()
    wait_until(lambda: page.step() == 5, "the last step")
    page.done.submit()
    wait_until(lambda: reception.desk is not None and reception.desk.board.live, "the board")


class Day:
    """Somebody who works all day."""

    def __init__(self, site: Site, at: AtReception) -> None:
        self.site, self.at = site, at

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.at.desk.who.actor()

    def work(self) -> None:
        """Everything once."""
        self.plant()
        self.pages()
        self.paper()
        for turn in range(ROUNDS if self.long else 1):
            self.half_typed()
            self.lock_and_switch(turn)
        self.defects()
        self.full_disk()
        self.go_back()

    long = "long" in sys.argv

    def plant(self) -> None:
        """Every use case, and a colleague."""
        house, signed = self.at.desk.house, self.at.reception._signed
        Planter(house, self.actor).everything()
        berg = must(house.staff.enrol(EnrolPerson(key(), "berg", "B. Berg", ("pharmacist",)), self.actor))
        assert signed is not None
        put_password(self.site.store, berg, PASSWORDS["berg"], signed.keys, NOW)
        house.backups.back_up(Reason.ASKED)

    def pages(self) -> None:
        """Each page seen, searched and copied from."""
        for entry in self.at.desk.rooms.entries():
            page = self.at.desk.window.show_page(entry.name)
            wait_until(lambda: self.at.desk.tasks.running == 0, entry.name)
            for line in page.findChildren(QLineEdit):
                for text in (PATIENTS[0].family, PATIENTS[1].mrn, TEXTS["search"], ""):
                    line.setText(text)
                    line.returnPressed.emit()
                pause(5)
            for table in page.findChildren(RecordTable):
                table.view.selectAll()
                QTest.keySequence(table.view, QKeySequence(QKeySequence.StandardKey.Copy))
            pause(20)

    def paper(self) -> None:
        """Filed, shown, an export that is refused, and one that is asked for."""
        house, desk = self.at.desk.house, self.at.desk
        sheet = must(house.paper.dosing_sheet(key(), 4, self.actor))
        row = house.readiness.board().rows[0]
        must(house.paper.infusion_day(key(), row.infusion.course_id, row.infusion.dose.key, self.actor))
        page = desk.window.show_page("paper")
        page.show_sheet(sheet.id)  # type: ignore[attr-defined]
        wait_until(lambda: desk.tasks.running == 0, "the preview")
        pause(100)
        try:
            house.paper.export(key(), sheet, self.site.left / "log.txt" / "sheet.pdf", self.actor)
            raise AssertionError("a file is no folder")
        except EnvironmentFailure as failure:
            logging.warning("refused: %s", failure.finding.code)
        house.paper.export(key(), sheet, self.site.asked / "sheet.pdf", self.actor)

    def half_typed(self) -> None:
        """Two forms stand open."""
        desk = self.at.desk
        patients = desk.window.show_page("patients")
        wait_until(lambda: desk.tasks.running == 0, "the patients")
        pause(50)
        dialog = patients.open_enrol()  # type: ignore[attr-defined]
        for line in [] if dialog is None else dialog.findChildren(QLineEdit)[:3]:
            line.setText(TEXTS["half family"])
            line.textEdited.emit(line.text())
        if dialog is not None:
            dialog.setModal(False)
        desk.rooms.record_dose(4)
        wait_until(lambda: bool(desk.shell.findChildren(DoseDialog)), "the form")
        form = desk.shell.findChildren(DoseDialog)[0].form
        pause(50)
        for field in form.fields.values():
            if isinstance(field.editor, QLineEdit):
                field.set_value(TEXTS["half note"])

    def lock_and_switch(self, turn: int) -> None:
        """Locked over the open forms; a colleague; back again."""
        board = QGuiApplication.clipboard()
        for name in ("berg", "weber"):
            typed = sum(TEXTS["half note"] in str(dialog.form.values()) for dialog in _dose_forms(self.at))
            self.at.lock()
            print(f"CLIPBOARD {board.text()!r}, {typed} half typed", flush=True)
            wait_until(lambda: self.at.reception.tasks.running == 0, f"lock {turn}")
            self.at.sign_in(name)

    def defects(self) -> None:
        """A mistake of ours with a patient in it: in a worker, in the window, and in a report."""
        presenter = ErrorPresenter(self.at.desk.window.banners, self.site.left / "state" / "reports", "test")
        presenter.present(_mistake())
        desk = self.at.desk
        desk.tasks.run(_raise, None, desk.window)
        once(0, desk.window, _raise)
        house = desk.house
        desk.tasks.run(lambda: house.doses.next_for(PATIENTS[0].mrn), None, desk.window)  # type: ignore[arg-type]
        wait_until(lambda: desk.tasks.running == 0, "the mistakes")
        pause(50)

    def full_disk(self) -> None:
        """No file may grow: what is recorded now is refused in words."""
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
        try:
            answer: object = self.at.desk.house.doses.log_dose(
                Planter(self.at.desk.house, self.actor).dose("2026-12-02 08:50"), self.actor
            )
        except EnvironmentFailure as failure:
            answer = failure
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        print(f"FULL {type(answer).__name__}", flush=True)

    def go_back(self) -> None:
        """To the backup of this morning; the day is kept as one, too."""
        backups = self.at.desk.house.backups
        first = min(backups.picture().kept, key=lambda one: one.made_at)
        answer = backups.go_back(GoBack(uuid4().hex, first.name, "GO BACK"), self.actor)
        assert not isinstance(answer, Refused) and isinstance(answer, WentBack), answer
        pause(200)


def _dose_forms(at: AtReception) -> list[DoseDialog]:
    return at.desk.shell.findChildren(DoseDialog)


def _mistake() -> Exception:
    try:
        _raise()
    except RuntimeError as error:
        return error
    raise AssertionError


def _raise() -> None:
    mistaken = f"{PATIENTS[0].family} {PATIENTS[0].mrn} {TEXTS['note']}"
    raise RuntimeError(mistaken)


def main() -> None:
    """The whole day."""
    cheapen()
    site = this_site()
    _app, shell = open_shell(["crs_desktop"], "crs_desktop", settings=window_memory())
    start = Start(Path(site.store), StatedClock(NOW), "America/New_York", 0, Actor("x", "pharmacist", "desk 1"))
    reception = Reception(start, shell)
    begin(reception)
    at = AtReception(reception)
    Day(site, at).work()
    at.lock()
    wait_until(lambda: reception.tasks.running == 0, "the last lock")
    shell.close()
    reception.close()
    print("DONE", flush=True)


if __name__ == "__main__":
    try:
        main()
    except BaseException:  # the window's own hook would only present it
        print(traceback.format_exc(), flush=True)
        sys.exit(1)

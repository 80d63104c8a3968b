"""A dose recorded by keys: on-hand, earmarks and verdict follow by themselves, and it outlives a killed process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt

from crs_desktop.bootstrap.services import open_house
from crs_desktop.doses.ui.record_dialog import DoseDialog
from crs_desktop.house import House
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.stock.commands import ChangeLotState
from tests.journeys.desk import NOW, Person, desk_over, take_picture, wait_until
from tests.store.made_up_keys import ANYBODY, KEYS

WHO = "Lindqvist, Karin"
ROOT = Path(__file__).resolve().parents[2]


def on_hand(house: House) -> int:
    return sum(line.vials for line in house.stock.on_hand())


def promises(house: House, name: str) -> int:
    record = next(one for one in house.patients.records() if one.patient.name == name)
    mine = {f"course:{course.id}" for course in record.courses}
    return sum(1 for earmark in house.stock.earmarks() if earmark.holder in mine)


def record_by_keys(person: Person) -> DoseDialog:
    """From the board: choose the patient, Ctrl+D, who ordered and who gave it, Enter."""
    person.choose_row(WHO)
    person.ctrl("D")
    dialog = person.dialog(DoseDialog)
    fields = dialog.form.fields
    person.write(fields["prescriber"].editor, "Dr. Made Up")
    person.write(fields["given_by"].editor, "Nurse Made Up")
    person.key(Qt.Key.Key_Return)
    wait_until(dialog.recorded, "the dose to be recorded")
    return dialog


def test_that_a_dose_changes_stock_promises_and_verdict_without_a_refresh_by_hand(story: Path) -> None:
    with desk_over(story) as desk:
        person, house = Person(desk), desk.house
        before = desk.board.picture
        assert before is not None
        vials, held = on_hand(house), promises(house, WHO)
        take_picture(desk, "board-before")
        dialog = record_by_keys(person)
        wait_until(lambda: "Smallest fix: Order" in dialog.done_view.text(), "who is short and the smallest fix")
        take_picture(desk, "dose-recorded", dialog)
        assert "Ferreira, João (0013377), 1 set" in dialog.done_view.text()
        person.key(Qt.Key.Key_Escape)
        chosen = desk.window.page("doses").patients.current()  # type: ignore[attr-defined]
        assert chosen is not None and chosen.patient.name == WHO, "the page behind the form shows the same patient"
        person.go("board")
        wait_until(lambda: desk.board.picture is not before, "the board to answer again")
        take_picture(desk, "board-after")
        after = desk.board.picture
        assert after is not None
        assert on_hand(house) < vials
        assert promises(house, WHO) == held - 1
        mine = [next(w for w in picture.windows if w.name == WHO) for picture in (before, after)]
        assert (mine[0].owed, mine[1].owed) == (2, 1)
        row = desk.board.table.current()
        assert row is not None and row.name == WHO, "the chosen row stays chosen"


def test_that_the_board_in_view_answers_again_by_itself_and_stays_where_it_was(story: Path) -> None:
    with desk_over(story) as desk:
        before = desk.board.picture
        bar = desk.board.table.view.verticalScrollBar()
        bar.setValue(bar.maximum() // 2)
        place = bar.value()
        assert place > 0
        lot = next(line for line in desk.house.stock.on_hand() if line.lot.number == "AV0192")
        desk.house.stock.change_state(ChangeLotState("j", lot.lot.id, "quarantined", "a test"), desk.who.actor())
        wait_until(lambda: desk.board.picture is not before, "the board to answer again")
        assert bar.value() == place
        assert desk.board.stale_text() == ""


def test_that_a_recorded_dose_survives_kill_9(story: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    command = [sys.executable, str(ROOT / "tests" / "journeys" / "record_and_wait.py"), str(story)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        lines = iter(child.stdout.readline, "")
        said = next((line.strip() for line in lines if line.startswith("ACK")), "")
        os.kill(child.pid, signal.SIGKILL)
        assert child.wait(timeout=30) == -signal.SIGKILL
    assert said.startswith("ACK ")
    house = open_house(story, StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY)
    try:
        entries = house.doses.entries()
        assert [entry.id for entry in entries] == [int(said.split()[1])]
        assert entries[0].amount.mg == 580
    finally:
        house.close()

"""Lock and unlock at the real window: what is covered, dropped, kept and given back, and to whom."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QMenu

from crs_desktop.bootstrap import services as composition
from crs_desktop.demo.story import people
from crs_desktop.desktop.clipboard import clipboard
from crs_desktop.desktop.dialogs import sure
from crs_desktop.desktop.ticker import once
from crs_desktop.desktop.words import phrase
from crs_desktop.doses.ui.record_dialog import DoseDialog
from crs_desktop.house import House
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ALL_TOPICS, Topic
from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.refusal import no
from crs_desktop.staff.commands import EndPerson
from crs_desktop.staff.model import Happened
from crs_desktop.staff.ui.first_start import FirstStart
from crs_desktop.store.backup import folder_of, list_backups
from tests.bootstrap.at_reception import (
    DESK,
    NAMES,
    WHO,
    AtReception,
    connections,
    keys_alive,
    keys_not_collected,
    models_alive,
    pages_alive,
    reception_over,
    said_on_screen,
    services,
    with_people,
)
from tests.desktop.test_clipboard import held
from tests.journeys.desk import PATIENCE, Person, pause, wait_until
from tests.store.keys.cheap import cheap

__all__ = ["cheap"]
TYPED = {"prescriber": "Dr. Half Typed", "given_by": "Nurse Half Typed"}
COVERED_S, CLOSED_S = 1.0, 10.0


@pytest.fixture
def store(story: Path, cheap: None) -> Path:
    """The story's store with two people; a guess costs next to nothing."""
    return with_people(story)


def patient_words() -> set[str]:
    """What nobody may read on a locked screen."""
    return {word for one in people(5) for word in (one.mrn, one.family, one.given, one.born)}


def shown_of_patients() -> list[str]:
    said = said_on_screen()
    return sorted(word for word in patient_words() if word in said)


def half_typed(at: AtReception) -> DoseDialog:
    dialog = at.dose_form()
    for name, text in TYPED.items():
        Person(at.desk).write(dialog.form.fields[name].editor, text)
    return dialog


def typed_in(dialog: DoseDialog) -> dict[str, str]:
    values = dialog.form.values()
    return {name: values[name] for name in TYPED}


def see_every_page(at: AtReception) -> None:
    for entry in at.desk.rooms.entries():
        at.desk.window.show_page(entry.name)
        pause(20)
    wait_until(lambda: at.desk.tasks.running == 0, "every page to be read")
    at.desk.window.show_page("board")


class Ticks:
    """Both clocks of the machine, turned by hand."""

    def __init__(self) -> None:
        self.ms = 0

    def steady_ms(self) -> int:
        return self.ms

    def wall_ms(self) -> int:
        return self.ms


class Told:
    """In the place of the operating system: notes what could be read on the screen when it was told."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, list[str]]] = []

    def start(self, window: object) -> None:
        """Begin."""

    def codes(self) -> tuple[str, ...]:
        return ()

    def stop(self) -> None:
        self.seen.append(("stop", shown_of_patients()))

    def locked(self) -> None:
        self.seen.append(("locked", shown_of_patients()))


# --- covered, closed, dropped ---


def test_that_a_lock_covers_at_once_and_leaves_no_connection_key_page_or_model(store: Path) -> None:
    with reception_over(store) as at:
        at.sign_in()
        see_every_page(at)
        assert shown_of_patients(), "the words on the screen can be read by this test"
        assert connections(store) and keys_alive() and pages_alive() and models_alive()
        covered = at.lock()
        assert shown_of_patients() == []
        assert at.page.isVisible() and at.reception.desk is None
        closed = at.rest()
        print(f"covered after {covered * 1000:.0f} ms, closed after {closed * 1000:.0f} ms")
        assert covered < COVERED_S and closed < CLOSED_S
        assert (connections(store), keys_alive(), pages_alive(), models_alive()) == ([], [], [], [])


def test_that_after_a_lock_the_key_is_gone_without_waiting_for_the_collector(store: Path) -> None:
    with reception_over(store) as at:
        at.sign_in()
        gc.collect()
        gc.disable()
        try:
            at.lock()
            wait_until(lambda: at.reception.tasks.running == 0, "the end of the work")
            pause(50)
            left = keys_not_collected()
        finally:
            gc.enable()
        assert left == []


def test_that_menus_dialogs_and_questions_go_with_the_lock(store: Path) -> None:
    with reception_over(store) as at:
        desk = at.sign_in()
        others = [QDialog(desk.window), QDialog(desk.shell), QDialog()]
        for one in others:
            one.setWindowTitle("Lindqvist, Karin")
            one.show()
        menu = QMenu("Lindqvist, Karin", desk.shell)
        menu.addAction("Lindqvist, Karin")
        menu.popup(desk.shell.mapToGlobal(desk.shell.rect().center()))
        seen: list[object] = []

        def lock() -> None:
            seen.append("Lindqvist?" in said_on_screen())
            at.lock()
            seen.append([one for one in QApplication.topLevelWidgets() if one.isVisible()])

        once(100, desk.shell, lock)
        assert not sure("Lindqvist", "Lindqvist?", "Yes", desk.window), "a question that nobody answered"
        assert seen == [True, [at.reception.shell]]
        assert shown_of_patients() == []


def test_that_only_our_own_copy_is_taken_off_the_clipboard(store: Path) -> None:
    board = QGuiApplication.clipboard()
    with reception_over(store) as at:
        at.sign_in()
        clipboard().copy("Lindqvist, Karin 0012874")
        at.lock()
        assert board.text() == ""
        at.rest()
        board.clear(QClipboard.Mode.Clipboard)


def test_that_what_another_program_copied_stays_at_a_lock(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    board = QGuiApplication.clipboard()
    with reception_over(store) as at:
        at.sign_in()
        clipboard().copy("Lindqvist, Karin 0012874")
        held(monkeypatch, ours=False)
        board.setText("a recipe")
        at.lock()
        assert board.text() == "a recipe"
        at.rest()
        board.clear(QClipboard.Mode.Clipboard)


def test_that_a_lock_is_logged_with_its_cause_and_backed_up(store: Path) -> None:
    with reception_over(store) as at:
        at.sign_in()
        at.reception.lock("asked")
        at.rest()
        at.sign_in()
        assert "left undone" not in said_on_screen()
    with services(store) as house:
        locks = [one for one in house.staff.events(1) if one.kind is Happened.LOCKED]
    assert len(locks) == 1
    made = [one.manifest.reason for one in list_backups(folder_of(store)) if one.manifest is not None]
    assert "session" in made


# --- what was typed ---


def test_that_half_a_dose_comes_back_to_whoever_typed_it_and_to_nobody_else(store: Path) -> None:
    with reception_over(store) as at:
        at.sign_in("weber")
        half_typed(at)
        before = at.desk.shell.findChildren(DoseDialog)[0].form.values()
        at.lock()
        assert phrase("staff_ui_locked_kept", name=NAMES["weber"]) in said_on_screen()
        (sealed,) = at.reception._kept.values()
        assert not [text for text in TYPED.values() if text.encode() in sealed], "only the key opens what is kept"
        at.rest()
        at.sign_in("berg")
        other = at.dose_form()
        assert typed_in(other) == dict.fromkeys(TYPED, "") and other.panel.back_text() == ""
        other.reject()
        del other
        at.lock()
        at.rest()
        at.sign_in("weber")
        again = at.dose_form()
        assert again.form.values() == before, "field by field"
        assert again.panel.back_text() == phrase("desktop_draft_back")
        again.reject()


def test_that_a_dose_being_saved_when_the_lock_comes_is_recorded_once(store: Path) -> None:
    with reception_over(store) as at:
        at.sign_in()
        dialog = half_typed(at)
        dialog.panel.submit()
        del dialog
        at.lock()
        at.rest()
        at.sign_in()
        assert len(at.desk.house.doses.entries()) == 1
        again = at.dose_form()
        assert again.panel.back_text() == phrase("desktop_draft_back_sent")
        again.panel.submit()
        wait_until(again.recorded, "the answer of the first time")
        assert len(at.desk.house.doses.entries()) == 1
        again.reject()


# --- a lock at a bad moment ---


def test_that_a_lock_while_the_store_is_opening_covers_and_closes(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, really = Event(), composition.open_house

    def slowly(*words: Any) -> House:
        waits.wait(PATIENCE)
        return really(*words)

    monkeypatch.setattr(composition, "open_house", slowly)
    with reception_over(store) as at:
        at.try_to_sign_in("weber", "vial cabinet teacup moonlight")
        wait_until(lambda: at.reception.desk is not None, "the desk")
        wait_until(lambda: at.desk.tasks.running > 0, "the opening to begin")
        assert not at.desk.later.ready
        assert at.lock() < COVERED_S
        waits.set()
        assert at.rest() < CLOSED_S
        assert (connections(store), keys_alive()) == ([], [])
        assert at.reception.shell.holds is None
        at.sign_in()


def test_that_the_cover_waits_for_no_work_and_the_key_for_all_of_it(store: Path) -> None:
    done = Event()
    with reception_over(store) as at:
        at.sign_in()
        services_of_then = at.desk.house
        at.desk.tasks.run(lambda: done.wait(PATIENCE))
        assert at.lock() < COVERED_S
        assert shown_of_patients() == [] and at.page.isVisible()
        pause(100)
        assert at.reception.tasks.running, "what was begun is still done"
        done.set()
        wait_until(lambda: at.reception.tasks.running == 0, "the end of the work")
        assert connections(store) == [], "closed, whoever still holds the services"
        del services_of_then
        at.rest()
        assert keys_alive() == []


@pytest.mark.parametrize("kind", [EnvironmentFailure, NotUnderstood])
def test_that_whoever_unlocks_is_told_what_failed_after_the_lock(
    store: Path, kind: type[Exception], capfd: pytest.CaptureFixture[str]
) -> None:
    done = Event()

    def fails() -> None:
        done.wait(PATIENCE)
        raise kind(no("zone_unknown", "zone", "Lindqvist" if kind is NotUnderstood else "made up"))

    with reception_over(store) as at:
        at.sign_in()
        at.desk.tasks.run(fails, None, at.desk.window)
        at.lock()
        done.set()
        at.rest()
        at.sign_in()
        assert "left undone" in said_on_screen()
    assert "Lindqvist" not in capfd.readouterr().err, "what a terminal or a journal would keep"


def test_that_a_sleep_held_up_for_the_cover_goes_on_only_after_it(store: Path) -> None:
    with reception_over(store) as at:
        at.sign_in()
        told = Told()
        at.reception.session._source = told
        at.lock()
        assert told.seen[0] == ("locked", []) and ("stop", []) in told.seen


def test_that_a_lock_waits_for_no_plan_and_for_no_paper(store: Path) -> None:
    with reception_over(store) as at:
        desk = at.sign_in()
        patient = next(one.patient.id for one in desk.house.patients.records() if one.patient.name == WHO)
        desk.rooms.print_dosing_sheet(patient)
        desk.house.store.feed.publish(ALL_TOPICS)
        pause(5)
        assert desk.tasks.running
        del desk
        assert at.lock() < COVERED_S
        assert at.rest() < CLOSED_S
        assert (connections(store), keys_alive(), pages_alive()) == ([], [], [])
    with services(store) as house:
        assert [sheet.patient_id for sheet in house.paper.sheets()] == [patient]


def test_that_a_lock_covers_though_the_folder_of_the_store_is_gone(store: Path) -> None:
    with reception_over(store) as at:
        at.sign_in()
        away = store.parent.with_name("away")
        store.parent.rename(away)
        at.lock()
        assert shown_of_patients() == []
        assert not isinstance(at.reception.page, FirstStart), "a lock never offers to begin a pharmacy"
        at.rest()
        if store.parent.exists():
            shutil.rmtree(store.parent)
        away.rename(store.parent)
        at.sign_in()
        assert "left undone" in said_on_screen(), "whoever comes in is told"


def test_that_what_a_form_cannot_hand_over_does_not_stand_in_the_way_of_the_lock(store: Path) -> None:
    with reception_over(store) as at:
        at.sign_in()
        dialog = half_typed(at)
        dialog.panel.half_typed = _broken  # type: ignore[method-assign]  # a form of ours with a mistake in it
        del dialog
        at.lock()
        assert shown_of_patients() == [] and at.reception.desk is None
        at.rest()
        assert keys_alive() == []


def _broken() -> dict[str, str]:
    raise RuntimeError("a mistake of ours")


def test_that_the_desk_before_hears_nothing_of_the_next_ones_warnings(store: Path) -> None:
    with reception_over(store) as at:
        former = at.sign_in()
        at.lock()
        wait_until(lambda: at.reception.tasks.running == 0, "the end of the work")
        at.sign_in()
        at.reception.idle.warned.emit(20)
        assert former._locks_soon is None and at.desk._locks_soon is not None
        at.reception.idle.back.emit()
        del former


# --- who locks ---


def test_that_five_minutes_without_a_touch_lock(store: Path) -> None:
    ticks = Ticks()
    with reception_over(store, ticks) as at:
        at.sign_in()
        for _ in range(28):
            ticks.ms += 10_000
            at.reception.idle.look()
        assert at.reception.desk is not None
        assert "20" in said_on_screen()
        for _ in range(2):
            ticks.ms += 10_000
            at.reception.idle.look()
        assert at.reception.desk is None and shown_of_patients() == []
        at.rest()
    with services(store) as house:
        assert [one.reason for one in house.staff.events(1) if one.kind is Happened.LOCKED] == ["idle"]


def test_that_a_person_ended_at_another_desk_is_locked_out_at_the_next_question(store: Path) -> None:
    with reception_over(store) as at:
        at.sign_in("berg")
        with services(store) as house:
            admin = Actor(NAMES["weber"], "pharmacist+administrator", DESK)
            house.staff.end(EndPerson("end", 2, "left"), admin)
        at.desk.who.topics_changed(frozenset({Topic.PEOPLE}))  # type: ignore[union-attr]
        wait_until(lambda: at.reception.desk is None, "the lock")
        assert shown_of_patients() == []
        at.rest()
        assert keys_alive() == []
        at.try_to_sign_in("berg", "copper meadow lantern seventeen")
        wait_until(lambda: not at.page.sign_in_panel.running, "the answer")
        assert at.reception.desk is None
    with services(store) as house:
        assert [one.reason for one in house.staff.events(2) if one.kind is Happened.LOCKED] == ["ended"]


def test_that_wrong_passwords_wait_and_the_right_one_unlocks(store: Path) -> None:
    with reception_over(store) as at:
        at.sign_in()
        at.lock()
        at.rest()
        for _ in range(10):
            at.try_to_sign_in("weber", "not the password at all")
            wait_until(lambda: not at.page.sign_in_panel.running, "the answer")
            assert at.reception.desk is None
        assert keys_alive() == []
        at.try_to_sign_in("weber", "vial cabinet teacup moonlight")
        wait_until(lambda: bool(at.page.sign_in_panel.countdown.left), "the wait")
        assert at.reception.desk is None
        at.reception.door.guesses.free("person:weber")
        at.page.sign_in_panel.countdown.stop()
        at.sign_in()

"""Through the real door: going back leaves a desk whose person the earlier store may not know, and the way back in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from crs_desktop.backups.ui.page import BackupsPage
from crs_desktop.bootstrap.services import open_house
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.doses.ui.record_dialog import DoseDialog
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.staff.commands import EnrolPerson, FirstPerson
from crs_desktop.staff.guard import FirstStartGuard, SignedInGuard
from crs_desktop.staff.model import Person as Enrolled
from crs_desktop.staff.ui.bring_back import BringBackPage
from crs_desktop.staff.ui.first_start import FirstStart
from crs_desktop.staff.ui.sign_in import SignInPage
from crs_desktop.store.backup import Reason, folder_of, make
from crs_desktop.store.keys.slots import SlotFile
from crs_desktop.store.keys.slots_file import slots_path, write_slots
from tests.journeys.desk import NOW, wait_until, words_of
from tests.journeys.visitor import DESK, Visitor, WalkingClock, visiting
from tests.journeys.walk import choose_file
from tests.store.keys.cheap import OKAFOR, WEBER, cheap, two_people
from tests.store.made_up_keys import KEYS

__all__ = ["cheap"]
pytestmark = pytest.mark.usefixtures("cheap")
YESTERDAY = NOW - timedelta(hours=20)


def with_people(path: Path, roles: tuple[str, ...]) -> tuple[SlotFile, str]:
    """Weber, an administrator, is in the backup of yesterday; Okafor has come since. Slots, and the recovery code."""
    clock = StatedClock(YESTERDAY)
    file, recovery, _ = two_people()
    write_slots(path, file)
    house = open_house(path, clock, ChangeFeed(), KEYS, FirstStartGuard())
    try:
        first = FirstPerson("first", "weber", "A. Weber", ("pharmacist", "administrator"))
        assert isinstance(house.staff.begin(first, DESK), Enrolled)
    finally:
        house.close()
    make(path, folder_of(path), Reason.SESSION, YESTERDAY, KEYS.data)
    house = open_house(path, clock, ChangeFeed(), KEYS, SignedInGuard(1, clock, DESK))
    try:
        second = EnrolPerson("second", "Okafor", "M. Okafor", roles)
        assert isinstance(house.staff.enrol(second, Actor("A. Weber", "pharmacist+administrator", DESK)), Enrolled)
    finally:
        house.close()
    return file, recovery.text


def backups(who: Visitor) -> BackupsPage:
    who.go("backups")
    page = who.desk.window.page("backups")
    assert isinstance(page, BackupsPage)
    wait_until(page.back_button.isEnabled, "a backup to be chosen")
    return page


def go_back(who: Visitor) -> SignInPage:
    who.press_button(backups(who).back_button)
    dialog = who.dialog(FormDialog)
    assert "this desk locks" in words_of(dialog)
    who.write(dialog.form.fields["word"].editor, "GO BACK")
    who.key(Qt.Key.Key_Return)
    door = who.at_page(SignInPage)
    wait_until(lambda: who.reception.tasks.running == 0, "the end of the work")
    return door


def test_that_whoever_the_earlier_store_does_not_know_is_out_and_is_told_why(story: Path) -> None:
    with_people(story, ("pharmacist", "administrator"))
    with visiting(story, WalkingClock()) as who:
        who.sign_in("Okafor", OKAFOR)
        door = go_back(who)
        assert "You went back" in words_of(door) and who.reception.desk is None
        who.type_sign_in("Okafor", OKAFOR)
        wait_until(lambda: "not known in this store" in words_of(door), "the no, and why")
        who.sign_in("weber", WEBER)
        assert [one.name for one in who.desk.house.staff.people()] == ["A. Weber"]
        entries = who.desk.house.backups.picture()
        assert entries.paused_since is not None


def test_that_what_was_half_typed_is_nobodys_in_the_earlier_store(story: Path) -> None:
    with_people(story, ("pharmacist", "administrator"))
    with visiting(story, WalkingClock()) as who:
        who.sign_in("weber", WEBER)
        who.reception._kept[2] = b"sealed by somebody whose number may be another's now"
        who.choose_row("Lindqvist, Karin")
        who.ctrl("D")
        form = who.dialog(DoseDialog)
        who.write(form.form.fields["prescriber"].editor, "Dr. Half Typed")
        who.reception.went_back("You went back.")
        wait_until(lambda: who.reception.tasks.running == 0, "the end of the work")
        assert who.reception._kept == {} and "You went back." in words_of(who.at_page(SignInPage))


def test_that_a_pharmacist_is_told_who_may_go_back_before_anything_is_typed(story: Path) -> None:
    with_people(story, ("pharmacist",))
    with visiting(story, WalkingClock()) as who:
        who.sign_in("Okafor", OKAFOR)
        who.press_button(backups(who).back_button)
        dialog = who.dialog(FormDialog)
        assert "That is for administrator" in words_of(dialog) and "word" not in dialog.form.fields
        who.key(Qt.Key.Key_Escape)
        assert who.reception.desk is not None


def test_that_a_store_without_its_slots_gets_them_back_and_loses_nothing(story: Path) -> None:
    _, code = with_people(story, ("pharmacist",))
    slots_path(story).unlink()
    with visiting(story, WalkingClock()) as who:
        door = who.at_page(SignInPage)
        assert "key slots" in words_of(door) and not door.password.isVisible()
        who.key(Qt.Key.Key_Return)
        page = who.at_page(BringBackPage)
        wait_until(page.near_button.isVisible, "the newest one here to be offered")
        who.press("Take the newest one here", page)
        wait_until(lambda: page.step() == 2, "what it is")
        who.write(page.code.form.fields["code"].editor, code)
        who.key(Qt.Key.Key_Return)
        wait_until(lambda: page.step() == 3, "the full look")
        assert "Only its key slots are missing" in words_of(page)
        who.press("Bring back the key slots", page)
        assert "nothing recorded was lost" in words_of(who.at_page(SignInPage))
        who.sign_in("Okafor", OKAFOR)
        assert len(who.desk.house.staff.people()) == 2, "who came after the backup is still known"


def test_that_a_store_that_is_gone_is_said_and_comes_back_from_a_chosen_file(story: Path, tmp_path: Path) -> None:
    _, code = with_people(story, ("pharmacist",))
    bundle = next(folder_of(story).glob("*.crsbackup"))
    stick = tmp_path / "stick"
    stick.mkdir()
    bundle = bundle.rename(stick / bundle.name)
    story.unlink()
    with visiting(story, WalkingClock()) as who:
        page = who.at_page(FirstStart)
        assert "The store is missing" in words_of(page)
        who.key(Qt.Key.Key_Return)
        bringing = who.at_page(BringBackPage)
        (tmp_path / "letter.crsbackup").write_text("Dear all", "utf-8")
        choose_file(who, bringing, tmp_path / "letter.crsbackup")
        wait_until(lambda: "is not a backup" in words_of(bringing), "the no")
        assert not story.exists()
        choose_file(who, bringing, bundle)
        wait_until(lambda: bringing.step() == 2, "what it is")
        who.write(bringing.code.form.fields["code"].editor, code)
        who.key(Qt.Key.Key_Return)
        wait_until(lambda: bringing.step() == 3, "the full look")
        who.press("Bring it back", bringing)
        who.sign_in("weber", WEBER)
        assert [one.name for one in who.desk.house.staff.people()] == ["A. Weber"]

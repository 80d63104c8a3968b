"""A new course follows the version that the site has adopted, never one that nobody here has read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.theme import apply_theme
from crs_desktop.patients.commands import AddCourse
from crs_desktop.patients.model import Course, Patient, PatientRecord
from crs_desktop.patients.service import PatientRegister
from crs_desktop.patients.ui.enrol_dialog import EnrolDialog
from crs_desktop.patients.ui.therapy_fields import fits, never_for
from crs_desktop.store.store import Store
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.model.protocol import Protocol
from tests.patients.courses import CATALOGUE
from tests.patients.made_up import ACTOR, enrolment
from tests.patients.other_versions import TEC, adopt, older
from tests.patients.test_enrolment import refused
from tests.patients.test_page import Screen

NEXT = AddCourse("c1", 1, "teclistamab", "mono", "2026-12-10", "relapse")


def followed(register: PatientRegister) -> list[str]:
    record = register.record(1)
    assert isinstance(record, PatientRecord)
    return [course.protocol.fingerprint for course in record.courses]


def test_that_a_therapy_that_nobody_adopted_is_followed_as_shipped(register: PatientRegister) -> None:
    assert isinstance(register.enrol(enrolment(), ACTOR), Patient)
    assert followed(register) == [TEC.fingerprint]
    assert all(offer.adoption is None and offer.waiting is None for offer in register.offers())


def test_that_an_adopted_version_is_followed_while_a_newer_file_waits(store: Store, register: PatientRegister) -> None:
    before = older()
    adopt(store, before)
    assert isinstance(register.enrol(enrolment(), ACTOR), Patient)
    assert isinstance(register.add_course(NEXT, ACTOR), Course)
    assert followed(register) == [before.fingerprint] * 2
    offer = next(offer for offer in register.offers() if offer.protocol.id == TEC.id)
    assert (offer.protocol.fingerprint, offer.waiting) == (before.fingerprint, TEC)
    assert isinstance(offer.adoption, Adoption)
    adopt(store, TEC, "a2")
    assert isinstance(register.add_course(replace(NEXT, request_id="c2"), ACTOR), Course)
    assert followed(register) == [before.fingerprint, before.fingerprint, TEC.fingerprint]  # the others stay pinned


def test_that_a_version_made_from_the_shipped_one_leaves_nothing_waiting(
    store: Store, register: PatientRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopt(store, older())
    own = replace(older(), based_on=TEC.fingerprint)
    monkeypatch.setattr("crs_desktop.patients.courses.versions.in_use", lambda *_: own)
    assert [offer.waiting for offer in register.offers() if offer.protocol.id == TEC.id] == [None]


def test_that_what_was_shown_is_what_is_followed_or_nothing_is_saved(store: Store, register: PatientRegister) -> None:
    shown = replace(enrolment(), fingerprint=TEC.fingerprint)
    register.enrol(enrolment("r0", "0099", "Osei", "Kwame"), ACTOR)
    adopt(store, older())
    assert refused(register.enrol(shown, ACTOR)) == {"therapy": "therapy_version_changed"}
    other = replace(NEXT, fingerprint=TEC.fingerprint)
    assert refused(register.add_course(other, ACTOR)) == {"therapy": "therapy_version_changed"}
    assert followed(register) == [TEC.fingerprint]
    assert len(register.records()) == 1


def test_that_a_repeated_request_is_answered_as_before_though_another_version_was_adopted(
    store: Store, register: PatientRegister
) -> None:
    first = register.enrol(enrolment(), ACTOR)
    adopt(store, older())
    assert register.enrol(enrolment(), ACTOR) == first


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("", True), ("tecv", True), ("TEC", True), ("teclistamab", True), ("cqyv tecvayli", True), ("vayli", False),
     ("teclistamab blincyto", False)],
)  # fmt: skip
def test_that_a_therapy_is_found_by_the_beginnings_of_its_names(typed: str, expected: bool) -> None:
    assert fits(typed, TEC) is expected


def test_that_products_that_share_a_name_are_named_whichever_file_says_so() -> None:
    axi = CATALOGUE.protocol("axicabtagene_ciloleucel")
    one: Protocol = replace(TEC, never_swap=(axi.id, "not_here"))
    assert never_for(one, [one, axi]) == [f"{axi.name} ({axi.brand})", "not_here"]
    assert never_for(axi, [one, axi]) == [f"{TEC.name} ({TEC.brand})"]
    assert never_for(TEC, [TEC]) == []


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication, store: Store, register: PatientRegister) -> Iterator[Screen]:
    apply_theme(qapp, "light", 100)
    adopt(store, older())
    shown = Screen(qtbot, store, register)
    yield shown
    modal = QApplication.activeModalWidget()
    if modal is not None:
        modal.close()
    shown.bridge.close()
    shown.page.close()


def test_that_the_form_finds_by_brand_narrows_by_class_and_says_which_version(screen: Screen) -> None:
    screen.page.open_enrol()
    dialog = screen.opened(EnrolDialog)
    fields = dialog.form.fields
    fields["find"].editor.setFocus()
    screen.write("tecv")
    assert dialog.form.values()["therapy"] == "teclistamab"
    assert "A newer file waits" in dialog.preview.text()  # said before the rest is typed
    dialog.form.set_values({"regimen": "mono", "start": "2026-12-03"})
    dialog.form.changed.emit("start")
    assert f"label 2020-01 ({older().fingerprint[:8]}), adopted by N. Berg, Wed 2 Dec 2026" in dialog.preview.text()
    assert f"A newer file waits to be adopted: label {TEC.label_revision}" in dialog.preview.text()
    dialog.form.set_values({"class": "car_t"})
    dialog.form.changed.emit("class")
    assert dialog.form.values()["therapy"] == "" and "Tecvayli" not in dialog.preview.text()
    assert dialog.preview.table.model.records() == []
    fields["find"].editor.setFocus()
    screen.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    screen.write("abec")
    assert dialog.form.values()["therapy"] == "idecabtagene_vicleucel"
    screen.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    screen.write("zzz")
    assert dialog.form.values()["therapy"] == ""


def test_that_a_product_that_shares_its_name_is_warned_of_as_soon_as_it_is_chosen(screen: Screen) -> None:
    screen.page.open_enrol()
    dialog = screen.opened(EnrolDialog)
    pair = next(protocol for protocol in CATALOGUE.protocols if protocol.never_swap)
    other = CATALOGUE.protocol(pair.never_swap[0])
    dialog.form.set_values({"therapy": pair.id})
    dialog.form.changed.emit("therapy")
    said = f"{pair.name} ({pair.brand}) is not to be confused with {other.name} ({other.brand}): never give one"
    assert said in dialog.preview.text()

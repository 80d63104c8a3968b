"""The risk page of a patient by keyboard: figures with their people, a score as it is typed, what was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.kernel.wording import sentences
from crs_desktop.patients.risk.service import RiskBook
from crs_desktop.patients.service import PatientRegister
from crs_desktop.patients.ui.infusion_forms import Desk
from crs_desktop.patients.ui.risk.score import ScorePanel, as_typed
from crs_desktop.patients.ui.risk.window import FIGURES, RECORDED, RiskWindow, open_risk
from crs_desktop.patients.ui.risk.words import expectations, figure_lines
from crs_desktop.store.store import Store
from crs_desktop.therapies.rules.demand import demand_facts
from crs_desktop.therapies.schema.risk import FIGURES as KNOWN_FIGURES
from crs_desktop.therapies.schema.risk import RANGES
from tests.patients.courses import CATALOGUE
from tests.patients.made_up import ACTOR, ZONE, enrolment

TYPED = {
    "ldh": "250", "ldh_unit": "U/L", "creatinine": "80", "creatinine_unit": "µmol/L", "platelets": "150",
    "platelets_unit": "10^9/L", "measured_at": "2026-12-02 07:45",
}  # fmt: skip


@pytest.fixture
def window(qtbot: QtBot, store: Store, register: PatientRegister) -> Iterator[RiskWindow]:
    """The page of a patient who is to have CAR-T cells."""
    make_application([], "light", 100)
    register.enrol(enrolment(therapy_id="axicabtagene_ciloleucel", regimen_id="single", start="2026-12-14"), ACTOR)
    parent = QWidget()
    qtbot.addWidget(parent)
    desk = Desk(Tasks(inline=True), register, lambda: ACTOR, parent)
    open_risk(desk, RiskBook(store, ZONE), 1)
    found = parent.findChild(RiskWindow)
    assert found is not None
    qtbot.waitExposed(found)
    yield found
    found.reject()


def typed(window: RiskWindow, values: dict[str, str]) -> ScorePanel:
    """As a user fills the form, field by field."""
    panel = window.open_score("easix")
    for name, value in values.items():
        panel.form.fields[name].set_value(value)
        panel.form.changed.emit(name)
    return panel


def test_that_the_page_opens_for_a_patient_only(qtbot: QtBot, store: Store, register: PatientRegister) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    open_risk(Desk(Tasks(inline=True), register, lambda: ACTOR, parent), RiskBook(store, ZONE), 99)
    assert parent.findChild(RiskWindow) is None


def test_that_the_figures_name_their_people_and_how_sure_they_are(window: RiskWindow) -> None:
    assert window.tabs.currentIndex() == FIGURES
    lines = {line.key: line for line in window.figures.table.model.records()}
    read, recalled = lines["risk.zuma_1.crs_any_pct"], lines["risk.zuma_1.tocilizumab_pct_of_all"]
    assert (read.value, read.of_whom, read.sure, read.state) == (
        "94 %", "all 108 patients", "read, high confidence", None,
    )  # fmt: skip
    assert (recalled.sure, recalled.state) == ("unverified: from memory", State.READY_BUT)
    gap = lines["risk.zuma_5.tocilizumab_pct_of_all"]
    assert (gap.value, gap.of_whom, gap.state) == ("unknown", "", State.CANNOT_SAY)


def test_that_figures_of_another_jurisdiction_and_percentages_of_events_say_so() -> None:
    swiss = {line.key: line for line in figure_lines(CATALOGUE.protocol("teclistamab"), "mono")}
    foreign = swiss["risk.majestec_1_larger.crs_any_pct"]
    assert (foreign.sure, foreign.state) == ("unverified: read in the rules of CH", State.READY_BUT)
    assert foreign.trial.endswith("number of patients unknown")
    events = {line.key: line for line in figure_lines(CATALOGUE.protocol("epcoritamab"), "dlbcl_2step")}
    assert {line.of_whom for key, line in events.items() if ".by_dose." in key} == {"events"}


def test_that_what_is_to_be_expected_says_how_it_was_worked_out_and_what_is_missing() -> None:
    said = {
        product: [one.text for one in expectations(demand_facts(CATALOGUE.protocol(product), regimen))]
        for product, regimen in (("tisagenlecleucel", "lbcl"), ("tarlatamab", "mono"), ("odronextamab", "eu_fl"))
    }
    assert said["tisagenlecleucel"][0].startswith(
        "Tocilizumab at least once: 15.7 % of all 115 patients (JULIET; worked out from the patients counted)."
    )
    assert "1: 7 patients; 2: 11 patients" in said["tisagenlecleucel"][2]
    assert "worked out: the share of those with CRS" in said["tarlatamab"][0]
    cilta = expectations(demand_facts(CATALOGUE.protocol("ciltacabtagene_autoleucel"), "single"))
    assert "78 % (CARTITUDE-4; unverified)" in cilta[3].text and cilta[0].state is State.READY_BUT
    assert said["odronextamab"][0] == "Tocilizumab at least once: not on file."


def test_that_every_figure_that_a_file_may_have_has_words() -> None:
    assert [name for name in (*KNOWN_FIGURES, *RANGES) if f"risk_figure_{name.lower()}" not in sentences()] == []


def test_that_the_result_stands_there_as_it_is_typed_with_its_source(window: RiskWindow) -> None:
    panel = typed(window, {key: value for key, value in TYPED.items() if key != "platelets_unit"})
    assert "Type each value with its unit" in panel.result.text()
    text = typed(window, {"platelets_unit": "10^9/L"}).result.text()
    for part in (
        "EASIX: 1.51", "not above the cut-off of 4.67", "Creatinine 80 µmol/L = 0.905 mg/dL",
        "Rounded half up to 2 decimals", "Formula: LDH (U/L) x creatinine (mg/dL)", "Pennisi", "Korell",
        "Confidence: medium.", "Made with: 93 patients of ZUMA-1",
    ):  # fmt: skip
        assert part in text
    assert "beware" not in text


def test_that_no_unit_is_chosen_before_the_user_chooses_one(window: RiskWindow) -> None:
    for panel in window.scores.values():
        values = panel.form.values()
        assert all(values[f"{item.id}_unit"] == "" for item in panel.score.inputs)


def test_that_an_odd_value_needs_a_yes_that_holds_for_that_value_only(window: RiskWindow) -> None:
    panel = typed(window, TYPED | {"platelets": "150000"})
    confirm = panel.form.fields["confirm"]
    assert confirm.isVisibleTo(panel) and "Is the unit right?" in panel.result.text()
    panel.panel.submit()
    assert window.tabs.currentIndex() != RECORDED
    confirm.set_value("yes")
    typed(window, {"platelets": "140000"})
    assert confirm.value() == ""
    confirm.set_value("yes")
    panel.panel.submit()
    assert window.tabs.currentIndex() == RECORDED


def test_that_a_result_is_recorded_and_corrected_by_keyboard(window: RiskWindow) -> None:
    panel = typed(window, TYPED)
    QTest.keyClick(panel.form.fields["note"].editor, Qt.Key.Key_Return)
    tab = window.recorded_tab
    assert window.tabs.currentIndex() == RECORDED and "EASIX 1.51, version 1." in tab.detail_text()
    assert "Recorded by M. Okafor" in tab.detail_text()
    tab.correct_button.setFocus()
    QTest.keyClick(tab.correct_button, Qt.Key.Key_Space)
    assert panel.form.values()["measured_at"] == TYPED["measured_at"]
    assert QApplication.focusWidget() is panel.form.fields["ldh"].editor
    typed(window, {"ldh": "260"})
    panel.panel.submit()
    assert "Say in the note why" in panel.form.error_of("note")
    typed(window, {"note": "LDH misread"})
    panel.panel.submit()
    first, second = reversed(tab.table.model.records())
    assert second.corrects == first.id and "Note: LDH misread" in tab.detail_text()
    assert tab.correct_button.isEnabled()
    tab.table.choose(first.id)
    assert not tab.correct_button.isEnabled()


def test_that_an_unverified_score_says_so_beside_its_result(window: RiskWindow) -> None:
    panel = window.open_score("car_hematotox")
    numbers = {"platelets": "200", "anc": "3000", "hemoglobin": "12", "crp": "0.5", "ferritin": "100"}
    units = {f"{item.id}_unit": item.units[0].text for item in panel.score.inputs}
    panel.form.set_values(numbers | units | {"measured_at": TYPED["measured_at"]})
    panel.form.changed.emit("crp")
    for part in ("CAR-HEMATOTOX: 0", "beware", "Unverified: the limits for Platelets", "Confidence: low, unverified."):
        assert part in panel.result.text()
    panel.panel.submit()
    assert window.recorded_tab.table.model.records()[0].unverified


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        (datetime(2026, 12, 2, 12, 45, tzinfo=UTC), "2026-12-02 07:45"),
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "2026-11-01 01:30-04:00"),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "2026-11-01 01:30-05:00"),
    ],
)
def test_that_a_time_is_filled_in_again_as_it_can_be_read(instant: datetime, said: str) -> None:
    assert as_typed(instant, ZONE) == said

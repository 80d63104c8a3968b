"""From the page of patients to a recorded score, by keys only, on real workers and a real store."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from crs_desktop.patients.ui.risk.window import FIGURES, RECORDED, SCORES, RiskWindow
from tests.journeys.desk import Person, desk_over, wait_until

VALUES = {
    "ldh": "250", "ldh_unit": "U/L", "creatinine": "80", "creatinine_unit": "µmol/L", "platelets": "150",
    "platelets_unit": "10^9/L", "measured_at": "2026-11-20 07:45", "note": "before bridging",
}  # fmt: skip


def test_that_a_score_is_typed_and_recorded_by_keyboard(story: Path) -> None:
    with desk_over(story) as desk:
        person = Person(desk)
        person.go("patients")
        wait_until(lambda: desk.window.page("patients").notice_text() == "", "the patients")
        person.alt("K")
        window = person.dialog(RiskWindow)
        assert window.tabs.currentIndex() == FIGURES and window.figures.table.model.records()
        person.alt("S")
        assert window.tabs.currentIndex() == SCORES
        person.write(window.choice.editor, "EASIX")
        panel = window.scores["easix"]
        for name, value in VALUES.items():
            person.write(panel.form.fields[name].editor, value)
        assert panel.result.text().startswith("EASIX: 1.51")
        person.key(Qt.Key.Key_Return)
        wait_until(lambda: window.tabs.currentIndex() == RECORDED, "the record")
        wait_until(lambda: "EASIX 1.51" in window.recorded_tab.detail_text(), "the result")
        assert "Note: before bridging" in window.recorded_tab.detail_text()
        closed: list[int] = []
        window.finished.connect(closed.append)
        person.key(Qt.Key.Key_Escape)
        wait_until(lambda: bool(closed), "the page of patients")

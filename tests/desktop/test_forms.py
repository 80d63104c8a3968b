"""Forms keep what was typed, say each finding beside its field and never send twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QApplication, QCalendarWidget, QLineEdit
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.forms import Form, FormDialog, FormPanel
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, apply_theme
from crs_desktop.desktop.words import PlainLabel, StateBadge
from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.refusal import beware, no, refuse


def enrol() -> Form:
    form = Form(columns=2)
    form.text("name", "&Name")
    form.number("weight_kg", "&Weight", "kg", hint="Measured")
    form.day("start", "&Start date")
    form.choice("therapy", "&Therapy", [("axi", "axi-cel"), ("tec", "teclistamab")], ask=True)
    form.long_text("reason", "&Reason")
    form.check("known", "No &known allergies")
    return form


TYPED = {
    "name": "<b>Li</b> & 王",
    "weight_kg": "７０,5",
    "start": "2026-02-31",
    "therapy": "tec",
    "reason": "a\nb",
    "known": "yes",
}


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[FormPanel]:
    made = FormPanel("Enrol", "&Enrol", enrol())
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made


def test_that_values_are_exactly_what_was_typed(panel: FormPanel) -> None:
    assert panel.form.values() == dict.fromkeys(TYPED, "")
    panel.form.set_values(TYPED)
    assert panel.form.values() == TYPED


def test_that_each_finding_stands_beneath_its_field_and_the_first_gets_the_focus(
    qtbot: QtBot, panel: FormPanel
) -> None:
    panel.form.set_values(TYPED)
    panel.activateWindow()
    panel.show_findings(
        [
            no("day_does_not_exist", "start", "2026-02-31"),
            beware("weight_unusual", "weight_kg", "251 kg"),
            no("text_missing", "elsewhere"),
        ]
    )
    form = panel.form
    assert form.error_of("start") == "There is no day 2026-02-31."
    assert "251 kg" in form.error_of("weight_kg") and form.error_of("name") == ""
    assert form.summary_text().startswith("elsewhere is missing.")
    assert form.values() == TYPED
    assert form.focusWidget() is form.fields["start"].editor
    assert form.fields["start"].editor.property("wrong") == "true"
    assert form.fields["weight_kg"].editor.property("wrong") == "false"
    assert "There is no day" in form.fields["start"].editor.accessibleDescription()


def test_that_a_sentence_names_the_field_by_its_label(panel: FormPanel) -> None:
    panel.show_findings([no("text_missing", "name")])
    assert panel.form.error_of("name") == "Name is missing."


def test_that_a_finding_goes_when_its_field_is_edited(qtbot: QtBot, panel: FormPanel) -> None:
    panel.show_findings([no("text_missing", "name"), no("day_not_understood", "start", "x")])
    qtbot.keyClicks(panel.form.fields["name"].editor, "A")
    assert panel.form.error_of("name") == "" and panel.form.error_of("start") != ""


def test_that_every_edit_clears_calculated_results(qtbot: QtBot, panel: FormPanel) -> None:
    dose, verdict, called = PlainLabel("580 mg"), StateBadge(State.READY), []
    qtbot.addWidget(dose)
    qtbot.addWidget(verdict)
    panel.form.clears(dose, verdict, lambda: called.append(1))
    panel.form.set_values({"weight_kg": "72"})
    assert dose.text() == "580 mg"
    changed: list[str] = []
    panel.form.changed.connect(changed.append)
    qtbot.keyClicks(panel.form.fields["weight_kg"].editor, "5")
    assert (dose.text(), verdict.text(), called, changed) == ("", "", [1], ["weight_kg"])


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("reason", lambda qtbot, editor: qtbot.keyClicks(editor, "x")),
        ("known", lambda qtbot, editor: qtbot.keyClick(editor, Qt.Key.Key_Space)),
        ("therapy", lambda qtbot, editor: qtbot.keyClick(editor, Qt.Key.Key_Down)),
        ("start", lambda qtbot, editor: qtbot.keyClicks(editor, "2")),
    ],
)
def test_that_each_kind_of_field_tells_of_an_edit(
    qtbot: QtBot, panel: FormPanel, name: str, act: Callable[[QtBot, object], None]
) -> None:
    told: list[str] = []
    panel.form.changed.connect(told.append)
    panel.activateWindow()
    panel.form.fields[name].editor.setFocus()
    act(qtbot, panel.form.fields[name].editor)
    assert set(told) == {name}


def test_that_enter_submits_and_esc_cancels(qtbot: QtBot, panel: FormPanel) -> None:
    line = panel.form.fields["name"].editor
    line.setFocus()
    with qtbot.waitSignal(panel.submitted, timeout=500) as sent:
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert sent.args == [panel.form.values()]
    with qtbot.waitSignal(panel.cancelled, timeout=500):
        qtbot.keyClick(line, Qt.Key.Key_Escape)


def test_that_enter_on_cancel_cancels_and_in_long_text_is_a_line(qtbot: QtBot, panel: FormPanel) -> None:
    sent: list[dict[str, str]] = []
    panel.submitted.connect(sent.append)
    panel.cancel_button.setFocus()
    with qtbot.waitSignal(panel.cancelled, timeout=500):
        qtbot.keyClick(panel.cancel_button, Qt.Key.Key_Return)
    text = panel.form.fields["reason"].editor
    text.setFocus()
    qtbot.keyClick(text, Qt.Key.Key_Return)
    assert sent == [] and panel.form.values()["reason"] == "\n"
    qtbot.keyClick(text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(sent) == 1


def test_that_nothing_is_sent_twice_while_an_answer_is_awaited(qtbot: QtBot, panel: FormPanel) -> None:
    sent: list[dict[str, str]] = []
    panel.submitted.connect(sent.append)
    panel.set_running(True)
    panel.submit()
    qtbot.mouseClick(panel.accept_button, Qt.MouseButton.LeftButton)
    assert sent == []
    panel.set_running(False)
    panel.submit()
    assert len(sent) == 1


@pytest.mark.parametrize("fault", ["refused", "not understood", "environment", "defect"])
def test_that_a_form_says_every_failure_and_can_be_sent_again(qtbot: QtBot, panel: FormPanel, fault: str) -> None:
    presented: list[BaseException] = []
    tasks = Tasks(lambda error, retry=None: presented.append(error), inline=True)
    panel.form.set_values(TYPED)
    finding = no("weight_not_understood", "weight_kg", "７０,5")

    def work() -> object:
        if fault == "refused":
            return refuse(finding)
        if fault == "not understood":
            raise NotUnderstood(finding)
        if fault == "environment":
            raise EnvironmentFailure(no("desktop_failed"))
        raise ZeroDivisionError

    done: list[object] = []
    panel.send(tasks, work, done.append)
    said = panel.form.error_of("weight_kg") + panel.form.summary_text()
    assert said and done == [] and panel.accept_button.isEnabled()
    assert panel.form.values() == TYPED
    assert len(presented) == (1 if fault == "defect" else 0)


def test_that_a_dialog_stays_for_a_refusal_and_closes_when_done(qtbot: QtBot) -> None:
    dialog = FormDialog("Enrol", "&Enrol", enrol())
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.send(Tasks(inline=True), lambda: refuse(no("text_missing", "name")))
    assert dialog.isVisible() and dialog.form.error_of("name")
    done: list[str] = []
    dialog.send(Tasks(inline=True), lambda: "enrolled", done.append)
    assert not dialog.isVisible() and done == ["enrolled"]


def test_that_both_identifiers_stand_above_the_fields_as_plain_text(panel: FormPanel) -> None:
    panel.set_identifiers("<b>Anna Li</b>", "0038820")
    assert panel.identifiers_text() == "<b>Anna Li</b>   0038820"


def test_that_the_calendar_opens_by_key_and_writes_the_day(qtbot: QtBot, panel: FormPanel) -> None:
    line = panel.form.fields["start"].editor
    assert isinstance(line, QLineEdit)
    panel.activateWindow()
    line.setFocus()
    told: list[str] = []
    panel.form.changed.connect(told.append)
    panel.form.set_values({"start": "2026-12-04"})
    qtbot.keyClick(line, Qt.Key.Key_F4)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    calendar = popup.findChild(QCalendarWidget)
    assert calendar is not None and calendar.selectedDate() == QDate(2026, 12, 4)
    calendar.activated.emit(QDate(2026, 12, 9))
    assert panel.form.values()["start"] == "2026-12-09" and told == ["start"]


def test_that_choices_can_change_and_keep_what_was_chosen(panel: FormPanel) -> None:
    field = panel.form.fields["therapy"]
    field.set_value("tec")
    field.set_choices([("tec", "teclistamab"), ("bli", "blinatumomab")])  # type: ignore[attr-defined]
    assert field.value() == "tec"
    field.set_choices([("bli", "blinatumomab")])  # type: ignore[attr-defined]
    assert field.value() == ""


def test_that_large_text_puts_the_fields_beneath_each_other(qtbot: QtBot, qapp: QApplication) -> None:
    apply_theme(qapp, "light", 200)
    panel = FormPanel("Enrol", "&Enrol", enrol())
    qtbot.addWidget(panel)
    panel.resize(panel.minimumSizeHint().width(), 500)
    panel.show()
    qtbot.waitExposed(panel)
    fields = panel.form.fields
    assert fields["name"].x() == fields["weight_kg"].x()
    assert panel.accept_button.geometry().bottom() < panel.height()


def test_that_one_name_is_one_field() -> None:
    form = enrol()
    with pytest.raises(ValueError, match="name"):
        form.text("name", "Again")


def test_that_an_endless_word_is_cut_in_what_is_said_of_it(panel: FormPanel) -> None:
    panel.form.show_findings((no("weight_not_understood", "weight_kg", "a" * 5000),))
    said = panel.form.error_of("weight_kg")
    assert "“" + "a" * 29 + "…” is not understood" in said and len(said) < 200

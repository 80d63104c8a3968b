"""How sure a value is stands in shape and words wherever the patients page and its forms show one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.record_model import STATE_ROLE
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import State, apply_theme
from crs_desktop.desktop.words import PlainLabel, StateBadge
from crs_desktop.kernel.refusal import Refused
from crs_desktop.patients.commands import MarkInfusion
from crs_desktop.patients.service import PatientRegister
from crs_desktop.patients.ui.around.pane import AroundPane
from crs_desktop.patients.ui.changes import ChangesTable
from crs_desktop.patients.ui.mark_line import MarkLine
from crs_desktop.patients.ui.move_preview import MovePreview
from crs_desktop.store.store import Store
from crs_desktop.therapies.service import AdoptTherapy
from tests.patients.made_up import ACTOR, CATALOGUE, NOW, enrolment
from tests.patients.other_versions import TEC, adopt, edited
from tests.patients.test_page import CTRL_SHIFT, Screen
from tests.staff.signing.made_up import second


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication, store: Store, register: PatientRegister) -> Iterator[Screen]:
    apply_theme(qapp, "light", 100)
    register.enrol(enrolment(), ACTOR)
    shown = Screen(qtbot, store, register)
    shown.settled(lambda: shown.page.current_id() == 1)
    yield shown
    modal = QApplication.activeModalWidget()
    if modal is not None:
        modal.close()
    shown.bridge.close()
    shown.page.close()
    apply_theme(qapp, "light", 100)


def sign(screen: Screen, therapy: str = "teclistamab", compared: bool = False) -> None:
    """The site adopts the shipped file, with everything compared or nothing."""
    protocol = CATALOGUE.protocol(therapy)
    checked = tuple(fact.path for fact in protocol.unverified() if not fact.unknown) if compared else ()
    command = AdoptTherapy("a1", protocol.id, protocol.fingerprint, "N. Berg", True, checked)
    answer = screen.library.adopt(command, ACTOR, second(screen.library.asked(command), NOW))
    assert not isinstance(answer, Refused), answer


def cells(table: RecordTable[object], header: str) -> list[tuple[str, State | None]]:
    """A column as it is painted: texts with their shapes."""
    model = table.model
    at = [column.header for column in model.columns].index(header)
    indexes = [model.index(row, at) for row in range(model.rowCount())]
    return [(str(index.data()), index.data(STATE_ROLE)) for index in indexes]


def shown_lines(pane: AroundPane) -> list[tuple[str, State | None]]:
    """The marks of the lines that can be seen, in words and shapes."""
    marks = [mark for mark in pane.findChildren(MarkLine) if not mark.isHidden()]
    badges = [mark.findChild(StateBadge) for mark in marks]
    assert all(isinstance(badge, StateBadge) for badge in badges)
    return [(mark.text(), badge.state()) for mark, badge in zip(marks, badges, strict=True) if badge is not None]


def test_that_the_schedule_says_how_sure_each_dose_is_until_the_site_has_compared_it(screen: Screen) -> None:
    schedule: RecordTable[object] = screen.page.detail.schedule  # type: ignore[assignment]
    assert cells(schedule, "How sure")[:2] == [("1 unverified", State.READY_BUT), ("9 unverified", State.READY_BUT)]
    sign(screen, compared=True)
    screen.settled(lambda: "N. Berg" in screen.page.detail.banner.adoption.text())
    assert cells(schedule, "How sure")[:2] == [("1 not known", State.CANNOT_SAY), ("2 not known", State.CANNOT_SAY)]


def test_that_the_lines_around_the_chosen_dose_carry_shapes_and_are_reached_by_key(screen: Screen) -> None:
    pane = screen.page.detail.around
    assert ("not adopted at this site", State.READY_BUT) in shown_lines(pane)
    screen.page.detail.schedule.choose((1, "SUD2"))
    assert ("unverified: from memory", State.READY_BUT) in shown_lines(pane)
    assert "Premedication: dexamethasone 16 mg, by mouth or IV: 1 to 3 hours before the dose (read)" in pane.text()
    assert "Observation, if: in hospital for 48 h; only after CRS of grade 2" in pane.text()
    screen.on_page(Qt.Key.Key_L, CTRL_SHIFT)
    scroll = pane.findChild(QScrollArea)
    assert scroll is not None and scroll.hasFocus()
    assert "Step-up dose 2" in scroll.accessibleName() and "unverified: from memory" in scroll.accessibleDescription()
    before = scroll.verticalScrollBar().value()
    screen.press(Qt.Key.Key_PageDown)
    assert scroll.verticalScrollBar().value() > before
    sign(screen, compared=True)
    screen.settled(lambda: not any("unverified" in words for words, _ in shown_lines(pane)))
    assert "Protocol" not in [row.what for row in pane.rows()]


@pytest.mark.parametrize(("percent", "width"), [(100, 938), (200, 836)])
def test_that_no_line_around_a_dose_is_cut(qapp: QApplication, screen: Screen, percent: int, width: int) -> None:
    apply_theme(qapp, "light", percent)
    pane = AroundPane()
    screen.bot.addWidget(pane)
    pane.resize(width, 300)
    pane.show_rows("Step-up dose 2", screen.page.detail.around.rows())
    pane.show()
    screen.bot.waitExposed(pane)
    for label in pane.findChildren(PlainLabel):
        if not label.isHidden() and label.text():
            room = QRect(0, 0, label.width(), 10_000)
            wanted = label.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, label.text())
            assert wanted.width() <= label.width() and wanted.height() <= label.height() + 2, label.text()


def test_that_the_schedule_before_saving_says_how_sure_it_is_and_that_nobody_has_signed(screen: Screen) -> None:
    dialog = screen.enrol_form({"mrn": "0099"})
    dialog.show_preview()
    table: RecordTable[object] = dialog.preview.table  # type: ignore[assignment]
    assert cells(table, "How sure")[1] == ("9 unverified", State.READY_BUT)
    assert "not adopted at this site" in dialog.preview.text()
    assert [column.below(item) for column in table.model.columns[:1] for item in table.model.records()[:1]] == [
        "4.35 mg (0.06 mg/kg)"
    ]


def test_that_a_window_that_nobody_has_compared_is_never_green(screen: Screen) -> None:
    adopt(screen.store, edited(TEC, (r"(?s)(?<=min_gap_days = )2(?=\n)", '{ value = 2, confidence = "low" }')))
    screen.register.enrol(enrolment("r2", "0099", "Kim", "Lea"), ACTOR)
    screen.page.choose(2)
    screen.settled(lambda: screen.page.current_id() == 2 and "Berg" in screen.page.detail.banner.adoption.text())
    screen.page.detail.schedule.choose((2, "SUD2"))
    screen.page.open_move()
    preview = screen.opened(FormDialog).findChild(MovePreview)
    assert isinstance(preview, MovePreview)
    preview.show_day("2026-12-06")
    assert "unverified: low confidence (min gap days)" in preview.text() and "nobody here" in preview.text()
    badge = preview.findChild(StateBadge, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert isinstance(badge, StateBadge) and badge.state() is State.READY_BUT


def test_that_an_adopted_window_that_was_read_is_green(screen: Screen) -> None:
    sign(screen)
    screen.settled(lambda: "Berg" in screen.page.detail.banner.adoption.text())
    screen.page.detail.schedule.choose((1, "SUD2"))
    screen.page.open_move()
    preview = screen.opened(FormDialog).findChild(MovePreview)
    assert isinstance(preview, MovePreview)
    preview.show_day("2026-12-06")
    assert "Inside the allowed window." in preview.text()


def test_that_a_move_to_another_version_says_what_is_unknown_or_unsure_there(screen: Screen) -> None:
    later = edited(
        TEC,
        (r"^max_gap_days = 7$", 'max_gap_days = { unknown = "not seen" }'),
        (r"(?s)(?<=min_gap_days = )2(?=\n)", '{ value = 3, confidence = "low" }'),
        (r"^dose = 0.3$", "dose = 0.2"),
    )
    adopt(screen.store, later)
    screen.register.mark(MarkInfusion("g1", 1, "SUD1", "given", "2026-12-02 08:00", ""), ACTOR)
    assert not isinstance(screen.register.record(1), Refused)
    screen.page.open_versions()
    dialog = screen.opened(FormDialog)
    tables = dialog.findChildren(RecordTable)
    texts = next(table for table in tables if table.model.columns[0].header == "What")
    cell = texts.model.index
    rows = {str(cell(row, 0).data()): str(cell(row, 2).data()) for row in range(texts.model.rowCount())}
    step = "regimens.mono.steps.SUD2"
    assert rows[f"{step}.max_gap_days"] == "not known: see the label"
    assert "(unverified: low confidence)" in rows[f"{step}.min_gap_days"]
    changes = dialog.findChild(ChangesTable)
    assert isinstance(changes, ChangesTable)
    said: RecordTable[object] = changes.table  # type: ignore[assignment]
    assert cells(said, "How sure then") == [("10 unverified", State.READY_BUT)]
    then = {path: texts.model.index(row, 2).data(STATE_ROLE) for row, path in enumerate(rows)}
    assert then[f"{step}.max_gap_days"] is State.CANNOT_SAY and then[f"{step}.min_gap_days"] is State.READY_BUT

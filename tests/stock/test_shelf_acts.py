"""The acts of the shelf by keyboard: move, broken, a warm place, prepared and not given, the ledger as a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from crs_desktop.kernel.days import DayRange
from crs_desktop.stock.brands.service import BrandBook, StatePrice
from crs_desktop.stock.model import LotState, MovementKind, WasteCause
from crs_desktop.stock.rules_fate import Claim
from crs_desktop.stock.ui import words
from tests.stock.conftest import TODAY, WEBER, ZONE, Shelf
from tests.stock.test_stock_page import Desk, desk, shown

__all__ = ["desk"]  # a fixture of the page's own tests


def chosen(desk: Desk, shelf: Shelf, vials: int = 4) -> None:
    """A lot in the first of two places, chosen."""
    main = shelf.place()
    shelf.place("Ward 7", "90")
    shelf.receive(main, vials=vials)
    shown(desk)
    desk.page.shelf.view.setFocus()
    desk.qtbot.waitUntil(desk.page.buttons.waste.isEnabled)


def test_that_vials_are_moved_and_the_line_they_went_to_is_chosen(desk: Desk, shelf: Shelf) -> None:
    chosen(desk, shelf)
    dialog = desk.open(Qt.Key.Key_M)
    assert [field for field in dialog.form.fields] == ["vials", "to_place", "reason"]
    desk.fill(vials="5")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: "holds 4" in dialog.form.error_of("vials"))
    assert dialog.form.values()["vials"] == "5"  # nothing typed is lost
    desk.fill(vials="3")
    desk.press(Qt.Key.Key_Return)
    desk.settled(2)
    desk.qtbot.waitUntil(lambda: not desk.dialogs())
    line = desk.page.shelf.current()
    assert line is not None and (line.on_hand.place.name, line.on_hand.vials) == ("Ward 7", 3)


def test_that_a_broken_vial_takes_two_keys(desk: Desk, shelf: Shelf) -> None:
    chosen(desk, shelf)
    desk.open(Qt.Key.Key_B)
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: len(shelf.ledger.movements()) == 2)
    moved = shelf.ledger.movements()[0]
    assert (moved.vials, moved.cause, moved.reason) == (-1, "broken", "")


def test_that_the_cost_is_said_or_said_to_be_unknown(desk: Desk, shelf: Shelf) -> None:
    chosen(desk, shelf)
    dialog = desk.open(Qt.Key.Key_W)
    assert "Cost unknown" in "".join(label.text() for label in dialog.findChildren(type(desk.page.said)))
    dialog.reject()
    desk.qtbot.waitUntil(lambda: not desk.dialogs())
    price = StatePrice("p", "Actemra", "400", "2150.00", "USD", "2026-12-01", "")
    BrandBook(shelf.store, ZONE).state_price(price, WEBER)
    desk.qtbot.waitUntil(lambda: bool(desk.page.acts.prices))
    dialog = desk.open(Qt.Key.Key_W)
    assert "USD 2,150.00" in "".join(label.text() for label in dialog.findChildren(type(desk.page.said)))
    desk.fill(vials="2", cause="brok")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: len(desk.page.ledger.model.records()) == 2)
    prices = desk.page.acts.prices
    lost = words.why_text(shelf.ledger.movements()[0], lambda line: words.lost_text(line, prices, ZONE))
    assert lost == "USD 4,300.00"


def test_that_a_lot_is_quarantined_here_only_and_its_release_names_what_was_laid_on_it(
    desk: Desk, shelf: Shelf
) -> None:
    chosen(desk, shelf)
    desk.open(Qt.Key.Key_Q)
    desk.fill(place="in Main", reason="Label torn")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: desk.page.buttons.state.text() == "Make &available")
    (item,) = shelf.ledger.on_hand()
    assert (item.lot.state, item.here) == (LotState.AVAILABLE, LotState.QUARANTINED)
    desk.qtbot.waitUntil(lambda: not desk.dialogs())
    dialog = desk.open(Qt.Key.Key_A)
    assert "Label torn" in "".join(label.text() for label in dialog.findChildren(type(desk.page.said)))
    desk.fill(reason="Relabelled")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: bool(dialog.form.error_of("authority")))
    desk.fill(authority="A. Weber")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: shelf.ledger.on_hand()[0].state is LotState.AVAILABLE)


def test_that_a_warm_place_stands_above_everything_until_the_last_lot_is_decided(desk: Desk, shelf: Shelf) -> None:
    chosen(desk, shelf)
    desk.page.buttons.excursion.trigger()
    desk.qtbot.waitUntil(lambda: len(desk.dialogs()) == 1)
    dialog = desk.dialogs()[0]
    assert dialog.form.values()["began"] == "2026-12-02 03:30"
    dialog.form.set_values({"place": "1", "began": "2026-12-02 03:00", "highest": "warm", "reason": "Door open"})
    dialog.panel.submit()
    desk.qtbot.waitUntil(lambda: "is not a temperature" in dialog.form.error_of("highest"))
    dialog.form.set_values({"highest": "13.5"})
    dialog.panel.submit()
    desk.qtbot.waitUntil(desk.page.attention.isVisible)
    said = desk.page.attention.text()
    assert "Main pharmacy has been outside its temperatures since Wed 2 Dec 2026 03:00 (13.5 °C)" in said
    assert "wait for a decision: 1" in said
    assert words.state_text(desk.page.shelf.model.records()[0]) == "temperature excursion"
    desk.qtbot.waitUntil(lambda: not desk.dialogs())
    assert desk.page.buttons.end.isEnabled()
    desk.page.buttons.end.trigger()
    desk.qtbot.waitUntil(lambda: len(desk.dialogs()) == 1)
    desk.dialogs()[0].panel.submit()
    desk.qtbot.waitUntil(lambda: "was outside its temperatures from" in desk.page.attention.text())
    assert not desk.page.buttons.end.isEnabled()


def test_that_a_promised_set_prepared_and_not_given_is_gone_and_the_promise_with_it(desk: Desk, shelf: Shelf) -> None:
    shelf.promise(shelf.receive(shelf.place(), vials=4))
    shown(desk)
    desk.page.promises.view.setFocus()
    desk.qtbot.waitUntil(desk.page.prepared_button.isEnabled)
    desk.open(Qt.Key.Key_P)
    desk.fill(reason="Fever gone before the bag was hung")
    desk.press(Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: desk.page.promises_block.head() == "Promises (0)")
    moved = shelf.ledger.movements()[0]
    assert (moved.kind, moved.vials, moved.holder) == (MovementKind.PREPARED, -2, "course:1")
    assert words.kind_text(moved) == "prepared, not given"


def test_that_the_ledger_is_saved_as_a_file_and_the_page_says_where(desk: Desk, shelf: Shelf, tmp_path: Path) -> None:
    chosen(desk, shelf)
    desk.page.buttons.save.trigger()
    (dialog,) = desk.page.findChildren(QFileDialog)
    assert dialog.testOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.fileSelected.emit(str(tmp_path / "ledger.csv"))
    desk.qtbot.waitUntil(desk.page.said.isVisible)
    assert str(tmp_path / "ledger.csv") in desk.page.said.text() and "not encrypted" in desk.page.said.text()
    assert (tmp_path / "ledger.csv").exists()


def test_that_only_what_is_possible_can_be_pressed(desk: Desk, shelf: Shelf) -> None:
    main = shelf.place()
    moved = shelf.receive(main, vials=1)
    shown(desk)
    desk.page.shelf.view.setFocus()
    made = desk.page.buttons
    desk.qtbot.waitUntil(made.waste.isEnabled)
    assert made.waste.isEnabled() and made.broken.isEnabled() and not made.move_vials.isEnabled()  # one place only
    shelf.waste(moved, 1)
    desk.settled(0)
    assert not made.waste.isEnabled() and not made.broken.isEnabled() and not made.end.isEnabled()


def test_that_the_forecast_says_what_is_held_and_what_is_wasted(desk: Desk, shelf: Shelf) -> None:
    moved = shelf.receive(shelf.place(), vials=4)
    shelf.promise(moved, 2)
    shown(desk)
    (line,) = desk.page.shelf.model.records()
    fate = desk.page._fate(line)
    assert words.needed_text(fate) == "2 held to Wed 16 Dec"
    assert words.spare_text(line, fate) == "2 wasted after Sun 28 Feb"
    desk.page._planned([Claim(line.key, 1, DayRange(TODAY, TODAY))])
    assert words.needed_text(desk.page._fate(line)) == "3 held to Wed 16 Dec"
    assert words.needed_text(None) == words.spare_text(line, None) == ""


def test_that_every_cause_and_kind_has_its_words(shelf: Shelf) -> None:
    came = shelf.receive(shelf.place())
    assert words.kind_text(came) == "received"
    assert [words.cause_text(cause.value) for cause in WasteCause] == [
        "broken", "expired", "temperature excursion", "recalled", "prepared, not given", "other",
    ]  # fmt: skip
    lines = [
        (MovementKind.WASTE, -1, "wasted: broken"), (MovementKind.MOVE, 1, "moved here, line 8"),
        (MovementKind.MOVE, -1, "moved away"), (MovementKind.LOAN, 1, "came on loan 3"),
        (MovementKind.LOAN, -1, "left on loan 3"), (MovementKind.COUNT, 1, "found in count 4"),
        (MovementKind.COUNT, -1, "missing in count 4"), (MovementKind.DOSE, -1, "used for dose 5"),
    ]  # fmt: skip
    for kind, vials, said in lines:
        made = replace(came, kind=kind, vials=vials, cause="broken", pair=8, loan=3, count=4, dose=5)
        assert words.kind_text(made) == said

"""The board in the real window over a real store, by keys: chance, policy, one patient more, the paper of a day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from crs_desktop.bootstrap.main_window import Desk
from crs_desktop.desktop.tabbed_page import TabbedPage
from crs_desktop.desktop.theme import State
from crs_desktop.documents.ui.page import PaperPage
from crs_desktop.readiness.ui.can_add import CanAddDialog
from crs_desktop.readiness.ui.opened import ChanceDialog, PolicyDialog
from crs_desktop.stock.ui.page import StockPage
from tests.journeys.desk import Person, desk_over, wait_until
from tests.readiness.board.site import CELLS, NOW, day
from tests.readiness.gallery import ready, short


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The pharmacies of the pictures, made once."""
    made = {}
    for name, make in (("ready", ready), ("short", short), ("tight", lambda folder: ready(folder, 8))):
        made[name] = make(tmp_path_factory.mktemp(name)).read_bytes()
    return made


@pytest.fixture
def person(request: pytest.FixtureRequest, stores: dict[str, bytes], tmp_path: Path) -> Iterator[Person]:
    path = tmp_path / "t.crs"
    path.write_bytes(stores[request.param])
    with desk_over(path, NOW) as desk:
        yield Person(desk)


on_a = pytest.mark.parametrize


@on_a("person", ["ready"], indirect=True)
def test_that_the_chance_opens_its_assumptions_by_key_and_says_at_most(person: Person) -> None:
    board = person.desk.board
    assert board.chance.text() == "Chance of running out by the end of Thu 31 Dec: at most 19.7 %."
    board.chart.setFocus(Qt.FocusReason.TabFocusReason)
    person.key(Qt.Key.Key_Return)
    dialog: ChanceDialog = person.dialog(ChanceDialog)
    assert dialog.text().startswith("By policy: Ready")  # the verdict comes before the chance
    assert "at most" in dialog.text() and "Left out" in dialog.text()
    lines = dialog.table.model.records()
    assert any(line.assumption.cautious for line in lines) and all(line.assumption.basis for line in lines)
    assert within(dialog.table)
    before = dialog.whole.text()
    person.key(Qt.Key.Key_Down)
    assert dialog.whole.text() != before
    person.key(Qt.Key.Key_Escape)
    person.alt("w")
    person.dialog(ChanceDialog)
    person.key(Qt.Key.Key_Escape)


@on_a("person", ["ready"], indirect=True)
def test_that_the_policy_in_force_says_who_decided_and_marks_what_nobody_has(person: Person) -> None:
    board = person.desk.board
    assert "CAR-T 2 sets (P&T committee)" in board.policy.text()
    assert "rounding 0 % (unverified default)" in board.policy.text()
    assert board.policy_badge.state() is State.READY_BUT and board.policy_badge.text() == (
        "10 of 12 rules are unverified defaults"
    )
    person.alt("o")
    dialog: PolicyDialog = person.dialog(PolicyDialog)
    rules = {rule.name: rule for rule in dialog.table.model.records()}
    assert rules["Tocilizumab sets owed for each CAR-T window."].decided.startswith("P&T committee, since")
    assert sum(rule.unverified for rule in rules.values()) == 10
    person.key(Qt.Key.Key_Escape)


@on_a("person", ["tight"], indirect=True)
def test_that_one_patient_more_is_answered_while_typing_and_each_field_says_its_fault(person: Person) -> None:
    person.alt("a")
    dialog: CanAddDialog = person.dialog(CanAddDialog)
    fields = dialog.form.fields
    person.write(fields["find"].editor, "yescarta")
    assert (fields["therapy"].value(), fields["regimen"].value()) == (CELLS, "single")
    person.key(Qt.Key.Key_Return)  # whoever asks too early is told what is missing, beneath its field
    assert fields["weight_kg"].error_text() == "Weight is missing." and fields["on"].error_text()
    assert not fields["regimen"].error_text()
    person.write(fields["weight_kg"].editor, "eighty")
    person.write(fields["on"].editor, "2020-01-01")
    wait_until(lambda: bool(fields["weight_kg"].error_text()), "the faults")
    assert fields["on"].error_text() and not fields["therapy"].error_text()
    assert within(fields["on"])  # the cursor stays where somebody types
    person.write(fields["weight_kg"].editor, "88")
    person.write(fields["on"].editor, day(3).isoformat())
    wait_until(lambda: dialog.answer.answered, "the answer")
    said = dialog.answer.text()
    assert said.startswith("no\nNo: from Sat 5 Dec")
    assert "need the same vials on Mon 7 Dec" in said and "The smallest that makes it yes: Order" in said
    assert "First day on which it is yes without anything: Wed 9 Dec." in said
    assert not fields["weight_kg"].error_text() and not fields["on"].error_text()
    person.write(fields["on"].editor, day(7).isoformat())
    assert not dialog.answer.answered  # an answer about another day never stays beside the new one
    wait_until(lambda: dialog.answer.text().startswith("yes"), "yes from then on")
    person.key(Qt.Key.Key_Escape)
    assert person.desk.house.patients.records()[-1].patient.family_name == "Petrović"  # nothing was saved


@on_a("person", ["short"], indirect=True)
def test_that_a_short_board_says_when_who_why_and_what_to_do(person: Person) -> None:
    board = person.desk.board
    assert board.headline.text() == (
        "Ready through Sun 6 Dec. Mon 7 Dec short 1 set for É.M.: "
        "order 2 x 400 mg + 1 x 200 mg Actemra by Fri 4 Dec 14:00, for all 2 that are short."
    )
    row = board.table.current()
    assert row is not None and (row.name, row.state) == ("Moreau, Élise", "short")
    said = board.panel.text()
    assert "1. Order 2 x 400 mg + 1 x 200 mg Actemra by Fri 4 Dec 14:00, from Demo Wholesale." in said
    assert "need the same vials on Mon 7 Dec" in said
    assert said.index("What would do") < said.index("need the same vials")
    assert "2 x 200 mg Actemra from Demo Wholesale, order 1, expected Mon 14 Dec." in said
    days = {one.day.isoformat(): one for one in board.chart._days}
    assert [mark.kind for mark in days[day(12).isoformat()].marks] == ["delivery"]
    assert [mark.kind for mark in days[day(6).isoformat()].marks] == ["expiry"]
    assert days[day(0).isoformat()].chance and "at most" in days[day(0).isoformat()].sentence()


@on_a("person", ["ready"], indirect=True)
def test_that_the_day_and_the_labels_are_printed_by_key(person: Person) -> None:
    board = person.desk.board
    person.choose_row("Moreau, Élise")
    assert board.print_button.text() == "Print da&y: Mon 7 Dec"
    assert not any("labels" in one.text() for one in board.panel.buttons)  # nothing is set aside for this window
    person.alt("y")
    wait_until(lambda: person.desk.window.current_page() == "paper", "the paper")
    (filed,) = person.desk.house.paper.sheets()
    assert (filed.kind, filed.day) == ("infusion-day", day(5))
    person.go("board")
    wait_until(lambda: board.paper_state(board.table.current()) == "printed", "the paper state")  # type: ignore[arg-type]
    person.choose_row("Adler, Ruth")
    person.alt("i")
    wait_until(lambda: len(person.desk.house.paper.sheets()) == 2, "the label")
    newest = person.desk.house.paper.sheets()[0]
    assert newest.kind == "set-aside"
    page = person.desk.window.page("paper")
    assert isinstance(page, PaperPage)
    wait_until(lambda: [line.sheet.id for line in filter(None, [page.table.current()])] == [newest.id], "the label")


@on_a("person", ["ready"], indirect=True)
def test_that_the_label_of_one_promise_is_printed_from_the_promises_of_stock(person: Person) -> None:
    person.go("stock")
    room = person.desk.window.page("stock")
    assert isinstance(room, TabbedPage)
    shelf = room.page("shelf")
    assert isinstance(shelf, StockPage)
    wait_until(lambda: len(shelf.promises.model.records()) == 2, "the promises")
    assert not shelf.label_button.isEnabled() or shelf.promises.current() is not None
    person.tab_to(shelf.promises.view)
    person.key(Qt.Key.Key_Down)
    chosen = shelf.promises.current()
    assert chosen is not None
    person.press_button(shelf.label_button)
    wait_until(lambda: person.desk.window.current_page() == "paper", "the paper")
    (filed,) = person.desk.house.paper.sheets()
    assert (filed.kind, f"course:{filed.course_id}") == ("set-aside", chosen.holder)


@on_a("person", ["ready"], indirect=True)
def test_that_no_two_buttons_of_the_board_share_a_letter(person: Person) -> None:
    desk: Desk = person.desk
    letters = [one.text()[one.text().index("&") + 1].lower() for one in _buttons(desk) if "&" in one.text()]
    assert sorted(letters) == sorted(set(letters))
    assert all(one.accessibleName() for one in _buttons(desk))


def within(widget: QWidget) -> bool:
    """True while the keyboard is in there."""
    focus = QApplication.focusWidget()
    return focus is not None and widget.isAncestorOf(focus)


def _buttons(desk: Desk) -> list[QPushButton]:
    return [one for one in desk.board.findChildren(QPushButton) if one.isVisible()]

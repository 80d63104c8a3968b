"""The board's page on pictures made by hand: kept and live, what is offered, what is said after confirming."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.readiness.picture import (
    VERSION,
    AssumptionPicture,
    BoardPicture,
    ChanceDayPicture,
    ChancePicture,
    ConfirmedPicture,
    DayPicture,
    FixPicture,
    RowPicture,
    RulePicture,
    SetPicture,
    WindowPicture,
    picture_from_json,
    picture_to_json,
)
from crs_desktop.readiness.ui.board_page import BoardPage
from crs_desktop.readiness.ui.opened import ChanceDialog
from crs_desktop.readiness.ui.window_panel import Confirm, RowAction
from crs_desktop.readiness.words import consequences_text

SETS = tuple(
    SetPicture("course:1", number, f"1 x 400 mg Actemra lot L{number}", False, "", ((f"{number}@1", 1),))
    for number in (1, 2)
)
WINDOW = WindowPicture(
    "course:1", 7, "Adler, <b>Ruth</b>", "0041827", "1961-03-12", "Tue 1 Dec to Tue 15 Dec", 2, 2, "400 mg", "50 kg", 1,
    "ready", (), SETS,
)  # fmt: skip
ROW = RowPicture(
    "1/day0", "2026-12-01", "Tue 1 Dec", "10:00", 7, "Adler, <b>Ruth</b>", "0041827", "axicabtagene ciloleucel",
    "CAR-T cells", 1, "day0", "scheduled", "course:1", "400 mg", "2 of 2", "", "50 kg", "1 d old", "ready", "ready", "",
)  # fmt: skip
OTHER = replace(ROW, key="2/day0", day="2026-12-02", day_text="Wed 2 Dec", name="Weber, Ada", mrn="0000002", holder="")
PICTURE = BoardPicture(
    "2026-12-01T09:00:00+00:00", "2026-12-01", "ready", "Ready through Fri 1 Jan.", "1 ready", "2 sets CAR-T", (),
    (DayPicture("2026-12-01", 2, 2, 0),), (ROW, OTHER), (WINDOW,), "f",
)  # fmt: skip
SHORT = replace(
    PICTURE, state="short", headline="Today short 1 set for R.A.: order 1 x 400 mg Actemra, on the shelf by Tue 1 Dec.",
    fixes=(
        FixPicture("order", "Order 1 x 400 mg Actemra, on the shelf by Tue 1 Dec."),
        FixPicture("move", "Move Adler to Fri 4 Dec."),
    ),
    windows=(replace(WINDOW, covered=1, state="short", sets=SETS[:1]),),
    way_out="Order 1 x 400 mg Actemra, on the shelf by Tue 1 Dec.",
)  # fmt: skip


def paper_of(key: str) -> str:
    return "stale" if key == ROW.key else ""


class Desk:
    """A page with what was asked of it."""

    def __init__(self, qtbot: QtBot, kept: BoardPicture | None = None) -> None:
        self.asked: list[Confirm] = []
        self.acted: list[str] = []
        self.answer = PICTURE
        self.told = ConfirmedPicture("Sets 1, 2 are promised.", ())
        actions = [RowAction("&Record a dose given", lambda row: self.acted.append(row.key), "main")]
        self.page = BoardPage(Tasks(inline=True), lambda: self.answer, self.confirm, actions, kept, paper_of)
        qtbot.addWidget(self.page)
        self.page.resize(1200, 900)
        self.page.show()
        qtbot.waitExposed(self.page)

    def confirm(self, wanted: Confirm) -> ConfirmedPicture:
        self.asked.append(wanted)
        return self.told

    def press(self, words: str) -> None:
        button = next(one for one in self.page.panel.buttons if one.text().replace("&", "") == words)
        button.setFocus(Qt.FocusReason.TabFocusReason)
        button.click()


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    made = Desk(qtbot)
    made.page.store_opened()
    return made


def test_that_a_picture_is_kept_and_read_whole() -> None:
    assert picture_from_json(picture_to_json(SHORT)) == SHORT
    assert picture_from_json('{"version": 1}') is None


def test_that_nothing_is_asked_before_the_store_is_open(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.page.refresh()
    assert not desk.page.live
    assert "Opening" in desk.page.notice_text()


def test_that_a_kept_board_says_its_age_and_changes_nothing_until_it_is_live(qtbot: QtBot) -> None:
    desk = Desk(qtbot, kept=SHORT)
    assert "Tue 1 Dec 2026 09:00" in desk.page.stale_text() or "Tue 1 Dec 09:00" in desk.page.stale_text()
    assert desk.page.panel.buttons
    assert not any(one.isEnabled() for one in desk.page.panel.buttons)
    desk.page.store_opened()
    assert desk.page.stale_text() == ""
    assert desk.page.picture is PICTURE
    assert all(one.isEnabled() for one in desk.page.panel.buttons)


def test_that_all_proposed_sets_are_confirmed_at_once_as_they_were_seen(desk: Desk) -> None:
    desk.press("Confirm all 2 sets")
    assert desk.asked == [Confirm("course:1", SETS)]
    assert "Sets 1, 2 are promised." in desk.page.panel.text()


def test_that_one_set_can_be_confirmed_alone(desk: Desk) -> None:
    desk.press("Confirm set 2")
    assert desk.asked == [Confirm("course:1", SETS[1:])]


def test_that_a_refusal_and_what_was_done_stay_while_the_row_stays_and_go_with_it(desk: Desk) -> None:
    desk.told = ConfirmedPicture("Set 1 is promised.", ("The board has changed: set 2.",))
    desk.press("Confirm all 2 sets")
    sets = (replace(SETS[0], confirmed=True), SETS[1])
    desk.answer = replace(PICTURE, windows=(replace(WINDOW, sets=sets),))
    desk.page.refresh()
    said = desk.page.panel.text()
    assert "Set 1 is promised." in said and "The board has changed: set 2." in said and "not confirmed" in said
    desk.page.table.choose(OTHER.key)
    assert "promised" not in desk.page.panel.text()


def test_that_a_set_that_is_not_all_here_cannot_be_confirmed(desk: Desk) -> None:
    coming = (SETS[0], replace(SETS[1], coming=True))
    relies = ("1 x 400 mg Actemra of order 4, expected Fri 4 Dec.",)
    desk.answer = replace(PICTURE, windows=(replace(WINDOW, sets=coming, relies=relies),))
    desk.page.refresh()
    assert [one.text() for one in desk.page.panel.buttons if "Confirm" in one.text()] == ["Confirm set 1"]
    said = desk.page.panel.text()
    assert "Not all of it is here yet" in said
    assert said.index("This window relies on a delivery") < said.index(relies[0])


def test_that_an_unmet_planned_dose_is_a_line_of_its_own_beside_any_row(desk: Desk) -> None:
    planned = ("The planned use for Berg, Ruth on Fri 4 Dec finds no vials left beside the rescue sets.",)
    desk.answer = replace(PICTURE, planned=planned)
    desk.page.refresh()
    said = desk.page.panel.text()
    assert said.index("Planned prophylactic doses without vials") < said.index(planned[0])
    assert "2 of 2 sets" in said and "short" not in said.split("Planned")[0]


def test_that_every_kind_of_way_out_is_listed_in_order_and_why_no_order_is_in_time(desk: Desk) -> None:
    kinds = tuple(FixPicture(kind, f"Way {kind}.") for kind in ("transfer", "brand", "rounding", "order", "move"))
    desk.answer = replace(SHORT, fixes=kinds, way_out="Way transfer.", too_late=("No supplier is in time.",))
    desk.page.refresh()
    said = desk.page.panel.text()
    places = [said.index(f"{number}. Way {fix.kind}.") for number, fix in enumerate(kinds, start=1)]
    assert places == sorted(places) and "No supplier is in time." in said
    assert desk.page.fixes.text() == "Or else: Way brand. Way rounding. Way order. Way move."


def test_that_the_whole_new_picture_is_kept_and_one_of_an_older_program_is_not() -> None:
    chance = ChancePicture(
        "head", "from memory", True, ("r",), (ChanceDayPicture("2026-12-01", "at most 2 %", "2"),),
        (AssumptionPicture("text", "from memory", "unverified", True),),
    )  # fmt: skip
    rules = (RulePicture("rule", "2 sets", "nobody", True),)
    whole = replace(
        SHORT, rules=rules, chance=chance, planned=("p",), deliveries=("d",), too_late=("t",), conflict="c",
        windows=(replace(WINDOW, relies=("x",)),),
    )  # fmt: skip
    assert picture_from_json(picture_to_json(whole)) == whole
    assert picture_from_json(picture_to_json(whole).replace(f'"version": {VERSION}', '"version": 2')) is None


def test_that_a_chance_from_memory_is_marked_beside_it_in_shape_and_word(desk: Desk) -> None:
    chance = ChancePicture(
        "Chance of running out by the end of Fri 11 Dec: at most 20 %.", "from memory", True, (),
        (ChanceDayPicture("2026-12-01", "chance of having run out by then: at most 20 %", "20"),),
        (AssumptionPicture("text", "from memory, 40 people", "unverified", True),),
    )  # fmt: skip
    desk.answer = replace(PICTURE, chance=chance)
    desk.page.refresh()
    assert (desk.page.chance_badge.state(), desk.page.chance_badge.text()) == (State.READY_BUT, "unverified")
    assert "at most 20 %" in desk.page.chance.text() and "at most 20 %" in desk.page.chart._days[0].sentence()
    assert desk.page.chart._chance_sign == "≤ %"
    dialog = ChanceDialog(desk.answer, chance, desk.page)
    column = dialog.table.model.columns[1]
    (line,) = dialog.table.model.records()
    assert column.text(line) == "unverified" and column.state is not None and column.state(line) is State.READY_BUT
    assert "from memory, 40 people" in column.whole(line)
    desk.answer = PICTURE
    desk.page.refresh()
    assert desk.page.chance_row.isHidden()


def test_that_an_action_is_about_the_chosen_row(desk: Desk) -> None:
    desk.page.table.choose(OTHER.key)
    desk.press("Record a dose given")
    assert desk.acted == [OTHER.key]


def test_that_the_focus_stays_in_the_panel_when_the_board_answers_again(desk: Desk, qtbot: QtBot) -> None:
    desk.page.activateWindow()
    qtbot.waitUntil(desk.page.isActiveWindow)
    next(one for one in desk.page.panel.buttons if "Record" in one.text()).setFocus(Qt.FocusReason.TabFocusReason)
    desk.answer = replace(PICTURE, windows=(replace(WINDOW, reasons=("new",)),))
    desk.page.refresh()
    focus = desk.page.focusWidget()
    assert focus in desk.page.panel.buttons
    assert "Record" in focus.text()


def test_that_only_fixes_beyond_the_headline_are_listed(desk: Desk) -> None:
    desk.answer = SHORT
    desk.page.refresh()
    assert desk.page.fixes.text() == "Or else: Move Adler to Fri 4 Dec."
    desk.answer = PICTURE
    desk.page.refresh()
    assert desk.page.fixes.isHidden()


def test_that_names_are_shown_as_plain_text(desk: Desk) -> None:
    assert "Adler, <b>Ruth</b>" in desk.page.panel.text()


def test_that_consequences_name_who_is_newly_short_and_the_smallest_fix() -> None:
    assert consequences_text(PICTURE, PICTURE) == PICTURE.headline
    new = consequences_text(PICTURE, SHORT)
    assert new.startswith("Now short: Adler, <b>Ruth</b> (0041827), 1 set, window Tue 1 Dec to Tue 15 Dec.")
    assert new.endswith("Smallest fix: Order 1 x 400 mg Actemra, on the shelf by Tue 1 Dec.")
    assert consequences_text(SHORT, SHORT).startswith("Short as before:")

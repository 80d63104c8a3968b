"""The board in words, and the picture of it that is kept for the next start."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from crs_desktop.kernel.amounts import Mass
from crs_desktop.readiness.answer import answer
from crs_desktop.readiness.board import Board, Verdict
from crs_desktop.readiness.model import MoveFix
from crs_desktop.readiness.painting import picture_of
from crs_desktop.readiness.picture import VERSION, FixPicture, picture_from_json, picture_to_json
from crs_desktop.readiness.words import detail, headline
from tests.readiness.board.site import Site
from tests.readiness.board.situations import ZONE, Told, patient, promise, situation

ONE = "1 x 400 mg until 06-30"
LATER = patient("Berg", start="12-12")

# who, stock -> headline
SAID: list[tuple[Sequence[Told], Sequence[str], str]] = [
    ([], [], "No window needs tocilizumab through Sat 9 Jan."),
    ([patient()], [ONE], "Ready through Sat 9 Jan: the only window is covered."),
    ([patient(), LATER], ["2" + ONE[1:]], "Ready through Sat 9 Jan: all 2 windows are covered."),
    ([patient(weighed="12-01")], [ONE], "Ready, but with notes, through Sat 9 Jan: the only window is covered."),
    ([patient()], [], "Today short 1 set for R.A.: order 1 x 400 mg Actemra, on the shelf by Thu 10 Dec."),
    (
        [patient(therapy="CAR-T")],
        [],
        "Today short 2 sets for R.A.: order 2 x 400 mg Actemra, on the shelf by Thu 10 Dec.",
    ),
    (
        [patient(), LATER],
        [ONE],
        "Ready through Fri 11 Dec. Sat 12 Dec short 1 set for R.B.: "
        "order 1 x 400 mg Actemra, on the shelf by Sat 12 Dec.",
    ),
    (
        [patient(kg=""), LATER],
        [],
        "Today cannot say for R.A.: No weight is known, so no dose can be calculated: weigh the patient.",
    ),
]


@pytest.mark.parametrize(("patients", "stock", "said"), SAID)
def test_that_the_headline_says_what_comes_first(patients: Sequence[Told], stock: Sequence[str], said: str) -> None:
    assert headline(answer(situation(patients, stock))) == said


def test_that_the_worst_verdict_is_not_hidden_by_what_comes_first() -> None:
    board = answer(situation([patient(kg=""), LATER], []))
    assert board.first_not_ready is not None and board.first_not_ready.verdict is Verdict.CANNOT_SAY
    assert board.verdict is Verdict.SHORT and detail(board) == "1 short · 1 cannot say"


def test_that_a_move_is_said_with_the_patients_name() -> None:
    board = answer(situation([patient(), LATER], [ONE]))
    moves = [fix for fix in board.fixes if isinstance(fix, MoveFix)]
    assert len(moves) == 1
    assert picture_of(board, ZONE).fixes == (
        FixPicture("order", "Order 1 x 400 mg Actemra, on the shelf by Sat 12 Dec."),
        FixPicture("move", "Move Berg, Ruth to Sat 19 Dec."),
    )
    assert headline(replace(board, fixes=tuple(moves))).endswith("short 1 set for R.B.: move Berg, Ruth to Sat 19 Dec.")
    assert headline(replace(board, fixes=())).endswith("Sat 12 Dec short 1 set for R.B.")


def test_that_the_detail_counts_what_is_open() -> None:
    board = replace(answer(situation([patient()], [ONE])), discrepancies=2, proved_best=False, unkept_promises=1)
    assert detail(board) == (
        "1 ready · open stock discrepancies: 2 · promises that the plan does not keep: 1 · plan not proved best"
    )


def test_that_a_lot_named_like_a_holder_keeps_its_name() -> None:
    found = situation([patient()], ["1 x 400 mg until 12-20"])
    lots = tuple(replace(item, lot=replace(item.lot, number="course:1")) for item in found.on_hand)
    (window,) = answer(replace(found, on_hand=lots)).windows
    assert [finding.value for finding in window.findings] == ["course:1"]


def board_of_everything() -> Board:
    """A board with a set confirmed, one to be confirmed again, one short, one unknown, one outside every window."""
    patients = [
        patient("Adler"), patient("Berg"), patient("Cohn", kg="110", start="12-14"), patient("Dietz", kg=""),
        patient("Engel", start="11-20", became={"SUD1": "given 11-20", "SUD2": "given 11-23", "FULL1": "given 11-26"}),
    ]  # fmt: skip
    promises = [promise(1, 1, 1, "12-10", "12-18", (1, 1)), promise(2, 2, 1, "12-10", "12-12", (2, 1))]
    return answer(situation(patients, [ONE, ONE.replace("06", "05", 1)], promises=promises))


def test_that_the_kept_picture_is_the_picture() -> None:
    picture = picture_of(board_of_everything(), ZONE)
    assert picture_from_json(picture_to_json(picture)) == picture
    assert picture.window("course:2") is not None and picture.window("course:99") is None


def test_that_the_picture_shows_promises_rows_and_reasons() -> None:
    picture = picture_of(board_of_everything(), ZONE)
    by_name = {window.name: window for window in picture.windows}
    (adler,), (berg,) = by_name["Adler, Ruth"].sets, by_name["Berg, Ruth"].sets
    assert (adler.confirmed, adler.note) == (True, "")
    assert (berg.confirmed, berg.note) == (False, "Promised for other days: confirm again.")
    assert adler.text == "1 x 400 mg Actemra lot L1, Shelf 1. Draw 400 mg from 400 mg, waste 0 mg."
    rows = {row.name: row for row in reversed(picture.rows) if row.day >= picture.today}
    assert (rows["Cohn, Ruth"].sets, rows["Cohn, Ruth"].state_text) == ("0 of 1", "short 1 set")
    assert rows["Dietz, Ruth"].reason.startswith("No weight is known") and rows["Dietz, Ruth"].weight == ""
    assert (rows["Engel, Ruth"].state, rows["Engel, Ruth"].state_text, rows["Engel, Ruth"].lots) == (
        "", "no set owed", "",
    )  # fmt: skip
    assert rows["Adler, Ruth"].lots == "L1 1 x 400" and rows["Adler, Ruth"].weight_age == "1 d old"


@pytest.mark.parametrize(
    ("kept"),
    [
        json.dumps({"version": VERSION - 1}),
        json.dumps({"version": VERSION}),
        json.dumps({"version": VERSION, "fixes": 3}),
        "[]",
        "",
        "{",
    ],
)
def test_that_a_picture_of_another_version_or_a_broken_one_is_ignored(kept: str, site: Site) -> None:
    assert picture_from_json(kept) is None
    site.store.keep_answer("board", site.store.clock.now(), kept)
    assert site.readiness.refresh().headline == "No window needs tocilizumab through Fri 1 Jan."


def test_that_a_picture_with_a_field_too_many_is_ignored() -> None:
    kept: Mapping[str, object] = json.loads(picture_to_json(picture_of(board_of_everything(), ZONE)))
    assert picture_from_json(json.dumps({**kept, "more": 1})) is None


def test_that_a_set_is_said_with_its_waste() -> None:
    (window,) = answer(situation([patient(kg="72.5")], ["2" + ONE[1:]])).windows
    (one,) = window.sets
    assert (one.planned.drawn, one.planned.waste, window.dose) == (Mass.of_mg(580), Mass.of_mg(220), Mass.of_mg(580))


def test_that_a_day_of_the_chart_is_as_good_as_the_worst_window_open_on_it() -> None:
    told = [patient(), patient("Berg", start="12-20", kg=""), patient("Cohn", start="12-30", weighed="12-01")]
    picture = picture_of(answer(situation(told, ["4 x 400 mg until 06-30"])), ZONE)
    states = {day.day: day.state for day in picture.days}
    assert (states["2026-12-10"], states["2026-12-20"], states["2026-12-23"]) == ("ready", "cannot_say", "cannot_say")
    assert states["2026-12-31"] == "ready_but" and states["2027-01-08"] == "ready"
    short = picture_of(answer(situation([patient(), LATER], [ONE])), ZONE)
    assert [day.state for day in short.days[:3]] == ["ready", "ready", "short"]

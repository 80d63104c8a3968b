"""The board in words: headline, list by day, what lies behind each window, what would mend it, policy."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from crs_desktop.command_line.text.layout import pairs, table, term, wrapped
from crs_desktop.kernel.wording import say
from crs_desktop.patients.model import Outcome
from crs_desktop.readiness.board import Board
from crs_desktop.readiness.painting import picture_of
from crs_desktop.readiness.picture import RowPicture, WindowPicture

SIGNS = {"ready": "+", "ready_but": "!", "short": "x", "cannot_say": "?", "": "-"}


def board_text(board: Board, zone: ZoneInfo) -> str:
    """The board for a terminal."""
    picture = picture_of(board, zone)
    lines = [*wrapped(picture.headline), *wrapped(picture.detail.replace(" · ", "; "))]
    if picture.rows:
        names = ("day", "time", "state", "patient", "product", "dose")
        brands = [row.course.protocol.brand for row in board.rows]
        days = ["", *(row.day for row in picture.rows)]
        rows = [
            _row(row, brand, first=row.day != above)
            for row, brand, above in zip(picture.rows, brands, days, strict=False)
        ]
        lines += ["", *table([term(f"cl_board_head_{name}") for name in names], rows, most=30)]
    if picture.windows:
        lines += ["", term("cl_board_windows")]
        for window in picture.windows:
            lines += _window(window)
    if picture.fixes:
        lines += ["", term("cl_board_fixes")]
        lines += [line for fix in picture.fixes for line in wrapped(fix.text, 2)]
    late = [say(finding) for finding in board.too_late]
    for head, said in (("cl_board_suppliers", late), ("cl_board_planned", picture.planned),
                       ("cl_board_deliveries", picture.deliveries)):  # fmt: skip
        if said:
            lines += ["", term(head), *(line for one in said for line in wrapped(one, 2))]
    if picture.chance is not None:
        lines += ["", *wrapped(picture.chance.headline)]
    return "\n".join([*lines, "", *wrapped(term("cl_board_policy", picture.policy))])


def _row(row: RowPicture, brand: str, first: bool) -> list[str]:
    given = f" ({row.outcome})" if row.outcome != Outcome.PLANNED.value else ""
    state = f"{SIGNS[row.state]} {row.state_text}"
    day = row.day_text if first else ""
    return [day, row.time or "--:--", state, f"{row.name} {row.mrn}", brand, f"{row.dose_label}{given}"]


def _window(window: WindowPicture) -> list[str]:
    if window.dose and window.weight:
        sets = term(
            "cl_board_window_sets", covered=window.covered, owed=window.owed, dose=window.dose, weight=window.weight,
            age=window.weight_age_days,
        )  # fmt: skip
    else:
        sets = term("cl_board_window_no_dose", covered=window.covered, owed=window.owed)
    lines = [f"  {SIGNS[window.state]} {window.name} {window.mrn}, {window.days}", *wrapped(sets, 6)]
    lines += [line for reason in window.reasons for line in wrapped(reason, 6)]
    said = [
        (
            term("cl_board_set", one.set_no),
            f"{term('cl_board_confirmed' if one.confirmed else 'cl_board_proposed')} {one.text} {one.note}",
        )
        for one in window.sets
    ]
    return lines + pairs(said, 6)

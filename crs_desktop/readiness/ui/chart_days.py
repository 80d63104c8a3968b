"""From the picture of the board to the days of the chart, and the lots of a row in the room of a cell."""

from __future__ import annotations

from datetime import date

from crs_desktop.desktop.charts import ChartDay, ChartMark
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase
from crs_desktop.readiness.picture import BoardPicture, DayPicture, RowPicture


def chart_days(picture: BoardPicture) -> list[ChartDay]:
    """Every day with its bars, its marks and its chance."""
    chances = {} if picture.chance is None else {one.day: one for one in picture.chance.days}
    days = []
    for day in picture.days:
        chance = chances.get(day.day)
        signs, note = ("", "") if chance is None else (chance.signs, chance.words)
        state = _state(day)
        days.append(ChartDay(date.fromisoformat(day.day), day.owed, day.covered, state, note, _marks(day), signs))
    return days


def sets_and_standing(row: RowPicture) -> str:
    """'2 of 2, confirmed'."""
    return ", ".join(filter(None, (row.sets, row.aside)))


def lots_in_short(row: RowPicture) -> str:
    """'B7310 2 x 400'; of two lots their names, of more the first and how many: all is in the hint and the panel."""
    lots = row.lots.split(", ")
    names = [lot.rsplit(" ", 3)[0] for lot in lots]
    if len(lots) < 2:
        return row.lots
    return ", ".join(names) if len(lots) == 2 else phrase("board_more_lots", lot=names[0], number=len(lots) - 1)


def _state(day: DayPicture) -> State:
    return State(day.state) if day.state else State.SHORT if day.covered < day.owed else State.READY


def _marks(day: DayPicture) -> tuple[ChartMark, ...]:
    marks = []
    if day.expiring:
        marks.append(ChartMark("expiry", phrase("board_expiring", number=day.expiring)))
    if day.arriving:
        marks.append(ChartMark("delivery", phrase("board_arriving", number=day.arriving)))
    return tuple(marks)

"""The one picture of readiness: per day the sets needed, the sets that can be covered, what expires, what arrives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QBrush,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from crs_desktop.desktop.chart_legend import MarkKind, Place, legend_places, paint_chance_row, paint_legend, paint_mark
from crs_desktop.desktop.shapes import paint_shape
from crs_desktop.desktop.theme import State, colour, font, pixels, scaled, state_colour
from crs_desktop.desktop.words import phrase, tooltip, tr
from crs_desktop.kernel.days import day_text, month_text, weekday_text


@dataclass(frozen=True, slots=True)
class ChartMark:
    """Something that happens on a day: vials that expire at its end, or that arrive."""

    kind: MarkKind
    text: str


@dataclass(frozen=True, slots=True)
class ChartDay:
    """One day: how many sets must stand ready, how many of them can, and the verdict with its words."""

    day: date
    owed: int
    covered: int
    state: State
    note: str = ""
    marks: tuple[ChartMark, ...] = ()
    chance: str = ""
    quiet: bool = False

    def word(self) -> str:
        """The word above the day's bar; a plain ready needs none beside its tick, a run of days says it once."""
        if self.state is State.READY or self.quiet:
            return ""
        missing = self.owed - self.covered
        return f"{self.state.word} {missing}" if self.state is State.SHORT and missing > 0 else self.state.word

    def sentence(self) -> str:
        """The day in words, for tooltip and screen reader."""
        said = phrase(
            "desktop_chart_day", day=day_text(self.day), owed=self.owed, covered=self.covered, word=self.state.word
        )
        marks = "; ".join(mark.text for mark in self.marks)
        return "\n".join(filter(None, (said, self.note, marks)))


class DayChart(QWidget):
    """Bars by day. Left, Right, Home and End move the chosen day; `day_chosen` carries it.

    Beneath may stand a chance by day, in a few signs each; Enter, or a click on it, sends `chance_asked`.
    """

    day_chosen = Signal(object)
    chance_asked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days: tuple[ChartDay, ...] = ()
        self._today: date | None = None
        self._chosen = -1
        self._chance_legend = ""
        self._chance_sign = ""
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    # --- what a page uses ---

    def show_days(
        self, days: Sequence[ChartDay], today: date | None, chance_legend: str = "", chance_sign: str = "%"
    ) -> None:
        """Show these days; the chosen day stays chosen when it is still there. `chance_sign` stands left of chances."""
        before = self.chosen_day()
        self._chance_legend, self._chance_sign = chance_legend or tr("chance of running out"), chance_sign
        self._days = _said_once(days)
        self._today = today
        listed = [one.day for one in self._days]
        self._chosen = listed.index(before) if before in listed else -1
        self.setAccessibleDescription(self.summary())
        self.updateGeometry()
        self.update()

    def choose_day(self, day: date) -> None:
        """Choose without telling anyone."""
        listed = [one.day for one in self._days]
        self._chosen = listed.index(day) if day in listed else -1
        self.update()

    def chosen_day(self) -> date | None:
        """The chosen day."""
        return self._days[self._chosen].day if 0 <= self._chosen < len(self._days) else None

    def summary(self) -> str:
        """The whole picture in words."""
        if not self._days:
            return phrase("desktop_chart_empty")
        lines = [
            phrase(
                "desktop_chart_days",
                count=len(self._days),
                first=day_text(self._days[0].day),
                last=day_text(self._days[-1].day),
            )
        ]
        trouble = [one.sentence() for one in self._days if one.state is not State.READY]
        return "\n".join(lines + (trouble or [phrase("desktop_chart_all_ready")]))

    # --- keyboard and mouse ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._days) - 1
        steps = {
            Qt.Key.Key_Left: max(0, self._chosen - 1),
            Qt.Key.Key_Right: min(last, self._chosen + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key in steps and self._days:
            self._choose(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and any(one.chance for one in self._days):
            self.chance_asked.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._index_at(event.position())
        if at >= 0:
            self._choose(at)
        if any(one.chance for one in self._days) and self._chance_row().contains(event.position()):
            self.chance_asked.emit()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self._index_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), tooltip(self._days[at].sentence()) if at >= 0 else "", self)
            return True
        return super().event(event)

    def _choose(self, at: int) -> None:
        self._chosen = at
        self.setAccessibleDescription(self._days[at].sentence())
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
        self.update()
        self.day_chosen.emit(self._days[at].day)

    def _index_at(self, place: QPointF) -> int:
        area = self._area()
        if not self._days or not area.left() <= place.x() <= area.right():
            return -1
        return min(len(self._days) - 1, int((place.x() - area.left()) / (area.width() / len(self._days))))

    # --- painting ---

    def sizeHint(self) -> QSize:
        return QSize(scaled(640), self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(280), scaled(250 if any(one.chance for one in self._days) else 230))

    def _area(self) -> QRectF:
        """Where the bars stand; above it the verdicts, beneath it marks, days and legend."""
        line = pixels("caption") * 1.5
        left = QFontMetricsF(font("caption")).horizontalAdvance("000") + 8
        legend = 1 + max(place[1] for place in self._legend_places(left))
        chance = line + 3 if any(one.chance for one in self._days) else 0
        below = line * 2.0 + chance + line * legend + scaled(24)
        words = 1 + max(self._verdict_lines().values(), default=0)
        above = 8 + pixels("body") + 2 + words * line + 8
        return QRectF(left, above, self.width() - left - 8, max(20.0, self.height() - above - below))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("surface"))
        painter.setFont(font("caption"))
        if not self._days:
            painter.setPen(colour("ink_soft"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, phrase("desktop_chart_empty"))
        else:
            area = self._area()
            top = max(2, *(max(one.owed, one.covered) for one in self._days))
            self._paint_scale(painter, area, top)
            lines = self._verdict_lines()
            wide = area.width() / len(self._days)
            for at, one in enumerate(self._days):
                column = QRectF(area.left() + at * wide, area.top(), wide, area.height())
                self._paint_ground(painter, column, at, one)
                self._paint_bars(painter, column, one, top)
                self._paint_verdict(painter, column, one, lines.get(at, 0))
                self._paint_below(painter, column, one, at)
            if any(one.chance for one in self._days):
                self._paint_chances(painter, area, wide)
            self._paint_legend(painter, area.left())
        if self.hasFocus():
            painter.setPen(QPen(colour("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_scale(self, painter: QPainter, area: QRectF, top: int) -> None:
        step = max(1, -(-top // 4))
        for value in range(0, top + 1, step):
            y = area.bottom() - area.height() * value / top
            painter.setPen(QPen(colour("edge" if value == 0 else "hairline"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(colour("ink_soft"))
            box = QRectF(0, y - pixels("caption"), area.left() - 6, pixels("caption") * 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(value))

    def _paint_ground(self, painter: QPainter, column: QRectF, at: int, one: ChartDay) -> None:
        whole = QRectF(column.left(), 4, column.width(), self._days_bottom() - 4)
        if at == self._chosen:
            painter.fillRect(whole, colour("chosen"))
            painter.fillRect(QRectF(whole.left(), whole.bottom() - 2, whole.width(), 2), colour("accent"))
        if one.day.weekday() == 0 and at:
            painter.setPen(QPen(colour("hairline"), 1))
            painter.drawLine(whole.topLeft(), whole.bottomLeft())
        if one.day == self._today:
            painter.setPen(QPen(colour("accent"), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(column.left() + 0.5, 4), QPointF(column.left() + 0.5, column.bottom()))

    def _paint_bars(self, painter: QPainter, column: QRectF, one: ChartDay, top: int) -> None:
        bar = min(column.width() * 0.56, scaled(30))
        left = column.center().x() - bar / 2
        unit = column.height() / top
        covered = QRectF(left, column.bottom() - one.covered * unit, bar, one.covered * unit)
        painter.fillRect(covered, colour("accent"))
        painter.setPen(QPen(colour("surface"), 1))
        for level in range(1, one.covered):  # a notch between sets, so that they can be counted
            y = column.bottom() - level * unit
            painter.drawLine(QPointF(left, y), QPointF(left + bar, y))
        if one.owed > one.covered:
            missing = QRectF(left, column.bottom() - one.owed * unit, bar, (one.owed - one.covered) * unit)
            ink = state_colour(one.state if one.state is not State.READY else State.CANNOT_SAY)
            painter.fillRect(missing, QBrush(ink, Qt.BrushStyle.BDiagPattern))
            painter.setPen(QPen(ink, 1.5))
            painter.drawRect(missing)
        y = column.bottom() - one.owed * unit
        painter.setPen(QPen(colour("ink"), 2))
        painter.drawLine(QPointF(left - 3, y), QPointF(left + bar + 3, y))

    def _paint_verdict(self, painter: QPainter, column: QRectF, one: ChartDay, line: int) -> None:
        if one.state is State.READY and not one.owed:
            return
        side = min(float(pixels("body")), column.width() - 4)
        spot = QRectF(column.center().x() - side / 2, 8, side, side)
        ink = state_colour(one.state)
        paint_shape(painter, spot, one.state, ink, colour("surface"))
        word = one.word()
        if word:
            painter.setPen(ink)
            painter.setFont(font("caption"))
            left, width = self._word_span(column.center().x(), word)
            height = pixels("caption") * 1.5
            box = QRectF(left, 8 + pixels("body") + 2 + line * height, width, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)

    def _word_span(self, middle: float, word: str) -> tuple[float, float]:
        width = QFontMetricsF(font("caption")).horizontalAdvance(word) + 4
        return min(max(0.0, middle - width / 2), self.width() - width), width

    def _verdict_lines(self) -> dict[int, int]:
        """On which line the word of each day stands, so that neighbours do not run into each other."""
        ends: list[float] = []
        lines: dict[int, int] = {}
        wide = (self.width() - 2 * pixels("caption") - 16) / max(1, len(self._days))
        for at, one in enumerate(self._days):
            if not one.word():
                continue
            left, width = self._word_span(2 * pixels("caption") + 8 + (at + 0.5) * wide, one.word())
            line = next((number for number, end in enumerate(ends) if end + 6 < left), len(ends))
            ends[line : line + 1] = [left + width]
            lines[at] = line
        return lines

    def _paint_below(self, painter: QPainter, column: QRectF, one: ChartDay, at: int) -> None:
        line = pixels("caption") * 1.5
        y = column.bottom() + 3
        kinds = sorted({mark.kind for mark in one.marks})
        side = scaled(8)
        left = column.center().x() - (len(kinds) * (side + 4) - 4) / 2
        for kind in kinds:
            paint_mark(painter, QRectF(left, y, side, side), kind, colour("ink"))
            left += side + 4
        y += scaled(11)
        painter.setPen(colour("ink"))
        painter.setFont(font("caption"))
        every = self._label_step(column.width())
        middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        if at % every == 0:
            wide = QRectF(column.center().x() - column.width() * every / 2, y, column.width() * every, line)
            today = one.day == self._today
            painter.setPen(colour("accent" if today else "ink"))
            painter.drawText(wide, middle, tr("today") if today else weekday_text(one.day))
            painter.setPen(colour("ink"))
            painter.drawText(wide.translated(0, line), middle, _day_label(one.day, at))

    def _label_step(self, width: float) -> int:
        need = QFontMetricsF(font("caption")).horizontalAdvance("30 Nov") + 4
        return max(1, -(-int(need) // max(1, int(width))))

    def _paint_chances(self, painter: QPainter, area: QRectF, wide: float) -> None:
        """As many as fit beside each other; what is the same every day is said once."""
        row, different = self._chance_row(), {one.chance for one in self._days}
        same = self._days[0].chance if len(different) == 1 else ""
        paint_chance_row(painter, row, area.left(), self._chance_sign, same)
        metrics = QFontMetricsF(font("caption"))
        every = max(1, -(-int(max(map(metrics.horizontalAdvance, different)) + 5) // max(1, int(wide))))
        painter.setPen(colour("ink"))
        for at, one in enumerate(self._days):
            if not same and one.chance and at % every == 0:
                middle = area.left() + (at + 0.5) * wide
                spot = QRectF(middle - wide * every, row.top(), 2 * wide * every, row.height())
                painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, one.chance)

    def _chance_row(self) -> QRectF:
        """Where the chances stand, over the whole width."""
        line = pixels("caption") * 1.5
        top = self._area().bottom() + 3 + scaled(11) + 2 * line + 3
        return QRectF(0, top, self.width(), line)

    def _days_bottom(self) -> float:
        line = pixels("caption") * 1.5
        rows = 2
        extra = line + 3 if any(one.chance for one in self._days) else 0
        return self._area().bottom() + 3 + scaled(11) + line * rows + 2 + extra

    def _paint_legend(self, painter: QPainter, left: float) -> None:
        paint_legend(painter, self._legend_places(left), self._days_bottom() + scaled(5))

    def _legend_places(self, left: float) -> list[Place]:
        chance = self._chance_legend if any(one.chance for one in self._days) else ""
        return legend_places(left, float(self.width() - 8), self._today is not None, chance)


def _day_label(day: date, at: int) -> str:
    return f"{day.day} {month_text(day)}" if at == 0 or day.day == 1 else str(day.day)


def _said_once(days: Sequence[ChartDay]) -> tuple[ChartDay, ...]:
    """Days that repeat the word of the day before keep their shape only, so that one shortage reads as one."""
    words = [replace(day, quiet=False).word() for day in days]
    return tuple(replace(day, quiet=at > 0 and words[at] == words[at - 1]) for at, day in enumerate(days))

"""In which time zone a new store counts its days: said plainly, and another one found by the name of its city.

A wrong zone moves midnight, and with it what "today" holds; so the present time of day stands beside the name.
"""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QVBoxLayout, QWidget

from crs_desktop.desktop.fields import LineField
from crs_desktop.desktop.words import button, keep_hidden, message, phrase, tr
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.refusal import no
from crs_desktop.staff.ui.handed import Days

_MOST_SHOWN = 10


@cache
def zones_offered() -> tuple[str, ...]:
    """Zones of places, by name. Not those without summer time that only look like one ('EST'), nor 'Etc/GMT+5', whose
    sign is the other way round."""
    return tuple(sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")))


class _ByCity(QCompleter):
    """Finds 'new york' anywhere in 'America/New_York'."""

    def __init__(self, line: QLineEdit) -> None:
        super().__init__(list(zones_offered()), line)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setMaxVisibleItems(_MOST_SHOWN)

    def splitPath(self, path: str) -> list[str]:
        return [path.strip().replace(" ", "_")]


class ZoneChoice(QWidget):
    """The statement, and on asking a line to search in. `taken` comes when another zone was chosen."""

    taken = Signal()

    def __init__(self, days: Days) -> None:
        super().__init__()
        self._days = days
        self.zone: ZoneInfo = days.zone
        self.said = message()
        self.other_button = button(tr("Another time &zone…"), "quiet")
        self.other_button.clicked.connect(self.ask)
        self.field = LineField("zone", tr("Time zone"), hint=phrase("zone_hint"))
        line = self.field.editor
        assert isinstance(line, QLineEdit)
        self.line: QLineEdit = line
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.said)
        column.addWidget(self.other_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.field)
        keep_hidden(self.field, True)
        self.say()

    def say(self) -> None:
        """The zone, and what time it is there now."""
        now = local_text(self._days.now(), self.zone)
        self.said.setText(phrase("zone_days", zone=self.zone.key, now=now))

    def ask(self) -> None:
        """Search for another one."""
        if self.line.completer() is None:  # some hundred names, read from files: only for who wants another
            completer = _ByCity(self.line)
            completer.activated.connect(lambda _text: self.take())
            self.line.setCompleter(completer)
        self.other_button.hide()
        self.field.show()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self) -> bool:
        """Take what was typed; an empty line keeps the zone. False when there is no such zone, which is then said."""
        typed = self.field.value().strip()
        found = {name.casefold(): name for name in zones_offered()}.get(typed.replace(" ", "_").casefold())
        if typed and found is None:
            self.field.show_findings([no("zone_not_known", "zone", typed)])
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)
            return False
        if found is not None:
            self.zone = ZoneInfo(found)
        self.field.set_value("")
        self.field.show_findings(())
        self.field.hide()
        self.other_button.show()
        self.say()
        self.taken.emit()
        return True

    @property
    def asking(self) -> bool:
        """Something is typed that was not taken yet."""
        return not self.field.isHidden() and bool(self.field.value().strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.line.hasFocus():
            self.take()  # and nothing is made by this Enter
        else:
            super().keyPressEvent(event)

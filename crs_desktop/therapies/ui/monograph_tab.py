"""The monograph with its contents above and, for the chosen line, everything that is known of the values below."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from crs_desktop.desktop.fields import ChoiceBox
from crs_desktop.desktop.theme import row_height
from crs_desktop.desktop.words import PlainLabel, tr
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.ui.monograph import Monograph, monograph_of
from crs_desktop.therapies.ui.reader import MonographView
from crs_desktop.therapies.ui.standing import in_full, mark_of


class MonographTab(QWidget):
    """One version to be read."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone
        self._protocol: Protocol | None = None
        self._adoption: Adoption | None = None
        self._kept: dict[tuple[str, int], Monograph] = {}
        self.contents = ChoiceBox()
        self.contents.setAccessibleName(tr("Go to a section"))
        self.contents.activated.connect(self._go)
        label = PlainLabel(tr("&Go to"), "body")
        label.setBuddy(self.contents)
        self.view = MonographView(tr("Monograph"))
        self.view.opened.connect(self.open_detail)
        self.view.chosen.connect(self._follow)
        self.detail = QPlainTextEdit()
        self.detail.setReadOnly(True)
        self.detail.setAccessibleName(tr("The chosen value in full"))
        self.detail.setTabChangesFocus(True)
        self.detail.hide()
        self.detail.installEventFilter(self)
        self.view.installEventFilter(self)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(label)
        top.addWidget(self.contents, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.view, 1)
        column.addWidget(self.detail)
        self._fit()

    def show_version(self, protocol: Protocol, adoption: Adoption | None) -> None:
        """Read this one. What is on the screen already stays where it is."""
        key = (protocol.fingerprint, adoption.id if adoption is not None else 0)
        before = None if self._protocol is None else (self._protocol.fingerprint, self._signed())
        self._protocol, self._adoption = protocol, adoption
        if before == key and self.view.pages.rows:
            return
        if key not in self._kept:
            self._kept[key] = monograph_of(protocol, adoption)
        monograph = self._kept[key]
        self.detail.hide()
        self.contents.clear()
        for title, row in monograph.sections:
            self.contents.addItem(title, row)
        self.view.show_rows(monograph.rows)

    def show_nothing(self) -> None:
        """No therapy is chosen."""
        self._protocol = None
        self.contents.clear()
        self.view.show_rows(())
        self.detail.hide()

    def open_detail(self) -> None:
        """Everything about the values of the chosen line."""
        if self.view.current() is None:
            return
        self.detail.show()
        self._follow()
        self.view.scrollTo(self.view.currentIndex())

    def close_detail(self) -> None:
        """Only the monograph again."""
        self.detail.hide()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def detail_text(self) -> str:
        """What is said in full now."""
        return self.detail.toPlainText() if not self.detail.isHidden() else ""

    def _follow(self) -> None:
        row = self.view.current()
        if self.detail.isHidden() or row is None or self._protocol is None:
            return
        said = []
        compared = frozenset(self._adoption.checked) if self._adoption is not None else frozenset()
        for fact in (self._protocol.fact(path) for path in row.paths):
            if fact is not None:
                mark = mark_of(fact, fact.path in compared)
                said.append(f"{mark.text}\n{in_full(self._protocol, fact, self._adoption, self._zone)}")
        self.detail.setPlainText("\n\n".join(said) or row.spoken)

    def _go(self, at: int) -> None:
        self.view.go_to(int(self.contents.itemData(at)))
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _signed(self) -> int:
        return self._adoption.id if self._adoption is not None else 0

    def _fit(self) -> None:
        self.detail.setFixedHeight(row_height() * 5)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "detail"):
            self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and _is_escape(event) and not self.detail.isHidden():
            self.close_detail()
            return True
        return super().eventFilter(watched, event)


def _is_escape(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape

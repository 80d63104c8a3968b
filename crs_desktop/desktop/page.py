"""What every page is made of: a title, a body, and designed states for reading, nothing there, stale and failed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from crs_desktop.desktop.change_bridge import ListeningWidget
from crs_desktop.desktop.tasks import Pool, Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, message, phrase, tr

T = TypeVar("T")
_PATIENCE_MS = 300


class _Notice(QWidget):
    """A quiet sentence in the middle of a page, with at most one thing to do."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 48, 48, 48)
        column.setSpacing(12)
        self._badge = StateBadge(parent=self)
        self._head = PlainLabel("", "heading", wrap=True)
        self._text = message()
        self._row = QHBoxLayout()
        column.addStretch(1)
        for one in (self._badge, self._head, self._text):
            column.addWidget(one)
        column.addLayout(self._row)
        column.addStretch(2)

    def tell(self, head: str, text: str, state: State | None, action: tuple[str, Callable[[], None]] | None) -> None:
        """Say this and offer that."""
        self._head.setText(head)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._badge.set_state(state)
        while self._row.count():
            item = self._row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        if action is not None:
            word, run = action
            made = button(word, "main")
            made.clicked.connect(lambda: run())
            self._row.addWidget(made)
            self._row.addStretch(1)


class Page(ListeningWidget):
    """Base of every page. Fill `self.body`, set `title` and `topics`, override `refresh()` and use `ask()` in it."""

    title = ""

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tasks = tasks
        self.setObjectName("Page")
        self.setAccessibleName(self.title)
        self._asked = 0
        self._waiting = False
        self._next: Callable[[], None] | None = None
        self._filled = False
        self.body = QVBoxLayout()
        self.body.setContentsMargins(16, 16, 16, 16)
        self.body.setSpacing(12)
        frame = QWidget()
        frame.setObjectName("PageFrame")
        frame.setLayout(self.body)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(frame)
        self._notice = _Notice()
        self._stack = QStackedWidget()
        self._stack.addWidget(scroll)
        self._stack.addWidget(self._notice)
        self._strip = self._made_strip()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._strip)
        column.addWidget(self._stack, 1)

    # --- what a page uses ---

    def ask(self, work: Callable[[], T], then: Callable[[T], None], pool: Pool = "store") -> None:
        """Read off the window's thread and show the answer; a newer question makes an older answer void.

        While one question is being answered a newer one waits, and only the newest of those: ten changes in a row cost
        two answers. The first time the page says that it is reading; later the old picture stays until the new one is
        there. A failure leaves the old picture, says so in a strip, and goes to the presenter with a retry.
        """
        self._asked += 1
        if self._waiting:
            self._next = partial(self._start, work, then, pool)
            return
        if not self._filled:
            QTimer.singleShot(_PATIENCE_MS, self, self._say_loading)
        self._start(work, then, pool)

    def _start(self, work: Callable[[], T], then: Callable[[T], None], pool: Pool) -> None:
        self._waiting = True
        number = self._asked

        def show(answer: T) -> None:
            if not self._ask_newer(number):
                self.show_content()
                self.say_stale("")
                then(answer)

        def failed(error: BaseException) -> None:
            if not self._ask_newer(number):
                self._stale = True
                self._say_failed()
            self.tasks.present(error, self._read)

        self.tasks.run(work, show, self, pool, failed)

    def _ask_newer(self, number: int) -> bool:
        """After an answer: True when a newer question waits, which is then asked."""
        self._waiting = False
        newer, self._next = self._next, None
        if newer is not None:
            newer()
        return number != self._asked

    def show_content(self) -> None:
        """Show the body."""
        self._filled = True
        self._stack.setCurrentIndex(0)

    def show_empty(self, head: str, text: str = "", action: tuple[str, Callable[[], None]] | None = None) -> None:
        """Nothing there yet: say so and what to do first. Call it from the answer of `ask`."""
        self._filled = True
        self._tell(head, text, None, action)

    def say_stale(self, text: str, state: State = State.READY_BUT) -> None:
        """A strip above the page, such as how old the picture is; an empty text takes it away."""
        self._strip_text.setText(text)
        self._strip_badge.set_state(state, text=tr("not fresh") if state is State.READY_BUT else "")
        self._strip.setVisible(bool(text))

    def stale_text(self) -> str:
        """What the strip says now."""
        return self._strip_text.text() if self._strip.isVisibleTo(self) else ""

    def notice_text(self) -> str:
        """What stands in place of the body, empty while the body is shown."""
        return self._notice_said if self._stack.currentIndex() == 1 else ""

    def take_keyboard(self) -> None:
        """Put the keyboard on the first thing of the page that takes it, unless it is in the page already."""
        focus = QApplication.focusWidget()
        if focus is None or not self.isAncestorOf(focus) or not focus.isVisible():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.focusNextChild()

    # --- how it is done ---

    _notice_said = ""

    def _tell(self, head: str, text: str, state: State | None, action: tuple[str, Callable[[], None]] | None) -> None:
        self._notice_said = f"{head}\n{text}".strip()
        self._notice.tell(head, text, state, action)
        self._stack.setCurrentIndex(1)

    def _say_loading(self) -> None:
        if self._waiting and not self._filled:
            self._tell(phrase("desktop_loading"), "", None, None)

    def _say_failed(self) -> None:
        if self._filled:
            self.say_stale(phrase("desktop_failed"), State.READY_BUT)
        else:
            self._tell(phrase("desktop_failed"), "", State.CANNOT_SAY, (tr("&Retry"), self._read))

    def _made_strip(self) -> QWidget:
        strip = QWidget()
        strip.setObjectName("StaleStrip")
        strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(strip)
        row.setContentsMargins(16, 6, 16, 6)
        row.setSpacing(12)
        self._strip_badge = StateBadge(parent=strip)
        self._strip_text = PlainLabel("", "body", wrap=True)
        row.addWidget(self._strip_badge)
        row.addWidget(self._strip_text, 1)
        strip.hide()
        return strip

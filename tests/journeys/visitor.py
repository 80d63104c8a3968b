"""Somebody in front of the door: keys on the pages of sign-in and first start, and at the desk behind them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from crs_desktop.bootstrap.main_window import Desk
from crs_desktop.bootstrap.opening import Start
from crs_desktop.bootstrap.reception import Reception
from crs_desktop.desktop.shell import Shell, open_shell
from crs_desktop.kernel.actors import Actor
from tests.journeys.desk import NOW, Person, pause, wait_until

P = TypeVar("P", bound=QWidget)
DESK = "desk 1"


@dataclass
class WalkingClock:
    """Stands until somebody lets a day pass."""

    instant: datetime = NOW

    def now(self) -> datetime:
        """Where it stands."""
        return self.instant

    def pass_by(self, **by: float) -> None:
        """Later."""
        self.instant += timedelta(**by)


class Visitor(Person):
    """Keys only, at the door and behind it."""

    def __init__(self, reception: Reception) -> None:
        self.reception = reception

    @property
    def shell(self) -> Shell:
        """The window itself."""
        return self.reception.shell

    @property
    def desk(self) -> Desk:  # type: ignore[override]
        """The desk behind the door."""
        assert self.reception.desk is not None, "nobody is signed in"
        return self.reception.desk

    def at_page(self, kind: type[P]) -> P:
        """Wait until this page is in front of the store."""
        wait_until(lambda: isinstance(self.reception.page, kind), kind.__name__)
        assert isinstance(self.reception.page, kind)
        return self.reception.page

    def button(self, words: str, inside: QWidget | None = None) -> QPushButton:
        """The one visible button that says this."""
        found = [
            one for one in (inside or self.window()).findChildren(QPushButton)
            if one.isVisible() and words.lower() in one.text().replace("&", "").lower()
        ]  # fmt: skip
        assert len(found) == 1, f"{len(found)} buttons say {words}"
        return found[0]

    def press(self, words: str, inside: QWidget | None = None) -> None:
        """Tab to this button and press the space bar."""
        self.press_button(self.button(words, inside))

    def seated(self) -> Desk:
        """Wait for the desk and its live board."""
        wait_until(lambda: self.reception.desk is not None, "the desk")
        wait_until(lambda: self.desk.board.live, "the live board")
        return self.desk

    def type_sign_in(self, name: str, password: str) -> None:
        """Name, password, Enter."""
        from crs_desktop.staff.ui.sign_in import SignInPage

        page = self.at_page(SignInPage)
        self.write(page.name.line, name)
        self.write(page.password.editor, password)
        self.key(Qt.Key.Key_Return)

    def sign_in(self, name: str, password: str) -> Desk:
        """In, until the board lives."""
        self.type_sign_in(name, password)
        return self.seated()

    def lock(self) -> None:
        """Ctrl+L, until what is left to do is done."""
        self.ctrl("L")
        wait_until(lambda: self.reception.desk is None, "the lock")
        wait_until(lambda: self.reception.tasks.running == 0, "the end of the work")


@contextmanager
def visiting(
    path: Path, clock: WalkingClock, theme: str = "light", percent: int = 100, desk: str = DESK
) -> Iterator[Visitor]:
    """The window in front of this store, closed at the end as a person would."""
    _app, shell = open_shell(["crs_desktop"], "crs_desktop")
    shell.resize(1240, 800)
    start = Start(path, clock, "America/New_York", 0, Actor("x", "pharmacist", desk), theme, percent)
    reception = Reception(start, shell)
    try:
        visitor = Visitor(reception)
        visitor.activate(shell)
        yield visitor
    finally:
        shell.holds = None
        shell.close()
        reception.close()
        shell.deleteLater()
        pause(1)

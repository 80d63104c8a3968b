"""Who is signed in: a button in the top bar with the name every record carries, and what one may do about it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QPushButton

from crs_desktop.desktop.icons import icon
from crs_desktop.desktop.protocols import Action
from crs_desktop.desktop.theme import pixels, text_percent
from crs_desktop.desktop.words import button, no_mnemonic, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.staff.ui import words

LOCK_KEY = "Ctrl+L"
_LARGE_PERCENT = 150  # from here on the top bar has room for the name alone; the roles are still said


class WhoChip(QObject):
    """Holds the actor of this desk. Signals say what was chosen; whoever made the desk acts on them."""

    lock = Signal()
    change_password = Signal()
    sign_out = Signal()
    break_glass = Signal()

    def __init__(
        self, actor: Actor, roles: tuple[str, ...], parent: QObject | None = None, *, may_break_glass: bool = True
    ) -> None:
        super().__init__(parent)
        self._actor = actor
        self._may_break = may_break_glass
        self.button: QPushButton = button("", "quiet", hint=phrase("staff_ui_who_hint"))
        self.say(actor, roles)
        self.button.setIcon(icon("lock", round(pixels() * 1.2)))
        self.button.clicked.connect(self.open_menu)
        self._menu: QMenu | None = None

    def say(self, actor: Actor, roles: tuple[str, ...]) -> None:
        """Show this actor from now on."""
        self._actor = actor
        said = phrase("staff_ui_who", name=actor.name, roles=words.roles_text(roles))
        self.button.setText(no_mnemonic(said if text_percent() < _LARGE_PERCENT else actor.name))
        self.button.setAccessibleName(said)

    def actor(self) -> Actor:
        """Who acts now."""
        return self._actor

    def actions(self) -> list[Action]:
        """For the palette and the keys of the window."""
        listed = [
            Action("lock", tr("Lock"), self.lock.emit, LOCK_KEY),
            Action("password", tr("Change my password…"), self.change_password.emit),
            Action("sign_out", tr("Sign out, or let somebody else sign in"), self.sign_out.emit),
        ]
        if self._may_break:
            listed.append(Action("break_glass", tr("Break glass…"), self.break_glass.emit))
        return listed

    def open_menu(self) -> QMenu:
        """Show what one may do; arrows and Enter choose, Esc leaves."""
        if self._menu is not None:
            self._menu.deleteLater()
        menu = self._menu = QMenu(self.button)
        menu.setAccessibleName(self.button.accessibleName())
        for action in self.actions():
            if action.name in ("sign_out", "break_glass"):
                menu.addSeparator()
            made = menu.addAction("\t".join(filter(None, (no_mnemonic(action.words), action.key))))
            made.triggered.connect(lambda _on=False, one=action: one.run())
        menu.popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))
        menu.setActiveAction(menu.actions()[0])
        return menu

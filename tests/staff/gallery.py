"""Pictures of every page of people and each of its states: `python -m tests.staff.gallery FOLDER`, then look."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.main_window import MainWindow
from crs_desktop.desktop.protocols import PageEntry
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import ThemeName, apply_theme
from crs_desktop.kernel.actors import Actor
from crs_desktop.staff.ui.break_glass import BreakGlassDialog
from crs_desktop.staff.ui.first_start import FirstStart
from crs_desktop.staff.ui.handed import Locked, NotLetIn, Why
from crs_desktop.staff.ui.locks_soon import LocksSoon
from crs_desktop.staff.ui.passwords import SetPasswordDialog
from crs_desktop.staff.ui.people_page import PeoplePage
from crs_desktop.staff.ui.sign_in import SignInPage
from crs_desktop.staff.ui.who_chip import WhoChip
from tests.staff.ui.made_up import (
    GOOD,
    NAMES,
    NOW,
    OTHER,
    RECOVERY,
    ZONE,
    MadeUpGate,
    MadeUpNewCodes,
    MadeUpPeople,
    MadeUpPrinter,
    MadeUpSetUp,
    judge,
    rights,
)

LOCKED = Locked("karin", "Karin Lind", NOW, ZONE)
TASKS = Tasks(inline=True)


class Camera:
    """Saves pictures of one look."""

    def __init__(self, folder: Path, look: str) -> None:
        self._folder = folder
        self._look = look

    def take(self, widget: QWidget, name: str) -> None:
        for _ in range(4):
            QApplication.processEvents()
        widget.grab().save(str(self._folder / f"{name}-{self._look}.png"))


def shell(page: QWidget) -> QMainWindow:
    """The page as bootstrap shows it."""
    window = QMainWindow()
    window.setCentralWidget(page)
    window.resize(1240, 800)
    window.show()
    window.activateWindow()
    return window


def sign_in_states(camera: Camera) -> None:
    page = SignInPage(TASKS, MadeUpGate(), lambda: None, names=NAMES, last="karin")
    window = shell(page)
    camera.take(window, "sign-in")
    page.sign_in_panel.submit()
    camera.take(window, "sign-in-empty")
    for name, answer in (
        ("wrong", NotLetIn(Why.WRONG)), ("wait", NotLetIn(Why.WAIT, 40)), ("locked-out", NotLetIn(Why.LOCKED)),
    ):  # fmt: skip
        page.sign_in_panel.reset()
        page.sign_in_panel.not_let_in(answer)
        camera.take(window, f"sign-in-{name}")
    page.sign_in_panel.reset()
    page.password.caps.show()
    page.password.set_value("Sh")
    camera.take(window, "sign-in-caps")
    page.open_emergency()
    camera.take(window, "emergency")
    page.emergency_panel.submit()
    camera.take(window, "emergency-empty")
    page.open_recovery()
    page.recovery_panel.form.set_values({"code": RECOVERY[:-1]})
    page.recovery_panel.submit()
    camera.take(window, "recovery-wrong")
    page.recovery_panel.form.set_values({"code": RECOVERY})
    page.recovery_panel.submit()
    camera.take(window, "renew")
    window.close()
    working(camera)
    for name, shown in (("locked", True), ("locked-unnamed", False)):
        window = shell(SignInPage(TASKS, MadeUpGate(), lambda: None, names=NAMES, names_shown=shown, locked=LOCKED))
        camera.take(window, name)
        window.close()


def working(camera: Camera) -> None:
    """While the key is derived."""
    go_on = threading.Event()

    class Slow(MadeUpGate):
        def sign_in(self, sign_in: str, password: str):  # type: ignore[no-untyped-def]
            go_on.wait(10)
            return super().sign_in(sign_in, password)

    tasks = Tasks()
    page = SignInPage(tasks, Slow(), lambda: None, names=NAMES, last="karin")
    window = shell(page)
    page.password.set_value(GOOD)
    page.sign_in_panel.submit()
    camera.take(window, "sign-in-opening")
    go_on.set()
    tasks.close()
    window.close()


def first_start_states(camera: Camera) -> None:
    page = FirstStart(TASKS, MadeUpSetUp(), MadeUpPrinter(), bring_back=lambda: None)
    window = shell(page)
    camera.take(window, "first-1")
    page.current().submit()
    page.administrator.form.set_values({"name": "Karin Lind", "sign_in": "karin"})
    camera.take(window, "first-2")
    page.password.first.set_value("Karin Lind sings")
    page.password.judgement.ask()
    page.password.again.set_value("Karin Lind sing")
    page.current().submit()
    page.password.first.set_value("Karin Lind sings")
    page.password.judgement.ask()
    camera.take(window, "first-2-refused")
    page.password.first.set_value(GOOD)
    page.password.again.set_value(GOOD)
    page.password.judgement.ask()
    camera.take(window, "first-2-good")
    page.current().submit()
    camera.take(window, "first-3")
    page.print_button.click()
    camera.take(window, "first-3-printed")
    page.current().submit()
    page.try_it.form.set_values({"code": RECOVERY.replace("9XFT4", "9XFTA")})
    page.current().submit()
    camera.take(window, "first-4-wrong")
    page.try_it.form.set_values({"code": RECOVERY})
    page.current().submit()
    camera.take(window, "first-5")
    window.close()
    window = shell(FirstStart(TASKS, MadeUpSetUp(), MadeUpPrinter(), kind="encrypt", store="pharmacy.crs"))
    camera.take(window, "first-1-encrypt")
    window.close()


def people_states(camera: Camera) -> None:
    page = PeoplePage(TASKS, MadeUpPeople(), MadeUpNewCodes(), MadeUpPrinter(), rights(), ZONE)
    window = MainWindow("crs_desktop", [PageEntry("people", "People", "patients", lambda: page)])
    chip = WhoChip(Actor("Karin Lind", "pharmacist+administrator"), ("pharmacist", "administrator"))
    window.add_to_top(chip.button)
    window.show_page("people")
    window.resize(1240, 800)
    window.show()
    for number, name in enumerate(("people", "look-over", "rights", "codes")):
        page.open_view(number)
        camera.take(window, f"people-{name}")
    page.open_view(0)
    page.table.choose(3)
    camera.take(window, "people-locked-out")
    menu = chip.open_menu()
    camera.take(menu, "who-menu")
    menu.close()
    strip = LocksSoon()
    strip.begin(20)
    strip.resize(1100, strip.sizeHint().height())
    camera.take(strip, "locks-soon")
    strip.stop()
    person = page.table.current()
    assert person is not None
    opened: list[tuple[str, Callable[[], QDialog]]] = [
        ("add", page.forms.add), ("roles", lambda: page.forms.roles(person)),
        ("rename", lambda: page.forms.rename(person)), ("end", lambda: page.forms.end(person)),
        ("temporary", lambda: page.forms.temporary(person)),
        ("new-code", lambda: page.open_new_code("recovery")),
        ("password", lambda: shown(SetPasswordDialog(TASKS, judge, lambda _old, _new: "", ["karin"], window))),
        ("break-glass", lambda: shown(BreakGlassDialog(TASKS, lambda _why, _me: "", "Afua Osei", "auditor", window))),
    ]  # fmt: skip
    for name, run in opened:
        dialog = run()
        camera.take(dialog, f"dialog-{name}")
        if name == "password" and isinstance(dialog, SetPasswordDialog):
            dialog.old.set_value(GOOD)
            dialog.password.first.set_value(OTHER)
            dialog.password.again.set_value(OTHER + "!")
            dialog.panel.submit()
            camera.take(dialog, "dialog-password-refused")
        dialog.close()
    window.close()


def shown(dialog: QDialog) -> QDialog:
    dialog.open()
    return dialog


def main(folder: Path) -> None:
    app = make_application(sys.argv)
    folder.mkdir(parents=True, exist_ok=True)
    looks: list[tuple[str, ThemeName, int]] = [
        ("light", "light", 100), ("dark", "dark", 100), ("contrast", "high_contrast", 100), ("big", "light", 200),
    ]  # fmt: skip
    for look, theme, percent in looks:
        apply_theme(app, theme, percent)
        camera = Camera(folder, look)
        for states in (sign_in_states, first_start_states, people_states):
            states(camera)


if __name__ == "__main__":
    place = Path(tempfile.mkdtemp()) / "screen.json"
    screen = {"name": "a", "x": 0, "y": 0, "width": 1366, "height": 900, "dpr": 1}
    screen |= {"logicalDpi": 96, "logicalBaseDpi": 96}
    place.write_text(json.dumps({"screens": [screen]}), "utf-8")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={place}"
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "gallery"))

"""Makes the one QApplication: names, platform, fonts, theme."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QApplication

from crs_desktop.desktop.display import choose_platform, has_display
from crs_desktop.desktop.first_paint import first_painted
from crs_desktop.desktop.theme import ThemeName, apply_theme

__all__ = ["choose_platform", "first_painted", "has_display", "make_application"]


def make_application(argv: Sequence[str], theme: ThemeName = "light", text_percent: int = 100) -> QApplication:
    """The application, dressed; one that is there already is dressed. Call before any widget of the house is made."""
    choose_platform()
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(list(argv))
    app.setApplicationName("crs_desktop")
    app.setApplicationDisplayName("crs_desktop")
    app.setOrganizationName("crs_desktop")
    apply_theme(app, theme, text_percent)
    return app

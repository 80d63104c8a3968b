"""The pages of doses are tested in the light theme at 100 % text."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from crs_desktop.desktop.theme import apply_theme, text_percent, tokens
from crs_desktop.desktop.tokens import LIGHT


@pytest.fixture(autouse=True)
def light_theme(qapp: QApplication) -> None:
    if not qapp.styleSheet() or tokens() is not LIGHT or text_percent() != 100:
        apply_theme(qapp, "light", 100)

"""The toolkit's tests run in the light theme at 100 % text, whatever the test before them chose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from crs_desktop.desktop.theme import apply_theme


@pytest.fixture(autouse=True)
def light_theme(qapp: QApplication) -> Iterator[None]:
    apply_theme(qapp, "light", 100)
    yield
    apply_theme(qapp, "light", 100)

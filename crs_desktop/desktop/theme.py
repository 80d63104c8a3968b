"""Every colour, size and distance of the window stands here once, so that all themes stay one design."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Literal

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from crs_desktop.desktop.stylesheet import stylesheet
from crs_desktop.desktop.tokens import THEMES, Tokens
from crs_desktop.kernel.resources import resource

ThemeName = Literal["light", "dark", "high_contrast"]
TextRole = Literal["caption", "body", "strong", "heading", "title"]

_PIXELS: dict[str, int] = {"caption": 11, "body": 13, "strong": 13, "heading": 16, "title": 22}
_FONT_FILES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
_FALLBACK_FILES = ("DroidSansFallback.ttf", "DroidSansFallbackFull.ttf")


class State(Enum):
    """The four answers of the program; each is a shape, a word and a colour, everywhere the same."""

    READY = "ready"
    READY_BUT = "ready_but"
    SHORT = "short"
    CANNOT_SAY = "cannot_say"

    @property
    def word(self) -> str:
        """The word that always stands beside the colour."""
        return _WORDS[self]

    @property
    def glyph(self) -> str:
        """The shape as one character, for copied text and plain summaries."""
        return _GLYPHS[self]


_WORDS = {
    State.READY: "ready",
    State.READY_BUT: "ready, but",
    State.SHORT: "short",
    State.CANNOT_SAY: "cannot say",
}
_GLYPHS = {State.READY: "✓", State.READY_BUT: "!", State.SHORT: "✗", State.CANNOT_SAY: "?"}


@dataclass(slots=True)
class _Current:
    name: ThemeName = "light"
    percent: int = 100
    family: str = ""


_current = _Current()


def tokens() -> Tokens:
    """The colours in force now. Ask when painting, never keep them."""
    return THEMES[_current.name]


def colour(name: str) -> QColor:
    """A token's colour as Qt wants it."""
    return QColor(getattr(tokens(), name))


def state_colour(state: State) -> QColor:
    """The colour of a state in the theme in force."""
    return colour(state.value)


def pixels(role: TextRole = "body") -> int:
    """The text size of a role in pixels, at the chosen text percentage."""
    return round(_PIXELS[role] * _current.percent / 100)


def text_percent() -> int:
    """How large text is, 100 being the design's own size."""
    return _current.percent


def scaled(distance: int) -> int:
    """A distance that holds text, grown with the text."""
    return round(distance * _current.percent / 100)


def row_height() -> int:
    """The height of a table row: room around one line of text."""
    return round(pixels() * 2.46)


def font(role: TextRole = "body") -> QFont:
    """The font of a role. DejaVu Sans has figures of one width, so columns of numbers stand straight."""
    made = QFont(_current.family or QApplication.font().family())
    made.setPixelSize(pixels(role))
    made.setBold(role in ("strong", "heading", "title"))
    return made


@cache
def load_fonts() -> str:
    """Load the shipped faces once; returns the family, empty when no face was found (then the system's is used)."""
    folder = resource("fonts")
    families: list[str] = []
    for name in _FONT_FILES:
        path = folder / name
        if path.is_file():
            number = QFontDatabase.addApplicationFont(str(path))
            families.extend(QFontDatabase.applicationFontFamilies(number) if number >= 0 else [])
    if not families and "DejaVu Sans" in QFontDatabase.families():
        return "DejaVu Sans"
    return families[0] if families else ""


@cache
def load_more_fonts() -> None:
    """The large face for Han, Kana and Hangul; loaded after the first picture, since most screens never need it."""
    for name in _FALLBACK_FILES:
        path = resource("fonts", name)
        if path.is_file():
            QFontDatabase.addApplicationFont(str(path))


def apply_theme(app: QApplication, name: ThemeName = "light", text_percent: int = 100) -> None:
    """Dress the whole program: fonts, palette and the one style sheet. Text from 80 to 300 percent."""
    _current.name = name
    _current.percent = max(80, min(300, text_percent))
    _current.family = load_fonts()
    if not app.styleSheet() and app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(_palette(tokens()))
    app.setFont(font())
    app.setStyleSheet(stylesheet(tokens(), {role: pixels(role) for role in ("caption", "body", "heading", "title")}))


def _palette(t: Tokens) -> QPalette:
    made = QPalette()
    role = QPalette.ColorRole
    for which, value in (
        (role.Window, t.ground),
        (role.WindowText, t.ink),
        (role.Base, t.surface),
        (role.AlternateBase, t.ground),
        (role.Text, t.ink),
        (role.Button, t.surface),
        (role.ButtonText, t.ink),
        (role.BrightText, t.ink),
        (role.Highlight, t.accent),
        (role.HighlightedText, t.on_accent),
        (role.ToolTipBase, t.surface),
        (role.ToolTipText, t.ink),
        (role.PlaceholderText, t.ink_soft),
        (role.Link, t.accent),
        (role.Accent, t.accent),
    ):
        made.setColor(which, QColor(value))
    for which in (role.Text, role.ButtonText, role.WindowText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(t.ink_soft))
    return made

"""Colours can be read by tired eyes, and the four states are told apart without colour."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QApplication

from crs_desktop.desktop.shapes import paint_shape
from crs_desktop.desktop.theme import State, apply_theme, font, pixels, row_height
from crs_desktop.desktop.tokens import EDGE_PAIRS, TEXT_PAIRS, THEMES, contrast


@pytest.mark.parametrize("theme", sorted(THEMES))
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_that_every_ink_can_be_read_on_every_ground_it_stands_on(theme: str, ink: str, ground: str) -> None:
    assert contrast(getattr(THEMES[theme], ink), getattr(THEMES[theme], ground)) >= 4.5


@pytest.mark.parametrize("theme", sorted(THEMES))
@pytest.mark.parametrize(("edge", "ground"), EDGE_PAIRS)
def test_that_every_border_of_a_control_can_be_seen(theme: str, edge: str, ground: str) -> None:
    assert contrast(getattr(THEMES[theme], edge), getattr(THEMES[theme], ground)) >= 3


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48)])
def test_that_contrast_is_computed_as_wcag_says(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


def test_that_high_contrast_is_seven_to_one_for_words() -> None:
    theme = THEMES["high_contrast"]
    weakest = min(contrast(getattr(theme, ink), getattr(theme, ground)) for ink, ground in TEXT_PAIRS)
    assert weakest >= 7


def test_that_the_four_states_have_four_words_and_four_glyphs() -> None:
    assert [state.word for state in State] == ["ready", "ready, but", "short", "cannot say"]
    assert len({state.glyph for state in State}) == 4


def test_that_the_four_shapes_differ_in_grey() -> None:
    def drawn(state: State) -> QImage:
        picture = QImage(16, 16, QImage.Format.Format_Grayscale8)
        picture.fill(255)
        painter = QPainter(picture)
        paint_shape(painter, QRectF(0, 0, 16, 16), state, QColor("black"), QColor("white"))
        painter.end()
        return picture

    pictures = [drawn(state) for state in State]
    for at, one in enumerate(pictures):
        for other in pictures[at + 1 :]:
            unlike = sum(
                abs(one.pixelColor(x, y).red() - other.pixelColor(x, y).red()) > 100
                for x in range(16)
                for y in range(16)
            )
            assert unlike > 20


def test_that_figures_have_one_width() -> None:
    metrics = QFontMetrics(font())
    assert len({metrics.horizontalAdvance(figure) for figure in "0123456789"}) == 1


def test_that_text_grows_and_rows_grow_with_it(qapp: QApplication) -> None:
    before = (pixels(), row_height())
    apply_theme(qapp, "dark", 200)
    assert (pixels(), row_height()) == (2 * before[0], 2 * before[1])
    assert qapp.font().pixelSize() == 26

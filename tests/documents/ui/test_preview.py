"""The preview shows the filed bytes, page by page, larger and smaller, with hand and key."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.documents.pages import page_sizes, picture
from crs_desktop.documents.sheets.dosing_sheet import build_dosing_sheet
from crs_desktop.documents.sheets.infusion_day import build_infusion_day
from crs_desktop.documents.ui.images import image_of
from crs_desktop.documents.ui.preview import PaperPreview
from crs_desktop.kernel.errors import EnvironmentFailure
from tests.documents.reading import printed
from tests.documents.sample_papers import CART, DOSING

TWO_PAGES = printed(build_infusion_day(CART))
ONE_PAGE = printed(build_dosing_sheet(DOSING))


@pytest.fixture
def preview(qtbot: QtBot) -> PaperPreview:
    widget = PaperPreview(Tasks(inline=True))
    qtbot.addWidget(widget)
    widget.resize(800, 600)
    widget.show()
    return widget


def shown(preview: PaperPreview) -> QImage:
    image = preview.page_image()
    assert image is not None
    return image


def test_that_an_empty_preview_offers_nothing(preview: PaperPreview) -> None:
    assert preview.place_text() == ""
    assert preview.page_image() is None


def test_that_pages_are_turned_by_key_and_stop_at_the_ends(preview: PaperPreview, qtbot: QtBot) -> None:
    preview.show_paper(TWO_PAGES)
    preview.activateWindow()
    preview.setFocus()
    first = shown(preview)
    assert preview.place_text() == "Page 1 of 2"
    qtbot.keyClick(preview, Qt.Key.Key_PageDown)
    preview.next_page()
    preview.next_page()
    assert preview.place_text() == "Page 2 of 2"
    assert shown(preview) != first
    preview.page_before()
    preview.page_before()
    assert preview.place_text() == "Page 1 of 2"
    assert shown(preview) == first


def test_that_what_is_shown_is_the_file_and_nothing_else(preview: PaperPreview) -> None:
    preview.show_paper(ONE_PAGE)
    preview.larger()
    image = shown(preview)
    inches = page_sizes(ONE_PAGE)[0].width / 72
    expected = image_of(picture(ONE_PAGE, 0, image.width() / inches))
    assert abs(expected.width() - image.width()) <= 1
    assert preview.content() is ONE_PAGE
    dark = sum(
        image.pixelColor(x, y).lightness() < 100
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 8)
    )
    assert dark > 100


def test_that_larger_and_smaller_and_width_do_what_they_say(preview: PaperPreview) -> None:
    preview.show_paper(ONE_PAGE)
    fitted = shown(preview).width()
    preview.larger()
    assert shown(preview).width() > fitted
    preview.smaller()
    preview.smaller()
    assert shown(preview).width() < fitted
    preview.fit_width()
    assert shown(preview).width() == fitted


def test_that_a_wider_window_makes_a_wider_page(preview: PaperPreview, qtbot: QtBot) -> None:
    preview.show_paper(ONE_PAGE)
    before = shown(preview).width()
    preview.resize(1200, 600)
    qtbot.waitUntil(lambda: shown(preview).width() > before)


def test_that_print_hands_over_the_bytes_that_are_shown(preview: PaperPreview, qtbot: QtBot) -> None:
    preview.show_paper(ONE_PAGE)
    with qtbot.waitSignal(preview.print_asked) as asked:
        qtbot.mouseClick(preview._print, Qt.MouseButton.LeftButton)
    assert asked.args == [ONE_PAGE]


def test_that_bytes_that_are_no_paper_are_said_and_not_shown(preview: PaperPreview) -> None:
    with pytest.raises(EnvironmentFailure) as failed:
        preview.show_paper(b"%PDF-1.4 nothing")
    assert failed.value.finding.code == "paper_not_shown"
    assert preview.page_image() is None


class LateTasks(Tasks):
    """Real work, but its answers come home in the order the test asks for."""

    def __init__(self) -> None:
        super().__init__(inline=True)
        self.waiting: list[Callable[[], None]] = []

    def run(self, work, then=None, owner=None, pool="store", failed=None):  # type: ignore[no-untyped-def]
        self.waiting.append(partial(super().run, work, then, owner, pool, failed))
        return None


def test_that_a_late_answer_about_the_paper_before_is_not_shown(qtbot: QtBot) -> None:
    tasks = LateTasks()
    preview = PaperPreview(tasks)
    qtbot.addWidget(preview)
    preview.show_paper(TWO_PAGES)
    preview.show_paper(ONE_PAGE)
    before, now = tasks.waiting
    now()
    before()
    assert preview.place_text() == "Page 1 of 1"
    preview.larger()
    *_, small, large = tasks.waiting
    large()
    wide = shown(preview).width()
    small()
    assert shown(preview).width() == wide


def test_that_with_real_workers_only_the_last_paper_asked_for_is_shown(qtbot: QtBot) -> None:
    tasks = Tasks()
    preview = PaperPreview(tasks)
    qtbot.addWidget(preview)
    preview.show()
    for _ in range(5):
        preview.show_paper(TWO_PAGES)
        preview.show_paper(ONE_PAGE)
    qtbot.waitUntil(lambda: preview.page_image() is not None)
    assert preview.place_text() == "Page 1 of 1"
    tasks.close()

"""The page of paper: what is shown belongs to the chosen line, and a plain file is made only when asked twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.dialogs import Question
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import PlainLabel
from crs_desktop.documents.filed import FiledSheet
from crs_desktop.documents.old_paper import take_in_old_paper
from crs_desktop.documents.ui.page import PaperPage
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Refused, no
from tests.documents.shop import Shop, new_shop, old_paper
from tests.store.pharmacy import PATIENT, WEBER, ZONE, rows

LOGGED = "SELECT count(*) FROM change_log WHERE action = 'export'"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = new_shop(tmp_path / "t.crs")
    yield made
    made.close()


def page_on(shop: Shop, qtbot: QtBot, tasks: Tasks) -> PaperPage:
    page = PaperPage(tasks, shop.paper, ZONE, lambda: {PATIENT: "Adler, Ruth"}, lambda: WEBER)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    page.refresh()
    return page


@pytest.fixture
def filed(shop: Shop) -> tuple[FiledSheet, FiledSheet]:
    return shop.filed("one"), shop.filed("two")


def test_that_the_paper_beside_the_list_is_that_of_the_chosen_line(
    shop: Shop, filed: tuple[FiledSheet, FiledSheet], qtbot: QtBot
) -> None:
    page = page_on(shop, qtbot, Tasks(inline=True))
    for sheet in filed:
        page.table.choose(sheet.id)
        assert page.preview.content() == shop.paper.content(sheet)


class LateTasks(Tasks):
    """Real work, but its answers come home in the order the test asks for."""

    def __init__(self) -> None:
        super().__init__(inline=True)
        self.waiting: list[Callable[[], object]] = []
        self.late = False

    def run(self, work, then=None, owner=None, pool="store", failed=None):  # type: ignore[no-untyped-def]
        act = partial(super().run, work, then, owner, pool, failed)
        return self.waiting.append(act) if self.late else act()


def test_that_a_late_answer_never_shows_one_patient_s_paper_beside_another_line(
    shop: Shop, filed: tuple[FiledSheet, FiledSheet], qtbot: QtBot
) -> None:
    tasks = LateTasks()
    page = page_on(shop, qtbot, tasks)
    one, two = filed
    page.table.choose(two.id)
    tasks.late = True
    page.table.choose(one.id)
    assert page.preview.content() == b"", "what was shown before is taken away at once"
    page.table.choose(two.id)
    about_one, about_two = tasks.waiting
    tasks.late = False
    about_two()
    about_one()
    assert page.preview.content() == shop.paper.content(two)


def test_that_saving_says_what_a_plain_file_means_then_asks_where_and_is_logged(
    shop: Shop, filed: tuple[FiledSheet, FiledSheet], qtbot: QtBot, tmp_path: Path
) -> None:
    page = page_on(shop, qtbot, Tasks(inline=True))
    page.table.choose(filed[0].id)
    page.preview._save.click()
    (question,) = page.findChildren(Question)
    said = " ".join(label.text() for label in question.findChildren(PlainLabel))
    assert "not be" in said and "responsible" in said and "history" in said
    assert not page.findChildren(QFileDialog)
    question.yes_button.click()
    (dialog,) = page.findChildren(QFileDialog)
    assert Path(dialog.selectedFiles()[0]).name == filed[0].file_name and "Adler" not in filed[0].file_name
    assert rows(shop.store, LOGGED) == [(0,)]
    place = tmp_path / "chosen.pdf"
    dialog.fileSelected.emit(str(place))
    assert place.read_bytes() == shop.paper.content(filed[0])
    assert rows(shop.store, LOGGED) == [(1,)] and str(place) in page.said.text() and page.said.isVisible()
    page.table.choose(filed[1].id)
    assert not page.said.isVisible(), "what was said belongs to the sheet before"
    dialog.close()


def test_that_a_no_saves_nothing(
    shop: Shop, filed: tuple[FiledSheet, FiledSheet], qtbot: QtBot, tmp_path: Path
) -> None:
    page = page_on(shop, qtbot, Tasks(inline=True))
    page.preview._save.click()
    (question,) = page.findChildren(Question)
    question.no_button.click()
    assert not page.findChildren(QFileDialog) and rows(shop.store, LOGGED) == [(0,)]


def test_that_a_refused_or_failed_export_is_said(
    shop: Shop, filed: tuple[FiledSheet, FiledSheet], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_on(shop, qtbot, Tasks(inline=True))
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentFailure):
        page.saver.save(filed[0], tmp_path / "file" / "a.pdf", page._saved)
    refused = Refused((no("paper_missing", "x"),))
    monkeypatch.setattr(shop.paper, "export", lambda *given, **more: refused)
    page.saver.save(filed[0], tmp_path / "a.pdf", page._saved)
    assert "not in the store" in page.said.text() and page.said.isVisible()


def test_that_a_sheet_whose_old_file_was_missing_is_listed_and_said_and_offers_nothing(
    shop: Shop, qtbot: QtBot, tmp_path: Path
) -> None:
    files = old_paper(shop.store, tmp_path / "t-paper", ["one", "two"])
    first, second = files
    (tmp_path / "t-paper" / first).unlink()
    shop.paper.notes = take_in_old_paper(shop.store, tmp_path / "t-paper").findings
    page = page_on(shop, qtbot, Tasks(inline=True))
    assert first in page.said.text() and page.said.isVisible()
    by_name = {sheet.file_name: sheet for sheet in shop.paper.sheets()}
    page.table.choose(by_name[first].id)
    line = page.table.current()
    assert line is not None and line.state == "no PDF"
    assert page.preview.content() == b"" and not page.preview._save.isEnabled() and first in page.stale_text()
    page.save_shown()
    assert not page.findChildren(Question)
    page.table.choose(by_name[second].id)
    assert page.preview.content() == files[second] and page.stale_text() == ""


def test_that_the_printer_dialog_makes_no_file_and_is_not_shown_where_no_printer_is(
    shop: Shop, filed: tuple[FiledSheet, FiledSheet], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_on(shop, qtbot, Tasks(inline=True))
    monkeypatch.setattr(page.printer, "any_there", lambda: False)
    page.preview._print.click()
    assert not page.findChildren(QPrintDialog) and "no printer" in page.said.text()
    monkeypatch.setattr(page.printer, "any_there", lambda: True)
    page.preview._print.click()
    (dialog,) = page.findChildren(QPrintDialog)
    assert not dialog.testOption(QPrintDialog.PrintDialogOption.PrintToFile)
    dialog.close()

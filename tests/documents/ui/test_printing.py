"""Printing draws the filed pages as pictures: the paper that comes out is the paper that was filed."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
import tempfile
from pathlib import Path

import pypdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.documents.layout.page import Paper
from crs_desktop.documents.pages import picture
from crs_desktop.documents.sheets.infusion_day import build_infusion_day
from crs_desktop.documents.ui.images import image_of
from crs_desktop.documents.ui.printing import PaperPrinter, print_pages, spool_in_memory
from crs_desktop.kernel.errors import EnvironmentFailure
from tests.documents.reading import printed
from tests.documents.sample_papers import CART

FILED = {paper: printed(build_infusion_day(CART), paper) for paper in Paper}


def file_printer(path: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def coarse(content: bytes, page: int) -> list[int]:
    """The page in 40 by 52 greys: enough to see that nothing moved, too few to see how edges were smoothed."""
    image = image_of(picture(content, page, 100)).scaled(
        40, 52, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    return [image.pixelColor(x, y).lightness() for x in range(40) for y in range(52)]


@pytest.mark.parametrize("paper", list(Paper), ids=lambda paper: paper.name)
def test_that_every_page_comes_out_at_its_size_and_looks_like_the_filed_one(
    qapp: object, tmp_path: Path, paper: Paper
) -> None:
    out = tmp_path / "out.pdf"
    assert print_pages(FILED[paper], file_printer(out)) == 2
    pages = pypdf.PdfReader(out).pages
    assert len(pages) == 2
    for number, page in enumerate(pages):
        assert float(page.mediabox.width) == pytest.approx(paper.value[0], abs=1.5)
        assert float(page.mediabox.height) == pytest.approx(paper.value[1], abs=1.5)
        filed, came_out = coarse(FILED[paper], number), coarse(out.read_bytes(), number)
        apart = [abs(one - other) for one, other in zip(filed, came_out, strict=True)]
        assert max(apart) < 70 and sum(apart) / len(apart) < 4
        assert max(filed) - min(filed) > 60


def test_that_a_range_of_pages_is_kept(qapp: object, tmp_path: Path) -> None:
    assert print_pages(FILED[Paper.A4], file_printer(tmp_path / "out.pdf"), first=2, last=9) == 1
    assert print_pages(FILED[Paper.A4], file_printer(tmp_path / "one.pdf"), first=1, last=1) == 1


def test_that_a_printer_that_does_not_take_the_paper_is_said(qapp: object, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(EnvironmentFailure) as failed:
        print_pages(FILED[Paper.A4], file_printer(tmp_path / "folder"))
    assert failed.value.finding.code == "paper_not_printed"


def test_that_the_dialog_prints_on_yes_with_real_workers(qtbot: QtBot, tmp_path: Path) -> None:
    tasks, window = Tasks(), QWidget()
    qtbot.addWidget(window)
    counted: list[int] = []
    paper_printer = PaperPrinter(tasks, window)
    dialog = paper_printer.ask(FILED[Paper.A4], "infusion-day", counted.append)
    assert isinstance(dialog, QPrintDialog)
    dialog.printer().setOutputFileName(str(tmp_path / "out.pdf"))
    dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    dialog.accepted.emit(dialog.printer())
    qtbot.waitUntil(lambda: bool(counted), timeout=20_000)
    assert counted == [2]
    assert len(pypdf.PdfReader(tmp_path / "out.pdf").pages) == 2
    dialog.close()
    tasks.close()


@pytest.mark.skipif(sys.platform != "linux" or not ctypes.util.find_library("cups"), reason="not shown: no CUPS here")
def test_that_the_file_of_the_spooler_lies_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = tempfile.gettempdir()
    monkeypatch.setenv("TMPDIR", usual)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    spool_in_memory()
    name = ctypes.create_string_buffer(1024)
    made = ctypes.CDLL(ctypes.util.find_library("cups")).cupsTempFd(name, 1024)  # what Qt calls for a print job
    os.close(made)
    assert Path(os.fsdecode(name.value)).parent == tmp_path and tempfile.gettempdir() == usual
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "none"))
    monkeypatch.setenv("TMPDIR", usual)
    spool_in_memory()
    assert os.environ["TMPDIR"] == usual

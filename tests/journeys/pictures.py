"""Makes the pictures of README and docs from the running program: the board, a dose, the paper, and the walk.

    .venv/bin/python -m tests.journeys.pictures [FOLDER [THEME [PERCENT]]]

Writes board.png, board-after-dose.png, checklist.png, dosing-sheet.png and walk/*.png into FOLDER, or docs/pictures.
With a theme or a text size only the walk is taken, to be looked at.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QWidget

from crs_desktop.bootstrap.main_window import Desk
from crs_desktop.documents.pages import picture
from crs_desktop.documents.repository import FiledSheet
from crs_desktop.documents.ui.images import image_of
from crs_desktop.kernel.refusal import Refused
from tests.journeys.desk import Person, desk_over, filled_store, pause, wait_until
from tests.journeys.test_a_dose import WHO, record_by_keys
from tests.journeys.walk import Picture, Walk

DOCS = Path(__file__).resolve().parents[2] / "docs" / "pictures"
MOST_BYTES = 200_000
COLOURS = 256
PAPER_WIDTH = 900
DOTS_PER_INCH = 160


def save(image: QImage, path: Path) -> None:
    """Save with its most frequent colours, so that a picture of a window stays small."""
    path.parent.mkdir(parents=True, exist_ok=True)
    flat = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(flat.constBits(), dtype=np.uint32, count=flat.width() * flat.height())
    colours, counts = np.unique(pixels, return_counts=True)
    table = [int(colour) for colour in colours[np.argsort(-counts)][:COLOURS]]
    flat.convertToFormat(QImage.Format.Format_Indexed8, table).save(str(path), "PNG", 1)
    assert path.stat().st_size < MOST_BYTES, f"{path.name} has {path.stat().st_size} bytes"
    print(path.name, path.stat().st_size)


def save_board(desk: Desk, path: Path) -> None:
    """The whole window."""
    pause(100)
    save(QPixmap(desk.shell.grab()).toImage(), path)


class Camera(Picture):
    """Pictures of a walk, by their names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, name: str, widget: QWidget) -> None:
        pause(150)
        save(QPixmap(widget.grab()).toImage(), self._folder / f"{name}.png")


def save_paper(desk: Desk, filed: FiledSheet | Refused, path: Path) -> None:
    """The first page of a filed sheet."""
    assert isinstance(filed, FiledSheet)
    content = desk.house.paper.content(filed)
    assert isinstance(content, bytes)
    page = image_of(picture(content, 0, DOTS_PER_INCH))
    save(
        page.scaled(
            QSize(PAPER_WIDTH, 4000), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        ),
        path,
    )


def main(arguments: Sequence[str]) -> int:
    """Take them all."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = Path(arguments[0]) if arguments else DOCS
    theme, percent = (arguments[1] if len(arguments) > 1 else "light"), int(arguments[2]) if len(arguments) > 2 else 100
    if len(arguments) < 2:
        board_and_paper(folder)
    with tempfile.TemporaryDirectory() as place:
        Walk(Path(place), Camera(folder / "walk"), theme, percent).all()
    return 0


def board_and_paper(into: Path) -> None:
    """The board before and after a dose, and two sheets."""
    with tempfile.TemporaryDirectory() as folder, desk_over(filled_store(Path(folder) / "demo.crs")) as desk:
        before = desk.board.picture
        assert before is not None
        save_board(desk, into / "board.png")
        row = next(one for one in before.rows if one.state == "short")
        patient = next(one.patient_id for one in before.rows if one.name == WHO)
        paper, actor = desk.house.paper, desk.who.actor()
        save_paper(desk, paper.infusion_day(uuid4().hex, row.course_id, row.dose_key, actor), into / "checklist.png")
        sheet = paper.dosing_sheet(uuid4().hex, patient, actor, desk.rooms.preferred_vials(patient))
        save_paper(desk, sheet, into / "dosing-sheet.png")
        person = Person(desk)
        dialog = record_by_keys(person)
        wait_until(lambda: "Smallest fix" in dialog.done_view.text(), "who is short now")
        person.key(Qt.Key.Key_Escape)
        answered = desk.board.picture
        person.go("board")
        wait_until(lambda: desk.board.picture is not answered, "the board to answer again")
        save_board(desk, into / "board-after-dose.png")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Makes the pictures of README and docs from the running program: the board before and after a dose, and the paper.

    .venv/bin/python -m tests.journeys.pictures

Writes board.png, board-after-dose.png, checklist.png and dosing-sheet.png into docs/pictures.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from uuid import uuid4

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap

from crs_desktop.bootstrap.main_window import Desk
from crs_desktop.documents.pages import picture
from crs_desktop.documents.repository import FiledSheet
from crs_desktop.documents.ui.images import image_of
from crs_desktop.kernel.refusal import Refused
from tests.journeys.desk import Person, desk_over, filled_store, pause, wait_until
from tests.journeys.test_a_dose import WHO, record_by_keys

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
MOST_BYTES = 200_000
COLOURS = 256
PAPER_WIDTH = 900
DOTS_PER_INCH = 160


def save(image: QImage, name: str) -> None:
    """Save with its most frequent colours, so that a picture of a window stays small."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.png"
    flat = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(flat.constBits(), dtype=np.uint32, count=flat.width() * flat.height())
    colours, counts = np.unique(pixels, return_counts=True)
    table = [int(colour) for colour in colours[np.argsort(-counts)][:COLOURS]]
    flat.convertToFormat(QImage.Format.Format_Indexed8, table).save(str(path), "PNG", 1)
    assert path.stat().st_size < MOST_BYTES, f"{path.name} has {path.stat().st_size} bytes"
    print(path.name, path.stat().st_size)


def save_board(desk: Desk, name: str) -> None:
    """The whole window."""
    pause(100)
    save(QPixmap(desk.shell.grab()).toImage(), name)


def save_paper(desk: Desk, filed: FiledSheet | Refused, name: str) -> None:
    """The first page of a filed sheet."""
    assert isinstance(filed, FiledSheet)
    content = desk.house.paper.content(filed)
    assert isinstance(content, bytes)
    page = image_of(picture(content, 0, DOTS_PER_INCH))
    save(
        page.scaled(
            QSize(PAPER_WIDTH, 4000), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        ),
        name,
    )


def main() -> int:
    """Take them all."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder, desk_over(filled_store(Path(folder) / "demo.crs")) as desk:
        before = desk.board.picture
        assert before is not None
        save_board(desk, "board")
        row = next(one for one in before.rows if one.state == "short")
        patient = next(one.patient_id for one in before.rows if one.name == WHO)
        paper, actor = desk.house.paper, desk.who.actor()
        save_paper(desk, paper.infusion_day(uuid4().hex, row.course_id, row.dose_key, actor), "checklist")
        save_paper(
            desk, paper.dosing_sheet(uuid4().hex, patient, actor, desk.rooms.preferred_vials(patient)), "dosing-sheet"
        )
        person = Person(desk)
        dialog = record_by_keys(person)
        wait_until(lambda: "Smallest fix" in dialog.done_view.text(), "who is short now")
        person.key(Qt.Key.Key_Escape)
        answered = desk.board.picture
        person.go("board")
        wait_until(lambda: desk.board.picture is not answered, "the board to answer again")
        save_board(desk, "board-after-dose")
    return 0


if __name__ == "__main__":
    sys.exit(main())

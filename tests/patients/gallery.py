"""Pictures of the patients page and its forms with made-up data: python -m tests.patients.gallery FOLDER."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.main_window import MainWindow
from crs_desktop.desktop.protocols import PageEntry
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import ThemeName, apply_theme
from crs_desktop.episodes.service import EpisodeBook, GradeTyped
from crs_desktop.episodes.ui.forms import EpisodeForms
from crs_desktop.patients.commands import MarkInfusion, Reschedule, WeightTyped
from crs_desktop.patients.model import Outcome
from crs_desktop.patients.service import PatientRegister
from crs_desktop.patients.ui.enrol_dialog import EnrolDialog
from crs_desktop.patients.ui.page import PatientsPage
from crs_desktop.store.store import Store
from crs_desktop.therapies.service import AdoptTherapy, TherapyLibrary
from tests.patients.made_up import ACTOR, CATALOGUE, NOW, ZONE, enrolment, new_store, register_of
from tests.staff.signing.made_up import second

# ruff: noqa: E501
PEOPLE = [
    ("0041827", "Adler", "Ruth", "1961-03-12", "penicillin (rash)", "72.5", "2026-11-30 07:45", "teclistamab", "mono", "2026-11-28"),
    ("0038820", "Lindqvist", "Karin", "1955-07-01", "none known", "104.2", "2026-12-01 08:10", "axicabtagene_ciloleucel", "single", "2026-12-04"),
    ("0050113", "Osei", "Kwame", "1972-10-30", "", "80", "2026-11-20 09:00", "teclistamab", "mono", "2026-12-01"),
    ("0049990", "Petrović", "Željka", "1948-01-05", "latex", "61.4", "2026-12-02 07:30", "blinatumomab", "rr", "2026-11-24"),
    ("00-7781", "Nguyễn <b>Thị</b> & Söhne", "王小明", "1990-02-28", "", "", "", "teclistamab", "mono", "2026-12-09"),
    ("0061002", "כהן", "נועה", "1984-05-17", "none known", "58.75", "2026-12-01 10:00", "axicabtagene_ciloleucel", "single", "2026-11-10"),
    ("0061009", "Ωμέγα", "Σοφία", "1966-09-09", "none known", "66", "2026-11-29 10:00", "blinatumomab", "mrd", "2026-12-14"),
]  # fmt: skip


def fill(store: Store) -> tuple[PatientRegister, TherapyLibrary, EpisodeBook]:
    """A store with a story."""
    register, library, book = register_of(store), TherapyLibrary(store, CATALOGUE), EpisodeBook(store, ZONE)
    for number, (mrn, family, given, born, allergies, kg, when, therapy, regimen, start) in enumerate(PEOPLE):
        weight = WeightTyped(kg, when, "standing scale") if kg else None
        answer = register.enrol(
            enrolment(f"e{number}", mrn, family, given, born, allergies, weight, therapy, regimen, start), ACTOR
        )
        assert answer, answer
    by_mrn = {record.patient.mrn: record for record in register.records()}
    adler = by_mrn["0041827"].courses[0].id
    register.mark(MarkInfusion("m1", adler, "SUD1", "given", "2026-11-28 09:40", ""), ACTOR)
    register.mark(MarkInfusion("m2", adler, "SUD2", "given", "2026-12-01 10:15", ""), ACTOR)
    register.reschedule(Reschedule("m3", adler, "FULL1", "2026-12-04", "09:30", "ward full on Friday"), ACTOR)
    cells = by_mrn["0061002"].courses[0].id
    register.mark(MarkInfusion("m4", cells, "D0", "given", "2026-11-27 11:05", ""), ACTOR)
    typed = GradeTyped("CRS", "2", "ASTCT 2019", "N. Berg", "2026-12-02 03:10")
    book.tell("g1", by_mrn["0041827"].patient.id, typed, ACTOR)
    tec = CATALOGUE.protocol("teclistamab")
    adopted = AdoptTherapy("a1", tec.id, tec.fingerprint, "N. Berg", True, ())
    library.adopt(adopted, ACTOR, second(library.asked(adopted), NOW))
    return register, library, book


def save(widget: QWidget, path: Path) -> None:
    for _ in range(4):
        QApplication.processEvents()
    widget.grab().save(str(path))


def shoot(folder: Path, name: str, store: Store, parts: tuple[PatientRegister, TherapyLibrary, EpisodeBook]) -> None:
    register, _, book = parts
    tasks = Tasks(inline=True)
    forms = EpisodeForms(tasks, book, lambda: ACTOR)
    extra = (("Record a &dose", lambda _id: None), ("&Print the checklist", lambda _id: None))
    page = PatientsPage(tasks, register, forms, lambda: ACTOR, extra)
    window = MainWindow("crs_desktop", [PageEntry("patients", "Patients", "patients", lambda: page)])
    window.show_page("patients")
    window.resize(1280, 860)
    window.show()
    save(window, folder / f"{name}-page.png")
    page.choose(next(r.patient.id for r in register.records() if r.patient.mrn == "0050113"))
    save(window, folder / f"{name}-stale.png")
    page.choose(next(r.patient.id for r in register.records() if r.patient.mrn == "0061002"))
    save(window, folder / f"{name}-rtl.png")
    dialog = page.open_enrol()
    assert dialog is not None
    save(dialog, folder / f"{name}-enrol-empty.png")
    bad(dialog)
    save(dialog, folder / f"{name}-enrol-bad.png")
    dialog.reject()
    page.choose(next(r.patient.id for r in register.records() if r.patient.mrn == "0041827"))
    page.open_move()
    moving = QApplication.activeModalWidget()
    if isinstance(moving, FormDialog):
        moving.form.set_values({"day": "2026-12-10", "reason": "fever"})
        moving.form.changed.emit("day")
        save(moving, folder / f"{name}-move.png")
        moving.close()
    for run, what in ((page.open_weigh, "weigh"), (lambda: page.open_mark(Outcome.GIVEN), "given"), (page.open_end, "end"), (page.open_grade, "grade")):  # fmt: skip
        run()
        shown = QApplication.activeModalWidget()
        if shown is not None:
            save(shown, folder / f"{name}-{what}.png")
            shown.close()
    window.close()


def bad(dialog: EnrolDialog) -> None:
    dialog.form.set_values(
        {
            "family_name": "adler", "given_name": "RUTH", "mrn": "0077001", "birth_date": "1959-02-31",
            "weight_kg": "70,5", "measured_at": "2026-12-02 07:50", "method": "bed scale", "therapy": "teclistamab",
        }
    )  # fmt: skip
    dialog.form.changed.emit("therapy")
    dialog.form.set_values({"regimen": "mono", "start": "2026-12-07"})
    dialog.form.changed.emit("start")
    dialog.panel.submit()


def main(folder: Path) -> None:
    app = make_application(sys.argv)
    folder.mkdir(parents=True, exist_ok=True)
    looks: list[tuple[str, ThemeName, int]] = [("light", "light", 100), ("dark", "dark", 100), ("big", "light", 200)]
    with tempfile.TemporaryDirectory() as place:
        store = new_store(Path(place))
        parts = fill(store)
        for name, theme, percent in looks:
            apply_theme(app, theme, percent)
            shoot(folder, name, store, parts)
        store.close()


if __name__ == "__main__":
    place = Path(tempfile.mkdtemp()) / "screen.json"
    screen = {
        "name": "a",
        "x": 0,
        "y": 0,
        "width": 1366,
        "height": 900,
        "logicalDpi": 96,
        "logicalBaseDpi": 96,
        "dpr": 1,
    }
    place.write_text(json.dumps({"screens": [screen]}), "utf-8")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={place}"
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "gallery"))

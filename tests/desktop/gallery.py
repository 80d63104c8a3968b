"""Shows every widget of the toolkit with made-up data and saves pictures: python tests/desktop/gallery.py FOLDER."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.charts import ChartDay, ChartMark, DayChart
from crs_desktop.desktop.forms import Form, FormPanel
from crs_desktop.desktop.main_window import MainWindow
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import Action, PageEntry
from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, ThemeName, apply_theme
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, caption, hairline, heading, message, title
from crs_desktop.kernel.refusal import beware, no

TODAY = date(2026, 12, 2)


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    day: str
    time: str
    patient: str
    therapy: str
    dose: str
    sets: int
    lots: str
    weight: str
    verdict: str
    state: State


ROWS = [
    Row(
        "1",
        "Wed 2 Dec",
        "09:30",
        "Adler, R.  0041827",
        "axi-cel, day 0",
        "580 mg",
        2,
        "B7101 ×2, B7102 ×1",
        "72.5 kg, 2 d",
        "ready",
        State.READY,
    ),
    Row(
        "2",
        "Wed 2 Dec",
        "13:00",
        "Osei, K.  0050113",
        "teclistamab, step 2",
        "640 mg",
        1,
        "B7102 ×2",
        "80 kg, 11 d",
        "ready, but weight 11 days old",
        State.READY_BUT,
    ),
    Row(
        "3",
        "Fri 4 Dec",
        "08:00",
        "Lindqvist, K.  0038820",
        "axi-cel, day 0",
        "800 mg",
        2,
        "B7103 ×2",
        "104.2 kg, 1 d",
        "short 1 set: order 2 × 400 mg by Tue 14:00",
        State.SHORT,
    ),
    Row(
        "4",
        "Fri 4 Dec",
        "10:30",
        "Adler, R.  0041827",
        "axi-cel, day 2",
        "580 mg",
        2,
        "B7101 ×2",
        "72.5 kg, 2 d",
        "ready",
        State.READY,
    ),
    Row(
        "5",
        "Sat 5 Dec",
        "07:00",
        "<b>Nguyễn</b> & 王小明",
        "blinatumomab, day 1",
        "—",
        1,
        "—",
        "not known",
        "cannot say: no weight",
        State.CANNOT_SAY,
    ),
    Row(
        "6",
        "Mon 7 Dec",
        "09:00",
        "Petrović, Ž.  0049990",
        "teclistamab, full",
        "1,600 mg",
        1,
        "B7105 ×4",
        "200.1 kg, 3 d",
        "ready",
        State.READY,
    ),
]


def days() -> list[ChartDay]:
    shape = [
        (2, 4, "r"),
        (3, 4, "r"),
        (4, 3, "s"),
        (4, 4, "b"),
        (2, 4, "r"),
        (0, 3, "r"),
        (1, 3, "r"),
        (3, 3, "b"),
        (3, 3, "r"),
        (5, 3, "s"),
        (2, 3, "r"),
        (2, 2, "r"),
        (1, 2, "c"),
        (0, 2, "r"),
    ]
    states = {"r": State.READY, "s": State.SHORT, "b": State.READY_BUT, "c": State.CANNOT_SAY}
    marks = {
        2: (ChartMark("expiry", "2 vials of lot B7101 expire"),),
        4: (ChartMark("delivery", "6 × 400 mg"),),
        9: (ChartMark("expiry", "lot B7103 expires"), ChartMark("delivery", "4 × 200 mg")),
    }
    return [
        ChartDay(
            TODAY + timedelta(days=at),
            owed,
            min(owed, covered),
            states[kind],
            "",
            marks.get(at, ()),
            "2 %" if kind == "r" else "31 %",
        )
        for at, (owed, covered, kind) in enumerate(shape)
    ]


class BoardLike(Page):
    title = "Board"

    def __init__(self, tasks: Tasks) -> None:
        super().__init__(tasks)
        head = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(StateBadge(State.SHORT, "1 set on Fri 4 Dec", "heading"))
        words.addWidget(
            message("Ready through Thu 3 Dec. Fri 4 Dec short 1 set for K.L.: order 2 × 400 mg by Tue 14:00.")
        )
        head.addLayout(words, 1)
        head.addWidget(button("Can we &add…?"), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(button("&Print day", "main"), 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(head)
        self.chart = DayChart("Sets needed and covered by day")
        self.chart.show_days(days(), TODAY)
        self.chart.choose_day(date(2026, 12, 4))
        self.body.addWidget(self.chart)
        self.table: RecordTable[Row] = RecordTable(
            "Infusions",
            [
                Column("Day", lambda row: row.day, groups=True),
                Column("Time", lambda row: row.time),
                Column(
                    "Patient",
                    lambda row: row.patient.partition("  ")[0],
                    strong=True,
                    below=lambda row: row.patient.partition("  ")[2],
                ),
                Column(
                    "Therapy, step",
                    lambda row: row.therapy.partition(", ")[0],
                    below=lambda row: row.therapy.partition(", ")[2],
                ),
                Column("Sets", lambda row: str(row.sets), align="right", sort_key=lambda row: row.sets),
                Column("Dose, lots", lambda row: row.dose, below=lambda row: row.lots),
                Column(
                    "Weight, age",
                    lambda row: row.weight.partition(", ")[0],
                    align="right",
                    below=lambda row: row.weight.partition(", ")[2],
                ),
                Column(
                    "Verdict",
                    lambda row: row.verdict.partition(": ")[0],
                    state=lambda row: row.state,
                    stretch=True,
                    below=lambda row: row.verdict.partition(": ")[2],
                ),
            ],
            lambda row: row.key,
        )
        self.table.show_records(ROWS)
        self.table.choose("3")
        self.body.addWidget(self.table, 1)


class FormsLike(Page):
    title = "Forms"

    def __init__(self, tasks: Tasks) -> None:
        super().__init__(tasks)
        form = Form(columns=2)
        form.text("family", "&Family name")
        form.text("mrn", "Record &number", hint="As printed on the wristband; leading zeros stay")
        form.number("weight_kg", "&Weight", "kg", hint="Measured, in kilograms")
        form.choice("therapy", "&Therapy", [("axi", "axicabtagene ciloleucel"), ("tec", "teclistamab")], ask=True)
        form.day("start", "&Start date")
        form.day("birth", "&Birth date")
        form.long_text("allergies", "&Allergies")
        form.check("known", "No known allergies")
        form.set_values(
            {"family": "<b>Lindqvist</b> & Söhne", "mrn": "0038820", "weight_kg": "70,5", "start": "2026-02-31"}
        )
        form.show_findings(
            [
                no("weight_not_understood", "weight_kg", "70,5"),
                no("day_does_not_exist", "start", "2026-02-31"),
                no("text_missing", "therapy"),
                beware("weight_unusual", "", "251 kg"),
            ]
        )
        panel = FormPanel("Enrol a patient", "&Enrol", form)
        panel.set_identifiers("Lindqvist, Karin", "0038820", "born 12 Mar 1961")
        panel.setObjectName("Panel")
        panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setSpacing(12)
        column.addWidget(title("Title 22: 1,600 mg"))
        column.addWidget(heading("Heading 16: dose and vials"))
        column.addWidget(PlainLabel("Body 13: <img src='x'> 0123456789 Żółć Ωμέγα Привет"))
        column.addWidget(caption("Caption 11: label 8 mg/kg, read 22 Nov 2026, verified"))
        column.addWidget(hairline())
        for state, detail in (
            (State.READY, ""),
            (State.READY_BUT, "weight 11 days old"),
            (State.SHORT, "1 set"),
            (State.CANNOT_SAY, "no weight"),
        ):
            column.addWidget(StateBadge(state, detail))
        column.addWidget(hairline())
        for word, kind in (("Plain", "plain"), ("Main", "main"), ("Quiet", "quiet"), ("CRS now  F12", "alarm")):
            column.addWidget(button(word, kind))  # type: ignore[arg-type]
        off = button("Disabled", "main")
        off.setEnabled(False)
        column.addWidget(off)
        empty: RecordTable[Row] = RecordTable(
            "Lots",
            [Column("Lot", lambda row: row.lots)],
            lambda row: row.key,
            empty="No lots yet. Receive one to begin.",
            filter_hint="Filter lots",
        )
        empty.show_records([])
        column.addWidget(empty, 1)
        split = QSplitter()
        split.addWidget(panel)
        split.addWidget(side)
        self.body.addWidget(split, 1)


class EmptyLike(Page):
    title = "Patients"

    def refresh(self) -> None:
        self.ask(
            lambda: None,
            lambda _none: self.show_empty(
                "No patients yet",
                "Enrol the first one: two identifiers, a weight, a therapy and its start date.",
                ("&Enrol a patient", lambda: None),
            ),
        )


def window(tasks: Tasks) -> MainWindow:
    made = MainWindow(
        "crs_desktop",
        [
            PageEntry("board", "Board", "board", lambda: BoardLike(tasks)),
            PageEntry("patients", "Patients", "patients", lambda: EmptyLike(tasks)),
            PageEntry("stock", "Stock", "stock", lambda: FormsLike(tasks)),
            PageEntry("therapies", "Therapies", "therapies", lambda: EmptyLike(tasks)),
            PageEntry("doses", "Doses", "doses", lambda: EmptyLike(tasks)),
            PageEntry("paper", "Paper", "paper", lambda: EmptyLike(tasks)),
            PageEntry("history", "History", "history", lambda: EmptyLike(tasks)),
            PageEntry("settings", "Settings", "settings", lambda: EmptyLike(tasks)),
        ],
    )
    made.register(
        Action("dose.record", "Record a dose given", lambda: None, "Ctrl+D"),
        Action("paper.day", "Print the infusion-day checklists", lambda: None, "Ctrl+P"),
    )
    made.add_to_top(button("Record &dose", "main"))
    made.status.say("store", "Store: made-up data")
    made.status.say("encryption", "not encrypted", State.READY_BUT)
    made.status.say("policy", "Policy: unverified defaults", State.READY_BUT)
    made.status.say("clock", "Wed 2 Dec 2026 03:10 (UTC-05:00)")
    made.status.say("actor", "M. Okafor, pharmacist")
    made.show_page("board")
    return made


def save(widget: QWidget, path: Path) -> None:
    for _ in range(3):
        QApplication.processEvents()
    picture: QPixmap = widget.grab()
    picture.save(str(path))


def main(folder: Path) -> None:
    app = make_application(sys.argv)
    folder.mkdir(parents=True, exist_ok=True)
    looks: list[tuple[str, ThemeName, int]] = [
        ("light", "light", 100),
        ("dark", "dark", 100),
        ("contrast", "high_contrast", 100),
        ("big", "light", 200),
    ]
    for name, theme, percent in looks:
        apply_theme(app, theme, percent)
        tasks = Tasks(inline=True)
        shown = window(tasks)
        shown.show()
        for page in ("board", "stock", "patients"):
            shown.show_page(page)
            if page == "board":
                shown.made_pages()["board"].say_stale("Answered 4 min ago from the last plan; asking again.")
            save(shown, folder / f"{name}-{page}.png")
        shown.show_page("board")
        shown.banners.show_message(
            State.SHORT, "not possible now", "The disk is full: nothing was saved.", lambda: None
        )
        palette = shown.open_palette()
        palette.box.setText("go")
        save(palette, folder / f"{name}-palette.png")
        palette.close()
        save(shown, folder / f"{name}-banner.png")
        shown.close()


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "gallery"))

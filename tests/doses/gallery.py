"""Shows the doses page and its forms with made-up data and saves pictures: python -m tests.doses.gallery FOLDER."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.main_window import MainWindow
from crs_desktop.desktop.protocols import PageEntry
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import ThemeName, apply_theme
from crs_desktop.doses.ui.page import DosesPage
from crs_desktop.episodes.service import GradeTyped
from crs_desktop.kernel.days import DayRange
from crs_desktop.staff.signing.service import made_up_second
from crs_desktop.stock.commands import ChangeLotState, ConfirmEarmark
from tests.doses.made_up import ACTOR, Pharmacy, dose, must, pharmacy

PEOPLE = [
    ("0041827", "Adler", "Ruth", "72.5"), ("0038820", "Lindqvist", "Karin", "104.2"),
    ("0050113", "Osei", "Kwame", "29.6"), ("0049990", "Petrović", "Željka", ""),
    ("00-7781", "Nguyễn <b>Thị</b> & Söhne", "王小明", "61.4"), ("0061002", "כהן", "נועה", "58.75"),
]  # fmt: skip
CONSEQUENCES = "Fri 4 Dec is now short 1 set for K.L. Smallest fix: order 2 × 400 mg by Thu 3 Dec 14:00."


def fill(made: Pharmacy) -> dict[str, int]:
    """A night with two episodes open."""
    ward = made.place("Ward 7 cabinet", "5")
    for number, mg, vials, expires in (
        ("B7101", "400", 3, "2027-06-30"), ("C2201", "200", 2, "2027-01-31"), ("D0801", "80", 4, "2027-03-31"),
        ("Q9000", "200", 2, "2027-09-30"),
    ):  # fmt: skip
        made.receive(number, mg, vials, expires)
    made.receive("W4401", "400", 1, "2026-12-20", place=ward)
    lot = next(lot for lot in made.stock.lots() if lot.number == "Q9000")
    must(made.stock.change_state(ChangeLotState("q", lot.id, "quarantined", "fridge alarm"), ACTOR))
    ids = {mrn: made.enrol(mrn, family, given, kg) for mrn, family, given, kg in PEOPLE}
    must(made.doses.log_dose(dose(
        ids["0038820"], (made.line("B7101", 2),), "g1", started_at="2026-12-01 22:05", amount_mg="800",
        ended_at="2026-12-01 23:10", deviation_reason="entered after hand-over", deviation_name="A. Weiss",
    ), ACTOR))  # fmt: skip
    must(made.doses.log_dose(dose(
        ids["0061002"], (made.line("D0801", 5), made.line("C2201", 1)), "g2", started_at="2026-12-01 10:00",
        amount_mg="470", deviation_reason="shelf held one more than the ledger", deviation_name="A. Weiss",
        purpose="prophylactic", note="Before the second step-up dose.",
    ), ACTOR))  # fmt: skip
    twin = dose(ids["0061002"], (), "g3", started_at="2026-12-01 10:00", amount_mg="470", supply="elsewhere",
                deviation_reason="came with the patient", deviation_name="A. Weiss")  # fmt: skip
    must(made.doses.reverse("g4", must(made.doses.log_dose(twin, ACTOR)).id, "entered twice", ACTOR))
    typed = GradeTyped("CRS", "2", "ASTCT 2019", "N. Berg", "2026-12-02 02:55")
    must(made.episodes.tell("g5", ids["0041827"], typed, ACTOR))
    adler = next(record for record in made.patients.records() if record.patient.id == ids["0041827"])
    course = adler.courses[0].id
    days = DayRange(made.patients.today, made.patients.today)
    lines = (made.line("W4401", 1), made.line("C2201", 1))
    must(made.stock.confirm(ConfirmEarmark("g6", f"course:{course}", 1, days, lines), ACTOR))
    return ids


def save(widget: QWidget, path: Path) -> None:
    """A picture of a widget."""
    for _ in range(4):
        QApplication.sendPostedEvents()
        QApplication.processEvents()
    widget.grab().save(str(path))


def shoot(folder: Path, name: str, made: Pharmacy, ids: dict[str, int]) -> None:
    """Page and form in one look."""
    page = DosesPage(
        Tasks(inline=True), made.doses, made.patients, made.stock, lambda: ACTOR, lambda _id: (), lambda _id: None,
        lambda: CONSEQUENCES, made_up_second(made.store.clock),
    )  # fmt: skip
    window = MainWindow("crs_desktop", [PageEntry("doses", "Doses", "doses", lambda: page)])
    window.show_page("doses")
    window.resize(1280, 860)
    window.show()
    page.choose(ids["0041827"])
    save(window, folder / f"{name}-page.png")
    page.choose(ids["0038820"])
    page.log.view.selectRow(1)
    save(window, folder / f"{name}-refused.png")
    page.choose(ids["0050113"])
    save(window, folder / f"{name}-child.png")
    page.open_record(ids["0041827"])
    dialog = page.dialog
    assert dialog is not None
    save(dialog, folder / f"{name}-form.png")
    dialog.form.set_values({"start": "2026-12-02 09:00", "amount": "5,8", "kind": "CRS"})
    dialog.form.changed.emit("start")
    dialog.panel.submit()
    save(dialog, folder / f"{name}-form-bad.png")
    dialog.reject()
    page.open_record(ids["0041827"])
    again = page.dialog
    assert isinstance(again, QDialog) and again is not dialog
    again.form.set_values(
        {"start": "2026-12-01 21:00", "amount": "600", "prescriber": "A. Weiss", "given_by": "N. Berg"}
    )
    again.form.changed.emit("start")
    again.panel.submit()
    save(again, folder / f"{name}-form-departs.png")
    if name == "light":
        again.form.vials.rows()[1].count.set_value("3")
        again.form.changed.emit("vials")
        again.panel.submit()
        again.form.set_values({"deviation_reason": "seizure, given at once", "deviation_name": "A. Weiss"})
        again.panel.submit()
        save(again, folder / f"{name}-done.png")
    again.close()
    page.open_reversal()
    shown = QApplication.activeModalWidget()
    if shown is not None:
        save(shown, folder / f"{name}-back.png")
        shown.close()
    page.seconds.count(made.doses.overview())
    shoot_second_check(folder, name, page)
    window.close()


def shoot_second_check(folder: Path, name: str, page: DosesPage) -> None:
    """Each step of a second check; the last difference is left open."""
    line = next(one for one in page.log.model.records() if one.waits)
    page.log.choose(line.entry.id)
    page.seconds.check_button.click()
    dialog = page.seconds.dialog
    assert dialog is not None
    save(page.window(), folder / f"{name}-second-cover.png")
    save(dialog, folder / f"{name}-second-who.png")
    dialog.who.alone_button.click()
    save(dialog, folder / f"{name}-second-not-alone.png")
    dialog.who.submit()
    save(dialog, folder / f"{name}-second-look.png")
    dialog.look.submit()
    save(dialog, folder / f"{name}-second-missing.png")
    dialog.look.form.set_values({"weight": "98.2", "product": "Actemra", "amount": "785.6"})
    dialog.look.submit()
    save(dialog, folder / f"{name}-second-differs.png")
    dialog._correct()
    save(dialog, folder / f"{name}-second-correct.png")
    dialog._explain()
    save(dialog, folder / f"{name}-second-explain.png")
    if name == "light":
        dialog.step().form.set_values({"why_weight": "yesterday's scale", "why_amount": "follows from it"})
        dialog.step().submit()
        save(dialog, folder / f"{name}-second-agreed.png")
    dialog.close()
    page.refresh()
    page.log.choose(line.entry.id)
    save(page.window(), folder / f"{name}-second-log.png")


def main(folder: Path) -> None:
    """Every look."""
    app = make_application(sys.argv)
    folder.mkdir(parents=True, exist_ok=True)
    looks: list[tuple[str, ThemeName, int]] = [("dark", "dark", 100), ("big", "light", 200), ("light", "light", 100)]
    with tempfile.TemporaryDirectory() as place:
        made = pharmacy(Path(place))
        ids = fill(made)
        for name, theme, percent in looks:
            apply_theme(app, theme, percent)
            shoot(folder, name, made, ids)
        made.store.close()


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "gallery"))

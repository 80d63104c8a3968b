"""The forms of the shelf: each asks for a few fields and sends them as typed; the service reads and decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.words import message, tr
from crs_desktop.stock.model import Place, WasteCause
from crs_desktop.stock.ui.words import cause_text

EVERYWHERE = "0"


def waste_dialog(about: Sequence[str], cost: str, parent: QWidget) -> FormDialog:
    """Vials thrown away: how many, and why."""
    form = Form()
    form.add_widget(message(cost))
    form.number("vials", tr("&Quantity"), tr("vials"))
    causes = [(one.value, cause_text(one.value)) for one in WasteCause if one is not WasteCause.PREPARED]
    form.choice("cause", tr("&Cause"), causes, ask=True)
    form.text("reason", tr("&Reason"), hint=tr("Needed for “other”; else what is worth knowing"), wide=True)
    return _about(FormDialog(tr("Waste vials"), tr("&Waste"), form, parent), about)


def broken_dialog(about: Sequence[str], cost: str, parent: QWidget) -> FormDialog:
    """One vial broken, in two keys: everything is filled in."""
    form = Form()
    form.add_widget(message(cost))
    form.number("vials", tr("&Quantity"), tr("vials"))
    form.text("reason", tr("&Note"), hint=tr("May stay empty"), wide=True)
    form.set_values({"vials": "1"})
    return _about(FormDialog(tr("Vial broken"), tr("&Write it down"), form, parent), about)


def move_dialog(about: Sequence[str], text: str, places: Sequence[Place], parent: QWidget) -> FormDialog:
    """Vials that go to another place."""
    form = Form()
    form.add_widget(message(text))
    form.number("vials", tr("&Quantity"), tr("vials"))
    form.choice("to_place", tr("&To"), _places(places), ask=len(places) != 1)
    form.text("reason", tr("&Reason"), hint=tr("May stay empty"), wide=True)
    return _about(FormDialog(tr("Move vials"), tr("&Move"), form, parent), about)


def hold_dialog(about: Sequence[str], text: str, place: Place, parent: QWidget) -> FormDialog:
    """Keep a lot from being used."""
    form = Form()
    form.add_widget(message(text))
    here = (str(place.id), tr("in {place} only").format(place=place.name))
    form.choice("place", tr("Wh&ere"), [(EVERYWHERE, tr("in every place")), here])
    form.text("reason", tr("&Reason"), wide=True)
    return _about(FormDialog(tr("Quarantine a lot"), tr("&Quarantine"), form, parent), about)


def release_dialog(
    about: Sequence[str], text: str, where: Sequence[tuple[str, str]], parent: QWidget
) -> FormDialog:  # fmt: skip
    """Make a lot usable again: what was in the way stands above, and somebody answers for it."""
    form = Form()
    form.add_widget(message(text))
    form.choice("place", tr("Wh&ere"), where, ask=len(where) != 1)
    form.text("reason", tr("&Reason"), wide=True)
    form.text(
        "authority", tr("On &whose word"), hint=tr("Who decided: a pharmacist, or the manufacturer with a case number"),
        wide=True,
    )  # fmt: skip
    return _about(FormDialog(tr("Make a lot available"), tr("Make &available"), form, parent), about)


def excursion_dialog(text: str, places: Sequence[Place], began: str, parent: QWidget) -> FormDialog:
    """A place too warm or too cold; what is not known yet stays empty."""
    form = Form(columns=2)
    form.add_widget(message(text))
    form.choice("place", tr("&Place"), _places(places), ask=len(places) != 1)
    form.text("began", tr("&Began"), hint=tr("Local date and time, such as 2026-12-03 04:15"))
    form.text("ended", tr("&Ended"), hint=tr("Empty while it lasts"))
    form.number("lowest", tr("&Lowest"), "°C", hint=tr("Empty when not known"))
    form.number("highest", tr("&Highest"), "°C", hint=tr("Empty when not known"))
    form.text("reason", tr("&What happened"), wide=True)
    form.set_values({"began": began})
    return FormDialog(tr("Record a temperature excursion"), tr("Bloc&k the vials"), form, parent)


def excursion_end_dialog(text: str, running: Sequence[tuple[str, str]], ended: str, parent: QWidget) -> FormDialog:
    """The place is as it should be again."""
    form = Form(columns=2)
    form.add_widget(message(text))
    form.choice("excursion", tr("E&xcursion"), running, ask=len(running) != 1)
    form.text("ended", tr("&Ended"), hint=tr("Local date and time"))
    form.number("lowest", tr("&Lowest"), "°C", hint=tr("Empty when not known"))
    form.number("highest", tr("&Highest"), "°C", hint=tr("Empty when not known"))
    form.text("reason", tr("&Note"), wide=True)
    form.set_values({"ended": ended})
    return FormDialog(tr("End a temperature excursion"), tr("En&d it"), form, parent)


def prepared_dialog(about: Sequence[str], text: str, parent: QWidget) -> FormDialog:
    """A promised set that was prepared and not given."""
    form = Form()
    form.add_widget(message(text))
    form.text("reason", tr("&Reason"), wide=True)
    return _about(FormDialog(tr("Prepared, not given"), tr("&Spend the vials"), form, parent), about)


def _places(places: Sequence[Place]) -> list[tuple[str, str]]:
    return [
        (str(place.id), tr("{place} ({minutes} min)").format(
            place=place.name, minutes=place.reach // timedelta(minutes=1)))
        for place in places
    ]  # fmt: skip


def _about(dialog: FormDialog, about: Sequence[str]) -> FormDialog:
    dialog.panel.set_identifiers(*about)
    return dialog

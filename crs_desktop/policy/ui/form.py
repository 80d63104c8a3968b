"""The form that states a new value: what holds from which day, who owns it and why."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.protocols import Blind
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import message, phrase, tr
from crs_desktop.policy.model import Decided, PolicyOption
from crs_desktop.policy.ui import words


def state_dialog(decided: Decided, today: date, parent: QWidget) -> FormDialog:
    """A form about one option; the day is today until another is typed."""
    option = decided.option
    form = Form(columns=2)
    form.add_widget(
        message(
            phrase(
                "policy_ui_new", sentence=option.sentence, allowed=option.allowed,
                value=words.value_text(option, decided.value),
            )
        )
    )  # fmt: skip
    if option.kind == "choice":
        form.choice("value", tr("&Value"), [(choice, choice) for choice in option.choices], ask=True)
    else:
        form.number("value", tr("&Value"), option.unit)
    form.day("valid_from", tr("Valid &from"), hint=tr("Holds from this day on, until another row begins"))
    form.text("owner", tr("&Owner"), hint=tr("The person or committee who decided it"), wide=True)
    form.text("reason", tr("&Reason"), wide=True)
    form.text("citation", tr("&Citation"), hint=tr("Where it is written; may stay empty"), wide=True)
    form.set_values({"valid_from": today.isoformat()})
    dialog = FormDialog(tr("State a new value"), tr("&State it"), form, parent)
    dialog.panel.set_identifiers(words.option_name(option))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    room = dialog.screen().availableGeometry().height() - scaled(60)
    dialog.resize(scaled(640), min(form.sizeHint().height() + scaled(280), room))
    return dialog


def blind_entries(option: PolicyOption) -> dict[str, Blind]:
    """How value and day are asked of a second person."""
    unit = "" if option.kind == "choice" else option.unit
    return {
        "value": Blind(tr("&Value"), tr("As it was decided: {allowed}").format(allowed=option.allowed), unit),
        "valid_from": Blind(tr("Valid &from"), tr("From which day it holds")),
    }

"""The fields of a weight, the same wherever one is typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from crs_desktop.desktop.forms import Form
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.patients.commands import WeightTyped
from crs_desktop.patients.model import WeighingMethod


def add_weight_fields(form: Form, today: date, *, optional: bool = False) -> None:
    """Kilograms, time of measuring, method, and the box that answers an unusual weight."""
    hint = tr("Leave empty when nobody has weighed yet") if optional else ""
    form.number("weight_kg", tr("&Weight"), "kg", hint=hint)
    form.choice("method", tr("Ho&w weighed"), [(method.value, tr(method.value)) for method in WeighingMethod], ask=True)
    form.check("confirm_weight", phrase("patients_confirm_weight"))
    like = phrase("patients_like", what=tr("Local time of weighing"), example=f"{today.isoformat()} 07:45")
    form.text("measured_at", tr("&Measured at"), hint=like, wide=True)


def weight_typed(values: Mapping[str, str]) -> WeightTyped:
    """The weight as it stands in the form."""
    return WeightTyped(values["weight_kg"], values["measured_at"], values["method"])

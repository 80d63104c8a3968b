"""The forms of recalls: a notice as it came, and the end of one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.words import message, phrase, tr
from crs_desktop.stock.commands import BRANDS
from crs_desktop.stock.recalls.commands import RecordRecall
from crs_desktop.stock.recalls.model import CLASSES
from crs_desktop.stock.ui.recalls.words import class_text


def notice_dialog(look_first: bool, parent: QWidget) -> FormDialog:
    """A notice. With `look_first` it is only looked at."""
    form = Form(columns=2)
    if not look_first:
        form.add_widget(message(phrase("recall_ui_record")))
    form.choice("brand", tr("&Brand"), [(brand, brand) for brand in BRANDS], ask=True)
    form.text("number", tr("&Number of the notice"), example="D-0123-2026")
    form.choice("recall_class", tr("&Class"), [(one, class_text(one)) for one in CLASSES], ask=True)
    form.day("noticed", tr("&Day of the notice"))
    form.long_text("lots", tr("&Lots that it names"), hint=phrase("recall_ui_lots"), lines=4)
    form.check("every_lot", tr("It names &every lot of the brand"))
    form.text("reason", tr("&Reason"), hint=tr("As the notice gives it; empty when it gives none"), wide=True)
    form.text("source", tr("&Source"), hint=tr("Where the notice was read"), wide=True)
    if look_first:
        return FormDialog(tr("Look at a notice before it is recorded"), tr("Loo&k"), form, parent)
    return FormDialog(tr("Record a recall notice"), tr("Record &it"), form, parent)


def command_of(request_id: str, typed: dict[str, str]) -> RecordRecall:
    """What was typed, as the service reads it."""
    return RecordRecall(
        request_id, typed["number"], typed["recall_class"], typed["brand"], typed["lots"], bool(typed["every_lot"]),
        typed["noticed"], typed["reason"], typed["source"],
    )  # fmt: skip

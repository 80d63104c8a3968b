"""The form that states a standby rule, and what a second person enters of it blind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.protocols import Blind
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import message, tr
from crs_desktop.policy.standby.kinds import standby_kind, standby_kinds
from crs_desktop.policy.standby.model import CLASSES, JURISDICTIONS, LOCAL
from crs_desktop.policy.ui.standby import words


class StandbyForm(Form):
    """All of a rule; what the chosen kind asks for, and its source, stands beneath the choice."""

    def __init__(self, products: Sequence[str], today: date) -> None:
        super().__init__(columns=2)
        scopes = [(scope, words.scope_name(scope)) for scope in (*CLASSES, *products)]
        self.choice("scope", tr("&For"), scopes, ask=True)
        where = [("", tr("everywhere")), *((place, place) for place in JURISDICTIONS)]
        self.choice("jurisdiction", tr("&Jurisdiction"), where)
        self._kind = self.choice(
            "kind", tr("&Kind"), [(kind.key, words.kind_name(kind.key)) for kind in standby_kinds()], ask=True
        )
        self.number("extra_days", tr("Window longer b&y"), tr("days"))
        self.told = message(words.kind_text(None))
        self.add_widget(self.told)
        self._sets = self.number("sets", tr("S&ets"), tr("sets"), hint=tr("Only for a local number: 0 to 4"))
        self._further = self.number("further", tr("Of them &within 8 h"), tr("sets"))
        self.day("valid_from", tr("Valid f&rom"))
        self.day("valid_to", tr("Valid &until"), hint=tr("Last day; empty while no end is known"))
        self.text("owner", tr("&Owner"), hint=tr("The person or committee who decided it"), wide=True)
        self.text("reason", tr("Rea&son"), wide=True)
        self.text("citation", tr("C&itation"), hint=tr("Where it is written"), wide=True)
        self.set_values({"valid_from": today.isoformat(), "extra_days": "0"})
        self._kind.edited.connect(self._tell)
        self._tell()

    def _tell(self) -> None:
        key = self._kind.value()
        self.told.setText(words.kind_text(standby_kind(key)))
        for field in (self._sets, self._further):
            field.setEnabled(key == LOCAL)


def standby_dialog(products: Sequence[str], today: date, parent: QWidget) -> FormDialog:
    """A rule to be stated from today on, until another day is typed."""
    form = StandbyForm(products, today)
    dialog = FormDialog(tr("State a standby rule"), tr("S&tate it"), form, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    room = dialog.screen().availableGeometry().height() - scaled(60)
    dialog.resize(scaled(680), min(form.sizeHint().height() + scaled(280), room))
    return dialog


def blind_entries() -> dict[str, Blind]:
    """How the numbers and the day are asked of a second person."""
    return {
        "sets": Blind(tr("S&ets"), tr("All sets of a window, as it was decided"), tr("sets")),
        "further": Blind(tr("Of them &within 8 h"), tr("0 when all lie on site"), tr("sets")),
        "extra_days": Blind(tr("Window longer b&y"), tr("0 when it is not"), tr("days")),
        "valid_from": Blind(tr("Valid f&rom"), tr("From which day it holds")),
    }

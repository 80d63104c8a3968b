"""The fields of a therapy with its regimen and start, the same wherever one is chosen."""

from __future__ import annotations

from datetime import date

from crs_desktop.desktop.forms import Form
from crs_desktop.desktop.words import tr
from crs_desktop.kernel.entry import read_day
from crs_desktop.patients.model import Course
from crs_desktop.therapies.catalogue import Catalogue
from crs_desktop.therapies.model.protocol import Protocol


class TherapyFields:
    """Therapy, regimen and start in a form; the regimens follow the therapy."""

    def __init__(self, form: Form, catalogue: Catalogue) -> None:
        self._form, self._catalogue = form, catalogue
        therapies = [(protocol.id, protocol.name) for protocol in catalogue.protocols]
        form.choice("therapy", tr("&Therapy"), therapies, ask=True)
        self._regimen = form.choice("regimen", tr("&Regimen"), [], ask=True)
        form.day("start", tr("&Start date"), hint=tr("The first dose of the schedule"))
        form.changed.connect(self._changed)

    def course(self) -> Course | None:
        """The course that the fields describe now; None while something is missing."""
        values, protocol = self._form.values(), self._protocol()
        start = read_day(values["start"], "start")
        if protocol is None or protocol.regimen(values["regimen"]) is None or not isinstance(start, date):
            return None
        return Course(0, 0, protocol, values["regimen"], start, None)

    def _protocol(self) -> Protocol | None:
        chosen = self._form.values()["therapy"]
        return self._catalogue.protocol(chosen) if chosen in self._catalogue.ids() else None

    def _changed(self, name: str) -> None:
        if name != "therapy":
            return
        protocol = self._protocol()
        regimens = [(item.id, item.title) for item in protocol.regimens] if protocol is not None else []
        self._regimen.set_choices(regimens)
        if len(regimens) == 1:
            self._regimen.set_value(regimens[0][0])

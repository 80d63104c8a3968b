"""The fields of a therapy with its regimen and start, the same wherever one is chosen, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from crs_desktop.desktop.forms import Form
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.entry import read_day
from crs_desktop.patients.courses.versions import Offer
from crs_desktop.patients.model import Course
from crs_desktop.patients.ui.sureness import Marks
from crs_desktop.patients.ui.words import shortened
from crs_desktop.therapies.model.protocol import Protocol

_CLASSES = {"car_t": "CAR-T cells", "bispecific": "bispecific antibodies"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The course that the fields describe, which version it would follow, and what must be said of the product."""

    course: Course
    version: str
    care: tuple[str, ...]
    marks: Marks


class TherapyFields:
    """A search, a class, then therapy, regimen and start; the therapies follow the search, the regimens the therapy."""

    def __init__(self, form: Form, offers: Sequence[Offer], zone: ZoneInfo) -> None:
        self._form, self._offers, self._zone = form, tuple(offers), zone
        self._by_id = {offer.protocol.id: offer for offer in self._offers}
        form.text("find", tr("Find b&y name or brand"), hint=tr("The therapies beneath follow what is typed"))
        form.choice("class", tr("C&lass"), [("", tr("all")), *((kind, tr(said)) for kind, said in _CLASSES.items())])
        self._therapy = form.choice("therapy", tr("&Therapy"), self._listed(self._offers), ask=True)
        self._regimen = form.choice("regimen", tr("&Regimen"), [], ask=True)
        form.day("start", tr("&Start date"), hint=tr("The first dose of the schedule"))
        form.changed.connect(self._changed)

    def chosen(self) -> Chosen | None:
        """What the fields describe now; None while something is missing."""
        values, offer = self._form.values(), self._offer()
        start = read_day(values["start"], "start")
        if offer is None or offer.protocol.regimen(values["regimen"]) is None or not isinstance(start, date):
            return None
        course = Course(0, 0, offer.protocol, values["regimen"], start, None)
        return Chosen(course, version_text(offer, self._zone), self._care(offer), Marks(offer.protocol, offer.adoption))

    def care(self) -> str:
        """What must be said of the chosen product, as soon as it is chosen."""
        offer = self._offer()
        return "" if offer is None else "\n".join(self._care(offer))

    def fingerprint(self) -> str:
        """The version of the chosen therapy that is shown; '' while none is chosen."""
        offer = self._offer()
        return "" if offer is None else offer.protocol.fingerprint

    def _offer(self) -> Offer | None:
        return self._by_id.get(self._form.values()["therapy"])

    def _care(self, offer: Offer) -> tuple[str, ...]:
        said = []
        if offer.waiting is not None:
            waiting = offer.waiting
            said.append(
                phrase("patients_version_waiting", revision=waiting.label_revision, version=waiting.fingerprint[:8])
            )
        for other in never_for(offer.protocol, [each.protocol for each in self._offers]):
            said.append(phrase("patients_never_swap", one=full_name(offer.protocol), other=other))
        if offer.adoption is None:
            said.append(phrase("patients_preview_unadopted"))
        return tuple(said)

    def _changed(self, name: str) -> None:
        if name in ("find", "class"):
            self._narrow()
        elif name == "therapy":
            self._follow()

    def _narrow(self) -> None:
        """Offer what fits the search; one that alone fits is chosen."""
        values, before = self._form.values(), self._therapy.value()
        fitting = [
            offer for offer in self._offers
            if values["class"] in ("", offer.protocol.kind) and fits(values["find"], offer.protocol)
        ]  # fmt: skip
        self._therapy.set_choices(self._listed(fitting))
        if len(fitting) == 1 and values["find"].strip():
            self._therapy.set_value(fitting[0].protocol.id)
        if self._therapy.value() != before:
            self._form.changed.emit("therapy")

    def _follow(self) -> None:
        offer = self._offer()
        regimens = [] if offer is None else [(item.id, item.title) for item in offer.protocol.regimens]
        self._regimen.set_choices(regimens)
        if len(regimens) == 1:
            self._regimen.set_value(regimens[0][0])

    def _listed(self, offers: Sequence[Offer]) -> list[tuple[str, str]]:
        return [(offer.protocol.id, full_name(offer.protocol)) for offer in offers]


def full_name(protocol: Protocol) -> str:
    """'teclistamab-cqyv (Tecvayli)': generic name and brand, always both."""
    return phrase("patients_therapy_brand", therapy=protocol.name, brand=protocol.brand)


def fits(typed: str, protocol: Protocol) -> bool:
    """True when each word typed begins a word of the name or the brand."""
    words = f"{protocol.name} {protocol.brand} {protocol.id.replace('_', ' ')}".casefold().replace("-", " ").split()
    return all(any(word.startswith(one) for word in words) for one in typed.casefold().replace("-", " ").split())


def never_for(protocol: Protocol, others: Sequence[Protocol]) -> list[str]:
    """The products that must never be given for this one, whichever of the two files says so."""
    names = {other.id: full_name(other) for other in others}
    said = {*protocol.never_swap, *(other.id for other in others if protocol.id in other.never_swap)} - {protocol.id}
    return [names.get(one, one) for one in sorted(said)]


def version_text(offer: Offer, zone: ZoneInfo) -> str:
    """'Version: US label 2026-03 (1a2b3c4d), adopted by A. Weber, Wed 2 Dec 2026'."""
    protocol = offer.protocol
    said = phrase(
        "patients_protocol", jurisdiction=protocol.jurisdiction, revision=protocol.label_revision,
        version=protocol.fingerprint[:8],
    )  # fmt: skip
    if offer.adoption is None:
        return phrase("patients_version_shipped", version=said)
    day = day_text(local_day(offer.adoption.at, zone), year=True)
    return phrase("patients_version_adopted", version=said, name=shortened(offer.adoption.pharmacist), day=day)

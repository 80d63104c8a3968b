"""How sure a value of a protocol is, as shape and words: unverified and why, not known, this site's own, compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase
from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.patients.dating import restart_row_of
from crs_desktop.patients.model import Course
from crs_desktop.patients.overview import PatientLine
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.model.care import InfusionTime, Observation, Premedication
from crs_desktop.therapies.model.dated import ScheduledDose
from crs_desktop.therapies.model.facts import Fact
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.slots import slot_of

Paths = tuple[str, ...]
# What of a step or phase says on which days it may be given.
_DAYS = (
    "day", "min_gap_days", "usual_gap_days", "max_gap_days", "extension_reason", "first_gap_days", "interval_days",
)  # fmt: skip
UNVERIFIED, UNKNOWN, OWN, COMPARED, READ = "unverified", "unknown", "own", "compared", "read"


@dataclass(frozen=True, slots=True)
class Sure:
    """A shape (None: nothing asks for a look) and the words beside it; no words where no value is judged."""

    state: State | None
    words: str


NOTHING = Sure(None, "")


@dataclass(frozen=True, slots=True)
class Marks:
    """Judges the facts of one version as this site has signed for it; what another signature compared counts nothing.

    A signature that is not under exactly this version is none.
    """

    protocol: Protocol
    adoption: Adoption | None

    @property
    def adopted(self) -> bool:
        """True when this site has signed for exactly this version."""
        return self.adoption is not None and self.adoption.fingerprint == self.protocol.fingerprint

    @property
    def checked(self) -> frozenset[str]:
        """What the site has compared with the label."""
        return frozenset(self.adoption.checked) if self.adoption is not None and self.adopted else frozenset()

    def about(self, *paths: str) -> Sure:
        """How sure the facts at or below these paths are; which of them, where not all are alike."""
        judged = self.protocol.facts_under(*paths)
        if not judged:
            return NOTHING
        groups: dict[str, list[str]] = {}
        for fact in judged:
            groups.setdefault(self._words_of(fact), []).append(fact.path.rpartition(".")[2].replace("_", " "))
        kinds = {self.kind(fact) for fact in judged}
        quiet = {phrase("patients_sure_read"), phrase("patients_sure_compared")}
        said = [self._named(word, names, len(judged)) for word, names in groups.items() if word not in quiet]
        if said:
            return Sure(_shape(kinds), "; ".join(said))
        return Sure(None, phrase("patients_sure_compared" if COMPARED in kinds else "patients_sure_read"))

    def dose(self, course: Course, dose: ScheduledDose, weight: BodyWeight | None) -> Sure:
        """How sure everything is that one dated dose rests on: how many facts of each kind."""
        unverified = [path for path in dose.unverified_facts if path not in self.checked]
        place = place_of_dose(course, dose.key, weight)
        rows = (*(() if place is None else (place.path,)), *(row.path for row in rows_around(dose)))
        own = [
            fact for fact in self.protocol.facts_under(*rows)
            if fact.by_site and (place is None or place.holds(fact.path))
        ]  # fmt: skip
        counts = (("unverified", len(unverified)), ("unknown", len(dose.unknowns)), ("own", len(own)))
        said = [phrase(f"patients_sure_count_{kind}", count=count) for kind, count in counts if count]
        kinds = {UNVERIFIED} if unverified else {UNKNOWN} if dose.unknowns else set[str]()
        if not said:
            said = [phrase("patients_sure_compared" if dose.unverified_facts else "patients_sure_read")]
        return Sure(_shape(kinds), ", ".join(said))

    def days(self, course: Course, dose: ScheduledDose, weight: BodyWeight | None = None) -> Sure:
        """How sure the days are on which a dose may be given."""
        place = place_of_dose(course, dose.key, weight)
        return NOTHING if place is None else self.about(*place.days_of(course, dose))

    def marked(self, fact: Fact) -> bool:
        """True for what a reader must be told: unverified, not known, or this site's own."""
        return self.kind(fact) in (UNVERIFIED, UNKNOWN, OWN)

    def changed(self, path: str) -> bool:
        """True where this site has set a value otherwise."""
        return any(fact.by_site for fact in self.protocol.facts_under(path))

    def kind(self, fact: Fact) -> str:
        """Which of the five a fact is."""
        if fact.unknown:
            return UNKNOWN
        if fact.by_site:
            return OWN
        if not fact.unverified:
            return READ
        return COMPARED if fact.path in self.checked else UNVERIFIED

    def _words_of(self, fact: Fact) -> str:
        kind = self.kind(fact)
        if kind == COMPARED and fact.foreign:
            return phrase("patients_sure_compared_foreign", country=fact.jurisdiction)
        if kind != UNVERIFIED:
            return phrase(f"patients_sure_{kind}")
        if fact.foreign:
            return phrase("patients_sure_foreign", country=fact.jurisdiction)
        return phrase("patients_sure_memory" if fact.from_memory else "patients_sure_low")

    def _named(self, word: str, names: Iterable[str], among: int) -> str:
        listed = list(names)
        if len(listed) == among:
            return word
        return phrase("patients_sure_named", word=word, names=", ".join(dict.fromkeys(listed)))


def _shape(kinds: set[str]) -> State | None:
    """A value that may be wrong weighs more than one that is not there."""
    if UNVERIFIED in kinds:
        return State.READY_BUT
    return State.CANNOT_SAY if UNKNOWN in kinds else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a dose stands in its protocol, and where each amount of it stands that may hold for the weight."""

    path: str
    amounts: Paths
    unused: Paths

    def days_of(self, course: Course, dose: ScheduledDose) -> Paths:
        """The facts from which its allowed days follow."""
        cycle = (f"regimens.{course.regimen_id}.cycle_days",) if (dose.cycle or 0) > 1 else ()
        return (*(f"{self.path}.{name}" for name in _DAYS), *cycle)

    def holds(self, path: str) -> bool:
        """False for what belongs to an amount of another weight."""
        return not any(path.startswith(f"{other}.") for other in self.unused)


def place_of_dose(course: Course, key: str, weight: BodyWeight | None) -> Place | None:
    """The place of a dose, one of a restart's own ladder as well; None when the protocol has no such dose."""
    row, regimen = restart_row_of(course), course.protocol.regimen(course.regimen_id)
    own = next((step for step in row.doses if step.key == key), None) if row is not None else None
    found = own or (None if regimen is None else slot_of(regimen, key))
    if found is None:
        return None
    used = [one for one in found.amounts if weight is None or one.holds_for(weight)]
    amounts = tuple(one.path for one in used if one.path != found.path)
    single = (f"{found.path}.dose", f"{found.path}.cap")
    unused = tuple(one.path for one in found.amounts if one not in used and one.path != found.path)
    return Place(found.path, amounts or single, unused)


def rows_around(dose: ScheduledDose) -> tuple[Premedication | Observation | InfusionTime, ...]:
    """Everything that stands around a dose, what hangs on the dose before as well."""
    return (
        *dose.premedication, *dose.conditional, *dose.observation, *dose.conditional_observation,
        *dose.infusion_times, *dose.conditional_times,
    )  # fmt: skip


def marks_of(line: PatientLine, course: Course) -> Marks:
    """The judge of a course of this patient, by the version that the course follows."""
    return Marks(course.protocol, line.adoptions.get(course.id))

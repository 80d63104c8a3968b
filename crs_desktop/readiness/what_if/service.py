"""The use case of the what-if: understand what was typed, read one snapshot, ask the whole board. It writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.entry import read_day, read_name, read_weight, unusual_weight
from crs_desktop.kernel.refusal import Finding, Refused, beware, no, refuse
from crs_desktop.policy.service import Policies, policy_on
from crs_desktop.readiness.answer import Proposed
from crs_desktop.readiness.gather import Situation, gather
from crs_desktop.readiness.what_if.asking import LOOKED_AHEAD, can_add, with_extra
from crs_desktop.readiness.what_if.model import Extra, WhatIf
from crs_desktop.store.store import Store
from crs_desktop.therapies.catalogue import Catalogue, load_catalogue
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.service import in_use

MOST_AHEAD = 365
_NOBODY = "?"


@dataclass(frozen=True, slots=True)
class CanAdd:
    """Whom we might add, as typed. Without a regimen the one with the longest window is taken; a name need not be."""

    therapy_id: str
    regimen_id: str
    weight_kg: str
    first_day: str
    name: str = ""


class WhatIfDesk:
    """Can we add this patient?"""

    def __init__(self, store: Store, zone: ZoneInfo, demo: bool, catalogue: Catalogue | None) -> None:
        self._store = store
        self._zone = zone
        self._demo = demo
        self._known = catalogue

    def can_add(self, command: CanAdd, proposed: Callable[[], Proposed]) -> WhatIf | Refused:
        """The whole board's answer; refused with every finding when something is not understood."""
        now = self._store.clock.now()
        today = local_day(now, self._zone)
        with self._store.read() as session:
            read = self._read(session, command, today)
            if isinstance(read, Refused):
                return read
            extra, notes = read
            # Windows that begin until the last day that may be tried have to be known.
            ahead = (extra.first_day - today).days + LOOKED_AHEAD
            horizon = policy_on(session, today).whole("horizon")
            wide = gather(session, now, self._zone, self._demo, days=max(horizon, ahead))
        situation = replace(wide, horizon_days=horizon)
        if not command.regimen_id.strip():
            extra = _longest(situation, extra)
            if len(extra.protocol.regimens) > 1:
                notes = (*notes, beware("whatif_regimen_assumed", "regimen", extra.regimen_id))
        answer = can_add(situation, extra, proposed())
        return replace(answer, findings=(*answer.findings, *notes))

    def _read(self, session: Session, command: CanAdd, today: date) -> tuple[Extra, tuple[Finding, ...]] | Refused:
        protocol = self._protocol(session, command)
        weight = read_weight(command.weight_kg)
        day = _day(command.first_day, today)
        name = read_name(command.name, "name") if command.name.strip() else _NOBODY
        wrong = [item for item in (protocol, weight, day, name) if isinstance(item, Finding)]
        if wrong:
            return refuse(*wrong)
        assert isinstance(protocol, Protocol) and isinstance(weight, BodyWeight)
        assert isinstance(day, date) and isinstance(name, str)
        regimen = command.regimen_id.strip() or protocol.regimens[0].id
        rare = unusual_weight(weight)
        policies = Policies(session)
        ahead = tuple(policies.on(day + timedelta(days=n)) for n in range(1, LOOKED_AHEAD + 1))
        extra = Extra(name, protocol, regimen, weight, day, policies.on(day), ahead)
        return extra, () if rare is None else (rare,)

    def _protocol(self, session: Session, command: CanAdd) -> Protocol | Finding:
        """The protocol in the version in use here."""
        name, regimen = command.therapy_id.strip(), command.regimen_id.strip()
        if not name:
            return no("text_missing", "therapy")
        if name not in self._catalogue().ids():
            return no("therapy_unknown", "therapy", name)
        protocol = in_use(session, self._catalogue(), name)
        if regimen and protocol.regimen(regimen) is None:
            return no("regimen_unknown", "regimen", regimen, therapy=name)
        return protocol

    def _catalogue(self) -> Catalogue:
        if self._known is None:
            self._known = load_catalogue()
        return self._known


def _day(text: str, today: date) -> date | Finding:
    day = read_day(text, "on")
    if isinstance(day, Finding):
        return day
    if day < today:
        return no("whatif_in_the_past", "on", text)
    return day if day <= today + timedelta(days=MOST_AHEAD) else no("whatif_too_far", "on", text, most=MOST_AHEAD)


def _longest(situation: Situation, extra: Extra) -> Extra:
    """The patient on the regimen whose window ends last, the first of equals: the hardest to cover."""

    def end(one: Extra) -> date:
        added = with_extra(situation, one).windows[len(situation.windows) :]
        return max((window.days.last for window in added), default=date.min)

    return max((replace(extra, regimen_id=regimen.id) for regimen in extra.protocol.regimens), key=end)

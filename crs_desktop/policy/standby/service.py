"""Use cases of standby rules: read what holds, state a rule that a second person signs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.policy.standby import repository
from crs_desktop.policy.standby.model import StandbyRule
from crs_desktop.policy.standby.stating import StateStandby, asked_about, read_standby
from crs_desktop.staff.signing.acts import Countersigning, countersigned
from crs_desktop.staff.signing.model import Asked, SecondSignature
from crs_desktop.store.store import Request, Result, Store, Writing

_TOPICS = [Topic.POLICY, Topic.READINESS, Topic.PEOPLE]
# Where a night would be measured; a rule is never signed alone, whatever the hour.
_NO_NIGHT = ZoneInfo("UTC")

Products = Callable[[], Collection[str]]


@dataclass(frozen=True, slots=True)
class StandbyPicture:
    """Every rule ever stated, oldest first, and the site's today."""

    today: date
    rules: tuple[StandbyRule, ...]


class StandbyBook:
    """How many sets each window is owed. `products` answers the ids of the products that a rule may name."""

    def __init__(self, store: Store, zone: ZoneInfo, products: Products) -> None:
        self._store = store
        self._zone = zone
        self._products = products

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone, for writing instants."""
        return self._zone

    def products(self) -> list[str]:
        """Ids of products that a rule may name, in order."""
        return sorted(self._products())

    def picture(self) -> StandbyPicture:
        """All rules in one consistent snapshot."""
        today = local_day(self._store.clock.now(), self._zone)
        with self._store.read() as session:
            return StandbyPicture(today, tuple(repository.rules(session)))

    def asked(self, command: StateStandby) -> Asked | Refused:
        """What a second person enters before this rule is stated, or every reason why it cannot be stated."""
        rule = read_standby(command, self._products())
        return rule if isinstance(rule, Refused) else asked_about(rule)

    def state(self, command: StateStandby, actor: Actor, second: SecondSignature | None) -> StandbyRule | Refused:
        """Add a dated rule that a second person signs. Refused with every finding when something is not understood."""
        rule = read_standby(command, self._products())
        if isinstance(rule, Refused):
            return rule
        if second is None:
            return refuse(no("standby_second_needed", "second", rule.scope))

        def act(writing: Writing, signing: Countersigning) -> Result | Refused:
            signed = signing.sign(asked_about(rule))
            return signed if isinstance(signed, Refused) else _add(writing, rule)

        request = Request(command.request_id, "state standby rule", dict(rule.content()))
        result = countersigned(self._store, _NO_NIGHT, request, actor, _TOPICS, second, act)
        if isinstance(result, Refused):
            return result
        return next(one for one in self.picture().rules if one.id == result["rule"])


def _add(writing: Writing, rule: StandbyRule) -> Result:
    number = repository.add(writing.session, rule, writing.at, writing.actor.name)
    writing.log("standby rule", number, "state", after=dict(rule.content()), reason=rule.reason)
    return {"rule": number}

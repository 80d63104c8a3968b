"""From what is true to the plan's question: sets owed after rescue doses, usable supply, promises that hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.doses.planned.model import PlannedNeed
from crs_desktop.doses.rules.arithmetic import calculated_dose
from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say
from crs_desktop.patients.model import Infusion, Window
from crs_desktop.policy.model import Policy
from crs_desktop.readiness.model import Demand, Earmark, Movable, PlannedUse, SupplyLine, Vials
from crs_desktop.stock.commands import NOT_CONFIRMED_FOR_CRS, REFERENCE_BRAND, STRENGTHS, UNDER_RECALL
from crs_desktop.stock.model import Earmark as Promise
from crs_desktop.stock.model import LotState, OnHand, Place, VialLine
from crs_desktop.stock.ordering.deliveries import Delivery, coming

_ORDER = "order:"
# "one plus 8-hour access" (FDA, temporary policy of 2021-12): how far a set may lie where a standby rule says so.
FURTHER_REACH = timedelta(hours=8)
# A window may be offered another start this many days later; a planning choice, not a label fact.
_MOVE_DAYS = 14


Needs = Mapping[str, tuple[DayRange, int]]
"""By holder: the days of a window that is not over, and the sets still owed in it."""


def supply_key(lot_id: int, place_id: int) -> str:
    """The name of vials of one lot in one place."""
    return f"{lot_id}/{place_id}"


def on_shelf(key: str) -> bool:
    """True for vials that are there, false for those that an order still owes."""
    return not key.startswith(_ORDER)


def line_of(key: str, vials: int) -> VialLine:
    """The vials behind a supply key of the shelf."""
    lot, place = key.split("/")
    return VialLine(int(lot), int(place), vials)


def supply(on_hand: Iterable[OnHand], policy: Policy, further: bool = False) -> tuple[SupplyLine, ...]:
    """What the plan may use: the lot is available and its place within the reach that policy counts.

    With `further` (some set may be made of them) also vials of places within 8 hours, as far ones.
    """
    return tuple(_line(item, policy, further) for item in on_hand)


def _line(item: OnHand, policy: Policy, further: bool) -> SupplyLine:
    near = item.place.reach <= policy.counted_reach
    far = further and not near and item.place.reach <= FURTHER_REACH
    return SupplyLine(
        supply_key(item.lot.id, item.place.id), item.lot.number, item.lot.brand, item.lot.strength, item.vials,
        item.lot.expires, item.place.name, None, item.state is LotState.AVAILABLE and (near or far), far,
    )  # fmt: skip


def delivery_key(delivery: Delivery) -> str:
    """The name of vials that an order still owes."""
    return f"{_ORDER}{delivery.order_id}:{delivery.brand}:{delivery.strength.mcg}"


def on_the_way(deliveries: Iterable[Delivery], now: datetime, zone: ZoneInfo) -> tuple[SupplyLine, ...]:
    """What is to be delivered: from the day after its date, to the shelf life that is guaranteed.

    An hour of the day is passed on; the plan counts it where the infusion is known to be later. A delivery whose day
    has passed, or that has no day any more, is no supply: it is not there, and nobody knows when it will be. What is
    held back when it arrives must not be used.
    """
    return tuple(
        SupplyLine(
            delivery_key(item), "", item.brand, item.strength, item.vials, item.good_until or item.day, item.supplier,
            item.day + timedelta(days=1), not item.barred, hour=item.minute,
        )
        for item in coming(deliveries, now, zone)
    )  # fmt: skip


def elsewhere(on_hand: Iterable[OnHand], policy: Policy) -> tuple[SupplyLine, ...]:
    """Available vials in places that policy does not count, the nearest place first: they could be brought here."""
    away = [item for item in on_hand if item.state is LotState.AVAILABLE and item.place.reach > policy.counted_reach]
    away.sort(key=lambda item: (item.place.reach, item.lot.expires, item.place.name, item.lot.number, item.lot.id))
    return tuple(replace(_line(item, policy, False), usable=True) for item in away if item.vials)


def waiting(on_hand: Iterable[OnHand], policy: Policy) -> tuple[SupplyLine, ...]:
    """Vials here that wait for one thing only: that a person checks their lot against the notice of their brand.

    A lot that is held for anything else (an alarm, a recall of its number, an excursion) is never among them.
    """
    found = [
        item
        for item in on_hand
        if item.lot.brand in UNDER_RECALL
        and item.place.reach <= policy.counted_reach
        and (item.lot.state, item.here) == (LotState.QUARANTINED, LotState.AVAILABLE)
        and item.lot.state_reason == say(no("stock_brand_recall", "brand", item.lot.brand))
    ]
    found.sort(key=lambda item: (item.lot.expires, item.place.name, item.lot.number, item.lot.id))
    return tuple(replace(_line(item, policy, False), usable=True) for item in found if item.vials)


def nearest(places: Iterable[Place], policy: Policy) -> str:
    """The place that vials would be brought to: of those that count the one with the shortest reach, else ''."""
    counted = sorted((place.reach, place.name) for place in places if place.reach <= policy.counted_reach)
    return counted[0][1] if counted else ""


def owed(window: Window, rescue_in_window: int, in_episode: int, policy: Policy, per_episode: int) -> int:
    """Sets still owed after rescue doses, as policy `after_rescue` says."""
    if policy.value("after_rescue") == "refill":
        return max(0, min(window.sets, per_episode - in_episode))
    return max(0, window.sets - rescue_in_window)


def looked_at(windows: Iterable[Window], today: date, horizon_days: int) -> tuple[Window, ...]:
    """Windows open today or starting within the horizon; they count in whole, also past its end."""
    last = today + timedelta(days=horizon_days)
    return tuple(window for window in windows if window.days.last >= today and window.days.first <= last)


def demand(window: Window, weight: BodyWeight, sets: int, today: date, first_minute: int | None = None) -> Demand:
    """What a window still needs from today on. What may lie further away are the last sets, after the near ones."""
    days = DayRange(max(window.days.first, today), window.days.last)
    further = max(0, sets - (window.sets - window.further))
    return Demand(window.holder, calculated_dose(weight), sets, days, further, first_minute)


def first_minute(window: Window, infusions: Iterable[Infusion], today: date) -> int | None:
    """The minute at which the first infusion of a window's first day starts; None when one of that day has no time.

    A window that began before today has begun: its vials must be there when the day begins.
    """
    if window.days.first < today:
        return None
    times = [item.clock_time for item in infusions if item.day == window.days.first]
    if not times or not all(times):
        return None
    return min(int(text[:2]) * 60 + int(text[3:5]) for text in times)


def planned_use(
    plans: Iterable[PlannedNeed], weights: Mapping[int, BodyWeight], today: date, horizon_days: int
) -> tuple[PlannedUse, ...]:
    """The planned prophylactic doses from today to the horizon of patients whose weight is known."""
    last = today + timedelta(days=horizon_days)
    return tuple(
        PlannedUse(planned_key(plan), plan.day, calculated_dose(weights[plan.patient_id]))
        for plan in plans
        if plan.open and today <= plan.day <= last and plan.patient_id in weights
    )


def planned_key(plan: PlannedNeed) -> str:
    """The name under which the plan knows a planned dose."""
    return f"planned:{plan.id}"


def promises(earmarks: Iterable[Promise], proposed: Iterable[tuple[str, int, Vials]]) -> tuple[Earmark, ...]:
    """Confirmed promises, and the sets that the last board proposed for holders and sets without one."""
    confirmed = [
        Earmark(item.holder, item.set_no, _vials(item.vials), True)
        for item in sorted(earmarks, key=lambda promise: (promise.holder, promise.set_no, promise.id))
    ]
    taken = {(item.holder, item.set_no) for item in confirmed}
    shown = [
        Earmark(holder, number, vials, False) for holder, number, vials in proposed if (holder, number) not in taken
    ]
    return tuple([*confirmed, *shown])


def needless(earmarks: Iterable[Promise], needs: Needs, kept: Collection[int], today: date) -> tuple[Promise, ...]:
    """Running promises that no set owed can need: no window, other days than the window's, or more than are owed.

    Of too many promises those are too many that the plan does not keep (`kept`), then those with the highest numbers.
    """
    counted: Counter[str] = Counter()
    found = []
    for item in sorted(earmarks, key=lambda promise: (promise.id not in kept, promise.set_no, promise.id)):
        days, sets = needs.get(item.holder, (None, 0))
        apart = days is None or item.held.last < days.first or days.last < item.held.first
        if item.held.last >= today and (apart or counted[item.holder] >= sets):
            found.append(item)
        counted[item.holder] += not apart
    return tuple(found)


def shortened(promise: Promise, needs: Needs) -> DayRange | None:
    """The days still needed of a promise that lasts past the end of its window, which has become shorter; else None."""
    if promise.holder not in needs:
        return None
    days, _ = needs[promise.holder]
    return DayRange(promise.held.first, days.last) if promise.held.first <= days.last < promise.held.last else None


def movables(
    windows: Sequence[Window], demands: Sequence[Demand], begun: set[str], today: date, changes: Collection[date] = ()
) -> tuple[Movable, ...]:
    """Windows that may start later: nothing of them has been given and they start after today.

    Not past a day on which another policy begins (`changes`): there the window would owe something else.
    """
    asked = {item.holder for item in demands}
    result = []
    for window in windows:
        if window.holder in asked and window.holder not in begun and window.days.first > today:
            shifts = [timedelta(days=n) for n in range(1, _MOVE_DAYS + 1)]
            first = window.days.first
            shifts = [by for by in shifts if not any(first < change <= first + by for change in changes)]
            later = tuple(DayRange(first + shift, window.days.last + shift) for shift in shifts)
            result.append(Movable(window.holder, later))
    return tuple(result)


def orderable(lines: Iterable[SupplyLine], recalled: Collection[str] = ()) -> tuple[tuple[str, Mass], ...]:
    """What an order may name: every strength of the brands on the shelf; of the reference brand when it is empty.

    No brand of which every lot is `recalled`: what arrived could not be used.
    """
    doubtful = {*UNDER_RECALL, *NOT_CONFIRMED_FOR_CRS, *recalled}
    brands = sorted({line.brand for line in lines} - doubtful) or sorted({REFERENCE_BRAND} - doubtful)
    return tuple((brand, strength) for brand in brands for strength in STRENGTHS)


def _vials(lines: Iterable[VialLine]) -> Vials:
    return tuple((supply_key(line.lot_id, line.place_id), line.vials) for line in sorted(lines))

"""From what is true to the plan's question: sets owed after rescue doses, usable supply, promises that hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from crs_desktop.doses.rules.arithmetic import calculated_dose
from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.kernel.days import DayRange
from crs_desktop.patients.model import Window
from crs_desktop.policy.model import Policy
from crs_desktop.readiness.model import Demand, Earmark, Movable, SupplyLine, Vials
from crs_desktop.stock.commands import NOT_CONFIRMED_FOR_CRS, REFERENCE_BRAND, STRENGTHS, UNDER_RECALL
from crs_desktop.stock.model import Earmark as Promise
from crs_desktop.stock.model import LotState, OnHand, VialLine

# A window may be offered another start this many days later; a planning choice, not a label fact.
_MOVE_DAYS = 14


Needs = Mapping[str, tuple[DayRange, int]]
"""By holder: the days of a window that is not over, and the sets still owed in it."""


def supply_key(lot_id: int, place_id: int) -> str:
    """The name of vials of one lot in one place."""
    return f"{lot_id}/{place_id}"


def line_of(key: str, vials: int) -> VialLine:
    """The vials behind a supply key."""
    lot, place = key.split("/")
    return VialLine(int(lot), int(place), vials)


def supply(on_hand: Iterable[OnHand], policy: Policy) -> tuple[SupplyLine, ...]:
    """What the plan may use: the lot is available and its place within the reach that policy counts."""
    return tuple(
        SupplyLine(
            supply_key(item.lot.id, item.place.id), item.lot.number, item.lot.brand, item.lot.strength, item.vials,
            item.lot.expires, item.place.name, None,
            item.state is LotState.AVAILABLE and item.place.reach <= policy.counted_reach,
        )
        for item in on_hand
    )  # fmt: skip


def owed(window: Window, rescue_in_window: int, in_episode: int, policy: Policy, per_episode: int) -> int:
    """Sets still owed after rescue doses, as policy `after_rescue` says."""
    if policy.value("after_rescue") == "refill":
        return max(0, min(window.sets, per_episode - in_episode))
    return max(0, window.sets - rescue_in_window)


def looked_at(windows: Iterable[Window], today: date, horizon_days: int) -> tuple[Window, ...]:
    """Windows open today or starting within the horizon; they count in whole, also past its end."""
    last = today + timedelta(days=horizon_days)
    return tuple(window for window in windows if window.days.last >= today and window.days.first <= last)


def demand(window: Window, weight: BodyWeight, sets: int, today: date) -> Demand:
    """What a window still needs from today on."""
    days = DayRange(max(window.days.first, today), window.days.last)
    return Demand(window.holder, calculated_dose(weight), sets, days)


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


def movables(windows: Sequence[Window], demands: Sequence[Demand], begun: set[str], today: date) -> tuple[Movable, ...]:
    """Windows that may start later: nothing of them has been given and they start after today."""
    asked = {item.holder for item in demands}
    result = []
    for window in windows:
        if window.holder in asked and window.holder not in begun and window.days.first > today:
            shifts = [timedelta(days=n) for n in range(1, _MOVE_DAYS + 1)]
            later = tuple(DayRange(window.days.first + shift, window.days.last + shift) for shift in shifts)
            result.append(Movable(window.holder, later))
    return tuple(result)


def orderable(lines: Iterable[SupplyLine]) -> tuple[tuple[str, Mass], ...]:
    """What an order may name: every strength of the brands on the shelf; of the reference brand when it is empty."""
    doubtful = (*UNDER_RECALL, *NOT_CONFIRMED_FOR_CRS)
    brands = sorted({line.brand for line in lines if line.brand not in doubtful}) or [REFERENCE_BRAND]
    return tuple((brand, strength) for brand in brands for strength in STRENGTHS)


def _vials(lines: Iterable[VialLine]) -> Vials:
    return tuple((supply_key(line.lot_id, line.place_id), line.vials) for line in sorted(lines))

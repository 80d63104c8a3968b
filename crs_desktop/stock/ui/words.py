"""Vials, lots and ledger lines in the words of the page, so that table, form and notice say the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.clock import local_day, local_text
from crs_desktop.kernel.days import day_text
from crs_desktop.stock.brands.model import Price
from crs_desktop.stock.brands.rules import cost_of
from crs_desktop.stock.holding.model import ExcursionPicture
from crs_desktop.stock.holding.rules import degrees
from crs_desktop.stock.model import (
    BrandTotal,
    Condition,
    Discrepancy,
    Earmark,
    Lot,
    Movement,
    MovementKind,
    ShelfLine,
    StockPicture,
    WasteCause,
)
from crs_desktop.stock.rules_fate import Fate

_HEAVY = {
    Condition.RECALLED: State.SHORT,
    Condition.EXPIRED: State.SHORT,
    Condition.OVER_PROMISED: State.SHORT,
    Condition.QUARANTINED: State.CANNOT_SAY,
    Condition.EXCURSION: State.CANNOT_SAY,
    Condition.TOO_FAR: State.READY_BUT,
    Condition.EXPIRES_SOON: State.READY_BUT,
}


def state_of(line: ShelfLine) -> State | None:
    """The shape of a shelf line: its heaviest condition. An empty shelf has none."""
    if line.conditions:
        return _HEAVY[line.conditions[0]]
    return State.READY if line.on_hand.vials else None


def state_text(line: ShelfLine) -> str:
    """'available', 'all promised', 'used up', or every condition in words."""
    if not line.conditions:
        if not line.on_hand.vials:
            return tr("used up")
        return tr("available") if line.free else tr("all promised")
    return ", ".join(_condition_text(line, condition) for condition in line.conditions)


def _condition_text(line: ShelfLine, condition: Condition) -> str:
    words = {
        Condition.RECALLED: tr("recalled"),
        Condition.EXPIRED: tr("expired"),
        Condition.QUARANTINED: tr("quarantined"),
        Condition.EXCURSION: tr("temperature excursion"),
        Condition.OVER_PROMISED: tr("promised {promised}, holds {holds}"),
        Condition.TOO_FAR: tr("too far to count"),
        Condition.EXPIRES_SOON: tr("expires soon"),
    }
    return words[condition].format(promised=line.promised, holds=line.on_hand.vials)


def expiry_text(line: ShelfLine) -> str:
    """'Sat 6 Feb 2027'."""
    return day_text(line.on_hand.lot.expires, year=True)


def days_left_text(line: ShelfLine) -> str:
    """'76 days left', '1 day left', 'today is the last', or 'over'."""
    if line.days_left < 0:
        return tr("over")
    if line.days_left < 2:
        return tr("1 day left") if line.days_left else tr("today is the last")
    return tr("{days} days left").format(days=line.days_left)


def reach_text(reach: timedelta) -> str:
    """'90 min'."""
    return tr("{minutes} min").format(minutes=reach // timedelta(minutes=1))


def vials_text(count: int) -> str:
    """'1 vial', '6 vials'."""
    return tr("1 vial") if count == 1 else tr("{count} vials").format(count=count)


def lot_text(lot: Lot) -> str:
    """'Actemra 400 mg, lot B7101'."""
    return tr("{brand} {strength}, lot {number}").format(brand=lot.brand, strength=lot.strength, number=lot.number)


def identifiers(line: ShelfLine) -> tuple[str, ...]:
    """What a form about vials says above its fields."""
    counts = tr("{vials} on hand, {promised} promised").format(
        vials=vials_text(line.on_hand.vials), promised=line.promised
    )
    return lot_text(line.on_hand.lot), line.on_hand.place.name, counts


def kind_text(movement: Movement) -> str:
    """'received', 'wasted: broken', 'dose 12', 'reversal of line 5', 'came from line 8'."""
    if movement.kind is MovementKind.REVERSAL:
        return tr("reversal of line {line}").format(line=movement.reverses)
    if movement.kind is MovementKind.DOSE:
        return tr("used for dose {dose}").format(dose=movement.dose)
    if movement.kind is MovementKind.MOVE:
        return tr("moved here, line {line}").format(line=movement.pair) if movement.vials > 0 else tr("moved away")
    if movement.kind is MovementKind.LOAN:
        came = tr("came on loan {loan}") if movement.vials > 0 else tr("left on loan {loan}")
        return came.format(loan=movement.loan)
    if movement.kind is MovementKind.COUNT:
        return tr("found in count {count}" if movement.vials > 0 else "missing in count {count}").format(
            count=movement.count
        )
    if movement.kind is MovementKind.PREPARED:
        return tr("prepared, not given")
    if movement.kind is MovementKind.WASTE:
        coded = movement.cause and movement.cause != WasteCause.OTHER.value
        return tr("wasted: {cause}").format(cause=cause_text(movement.cause)) if coded else tr("wasted")
    return tr("received")


def cause_text(cause: str) -> str:
    """The coded cause of a waste in words."""
    said = {
        WasteCause.BROKEN.value: tr("broken"),
        WasteCause.EXPIRED.value: tr("expired"),
        WasteCause.EXCURSION.value: tr("temperature excursion"),
        WasteCause.RECALLED.value: tr("recalled"),
        WasteCause.PREPARED.value: tr("prepared, not given"),
        WasteCause.OTHER.value: tr("other"),
    }
    return said.get(cause, cause)


def why_text(movement: Movement, lost: Callable[[Movement], str]) -> str:
    """The reason, and behind it what a loss cost."""
    return " · ".join(filter(None, (movement.reason, lost(movement))))


def lost_text(movement: Movement, prices: Sequence[Price], zone: ZoneInfo) -> str:
    """'USD 2,150.00', 'cost unknown', or nothing for a line by which nothing was lost."""
    if movement.kind not in (MovementKind.WASTE, MovementKind.PREPARED) or movement.reversed_by is not None:
        return ""
    day = local_day(movement.at, zone)
    cost = cost_of(prices, movement.lot.brand, movement.lot.strength, -movement.vials, day)
    return tr("cost unknown") if cost is None else str(cost)


def why_blocked(line: ShelfLine) -> str:
    """Why the vials are in their state, here and everywhere."""
    item = line.on_hand
    return "; ".join(dict.fromkeys(filter(None, (item.lot.state_reason, item.here_reason))))


def needed_text(fate: Fate | None) -> str:
    """'2 held to 16 Dec', 'none held'."""
    if fate is None or fate.lost:
        return ""
    if fate.until is None:
        return tr("none held")
    return tr("{count} held to {day}").format(count=fate.needed, day=day_text(fate.until))


def spare_text(line: ShelfLine, fate: Fate | None) -> str:
    """'4 wasted on 28 Feb', when nobody new needs them; '3 wasted' when their last day is over."""
    if fate is None or not (fate.spare or fate.lost):
        return ""
    if fate.lost:
        return tr("{count} to waste: expired").format(count=fate.lost)
    return tr("{count} wasted after {day}").format(count=fate.spare, day=day_text(line.on_hand.lot.expires))


def warm_places(found: Sequence[ExcursionPicture], zone: ZoneInfo) -> list[tuple[State, str, str]]:
    """Places outside their temperatures now, and those whose vials still wait for a decision."""
    told = []
    for one in found:
        running = one.excursion.ended is None
        if running or one.waiting:
            code = "stock_ui_warm_now" if running else "stock_ui_warm_over"
            state = State.SHORT if running else State.CANNOT_SAY
            told.append((state, tr("temperature excursion"), _warm(one, code, zone)))
    return told


def _warm(one: ExcursionPicture, code: str, zone: ZoneInfo) -> str:
    was = one.excursion
    spent = sum(item.vials for item in one.spent)
    known = [degrees(tenths) for tenths in (was.lowest_tenths, was.highest_tenths) if tenths is not None]
    values = {
        "place": was.place.name, "began": local_text(was.began, zone).partition(" (")[0], "lots": len(one.waiting),
        "extremes": f" ({' … '.join(known)})" if known else "",
    }  # fmt: skip
    if was.ended is not None:
        values["ended"] = local_text(was.ended, zone).partition(" (")[0]
    left = phrase("stock_ui_warm_spent", vials=spent) if spent else ""
    return " ".join(filter(None, (phrase(code, **values), left)))


def signed(vials: int) -> str:
    """'+6' or '−2' with a real minus sign."""
    return f"+{vials}" if vials > 0 else f"−{-vials}"


def what_text(movement: Movement) -> str:
    """'wasted', or 'wasted, reversed by 7' for a line that no longer counts."""
    what = kind_text(movement)
    if movement.reversed_by is None:
        return what
    return tr("{what}, reversed by {line}").format(line=movement.reversed_by, what=what)


def total_text(total: BrandTotal) -> str:
    """'Actemra 400 mg: 6 usable, 4 free', then what lies too far away and what must not be used."""
    said = tr("{brand} {strength}: {usable} usable, {free} free").format(
        brand=total.brand, strength=total.strength, usable=total.usable, free=total.free
    )
    far = tr(", {far} too far to count").format(far=total.far) if total.far else ""
    return said + far + (tr(", {blocked} not usable").format(blocked=total.blocked) if total.blocked else "")


def earmark_vials_text(earmark: Earmark, lots: Mapping[int, Lot]) -> str:
    """'2 × 400 mg B7101, 1 × 80 mg B7102'."""
    return ", ".join(
        f"{line.vials} × {plain(lots[line.lot_id].strength.mg)} mg {lots[line.lot_id].number}" for line in earmark.vials
    )


def holder_text(holder: str, names: Mapping[str, str]) -> str:
    """The name that the other room gave for a holder, else its mark in words."""
    return names.get(holder) or holder.replace(":", " ")


def held_text(earmark: Earmark) -> str:
    """'Wed 2 Dec to Wed 16 Dec'."""
    first, last = day_text(earmark.held.first), day_text(earmark.held.last)
    return first if first == last else tr("{first} to {last}").format(first=first, last=last)


def troubles(picture: StockPicture, names: Mapping[str, str], zone: ZoneInfo) -> list[tuple[State, str, str]]:
    """What needs a person now: vials used that the ledger did not hold, and promises that cannot be kept."""
    found = [
        (
            State.SHORT,
            tr("open discrepancy"),
            discrepancy_text(item, zone),
        )
        for item in picture.discrepancies
    ]  # fmt: skip
    for line in picture.shelf:
        if line.promised and (blocked := line.promised - line.usable) > 0:
            found.append((State.SHORT, tr("promise in danger"), _danger(line, picture.earmarks, names, blocked)))
    return found


def discrepancy_text(item: Discrepancy, zone: ZoneInfo) -> str:
    """A discrepancy as a sentence."""
    return phrase(
        "stock_ui_discrepancy", vials=vials_text(item.vials), lot=lot_text(item.lot),
        place=item.place.name if item.place else tr("no place"), dose=item.dose,
        day=day_text(local_day(item.opened_at, zone), year=True),
    )  # fmt: skip


def _danger(line: ShelfLine, earmarks: Sequence[Earmark], names: Mapping[str, str], missing: int) -> str:
    holders = sorted(
        {
            holder_text(earmark.holder, names)
            for earmark in earmarks
            if any((vial.lot_id, vial.place_id) == line.key for vial in earmark.vials)
        }
    )
    return phrase(
        "stock_ui_danger", lot=lot_text(line.on_hand.lot), place=line.on_hand.place.name, promised=line.promised,
        usable=line.usable, missing=missing, state=state_text(line), holders="; ".join(holders),
    )  # fmt: skip

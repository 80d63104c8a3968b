"""Rows of stock in, models of stock out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, islice, pairwise
from operator import sub
from zoneinfo import ZoneInfo

from sqlalchemy import column, func, or_, select, table, text, update
from sqlalchemy.orm import Session, aliased

from crs_desktop.kernel.clock import to_milliseconds
from crs_desktop.kernel.days import DayRange
from crs_desktop.stock.days import ByDay, day_starts, even_stretches
from crs_desktop.stock.model import (
    Discrepancy,
    Earmark,
    Lot,
    LotState,
    Movement,
    MovementKind,
    OnHand,
    Place,
    StateMark,
    VialLine,
    lot_key,
)
from crs_desktop.stock.tables import (
    BalanceTable,
    DiscrepancyCloseTable,
    DiscrepancyTable,
    EarmarkTable,
    EarmarkVialTable,
    LotStateTable,
    LotTable,
    MovementTable,
    PlaceTable,
)
from crs_desktop.store.moment import among, known, unended

# Rows of rooms that build on this one, read by their names: what a receipt has to know of them before anything else.
_RECALLS = table("recalls", column("id"), column("brand"), column("every_lot"), column("at"))
_RECALL_LOTS = table("recall_lots", column("recall_id"), column("lot_number"))
_RECALL_ENDS = table("recall_ends", column("recall_id"), column("at"))
_EXCURSIONS = table("excursions", column("id"), column("place_id"), column("began_at"), column("ended_at"),
                    column("reason"), column("at"))  # fmt: skip


# Left to itself, the store would rather walk through the whole ledger in the order of the groups.
_MOVED_SINCE = text(
    "SELECT lot_id, place_id, sum(vials) FROM movements INDEXED BY ix_movements_at WHERE at > :at "
    "GROUP BY lot_id, place_id"
)


def places(session: Session, as_of: datetime | None = None) -> dict[int, Place]:
    """Every place by id, or every one that was known at an instant."""
    query = select(PlaceTable).order_by(PlaceTable.name)
    if as_of is not None:
        query = query.where(or_(PlaceTable.at.is_(None), PlaceTable.at <= as_of))
    return {row.id: _place(row) for row in session.scalars(query)}


def lots(session: Session) -> dict[int, Lot]:
    """Every lot by id, with its present state."""
    everywhere = LotStateTable.place_id.is_(None)
    latest = select(func.max(LotStateTable.id)).where(everywhere).group_by(LotStateTable.lot_id)
    states = {row.lot_id: row for row in session.scalars(select(LotStateTable).where(LotStateTable.id.in_(latest)))}
    found = session.scalars(select(LotTable).order_by(LotTable.expires, LotTable.id))
    return {row.id: _lot(row, states.get(row.id)) for row in found}


def on_hand(session: Session, as_of: datetime | None = None) -> list[OnHand]:
    """Vials by lot and place from the kept balance, first expiry first; empty pairs are left out.

    With `as_of` as they stood then: the balance without what moved later, and the states that had been set by then.
    """
    held = {(lot, place): vials for lot, place, vials in _held(session, as_of) if vials > 0}
    found, known_places = _lots(session, {lot for lot, _ in held}, as_of), places(session)
    here = _marks(session, set(found), as_of)
    items = [
        OnHand(found[lot], known_places[place], vials, *here.get((lot, place), (LotState.AVAILABLE, "")))
        for (lot, place), vials in held.items()
    ]
    return sorted(items, key=lambda item: (item.lot.expires, item.lot.brand, item.lot.id, item.place.id))


def _held(session: Session, as_of: datetime | None) -> list[tuple[int, int, int]]:
    """Lot, place and vials; what lies there now is found by an index, so that lots used up long ago cost nothing."""
    now = select(BalanceTable.lot_id, BalanceTable.place_id, BalanceTable.vials).where(BalanceTable.vials > 0)
    held = {(lot, place): vials for lot, place, vials in session.execute(now)}
    if as_of is not None:
        for lot, place, moved in session.execute(_MOVED_SINCE, {"at": to_milliseconds(as_of)}):
            held[lot, place] = held.get((lot, place), 0) - moved
    return [(lot, place, vials) for (lot, place), vials in held.items()]


def on_hand_by_day(session: Session, first: date, days: int, zone: ZoneInfo) -> ByDay:
    """Vials by lot and place at the end of each of these local days, as `days.on_hand_by_day` folds them.

    From the kept balance backwards: only lines written after the first day are read, summed by the store for each day.
    """
    cursor = session.connection().connection.cursor()
    rows = cursor.execute(_by_day_query(first, days, zone)).fetchall()
    cursor.close()
    held: dict[tuple[int, int], list[int]] = {}
    for lot, place, day, vials in rows:
        counts = held.get((lot, place))
        if counts is None:
            counts = held[lot, place] = [0] * (days + 1)
        counts[day] += vials
    ended = ((key, _ends(changes)) for key, changes in held.items())
    return {key: vials for key, vials in ended if any(vials)}


@lru_cache(maxsize=16)
def _by_day_query(first: date, days: int, zone: ZoneInfo) -> str:
    """What is there now, as day 0, and what came on each later day."""
    ends = day_starts(first + timedelta(days=1), days, zone)
    return (
        "SELECT lot_id, place_id, 0, vials FROM balances WHERE vials > 0 UNION ALL "
        f"SELECT lot_id, place_id, {_day_of_line(ends)} AS day, sum(vials) FROM movements INDEXED BY ix_movements_at "
        f"WHERE at >= {ends[0]} GROUP BY lot_id, place_id, day"
    )


def _day_of_line(ends: tuple[int, ...]) -> str:
    """After how many of these ends of days a line was written; 24 hours make a day but where the clock is changed."""
    stretches = [*even_stretches(ends), (len(ends), 0)]
    cases = [
        f"WHEN at >= {start} THEN min({number + 1} + (at - {start}) / 86400000, {following})"
        for (number, start), (following, _) in pairwise(stretches)
    ]
    return f"CASE {' '.join(reversed(cases))} END"


def _ends(changes: list[int]) -> tuple[int, ...]:
    """From what is there now, first in the list, and what came on each later day: how many there were at each end."""
    now, *came = changes
    return tuple(islice(accumulate(reversed(came), sub, initial=now), 1, None))[::-1]


def _lots(session: Session, ids: Collection[int], as_of: datetime | None) -> dict[int, Lot]:
    """These lots with the state everywhere that was set last."""
    everywhere = among(select(func.max(LotStateTable.id)), LotStateTable.lot_id, ids)
    everywhere = known(everywhere, LotStateTable.at, as_of).where(LotStateTable.place_id.is_(None))
    latest = everywhere.group_by(LotStateTable.lot_id)
    states = {row.lot_id: row for row in session.scalars(select(LotStateTable).where(LotStateTable.id.in_(latest)))}
    return {row.id: _lot(row, states.get(row.id)) for row in session.scalars(among(select(LotTable), LotTable.id, ids))}


def _marks(
    session: Session, ids: Collection[int], as_of: datetime | None
) -> dict[tuple[int, int], tuple[LotState, str]]:  # fmt: skip
    """The state that was set last for these lots in one place, with its reason."""
    named = among(select(func.max(LotStateTable.id)), LotStateTable.lot_id, ids)
    named = known(named, LotStateTable.at, as_of).where(LotStateTable.place_id.is_not(None))
    latest = named.group_by(LotStateTable.lot_id, LotStateTable.place_id)
    rows = session.scalars(select(LotStateTable).where(LotStateTable.id.in_(latest)))
    return {(row.lot_id, row.place_id): (LotState(row.state), row.reason) for row in rows if row.place_id is not None}


def ever_held(session: Session) -> list[OnHand]:
    """The same with the empty pairs: every lot that ever lay in a place."""
    known_lots, known_places, here = lots(session), places(session), states_by_place(session)
    rows = session.scalars(select(BalanceTable))
    held = [
        OnHand(
            known_lots[row.lot_id],
            known_places[row.place_id],
            row.vials,
            *here.get((row.lot_id, row.place_id), (LotState.AVAILABLE, "")),
        )
        for row in rows
    ]
    return sorted(held, key=lambda item: (item.lot.expires, item.lot.brand, item.lot.id, item.place.id))


def state_marks(session: Session) -> dict[tuple[int, int], StateMark]:
    """The same with what the state belongs to."""
    named = LotStateTable.place_id.is_not(None)
    latest = select(func.max(LotStateTable.id)).where(named).group_by(LotStateTable.lot_id, LotStateTable.place_id)
    rows = session.scalars(select(LotStateTable).where(LotStateTable.id.in_(latest)))
    return {(row.lot_id, row.place_id): _mark(row) for row in rows if row.place_id is not None}


def marks_of(session: Session, lot_id: int) -> list[StateMark]:
    """Every state that was ever set for a lot, everywhere or in one place, oldest first."""
    rows = session.scalars(select(LotStateTable).where(LotStateTable.lot_id == lot_id).order_by(LotStateTable.id))
    return [_mark(row) for row in rows]


def recalled_numbers(session: Session) -> set[tuple[str, str]]:
    """Brand and lot number (its letters and digits alone) of every lot that a running recall names."""
    return set(_recalled(session))


def recall_naming(session: Session, brand: str, number: str) -> int | None:
    """The running recall that names this lot, or every lot of the brand."""
    named = _recalled(session).get((brand, lot_key(number)))
    if named is not None:
        return named
    ended = select(_RECALL_ENDS.c.recall_id)
    every = select(func.max(_RECALLS.c.id)).where(
        _RECALLS.c.brand == brand, _RECALLS.c.every_lot == 1, _RECALLS.c.id.not_in(ended)
    )
    found: int | None = session.scalar(every)
    return found


def brands_recalled(session: Session, as_of: datetime | None = None) -> frozenset[str]:
    """Brands of which a running recall names every lot: also what is still to come is recalled when it arrives."""
    ended, named = select(_RECALL_ENDS.c.recall_id), select(_RECALLS.c.brand).where(_RECALLS.c.every_lot == 1)
    if as_of is not None:
        until = to_milliseconds(as_of)
        ended, named = ended.where(_RECALL_ENDS.c.at <= until), named.where(_RECALLS.c.at <= until)
    return frozenset(session.scalars(named.where(_RECALLS.c.id.not_in(ended))))


def _recalled(session: Session) -> dict[tuple[str, str], int]:
    ended = select(_RECALL_ENDS.c.recall_id)
    query = (
        select(_RECALLS.c.brand, _RECALL_LOTS.c.lot_number, _RECALLS.c.id)
        .join(_RECALL_LOTS, _RECALL_LOTS.c.recall_id == _RECALLS.c.id)
        .where(_RECALLS.c.id.not_in(ended))
        .order_by(_RECALLS.c.id)
    )
    return {(brand, lot_key(number)): recall for brand, number, recall in session.execute(query)}


def open_excursions(session: Session) -> dict[int, tuple[int, str]]:
    """Places that are too warm or too cold now: the excursion (its first row) and its reason."""
    first, last = func.min(_EXCURSIONS.c.id), func.max(_EXCURSIONS.c.id)
    known = select(first, last).group_by(_EXCURSIONS.c.place_id, _EXCURSIONS.c.began_at)
    firsts = {newest: oldest for oldest, newest in session.execute(known)}
    rows = session.execute(
        select(_EXCURSIONS.c.id, _EXCURSIONS.c.place_id, _EXCURSIONS.c.reason)
        .where(_EXCURSIONS.c.id.in_(list(firsts)), _EXCURSIONS.c.ended_at.is_(None))
        .order_by(_EXCURSIONS.c.id)
    )
    return {place: (firsts[row], reason) for row, place, reason in rows}


def excursions_told_since(session: Session, lot_id: int, place_id: int, at: datetime) -> dict[int, str]:
    """Excursions of a place that were told from an instant on, by their first row, with the reason.

    None that had ended before the lot first came there.
    """
    first, last = func.min(_EXCURSIONS.c.id), func.max(_EXCURSIONS.c.id)
    told = select(first, last).where(_EXCURSIONS.c.place_id == place_id).group_by(_EXCURSIONS.c.began_at)
    told = told.having(func.min(_EXCURSIONS.c.at) >= to_milliseconds(at))
    firsts = {newest: oldest for oldest, newest in session.execute(told)}
    here = (MovementTable.lot_id == lot_id, MovementTable.place_id == place_id)
    came = session.scalar(select(func.min(MovementTable.at)).where(*here))
    ended = _EXCURSIONS.c.ended_at
    query = select(_EXCURSIONS.c.id, _EXCURSIONS.c.reason).where(_EXCURSIONS.c.id.in_(list(firsts)))
    if came is not None:
        query = query.where(or_(ended.is_(None), ended >= to_milliseconds(came)))
    return {firsts[row]: reason for row, reason in session.execute(query.order_by(_EXCURSIONS.c.id))}


def states_by_place(session: Session) -> dict[tuple[int, int], tuple[LotState, str]]:
    """The latest state of a lot in one place, with its reason, where one was ever set."""
    named = LotStateTable.place_id.is_not(None)
    latest = select(func.max(LotStateTable.id)).where(named).group_by(LotStateTable.lot_id, LotStateTable.place_id)
    rows = session.scalars(select(LotStateTable).where(LotStateTable.id.in_(latest)))
    return {(row.lot_id, row.place_id): (LotState(row.state), row.reason) for row in rows if row.place_id is not None}


def balances(session: Session) -> dict[tuple[int, int], int]:
    """The kept balance by lot id and place id, empty pairs included."""
    return {(row.lot_id, row.place_id): row.vials for row in session.scalars(select(BalanceTable))}


def movements(
    session: Session,
    lot_id: int | None = None,
    limit: int | None = None,
    movement_id: int | None = None,
    *,
    place_id: int | None = None,
    dose: int | None = None,
    loan: int | None = None,
    pair: int | None = None,
    since: datetime | None = None,
) -> list[Movement]:
    """The ledger, newest first; of one lot, place, dose, loan or move, and from an instant on."""
    later = aliased(MovementTable)
    query = (
        select(MovementTable, later.id)
        .outerjoin(later, later.reverses == MovementTable.id)
        .order_by(MovementTable.id.desc())
    )
    if lot_id is not None:
        query = query.where(MovementTable.lot_id == lot_id)
    for held, wanted in (
        (MovementTable.id, movement_id), (MovementTable.place_id, place_id), (MovementTable.dose_id, dose),
        (MovementTable.loan_id, loan), (MovementTable.pair, pair),
    ):  # fmt: skip
        if wanted is not None:
            query = query.where(held == wanted)
    if since is not None:
        query = query.where(MovementTable.at >= since)
    if limit is not None:
        query = query.limit(limit)
    known_lots, known_places = lots(session), places(session)
    return [
        Movement(
            row.id, known_lots[row.lot_id], known_places[row.place_id], row.vials, MovementKind(row.kind), row.reason,
            row.at, row.actor, row.reverses, reversed_by, row.dose_id, row.pair, row.order_id, row.count_id,
            row.loan_id, row.cause or "", row.holder or "",
        )
        for row, reversed_by in session.execute(query)
    ]  # fmt: skip


def movement(session: Session, movement_id: int) -> Movement | None:
    """One line of the ledger."""
    return next(iter(movements(session, movement_id=movement_id)), None)


def add_place(session: Session, name: str, reach: timedelta, at: datetime) -> Place:
    """A new place."""
    row = PlaceTable(name=name, reach_minutes=reach // timedelta(minutes=1), at=at)
    session.add(row)
    session.flush()
    return _place(row)


def find_lot(session: Session, lot: Lot) -> Lot | None:
    """The lot of this brand, strength and number, if known."""
    row = session.scalar(
        select(LotTable).where(
            LotTable.brand == lot.brand, LotTable.strength == lot.strength, LotTable.number == lot.number
        )
    )
    return None if row is None else lots(session)[row.id]


def add_lot(session: Session, lot: Lot) -> Lot:
    """A new lot; its id is given by the store."""
    row = LotTable(brand=lot.brand, strength=lot.strength, number=lot.number, expires=lot.expires)
    session.add(row)
    session.flush()
    return _lot(row, None)


def add_state(
    session: Session,
    lot_id: int,
    state: LotState,
    reason: str,
    at: datetime,
    actor: str,
    place_id: int | None = None,
    recall_id: int | None = None,
    excursion_id: int | None = None,
) -> None:
    """A change of a lot's state in one place, or without one in every place."""
    session.add(
        LotStateTable(
            lot_id=lot_id, state=state.value, reason=reason, at=at, actor=actor, place_id=place_id,
            recall_id=recall_id, excursion_id=excursion_id,
        )
    )  # fmt: skip
    session.flush()


def add_movement(session: Session, movement: Movement) -> int:
    """A line of the ledger; answers its id. The balance follows by trigger."""
    row = MovementTable(
        lot_id=movement.lot.id, place_id=movement.place.id, vials=movement.vials, kind=movement.kind.value,
        reason=movement.reason, at=movement.at, actor=movement.actor, reverses=movement.reverses,
        dose_id=movement.dose, pair=movement.pair, order_id=movement.order, count_id=movement.count,
        loan_id=movement.loan, cause=movement.cause or None, holder=movement.holder or None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def earmarks(session: Session, holder: str | None = None, as_of: datetime | None = None) -> list[Earmark]:
    """Promises that still hold, in order of holder and set; with `as_of` those that held then."""
    query = known(select(EarmarkTable), EarmarkTable.at, as_of).where(unended(EarmarkTable.released_at, as_of))
    if holder is not None:
        query = query.where(EarmarkTable.holder == holder)
    rows = list(session.scalars(query.order_by(EarmarkTable.holder, EarmarkTable.set_no, EarmarkTable.id)))
    lines: dict[int, list[VialLine]] = {row.id: [] for row in rows}
    for line in session.scalars(select(EarmarkVialTable).where(EarmarkVialTable.earmark_id.in_(lines))):
        lines[line.earmark_id].append(VialLine(line.lot_id, line.place_id, line.vials))
    return [_earmark(row, lines[row.id]) for row in rows]


def add_earmark(session: Session, earmark: Earmark) -> int:
    """A new promise; answers its id."""
    row = EarmarkTable(
        holder=earmark.holder, set_no=earmark.set_no, held_from=earmark.held.first, held_until=earmark.held.last,
        at=earmark.at, actor=earmark.actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    for line in earmark.vials:
        session.add(EarmarkVialTable(earmark_id=row.id, lot_id=line.lot_id, place_id=line.place_id, vials=line.vials))
    session.flush()
    return row.id


def release(session: Session, earmark_ids: Iterable[int], at: datetime, because: str) -> None:
    """End promises."""
    session.execute(
        update(EarmarkTable)
        .where(EarmarkTable.id.in_(list(earmark_ids)), EarmarkTable.released_at.is_(None))
        .values(released_at=at, released_because=because)
    )


def add_discrepancy(session: Session, found: Discrepancy) -> int:
    """Open a discrepancy; answers its id."""
    row = DiscrepancyTable(
        lot_id=found.lot.id, place_id=None if found.place is None else found.place.id, vials=found.vials,
        dose_id=found.dose, opened_at=found.opened_at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def close_discrepancy(session: Session, discrepancy_id: int, reason: str, at: datetime, actor: str) -> None:
    """Explain a discrepancy."""
    session.add(DiscrepancyCloseTable(discrepancy_id=discrepancy_id, reason=reason, at=at, actor=actor))
    session.flush()


def open_discrepancies(session: Session, as_of: datetime | None = None) -> int:
    """How many discrepancies are open, or were at an instant."""
    closed = known(select(DiscrepancyCloseTable.discrepancy_id), DiscrepancyCloseTable.at, as_of)
    query = select(func.count()).select_from(DiscrepancyTable).where(DiscrepancyTable.id.not_in(closed))
    return session.scalar(known(query, DiscrepancyTable.opened_at, as_of)) or 0


def discrepancies(session: Session) -> list[Discrepancy]:
    """Open discrepancies, newest first."""
    known_lots, known_places = lots(session), places(session)
    closed = select(DiscrepancyCloseTable.discrepancy_id)
    rows = session.scalars(
        select(DiscrepancyTable).where(DiscrepancyTable.id.not_in(closed)).order_by(DiscrepancyTable.id.desc())
    )
    return [
        Discrepancy(
            row.id, known_lots[row.lot_id], known_places[row.place_id] if row.place_id else None, row.vials,
            row.dose_id, row.opened_at,
        )
        for row in rows
    ]  # fmt: skip


def _place(row: PlaceTable) -> Place:
    return Place(row.id, row.name, timedelta(minutes=row.reach_minutes))


def _lot(row: LotTable, state: LotStateTable | None) -> Lot:
    if state is None:
        return Lot(row.id, row.brand, row.strength, row.number, row.expires, LotState.AVAILABLE)
    return Lot(row.id, row.brand, row.strength, row.number, row.expires, LotState(state.state), state.reason)


def _mark(row: LotStateTable) -> StateMark:
    return StateMark(LotState(row.state), row.reason, row.at, row.actor, row.place_id, row.recall_id, row.excursion_id)


def _earmark(row: EarmarkTable, lines: list[VialLine]) -> Earmark:
    held = DayRange(row.held_from, row.held_until)
    return Earmark(row.id, row.holder, row.set_no, held, tuple(sorted(lines)), row.at, row.actor)

"""What each act of a count does inside its one write transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from crs_desktop.kernel.refusal import Finding, Refused, beware, no, refuse
from crs_desktop.kernel.wording import say
from crs_desktop.staff import repository as people
from crs_desktop.staff.commands import key_of
from crs_desktop.staff.model import BY_CODE, EMERGENCY
from crs_desktop.staff.rules import granted
from crs_desktop.staff.signing.acts import first_person
from crs_desktop.staff.signing.model import ProvenPerson, SecondSignature
from crs_desktop.staff.signing.rules import against_person
from crs_desktop.stock import repository as stock
from crs_desktop.stock.acts import count_difference
from crs_desktop.stock.counting import repository
from crs_desktop.stock.counting.model import ComparedLot, Count, CountEnd, CountEntry, CountOutcome, Standing
from crs_desktop.stock.counting.rules import against_posting, compared
from crs_desktop.stock.model import Lot, VialLine
from crs_desktop.store.store import Result, Writing

ENTER = "enter count"


def open_count(writing: Writing, place_id: int, note: str) -> Result | Refused:
    """Begin a count of a place. One count a place at a time: two would hold the same vials against two freezes."""
    session = writing.session
    place = stock.places(session).get(place_id)
    if place is None:
        return refuse(no("stock_place_unknown", "place", place_id))
    running = next((item for item in repository.counts(session) if item.place == place and item.end is None), None)
    if running is not None:
        return refuse(no("count_running", "place", place.name, count=running.id, by=running.actor))
    number = repository.add_count(session, place_id, note, writing.at, writing.actor.name)
    after: Result = {"place": place_id, "frozen": repository.newest_line(session)}
    writing.log("count", number, "open", after=after, reason=note)
    return {"count": number}


def enter(
    writing: Writing, count_id: int, found: Sequence[tuple[int, int]], second: SecondSignature | None
) -> Result | Refused:  # fmt: skip
    """What one person found: the round of each lot that is its turn. Every round after the first is another person's.

    `second` is who counts when that is not the person signed in. Nobody hears what was expected or found before.
    """
    session = writing.session
    count = running(session, count_id)
    if isinstance(count, Refused):
        return count
    who = writing.actor.name if second is None else _proven(writing, second)
    if isinstance(who, Finding):
        return refuse(who)
    there = {item.lot.id: item for item in numbers(session, count)}
    lots, line = stock.lots(session), repository.newest_line(session)
    tried = [_against(session, there.get(lot_id), lots.get(lot_id), who) for lot_id, _vials in found]
    findings = [against for against in tried if against is not None]
    if findings:
        return refuse(*findings)
    for lot_id, vials in found:
        earlier = there.get(lot_id)
        number = 1 if earlier is None else len(earlier.rounds) + 1
        repository.add_entry(session, count_id, CountEntry(lot_id, number, vials, line, writing.at, who))
    after: Result = {"by": who, "found": [list(item) for item in found]}
    writing.log("count", count_id, "enter", after=after)
    return {"count": count_id}


def post(writing: Writing, count_id: int) -> Result | Refused:
    """Close a count: the differences that two agree on become lines of the ledger.

    The difference is to the freeze; what moved since stays as it was written. Refused while a lot is open, and when a
    lot holds fewer now than are missing: then the ledger has spent vials that nobody found.
    """
    session = writing.session
    count = running(session, count_id)
    if isinstance(count, Refused):
        return count
    found = numbers(session, count)
    against = against_posting(found)
    if against:
        return refuse(*against)
    for item in found:
        if item.difference and isinstance(posted := _post(writing, count, item), Refused):
            return posted
    repository.add_end(session, count_id, CountEnd(CountOutcome.POSTED, "", writing.at, writing.actor.name))
    left = [item.lot.id for item in found if item.standing is Standing.MOVED]
    writing.log("count", count_id, "close", after={"left_out": list(left)})
    return {"count": count_id}


def give_up(writing: Writing, count_id: int, reason: str) -> Result | Refused:
    """End a count without posting anything."""
    count = running(writing.session, count_id)
    if isinstance(count, Refused):
        return count
    end = CountEnd(CountOutcome.GIVEN_UP, reason, writing.at, writing.actor.name)
    repository.add_end(writing.session, count_id, end)
    writing.log("count", count_id, "give up", reason=reason)
    return {"count": count_id}


def running(session: Session, count_id: int) -> Count | Refused:
    """A count that has not ended."""
    count = repository.count(session, count_id)
    if count is None:
        return refuse(no("count_unknown", "count", count_id))
    if count.end is not None:
        return refuse(no("count_ended", "count", count_id, by=count.end.actor))
    return count


def numbers(session: Session, count: Count) -> tuple[ComparedLot, ...]:
    """Every number of a count as the ledger and the rounds stand now."""
    now = {lot: vials for (lot, place), vials in stock.balances(session).items() if place == count.place.id}
    since = repository.moved_since(session, count.frozen, count.place.id)
    entries = repository.entries(session, count.id)
    return compared(stock.lots(session), now, since, entries, one_name(session, {item.actor for item in entries}))


def one_name(session: Session, actors: set[str]) -> Mapping[str, str]:
    """Each name in one form, so that a person who was renamed, or came by the emergency code, stays one person."""
    known = people.names(session)
    found = {}
    for actor in actors:
        key = key_of(actor.removesuffix(BY_CODE))
        ids = known.get(key, frozenset())
        found[actor] = f"person:{min(ids)}" if ids else key
    return found


def _against(session: Session, earlier: ComparedLot | None, lot: Lot | None, who: str) -> Finding | None:
    """Why this person cannot count this lot now."""
    if lot is None:
        return no("count_lot_unknown", "lot")
    if earlier is None or earlier.standing is Standing.TO_COUNT:
        return None
    number = lot.number
    if earlier.standing is Standing.MOVED:
        return no("count_lot_moved", "lot", number)
    if earlier.standing is Standing.AGREED:
        return no("count_lot_settled", "lot", number)
    last = earlier.rounds[-1].actor
    same = one_name(session, {last, who})
    if same[last] == same[who]:
        return no("count_same_person", "lot", number, who=last)
    if who.endswith(BY_CODE):
        return no("second_check_emergency", "second", who)
    return None


def _proven(writing: Writing, second: SecondSignature) -> str | Finding:
    """The name of who counts beside the person signed in, or why they cannot be the one."""
    by = second.by
    if by is None:
        return no("count_never_alone", "second")
    session = writing.session
    if people.anybody(session):
        known = people.person(session, by.person_id)
        if known is None or not known.active or key_of(known.name) != key_of(by.name):
            return no("second_check_unknown", "second", by.name)
        roles = frozenset(role.value for role in known.roles) | by.roles & {EMERGENCY}
        by = ProvenPerson(by.person_id, by.name, roles, by.at)
    may = granted(people.rights(), by.roles, ENTER)
    against = against_person(by, first_person(session, writing.actor.name), may, writing.at)
    return by.name if against is None else against


def _post(writing: Writing, count: Count, item: ComparedLot) -> Result | Refused:
    """The line of one difference, with who found what in words."""
    found = ", ".join(f"{entry.vials} ({entry.actor})" for entry in item.rounds)
    reason = say(beware("count_line_reason", "count", count.id, expected=item.expected, found=found))
    return count_difference(writing, VialLine(item.lot.id, count.place.id, item.difference), count.id, reason)

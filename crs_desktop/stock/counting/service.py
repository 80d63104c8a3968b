"""Use cases of a count: open it, enter what was found, see the blind list, compare, post, give up."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.entry import read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.staff.signing.model import Asked, SecondSignature
from crs_desktop.stock import repository as stock
from crs_desktop.stock.counting import acts, repository
from crs_desktop.stock.counting.commands import EndCount, EnterCount, OpenCount, read_found
from crs_desktop.stock.counting.model import BlindCount, Comparison, CountsPicture
from crs_desktop.stock.counting.rules import against_posting, asked_again, blind
from crs_desktop.store.store import Request, Result, Store, Writing

_TOPICS = [Topic.STOCK]
_POSTED = [Topic.STOCK, Topic.READINESS]


class CountBook:
    """The counts of one store. While one runs, nothing here tells a number that a counter must not know."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store = store
        self.zone = zone

    def picture(self) -> CountsPicture:
        """Places, running counts without numbers, ended ones; in one consistent snapshot."""
        with self._store.read() as session:
            counts = repository.counts(session)
            running = tuple(blind(item, acts.numbers(session, item)) for item in counts if item.end is None)
            ended = tuple(item for item in counts if item.end is not None)
            places = tuple(stock.places(session).values())
            return CountsPicture(places, tuple(stock.lots(session).values()), running, ended)

    def seen(self, count_id: int) -> BlindCount | Refused:
        """A running count as a counter may see it."""
        with self._store.read() as session:
            count = acts.running(session, count_id)
            return count if isinstance(count, Refused) else blind(count, acts.numbers(session, count))

    def asked(self, count_id: int) -> Asked | Refused:
        """What another person counts again, blind. Refused when there is nothing."""
        seen = self.seen(count_id)
        if isinstance(seen, Refused):
            return seen
        return asked_again(seen) if seen.to_recount else refuse(no("count_nothing_to_recount", "count", count_id))

    def comparison(self, count_id: int) -> Comparison | Refused:
        """Every number. Refused while anybody still has to count: they would not be blind any more."""
        with self._store.read() as session:
            count = repository.count(session, count_id)
            if count is None:
                return refuse(no("count_unknown", "count", count_id))
            found = acts.numbers(session, count)
        if count.end is None and any(item.standing.open for item in found):
            return refuse(no("count_not_finished", "count", count_id))
        return Comparison(count, found, () if count.end is not None else against_posting(found))

    def open(self, command: OpenCount, actor: Actor) -> BlindCount | Refused:
        """Begin a count of a place, held against the ledger as it is now."""
        note = read_text(command.note, "note", needed=False)
        if isinstance(note, Finding):
            return refuse(note)
        request = Request(command.request_id, "open count", {"place": command.place_id, "note": note})

        def work(writing: Writing) -> Result | Refused:
            return acts.open_count(writing, command.place_id, note)

        result = self._store.perform(request, actor, _TOPICS, work)
        return result if isinstance(result, Refused) else self.seen(result["count"])

    def enter(
        self, command: EnterCount, actor: Actor, second: SecondSignature | None = None
    ) -> BlindCount | Refused:  # fmt: skip
        """What one person found; by `second`, who has proved who they are, when that is not the person signed in."""
        found = read_found(command)
        if isinstance(found, Refused):
            return found
        by = "" if second is None or second.by is None else second.by.name
        content = {"count": command.count_id, "found": [list(item) for item in found], "by": by}

        def work(writing: Writing) -> Result | Refused:
            return acts.enter(writing, command.count_id, found, second)

        result = self._store.perform(Request(command.request_id, acts.ENTER, content), actor, _TOPICS, work)
        return result if isinstance(result, Refused) else self.seen(command.count_id)

    def post(self, command: EndCount, actor: Actor) -> Comparison | Refused:
        """Close a count: its differences become lines of the ledger."""
        request = Request(command.request_id, "close count", {"count": command.count_id})
        result = self._store.perform(request, actor, _POSTED, lambda writing: acts.post(writing, command.count_id))
        return result if isinstance(result, Refused) else self.comparison(command.count_id)

    def give_up(self, command: EndCount, actor: Actor) -> Comparison | Refused:
        """End a count without posting anything, with the reason."""
        reason = read_text(command.reason, "reason")
        if isinstance(reason, Finding):
            return refuse(reason)
        request = Request(command.request_id, "give up count", {"count": command.count_id, "reason": reason})

        def work(writing: Writing) -> Result | Refused:
            return acts.give_up(writing, command.count_id, reason)

        result = self._store.perform(request, actor, _TOPICS, work)
        return result if isinstance(result, Refused) else self.comparison(command.count_id)

"""Use cases of recalls: record a notice, end one, and read what it names here."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.entry import read_text
from crs_desktop.kernel.refusal import Finding, Refused, refuse
from crs_desktop.stock import repository as stock
from crs_desktop.stock.recalls import acts, repository
from crs_desktop.stock.recalls.commands import EndRecall, ReadRecall, RecordRecall, read_recall
from crs_desktop.stock.recalls.model import Notice, NoticePicture, RecallsPicture
from crs_desktop.stock.recalls.rules import in_order, of_notice, open_alerts
from crs_desktop.store.store import Request, Result, Store, Writing

_TOPICS = [Topic.STOCK, Topic.READINESS]


class RecallBook:
    """The recall notices of one store."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store = store
        self.zone = zone

    def picture(self) -> RecallsPicture:
        """Every notice with its lots here, and alerts that nobody has recorded; in one consistent snapshot."""
        with self._store.read() as session:
            known, held = repository.notices(session), stock.on_hand(session)
            lots = list(stock.lots(session).values())
        pictures = []
        for notice in known:
            named = of_notice(notice, lots)
            here = {lot.id for lot in named.lots}
            pictures.append(NoticePicture(notice, named, sum(item.vials for item in held if item.lot.id in here)))
        return RecallsPicture(in_order(pictures), open_alerts(repository.alerts(), known))

    def notices(self) -> list[Notice]:
        """Every notice, oldest first."""
        with self._store.read() as session:
            return repository.notices(session)

    def understood(self, command: RecordRecall) -> ReadRecall | Refused:
        """The notice as it would be recorded, or every reason why not; nothing is written."""
        return read_recall(command, local_day(self._store.clock.now(), self.zone))

    def record(self, command: RecordRecall, actor: Actor) -> Notice | Refused:
        """Record a notice: its lots are recalled everywhere at once, later receipts of them too."""
        read = self.understood(command)
        if isinstance(read, Refused):
            return read
        request = Request(command.request_id, "record recall", read.content())
        return self._found(self._store.perform(request, actor, _TOPICS, lambda writing: acts.record(writing, read)))

    def end(self, command: EndRecall, actor: Actor) -> Notice | Refused:
        """Say why a notice no longer holds here. No vial is released by it."""
        reason = read_text(command.reason, "reason")
        if isinstance(reason, Finding):
            return refuse(reason)
        request = Request(command.request_id, "end recall", {"recall": command.recall_id, "reason": reason})

        def work(writing: Writing) -> Result | Refused:
            return acts.end(writing, command.recall_id, reason)

        return self._found(self._store.perform(request, actor, _TOPICS, work))

    def _found(self, result: Result | Refused) -> Notice | Refused:
        if isinstance(result, Refused):
            return result
        with self._store.read() as session:
            found = repository.notice(session, result["recall"])
        assert found is not None
        return found

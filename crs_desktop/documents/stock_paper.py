"""Use cases of paper about vials: recall letters, all of a notice in one act, and the blind sheet of a count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crs_desktop.documents import repository
from crs_desktop.documents.filed import About, FiledSheet
from crs_desktop.documents.filing import entry_of
from crs_desktop.documents.gather.stock_papers import count_facts, letters_of
from crs_desktop.documents.layout.page import lay_out
from crs_desktop.documents.model import Kind, Sheet
from crs_desktop.documents.sheets.count_sheet import build_count_sheet
from crs_desktop.documents.sheets.recall_letter import build_recall_letter
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.fingerprint import fingerprint
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.readiness.recall.service import RecallDrill
from crs_desktop.stock.counting.service import CountBook
from crs_desktop.stock.recalls.service import RecallBook
from crs_desktop.store.store import Request, Result, Store, Writing


@dataclass(frozen=True, slots=True)
class _Made:
    """A sheet that was laid out."""

    sheet: Sheet
    content: bytes
    about: About
    valid_until: datetime


class StockPaper:
    """Papers about vials. The filed bytes lie in the store like those of every other sheet."""

    def __init__(self, store: Store, zone: ZoneInfo, demo: bool) -> None:
        self._store = store
        self._zone = zone
        self._drill = RecallDrill(store, zone, demo)
        self._recalls = RecallBook(store, zone)
        self._counts = CountBook(store, zone)

    def recall_letters(self, request_id: str, recall_id: int, actor: Actor) -> tuple[FiledSheet, ...] | Refused:
        """One letter for each patient who received vials of the notice's lots, filed under that patient, by name.

        All are filed or none is: a list of which one is missing would be taken for the whole.
        """
        notice = next((item for item in self._recalls.notices() if item.id == recall_id), None)
        received = self._drill.received(recall_id)
        if notice is None or isinstance(received, Refused):
            return refuse(no("recall_unknown", "recall", recall_id))
        if notice.end is not None:
            return refuse(no("recall_ended", "recall", notice.number, by=notice.end.actor))
        if not received:
            return refuse(no("recall_nobody_received", "recall", notice.number))
        printed = (actor.name, self._store.clock.now())
        made = []
        for patient, facts in letters_of(notice, received, printed, self._zone).items():
            about = About(patient, None, "", local_day(printed[1], self._zone))
            sheet = build_recall_letter(facts)
            content = lay_out(sheet)
            if isinstance(content, Refused):
                return content
            made.append(_Made(sheet, content, about, facts.stamp.valid_until))
        return self._file(request_id, Kind.RECALL_LETTER, made, actor, printed[1])

    def count_sheet(self, request_id: str, count_id: int, actor: Actor) -> FiledSheet | Refused:
        """The lots that still have to be counted, without any number; filed."""
        seen = self._counts.seen(count_id)
        if isinstance(seen, Refused):
            return seen
        if seen.finished:
            return refuse(no("count_nothing_to_count", "count", count_id))
        now = self._store.clock.now()
        facts = count_facts(seen, (actor.name, now), self._zone)
        sheet = build_count_sheet(facts)
        content = lay_out(sheet)
        if isinstance(content, Refused):
            return content
        made = _Made(sheet, content, About(None, None, "", local_day(now, self._zone)), facts.stamp.valid_until)
        filed = self._file(request_id, Kind.COUNT_SHEET, [made], actor, now)
        return filed if isinstance(filed, Refused) else filed[0]

    def _file(
        self, request_id: str, kind: Kind, made: list[_Made], actor: Actor, now: datetime
    ) -> tuple[FiledSheet, ...] | Refused:  # fmt: skip
        """Every sheet with its bytes, in one transaction."""

        def work(writing: Writing) -> Result:
            numbers = []
            for one in made:
                printed = (actor.name, now)
                entry = entry_of(one.sheet, one.content, one.about, one.valid_until, printed, self._zone)
                numbers.append(repository.add(writing.session, entry, one.content))
                writing.log("paper", entry.code, "print", after={"kind": entry.kind, "file": entry.file_name})
            return {"sheets": list(numbers)}

        facts = fingerprint([one.sheet.fingerprint for one in made])
        request = Request(request_id, f"print {kind.value}", {"facts": facts, "kind": kind.value})
        result = self._store.perform(request, actor, [Topic.PAPER], work)
        if isinstance(result, Refused):
            return result
        self._store.copy_head("print")
        with self._store.read() as session:
            filed = [repository.sheet(session, number) for number in result["sheets"]]
        return tuple(one for one in filed if one is not None)

"""Use cases of paper: gather, build, lay out, file, and record what was filed; show the filed bytes again."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from crs_desktop.documents import repository
from crs_desktop.documents.export import drafted, free_place
from crs_desktop.documents.filed import About, DayFiled, FiledSheet
from crs_desktop.documents.filing import as_filed, entry_of
from crs_desktop.documents.gather.dosing_sheet import dosing_facts_of
from crs_desktop.documents.gather.infusion_day import infusion_day_facts
from crs_desktop.documents.gather.set_aside import running, set_aside_facts
from crs_desktop.documents.layout.page import lay_out
from crs_desktop.documents.model import Kind, Sheet
from crs_desktop.documents.sheets.dosing_sheet import build_dosing_sheet
from crs_desktop.documents.sheets.infusion_day import build_infusion_day
from crs_desktop.documents.sheets.set_aside_label import build_set_aside
from crs_desktop.doses.service import DoseLog
from crs_desktop.episodes.repository import episodes
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.patients.repository import courses, patient_of_course, patients
from crs_desktop.policy.service import policy_on
from crs_desktop.readiness.board import Board, RowAnswer
from crs_desktop.readiness.service import ReadinessBoard
from crs_desktop.readiness.words import policy_said, policy_text
from crs_desktop.stock.model import VialLine
from crs_desktop.stock.repository import earmarks, on_hand
from crs_desktop.store.store import Request, Result, Store, Writing
from crs_desktop.therapies.repository import adoptions


class PaperShop:
    """The site's paper. The filed bytes lie in the store; a plain file is made only when somebody asks for it.

    `notes` is what there is to say about papers of an older version that could not be taken into the store.
    """

    def __init__(
        self, store: Store, zone: ZoneInfo, readiness: ReadinessBoard, doses: DoseLog, notes: tuple[Finding, ...] = ()
    ) -> None:
        self._store = store
        self._zone = zone
        self._readiness = readiness
        self._doses = doses
        self.notes = notes

    def infusion_day(self, request_id: str, course_id: int, dose_key: str, actor: Actor) -> FiledSheet | Refused:
        """The checklist of one infusion, filed."""
        board = self._readiness.board()
        row = self._row(board, course_id, dose_key)
        if row is None:
            return refuse(no("paper_no_such_infusion", "infusion", dose_key))
        about = About(row.patient.id, course_id, dose_key, row.infusion.day)
        return self._file(request_id, self._infusion_day(board, row, actor), about, actor)

    def dosing_sheet(
        self, request_id: str, patient_id: int, actor: Actor, preferred: tuple[VialLine, ...] = ()
    ) -> FiledSheet | Refused:
        """The dosing sheet of what would be given now, filed; refused with the reasons when nothing can be proposed."""
        proposed = self._doses.propose(patient_id, preferred)
        if isinstance(proposed, Refused):
            return proposed
        before = self._doses.next_for(patient_id)
        now = self._store.clock.now()
        with self._store.read() as session:
            mine = courses(session).get(patient_id, [])
            told = episodes(session, patient_id)
        board = self._readiness.board()
        course = max(mine, key=lambda item: (item.start, item.id), default=None)
        facts = dosing_facts_of(proposed, course, told, before, policy_text(board), self._zone, (actor.name, now))
        about = About(patient_id, None if course is None else course.id, "", local_day(now, self._zone))
        return self._file(request_id, (build_dosing_sheet(facts), facts.stamp.valid_until), about, actor)

    def day(self, request_id: str, day: date, actor: Actor) -> DayFiled:
        """The checklists of every infusion of a day, each filed by itself, from one answer of the board."""
        board = self._readiness.board()
        filed: list[FiledSheet] = []
        refused: list[Finding] = []
        for number, row in enumerate(row for row in board.rows if row.infusion.day == day):
            about = About(row.patient.id, row.infusion.course_id, row.infusion.dose.key, day)
            made = self._file(f"{request_id}-{number}", self._infusion_day(board, row, actor), about, actor)
            if isinstance(made, Refused):
                refused += made.findings
            else:
                filed.append(made)
        return DayFiled(tuple(filed), tuple(dict.fromkeys(refused)))

    def set_aside(
        self, request_id: str, holder: str, actor: Actor, only: tuple[int, ...] = ()
    ) -> FiledSheet | Refused:
        """The labels for the promises to a holder that a person has confirmed (with `only` just these), filed."""
        now = self._store.clock.now()
        today = local_day(now, self._zone)
        course_id = int(holder.removeprefix("course:"))
        with self._store.read() as session:
            of = patient_of_course(session, course_id)
            mine = [] if of is None else courses(session, [of]).get(of, [])
            course = next((item for item in mine if item.id == course_id), None)
            who = [] if of is None else patients(session, [of])
            promises = earmarks(session, holder)
            shelf, policy = on_hand(session), policy_on(session, today)
        if course is None or not who:
            return refuse(no("label_no_promise", "patient", holder))
        made = set_aside_facts(
            who[0], course, running(promises, today, only), shelf, policy_said(policy), self._zone, (actor.name, now)
        )
        if isinstance(made, Refused):
            return made
        about = About(course.patient_id, course_id, "", made.labels[0].first)
        return self._file(request_id, (build_set_aside(made), made.stamp.valid_until), about, actor)

    def sheets(self) -> list[FiledSheet]:
        """Every filed sheet, newest first."""
        with self._store.read() as session:
            return repository.sheets(session)

    def content(self, sheet: FiledSheet) -> bytes | Refused:
        """The filed bytes, refused when they are not there or not what was filed."""
        with self._store.read() as session:
            found = repository.content(session, sheet.sha256)
        return as_filed(found, sheet.file_name, sheet.sha256)

    def without_content(self) -> frozenset[int]:
        """Sheets of an older version whose bytes never came into the store: they cannot be shown."""
        with self._store.read() as session:
            return frozenset(repository.without_content(session))

    def export(
        self, request_id: str, sheet: FiledSheet, place: Path, actor: Actor, replace: bool = False
    ) -> Path | Refused:
        """The filed bytes as a plain file that only its owner can read; tells where it lies.

        The file has its name only when the change log says who asked for it. Without `replace` other bytes of that name
        stay and a number goes behind it. Raises EnvironmentFailure when it cannot be written; then there is no file.
        """
        content = self.content(sheet)
        if isinstance(content, Refused):
            return content
        with drafted(place.parent, content) as draft:
            place = place if replace else free_place(place, content)
            where = os.fsencode(place.absolute()).decode("utf-8", "backslashreplace")

            def work(writing: Writing) -> Result:
                writing.log("paper", sheet.code, "export", after={"sheet": sheet.id, "to": where})
                return {"sheet": sheet.id}

            request = Request(request_id, "export paper", {"sheet": sheet.id, "to": where})
            result = self._store.perform(request, actor, [], work)
            if isinstance(result, Refused):
                return result
            draft.name(place)
        return place

    def states(self, board: Board | None = None) -> dict[str, str]:
        """By infusion ('course/dose key'): 'printed' while its newest checklist is still true, else 'stale'.

        Whoever has just asked for the board hands it in, so that it is not worked out twice.
        """
        board = board or self._readiness.board()
        newest: dict[str, FiledSheet] = {}
        for sheet in self.sheets():
            if sheet.kind == Kind.INFUSION_DAY.value:
                newest.setdefault(f"{sheet.course_id}/{sheet.dose_key}", sheet)
        actor = Actor("paper state")
        states = {}
        for key, sheet in newest.items():
            row = self._row(board, sheet.course_id or 0, sheet.dose_key)
            fresh = row is not None and self._infusion_day(board, row, actor)[0].fingerprint == sheet.facts
            states[key] = "printed" if fresh and sheet.valid_until >= self._store.clock.now() else "stale"
        return states

    def _row(self, board: Board, course_id: int, dose_key: str) -> RowAnswer | None:
        return next(
            (row for row in board.rows if (row.infusion.course_id, row.infusion.dose.key) == (course_id, dose_key)),
            None,
        )

    def _infusion_day(self, board: Board, row: RowAnswer, actor: Actor) -> tuple[Sheet, datetime]:
        """The checklist with the instant until which it may be used."""
        with self._store.read() as session:
            found = [item for item in adoptions(session) if item.fingerprint == row.course.protocol.fingerprint]
        printed = (actor.name, self._store.clock.now())
        facts = infusion_day_facts(board, row, found[-1] if found else None, self._zone, printed)
        return build_infusion_day(facts), facts.stamp.valid_until

    def _file(
        self, request_id: str, made: tuple[Sheet, datetime], about: About, actor: Actor
    ) -> FiledSheet | Refused:
        """Lay out, then record the sheet and its bytes together."""
        sheet, valid_until = made
        content = lay_out(sheet)
        if isinstance(content, Refused):
            return content
        printed = (actor.name, self._store.clock.now())
        entry = entry_of(sheet, content, about, valid_until, printed, self._zone)

        def work(writing: Writing) -> Result:
            number = repository.add(writing.session, entry, content)
            writing.log("paper", entry.code, "print", after={"kind": entry.kind, "file": entry.file_name})
            return {"sheet": number}

        request = Request(request_id, f"print {entry.kind}", {"facts": entry.facts, "kind": entry.kind})
        result = self._store.perform(request, actor, [Topic.PAPER], work)
        if isinstance(result, Refused):
            return result
        self._store.copy_head("print")
        with self._store.read() as session:
            filed = repository.sheet(session, int(result["sheet"]))
        assert filed is not None
        return filed

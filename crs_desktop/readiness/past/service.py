"""Use cases of past boards: an answer worked out again, and the board of any instant under any policy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.kernel.answers import instant_entry
from crs_desktop.kernel.clock import local_text, whole_milliseconds
from crs_desktop.kernel.entry import read_local_instant
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.kernel.wording import say
from crs_desktop.policy.assumed import NOTHING_ASSUMED, STANDBY, Assumed, read_assumed
from crs_desktop.policy.repository import options
from crs_desktop.policy.standby.kinds import standby_kind, standby_kinds
from crs_desktop.policy.standby.model import LOCAL
from crs_desktop.readiness.answer import answer
from crs_desktop.readiness.board import Board
from crs_desktop.readiness.board_document import digest_of, readiness_document
from crs_desktop.readiness.gather import gather
from crs_desktop.readiness.painting import picture_of
from crs_desktop.readiness.past.keeping import proposed_of
from crs_desktop.readiness.past.model import Assumable, LookBack, PastPicture, Replayed, Stops, WhatWas
from crs_desktop.readiness.picture import BOARD
from crs_desktop.store import answers
from crs_desktop.store.answers import Given
from crs_desktop.store.store import Store

_A_MOMENT, _MINUTE = timedelta(milliseconds=1), timedelta(minutes=1)


class PastBoards:
    """What the board said, and what it would have said. Reads only."""

    def __init__(self, store: Store, zone: ZoneInfo, demo: bool) -> None:
        self._store = store
        self._zone = zone
        self._demo = demo

    def assumable(self) -> tuple[Assumable, ...]:
        """What of policy can be assumed for a question."""
        kinds = tuple((kind.key, kind.sentence) for kind in standby_kinds() if kind.key != LOCAL)
        rules = Assumable(STANDBY, say(no("past_assume_standby")), "", kinds)
        listed = (
            Assumable(one.key, one.sentence, one.allowed, tuple((choice, choice) for choice in one.choices))
            for one in options()
        )
        return (rules, *listed)

    def look(self, asked: LookBack) -> PastPicture | Refused:
        """The board of another time or under another policy, as a page shows it."""
        at = asked.instant or self._typed(asked.when)
        if isinstance(at, Finding):
            return refuse(at)
        found = self.what_was(at, dict(asked.policy)) if asked.policy else self.replay(at)
        if isinstance(found, Refused):
            return found
        when = local_text(found.board.asked_at, self._zone)
        picture = picture_of(found.board, self._zone)
        if isinstance(found, Replayed):
            stamp = say(no("past_stamp", "as_of", when))
            said = tuple(say(finding) for finding in found.findings or (no("past_reproduced"),))
            same = None if found.given_at is None else found.reproduced
        else:
            listed = "; ".join(self._said(key, value) for key, value in found.assumed.said.items())
            stamp = say(no("past_stamp_assumed", "as_of", when))
            said, same = (say(no("past_assumed_list", "policy", listed)),), None
        return PastPicture(at, self._minute(at), picture, stamp, said, same, self.stops(at))

    @staticmethod
    def _said(key: str, value: str) -> str:
        kind = standby_kind(value) if key == STANDBY else None
        return f"{key.replace('_', ' ')} {value}" if kind is None else kind.sentence.rstrip(".")

    def _typed(self, when: str) -> datetime | Finding:
        """The last moment of the minute that was typed, but not later than now; nothing typed is now."""
        if not when.strip():
            return self.now()
        minute = read_local_instant(when, self._zone, "when")
        if isinstance(minute, Finding):
            return minute
        now = self.now()
        return min(minute + _MINUTE - _A_MOMENT, now) if minute <= now else minute

    def _minute(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def now(self) -> datetime:
        """The latest instant that can be asked about."""
        return self._store.clock.now()

    def replay(self, at: datetime) -> Replayed | Refused:
        """The answer in force at an instant, from what the store knew when it was given. Refused for the future."""
        at = whole_milliseconds(at)
        if at > self.now():
            return refuse(self._in_the_future(at))
        with self._store.read() as session:
            given = answers.in_force(session, BOARD, at)
            if given is None:
                board = self._board(session, at, at)
                finding = no("past_no_answer", "as_of", local_text(at, self._zone))
                return Replayed(at, None, board, readiness_document(board, self._zone), False, (finding,))
            known, apart = _known_until(session, given)
            board = self._board(session, given.asked_at, known, given)
        document = readiness_document(board, self._zone)
        same = digest_of(document) == given.digest
        return Replayed(at, given.asked_at, board, document, same, () if same else self._why(given, board, apart))

    def what_was(self, at: datetime, policy: Mapping[str, str]) -> WhatWas | Refused:
        """The board of an instant: patients, stock and rows of then, and the policy of then but for what is assumed.

        `policy` holds values as typed, by option, and under `standby` a kind of standby rule. Refused with every one
        that is not understood, and for the future.
        """
        at = whole_milliseconds(at)
        assumed = read_assumed(policy, options(), standby_kinds(), say(no("past_assumed")), at)
        late = (self._in_the_future(at),) if at > self.now() else ()
        if isinstance(assumed, Refused):
            return refuse(*late, *assumed.findings)
        return refuse(*late) if late else self.under(at, assumed)

    def under(self, at: datetime, assumed: Assumed) -> WhatWas:
        """The same with a policy that is understood already."""
        with self._store.read() as session:
            given = answers.in_force(session, BOARD, at)
            board = self._board(session, at, at, given, assumed)
        document = readiness_document(board, self._zone)
        document["as_of"] = instant_entry(at, self._zone)
        document["assumed"] = assumed.said
        return WhatWas(at, assumed, board, document)

    def stops(self, at: datetime) -> Stops:
        """The answers given around an instant; before and after are those that said something else."""
        with self._store.read() as session:
            here = answers.in_force(session, BOARD, at)
            said = None if here is None else here.fingerprint
            before = None if here is None else answers.in_force(session, BOARD, here.asked_at - _A_MOMENT, said)
            after = answers.after(session, BOARD, at, said)
        return Stops(_when(before), _when(here), _when(after))

    def _board(
        self, session: Session, now: datetime, as_of: datetime, given: Given | None = None,
        assumed: Assumed = NOTHING_ASSUMED,
    ) -> Board:  # fmt: skip
        situation = gather(session, now, self._zone, self._demo, as_of=as_of, assumed=assumed)
        return answer(situation, [] if given is None else proposed_of(given.proposed))

    def _in_the_future(self, at: datetime) -> Finding:
        return no("past_in_the_future", "as_of", local_text(at, self._zone))

    def _why(self, given: Given, board: Board, apart: bool) -> tuple[Finding, ...]:
        """Why the answer is not the same to the last byte, as far as it can be told."""
        when = local_text(given.asked_at, self._zone)
        if not apart:
            return (no("past_same_moment", "as_of", when),)
        if not board.proved_best:
            return (no("past_not_proved", "as_of", when),)
        return (no("past_differs", "as_of", when),)


def _known_until(session: Session, given: Given) -> tuple[datetime, bool]:
    """Through which instant an answer knew what was written; False when more was written at that very instant.

    A desk may have been writing while another one asked: what it wrote bears an earlier instant, and was not known.
    """
    following, last = answers.next_change(session, given), answers.last_known(session, given)
    known = given.asked_at if following is None else min(given.asked_at, following - _A_MOMENT)
    return (known, True) if last is None or last <= known else (given.asked_at, False)


def _when(given: Given | None) -> datetime | None:
    return None if given is None else given.asked_at

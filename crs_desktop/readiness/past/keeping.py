"""What a board was asked with, and the record that it was given: enough to work the same answer out again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.kernel.answers import instant_entry
from crs_desktop.patients.service import keep_over
from crs_desktop.readiness.answer import Proposed
from crs_desktop.readiness.board import Board
from crs_desktop.readiness.board_document import digest_of, readiness_document
from crs_desktop.readiness.gather import Situation
from crs_desktop.readiness.picture import BOARD
from crs_desktop.store import answers
from crs_desktop.store.answers import Given


@dataclass(frozen=True, slots=True)
class AskedWith:
    """Everything that an answer follows from: the situation, the sets proposed before, and the last change known."""

    situation: Situation
    proposed: Proposed
    known_until: int


def record(session: Session, board: Board, asked: AskedWith, zone: ZoneInfo, always: bool = False) -> None:
    """Append the answer unless it says what the last one said; `always` for one that was printed with its time.

    Also keep which courses were found to be over, but only while nothing was written since the answer was asked: that
    could have opened a course again.
    """
    document = readiness_document(board, zone)
    last = answers.in_force(session, BOARD)
    if always or last is None or digest_of({**document, "asked_at": instant_entry(last.asked_at, zone)}) != last.digest:
        answers.give(
            session,
            Given(
                BOARD, board.asked_at, board.fingerprint, proposed_text(asked.proposed), asked.known_until,
                digest_of(document),
            ),
        )  # fmt: skip
    if asked.situation.over and answers.last_change(session) == asked.known_until:
        keep_over(session, dict(asked.situation.over))


def proposed_text(proposed: Proposed) -> str:
    """Proposals as they are kept."""
    listed = [[holder, set_no, [list(pair) for pair in vials]] for holder, set_no, vials in proposed]
    return json.dumps(listed, separators=(",", ":"), ensure_ascii=False)


def proposed_of(text: str) -> Proposed:
    """The proposals that were kept."""
    return [
        (holder, set_no, tuple((key, count) for key, count in vials)) for holder, set_no, vials in json.loads(text)
    ]

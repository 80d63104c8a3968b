"""Use cases of vials that go somewhere: to another place, or into a dose that was prepared and not given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.entry import read_count, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.stock import repository
from crs_desktop.stock.acts import prepared
from crs_desktop.stock.model import Movement, VialLine
from crs_desktop.stock.moving.acts import move
from crs_desktop.store.store import Request, Result, Store, Writing

TOPICS = [Topic.STOCK, Topic.READINESS]


@dataclass(frozen=True, slots=True)
class MoveVials:
    """Vials that go to another place, as typed."""

    request_id: str
    lot_id: int
    place_id: int
    to_place: str
    vials: str
    reason: str


@dataclass(frozen=True, slots=True)
class PreparedNotGiven:
    """A set that was prepared for a holder of promises and not given."""

    request_id: str
    holder: str
    vials: tuple[VialLine, ...]
    reason: str


class VialMoves:
    """What happens to vials beside arriving, being given and being thrown away."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def move(self, command: MoveVials, actor: Actor) -> Movement | Refused:
        """Move vials of a lot to another place; answers the line by which they came."""
        vials, reason = read_count(command.vials, "vials"), read_text(command.reason, "reason", needed=False)
        findings = [item for item in (vials, reason) if isinstance(item, Finding)]
        if not command.to_place.isascii() or not command.to_place.isdigit():
            findings.append(no("text_missing", "to_place", command.to_place))
        if findings:
            return refuse(*findings)
        assert isinstance(vials, int) and isinstance(reason, str)
        line, to = VialLine(command.lot_id, command.place_id, vials), int(command.to_place)
        content = {"lot": line.lot_id, "from": line.place_id, "to": to, "vials": vials, "reason": reason}
        request = Request(command.request_id, "move vials", content)
        return self._moved(request, actor, lambda writing: move(writing, line, to, reason))

    def prepared(self, command: PreparedNotGiven, actor: Actor) -> Movement | Refused:
        """A dose prepared and not given: its vials are gone, it is no dose, and the promise has to be made anew."""
        reason = read_text(command.reason, "reason")
        findings = [reason] if isinstance(reason, Finding) else []
        if not command.holder.strip():
            findings.append(no("text_missing", "holder"))
        if not command.vials or any(line.vials < 1 for line in command.vials):
            findings.append(no("text_missing", "vials"))
        if findings:
            return refuse(*findings)
        assert isinstance(reason, str)
        lines = tuple(sorted(command.vials))
        content = {
            "holder": command.holder, "reason": reason,
            "vials": [[line.lot_id, line.place_id, line.vials] for line in lines],
        }  # fmt: skip
        request = Request(command.request_id, "prepared not given", content)
        return self._moved(request, actor, lambda writing: prepared(writing, command.holder, lines, reason))

    def _moved(self, request: Request, actor: Actor, work: Callable[[Writing], Result | Refused]) -> Movement | Refused:
        result = self._store.perform(request, actor, TOPICS, work)
        if isinstance(result, Refused):
            return result
        with self._store.read() as session:
            found = repository.movement(session, result["movement"])
        assert found is not None
        return found

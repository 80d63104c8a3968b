"""Use cases of stock: receive, waste, set a lot's state, correct by reversal, promise vials and let them go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.entry import read_count, read_name, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.policy.service import policy_on
from crs_desktop.staff.signing.acts import Countersigning, countersigned
from crs_desktop.staff.signing.model import Asked, SecondSignature
from crs_desktop.stock import repository
from crs_desktop.stock.acts import change_state, confirm, explain, receive, reverse, reversible, waste
from crs_desktop.stock.commands import (
    ChangeLotState,
    ConfirmEarmark,
    ReceiveLot,
    ReverseMovement,
    WasteVials,
    read_cause,
    read_receipt,
)
from crs_desktop.stock.model import (
    Discrepancy,
    Earmark,
    LedgerLine,
    LedgerWanted,
    Lot,
    LotState,
    Movement,
    OnHand,
    Place,
    StockPicture,
    VialLine,
    WasteCause,
)
from crs_desktop.stock.rules import asked_about, running, shelf, totals, wanted
from crs_desktop.store.store import Request, Result, Store, Writing

_TOPICS = [Topic.STOCK, Topic.READINESS]
_SIGNED = [*_TOPICS, Topic.PEOPLE]
_Work = Callable[[Writing], Result | Refused]


class StockLedger:
    """The site's vials."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store = store
        self._zone = zone

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone, for writing instants."""
        return self._zone

    def picture(self) -> StockPicture:
        """Shelf, totals, promises and open discrepancies as they stand now, in one consistent snapshot."""
        today = self._today()
        with self._store.read() as session:
            policy = policy_on(session, today)
            margin = timedelta(days=policy.whole("expiry_margin"))
            promises = repository.earmarks(session)
            lines = shelf(repository.ever_held(session), promises, today, margin, policy.counted_reach)
            return StockPicture(
                today, tuple(repository.places(session).values()), tuple(lines), tuple(totals(lines)),
                tuple(promises), tuple(repository.discrepancies(session)),
            )  # fmt: skip

    def ledger(self, lot_id: int) -> list[LedgerLine]:
        """Every line of a lot, newest first, with the running balance."""
        return running(self.movements(lot_id, None))

    def lines(self, asked: LedgerWanted) -> list[LedgerLine]:
        """The lines of the ledger that were asked for, newest first, with the balances of the whole ledger."""
        return wanted(
            running(self.movements(asked.lot_id, None)), asked, lambda line: local_day(line.at, self._zone)
        )  # fmt: skip

    def places(self) -> list[Place]:
        """Every place by name."""
        with self._store.read() as session:
            return list(repository.places(session).values())

    def lots(self) -> list[Lot]:
        """Every lot ever received, first expiry first."""
        with self._store.read() as session:
            return list(repository.lots(session).values())

    def on_hand(self) -> list[OnHand]:
        """Vials by lot and place, first expiry first."""
        with self._store.read() as session:
            return repository.on_hand(session)

    def movements(self, lot_id: int | None = None, limit: int | None = 200) -> list[Movement]:
        """The ledger, newest first."""
        with self._store.read() as session:
            return repository.movements(session, lot_id, limit)

    def earmarks(self) -> list[Earmark]:
        """Promises that hold."""
        with self._store.read() as session:
            return repository.earmarks(session)

    def discrepancies(self) -> list[Discrepancy]:
        """Vials used that the ledger did not hold."""
        with self._store.read() as session:
            return repository.discrepancies(session)

    def add_place(self, request_id: str, name: str, reach_minutes: str, actor: Actor) -> Place | Refused:
        """A new place with its reach time in minutes."""
        read, minutes = read_name(name, "place"), read_count(reach_minutes, "reach", 0, 1440)
        findings = [item for item in (read, minutes) if isinstance(item, Finding)]
        if findings:
            return refuse(*findings)
        assert isinstance(read, str) and isinstance(minutes, int)

        def work(writing: Writing) -> Result | Refused:
            if any(place.name == read for place in repository.places(writing.session).values()):
                return refuse(no("stock_place_known", "place", read))
            place = repository.add_place(writing.session, read, timedelta(minutes=minutes), writing.at)
            writing.log("place", place.id, "add", after={"name": read, "reach_minutes": minutes})
            return {"place": place.id}

        content = {"name": read, "reach_minutes": minutes}
        result = self._store.perform(Request(request_id, "add place", content), actor, _TOPICS, work)
        return result if isinstance(result, Refused) else Place(result["place"], read, timedelta(minutes=minutes))

    def receive(self, command: ReceiveLot, actor: Actor) -> Movement | Refused:
        """Take vials into the ledger."""
        receipt = read_receipt(command, self._today())
        if isinstance(receipt, Refused):
            return receipt
        content = {
            "brand": receipt.brand, "strength": receipt.strength.mcg, "lot": receipt.number,
            "expires": receipt.expires.isoformat(), "vials": receipt.vials, "place": command.place_id,
        }  # fmt: skip
        request = Request(command.request_id, "receive lot", content)
        return self._moved(request, actor, lambda writing: receive(writing, receipt, command.place_id))

    def waste(self, command: WasteVials, actor: Actor) -> Movement | Refused:
        """Throw vials away, with the cause; what is behind a cause that says nothing, in words."""
        vials, cause = read_count(command.vials, "vials"), read_cause(command.cause)
        reason = read_text(command.reason, "reason", needed=cause is WasteCause.OTHER)
        findings = [item for item in (vials, cause, reason) if isinstance(item, Finding)]
        if findings:
            return refuse(*findings)
        assert isinstance(vials, int) and isinstance(reason, str) and isinstance(cause, WasteCause)
        line = VialLine(command.lot_id, command.place_id, vials)
        content = {"lot": line.lot_id, "place": line.place_id, "vials": vials, "reason": reason, "cause": cause.value}
        request = Request(command.request_id, "waste vials", content)
        return self._moved(request, actor, lambda writing: waste(writing, line, reason, cause, self._today()))

    def asked(self, command: ReverseMovement) -> Asked | Refused | None:
        """What a second person enters before this line is reversed, None when it is no receipt; or why it cannot be."""
        reason = read_text(command.reason, "reason")
        if isinstance(reason, Finding):
            return refuse(reason)
        with self._store.read() as session:
            found = reversible(session, command.movement_id)
        if isinstance(found, Refused):
            return found
        return asked_about(found) if found.is_receipt else None

    def reverse(self, command: ReverseMovement, actor: Actor, second: SecondSignature | None) -> Movement | Refused:
        """Correct a line of the ledger by its opposite, once; a dose's lines only with the dose.

        A receipt is corrected by two: without `second` it is refused. Other lines need none, and it is not looked at.
        """
        reason = read_text(command.reason, "reason")
        if isinstance(reason, Finding):
            return refuse(reason)
        request = Request(command.request_id, "reverse movement", {"movement": command.movement_id, "reason": reason})
        if second is None or not self._is_receipt(command.movement_id):
            return self._moved(request, actor, lambda writing: reverse(writing, command.movement_id, reason))

        def act(writing: Writing, signing: Countersigning) -> Result | Refused:
            return reverse(writing, command.movement_id, reason, signing)

        return self._found(countersigned(self._store, self._zone, request, actor, _SIGNED, second, act))

    def change_state(self, command: ChangeLotState, actor: Actor) -> Lot | Refused:
        """Quarantine a lot or make it available again, with the reason."""
        reason = read_text(command.reason, "reason")
        findings = [reason] if isinstance(reason, Finding) else []
        if command.state not in {state.value for state in LotState}:
            findings.append(no("stock_state_unknown", "state", command.state))
        if findings:
            return refuse(*findings)
        assert isinstance(reason, str)
        state = LotState(command.state)

        def work(writing: Writing) -> Result | Refused:
            return change_state(writing, command.lot_id, state, reason)

        content = {"lot": command.lot_id, "state": state.value, "reason": reason}
        request = Request(command.request_id, "release lot" if state is LotState.AVAILABLE else "hold lot", content)
        result = self._store.perform(request, actor, _TOPICS, work)
        if isinstance(result, Refused):
            return result
        with self._store.read() as session:
            return repository.lots(session)[result["lot"]]

    def confirm(self, command: ConfirmEarmark, actor: Actor) -> Earmark | Refused:
        """Promise a set to a holder. Refused when a vial of it is already promised for one of the days."""
        content = {
            "holder": command.holder, "set": command.set_no, "from": command.held.first.isoformat(),
            "until": command.held.last.isoformat(),
            "vials": [[line.lot_id, line.place_id, line.vials] for line in sorted(command.vials)],
        }  # fmt: skip
        request = Request(command.request_id, "confirm earmark", content)
        result = self._store.perform(request, actor, _TOPICS, lambda writing: confirm(writing, command))
        if isinstance(result, Refused):
            return result
        with self._store.read() as session:
            held = {item.id: item for item in repository.earmarks(session)}
        number = result["earmark"]  # asked again after it ended, the first answer is no longer true
        return held.get(number) or refuse(no("stock_earmark_unknown", "earmark", number))

    def let_go(self, request_id: str, earmark_id: int, reason: str, actor: Actor) -> Result | Refused:
        """Take a promise back, with the reason."""
        read = read_text(reason, "reason")
        if isinstance(read, Finding):
            return refuse(read)

        def work(writing: Writing) -> Result | Refused:
            if not any(item.id == earmark_id for item in repository.earmarks(writing.session)):
                return refuse(no("stock_earmark_unknown", "earmark", earmark_id))
            repository.release(writing.session, [earmark_id], writing.at, read)
            writing.log("earmark", earmark_id, "let go", reason=read)
            return {"earmark": earmark_id}

        content = {"earmark": earmark_id, "reason": read}
        return self._store.perform(Request(request_id, "let earmark go", content), actor, _TOPICS, work)

    def explain(self, request_id: str, discrepancy_id: int, reason: str, actor: Actor) -> Result | Refused:
        """Close an open discrepancy with its explanation."""
        read = read_text(reason, "reason")
        if isinstance(read, Finding):
            return refuse(read)
        request = Request(request_id, "explain discrepancy", {"discrepancy": discrepancy_id, "reason": read})
        return self._store.perform(request, actor, _TOPICS, lambda writing: explain(writing, discrepancy_id, read))

    def _today(self) -> date:
        return local_day(self._store.clock.now(), self._zone)

    def _is_receipt(self, movement_id: int) -> bool:
        with self._store.read() as session:
            found = repository.movement(session, movement_id)
        return found is not None and found.is_receipt

    def _moved(self, request: Request, actor: Actor, work: _Work) -> Movement | Refused:
        return self._found(self._store.perform(request, actor, _TOPICS, work))

    def _found(self, result: Result | Refused) -> Movement | Refused:
        if isinstance(result, Refused):
            return result
        with self._store.read() as session:
            moved = repository.movement(session, result["movement"])
            assert moved is not None
            return moved

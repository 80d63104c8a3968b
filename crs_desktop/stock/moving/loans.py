"""Use cases of loans: partners, vials lent and borrowed, returned in whole or in part, and loans given up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.entry import read_count, read_day, read_name, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.stock import repository as stock
from crs_desktop.stock.commands import ReceiveLot, read_receipt
from crs_desktop.stock.model import VialLine
from crs_desktop.stock.moving import repository
from crs_desktop.stock.moving.lending import borrow, end, give_back, lend, take_back
from crs_desktop.stock.moving.model import LoanPicture, Partner
from crs_desktop.stock.moving.rules import outstanding
from crs_desktop.stock.moving.service import TOPICS
from crs_desktop.store.store import Request, Result, Store, Writing

_Work = Callable[[Writing], Result | Refused]


@dataclass(frozen=True, slots=True)
class LendVials:
    """Vials that go to a partner, as typed; no day when none was agreed."""

    request_id: str
    partner: str
    lot_id: int
    place_id: int
    vials: str
    due: str
    reason: str


@dataclass(frozen=True, slots=True)
class BorrowVials:
    """Vials that come from a partner, as typed."""

    request_id: str
    partner: str
    receipt: ReceiveLot
    due: str
    reason: str


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Borrowed vials that go back, as typed."""

    request_id: str
    loan_id: int
    lot_id: int
    place_id: int
    vials: str
    reason: str


class LoanBook:
    """Vials of ours that others have, and vials of others that we have."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store = store
        self._zone = zone

    def today(self) -> date:
        """The site's day."""
        return local_day(self._store.clock.now(), self._zone)

    def partners(self) -> list[Partner]:
        """Every partner by name."""
        with self._store.read() as session:
            return list(repository.partners(session).values())

    def loans(self) -> list[LoanPicture]:
        """Every loan, newest first, with what is outstanding."""
        with self._store.read() as session:
            found = []
            for loan in repository.loans(session).values():
                lines = stock.movements(session, loan=loan.id)[::-1]
                left = tuple(outstanding(loan.direction, lines).items())
                found.append(LoanPicture(loan, tuple(lines), left))
            return found

    def add_partner(self, request_id: str, name: str, contact: str, actor: Actor) -> Partner | Refused:
        """Another pharmacy, with how to reach it at night."""
        read, reach = read_name(name, "partner"), read_text(contact, "contact", needed=False)
        findings = [item for item in (read, reach) if isinstance(item, Finding)]
        if findings:
            return refuse(*findings)
        assert isinstance(read, str) and isinstance(reach, str)

        def work(writing: Writing) -> Result | Refused:
            if any(one.name == read for one in repository.partners(writing.session).values()):
                return refuse(no("loan_partner_known", "partner", read))
            number = repository.add_partner(writing.session, read, reach, writing.at, writing.actor.name)
            writing.log("partner", number, "add", after={"name": read, "contact": reach})
            return {"partner": number}

        content = {"name": read, "contact": reach}
        result = self._store.perform(Request(request_id, "add partner", content), actor, TOPICS, work)
        return result if isinstance(result, Refused) else Partner(result["partner"], read, reach)

    def lend(self, command: LendVials, actor: Actor) -> LoanPicture | Refused:
        """Vials go to a partner."""
        vials, due = read_count(command.vials, "vials"), _due(command.due, self.today())
        reason = read_text(command.reason, "reason", needed=False)
        findings = [item for item in (_partner(command.partner), vials, due, reason) if isinstance(item, Finding)]
        if findings:
            return refuse(*findings)
        assert isinstance(vials, int) and isinstance(reason, str) and not isinstance(due, Finding)
        line, partner = VialLine(command.lot_id, command.place_id, vials), int(command.partner)
        content = {
            "partner": partner, "lot": line.lot_id, "place": line.place_id, "vials": vials, "due": command.due.strip(),
            "reason": reason,
        }  # fmt: skip
        request = Request(command.request_id, "lend vials", content)
        return self._done(request, actor, lambda writing: lend(writing, partner, line, due, reason, self.today()))

    def borrow(self, command: BorrowVials, actor: Actor) -> LoanPicture | Refused:
        """Vials come from a partner."""
        receipt, due = read_receipt(command.receipt, self.today()), _due(command.due, self.today())
        reason = read_text(command.reason, "reason", needed=False)
        findings = [item for item in (_partner(command.partner), due, reason) if isinstance(item, Finding)]
        if isinstance(receipt, Refused):
            return refuse(*findings, *receipt.findings)
        if findings:
            return refuse(*findings)
        assert isinstance(reason, str) and not isinstance(due, Finding)
        partner, place = int(command.partner), command.receipt.place_id
        content = {
            "partner": partner, **receipt.content(), "place": place, "due": command.due.strip(), "reason": reason,
        }  # fmt: skip
        request = Request(command.request_id, "borrow vials", content)
        return self._done(request, actor, lambda writing: borrow(writing, partner, receipt, place, due, reason))

    def give_back(self, command: GiveBack, actor: Actor) -> LoanPicture | Refused:
        """Borrowed vials go back, all or a part."""
        vials, reason = read_count(command.vials, "vials"), read_text(command.reason, "reason", needed=False)
        findings = [item for item in (vials, reason) if isinstance(item, Finding)]
        if findings:
            return refuse(*findings)
        assert isinstance(vials, int) and isinstance(reason, str)
        line = VialLine(command.lot_id, command.place_id, vials)
        content = {
            "loan": command.loan_id, "lot": line.lot_id, "place": line.place_id, "vials": vials, "reason": reason,
        }  # fmt: skip
        request = Request(command.request_id, "give back vials", content)
        loan = command.loan_id
        return self._done(request, actor, lambda writing: give_back(writing, loan, line, reason, self.today()))

    def take_back(self, loan_id: int, command: ReceiveLot, actor: Actor) -> LoanPicture | Refused:
        """Lent vials come back, all or a part."""
        receipt = read_receipt(command, self.today())
        if isinstance(receipt, Refused):
            return receipt
        content = {"loan": loan_id, **receipt.content(), "place": command.place_id}
        request = Request(command.request_id, "take back vials", content)
        return self._done(request, actor, lambda writing: take_back(writing, loan_id, receipt, command.place_id))

    def end(self, request_id: str, loan_id: int, reason: str, actor: Actor) -> LoanPicture | Refused:
        """What is outstanding is not expected any more."""
        read = read_text(reason, "reason")
        if isinstance(read, Finding):
            return refuse(read)
        request = Request(request_id, "end loan", {"loan": loan_id, "reason": read})
        return self._done(request, actor, lambda writing: end(writing, loan_id, read))

    def _done(self, request: Request, actor: Actor, work: _Work) -> LoanPicture | Refused:
        result = self._store.perform(request, actor, TOPICS, work)
        if isinstance(result, Refused):
            return result
        return next(one for one in self.loans() if one.loan.id == result["loan"])


def _partner(text: str) -> Finding | None:
    return None if text.isascii() and text.isdigit() else no("text_missing", "partner", text)


def _due(text: str, today: date) -> date | Finding | None:
    due = read_day(text, "due") if text.strip() else None
    return no("loan_due_passed", "due", due) if isinstance(due, date) and due < today else due

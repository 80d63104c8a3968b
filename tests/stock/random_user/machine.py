"""A random user of the whole stock, with an own idea of what lies where: an independent ledger of plain numbers.

Whatever is pressed in any order, accepted or refused: no lot falls below nothing; the sum of movements is what is on
hand is what this user would count; a correction restores; what is expired or held back never leaves by a proposal; a
promise that was accepted never exceeds what is there; a board painted before is the board that is answered afresh.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from crs_desktop.doses.entry import OURS, LogDose, LoggedDose
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.commands import ConfirmEarmark, ReceiveLot, ReverseMovement, WasteVials
from crs_desktop.stock.counting.commands import EndCount, EnterCount, OpenCount
from crs_desktop.stock.holding.commands import EndExcursion, HoldLot, ReleaseLot, TellExcursion
from crs_desktop.stock.model import LotState, MovementKind, VialLine
from crs_desktop.stock.moving.loans import LendVials
from crs_desktop.stock.moving.service import MoveVials, PreparedNotGiven
from crs_desktop.stock.recalls.commands import EndRecall, RecordRecall
from crs_desktop.store.driver import connect
from tests.staff.signing.made_up import second
from tests.stock.random_user.desk import LOTS, Desk, Key, both_lines, key_of, line_key
from tests.store.made_up_keys import KEYS
from tests.store.pharmacy import WEBER

NUMBER = st.integers(0, 50)
VIALS = st.integers(1, 6)
anything = Desk.anything


class RandomUser(Desk):
    """Everything a desk can do to vials, in any order."""

    # --- vials come and go ---

    @initialize(first=VIALS, second=VIALS)
    def a_morning(self, first: int, second: int) -> None:
        """Nothing much can happen to an empty shelf."""
        for lot, place, vials in (("B1", 1, first), ("B2", 1, second), ("B2", 2, first)):
            self.receive(lot, place, vials, 0)

    @rule(lot=st.sampled_from(LOTS), place=st.integers(1, 3), vials=VIALS, last=st.integers(0, 2))
    def vials_arrive(self, lot: str, place: int, vials: int, last: int) -> None:
        self.receive(lot, place, vials, last)

    @precondition(anything)
    @rule(number=NUMBER, vials=VIALS)
    def waste(self, number: int, vials: int) -> None:
        item = self.some(number)
        command = WasteVials(self.key(), item.lot.id, item.place.id, str(vials), "broken")
        self.moved(self.house.stock.waste(command, WEBER), (key_of(item), -vials))

    @precondition(anything)
    @rule(number=NUMBER, to=st.integers(1, 4), vials=VIALS)
    def move(self, number: int, to: int, vials: int) -> None:
        item = self.some(number)
        blocked = item.state is not LotState.AVAILABLE
        answer = self.moves.move(
            MoveVials(self.key(), item.lot.id, item.place.id, str(to), str(vials), "nearer"), WEBER
        )
        if self.moved(answer, (key_of(item), -vials), ((item.lot.id, to), vials)) and blocked:
            there = next(one for one in self.held() if key_of(one) == (item.lot.id, to))
            assert there.state is not LotState.AVAILABLE, "vials held back became available by a walk"

    @precondition(anything)
    @rule(number=NUMBER, vials=VIALS)
    def lend(self, number: int, vials: int) -> None:
        item = self.some(number)
        command = LendVials(self.key(), "1", item.lot.id, item.place.id, str(vials), "", "they are short")
        answer = self.loans.lend(command, WEBER)
        assert not self.moved(answer, (key_of(item), -vials)) or item.state is LotState.AVAILABLE

    @rule(number=NUMBER, place=st.integers(1, 3), vials=VIALS)
    def lent_vials_come_back(self, number: int, place: int, vials: int) -> None:
        loans = [one for one in self.loans.loans() if one.open and one.lines[0].vials < 0]
        if not loans:
            return
        chosen = loans[number % len(loans)]
        lot = chosen.lines[0].lot
        receipt = ReceiveLot(self.key(), lot.brand, "400", lot.number, lot.expires.isoformat(), str(vials), place)
        self.moved(self.loans.take_back(chosen.loan.id, receipt, WEBER), ((lot.id, place), vials))

    @precondition(anything)
    @rule(number=NUMBER, vials=VIALS)
    def prepare_and_not_give(self, number: int, vials: int) -> None:
        item = self.some(number)
        line = VialLine(item.lot.id, item.place.id, vials)
        command = PreparedNotGiven(self.key(), "course:1", (line,), "stopped at the bedside")
        self.moved(self.moves.prepared(command, WEBER), (key_of(item), -vials))

    # --- doses ---

    @precondition(anything)
    @rule(number=NUMBER, vials=VIALS, patient=st.integers(1, 2))
    def give(self, number: int, vials: int, patient: int) -> None:
        """A dose given is recorded whatever the vials were; what the ledger lacks is a discrepancy, never a minus."""
        item = self.some(number)
        command = LogDose(
            self.key(), patient, f"{self.today()} 01:00", "", "400", "rescue", OURS,
            (VialLine(item.lot.id, item.place.id, vials),), None, "Dr. Lindqvist", "N. Abara", "",
            "made up for a test", "Dr. Lindqvist",
        )  # fmt: skip
        answer = self.house.doses.log_dose(command, WEBER)
        assert isinstance(answer, LoggedDose), answer
        self.doses.append(answer)
        spent = min(vials, self.shelf[key_of(item)])
        self.shelf[key_of(item)] -= spent

    @rule(number=NUMBER)
    def take_a_dose_back(self, number: int) -> None:
        if not self.doses:
            return
        dose = self.doses.pop(number % len(self.doses))
        lines = [one for one in self.house.stock.movements(limit=None) if one.dose == dose.entry.id]
        answer = self.house.doses.reverse(self.key(), dose.entry.id, "mistyped", WEBER)
        assert not isinstance(answer, Refused), answer
        for line in lines:
            self.shelf[line.lot.id, line.place.id] -= line.vials

    @rule(number=NUMBER)
    def reverse(self, number: int) -> None:
        """A correction restores exactly, for both lines of a move; what is corrected once stays so."""
        lines = self.house.stock.movements(limit=None)
        if not lines:
            return
        line = lines[number % len(lines)]
        whole = both_lines(line, lines)
        command = ReverseMovement(self.key(), line.id, "mistyped")
        answer = self.house.stock.reverse(command, WEBER, second(self.house.stock.asked(command), self.clock))
        if self.moved(answer, *((line_key(one), -one.vials) for one in whole)):
            assert line.reversed_by is None and line.kind is not MovementKind.REVERSAL and line.dose is None

    # --- what holds vials back ---

    @precondition(anything)
    @rule(number=NUMBER, everywhere=st.booleans())
    def quarantine(self, number: int, everywhere: bool) -> None:
        item = self.some(number)
        place = 0 if everywhere else item.place.id
        self.moved(self.holding.quarantine(HoldLot(self.key(), item.lot.id, place, "cracked stopper"), WEBER))

    @precondition(anything)
    @rule(number=NUMBER, everywhere=st.booleans())
    def release(self, number: int, everywhere: bool) -> None:
        item = self.some(number)
        place = 0 if everywhere else item.place.id
        command = ReleaseLot(self.key(), item.lot.id, place, "looked at", "the manufacturer")
        recalled = item.lot.number in self.recalled()
        self.moved(self.holding.release(command, WEBER))
        if recalled:
            assert all(one.state is LotState.RECALLED for one in self.held() if one.lot.id == item.lot.id)

    @rule(place=st.integers(1, 3), over=st.booleans())
    def warm(self, place: int, over: bool) -> None:
        ended = f"{self.today()} 02:00" if over else ""
        command = TellExcursion(self.key(), str(place), f"{self.today()} 01:00", ended, "", "12", "door left open")
        if self.moved(self.holding.tell(command, WEBER)) and not over:
            assert all(one.state is not LotState.AVAILABLE for one in self.held() if one.place.id == place)

    @rule(number=NUMBER)
    def cold_again(self, number: int) -> None:
        running = [one for one in self.holding.excursions() if one.excursion.ended is None]
        if running:
            chosen = running[number % len(running)].excursion
            command = EndExcursion(self.key(), chosen.id, f"{self.today()} 03:30", "", "", "door closed")
            self.moved(self.holding.end(command, WEBER))

    @rule(lot=st.sampled_from(LOTS))
    def recall(self, lot: str) -> None:
        today = self.today().isoformat()
        command = RecordRecall(self.key(), f"D-{self.numbers}", "I", "Actemra", lot, False, today, "glass", "letter")
        if self.moved(self.house.recalls.record(command, WEBER)):
            assert all(one.state is LotState.RECALLED for one in self.held() if one.lot.number == lot)

    @rule(number=NUMBER)
    def end_a_recall(self, number: int) -> None:
        running = [one for one in self.house.recalls.notices() if one.end is None]
        if running:
            command = EndRecall(self.key(), running[number % len(running)].id, "not our lots")
            self.moved(self.house.recalls.end(command, WEBER))

    # --- promises and counts ---

    @precondition(anything)
    @rule(number=NUMBER, vials=VIALS, holder=st.sampled_from(["course:1", "course:2"]), set_no=st.integers(1, 2))
    def promise(self, number: int, vials: int, holder: str, set_no: int) -> None:
        item = self.some(number)
        held = DayRange(self.today(), self.today() + timedelta(days=6))
        command = ConfirmEarmark(
            self.key(), holder, set_no, held, (VialLine(item.lot.id, item.place.id, vials),)
        )  # fmt: skip
        if self.moved(self.house.stock.confirm(command, WEBER)):
            assert item.state is LotState.AVAILABLE, item
            assert item.lot.expires >= held.last, (item, held)
            assert self.promised(key_of(item)) <= self.shelf[key_of(item)]

    @rule(number=NUMBER)
    def let_go(self, number: int) -> None:
        marks = self.house.stock.earmarks()
        if marks:
            chosen = marks[number % len(marks)]
            self.moved(self.house.stock.let_go(self.key(), chosen.id, "not needed", WEBER))

    @rule(place=st.integers(1, 3), wrong=st.integers(-2, 2), number=NUMBER)
    def count(self, place: int, wrong: int, number: int) -> None:
        """A count of a place in which one lot differs: two people find the same, and the ledger follows."""
        opened = self.house.counts.open(OpenCount(self.key(), place), WEBER)
        if isinstance(opened, Refused):
            return
        lots = [line.lot.id for line in opened.lots]
        chosen = lots[number % len(lots)] if lots else 0
        found = {lot: max(0, self.shelf[lot, place] + (wrong if lot == chosen else 0)) for lot in lots}
        count = opened.count.id
        first = tuple((lot, str(vials)) for lot, vials in found.items())
        self.house.counts.enter(EnterCount(self.key(), count, first), WEBER)
        seen = self.house.counts.seen(count)
        assert not isinstance(seen, Refused), seen
        if again := tuple((line.lot.id, str(found[line.lot.id])) for line in seen.to_recount):
            self.house.counts.enter(EnterCount(self.key(), count, again), WEBER, second(None, self.clock))
        posted = self.house.counts.post(EndCount(self.key(), count), WEBER)
        if not self.moved(posted, *(((lot, place), vials - self.shelf[lot, place]) for lot, vials in found.items())):
            self.house.counts.give_up(EndCount(self.key(), count, "came to nothing"), WEBER)

    @rule(days=st.integers(1, 9))
    def days_pass(self, days: int) -> None:
        self.clock.turn(days=days)

    # --- what always holds ---

    @invariant()
    def the_ledger_is_what_a_person_would_count(self) -> None:
        stored = connect(self.house.path, KEYS.data)
        try:
            summed = {
                (lot, place): vials
                for lot, place, vials in stored.execute(
                    "SELECT lot_id, place_id, sum(vials) FROM movements GROUP BY lot_id, place_id"
                )
            }
            lowest = stored.execute("SELECT min(vials) FROM balances").fetchone()[0]
        finally:
            stored.close()
        assert lowest is None or lowest >= 0
        assert {key: vials for key, vials in summed.items() if vials} == dict(+self.shelf)
        assert {key_of(item): item.vials for item in self.held()} == dict(+self.shelf)

    @rule(often=st.integers(0, 3))
    def look_at_the_board(self, often: int) -> None:
        """Nothing expired or held back is proposed, and no lot is given away twice."""
        if often:
            return
        board = self.house.readiness.board()
        state = {key_of(item): item for item in self.held()}
        taken: list[tuple[DayRange, Key, int]] = []
        for window in board.windows:
            days = DayRange(max(window.window.days.first, board.today), window.window.days.last)
            for one in window.sets:
                for lot in one.lots:
                    item = state[lot.lot.id, lot.place.id]
                    assert item.state is LotState.AVAILABLE and item.lot.expires >= days.last
                    taken.append((days, key_of(item), lot.vials))
        for day in {days.first for days, _, _ in taken}:
            used: Counter[Key] = Counter()
            for days, key, vials in taken:
                used[key] += vials if day in days else 0
            assert all(vials <= self.shelf[key] for key, vials in used.items())
        for patient in (1, 2):
            proposed = self.house.doses.propose(patient)
            for line in () if isinstance(proposed, Refused) else proposed.vials:
                item = state[line.lot.id, line.place.id]
                assert item.state is LotState.AVAILABLE and item.lot.expires >= self.today()

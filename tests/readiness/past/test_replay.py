"""A board of the past comes out again to the last byte, whatever was recorded, corrected or stated since."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.refusal import Refused
from crs_desktop.readiness.board_document import digest_of, printed, readiness_document
from crs_desktop.readiness.past.model import Replayed
from crs_desktop.store import answers
from crs_desktop.store.driver import connect
from crs_desktop.store.opening import open_store
from tests.readiness.board.site import ACTOR, CELLS, NOW, STEPS, ZONE, Site, must, site_in
from tests.store.made_up_keys import ANYBODY, KEYS


@dataclass
class Story:
    """A site whose clock goes on: each act at an instant of its own, each answer kept as it was printed."""

    site: Site
    at: datetime = NOW
    given: dict[datetime, str] = field(default_factory=dict)

    def on(self, day: int, hour: int = 9) -> Site:
        """The site on a day counted from the first, at an hour in UTC."""
        self.at = max(NOW + timedelta(days=day, hours=hour), self.at + timedelta(seconds=1))
        return self._site()

    def next(self) -> Site:
        """The site a minute later."""
        self.at += timedelta(minutes=1)
        return self._site()

    def ask(self) -> str:
        """Ask as the window does, and keep what would be printed."""
        board, _ = self.next().readiness.answer()
        self.given[self.at] = printed(readiness_document(board, ZONE))
        return self.given[self.at]

    def ask_in_the_terminal(self) -> str:
        """Ask as the command line does: what was printed bears its own time, also when it says the same."""
        self.given[self.at] = printed(readiness_document(self.next().readiness.given(), ZONE))
        return self.given[self.at]

    def replayed(self, at: datetime) -> Replayed:
        return must(self._site().readiness.past.replay(at))

    def _site(self) -> Site:
        self.site.store.clock = StatedClock(self.at)
        return self.site


@pytest.fixture(scope="module")
def sixty_days(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Story]:
    """The story told once, and the store as it then lies on disk."""
    site = site_in(tmp_path_factory.mktemp("story"))
    story = told(site)
    site.store.close()
    return site.store.path.read_bytes(), story


@pytest.fixture
def story(tmp_path: Path, sixty_days: tuple[bytes, Story]) -> Iterator[Story]:
    store, told_once = sixty_days
    (tmp_path / "story.crs").write_bytes(store)
    opened = open_store(tmp_path / "story.crs", StatedClock(told_once.at), ChangeFeed(), KEYS, ANYBODY)
    yield Story(Site(opened, keys=told_once.site.keys), told_once.at, dict(told_once.given))
    opened.close()


def told(site: Site) -> Story:
    """60 days: receipts, a dose taken back, promises ended, policy stated for the past, a recall, a moved course."""
    story = Story(site)
    ward = site.place("Ward 4", "5")
    site.receive("A1", "400", 4)
    site.receive("A2", "200", 3, expires=40)
    site.receive("A3", "80", 6, place=ward)
    adler, berger = story.next().enrol("Adler", CELLS, 1, "72.5"), story.next().enrol("Berger", starts=3, kg="")
    story.ask()
    story.next().weigh(berger, "58")
    story.ask()
    must(story.next().confirm(adler))
    story.ask()
    dose = story.on(1).dose(adler, {"A1": 1, "A2": 1}, ahead=1)
    story.ask()
    must(story.next().doses.reverse(site.key(), dose, "wrong patient", ACTOR))
    story.ask()
    story.on(2).move(berger, "SUD2", 8)
    story.ask()
    story.on(5).state("A1", "recalled")
    story.ask()
    story.next().receive("A4", "400", 6, expires=90)
    story.ask()
    story.on(20).policy("sets_car_t", "1")  # stated now, valid since January
    story.next().policy("expiry_margin", "30")
    story.next().end(berger, "withdrawn")
    story.ask()
    chandra = story.on(40).enrol("Chandra", CELLS, 42, "29.9")
    story.ask()
    story.next().weigh(chandra, "30")
    story.ask()
    story.next().waste("A3", 6)
    story.ask()
    story.on(60)
    story.ask()
    return story


def test_that_every_answer_of_sixty_days_comes_out_again_to_the_last_byte(story: Story) -> None:
    story.next()
    assert len(set(story.given.values())) == len(story.given) > 10
    for at, text in story.given.items():
        found = story.replayed(at + timedelta(seconds=5))
        assert found.given_at == at and found.reproduced and not found.findings
        assert printed(found.document) == text
    first = next(iter(story.given))
    assert (story.at - first).days >= 60


def test_that_a_rule_stated_later_for_an_earlier_day_changes_no_answer_that_was_given(story: Story) -> None:
    first, text = next(iter(story.given.items()))
    story.on(61).policy("rounding", "10", "2025-01-01")
    found = story.replayed(first)
    assert printed(found.document) == text and found.reproduced
    under = must(story.site.readiness.past.what_was(first, {"rounding": "10"}))
    assert under.document["policy"] != found.document["policy"]


def test_that_the_same_answer_is_kept_once(site: Site) -> None:
    story = Story(site)
    site.receive("A1", "400", 4)
    story.next().enrol("Adler")
    for _ in range(3):
        story.ask()
    story.next().enrol("Berger")
    story.ask()
    with site.store.read() as session:
        first, last = answers.in_force(session, "board", NOW + timedelta(minutes=3)), answers.in_force(session, "board")
        assert first is not None and last is not None and first.asked_at == NOW + timedelta(minutes=2)
        assert last.asked_at == NOW + timedelta(minutes=6) and last.known_until > first.known_until
        after = answers.after(session, "board", first.asked_at)
        assert after == last and answers.after(session, "board", last.asked_at) is None


def test_that_the_answer_in_force_is_the_last_one_given_by_then(story: Story) -> None:
    moments, past = list(story.given), story.site.readiness.past
    for before, here, after in zip(moments, moments[1:], moments[2:], strict=False):
        stops = past.stops(here + timedelta(milliseconds=1))
        assert (stops.before, stops.here, stops.after) == (before, here, after)
        assert past.stops(after - timedelta(milliseconds=1)).here == here
    assert past.stops(moments[0] - timedelta(milliseconds=1)).here is None
    assert past.stops(moments[-1]).after is None
    assert story.replayed(moments[3] - timedelta(milliseconds=1)).given_at == moments[2]


def test_that_before_the_first_answer_the_board_is_of_the_instant_and_says_so(site: Site) -> None:
    site.receive("A1", "400", 4)
    story = Story(site)
    story.on(1).enrol("Adler")
    found = story.replayed(NOW + timedelta(hours=1))
    assert found.given_at is None and not found.reproduced
    assert [finding.code for finding in found.findings] == ["past_no_answer"]
    assert found.board.asked_at == NOW + timedelta(hours=1) and not found.board.windows


def test_that_the_future_is_refused(site: Site) -> None:
    later = NOW + timedelta(milliseconds=1)
    for answered in (site.readiness.past.replay(later), site.readiness.past.what_was(later, {})):
        assert isinstance(answered, Refused) and [item.code for item in answered.findings] == ["past_in_the_future"]


def test_that_an_answer_that_does_not_come_out_again_says_so(site: Site) -> None:
    site.receive("A1", "400", 4)
    site.enrol("Adler")
    story = Story(site)
    text = story.ask()
    with site.store.read() as session:
        given = answers.in_force(session, "board")
    assert given is not None and given.digest == digest_of(readiness_document(site.board(), ZONE)) and text
    forged = answers.Given("board", story.at + timedelta(seconds=1), "", "[]", given.known_until, "of another program")
    site.store.keep(lambda session: answers.give(session, forged))
    story.next()
    found = story.replayed(story.at)
    assert not found.reproduced and [item.code for item in found.findings] == ["past_differs"]


def test_that_what_was_written_in_the_same_moment_is_said(site: Site) -> None:
    site.enrol("Adler")
    site.readiness.answer()
    site.receive("A1", "400", 4)  # the clock stands still
    found = must(site.readiness.past.replay(NOW))
    assert not found.reproduced and [item.code for item in found.findings] == ["past_same_moment"]


def test_that_what_another_desk_was_writing_meanwhile_is_not_known(site: Site) -> None:
    """It bears an instant before the question, and was not there yet when the question was asked."""
    story = Story(site)
    story.next().enrol("Adler")
    late = story.at + timedelta(milliseconds=40)
    text = story.ask()
    site.store.clock = StatedClock(late)
    site.receive("A2", "400", 9)
    story.next()
    found = story.replayed(story.at)
    assert found.reproduced and printed(found.document) == text


def test_that_a_question_from_the_command_line_is_kept_as_given_too(site: Site) -> None:
    site.receive("A1", "400", 4)
    story = Story(site)
    story.next().enrol("Adler")
    board = story.next().readiness.given()
    assert site.store.kept_answer("board") is None
    story.on(30)
    found = story.replayed(story.at)
    assert found.reproduced and found.given_at == board.asked_at


def test_that_a_store_that_takes_no_answer_gives_it_all_the_same(site: Site) -> None:
    site.receive("A1", "400", 4)
    site.enrol("Adler")
    connection = connect(site.store.path, KEYS.data)
    connection.execute("CREATE TRIGGER full BEFORE INSERT ON answers_given BEGIN SELECT RAISE(ABORT, 'no room'); END")
    connection.close()
    assert site.readiness.given().windows


CHANGES: dict[str, Callable[[Site, int], object]] = {
    "confirmed": lambda site, patient: must(site.confirm(patient)),
    "received": lambda site, _: site.receive("B9", "400", 9),
    "quarantined": lambda site, _: site.state("A1", "quarantined"),
    "weighed": lambda site, patient: site.weigh(patient, "90"),
    "moved": lambda site, patient: site.move(patient, "SUD2", 6),
    "given": lambda site, patient: site.mark(patient, "SUD1", "given"),
    "policy": lambda site, _: site.policy("sets_bispecific", "2"),
    "enrolled": lambda site, _: site.enrol("Berger", kg=""),
    "adopted anew": lambda site, _: site.adopt(STEPS, checked=False),
    "placed": lambda site, _: site.place("Depot", "400"),
    "dosed": lambda site, patient: site.dose(patient, {"B9": 2}),
    "wasted": lambda site, _: site.waste("B9", 7),
    "ended": lambda site, patient: site.end(patient, "died"),
}


def test_that_a_board_as_of_an_instant_knows_nothing_of_what_came_later(site: Site) -> None:
    site.receive("A1", "400", 4)
    patient = site.enrol("Adler")
    story = Story(site)
    story.ask_in_the_terminal()
    for change in CHANGES.values():
        change(story.next(), patient)
        story.ask_in_the_terminal()
    story.on(3)
    for name, (at, text) in zip(["nothing", *CHANGES], story.given.items(), strict=True):
        found = story.replayed(at)
        assert found.reproduced and printed(found.document) == text, name


def test_that_the_clock_of_a_past_board_is_that_of_its_instant(story: Story) -> None:
    at = datetime(2026, 12, 9, 14, 0, tzinfo=UTC)
    found = must(story.site.readiness.past.what_was(at, {}))
    assert found.board.asked_at == at and found.board.today.isoformat() == "2026-12-09"
    assert story.at > at


def test_that_four_policies_on_one_day_give_their_four_answers(site: Site) -> None:
    """One set on the shelf and one up to 8 hours away: two near, one in a shortage, one and access, none."""
    site.receive("N", "400", 1)
    site.receive("F", "400", 1, place=site.place("Depot", "400"))
    site.enrol("Adler", CELLS, 0, "50")
    answered = {}
    for kind in ("two", "one_shortage", "one_and_access", "none"):
        board = must(site.readiness.past.what_was(NOW, {"standby": kind})).board
        window = board.windows[0]
        answered[kind] = (window.owed, len(window.sets), board.verdict.good)
    assert answered == {
        "two": (2, 1, False), "one_shortage": (1, 1, True), "one_and_access": (2, 2, True), "none": (0, 0, True),
    }  # fmt: skip
    assert [window.owed for window in site.board().windows] == [2]
    assert site.readiness.past.stops(NOW).here is None  # nothing of it was kept

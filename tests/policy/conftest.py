"""A real store on disk with a stated clock, and the site's policy book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copyfile
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.refusal import Refused
from crs_desktop.policy.commands import StatePolicy
from crs_desktop.policy.model import PolicyRow
from crs_desktop.policy.service import PolicyBook
from crs_desktop.store.opening import open_store
from crs_desktop.store.store import Store
from tests.staff.signing.made_up import second
from tests.store.made_up_keys import ANYBODY, KEYS

ZONE = ZoneInfo("America/New_York")
# Already 3 Dec in UTC, still 2 Dec at the site.
NOW = datetime(2026, 12, 3, 2, 30, tzinfo=UTC)
TODAY = date(2026, 12, 2)
WEBER = Actor("A. Weber")


@dataclass
class Site:
    """The book under test with one short word for its act."""

    store: Store
    feed: ChangeFeed
    book: PolicyBook
    count: int = 0

    def state(self, key: str, value: str, since: str, *, request: str = "", **texts: str) -> PolicyRow | Refused:
        self.count += 1
        typed = {"owner": "P&T committee", "reason": "Decided in the meeting", "citation": "Minutes, item 3", **texts}
        command = StatePolicy(request or f"r{self.count}", key, value, since, **typed)
        return self.book.state(command, WEBER, second(self.book.asked(command), NOW))


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store made once: climbing the migrations for every test would take most of its time."""
    path = tmp_path_factory.mktemp("store") / "empty.crs"
    open_store(path, StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY).close()
    return path


@pytest.fixture
def site(tmp_path: Path, empty_store: Path) -> Iterator[Site]:
    feed = ChangeFeed()
    copyfile(empty_store, tmp_path / "t.crs")
    store = open_store(tmp_path / "t.crs", StatedClock(NOW), feed, KEYS, ANYBODY)
    yield Site(store, feed, PolicyBook(store))
    store.close()

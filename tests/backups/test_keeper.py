"""Backing up when due, pausing after a return, and going back to yesterday through the service."""

from __future__ import annotations

from pathlib import Path

import pytest

from crs_desktop.backups.model import GoBack, Standing, WentBack
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.refusal import Refused, no
from crs_desktop.store.audit import WENT_BACK, heads_path
from crs_desktop.store.backup import Reason
from tests.backups.conftest import Site
from tests.store.pharmacy import OKAFOR, WEBER, dose, note, rows


def back(site: Site, name: str, word: str = "go back ", key: str = "r1") -> WentBack | Refused:
    return site.keeper.go_back(GoBack(key, name, word), WEBER)


def test_that_an_automatic_backup_is_made_once_for_each_change(site: Site) -> None:
    assert site.keeper.picture().standing is Standing.NONE
    assert site.keeper.back_up(Reason.TIMER) is not None
    assert site.keeper.back_up(Reason.TIMER) is None
    assert site.keeper.back_up(Reason.SESSION) is None
    note(site.pharmacy.store, "a change")
    site.clock.turn(minutes=30)
    assert site.keeper.back_up(Reason.SESSION) is not None
    assert site.keeper.back_up() is not None, "on demand always"
    assert len(site.keeper.picture().kept) == 3


def test_that_a_backup_older_than_a_day_is_said(site: Site) -> None:
    site.keeper.back_up()
    site.clock.turn(hours=25)
    assert site.keeper.picture().standing is Standing.OLD


def test_that_going_back_says_what_is_lost_and_loses_just_that(site: Site) -> None:
    line = site.pharmacy.receive("B1", 4)
    yesterday = site.keeper.back_up()
    assert yesterday is not None
    site.clock.turn(hours=20)
    site.pharmacy.doses.log_dose(dose("d1", line), OKAFOR)
    loss = site.keeper.loss(yesterday.name)
    assert dict(loss.counts) == {"doses": 1, "movements": 1}
    assert [(one.amount, one.patient) for one in loss.doses] == [("400 mg", "Adler, Ruth 0041827")]
    heard: list[frozenset[Topic]] = []
    site.pharmacy.feed.subscribe(heard.append)
    answer = back(site, yesterday.name)
    assert isinstance(answer, WentBack) and answer.kept
    assert rows(site.pharmacy.store, "SELECT count(*) FROM doses") == [(0,)]
    assert [item.vials for item in site.pharmacy.stock.on_hand()] == [4]
    logged = rows(site.pharmacy.store, "SELECT actor, intent, subject_id FROM change_log ORDER BY id DESC LIMIT 1")
    assert logged == [("A. Weber", "go back", yesterday.name)]
    assert heard[-1] == frozenset(Topic)
    assert WENT_BACK in heads_path(site.pharmacy.store.path).read_text("ascii")
    former = next(one for one in site.keeper.picture().kept if one.name == answer.kept)
    assert (former.count("doses"), former.held, former.reason) == (1, True, "return")
    forward = back(site, answer.kept, key="r2")
    assert isinstance(forward, WentBack)
    assert rows(site.pharmacy.store, "SELECT count(*) FROM doses") == [(1,)]


def test_that_what_is_lost_is_told_also_when_the_clock_was_set_back(site: Site) -> None:
    line = site.pharmacy.receive("B1", 4)
    made = site.keeper.back_up()
    assert made is not None
    site.clock.turn(minutes=-30)
    site.pharmacy.doses.log_dose(dose("d1", line), OKAFOR)
    loss = site.keeper.loss(made.name)
    assert dict(loss.counts) == {"doses": 1, "movements": 1} and len(loss.doses) == 1


def test_that_going_forward_again_names_what_was_recorded_in_between(site: Site) -> None:
    line = site.pharmacy.receive("B1", 4)
    empty = site.keeper.back_up()
    assert empty is not None
    site.clock.turn(hours=1)
    site.pharmacy.doses.log_dose(dose("d1", line), OKAFOR)
    full = site.keeper.back_up()
    assert full is not None and isinstance(back(site, empty.name), WentBack)
    site.clock.turn(hours=1)
    site.pharmacy.doses.log_dose(dose("d2", line), OKAFOR)
    loss = site.keeper.loss(full.name)  # as many doses as here, and another one
    assert dict(loss.counts)["doses"] == 1 and len(loss.doses) == 1
    site.clock.turn(hours=1)
    note(site.pharmacy.store, "only a note")
    again = site.keeper.back_up()
    assert again is not None and site.keeper.loss(again.name).changes == 0
    site.clock.turn(hours=1)
    note(site.pharmacy.store, "one more note")
    assert (site.keeper.loss(again.name).counts, site.keeper.loss(again.name).changes) == ((), 1)


def test_that_what_papers_weigh_is_known_and_a_store_that_cannot_say_is_shown_all_the_same(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    weight = site.keeper.picture().weight
    assert weight is not None and weight.store > 100_000 and (weight.papers, weight.paper_bytes) == (0, 0)

    def broken(*_: object) -> None:
        raise EnvironmentFailure(no("store_damaged", "store", "t.crs"))

    monkeypatch.setattr("crs_desktop.backups.service.counts_of", broken)
    assert site.keeper.picture().weight is None


def test_that_automatic_backups_pause_after_going_back_until_somebody_is_content(site: Site) -> None:
    first = site.keeper.back_up()
    assert first is not None
    assert isinstance(back(site, first.name), WentBack)
    site.clock.turn(minutes=30)
    assert site.keeper.picture().standing is Standing.PAUSED
    assert site.keeper.back_up(Reason.TIMER) is None
    assert site.keeper.back_up() is not None, "on demand also now"
    note(site.pharmacy.store, "a change")
    site.keeper.content()
    assert site.keeper.picture().standing is Standing.FRESH
    assert site.keeper.back_up(Reason.TIMER) is not None
    assert not any(one.held for one in site.keeper.picture().kept)


@pytest.mark.parametrize("word", ["", "yes", "GO", "go  back", "GO BACK!"])
def test_that_without_the_word_nothing_happens(site: Site, word: str) -> None:
    made = site.keeper.back_up()
    assert made is not None
    note(site.pharmacy.store, "a change")
    answer = back(site, made.name, word)
    assert isinstance(answer, Refused)
    assert [finding.field for finding in answer.findings] == ["word"]
    assert rows(site.pharmacy.store, "SELECT count(*) FROM requests WHERE request_id = 'a change'") == [(1,)]


def test_that_a_damaged_backup_touches_nothing(site: Site) -> None:
    made = site.keeper.back_up()
    assert made is not None
    path = site.keeper.folder / made.name
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    note(site.pharmacy.store, "a change")
    with pytest.raises(NotUnderstood):
        back(site, made.name)
    with pytest.raises(NotUnderstood):
        site.keeper.check(made.name)
    assert site.keeper.picture().standing is Standing.FRESH
    note(site.pharmacy.store, "goes on")


def test_that_a_backup_of_another_store_is_refused_in_the_window(site: Site) -> None:
    made = site.keeper.back_up()
    assert made is not None
    site.pharmacy.store.state_facts({"time_zone": "Europe/Berlin"})
    answer = back(site, made.name)
    assert isinstance(answer, Refused)
    assert answer.findings[0].code == "backup_of_another_store"


@pytest.mark.parametrize("name", ["none.crsbackup", "../t.crs", "/etc/passwd"])
def test_that_a_name_outside_the_folder_is_no_backup(site: Site, name: str) -> None:
    for ask in (site.keeper.loss, site.keeper.check):
        with pytest.raises(NotUnderstood):
            ask(name)


def test_that_a_file_that_is_no_backup_is_shown_as_that(site: Site) -> None:
    site.keeper.back_up()
    (site.keeper.folder / "x.crsbackup").write_text("no", "utf-8")
    (site.keeper.folder / "state.json").write_text("[broken", "utf-8")
    assert site.keeper.picture().unreadable == ("x.crsbackup",)


def test_that_a_folder_that_cannot_be_written_is_said(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(EnvironmentFailure) as caught:
        site.keeper.back_up()
    assert caught.value.finding.code == "backup_not_written"

"""Papers of an older version: into the store, then away; what does not fit stays where it lies and is said."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from crs_desktop.bootstrap.services import open_house
from crs_desktop.documents import old_paper as taking
from crs_desktop.documents import repository
from crs_desktop.documents.old_paper import TakenIn, take_in_old_paper
from crs_desktop.history.verify import verify_store
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Refused, no
from crs_desktop.kernel.wording import say
from crs_desktop.store.store import Store
from tests.documents.shop import Shop, new_shop, old_paper
from tests.store.made_up_keys import ANYBODY, KEYS
from tests.store.pharmacy import NOW, ZONE, rows


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = new_shop(tmp_path / "t.crs")
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "t-paper"


def codes(taken: TakenIn) -> list[str]:
    assert all(say(finding) for finding in taken.findings)
    return [finding.code for finding in taken.findings]


def readable(shop: Shop) -> dict[str, bytes]:
    """Every filed sheet that can be shown."""
    answers = {sheet.file_name: shop.paper.content(sheet) for sheet in shop.paper.sheets()}
    return {name: content for name, content in answers.items() if not isinstance(content, Refused)}


def test_that_old_papers_come_into_the_store_and_the_folder_goes(shop: Shop, folder: Path) -> None:
    files = old_paper(shop.store, folder, ["one", "two", "three"])
    assert readable(shop) == {}
    assert take_in_old_paper(shop.store, folder) == TakenIn(3, 3, ())
    assert readable(shop) == files and not folder.exists()
    assert rows(shop.store, "SELECT action, json_extract(after, '$.papers'), actor FROM change_log "
                            "WHERE intent = 'take in old paper'") == [("take in", 3, "crs_desktop")]  # fmt: skip
    assert verify_store(shop.store.path, KEYS).good


def test_that_taking_in_again_changes_nothing(shop: Shop, folder: Path) -> None:
    old_paper(shop.store, folder, ["one"])
    take_in_old_paper(shop.store, folder)
    before = rows(shop.store, "SELECT count(*) FROM change_log")
    assert take_in_old_paper(shop.store, folder) == TakenIn()
    assert rows(shop.store, "SELECT count(*) FROM change_log") == before


def test_that_many_papers_are_taken_in_by_batches(
    shop: Shop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "BATCH_BYTES", 1)
    files = old_paper(shop.store, folder, ["one", "two", "three"])
    assert take_in_old_paper(shop.store, folder) == TakenIn(3, 3, ())
    assert readable(shop) == files
    assert rows(shop.store, "SELECT count(*) FROM change_log WHERE action = 'take in'") == [(3,)]


def test_that_a_missing_file_is_said_and_its_row_stays(shop: Shop, folder: Path) -> None:
    one, two = old_paper(shop.store, folder, ["one", "two"])
    (folder / one).unlink()
    taken = take_in_old_paper(shop.store, folder)
    assert (taken.papers, taken.removed, codes(taken)) == (1, 1, ["old_paper_missing"])
    assert one in say(taken.findings[0]) and "1 " in say(taken.findings[0])
    assert set(readable(shop)) == {two} and len(shop.paper.sheets()) == 2
    gone = [sheet for sheet in shop.paper.sheets() if sheet.id in shop.paper.without_content()]
    assert [sheet.file_name for sheet in gone] == [one] and not folder.exists()


def test_that_a_changed_file_is_neither_taken_in_nor_removed(shop: Shop, folder: Path) -> None:
    one, _two = old_paper(shop.store, folder, ["one", "two"])
    (folder / one).write_bytes(b"%PDF-another\n%%EOF")
    taken = take_in_old_paper(shop.store, folder)
    assert (taken.papers, taken.removed, codes(taken)) == (1, 1, ["old_paper_changed"])
    assert [path.name for path in folder.iterdir()] == [one]
    assert (folder / one).read_bytes() == b"%PDF-another\n%%EOF" and one not in readable(shop)


def test_that_a_file_changed_after_the_commit_is_not_removed(
    shop: Shop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = old_paper(shop.store, folder, ["one"])
    clear = taking._clear

    def meanwhile(store: Store, place: Path):  # type: ignore[no-untyped-def]
        (folder / one).write_bytes(b"somebody wrote on it")
        return clear(store, place)

    monkeypatch.setattr(taking, "_clear", meanwhile)
    taken = take_in_old_paper(shop.store, folder)
    assert (taken.papers, taken.removed, codes(taken)) == (1, 0, ["old_paper_changed"])
    assert (folder / one).read_bytes() == b"somebody wrote on it"


def test_that_nothing_is_removed_when_the_store_does_not_give_the_bytes_back(
    shop: Shop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = old_paper(shop.store, folder, ["one", "two"])
    monkeypatch.setattr(repository, "content", lambda session, sha256: None)
    assert take_in_old_paper(shop.store, folder).removed == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files


def test_that_strange_files_are_left_alone_and_half_written_ones_of_ours_go(
    shop: Shop, folder: Path, tmp_path: Path
) -> None:
    (one,) = old_paper(shop.store, folder, ["one"])
    (folder / "notes.txt").write_text("mine")
    (folder / "scans").mkdir()
    (folder / ".crs-paper-4711").write_bytes(b"%PDF-half")
    (tmp_path / "elsewhere.pdf").write_bytes(b"keep me")
    if os.name == "posix":
        (folder / ".crs-paper-link").symlink_to(tmp_path / "elsewhere.pdf")
    taken = take_in_old_paper(shop.store, folder)
    assert (taken.papers, taken.removed, codes(taken)) == (1, 1, ["old_paper_strange"])
    assert {path.name for path in folder.iterdir()} - {".crs-paper-link"} == {"notes.txt", "scans"}
    assert (folder / "notes.txt").read_text() == "mine" and (tmp_path / "elsewhere.pdf").exists()
    assert one in readable(shop)


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_that_a_link_under_a_paper_s_name_is_not_followed(shop: Shop, folder: Path, tmp_path: Path) -> None:
    (one,) = files = old_paper(shop.store, folder, ["one"])
    (folder / one).rename(tmp_path / "target.pdf")
    (folder / one).symlink_to(tmp_path / "target.pdf")
    taken = take_in_old_paper(shop.store, folder)
    assert (taken.papers, taken.removed, codes(taken)) == (0, 0, ["old_paper_changed"])
    assert (tmp_path / "target.pdf").read_bytes() == files[one]


def test_that_a_file_that_cannot_be_removed_is_said(
    shop: Shop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = old_paper(shop.store, folder, ["one"])

    def held(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError("held by a viewer")

    monkeypatch.setattr(Path, "unlink", held)
    taken = take_in_old_paper(shop.store, folder)
    assert (taken.papers, taken.removed, codes(taken)) == (1, 0, ["old_paper_stays"])
    monkeypatch.undo()
    assert take_in_old_paper(shop.store, folder) == TakenIn(0, 1, ()) and readable(shop) == files


def test_that_trouble_with_old_papers_never_keeps_the_store_closed(
    shop: Shop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = old_paper(shop.store, folder, ["one"])
    for answer, code in ((EnvironmentFailure(no("store_disk_full", "store", "t.crs")), "store_disk_full"),
                         (Refused((no("request_with_other_content"),)), "request_with_other_content")):  # fmt: skip

        def stopped(self: Store, *_: object, answer: Refused | EnvironmentFailure = answer) -> Refused:
            if isinstance(answer, EnvironmentFailure):
                raise answer
            return answer

        with monkeypatch.context() as stop:
            stop.setattr(Store, "perform", stopped)
            taken = take_in_old_paper(shop.store, folder)
        assert (taken.papers, taken.removed, codes(taken)) == (0, 0, [code])
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    with monkeypatch.context() as stop:
        stop.setattr(os, "listdir", lambda place: (_ for _ in ()).throw(PermissionError(13, "not yours")))
        assert codes(take_in_old_paper(shop.store, folder)) == ["old_paper_unreadable"]
    assert take_in_old_paper(shop.store, folder) == TakenIn(1, 1, ())


def test_that_opening_a_store_takes_its_old_papers_in_and_says_what_does_not_fit(tmp_path: Path) -> None:
    shop, folder = new_shop(tmp_path / "site.crs"), tmp_path / "site-paper"
    files = old_paper(shop.store, folder, ["one", "two"])
    shop.close()
    (folder / "scan.pdf").write_bytes(b"mine")
    house = open_house(tmp_path / "site.crs", StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY, ZONE)
    assert {sheet.file_name: house.paper.content(sheet) for sheet in house.paper.sheets()} == files
    assert [finding.code for finding in house.paper.notes] == ["old_paper_strange"]
    assert [path.name for path in folder.iterdir()] == ["scan.pdf"]
    house.close()

"""`verify` and `backup` answer for a store that is damaged or of an older schema, and change nothing in it."""

from __future__ import annotations

import gzip
from contextlib import closing
from pathlib import Path

import pytest

from crs_desktop.kernel.clock import to_milliseconds
from crs_desktop.staff.door.beginning import Beginning
from crs_desktop.staff.door.entering import Door
from crs_desktop.store.driver import connect
from crs_desktop.store.encrypting import encrypt
from crs_desktop.store.keys.slots_file import write_slots
from crs_desktop.store.sealing import Content, content_of
from tests.command_line.conftest import Ask
from tests.command_line.people import CLOCK, PASSWORDS, Site, let_in

RELEASED = Path(__file__).parents[1] / "store" / "released"


def older(path: Path) -> tuple[Path, bytes]:
    """A store of an earlier schema under keys, as an upgrade that was cut off leaves it; and its key."""
    path.write_bytes(gzip.decompress((RELEASED / "0002_demo.crs.gz").read_bytes()))
    beginning = Beginning(Door(path, CLOCK, "desk 1"))
    ready = let_in(beginning.prepare("weber", "A. Weber", ("administrator", "pharmacist"), PASSWORDS["weber"]))
    write_slots(path, ready.slots)
    encrypt(path, ready.keys, to_milliseconds(CLOCK.now()))
    return path, ready.keys.data


def held(path: Path, key: bytes) -> Content:
    """All that is in it."""
    with closing(connect(path, key, read_only=True)) as connection:
        return content_of(connection)


def damaged(site: Site, first: int, last: int) -> Path:
    """Pages from here to there hold something else."""
    content = bytearray(site.path.read_bytes())
    content[first:last] = b"\x5a" * (last - first)
    site.path.write_bytes(content)
    return site.path


def test_that_a_store_of_an_older_schema_is_backed_up_as_it_is(ask: Ask, tmp_path: Path) -> None:
    path, key = older(tmp_path / "old.crs")
    before = held(path, key)
    said = ask("verify", "--store", path, "--json")
    assert (said.status, said.codes) == (3, ["audit_store_older"])
    said = ask("backup", "--store", path, "--json")
    assert (said.status, said.document["schema"], said.document["counts"]["patients"]) == (0, "0002", 7)
    assert ask("verify", "--store", path, "--json", by="okafor").codes == ["sign_in_wrong"]
    assert held(path, key) == before
    assert [item.name for item in tmp_path.rglob("*upgrade*")] == []


@pytest.mark.parametrize("by", ["weber", "tech"])
def test_that_a_damaged_store_is_said_to_be_damaged(ask: Ask, site: Site, by: str) -> None:
    """Also to somebody without the right to ask: a store that cannot be read cannot say who has it."""
    path = damaged(site, 8192, site.path.stat().st_size)
    before = path.read_bytes()
    said = ask("verify", "--store", path, "--json", by=by)
    assert (said.status, [one["code"] for one in said.document["findings"]]) == (1, ["audit_file_damaged"])
    said = ask("backup", "--store", path, "--json", by=by)
    assert said.status == 3
    assert said.codes[0] in ("backup_store_damaged", "store_damaged")
    assert ask("readiness", "--store", path, "--json", by=by).status == 3
    assert path.read_bytes() == before


def test_that_a_store_whose_beginning_is_gone_is_no_store_any_more(ask: Ask, site: Site) -> None:
    path = damaged(site, 0, 4096)
    for verb in ("verify", "backup", "readiness"):
        said = ask(verb, "--store", path, "--json")
        assert (said.status, said.codes) == (3, ["store_is_not_a_store"])

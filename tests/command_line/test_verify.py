"""`verify`: yes, no with the first row, and nothing is made or changed by asking."""

from __future__ import annotations

from pathlib import Path

from crs_desktop.store import audit
from tests.command_line.conftest import Ask
from tests.command_line.people import NOW, Site
from tests.store.tamper import behind_its_back


def beside(store: Path) -> dict[str, bytes]:
    """Every file there, but for the lock under which misses are counted."""
    found = {item.name: item.read_bytes() for item in store.parent.iterdir() if item.is_file()}
    return {name: content for name, content in found.items() if not name.endswith(".misses-lock")}


def test_that_a_store_that_fits_is_a_yes(ask: Ask, store: Path) -> None:
    before = beside(store)
    said = ask("verify", "--store", store, "--json", "--now", NOW)
    assert (said.status, said.document["fits"], said.document["findings"]) == (0, True, [])
    assert said.document["log_rows"] > 30 and said.document["records"] > 90 and said.document["balances"] == 7
    assert ask("verify", "--store", store).out.startswith("+ yes: the store is what was written.\n  Log rows ")
    assert beside(store) == before


def test_that_a_changed_row_is_a_no_that_names_it(ask: Ask, site: Site) -> None:
    store = site.path
    with behind_its_back(store, site.keys.data) as connection:
        connection.execute("UPDATE change_log SET actor = 'Some\x1b[2J body' WHERE id = 7")
    said = ask("verify", "--store", store, "--json")
    assert (said.status, said.document["fits"]) == (1, False)
    (finding,) = said.document["findings"]
    assert (finding["code"], finding["value"]) == ("audit_row_does_not_fit", "7")
    shown = ask("verify", "--store", store)
    assert shown.status == 1 and shown.out.startswith("x no: the store is not what was written. Findings: 1.\n")
    assert "Row 7 of the log (2026-12-01T15:00:00+00:00, Some\\x1b[2J body: " in shown.out.replace("\n  ", " ")


def test_that_what_is_no_store_cannot_be_looked_at(ask: Ask, tmp_path: Path) -> None:
    missing = ask("verify", "--store", tmp_path / "no.crs", "--json")
    assert (missing.status, missing.codes) == (3, ["cl_store_not_there"])
    (tmp_path / "letter.crs").write_text("Dear all")
    other = ask("verify", "--store", tmp_path / "letter.crs", "--json")
    assert (other.status, other.codes) == (3, ["slots_missing"])
    assert [item.name for item in tmp_path.iterdir() if item.name != "home"] == ["letter.crs"]
    assert ask("verify", "more", "--store", tmp_path / "no.crs").status == 2


def test_that_printing_copies_the_head_outward(ask: Ask, store: Path, tmp_path: Path) -> None:
    words = ("--store", store, "--now", NOW, "print", "infusion-day", "--out", tmp_path / "out", "--on", "2026-12-04")
    assert ask(*words).status == 0
    assert "print" in [copy.why for copy in audit.read_heads(store, None)[0]]
    assert ask("verify", "--store", store).status == 0

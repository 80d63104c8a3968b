"""`backup` and `restore` as a shell sees them: status, one line for a refusal, nothing touched by one."""

from __future__ import annotations

import json
from pathlib import Path

from tests.command_line.conftest import Ask
from tests.command_line.people import NOW


def backed_up(ask: Ask, store: Path, *more: object) -> Path:
    said = ask("--store", store, "--now", NOW, "backup", *more, "--json")
    assert said.status == 0
    assert (said.document["verified"], said.document["counts"]["patients"]) == (True, 7)
    return Path(said.document["file"])


def test_that_a_store_is_backed_up_beside_it_or_where_it_is_said(ask: Ask, store: Path, tmp_path: Path) -> None:
    assert backed_up(ask, store).parent == tmp_path / "pharmacy-backups"
    assert backed_up(ask, store, "--out", tmp_path / "stick").parent == tmp_path / "stick"
    assert "+ backed up" in ask("--store", store, "backup").out


def test_that_a_backup_comes_back_on_a_clean_machine(ask: Ask, store: Path, tmp_path: Path) -> None:
    bundle = backed_up(ask, store)
    before = ask("readiness", "--store", store, "--now", NOW, "--json").document
    clean = tmp_path / "clean"
    clean.mkdir()
    said = ask("restore", bundle, "--store", clean / "new.crs", "--json")
    assert (said.status, said.document["former_store"], said.document["made_at"]) == (0, None, NOW)
    assert ask("readiness", "--store", clean / "new.crs", "--now", NOW, "--json").document == before


def test_that_a_store_that_is_there_is_exchanged_only_when_told_so_and_kept(ask: Ask, store: Path) -> None:
    bundle = backed_up(ask, store)
    before = store.read_bytes()
    refused = ask("restore", bundle, "--store", store, "--json")
    assert (refused.status, refused.codes) == (1, ["cl_restore_store_there"])
    assert "x not gone back" in ask("restore", bundle, "--store", store).out
    assert store.read_bytes() == before
    said = ask("restore", bundle, "--store", store, "--replace", "--now", NOW, "--json")
    assert said.status == 0
    assert Path(said.document["former_store"]).exists()
    assert "Former store" in ask("restore", bundle, "--store", store, "--replace").out


def test_that_what_is_no_backup_is_one_line_and_status_2(ask: Ask, store: Path, tmp_path: Path) -> None:
    text = tmp_path / "letter.crsbackup"
    text.write_text(json.dumps({"dear": "diary"}), "utf-8")
    before = store.read_bytes()
    for bundle, code in ((text, "bundle_not_one"), (tmp_path / "none", "bundle_missing"), (store, "bundle_not_one")):
        said = ask("restore", bundle, "--store", store, "--replace", "--json")
        assert (said.status, said.codes) == (2, [code])
    assert store.read_bytes() == before


def test_that_a_backup_without_a_store_or_into_a_cloud_folder_is_refused(ask: Ask, store: Path, tmp_path: Path) -> None:
    assert ask("--store", tmp_path / "none.crs", "backup", "--json").codes == ["cl_store_not_there"]
    said = ask("--store", store, "backup", "--out", tmp_path / "Dropbox" / "b", "--json")
    assert (said.status, said.codes) == (3, ["place_synced"])
    assert not (tmp_path / "Dropbox").exists()
    file = tmp_path / "file"
    file.touch()
    assert ask("--store", store, "backup", "--out", file, "--json").status == 2


def test_that_a_return_that_was_meant_is_no_cut_to_verify(ask: Ask, store: Path) -> None:
    made = ask("backup", "--store", str(store), "--json")
    bundle = made.document["file"] if "file" in made.document else made.document["backup"]
    assert ask("readiness", "--store", str(store)).status == 1  # that somebody came in and left is two rows more
    assert ask("verify", "--store", str(store)).status == 0
    assert ask("restore", str(bundle), "--replace", "--store", str(store)).status == 0
    assert ask("verify", "--store", str(store)).status == 0

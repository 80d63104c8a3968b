"""`restore` on a machine that has nothing: the backup and the printed code are enough; and who may exchange a store."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from crs_desktop.kernel.refusal import Refused
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.door.keyring import Keyring
from crs_desktop.store.backup import Reason, folder_of, make
from crs_desktop.store.keys.slots import SlotKind
from crs_desktop.store.keys.slots_file import read_slots, slots_path
from tests.command_line.conftest import Ask
from tests.command_line.people import CLOCK, NOW, PASSWORDS, Site, begin, let_in
from tests.command_line.test_signing_in import own


@pytest.fixture
def bundle(site: Site) -> Path:
    """A backup of the site."""
    return make(site.path, folder_of(site.path), Reason.ASKED, CLOCK.now(), site.keys.data).path


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """Where a store would lie on another machine."""
    (tmp_path / "clean").mkdir()
    return tmp_path / "clean" / "pharmacy.crs"


def code_in(tmp_path: Path, text: str) -> Path:
    return own(tmp_path / "code", f"{text.lower()}\n")


def test_that_the_recovery_code_alone_brings_a_store_back(
    bare: Ask, ask: Ask, site: Site, bundle: Path, clean: Path, tmp_path: Path
) -> None:
    before = ask("readiness", "--store", site.path, "--now", NOW, "--json").document
    said = bare("restore", bundle, "--store", clean, "--recovery-code-from", code_in(tmp_path, site.recovery), "--json")
    assert (said.status, said.document["former_store"], said.document["made_at"]) == (0, None, NOW)
    assert ask("readiness", "--store", clean, "--now", NOW, "--json").document == before
    assert ask("verify", "--store", clean).status == 0
    recovered = Door(clean, CLOCK, "desk 1").recover(site.recovery)
    assert not isinstance(recovered, Refused)
    assert ("weber", "A. Weber") in recovered.people
    assert site.recovery not in said.out + said.err


def test_that_it_comes_back_to_the_user_s_own_place_when_none_is_named(
    bare: Ask, site: Site, bundle: Path, tmp_path: Path
) -> None:
    code = code_in(tmp_path, site.recovery)
    said = bare("restore", bundle, "--recovery-code-from", code, "--json")
    assert (said.status, said.document["store"]) == (0, str(tmp_path / "home" / "crs-desktop" / "pharmacy.crs"))


def test_that_the_code_is_asked_for_when_nothing_is_given(
    bare: Ask, site: Site, bundle: Path, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("restore", bundle, "--store", clean, "--json")
    said = bare(*words)
    assert (said.status, said.codes) == (2, ["cl_secret_no_terminal"])
    assert "--recovery-code-from" in said.err
    monkeypatch.setattr("getpass.getpass", lambda asked: site.recovery if "RECVR" in asked else "")
    assert bare(*words).status == 0


def test_that_a_code_that_is_wrong_mistyped_or_the_other_one_brings_nothing(
    bare: Ask, site: Site, bundle: Path, clean: Path, tmp_path: Path
) -> None:
    other = begin(tmp_path / "other.crs")
    wrong = site.recovery[:-1] + ("7" if site.recovery[-1] != "7" else "8")
    for text, known in ((other.recovery, {"code_wrong"}), (site.emergency, {"code_is_emergency"}),
                        (wrong, {"code_group_wrong", "code_not_right"})):  # fmt: skip
        code = code_in(tmp_path, text)
        said = bare("restore", bundle, "--store", clean, "--recovery-code-from", code, "--json")
        assert said.status == 3 and set(said.codes) <= known, said.codes
        assert text not in said.out + said.err
    assert not clean.exists() and not slots_path(clean).exists()
    both = ("--by", "weber", "--recovery-code-from", code_in(tmp_path, site.recovery), "--json")
    assert bare("restore", bundle, "--store", clean, *both).codes == ["cl_restore_one_secret"]


def test_that_only_an_administrator_exchanges_a_store_that_can_be_read(
    bare: Ask, ask: Ask, site: Site, bundle: Path, tmp_path: Path
) -> None:
    before = site.path.read_bytes()
    words = ("restore", bundle, "--store", site.path, "--replace", "--json")
    for by in ("okafor", "tech"):
        said = ask(*words, by=by)
        assert (said.status, said.codes) == (1, ["staff_not_permitted"])
    said = ask(*words, by="gone")
    assert (said.status, said.codes) == (1, ["staff_ended"])
    said = bare(*words, "--recovery-code-from", code_in(tmp_path, site.recovery))
    assert (said.status, said.codes) == (1, ["staff_not_permitted"])
    assert site.path.read_bytes() == before
    assert ask(*words).status == 0


def test_that_a_store_that_cannot_be_read_is_exchanged_by_the_code(
    bare: Ask, ask: Ask, site: Site, bundle: Path, tmp_path: Path
) -> None:
    site.path.write_bytes(site.path.read_bytes()[:-4096] + bytes(range(256)) * 16)
    damaged = site.path.read_bytes()
    spoiled = bytearray(damaged)
    spoiled[:4096] = b"\x01" * 4096
    site.path.write_bytes(spoiled)
    words = ("restore", bundle, "--store", site.path, "--replace", "--json")
    said = bare(*words, "--recovery-code-from", code_in(tmp_path, site.recovery))
    assert said.status == 0
    assert Path(said.document["former_store"]).exists()
    assert ask("verify", "--store", site.path).status == 0


@pytest.mark.parametrize("on_a_clean_machine", [False, True])
def test_that_who_went_back_is_written_in_the_store_that_came_back(
    ask: Ask, site: Site, bundle: Path, clean: Path, on_a_clean_machine: bool
) -> None:
    path = clean if on_a_clean_machine else site.path
    assert ask("restore", bundle, "--store", path, "--replace", "--now", NOW).status == 0
    door = Door(path, CLOCK, "desk 1")
    first = let_in(door.sign_in("weber", PASSWORDS["weber"]))
    with door.opened(first.keys, first.guard) as staff, staff._store.read() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT actor, subject_id, desk LIKE 'command line%' FROM change_log WHERE intent = 'go back'"
        )
        assert [tuple(row) for row in rows] == [("A. Weber", bundle.name, 1)]
    assert ask("verify", "--store", path).status == 0


def test_that_the_password_of_today_counts_where_the_same_store_still_is(
    ask: Ask, bare: Ask, site: Site, bundle: Path, clean: Path, tmp_path: Path
) -> None:
    """On a clean machine the slots of the backup open it, with the password of that time."""
    fresh = "anchor pepper violin hammock"
    door = Door(site.path, CLOCK, "desk 1")
    first = let_in(door.sign_in("weber", PASSWORDS["weber"]))
    with door.opened(first.keys, first.guard) as staff:
        let_in(Keyring(door, staff, first).change_own(PASSWORDS["weber"], fresh))
    words = ("restore", bundle, "--store", site.path, "--replace", "--json")
    assert ask(*words).codes == ["sign_in_wrong"]
    assert ask("restore", bundle, "--store", clean, "--json").status == 0
    new = own(tmp_path / "new", fresh)
    assert bare("--by", "weber", "--password-from", new, *words).status == 0


def test_that_a_backup_of_another_store_comes_with_its_own_slots(
    ask: Ask, site: Site, bundle: Path, tmp_path: Path
) -> None:
    """As on a clean machine where somebody has begun a store first."""
    (tmp_path / "new").mkdir()
    other = begin(tmp_path / "new" / "pharmacy.crs")
    assert ask("restore", bundle, "--store", other.path, "--json").codes == ["cl_restore_store_there"]
    said = ask("restore", bundle, "--store", other.path, "--replace", "--json")
    assert said.status == 0
    assert Path(said.document["former_store"]).exists()
    assert read_slots(other.path).store_id == read_slots(site.path).store_id
    assert ask("readiness", "--store", other.path, "--now", NOW).status == 1


def test_that_an_old_plain_backup_needs_a_store_that_has_keys(
    ask: Ask, site: Site, clean: Path, tmp_path: Path
) -> None:
    bundle = plain_bundle(tmp_path)
    said = ask("restore", bundle, "--store", clean, "--json")
    assert (said.status, said.codes) == (2, ["bundle_without_slots"])
    assert list(clean.parent.iterdir()) == []
    assert ask("restore", bundle, "--store", site.path, "--replace", "--json").status == 0
    assert ask("readiness", "--store", site.path, "--now", NOW).status == 1
    assert read_slots(site.path).of(SlotKind.RECOVERY)


def plain_bundle(folder: Path) -> Path:
    """A backup as the program made it before stores were encrypted."""
    from contextlib import closing

    from crs_desktop.store import bundle as form
    from crs_desktop.store.backup import members_of, put_in_place
    from crs_desktop.store.bundle import Manifest
    from crs_desktop.store.driver import connect
    from crs_desktop.store.inside import look_inside

    released = Path(__file__).parents[1] / "store" / "released" / "0002_demo.crs.gz"
    plain = folder / "plain.crs"
    plain.write_bytes(gzip.decompress(released.read_bytes()))
    with closing(connect(plain, None)) as connection:
        connection.execute("PRAGMA journal_mode = delete")
    inside = look_inside(plain, None)
    assert not inside.fault, inside
    files = {form.STORE: plain}
    manifest = Manifest(
        inside.schema, CLOCK.now(), "asked", "pharmacy.crs", True, inside.counts or {}, inside.balances,
        inside.facts or {}, members_of(files),
    )  # fmt: skip
    return put_in_place(folder, "old.crsbackup", manifest, files).path


def test_that_an_old_plain_store_is_encrypted_at_the_window_before_it_is_exchanged(
    ask: Ask, bundle: Path, clean: Path
) -> None:
    released = Path(__file__).parents[1] / "store" / "released" / "0002_demo.crs.gz"
    clean.write_bytes(gzip.decompress(released.read_bytes()))
    before = clean.read_bytes()
    said = ask("restore", bundle, "--store", clean, "--replace", "--json")
    assert (said.status, said.codes) == (3, ["cl_store_plain"])
    assert clean.read_bytes() == before


def test_that_a_return_to_a_store_whose_slots_are_damaged_brings_those_of_the_backup(
    ask: Ask, site: Site, bundle: Path
) -> None:
    slots_path(site.path).write_text("{}", "utf-8")
    assert ask("readiness", "--store", site.path, "--json").codes == ["slots_not_understood"]
    assert ask("restore", bundle, "--store", site.path, "--replace", "--json").status == 0
    assert ask("readiness", "--store", site.path, "--now", NOW).status == 1

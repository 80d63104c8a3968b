"""Who asks at the command line: by name and password, as at the window, written down, and never with a secret shown."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

import pytest

from crs_desktop.command_line.parser import parser
from crs_desktop.command_line.secret import PASSWORD_FROM, read_secret
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.model import Happened
from crs_desktop.store.keys.guessing import FREE_MISSES, misses_path
from crs_desktop.store.keys.slots_file import slots_path
from tests.command_line.conftest import Ask
from tests.command_line.people import CLOCK, NOW, PASSWORDS, Site, let_in

BOARD = ("readiness", "--now", NOW, "--json", "--store")
GUESS = "correct horse battery staple"


def own(file: Path, text: str) -> Path:
    """A file for its owner only."""
    file.touch(0o600)
    file.write_text(text, "utf-8")
    return file


def happened(site: Site, sign_in: str) -> list[tuple[str, str, str, int | None]]:
    """What the log of people says about somebody, oldest first: what, at which desk, why, after how many misses."""
    door = Door(site.path, CLOCK, "desk 1")
    first = let_in(door.sign_in("weber", PASSWORDS["weber"]))
    with door.opened(first.keys, first.guard) as staff:
        person = staff.person(sign_in)
        assert person is not None
        return [(one.kind.value, one.desk, one.reason, one.misses) for one in reversed(staff.events(person.id))]


def test_that_coming_in_and_leaving_are_written_down_once_for_a_verb(ask: Ask, site: Site) -> None:
    before = len(happened(site, "okafor"))
    assert ask(*BOARD, site.path, by="okafor").status == 1
    assert ask("next-dose", "--given", NOW, "--store", site.path, by="okafor").status == 1
    came, left, *again = happened(site, "okafor")[before:]
    assert came[0] == Happened.SIGNED_IN.value and came[1].startswith("command line") and came[3] == 0
    assert (left[0], left[2]) == (Happened.LOCKED.value, "command line")
    assert [one[0] for one in again] == ["signed in", "locked"]


def test_that_leaving_is_written_down_also_when_the_verb_fails(
    ask: Ask, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("crs_desktop.command_line.readiness.readiness_document", stop)
    assert ask("readiness", "--store", site.path, by="okafor").status == 130
    assert happened(site, "okafor")[-1][0] == "locked"


def test_that_a_record_carries_the_name_of_whoever_signed_in(ask: Ask, site: Site, tmp_path: Path) -> None:
    words = ("print", "infusion-day", "--on", "2026-12-04", "--out", tmp_path / "out", "--now", NOW, "--store")
    assert ask(*words, site.path, by="okafor").status == 0
    door = Door(site.path, CLOCK, "desk 1")
    first = let_in(door.sign_in("weber", PASSWORDS["weber"]))
    with door.opened(first.keys, first.guard) as staff, staff._store.read() as session:
        rows = session.connection().exec_driver_sql("SELECT DISTINCT actor FROM change_log WHERE intent LIKE 'print %'")
        assert [tuple(row) for row in rows] == [("M. Okafor",)]


@pytest.mark.parametrize("by", ["weber", "nobody"])
def test_that_a_wrong_password_and_an_unknown_name_say_the_same(bare: Ask, site: Site, tmp_path: Path, by: str) -> None:
    wrong = own(tmp_path / "wrong", GUESS)
    for verb in (BOARD, ("verify", "--json", "--store"), ("backup", "--json", "--store")):
        said = bare("--by", by, "--password-from", wrong, *verb, site.path)
        assert (said.status, said.codes) == (3, ["sign_in_wrong"])
        assert GUESS not in said.out + said.err


def test_that_misses_count_together_with_the_window_s_and_make_both_wait(
    bare: Ask, ask: Ask, site: Site, tmp_path: Path
) -> None:
    wrong = own(tmp_path / "wrong", GUESS)
    window = Door(site.path, CLOCK, "desk 1")
    for number in range(FREE_MISSES):
        if number % 2:
            assert window.sign_in("okafor", GUESS) is not None
        else:
            assert bare("--by", "okafor", "--password-from", wrong, *BOARD, site.path).codes == ["sign_in_wrong"]
    said = ask(*BOARD, site.path, by="okafor")
    assert (said.status, said.codes) == (3, ["sign_in_wait_seconds"])
    assert window.wait_s("okafor") > 0
    assert ask(*BOARD, site.path, by="weber").status == 1


def test_that_the_misses_before_are_written_into_the_log(bare: Ask, ask: Ask, site: Site, tmp_path: Path) -> None:
    wrong = own(tmp_path / "wrong", GUESS)
    for _ in range(2):
        bare("--by", "okafor", "--password-from", wrong, *BOARD, site.path)
    assert ask(*BOARD, site.path, by="okafor").status == 1
    assert [one[3] for one in happened(site, "okafor") if one[0] == "signed in"][-1] == 2
    assert "okafor" not in misses_path(site.path).read_text("ascii")


def test_that_a_password_is_read_from_standard_input_or_a_descriptor(bare: Ask, empty_store: Path) -> None:
    typed = PASSWORDS["weber"]
    for text in (typed, f"{typed}\n", f"{typed}\r\n", f"\ufeff{typed}\n"):
        assert bare("--by", "weber", "--password-from", "-", *BOARD, empty_store, stdin=text).status == 0
    reading, writing = os.pipe()
    os.write(writing, f"{typed}\n".encode())
    os.close(writing)
    assert bare("--by", "weber", "--password-from", f"fd:{reading}", *BOARD, empty_store).status == 0
    os.close(reading)
    assert bare("--by", "weber", "--password-from", f"fd:{reading}", *BOARD, empty_store).codes == [
        "cl_secret_unreadable"
    ]


@pytest.mark.skipif(os.name == "nt", reason="modes of files are not shown here")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o777])
def test_that_a_file_that_others_can_read_is_refused(bare: Ask, empty_store: Path, tmp_path: Path, mode: int) -> None:
    file = own(tmp_path / "password", PASSWORDS["weber"])
    assert bare("--by", "weber", "--password-from", file, *BOARD, empty_store).status == 0
    file.chmod(mode)
    said = bare("--by", "weber", "--password-from", file, *BOARD, empty_store)
    assert (said.status, said.codes) == (2, ["cl_secret_open_to_others"])
    assert f"{mode:04o}" in said.err
    with file.open("rb") as opened:
        said = bare("--by", "weber", "--password-from", f"fd:{opened.fileno()}", *BOARD, empty_store)
    assert said.codes == ["cl_secret_open_to_others"]


def test_that_what_holds_no_password_is_told_without_repeating_anything(
    bare: Ask, empty_store: Path, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    before = misses_path(empty_store).read_bytes()
    for source, code in (
        (tmp_path, "cl_secret_not_a_file"),
        (tmp_path / "pipe", "cl_secret_not_a_file"),
        (own(tmp_path / "empty", "\n"), "cl_secret_empty"),
        (own(tmp_path / "two", f"{GUESS}\n{GUESS}\n"), "cl_secret_not_one_line"),
        (own(tmp_path / "long", "x" * 5000), "cl_secret_not_one_line"),
        (GUESS, "cl_secret_unreadable"),
        ("fd:x", "cl_secret_descriptor"),
        ("fd:", "cl_secret_descriptor"),
    ):
        said = bare("--by", "weber", "--password-from", source, *BOARD, empty_store)
        assert (said.status, said.codes) == (2, [code])
        assert [entry["field"] for entry in said.document["refused"]] == ["password_from"]
        assert GUESS not in said.out + said.err
    (tmp_path / "empty").write_bytes(b"\xff\xfe")
    assert bare("--by", "weber", "--password-from", tmp_path / "empty", *BOARD, empty_store).codes == [
        "cl_secret_not_utf8"
    ]
    assert misses_path(empty_store).read_bytes() == before


@pytest.mark.parametrize("words", [("--password", GUESS), (f"--password={GUESS}",), ("--recovery-code", GUESS)])
@pytest.mark.parametrize("before", [True, False])
def test_that_a_secret_among_the_arguments_is_refused_and_not_repeated(
    bare: Ask, empty_store: Path, words: tuple[str, ...], before: bool
) -> None:
    verb = ("--by", "weber", *BOARD, str(empty_store))
    said = bare(*((*words, *verb) if before else (*verb, *words)))
    assert (said.status, said.codes) == (2, ["cl_secret_as_argument"])
    assert "horse" not in said.out + said.err


def test_that_without_a_terminal_the_option_is_named(bare: Ask, empty_store: Path) -> None:
    said = bare("--by", "weber", *BOARD, empty_store)
    assert (said.status, said.codes) == (2, ["cl_secret_no_terminal"])
    assert "--password-from" in said.err


def test_that_on_a_terminal_the_password_is_asked_for(
    bare: Ask, empty_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def somebody(question: str) -> str:
        asked.append(question)
        return PASSWORDS["weber"]

    monkeypatch.setattr(getpass, "getpass", somebody)
    assert bare("--by", "WEBER", *BOARD, empty_store).status == 0
    assert asked == ["Password of WEBER: "]
    monkeypatch.setattr(getpass, "getpass", lambda _question: "")
    assert bare("--by", "weber", *BOARD, empty_store).codes == ["cl_secret_empty"]


def test_that_standard_input_is_read_for_one_thing(bare: Ask, empty_store: Path) -> None:
    said = bare("plan", "-", "--by", "weber", "--password-from", "-", "--store", empty_store, "--json", stdin="{}")
    assert (said.status, said.codes) == (2, ["cl_secret_input_once"])
    two = ("--password-from", "-", "--second", "okafor", "--second-password-from", "-")
    words = ("adopt", "teclistamab", "--pharmacist", "A. Weber", "--by", "weber", *two, "--json")
    assert bare(*words, "--store", empty_store, stdin=PASSWORDS["weber"]).codes == ["cl_secret_input_once"]


def test_that_the_machine_s_user_is_asked_by_the_own_name_if_it_has_one_here(
    bare: Ask, empty_store: Path, passwords: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "weber")
    assert bare("--password-from", passwords / "weber", *BOARD, empty_store).status == 0
    monkeypatch.setattr(getpass, "getuser", lambda: "root")
    said = bare("--password-from", passwords / "weber", *BOARD, empty_store)
    assert (said.status, said.codes) == (2, ["cl_by_missing"])
    assert [name for name in PASSWORDS if name in said.err] == []


def test_that_somebody_who_has_ended_gets_no_answer(ask: Ask, site: Site) -> None:
    said = ask(*BOARD, site.path, by="gone")
    assert (said.status, said.codes) == (3, ["staff_ended"])
    for verb in ("verify", "backup"):
        said = ask(verb, "--store", site.path, "--json", by="gone")
        assert (said.status, said.codes) == (1, ["staff_ended"])


def test_that_a_password_set_by_somebody_else_is_first_changed_at_the_window(ask: Ask, site: Site) -> None:
    said = ask(*BOARD, site.path, by="new")
    assert (said.status, said.codes) == (3, ["cl_password_temporary"])
    assert happened(site, "new")[-1][0] == "locked"


def test_that_a_verb_is_refused_without_the_right_to_it(ask: Ask, site: Site, tmp_path: Path) -> None:
    said = ask("verify", "--store", site.path, "--json", by="tech")
    assert (said.status, said.codes) == (1, ["staff_not_permitted"])
    assert ask("verify", "--store", site.path, by="audit").status == 0
    said = ask("backup", "--store", site.path, "--json", by="audit")
    assert (said.status, said.codes) == (1, ["staff_not_permitted"])
    assert not site.path.with_name("pharmacy-backups").exists()
    assert ask("backup", "--store", site.path, by="tech").status == 0
    words = ("print", "infusion-day", "--on", "2026-12-04", "--now", NOW, "--out", tmp_path / "out", "--json")
    said = ask(*words, "--store", site.path, by="audit")
    assert said.status == 1
    assert {code.partition("_permitted")[0] for code in said.codes} == {"staff_not"}
    assert list(tmp_path.rglob("*.pdf")) == []


def test_that_no_glass_is_broken_here(bare: Ask, site: Site, tmp_path: Path) -> None:
    assert "emergency" not in parser().format_help()
    code = own(tmp_path / "code", site.emergency)
    assert bare("--by", "emergency", "--password-from", code, *BOARD, site.path).codes == ["sign_in_wrong"]
    assert bare("--by", "recovery", "--password-from", own(tmp_path / "r", site.recovery), *BOARD, site.path).codes == [
        "sign_in_wrong"
    ]
    assert site.emergency not in misses_path(site.path).read_text("ascii")


def test_that_a_verb_beside_a_window_ends_no_emergency_there(ask: Ask, site: Site) -> None:
    from crs_desktop.__main__ import default_actor
    from crs_desktop.staff.commands import BreakGlass
    from crs_desktop.staff.service import BrokenGlass

    desk = default_actor().desk
    door = Door(site.path, CLOCK, desk)
    signed = let_in(door.sign_in("tech", PASSWORDS["tech"]))
    with door.opened(signed.keys, signed.guard) as staff:
        glass = let_in(staff.break_glass(BreakGlass("g", "nobody else here", "Tom Tech"), signed.actor))
        assert isinstance(glass, BrokenGlass)
        assert ask(*BOARD, site.path, by="tech").status == 1
        assert let_in(staff.actor(signed.person_id or 0, desk)) == Actor("Tom Tech", "emergency", desk)


def test_that_an_old_plain_store_and_missing_slots_say_what_to_do(ask: Ask, site: Site, tmp_path: Path) -> None:
    import gzip

    old = tmp_path / "old.crs"
    released = Path(__file__).parents[1] / "store" / "released" / "0002_demo.crs.gz"
    old.write_bytes(gzip.decompress(released.read_bytes()))
    slots_path(site.path).rename(tmp_path / "away")
    alone = tmp_path / "alone.crs"
    slots_path(alone).write_bytes((tmp_path / "away").read_bytes())
    before = old.read_bytes()
    for path, code, word in ((old, "cl_store_plain", "window"), (site.path, "slots_missing", "backup"),
                             (alone, "cl_store_gone", "restore")):  # fmt: skip
        for verb in (
            ("readiness",), ("verify",), ("backup",), ("print", "infusion-day", "--out", tmp_path / "out"),
            ("schedule", "teclistamab", "--start", "2026-12-01"), ("adopt", "teclistamab", "--pharmacist", "X Y"),
        ):  # fmt: skip
            said = ask(*verb, "--store", path, "--json")
            assert (said.status, said.codes) == (3, [code]), verb
            assert word in said.err
    assert old.read_bytes() == before
    (tmp_path / "pharmacy.crs.slots").write_text("{}", "utf-8")
    assert ask("readiness", "--store", site.path, "--json").codes == ["slots_not_understood"]


@pytest.mark.skipif(os.name == "nt", reason="modes of files are not shown here")
def test_that_a_file_behind_standard_input_is_held_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = own(tmp_path / "password", GUESS)
    with file.open("r", encoding="utf-8") as opened:
        monkeypatch.setattr(sys, "stdin", opened)
        assert read_secret("-", PASSWORD_FROM, "?") == GUESS
    file.chmod(0o644)
    with file.open("r", encoding="utf-8") as opened, pytest.raises(NotUnderstood) as refused:
        monkeypatch.setattr(sys, "stdin", opened)
        read_secret("-", PASSWORD_FROM, "?")
    assert [finding.code for finding in refused.value.findings] == ["cl_secret_open_to_others"]
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(NotUnderstood):
        read_secret("-", PASSWORD_FROM, "?")

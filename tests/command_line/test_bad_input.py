"""What cannot be understood is one line with field, value and reason, status 2 or 3, and leaves nothing behind."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as driver

from crs_desktop.store.driver import give_key
from tests.command_line.conftest import Ask, moved
from tests.command_line.people import Site
from tests.command_line.test_examples import PLAN

FULL_WIDTH = "７０"


@pytest.mark.parametrize("typed", ["70,5", "1e2", ".5", "70 lb", "0", "700", "NaN", FULL_WIDTH, "", "-70", "70.1234"])
@pytest.mark.parametrize("verb", [("dose",), ("schedule", "blinatumomab", "--start", "2026-12-01")])
def test_that_a_weight_that_is_none_is_refused(ask: Ask, verb: tuple[str, ...], typed: str) -> None:
    said = ask(*verb, f"--weight-kg={typed}", "--json")
    assert said.status == 2
    (entry,) = said.document["refused"]
    assert (entry["field"], entry["value"]) == ("weight_kg", typed)
    assert said.err.startswith("weight_kg: ")
    assert typed in said.err


@pytest.mark.parametrize("typed", ["70,5", "1e2", ".5", "70 lb", "0", "700", "NaN", FULL_WIDTH])
def test_that_a_plan_refuses_the_same_weights(ask: Ask, typed: str) -> None:
    patient = {**PLAN["patients"][0], "weight_kg": typed}
    said = ask("plan", "-", "--json", stdin=json.dumps({**PLAN, "patients": [patient]}))
    assert said.status == 2
    assert said.document["refused"][0]["field"] == "patients[0].weight_kg"


@pytest.mark.parametrize(
    "typed", ["2026-02-31", "2026-13-01", "31.12.2026", "2026-2-1", "tomorrow", "", "２０２６-01-01"]
)
@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("schedule", "teclistamab", "--start"), "start"),
        (("schedule", "teclistamab", "--start", "2026-12-01", "--on"), "on"),
        (("readiness", "--on"), "on"),
        (("print", "infusion-day", "--out", "paper", "--on"), "on"),
        (("plan", "--stock", os.devnull, "--patients", os.devnull, "--today"), "today"),
    ],
)
def test_that_a_day_that_is_none_is_refused(ask: Ask, words: tuple[str, ...], field: str, typed: str) -> None:
    said = ask(*words[:-1], f"{words[-1]}={typed}", "--json")
    assert said.status == 2
    assert [(entry["field"], entry["value"]) for entry in said.document["refused"]] == [(field, typed)]


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        (("schedule", "aspirin", "--start", "2026-12-01"), "therapy", "aspirin"),
        (("therapies", "show", "aspirin"), "therapy", "aspirin"),
        (("adopt", "aspirin", "--pharmacist", "A B"), "therapy", "aspirin"),
        (("schedule", "teclistamab", "--start", "2026-12-01", "--regimen", "x"), "regimen", "x"),
        (("therapies", "check", "/no/such/folder"), "folder", "/no/such/folder"),
        (("therapies", "show"), "show", ""),
        (("therapies", "list", "x"), "therapy", "x"),
        (("therapies", "list", "--class", "x"), "class", "x"),
        (("therapies", "check", "/tmp", "--class", "car_t"), "class", "car_t"),
        (("therapies", "show", "teclistamab", "--version", "x"), "version", "x"),
        (("therapies", "diff", "teclistamab", "--against", "x"), "against", "x"),
        (("therapies", "cases", "/no/such/folder"), "cases", "/no/such/folder"),
        (("schedule", "teclistamab", "--start", "2026-12-01", "--height-cm", "160"), "height_cm", "160"),
        (("schedule", "teclistamab", "--start", "2026-12-01", "--population", "x"), "population", "x"),
        (("schedule", "teclistamab", "--start", "2026-12-01", "--crs", "SUD1=x"), "crs", "SUD1=x"),
        (("schedule", "teclistamab", "--start", "2026-12-01", "--entered", "x"), "entered", "x"),
        (("schedule", "teclistamab", "--start", "2026-12-01", "--start-time", "9"), "start_time", "9"),
        (("schedule", "blinatumomab", "--start", "2026-12-01", "--bag-hours", "5"), "bag_hours", "5"),
        (("therapies", "burn"), "act", "burn"),
        (("dose", "--weight-kg", "70", "--on-hand", "400=x"), "on_hand", "400=x"),
        (("dose", "--weight-kg", "70", "--rounding-percent", "11"), "rounding_percent", "11"),
        (("dose", "--weight-kg"), "weight_kg", ""),
        (("dose",), "weight_kg", ""),
        (("dose", "--weight", "70"), "weight_kg", ""),
        (("dose", "--weight-kg", "70", "--wait"), "options", "--wait"),
        (("demo", "--now", "1960-01-01T00:00Z"), "now", "1960-01-01T00:00Z"),
        (("demo", "--now", "2198-01-01T00:00Z"), "now", "2198-01-01T00:00Z"),
        (("next-dose",), "given", ""),
        (("next-dose", "--given", "noon"), "given", "noon"),
        (("next-dose", "--given", "2026-12-03T03:10Z", "--at", "noon"), "at", "noon"),
        (("readiness", "--days", "0"), "days", "0"),
        (("readiness", "--days", "1.5"), "days", "1.5"),
        (("readiness", "--days", "many"), "days", "many"),
        (("demo", "--seed", "x"), "seed", "x"),
        (("demo", "--seed", "-1"), "seed", "-1"),
        (("dose", "--weight-kg", "70", "--text-percent", "huge"), "text_percent", "huge"),
        (("demo", "--text-percent", "1000"), "text_percent", "1000"),
        (("demo", "--theme", "pink"), "theme", "pink"),
        (("demo", "--zone", "Europe"), "zone", "Europe"),
        (("demo", "--zone", "../../etc/passwd"), "zone", "../../etc/passwd"),
        (("demo", "--now", "2026-12-03T03:10"), "now", "2026-12-03T03:10"),
        (("demo", "--now", "0001-01-01T00:00+14:00"), "now", "0001-01-01T00:00+14:00"),
        (("demo", "--now", "2200-01-01T00:00Z"), "now", "2200-01-01T00:00Z"),
        (("demo", "--by", " "), "by", " "),
        (("readiness", "--store", ""), "store", ""),
        (("readiness", "--store", "postgresql://host/db"), "store", "postgresql://host/db"),
        (("plan",), "file", ""),
        (("plan", "x.json", "--stock", "y.csv"), "file", "x.json"),
        (("plan", "--stock", "-", "--patients", "-"), "patients", "-"),
        (("plan", "-", "--today", "2026-12-01"), "today", "2026-12-01"),
        (("plan", "-", "--rounding-percent", "5"), "rounding_percent", "5"),
        (("plan", "/no/such/file"), "file", "/no/such/file"),
        (("plan", "/"), "file", "/"),
        (("plan", "-"), "document", "1:1"),
        (("print", "birthday-card", "--out", "x"), "kind", "birthday-card"),
        (("print", "infusion-day"), "out", ""),
        (("print", "dosing-sheet", "--out", "x"), "patient", ""),
        (("print", "dosing-sheet", "--patient", "1", "--on", "2026-12-01", "--out", "x"), "on", "2026-12-01"),
        (("print", "infusion-day", "--out", os.devnull), "out", os.devnull),
    ],
)
def test_that_field_and_value_are_named(ask: Ask, words: tuple[str, ...], field: str, value: str) -> None:
    said = ask(*words, "--json")
    assert said.status == 2
    (entry,) = said.document["refused"]
    assert (entry["field"], entry["value"]) == (field, value)
    assert len(entry["reason"]) > 10
    assert value in said.err


def test_that_an_unknown_verb_is_named_with_those_that_exist(ask: Ask) -> None:
    said = ask("cure")
    assert said.status == 2
    assert "cure" in said.err
    assert "next-dose" in said.err


def test_that_every_mistake_is_told_at_once(ask: Ask) -> None:
    said = ask("dose", "--weight-kg", "x", "--on-hand", "y", "--rounding-percent", "z", "--json")
    assert [entry["field"] for entry in said.document["refused"]] == ["weight_kg", "on_hand", "rounding_percent"]
    assert said.err.count(";") == 2


def test_that_nothing_typed_can_steer_a_terminal(ask: Ask) -> None:
    said = ask("dose", "--weight-kg", "70\x1b[31m\n\u202eend")
    assert said.status == 2
    assert not set("\x1b\u202e") & set(said.err)


def test_that_a_broken_library_is_a_no_with_every_mistake(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("id = 'x'\n[[", "utf-8")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    said = ask("therapies", "check", tmp_path, "--json")
    assert said.status == 1
    assert len(said.document["findings"]) >= 2
    assert ask("therapies", "check", tmp_path).out.startswith("x ")
    (tmp_path / "empty").mkdir()
    assert ask("therapies", "check", tmp_path / "empty", "--json").status in (1, 2)


READING = [
    ("readiness",),
    ("print", "infusion-day", "--out", "{out}"),
    ("next-dose", "--given", "2026-12-03T03:10Z"),
    ("schedule", "teclistamab", "--start", "2026-12-01"),
    ("plan", "-"),
]
SIGNING = ("adopt", "teclistamab", "--pharmacist", "A B", "--i-have-read-the-facts")


@pytest.mark.parametrize("words", READING)
def test_that_a_question_to_a_missing_store_makes_none(ask: Ask, words: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "new.crs"
    filled = [word.format(out=tmp_path / "out") for word in words]
    said = ask(*filled, "--store", path, "--json", stdin=json.dumps(PLAN))
    assert (said.status, said.codes) == (3, ["cl_store_not_there"])
    assert str(path) in said.err
    assert list(tmp_path.iterdir()) == []


def test_that_a_question_to_the_users_own_store_makes_no_folder(ask: Ask, tmp_path: Path) -> None:
    assert ask("readiness").status == 3
    assert not (tmp_path / "home").exists()


def test_that_an_empty_file_is_no_store_to_ask(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "empty.crs"
    path.touch()
    assert ask("readiness", "--store", path, "--json").codes == ["cl_store_not_there"]
    assert path.stat().st_size == 0


def test_that_a_store_that_is_none_is_told(ask: Ask, tmp_path: Path, empty_site: Site) -> None:
    text = tmp_path / "text.crs"
    text.write_text("this is a letter, not a store", "utf-8")
    foreign = tmp_path / "foreign.crs"
    connection = driver.connect(str(foreign))
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    newer = moved(empty_site, tmp_path / "newer.crs").path
    connection = driver.connect(str(newer))
    give_key(connection, empty_site.keys.data)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    (tmp_path / "folder.crs").mkdir()
    before = {path: path.read_bytes() for path in (text, foreign, newer)}
    for verb in (("readiness",), SIGNING):
        for name, code in (
            ("text", "slots_missing"),
            ("foreign", "store_is_not_a_store"),
            ("newer", "store_newer"),
            ("folder", "store_is_a_folder"),
        ):
            said = ask(*verb, "--store", tmp_path / f"{name}.crs", "--json")
            assert (said.status, said.codes) == (3, [code])
            assert name in said.err
    assert {path: path.read_bytes() for path in before} == before


def test_that_signing_makes_no_store_either(ask: Ask, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere" / "x.crs", tmp_path / "x.crs"):
        said = ask(*SIGNING, "--store", path, "--json")
        assert (said.status, said.codes) == (3, ["cl_store_not_there"])
    assert list(tmp_path.iterdir()) == []
    assert ask("readiness", "--store", tmp_path / ("x" * 300), "--json").status == 3


def test_that_a_store_that_can_only_be_read_is_told(
    ask: Ask, empty_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() == 0:  # root may write anywhere, so the system's answer is put in its mouth
        monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    empty_store.chmod(0o400)
    said = ask("readiness", "--store", empty_store, "--json")
    assert (said.status, said.codes) == (3, ["store_read_only"])


def test_that_a_folder_that_cannot_be_made_is_told_and_nothing_is_filed(ask: Ask, store: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    inside = tmp_path / "file" / "out"
    said = ask("--store", store, "--now", "2026-12-01T10:00-05:00", "print", "infusion-day", "--out", inside, "--json")
    assert said.status == 3
    assert said.document["refused"]

"""`chance FILE`: the answer at a glance, the document of the manual, and every fault of a question told at once."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest

from tests.command_line.conftest import Ask
from tests.command_line.shapes import validator
from tests.command_line.test_manual import MANUAL

PERSON: dict[str, Any] = {
    "p": "0.23", "doses": ["0.6", "0.25", "0.1", "0.05"], "units": 2,
    "day": 4, "onset": ["0.1", "0.5", "0.4"], "gap": 1,
}  # fmt: skip
QUESTION: dict[str, Any] = {
    "stock": 8, "horizon": 30, "delivery": {"day": 10, "vials": 4}, "patients": [PERSON, {**PERSON, "day": 5}],
}  # fmt: skip


def test_that_the_document_is_answered_and_fits_both_schemas(ask: Ask) -> None:
    validator("chance.input").validate(QUESTION)
    said = ask("chance", "-", "--json", stdin=json.dumps(QUESTION))
    assert (said.status, said.err, list(said.document)) == (0, "", ["total", "by_day"])
    assert [entry["day"] for entry in said.document["by_day"]] == list(range(31))
    assert said.document["by_day"][0] == {"day": 0, "p": "0"}
    assert said.document["by_day"][-1]["p"] == said.document["total"]


def test_that_the_example_of_the_manual_is_true(ask: Ask) -> None:
    found = re.search(r"`chance.json`:\n\n```json\n(.*?)```\n\n```text\n\$ [^\n]*\n(.*?)```", MANUAL, re.DOTALL)
    assert found is not None
    assert ask("chance", "-", stdin=found[1]).out == found[2]


def test_that_numbers_are_to_be_checked_by_hand(ask: Ask) -> None:
    # Both need one dose: 0.1 x 0.1 on one shelf with one dose.
    person = {"p": "0.1", "doses": ["1"], "units": 1, "day": 2}
    said = ask("chance", "-", "--json", stdin=json.dumps({"stock": 1, "horizon": 3, "patients": [person, person]}))
    assert said.document == {
        "total": "0.01",
        "by_day": [{"day": 0, "p": "0"}, {"day": 1, "p": "0"}, {"day": 2, "p": "0.01"}, {"day": 3, "p": "0.01"}],
    }


def test_that_the_clock_is_in_the_answer_where_it_is_stated(ask: Ask) -> None:
    said = ask("chance", "-", "--json", "--now", "2026-12-03T03:10-05:00", stdin=json.dumps(QUESTION))
    assert said.document["now"] == "2026-12-03T03:10:00-05:00"


def test_that_only_days_on_which_it_rises_are_listed(ask: Ask) -> None:
    said = ask("chance", "-", stdin=json.dumps({**QUESTION, "stock": 1, "delivery": None}))
    assert said.out.splitlines()[0] == "Chance of running out by the end of day 30: 40.7 %, about 1 in 2."
    assert [line.split()[1] for line in said.out.splitlines() if line.startswith("day ")] == ["4", "5", "6", "7"]
    assert "No delivery." in said.out


def test_that_never_and_hardly_ever_are_told_apart(ask: Ask) -> None:
    never = ask("chance", "-", stdin=json.dumps({**QUESTION, "stock": 16})).out
    assert "0 %. Not even if everybody needs the most." in never
    rare = {**PERSON, "p": "0.000001"}
    hardly = ask("chance", "-", stdin=json.dumps({**QUESTION, "stock": 0, "delivery": None, "patients": [rare]})).out
    assert "less than 0.001 %, less than 1 in 100,000." in hardly
    sure = {**PERSON, "p": "0.999999"}
    often = ask("chance", "-", stdin=json.dumps({**QUESTION, "stock": 0, "delivery": None, "patients": [sure]})).out
    assert "more than 99.9 %." in often
    certain = {**PERSON, "p": "1"}
    always = ask("chance", "-", stdin=json.dumps({**QUESTION, "stock": 0, "delivery": None, "patients": [certain]})).out
    assert "100 %." in always


def test_that_a_large_question_says_how_exact_its_answer_is(ask: Ask) -> None:
    people = [{**PERSON, "day": n % 25, "units": 1 + n % 3} for n in range(60)]
    many = {**QUESTION, "stock": 50, "patients": people}
    said = ask("chance", "-", "--json", stdin=json.dumps(many))
    (entry,) = said.document["findings"]
    assert (entry["code"], entry["field"]) == ("chance_file_within", "by_day")
    assert 0 < float(entry["value"]) < 1e-12
    assert "no chance is off by more than" in " ".join(ask("chance", "-", stdin=json.dumps(many)).out.split())
    plenty = ask("chance", "-", stdin=json.dumps({**many, "stock": 479, "delivery": None})).out
    assert "less than 0.001 %" in plenty or "Not even if everybody" in plenty


FAULTS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"stock": None}, [("stock", "")]),
    ({"stock": "many"}, [("stock", "many")]),
    ({"stock": 10_001, "horizon": 367}, [("stock", "10001"), ("horizon", "367")]),
    ({"delivery": []}, [("delivery", "[...]")]),
    ({"delivery": {"day": 3}}, [("delivery.vials", "")]),
    ({"delivery": {"day": -1, "vials": 2}}, [("delivery.day", "-1")]),
    ({"patients": {}}, [("patients", "{...}")]),
    ({"patients": [3]}, [("patients[0]", "3")]),
    ({"patients": [PERSON] * 501}, [("patients", "501")]),
    ({"colour": "red"}, [("colour", "red")]),
    ({"patients": [{**PERSON, "p": "1.01"}]}, [("patients[0].p", "1.01")]),
    ({"patients": [{**PERSON, "p": "0,2"}]}, [("patients[0].p", "0,2")]),
    ({"patients": [{**PERSON, "p": "-0.2"}]}, [("patients[0].p", "-0.2")]),
    ({"patients": [{**PERSON, "p": "２"}]}, [("patients[0].p", "２")]),
    ({"patients": [{**PERSON, "p": 0.23}]}, [("patients[0].p", "0.23")]),
    ({"patients": [{**PERSON, "p": True}]}, [("patients[0].p", "true")]),
    ({"patients": [{**PERSON, "doses": ["0.6", "0.3"]}]}, [("patients[0].doses", "0.9")]),
    ({"patients": [{**PERSON, "doses": []}]}, [("patients[0].doses", "0")]),
    ({"patients": [{**PERSON, "doses": ["0.2"] * 5}]}, [("patients[0].doses", "5")]),
    ({"patients": [{**PERSON, "doses": "1"}]}, [("patients[0].doses", "1")]),
    ({"patients": [{**PERSON, "doses": ["1", None]}]}, [("patients[0].doses[1]", "")]),
    ({"patients": [{**PERSON, "doses": ["x", "y"]}]}, [("patients[0].doses[0]", "x"), ("patients[0].doses[1]", "y")]),
    ({"patients": [{**PERSON, "onset": ["0.5", "0.6"]}]}, [("patients[0].onset", "1.1")]),
    ({"patients": [{**PERSON, "units": 0, "day": -1}]}, [("patients[0].units", "0"), ("patients[0].day", "-1")]),
    ({"patients": [{**PERSON, "gap": None}]}, [("patients[0].gap", "")]),
    ({"patients": [{"p": "0.5"}]}, [(f"patients[0].{key}", "") for key in ("doses", "units", "day", "gap")]),
]


@pytest.mark.parametrize(("wrong", "named"), FAULTS, ids=[str(named[0]) for _, named in FAULTS])
def test_that_each_fault_is_named_with_field_and_value(
    ask: Ask, wrong: dict[str, Any], named: list[tuple[str, str]]
) -> None:
    said = ask("chance", "-", "--json", stdin=json.dumps({**QUESTION, **wrong}))
    assert said.status == 2
    assert [(entry["field"], entry["value"]) for entry in said.document["refused"]] == named
    assert all(len(entry["reason"]) > 10 for entry in said.document["refused"])


def test_that_all_faults_are_told_at_once(ask: Ask) -> None:
    wrong = {"stock": -1, "horizon": "x", "patients": [{**PERSON, "p": "2"}, {**PERSON, "units": "two"}]}
    said = ask("chance", "-", "--json", stdin=json.dumps(wrong))
    fields = [entry["field"] for entry in said.document["refused"]]
    assert fields == ["stock", "horizon", "patients[0].p", "patients[1].units"]
    assert said.err.count(";") == 3


def test_that_a_question_without_an_object_or_file_is_not_understood(ask: Ask) -> None:
    assert ask("chance", "-", "--json", stdin="[]").codes == ["plan_file_not_an_object"]
    assert ask("chance", "-", "--json", stdin="{").codes == ["plan_file_document_not_json"]
    assert ask("chance", "/no/such/file", "--json").status == 2
    assert ask("chance", "--json").document["refused"][0]["field"] == "file"


def test_that_what_would_fill_the_memory_is_refused(ask: Ask) -> None:
    person = {**PERSON, "onset": ["0.01"] * 100, "units": 100, "day": 0, "gap": 90}
    people = [person, {**person, "units": 99}] * 100
    wide = {"stock": 9000, "horizon": 366, "delivery": {"day": 50, "vials": 9000}, "patients": people}
    said = ask("chance", "-", "--json", stdin=json.dumps(wide))
    assert (said.status, said.codes) == (2, ["chance_file_too_large"])
    assert ask("chance", "-", "--json", stdin=json.dumps({**QUESTION, "delivery": None})).status == 0


def test_that_the_schema_of_the_question_refuses_what_the_program_refuses() -> None:
    for wrong in ({"p": 0.5}, {"units": 0}, {"doses": []}, {"colour": 1}):
        with pytest.raises(jsonschema.ValidationError):
            validator("chance.input").validate({**QUESTION, "patients": [{**PERSON, **wrong}]})

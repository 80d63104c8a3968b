"""Every verb ships a schema that says what its answers are, and no more."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import pytest

from crs_desktop.command_line.parser import parser
from crs_desktop.kernel.resources import resource
from tests.command_line.conftest import VERBS, Ask
from tests.command_line.shapes import schema, validator

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("verb", VERBS)
def test_that_a_verb_has_a_schema_that_is_one(verb: str) -> None:
    assert schema(verb)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert verb in schema(verb)["title"]
    validator(verb)


def test_that_the_parser_knows_exactly_these_verbs() -> None:
    usage = parser().format_help()
    assert [verb for verb in VERBS if f"    {verb}" not in usage] == []
    with_schema = {path.stem for path in resource("schemas").glob("*.json")} - {"plan.input", "chance.input"}
    assert with_schema == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_that_a_refusal_fits_and_a_stray_key_does_not(verb: str) -> None:
    entry = {"code": "x", "field": "f", "value": "v", "reason": "r"}
    validator(verb).validate({"refused": [entry]})
    for wrong in ({"refused": []}, {"refused": [{**entry, "more": 1}]}, {"refused": [entry], "stray": 1}, {}):
        with pytest.raises(jsonschema.ValidationError):
            validator(verb).validate(wrong)


def test_that_numbers_with_trailing_zeros_do_not_fit(ask: Ask) -> None:
    document = ask("dose", "--weight-kg", "72.5", "--json").document
    for wrong in ("580.0", "0580", "5e2", ".5", 580):
        with pytest.raises(jsonschema.ValidationError):
            validator("dose").validate({**document, "dose_mg": wrong})


def test_that_the_demo_without_a_screen_answers_by_its_schema(ask: Ask) -> None:
    said = ask("demo", "--seed", "3", "--json")
    assert (said.status, said.document["seed"], said.document["verdict"]) == (0, 3, "short")


def test_that_the_package_takes_the_resources_with_it() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert build["force-include"] == {"resources": "crs_desktop/resources"}
    assert resource("schemas").is_relative_to(ROOT)

"""The schemas of the verbs, read from the shipped resources."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema

from crs_desktop.kernel.resources import resource


def schema(verb: str) -> Any:
    """The schema as it is shipped."""
    return json.loads(resource("schemas", f"{verb}.json").read_text("utf-8"))


@cache
def validator(verb: str) -> jsonschema.Draft202012Validator:
    """The checked validator of a verb."""
    shape = schema(verb)
    jsonschema.Draft202012Validator.check_schema(shape)
    return jsonschema.Draft202012Validator(shape)

"""From a finding to a sentence: templates live in resources/wording/<language>/*.toml, one file a room."""

from __future__ import annotations

import re
import tomllib
from functools import cache

from crs_desktop.kernel.refusal import Finding
from crs_desktop.kernel.resources import resource

_PLAIN = re.compile(r'([A-Za-z0-9_-]+) = "([^"\\\x00-\x1f\x7f]*)"')


@cache
def sentences(language: str = "en") -> dict[str, str]:
    """All templates by code. Raises ValueError when two files define one code."""
    found: dict[str, str] = {}
    for path in sorted(resource("wording", language).glob("*.toml")):
        for code, template in templates(path.read_text("utf-8")):
            if code in found:
                raise ValueError(f"{path.name}: the code {code} is defined twice")
            found[code] = template
    return found


def templates(text: str) -> list[tuple[str, str]]:
    """Code and sentence of each line. The plain lines of our files are read at once: a start waits for this."""
    found = []
    for line in text.splitlines():
        plain = _PLAIN.fullmatch(line)
        if plain is not None:
            found.append((plain[1], plain[2]))
        elif line.strip() and not line.startswith("#"):
            return list(tomllib.loads(text).items())  # escapes, tables, long strings: the whole grammar
    return found


def say(finding: Finding, language: str = "en") -> str:
    """The finding in plain words. Raises KeyError for a code without a sentence: that is our defect."""
    values = {"field": finding.field, "value": finding.value, **dict(finding.values)}
    return sentences(language)[finding.code].format_map(values)

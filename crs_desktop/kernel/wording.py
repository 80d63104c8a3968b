"""From a finding to a sentence: templates live in resources/wording/<language>/*.toml, one file a room."""

from __future__ import annotations

import tomllib
from functools import cache

from crs_desktop.kernel.refusal import Finding
from crs_desktop.kernel.resources import resource


@cache
def sentences(language: str = "en") -> dict[str, str]:
    """All templates by code. Raises ValueError when two files define one code."""
    found: dict[str, str] = {}
    for path in sorted(resource("wording", language).glob("*.toml")):
        for code, template in tomllib.loads(path.read_text("utf-8")).items():
            if code in found:
                raise ValueError(f"{path.name}: the code {code} is defined twice")
            found[code] = template
    return found


def say(finding: Finding, language: str = "en") -> str:
    """The finding in plain words. Raises KeyError for a code without a sentence: that is our defect."""
    values = {"field": finding.field, "value": finding.value, **dict(finding.values)}
    return sentences(language)[finding.code].format_map(values)

"""Reads what a site has set otherwise: [site] and rules before the rest, and afterwards the rules that met no fact."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from crs_desktop.therapies.model.facts import Source
from crs_desktop.therapies.schema.reading import SITE, FileReading, RawSiteRule
from crs_desktop.therapies.schema.values import said

_KEYS = ("path", "reason", "value")
_FIXED = ("label_revision",)  # which label a file is a copy of is nothing that a site decides
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def read_site(reading: FileReading, raw: object) -> str:
    """Notes every rule of the site in the reading; answers the fingerprint of the shipped file ('' when none)."""
    if raw is None:
        return ""
    if not isinstance(raw, dict):
        reading.mistake("therapy_value_kind", "site", raw, expects="a table written [site]")
        return ""
    based_on = raw.get("based_on")
    if based_on is None:
        reading.mistake(
            "therapy_key_missing", "site.based_on", "based_on", expects="the fingerprint of the shipped file"
        )
    elif not isinstance(based_on, str) or not _FINGERPRINT.fullmatch(based_on):
        reading.mistake("therapy_value_kind", "site.based_on", based_on, expects="a fingerprint, 64 signs 0-9 and a-f")
    for key in raw:
        if key not in ("based_on", "rules"):
            reading.mistake("therapy_key_unknown", f"site.{key}", key, allowed="based_on, rules")
    rules = raw.get("rules")
    if rules is None:
        reading.mistake("therapy_key_missing", "site.rules", "rules", expects="tables written [[site.rules]]")
        return ""
    if not isinstance(rules, list) or not rules or not all(isinstance(rule, dict) for rule in rules):
        reading.mistake("therapy_value_kind", "site.rules", said(rules), expects="tables written [[site.rules]]")
        return ""
    for index, rule in enumerate(rules):
        _note_rule(reading, rule, index)
    reading.sources[SITE] = Source(SITE, "Decision of this site", "", "", memory=False)
    return str(based_on)


def _note_rule(reading: FileReading, rule: dict[str, Any], index: int) -> None:
    path, value, reason = rule.get("path"), rule.get("value"), rule.get("reason")
    where = f"site.rules.{path if isinstance(path, str) and path else index + 1}"
    for key in rule:
        if key not in _KEYS:
            reading.mistake("therapy_key_unknown", f"{where}.{key}", key, allowed=", ".join(_KEYS))
    if not isinstance(path, str) or not path:
        reading.mistake("therapy_value_kind", f"{where}.path", said(path), expects="the path of a value")
        return
    if path in _FIXED:
        reading.mistake("therapy_site_structure", f"{where}.path", path, allowed="premedication.dexamethasone.dose")
        return
    if path in reading.site:
        reading.mistake("therapy_key_twice", "site.rules", path)
        return
    if not isinstance(reason, str) or not reason.strip():
        reading.mistake("therapy_site_reason_missing", f"{where}.reason", path)
    if value is None:
        reading.mistake("therapy_key_missing", f"{where}.value", "value", expects="the value of this site")
        return
    reading.site[path] = RawSiteRule(path, value, str(reason))


def check_site(reading: FileReading) -> None:
    """Names every rule whose path is no fact of this file. Call when all else has been read."""
    unmet = [rule.path for rule in reading.site.values() if not rule.used]
    if not unmet:
        return
    facts = [fact.path for fact in reading.facts_in_order()]
    structure = {path for _, (path, _) in reading.structure}
    for path in unmet:
        row = f"{path.rpartition('.')[0]}."
        near = [fact for fact in facts if fact.startswith(row)] or get_close_matches(path, facts, 3, 0)
        where, allowed = f"site.rules.{path}.path", ", ".join(near) or "-"
        if path in structure:
            reading.mistake("therapy_site_structure", where, path, allowed=allowed)
        else:
            reading.mistake("therapy_site_path_unknown", where, path, allowed=allowed)

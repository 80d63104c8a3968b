"""`therapies` and `adopt` in words: what is in the library, what is unverified, what was signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crs_desktop.command_line.text.dose import reasons
from crs_desktop.command_line.text.layout import pairs, table, term, wrapped
from crs_desktop.kernel.amounts import grouped

Entry = Mapping[str, Any]
_COLUMNS = ("id", "brand", "label", "facts", "unverified", "unknown", "regimens")
_MOST = 25


def list_text(document: Entry) -> str:
    """One line a protocol, class by class."""
    lines: list[str] = []
    for kind in dict.fromkeys(one["kind"] for one in document["therapies"]):
        rows = [_row(one) for one in document["therapies"] if one["kind"] == kind]
        head = [term(f"cl_library_head_{name}") for name in _COLUMNS]
        lines += ["", term(f"cl_library_class_{kind}"), *table(head, rows, right=(3, 4, 5), most=_MOST)]
    return "\n".join(lines[1:])


def _row(one: Entry) -> list[str]:
    counts = [grouped(one[name]) for name in ("facts", "unverified", "unknown")]
    revision = one["label_revision"] or term("cl_terminal_not_known")
    return [one["id"], one["brand"], f"{one['jurisdiction']} {revision}", *counts, str(len(one["regimens"]))]


def show_text(document: Entry) -> str:
    """Every fact with source, date read and how sure; unverified first."""
    counts = {name: document[name] for name in ("unverified", "unknown")}
    regimens = "; ".join(f"{one['id']}: {one['title']}" for one in document["regimens"])
    earlier = "; ".join(f"{one['label_revision']} ({one['fingerprint'][:12]})" for one in document["earlier"])
    foreign = term("cl_library_foreign", document["foreign"]) if document["foreign"] else ""
    rows = [
        (term("cl_schedule_label"), term("cl_schedule_label_revision", jurisdiction=document["jurisdiction"],
                                      revision=document["label_revision"] or term("cl_terminal_not_known"))),
        (term("cl_library_label_earlier"), earlier),
        (term("cl_library_label_swap"), ", ".join(document["never_swap"])),
        (term("cl_library_label_regimens"), regimens),
        (term("cl_library_label_facts"), term("cl_library_counts", facts=len(document["facts"]), **counts)),
        ("", foreign),
        (term("cl_library_label_fingerprint"), document["fingerprint"]),
    ]  # fmt: skip
    lines = [f"{document['name']} ({document['brand']})", *pairs(rows), "", *facts_lines(document["facts"])]
    if document["unknowns"]:
        lines += ["", term("cl_library_gaps"), *pairs([("-", one["text"]) for one in document["unknowns"]])]
    sources = [(one["id"], _source(one)) for one in document["sources"]]
    return "\n".join([*lines, "", term("cl_library_sources"), *pairs(sources)])


def _source(one: Entry) -> str:
    memory = term("cl_library_from_memory") if one["memory"] else ""
    return "; ".join(part for part in (one["title"], one["url"], memory) if part)


def facts_lines(facts: Sequence[Entry]) -> list[str]:
    """A fact on a line; its note below it."""
    lines = []
    for fact in facts:
        value = term("cl_terminal_not_known") if fact["unknown"] else fact_value(fact)
        sure = ", ".join(part for part in (fact["confidence"], fact["read"], *fact["source"]) if part)
        mark = f"{term('cl_terminal_unverified')} " if fact["unverified"] else ""
        mark += f"{term('cl_terminal_foreign', fact['jurisdiction'])} " if fact["jurisdiction"] else ""
        lines += wrapped(f"{mark}{fact['path']} = {value} [{sure}]", 2, hang=2)
        lines += wrapped(fact["note"] or "", 6)
    return lines


def fact_value(fact: Entry) -> str:
    """The value with its unit, as people read it."""
    value = fact["value"]
    if isinstance(value, bool):
        return term("cl_terminal_yes") if value else term("cl_terminal_no")
    said = ", ".join(value) if isinstance(value, list | tuple) else str(value)
    return said if fact["unit"] in ("", "text", "yes or no", "date") else f"{said} {fact['unit']}"


def check_text(document: Entry) -> str:
    """Good, or every mistake."""
    if not document["findings"]:
        return term("cl_library_check_good", number=len(document["files"]))
    lines = [term("cl_library_check_bad", number=len(document["findings"]), folder=document["folder"])]
    return "\n".join([*lines, *reasons(document["findings"])])


def diff_text(document: Entry) -> str:
    """Each comparison: what was added, removed and changed, then what the values rest on."""
    name = f"{document['name']} ({document['brand']})"
    if not document["comparisons"]:
        return term("cl_library_no_earlier", name)
    lines: list[str] = []
    for one in document["comparisons"]:
        lines += ["", *wrapped(term("cl_library_diff", name, after=_revision(document["after"]),
                                    before=_revision(one["before"]), number=len(one["differences"])))]  # fmt: skip
        for kind in dict.fromkeys(entry["kind"] for entry in one["differences"]):
            alike = [entry for entry in one["differences"] if entry["kind"] == kind]
            lines += ["", term(f"cl_library_diff_{kind}", grouped(len(alike)))]
            for entry in alike:
                lines += wrapped(_difference(entry), 2, hang=2)
    return "\n".join(lines[1:])


def _revision(version: Entry) -> str:
    return f"{version['label_revision'] or term('cl_terminal_not_known')} ({version['fingerprint'][:12]})"


def _difference(entry: Entry) -> str:
    """'path: before -> after', a doubtful side marked."""
    before, after = (_side(entry, side) for side in ("before", "after"))
    if entry["kind"] == "added":
        return f"{entry['path']} = {after}"
    if entry["kind"] == "removed":
        return f"{entry['path']} = {before}"
    return f"{entry['path']}: {before} -> {after}"


def _side(entry: Entry, side: str) -> str:
    said = entry[side] or term("cl_terminal_not_known")
    return f"{said} ({term('cl_terminal_unverified')})" if entry[f"{side}_unverified"] and entry[side] else said


def cases_text(document: Entry) -> str:
    """Each case with a sign; below a wrong one what was answered instead."""
    wrong = [one for one in document["cases"] if one["findings"]]
    code = "cl_library_cases_bad" if wrong else "cl_library_cases_good"
    lines = [term(code, number=grouped(len(document["cases"])), wrong=grouped(len(wrong)))]
    for one in document["cases"]:
        lines += wrapped(f"{'x' if one['findings'] else '+'} {one['name']}", 2, hang=2)
        for finding in one["findings"]:
            lines += wrapped(finding["reason"], 6)
    return "\n".join(lines)


def adopted_text(document: Entry) -> str:
    """What was signed; or what is missing, and the facts to read."""
    if "refused" in document:
        lines = [term("cl_adopt_not_yet"), *reasons(document["refused"]), *wrapped(term("cl_adopt_hint"), 2), ""]
        return "\n".join([*lines, term("cl_adopt_facts_to_read"), *facts_lines(document["facts"])])
    done = term("cl_adopt_done", therapy=document["adopted"], pharmacist=document["pharmacist"], at=document["at"])
    lines = [done, *wrapped(term("cl_adopt_checked", number=len(document["checked"])), 2)]
    for rule in document["site_rules"]:
        shipped = rule["shipped"] or term("cl_terminal_not_known")
        said = term("cl_adopt_own", path=rule["path"], new=rule["value"], shipped=shipped, reason=rule["reason"])
        lines += wrapped(said, 2, hang=2)
    return "\n".join(lines)

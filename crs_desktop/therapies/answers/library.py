"""The verb `therapies`: the library as a list, one protocol with every fact, versions compared, files checked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.answers import Answer, ExitStatus, finding_entry
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.kernel.resources import resource
from crs_desktop.therapies.cases import CaseAnswer, case_by_case, check_library, run_cases_beside
from crs_desktop.therapies.catalogue import CASES_ENDING, VERSION_SIGN, Catalogue, protocol_files
from crs_desktop.therapies.model.doses import KINDS
from crs_desktop.therapies.model.facts import Fact, Value
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.differences import Difference, differences
from crs_desktop.therapies.schema.parse import parse_protocol

_LEAST_FINGERPRINT, _SHOWN_FINGERPRINT = 8, 12


def list_answer(catalogue: Catalogue, kind: str | None = None) -> Answer:
    """The answer of `therapies list`, of one class alone where it is named. Raises NotUnderstood for no class."""
    if kind is not None and kind not in KINDS:
        raise NotUnderstood(no("therapy_class_unknown", "class", kind, allowed=", ".join(KINDS)))
    listed = [protocol for protocol in catalogue.protocols if kind in (None, protocol.kind)]
    return Answer(
        {"therapies": [entry(catalogue, protocol) for protocol in listed], "fingerprint": catalogue.fingerprint},
        ExitStatus.YES,
    )


def show_answer(catalogue: Catalogue, therapy: str, label: str | None = None) -> Answer:
    """The answer of `therapies show ID`: every fact, unverified ones first; of an earlier version where it is named.

    Raises NotUnderstood for an unknown id or version.
    """
    protocol = _known(catalogue, therapy)
    if label is not None:
        protocol = _version(catalogue, therapy, label, "version")
    sources: list[Json] = [
        {"id": source.id, "title": source.title, "url": source.url or None, "note": source.note or None,
         "memory": source.memory}
        for source in protocol.sources
    ]  # fmt: skip
    return Answer(
        {
            **entry(catalogue, protocol),
            "facts": [fact_entry(fact) for fact in protocol.facts_unverified_first()],
            "unknowns": [{"id": gap.id, "text": gap.text, "about": list(gap.about)} for gap in protocol.unknowns],
            "sources": sources,
        },
        ExitStatus.YES,
    )


def diff_answer(catalogue: Catalogue, therapy: str, against: str | None = None) -> Answer:
    """The answer of `therapies diff ID`: what the current file says otherwise than each earlier label, or one version.

    Raises NotUnderstood for an unknown id or version.
    """
    current = _known(catalogue, therapy)
    befores = catalogue.earlier(therapy) if against is None else (_version(catalogue, therapy, against, "against"),)
    comparisons: list[Json] = [
        {
            "before": _version_entry(before),
            "differences": [_difference_entry(one) for one in differences(before, current)],
        }
        for before in befores
    ]
    document: dict[str, Json] = {
        "id": current.id,
        "name": current.name,
        "brand": current.brand,
        "after": _version_entry(current),
        "comparisons": comparisons,
    }
    return Answer(document, ExitStatus.YES)


def _difference_entry(one: Difference) -> Json:
    return {
        "path": one.path,
        "kind": one.kind,
        "before": one.before_text or None,
        "after": one.after_text or None,
        "before_unverified": one.before is not None and one.before.unverified,
        "after_unverified": one.after is not None and one.after.unverified,
    }


def _known(catalogue: Catalogue, therapy: str) -> Protocol:
    if therapy not in catalogue.ids():
        raise NotUnderstood(no("therapy_not_in_library", "therapy", therapy, allowed=", ".join(catalogue.ids())))
    return catalogue.protocol(therapy)


def _version(catalogue: Catalogue, therapy: str, label: str, field: str) -> Protocol:
    """The version whose label revision this is, or whose fingerprint begins so."""
    known = (catalogue.protocol(therapy), *catalogue.earlier(therapy))
    named = label.strip()
    found = [
        protocol
        for protocol in known
        if named == protocol.label_revision
        or (len(named) >= _LEAST_FINGERPRINT and protocol.fingerprint.startswith(named))
    ]
    if len(found) != 1:
        allowed = ", ".join(f"{one.label_revision or '-'} ({one.fingerprint[:_SHOWN_FINGERPRINT]})" for one in known)
        raise NotUnderstood(no("therapy_version_unknown", field, label, therapy=therapy, allowed=allowed))
    return found[0]


def _version_entry(protocol: Protocol) -> Json:
    return {"label_revision": protocol.label_revision, "fingerprint": protocol.fingerprint}


def check_answer(folder: Path) -> Answer:
    """The answer of `therapies check DIR`: every mistake of every file and every case answered otherwise."""
    if not folder.is_dir():
        raise NotUnderstood(no("therapy_folder_missing", "folder", folder))
    findings = check_library(folder)
    document: dict[str, Json] = {
        "folder": str(folder),
        "files": [path.name for path in protocol_files(folder)],
        "findings": [_mistake_entry(finding) for finding in findings],
    }
    return Answer(document, ExitStatus.NO if findings else ExitStatus.YES)


def _mistake_entry(finding: Finding) -> Json:
    """A finding with the file it is about and what is allowed there, where it says so."""
    places = {"file": finding.get("file") or None, "allowed": finding.get("allowed") or None}
    return {**finding_entry(finding), **places}


def cases_answer(catalogue: Catalogue, which: str) -> Answer:
    """The answer of `therapies cases ID|DIR`: every case of a product, or of the files of a folder, and its outcome.

    Raises NotUnderstood for what is neither.
    """
    folder = resource("therapies") if which in catalogue.ids() else Path(which)
    if not folder.is_dir():
        raise NotUnderstood(no("therapy_cases_which", "cases", which, allowed=", ".join(catalogue.ids())))
    one = which in catalogue.ids()
    files = [path for path in protocol_files(folder) if not one or path.stem.partition(VERSION_SIGN)[0] == which]
    cases = [_case_entry(path.name, answer) for path in files for answer in _cases_of(path)]
    wrong = any(entry["findings"] for entry in cases)
    return Answer({"cases": list(cases)}, ExitStatus.NO if wrong else ExitStatus.YES)


def _cases_of(path: Path) -> tuple[CaseAnswer, ...]:
    """The cases beside one protocol file; a file that cannot be read, or has none, is one answer with the reasons."""
    protocol = parse_protocol(path.read_bytes(), path.name)
    if not isinstance(protocol, Protocol):
        return (CaseAnswer("file", path.name, protocol),)
    beside = path.with_name(path.stem + CASES_ENDING)
    if not beside.is_file():
        return (CaseAnswer("file", beside.name, run_cases_beside(path, protocol)),)
    return case_by_case(protocol, beside.read_bytes(), beside.name)


def _case_entry(file: str, answer: CaseAnswer) -> dict[str, Json]:
    return {
        "file": file,
        "kind": answer.kind,
        "name": answer.name,
        "findings": [_mistake_entry(finding) for finding in answer.findings],
    }


def entry(catalogue: Catalogue, protocol: Protocol) -> dict[str, Json]:
    """A protocol in one line of the list."""
    facts = protocol.facts()
    return {
        "id": protocol.id,
        "name": protocol.name,
        "brand": protocol.brand,
        "kind": protocol.kind,
        "jurisdiction": protocol.jurisdiction,
        "label_revision": protocol.label_revision,
        "fingerprint": protocol.fingerprint,
        "never_swap": list(protocol.never_swap),
        "earlier": [_version_entry(older) for older in catalogue.earlier(protocol.id)],
        "regimens": [{"id": regimen.id, "title": regimen.title} for regimen in protocol.regimens],
        "facts": len(facts),
        "unverified": sum(fact.unverified and not fact.unknown for fact in facts),
        "foreign": sum(fact.foreign for fact in facts),
        "unknown": sum(fact.unknown for fact in facts),
    }


def fact_entry(fact: Fact) -> dict[str, Json]:
    """One fact with where it was read, when, and how sure that is."""
    return {
        "path": fact.path,
        "value": _json(fact.value),
        "unit": fact.unit,
        "source": list(fact.sources),
        "read": fact.read.isoformat() if fact.read != date.min else None,
        "confidence": fact.confidence or None,
        "valid_from": fact.valid_from or None,
        "valid_to": fact.valid_to or None,
        "note": fact.note or None,
        "jurisdiction": fact.jurisdiction or None,
        "unknown": fact.unknown,
        "unverified": fact.unverified,
    }


def _json(value: Value) -> Json:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, tuple):
        return [_json(item) for item in value]
    return value if isinstance(value, str | bool) or value is None else str(value)

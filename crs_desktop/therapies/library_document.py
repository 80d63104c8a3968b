"""The verb `therapies`: the library as a list, one protocol with every fact, and the check of a folder of files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.answers import Answer, ExitStatus, finding_entries
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import no
from crs_desktop.therapies.cases import check_library
from crs_desktop.therapies.catalogue import Catalogue, protocol_files
from crs_desktop.therapies.model.facts import Fact, Value
from crs_desktop.therapies.model.protocol import Protocol


def list_answer(catalogue: Catalogue) -> Answer:
    """The answer of `therapies list`."""
    return Answer(
        {"therapies": [entry(protocol) for protocol in catalogue.protocols], "fingerprint": catalogue.fingerprint},
        ExitStatus.YES,
    )


def show_answer(catalogue: Catalogue, therapy: str) -> Answer:
    """The answer of `therapies show ID`: every fact, unverified ones first. Raises NotUnderstood for an unknown id."""
    if therapy not in catalogue.ids():
        raise NotUnderstood(no("therapy_not_in_library", "therapy", therapy, allowed=", ".join(catalogue.ids())))
    protocol = catalogue.protocol(therapy)
    sources: list[Json] = [
        {"id": source.id, "title": source.title, "url": source.url or None, "note": source.note or None,
         "memory": source.memory}
        for source in protocol.sources
    ]  # fmt: skip
    return Answer(
        {
            **entry(protocol),
            "facts": [fact_entry(fact) for fact in protocol.facts_unverified_first()],
            "unknowns": [{"id": gap.id, "text": gap.text, "about": list(gap.about)} for gap in protocol.unknowns],
            "sources": sources,
        },
        ExitStatus.YES,
    )


def check_answer(folder: Path) -> Answer:
    """The answer of `therapies check DIR`: every mistake of every file and every case answered otherwise."""
    if not folder.is_dir():
        raise NotUnderstood(no("therapy_folder_missing", "folder", folder))
    findings = check_library(folder)
    document: dict[str, Json] = {
        "folder": str(folder),
        "files": [path.name for path in protocol_files(folder)],
        "findings": finding_entries(findings),
    }
    return Answer(document, ExitStatus.NO if findings else ExitStatus.YES)


def entry(protocol: Protocol) -> dict[str, Json]:
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
        "regimens": [{"id": regimen.id, "title": regimen.title} for regimen in protocol.regimens],
        "facts": len(facts),
        "unverified": sum(fact.unverified and not fact.unknown for fact in facts),
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
        "unknown": fact.unknown,
        "unverified": fact.unverified,
    }


def _json(value: Value) -> Json:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, tuple):
        return [_json(item) for item in value]
    return value if isinstance(value, str | bool) or value is None else str(value)

"""From the bytes of a protocol file to a Protocol, or to all its mistakes. One door for shipped and pinned texts."""

from __future__ import annotations

import hashlib
import tomllib
from decimal import Decimal
from functools import lru_cache

from crs_desktop.kernel.refusal import Finding
from crs_desktop.therapies.model.doses import KINDS
from crs_desktop.therapies.model.facts import Source
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.schema import care, regimens
from crs_desktop.therapies.schema.reading import FileReading, Table

FORMAT = 1


@lru_cache(maxsize=256)  # the shipped text and a patient's pinned one are mostly the same
def parse_protocol(content: bytes, name: str) -> Protocol | tuple[Finding, ...]:
    """The protocol in these bytes, or every mistake in them. `name` is what findings call the file."""
    reading = FileReading(name)
    try:
        parsed = tomllib.loads(content.decode("utf-8"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        reading.mistake("therapy_file_broken", "", "", reason=f"byte {error.start} is not UTF-8")
        return tuple(reading.findings)
    except tomllib.TOMLDecodeError as error:
        reading.mistake("therapy_file_broken", "", "", reason=str(error))
        return tuple(reading.findings)
    _read_sources(reading, parsed.get("sources"))
    top = Table(reading, "", parsed, ())
    protocol = _protocol(top, content)
    return tuple(reading.findings) if reading.findings or protocol is None else protocol


def _read_sources(reading: FileReading, raw: object) -> None:
    if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
        return
    for index, item in enumerate(raw):
        table = Table(reading, f"sources.{item.get('id', index + 1)}", item, (index,))
        source_id = table.identity()
        title, url = table.word("title", required=True), table.word("url")
        memory = table.switch("memory")
        table.close()
        if not url and not memory and "note" not in item:
            table.mistake("therapy_source_without_place", "url", source_id)
        if source_id in reading.sources:
            reading.mistake("therapy_key_twice", "sources", source_id)
        reading.sources[source_id] = Source(source_id, title, url, str(item.get("note", "")), memory)


def _protocol(top: Table, content: bytes) -> Protocol | None:
    top.allow("sources")
    if top.content.get("format") != FORMAT:
        top.mistake("therapy_format_unknown", "format", top.content.get("format", ""), allowed=FORMAT)
    top.allow("format")
    if top.origin.read is None and "read" not in top.content:
        top.mistake("therapy_key_missing", "read", "read")
    if not top.reading.sources:
        top.mistake("therapy_key_missing", "sources", "sources")
    protocol_id, name = top.identity(), top.word("name", required=True)
    brand, suffix = top.word("brand", required=True), top.word("suffix")
    kind = top.word("kind", required=True, allowed=KINDS)
    jurisdiction = top.word("jurisdiction", required=True, allowed=("US", "EU"))
    label_revision = top.text("label_revision", required=True)
    found = regimens.read_regimens(top)
    protocol = Protocol(
        protocol_id,
        name,
        brand,
        suffix,
        kind,
        jurisdiction,
        label_revision,
        hashlib.sha256(content).hexdigest(),
        content,
        sources=tuple(top.reading.sources.values()),
        regimens=found,
        bands=regimens.read_bands(top, found),
        lead_in=care.read_lead_in(top, found),
        premedication=care.read_premedication(top, found),
        observation=care.read_observation(top, found),
        durations=care.read_durations(top, found),
        restart=care.read_restart(top, found),
        bag_changes=care.read_bags(top),
        lines=care.read_lines(top, found),
        risk=care.read_risk(top, found),
        unknowns=care.read_unknowns(top),
        all_facts=top.reading.facts_in_order(),
    )
    top.close()
    return protocol

"""From the bytes of a protocol file to a Protocol, or to all its mistakes. One door for shipped and pinned texts."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from crs_desktop.kernel.refusal import Finding
from crs_desktop.therapies.model.doses import KINDS
from crs_desktop.therapies.model.facts import Source
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.schema import values
from crs_desktop.therapies.schema.lead_in import read_lead_in
from crs_desktop.therapies.schema.premedication import read_premedication
from crs_desktop.therapies.schema.reading import SITE, FileReading
from crs_desktop.therapies.schema.regimens import DoseKeys, read_bands, read_regimens
from crs_desktop.therapies.schema.restart import read_restart
from crs_desktop.therapies.schema.risk import read_risk
from crs_desktop.therapies.schema.sentences import read_lines, read_unknowns
from crs_desktop.therapies.schema.site import check_site, read_site
from crs_desktop.therapies.schema.table import Table
from crs_desktop.therapies.schema.toml_text import read_toml
from crs_desktop.therapies.schema.watch import (
    read_bags,
    read_durations,
    read_infusion_times,
    read_observation,
    read_tocilizumab,
)

FORMAT = 1


@lru_cache(maxsize=256)  # the shipped text and a patient's pinned one are mostly the same
def parse_protocol(content: bytes, name: str) -> Protocol | tuple[Finding, ...]:
    """The protocol in these bytes, or every mistake in them. `name` is what findings call the file."""
    reading = FileReading(name)
    parsed = read_toml(content, name)
    if isinstance(parsed, tuple):
        return parsed
    jurisdiction = parsed.get("jurisdiction")
    reading.jurisdiction = jurisdiction if isinstance(jurisdiction, str) else ""
    _read_sources(reading, parsed.get("sources"))
    based_on = read_site(reading, parsed.get("site"))
    protocol = _protocol(Table(reading, "", parsed, ()), content, based_on)
    check_site(reading)
    return tuple(reading.findings) if reading.findings else protocol


def _read_sources(reading: FileReading, raw: object) -> None:
    if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
        return
    for index, item in enumerate(raw):
        table = Table(reading, f"sources.{values.named(item, 'id', index)}", item, (-1, index))
        source_id = table.identity()
        title, url = table.word("title", required=True), table.word("url")
        memory = table.switch("memory")
        table.close()
        if not url and not memory and "note" not in item:
            table.mistake("therapy_source_without_place", "url", source_id)
        if source_id in reading.sources:
            reading.mistake("therapy_key_twice", "sources", source_id)
        if source_id == SITE:
            reading.mistake("therapy_source_reserved", "sources", source_id)
        reading.sources[source_id] = Source(source_id, title, url, str(item.get("note", "")), memory)


def _check_top(top: Table) -> None:
    top.allow("sources", "site", "format")
    if top.content.get("format") != FORMAT:
        top.mistake("therapy_format_unknown", "format", top.content.get("format", ""), allowed=FORMAT)
    if top.origin.read is None and "read" not in top.content:
        top.missing("read", "the date on which you read the label, such as 2026-11-22")
    if not top.reading.sources:
        top.missing("sources", "tables written [[sources]]")


def _never_swap(top: Table, own_id: str) -> tuple[str, ...]:
    named = top.words("never_swap")
    for name in named:
        if name == own_id or named.count(name) > 1:
            top.mistake("therapy_swap_twice", "never_swap", name)
    return named


def _protocol(top: Table, content: bytes, based_on: str) -> Protocol:
    _check_top(top)
    protocol_id, name = top.identity(), top.word("name", required=True)
    brand, suffix = top.word("brand", required=True), top.word("suffix")
    kind = top.word("kind", required=True, allowed=KINDS)
    jurisdiction = top.word("jurisdiction", required=True, allowed=("US", "EU"))
    never_swap = _never_swap(top, protocol_id)
    label_revision = top.text("label_revision", required=True)
    found = read_regimens(top)
    keys = DoseKeys(found)
    restart = read_restart(top, found, keys)  # its ladders give doses that the rows below may name
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
        bands=read_bands(top, found),
        lead_in=read_lead_in(top, found),
        premedication=read_premedication(top, found, keys),
        observation=read_observation(top, found, keys),
        durations=read_durations(top, found, keys),
        restart=restart,
        bag_changes=read_bags(top),
        lines=read_lines(top, found),
        risk=read_risk(top, found),
        unknowns=read_unknowns(top),
        infusion_times=read_infusion_times(top, found, keys),
        tocilizumab=read_tocilizumab(top, found, keys),
        all_facts=top.reading.facts_in_order(),
        never_swap=never_swap,
        based_on=based_on,
        site=tuple(top.reading.site_rules),
        structure=top.reading.structure_in_order(),
    )
    top.close()
    return protocol

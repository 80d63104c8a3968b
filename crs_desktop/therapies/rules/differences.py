"""What differs between two versions of a protocol, fact by fact, so that a person can judge it before it is adopted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from crs_desktop.therapies.model.facts import Fact, Source
from crs_desktop.therapies.model.protocol import Protocol

ADDED, REMOVED, CHANGED, SOURCE, STRUCTURE = "added", "removed", "changed", "source", "structure"
KINDS = (ADDED, REMOVED, CHANGED, SOURCE, STRUCTURE)
SOURCES = "sources"
# Under this name the reader keeps the decisions of a site: no document that came or went.
_SITE = "SITE"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in which two versions differ.

    `added`, `removed` and `changed` are about a value or its unit, or a source as a whole (paths below `sources`);
    `source` is a value that stayed while where it was read, when, or how sure it is changed: the texts then say only
    those parts. `structure` is what the file says besides facts. A text is '' where there is nothing or it is unknown.
    """

    path: str
    kind: str
    before: Fact | None
    after: Fact | None
    before_text: str
    after_text: str


def differences(before: Protocol, after: Protocol) -> tuple[Difference, ...]:
    """Every difference: facts in the order of the files, then structure, then sources."""
    return (*_of_facts(before, after), *_of_structure(before, after), *_of_sources(before, after))


def same_value(before: Fact | None, after: Fact | None) -> bool:
    """Both are there and say the same in the same unit, wherever it was read."""
    return before is not None and after is not None and (before.value, before.unit) == (after.value, after.unit)


def unchanged(before: Fact | None, after: Fact | None) -> bool:
    """Value, unit and all that is said of where it was read are the same."""
    return before is not None and before == after


def _of_facts(before: Protocol, after: Protocol) -> list[Difference]:
    old, new = ({fact.path: fact for fact in protocol.facts()} for protocol in (before, after))
    found = []
    for path in merged(tuple(old), tuple(new)):
        one, two = old.get(path), new.get(path)
        if unchanged(one, two):
            continue
        if same_value(one, two):
            texts = _origins(one, two)
            found.append(Difference(path, SOURCE, one, two, *texts))
        else:
            kind = ADDED if one is None else REMOVED if two is None else CHANGED
            found.append(Difference(path, kind, one, two, _text(one), _text(two)))
    return found


def _of_structure(before: Protocol, after: Protocol) -> list[Difference]:
    old, new = ({path: text for path, text in one.structure if not _of_source(path)} for one in (before, after))
    return [
        Difference(path, STRUCTURE, None, None, old.get(path, ""), new.get(path, ""))
        for path in merged(tuple(old), tuple(new))
        if old.get(path) != new.get(path)
    ]


def _of_source(path: str) -> bool:
    """What a file says of its sources is compared source by source."""
    return path.startswith(f"{SOURCES}.")


def _of_sources(before: Protocol, after: Protocol) -> list[Difference]:
    old, new = (
        {source.id: source for source in protocol.sources if source.id != _SITE} for protocol in (before, after)
    )
    found = []
    for name in merged(tuple(old), tuple(new)):
        one, two = old.get(name), new.get(name)
        if one != two:
            kind = ADDED if one is None else REMOVED if two is None else CHANGED
            found.append(Difference(f"{SOURCES}.{name}", kind, None, None, _source_text(one), _source_text(two)))
    return found


def merged(before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    """The paths of both in one order: those of `after`, and what is gone behind what it stood behind."""
    kept = set(after)
    gone: dict[str, list[str]] = {"": []}
    last = ""
    for path in before:
        if path in kept:
            last = path
        else:
            gone.setdefault(last, []).append(path)
    return _woven(after, gone)


def _woven(after: Sequence[str], gone: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    woven = [*gone[""]]
    for path in after:
        woven += [path, *gone.get(path, ())]
    return tuple(woven)


def _text(fact: Fact | None) -> str:
    return "" if fact is None else fact.text


def _source_text(source: Source | None) -> str:
    return "" if source is None else "; ".join(filter(None, (source.title, source.url, source.note)))


_ORIGIN = tuple(field.name for field in fields(Fact) if field.name not in ("path", "value", "unit"))


def _origins(before: Fact | None, after: Fact | None) -> tuple[str, str]:
    """What each says of where it was read, only in what they differ."""
    parts = [(_said(getattr(before, name)), _said(getattr(after, name))) for name in _ORIGIN]
    differing = [pair for pair in parts if pair[0] != pair[1]]
    return "; ".join(one for one, _ in differing if one), "; ".join(two for _, two in differing if two)


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return "" if isinstance(value, bool) else str(value)

"""The library of protocols: one folder of files, loaded whole or refused whole, with a fingerprint over all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import fingerprint
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.kernel.resources import resource
from crs_desktop.therapies.adoption import label_date
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.schema.parse import parse_protocol

CASES_ENDING = ".cases.toml"
VERSION_SIGN = "@"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Protocols by id, in code-point order; `older` are earlier versions of them, the newest of each first."""

    protocols: tuple[Protocol, ...]
    older: tuple[Protocol, ...] = ()

    def ids(self) -> tuple[str, ...]:
        """Every product id."""
        return tuple(protocol.id for protocol in self.protocols)

    def protocol(self, protocol_id: str) -> Protocol:
        """The protocol of this id. Raises KeyError when the library has none: ask `ids` first."""
        for protocol in self.protocols:
            if protocol.id == protocol_id:
                return protocol
        raise KeyError(protocol_id)

    def earlier(self, protocol_id: str) -> tuple[Protocol, ...]:
        """The earlier versions of a product, the newest label first."""
        return tuple(protocol for protocol in self.older if protocol.id == protocol_id)

    def version(self, of_fingerprint: str) -> Protocol | None:
        """The current or earlier protocol with this fingerprint."""
        everything = (*self.protocols, *self.older)
        return next((protocol for protocol in everything if protocol.fingerprint == of_fingerprint), None)

    @property
    def fingerprint(self) -> str:
        """Changes when any protocol file changes."""
        said = {protocol.id: protocol.fingerprint for protocol in self.protocols}
        older = {f"{protocol.id}{VERSION_SIGN}{protocol.fingerprint}": protocol.fingerprint for protocol in self.older}
        return fingerprint(said | older)


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """All protocols of the folder (default: the shipped ones). Raises NotUnderstood with the findings of every file."""
    files = _read(folder if folder is not None else resource("therapies"))
    if files.findings:
        raise NotUnderstood(*files.findings)
    current = tuple(files.current[name] for name in sorted(files.current))
    older = [protocol for _, protocol in sorted(files.older.items())]
    older.sort(key=lambda protocol: label_date(protocol.label_revision), reverse=True)
    older.sort(key=lambda protocol: protocol.id)
    return Catalogue(current, tuple(older))


def check_folder(folder: Path) -> tuple[Finding, ...]:
    """Every mistake of every protocol file in the folder; none means the folder can be loaded."""
    return tuple(_read(folder).findings)


def protocol_files(folder: Path) -> tuple[Path, ...]:
    """The protocol files of a folder, earlier versions too, cases left out."""
    return tuple(sorted(path for path in folder.glob("*.toml") if not path.name.endswith(CASES_ENDING)))


@dataclass(slots=True)
class _Files:
    """What a folder gave: current protocols by id, earlier ones by file name, and every mistake."""

    names: set[str] = field(default_factory=set)
    current: dict[str, Protocol] = field(default_factory=dict)
    older: dict[str, Protocol] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def swapped_by(self, name: str, asking: str) -> tuple[str, ...]:
        """What the current file of this name must not be given for; a file that cannot be read is not blamed."""
        return self.current[name].never_swap if name in self.current else (asking,)


def _read(folder: Path) -> _Files:
    files = _Files()
    if not folder.is_dir():
        files.findings.append(no("therapy_folder_missing", "folder", folder))
        return files
    for path in protocol_files(folder):
        files.names.add(path.stem)
        _read_file(path, files)
    if not files.names:
        files.findings.append(no("therapy_folder_empty", "folder", folder))
    files.findings.extend(_version_mistakes(files))
    files.findings.extend(_swap_mistakes(files))
    return files


def _read_file(path: Path, files: _Files) -> None:
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        files.findings.append(no("therapy_file_unreadable", "", "", file=path.name, reason=reason))
        return
    parsed = parse_protocol(content, path.name)
    name, sign, _ = path.stem.partition(VERSION_SIGN)
    if isinstance(parsed, tuple):
        files.findings.extend(parsed)
    elif parsed.id != name:
        files.findings.append(no("therapy_id_not_file", "id", parsed.id, file=path.name, allowed=name))
    elif sign:
        files.older[path.name] = parsed
    else:
        files.current[name] = parsed


def _version_mistakes(files: _Files) -> Iterator[Finding]:
    """An earlier version stands beside a current one, differs from every other, and is not of a later label."""
    seen = {protocol.fingerprint: f"{name}.toml" for name, protocol in files.current.items()}
    for name, protocol in sorted(files.older.items()):
        if protocol.fingerprint in seen:
            other = seen[protocol.fingerprint]
            yield no("therapy_version_same", "id", protocol.id, file=name, other=other)
        seen.setdefault(protocol.fingerprint, name)
        if protocol.id not in files.names:
            yield no("therapy_version_alone", "id", protocol.id, file=name, allowed=f"{protocol.id}.toml")
        current = files.current.get(protocol.id)
        if current and label_date(protocol.label_revision) > label_date(current.label_revision):
            said = (protocol.label_revision, current.label_revision)
            yield no("therapy_version_newer", "label_revision", said[0], file=name, other=said[1])


def _swap_mistakes(files: _Files) -> Iterator[Finding]:
    """A product that must not be given for another: both stand in the folder, and each names the other."""
    everything = {f"{name}.toml": protocol for name, protocol in files.current.items()} | files.older
    ids = {name.partition(VERSION_SIGN)[0] for name in files.names}
    for name, protocol in sorted(everything.items()):
        for other in protocol.never_swap:
            if other not in ids:
                allowed = ", ".join(sorted(ids - {protocol.id})) or "-"
                yield no("therapy_swap_unknown", "never_swap", other, file=name, allowed=allowed)
            elif name not in files.older and protocol.id not in files.swapped_by(other, protocol.id):
                yield no("therapy_swap_not_mutual", "never_swap", protocol.id, file=name, other=f"{other}.toml")

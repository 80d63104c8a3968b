"""The library of protocols: one folder of files, loaded whole or refused whole, with a fingerprint over all of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import fingerprint
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.kernel.resources import resource
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.schema.parse import parse_protocol

CASES_ENDING = ".cases.toml"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Protocols by id, in code-point order."""

    protocols: tuple[Protocol, ...]

    def ids(self) -> tuple[str, ...]:
        """Every product id."""
        return tuple(protocol.id for protocol in self.protocols)

    def protocol(self, protocol_id: str) -> Protocol:
        """The protocol of this id. Raises KeyError when the library has none: ask `ids` first."""
        for protocol in self.protocols:
            if protocol.id == protocol_id:
                return protocol
        raise KeyError(protocol_id)

    @property
    def fingerprint(self) -> str:
        """Changes when any protocol file changes."""
        return fingerprint({protocol.id: protocol.fingerprint for protocol in self.protocols})


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """All protocols of the folder (default: the shipped ones). Raises NotUnderstood with the findings of every file."""
    protocols, findings = _read(folder if folder is not None else resource("therapies"))
    if findings:
        raise NotUnderstood(*findings)
    return Catalogue(protocols)


def check_folder(folder: Path) -> tuple[Finding, ...]:
    """Every mistake of every protocol file in the folder; none means the folder can be loaded."""
    return _read(folder)[1]


def protocol_files(folder: Path) -> tuple[Path, ...]:
    """The protocol files of a folder, cases left out."""
    return tuple(sorted(path for path in folder.glob("*.toml") if not path.name.endswith(CASES_ENDING)))


def _read(folder: Path) -> tuple[tuple[Protocol, ...], tuple[Finding, ...]]:
    if not folder.is_dir():
        return (), (no("therapy_folder_missing", "folder", folder),)
    found: dict[str, Protocol] = {}
    findings: list[Finding] = []
    for path in protocol_files(folder):
        try:
            content = path.read_bytes()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            findings.append(no("therapy_file_unreadable", "", "", file=path.name, reason=reason))
            continue
        parsed = parse_protocol(content, path.name)
        if isinstance(parsed, tuple):
            findings.extend(parsed)
        elif parsed.id != path.stem:
            findings.append(no("therapy_id_not_file", "id", parsed.id, file=path.name, allowed=path.stem))
        else:
            found[parsed.id] = parsed
    if not found and not findings:
        findings.append(no("therapy_folder_empty", "folder", folder))
    return tuple(found[name] for name in sorted(found)), tuple(findings)

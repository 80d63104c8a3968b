"""The format of a backup: a stored zip with a manifest, the copy of the store, and what travels with it.

Read with suspicion: names, numbers and sizes are held against limits before anything is taken out of it.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crs_desktop.kernel.clock import from_milliseconds, to_milliseconds
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import canonical
from crs_desktop.kernel.refusal import no
from crs_desktop.store.driver import PLAIN_HEADER

FORMAT = 1
MANIFEST, STORE, BESIDE = "manifest.json", "store.crs", "beside/"
SLOTS = f"{BESIDE}slots"
ENDING = ".crsbackup"
# Far more than any real one; a larger one is a mistake or an attack.
MOST_BYTES, MOST_MANIFEST, MOST_BESIDE, MOST_MEMBERS = 2_000_000_000, 65_536, 16_777_216, 10
BESIDE_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_END_OF_ZIP = struct.Struct("<4s4H2LH")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}")
_CHUNK = 1 << 20
_KEYS = {"format", "schema", "made_at", "reason", "store", "checked", "counts", "balances", "facts", "members"}


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the bundle."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself. `checked`: the copy was opened in full and found whole before it got its name."""

    schema: str
    made_at: datetime
    reason: str
    store: str
    checked: bool
    counts: Mapping[str, int]
    balances: str
    facts: Mapping[str, str]
    members: tuple[Member, ...]

    def member(self, name: str) -> Member:
        """A member by its name. Raises KeyError."""
        return next(one for one in self.members if one.name == name)


def write_bundle(path: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Write the zip over an empty file; nothing is compressed, so nothing can unfold. Raises OSError."""
    with path.open("r+b") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED, allowZip64=False) as bundle:
        bundle.writestr(_entry(MANIFEST), manifest_bytes(manifest))
        for name, file in files.items():
            with file.open("rb") as source, bundle.open(_entry(name), "w") as target:
                while chunk := source.read(_CHUNK):
                    target.write(chunk)


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as it stands in the bundle."""
    return canonical(
        {
            "format": FORMAT, "schema": manifest.schema, "made_at": to_milliseconds(manifest.made_at),
            "reason": manifest.reason, "store": manifest.store, "checked": manifest.checked,
            "counts": dict(manifest.counts), "balances": manifest.balances, "facts": dict(manifest.facts),
            "members": {one.name: {"size": one.size, "sha256": one.sha256} for one in manifest.members},
        }
    )  # fmt: skip


def read_manifest(path: Path) -> Manifest:
    """What the bundle says of itself, its outside held against the limits. Raises NotUnderstood with the reason."""
    try:
        _check_size(path)
        with zipfile.ZipFile(path) as bundle:
            entries = bundle.infolist()
            _check_entries(path, entries)
            with bundle.open(MANIFEST) as file:
                text = file.read(MOST_MANIFEST + 1)
        manifest = _manifest(json.loads(text, object_pairs_hook=_no_key_twice, parse_constant=_no_number))
    except FileNotFoundError as error:
        raise NotUnderstood(no("bundle_missing", "bundle", path.name)) from error
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise NotUnderstood(no("bundle_unreadable", "bundle", path.name, detail=detail)) from error
    except (ValueError, KeyError, TypeError, RecursionError, zipfile.BadZipFile, NotImplementedError, RuntimeError,
            EOFError, OverflowError, struct.error) as error:  # fmt: skip
        raise NotUnderstood(no("bundle_not_one", "bundle", path.name)) from error
    sizes = {entry.filename: entry.file_size for entry in entries if entry.filename != MANIFEST}
    if sizes != {one.name: one.size for one in manifest.members}:
        raise NotUnderstood(no("bundle_damaged", "bundle", path.name))
    return manifest


def check_members(path: Path, manifest: Manifest) -> None:
    """Every byte is what was backed up. Raises NotUnderstood."""
    for member in manifest.members:
        _copy(path, member, None)


def take_out(path: Path, manifest: Manifest, name: str, target: Path) -> None:
    """Copy a member over an existing file; refused when its bytes are not what was backed up. Raises OSError."""
    _copy(path, manifest.member(name), target)


def holds_plain_store(path: Path) -> bool:
    """True for a bundle of an older program, whose store is not encrypted. Raises NotUnderstood."""
    try:
        with zipfile.ZipFile(path) as bundle, bundle.open(STORE) as source:
            return source.read(len(PLAIN_HEADER)) == PLAIN_HEADER
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError) as error:
        raise NotUnderstood(no("bundle_damaged", "bundle", path.name)) from error


def _copy(path: Path, member: Member, target: Path | None) -> None:
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(path) as bundle, bundle.open(member.name) as source:
            out = None if target is None else target.open("r+b")
            try:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    if out is not None:
                        out.write(chunk)
            finally:
                if out is not None:
                    out.close()
    except (ValueError, KeyError, zipfile.BadZipFile, EOFError) as error:
        raise NotUnderstood(no("bundle_damaged", "bundle", path.name)) from error
    if digest.hexdigest() != member.sha256:
        raise NotUnderstood(no("bundle_damaged", "bundle", path.name))


def _check_size(path: Path) -> None:
    """The end of a zip says how many members it has and how long their list is: held against limits before reading."""
    if not path.is_file():
        if path.is_dir():
            raise NotUnderstood(no("bundle_not_one", "bundle", path.name))
        raise FileNotFoundError(path.name)
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise NotUnderstood(no("bundle_too_large", "bundle", path.name, most=f"{MOST_BYTES:,}"))
    with path.open("rb") as file:
        file.seek(max(0, size - _END_OF_ZIP.size))
        mark, _disk, _first, _here, count, length, start, comment = _END_OF_ZIP.unpack(file.read(_END_OF_ZIP.size))
    if mark != b"PK\x05\x06" or comment or start + length + _END_OF_ZIP.size != size:
        raise zipfile.BadZipFile
    if count > MOST_MEMBERS or length > MOST_MEMBERS * 512:
        raise NotUnderstood(no("bundle_too_large", "bundle", path.name, most=f"{MOST_BYTES:,}"))


def _check_entries(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or MANIFEST not in names or STORE not in names:
        raise zipfile.BadZipFile
    for entry in entries:
        plain = entry.compress_type == zipfile.ZIP_STORED and not entry.flag_bits & 0x41
        if not plain or entry.file_size != entry.compress_size or not _is_ours(entry.filename):
            raise zipfile.BadZipFile
        most = {MANIFEST: MOST_MANIFEST, STORE: MOST_BYTES}.get(entry.filename, MOST_BESIDE)
        if entry.filename.startswith(STORE) and entry.filename != STORE:
            most = MOST_BYTES
        if entry.file_size > most:
            raise NotUnderstood(no("bundle_too_large", "bundle", path.name, most=f"{most:,}"))
    if sum(entry.file_size for entry in entries) > path.stat().st_size:
        raise zipfile.BadZipFile  # two members that share their bytes


def _is_ours(name: str) -> bool:
    if name.startswith(BESIDE):
        return bool(BESIDE_NAME.fullmatch(name.removeprefix(BESIDE)))
    return name in (MANIFEST, STORE, f"{STORE}-wal", f"{STORE}-journal")


def _manifest(said: Any) -> Manifest:
    if said["format"] != FORMAT:
        newer = isinstance(said["format"], int) and said["format"] > FORMAT
        raise NotUnderstood(no("bundle_newer" if newer else "bundle_not_one", "bundle", found=str(said["format"])[:20]))
    if set(said) != _KEYS:
        raise ValueError
    members = tuple(
        Member(name, _whole(one["size"]), _matching(one["sha256"], _SHA256)) for name, one in said["members"].items()
    )
    return Manifest(
        schema=_matching(said["schema"], re.compile(r"[0-9]{4}|")),
        made_at=from_milliseconds(_whole(said["made_at"])),
        reason=_matching(said["reason"], re.compile(r"[a-z]{1,20}")),
        store=_matching(said["store"], re.compile(r"[^/\\\x00-\x1f]{1,255}")),
        checked=said["checked"] is True,
        counts={_matching(name, _TABLE): _whole(count) for name, count in said["counts"].items()},
        balances=_matching(said["balances"], re.compile(r"[0-9a-f]{64}|")),
        facts={_matching(k, _TABLE): _matching(v, re.compile(r".{0,200}")) for k, v in said["facts"].items()},
        members=members,
    )


def _matching(value: object, pattern: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 53:
        raise ValueError
    return value


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError
    return dict(pairs)


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o600 << 16
    return entry

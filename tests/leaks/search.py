"""Looks for markers in everything under a folder: in many encodings, inside streams, archives and papers."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2

_MOST, _DEPTH = 64_000_000, 4
# Any of these two bytes may begin a zlib stream; what is none is given up after a few bytes.
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_A85 = re.compile(rb"stream\r?\n(.{1,4000000}?)~>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a marker was found, and how it was written there."""

    place: str
    marker: str
    encoding: str


@dataclass(slots=True)
class Found:
    """What was looked through, and what was found."""

    files: int = 0
    size: int = 0
    streams: int = 0
    hits: list[Hit] = field(default_factory=list)


def _base64(text: str, charset: str) -> Iterator[bytes]:
    """The middle of what base64 makes of it, at each of the three places it may begin."""
    raw = text.encode(charset)
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw)
        yield whole[-(-before * 4 // 3) : (before + len(raw)) * 4 // 3]


def _encodings(text: str) -> dict[str, list[bytes]]:
    both = {"utf-8": text.encode(), "utf-16-le": text.encode("utf-16-le"), "utf-16-be": text.encode("utf-16-be")}
    made: dict[str, list[bytes]] = {name: [raw] for name, raw in both.items()}
    for name, raw in both.items():
        made[f"hex {name}"] = [raw.hex().encode()]
        made[f"HEX {name}"] = [raw.hex().upper().encode()]
        made[f"base64 {name}"] = list(_base64(text, name))
        made[f"base64url {name}"] = [one.replace(b"+", b"-").replace(b"/", b"_") for one in _base64(text, name)]
    made["JSON"] = [json.dumps(text)[1:-1].encode()]
    made["JSON utf-16"] = [json.dumps(text)[1:-1].encode("utf-16-le")]
    made["percent"] = ["".join(f"%{one:02X}" if one > 127 else chr(one) for one in text.encode()).encode()]
    made["latin-1"] = [text.encode("latin-1", "ignore")]
    return made


class Search:
    """Knows every form of every marker; the forms of one encoding are looked for in one go."""

    def __init__(self, markers: Iterable[str]) -> None:
        self._known: dict[bytes, tuple[str, str]] = {}
        for marker in markers:
            for name, forms in _encodings(marker).items():
                for form in forms:
                    self._known.setdefault(form, (marker, name))
        self.encodings = sorted({name for _, name in self._known.values()})
        # A run of bytes that many forms share is looked for first: most files hold none of them.
        self._stems = _shared(self._known)

    def below(self, *folders: Path) -> Found:
        """Every file under these folders, its name too."""
        found, seen = Found(), set()
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                self._look(str(path.relative_to(folder)).encode(), f"the name of {path.name}", found, 0)
                if path.is_file() and not path.is_symlink():
                    data = path.read_bytes()
                    found.files += 1
                    found.size += len(data)
                    if hash(data) not in seen:
                        seen.add(hash(data))
                        self.within(data, str(path.relative_to(folder)), found)
        return found

    def within(self, data: bytes, place: str, found: Found) -> None:
        """These bytes, and whatever is packed in them."""
        self._look(data, place, found, 0)

    def _look(self, data: bytes, place: str, found: Found, depth: int) -> None:
        for stem, forms in self._stems.items():
            if stem in data:
                found.hits += [Hit(place, *self._known[form]) for form in forms if form in data]
        if depth < _DEPTH:
            for unpack in (_deflated, _zipped, _ascii85, _paper, _gzipped):
                for inner in unpack(data):
                    found.streams += 1
                    self._look(inner, f"{place} > {unpack.__name__[1:]}", found, depth + 1)


def _shared(known: Iterable[bytes]) -> dict[bytes, list[bytes]]:
    stems: dict[bytes, list[bytes]] = {}
    for form in known:
        stems.setdefault(form[:6], []).append(form)
    return stems


def _deflated(data: bytes) -> Iterator[bytes]:
    for match in _ZLIB.finditer(data):
        inner = _inflate(data[match.start() : match.start() + _MOST], zlib.MAX_WBITS)
        if len(inner) > 7:
            yield inner


def _inflate(data: bytes, bits: int) -> bytes:
    """As much as comes out, also of a stream that is cut off."""
    stream, out = zlib.decompressobj(bits), bytearray()
    try:
        for at in range(0, len(data), 256):
            out += stream.decompress(data[at : at + 256])
            if stream.eof or len(out) > _MOST:
                break
    except zlib.error:
        pass
    return bytes(out)


def _zipped(data: bytes) -> Iterator[bytes]:
    if b"PK\x05\x06" in data:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                for name in packed.namelist():
                    yield name.encode()
                    yield packed.read(name)
        except (zipfile.BadZipFile, OSError, RuntimeError, zlib.error, NotImplementedError):
            pass


def _gzipped(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"\x1f\x8b"):
        try:
            yield gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            yield _inflate(data, zlib.MAX_WBITS | 16)


def _ascii85(data: bytes) -> Iterator[bytes]:
    if b"%PDF-" in data:
        for match in _A85.finditer(data):
            try:
                raw = base64.a85decode(match.group(1))
            except ValueError:
                continue
            yield _inflate(raw, zlib.MAX_WBITS) or raw


def _paper(data: bytes) -> Iterator[bytes]:
    """What a paper says, as it is read: its letters may be numbers of a font of its own."""
    at = data.find(b"%PDF-")
    if at < 0:
        return
    try:
        paper = pypdfium2.PdfDocument(data[at:])
    except pypdfium2.PdfiumError:
        return
    try:
        for number in range(len(paper)):
            yield paper[number].get_textpage().get_text_bounded().encode()
        yield json.dumps(paper.get_metadata_dict(), ensure_ascii=False).encode()
    finally:
        paper.close()

"""Messages of D-Bus as bytes, as much of them as is needed to ask with words and to read any answer.

Qt's own D-Bus is not used: its thread asks Python objects for their methods, for which it needs Python's lock, while
the window's thread may hold that lock and wait for the thread. Seen to stand still for good under PySide6 6.11.3.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

CALL, REPLY, ERROR, SIGNAL = 1, 2, 3, 4
_NO_AUTO_START = 0x2
_MOST_BYTES = 1 << 22
_SIZES = {"y": 1, "b": 4, "n": 2, "q": 2, "i": 4, "u": 4, "x": 8, "t": 8, "d": 8, "h": 4}
_CODES = {"y": "B", "b": "I", "n": "h", "q": "H", "i": "i", "u": "I", "x": "q", "t": "Q", "d": "d", "h": "I"}
_ALIGN = {**_SIZES, "s": 4, "o": 4, "g": 1, "v": 1, "a": 4, "(": 8, "{": 8}
_FIELDS = {1: "path", 2: "interface", 3: "member", 5: "reply_to", 6: "destination", 7: "sender", 8: "signature"}


@dataclass(frozen=True, slots=True)
class Message:
    """One message that came in. A number of `h` is a place in the list of descriptors that came with it."""

    kind: int
    fields: dict[str, Any] = field(default_factory=dict)
    values: tuple[Any, ...] = ()

    def get(self, name: str) -> Any:
        """A header field, "" when it is not there."""
        return self.fields.get(name, "")


def call_bytes(serial: int, service: str, path: str, interface: str, member: str, words: tuple[str, ...]) -> bytes:
    """A question whose arguments are words."""
    body = b""
    for word in words:
        body += b"\0" * (-len(body) % 4) + _word(word)
    header = b""
    for code, kind, text in ((1, "o", path), (2, "s", interface), (3, "s", member), (6, "s", service)):
        header += b"\0" * (-len(header) % 8) + bytes((code, 1)) + kind.encode() + b"\0" + _word(text)
    if words:
        header += b"\0" * (-len(header) % 8) + b"\x08\x01g\0" + bytes((len(words),)) + b"s" * len(words) + b"\0"
    start = struct.pack("<cBBBIII", b"l", CALL, _NO_AUTO_START, 1, len(body), serial, len(header))
    return start + header + b"\0" * (-len(header) % 8) + body


def length_of(data: bytes) -> int:
    """How long the message is that begins here, 0 when too little has come to say. Raises ValueError for no message."""
    if len(data) < 16:
        return 0
    if data[:1] not in (b"l", b"B") or data[3] != 1:
        raise ValueError("no message of D-Bus")
    body, _serial, header = struct.unpack(f"{_order(data)}III", data[4:16])
    whole = 16 + int(header) + (-int(header) % 8) + int(body)
    if whole > _MOST_BYTES:
        raise ValueError("a message as large is none for us")
    return whole


def message_of(data: bytes) -> Message:
    """The message in these bytes. Raises ValueError when they hold none."""
    try:
        reader = _Reader(data, _order(data), 12)
        fields = {_FIELDS[code]: value for code, value in reader.read("a(yv)") if code in _FIELDS}
        reader.align(8)
        return Message(data[1], fields, tuple(reader.read(one) for one in _split(str(fields.get("signature", "")))))
    except (struct.error, IndexError, KeyError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("no message of D-Bus") from error


class _Reader:
    """Reads values one after the other."""

    def __init__(self, data: bytes, order: str, place: int) -> None:
        self._data, self._order, self._at = data, order, place

    def align(self, size: int) -> None:
        """Go on to the next multiple."""
        self._at += -self._at % size

    def read(self, kind: str) -> Any:
        """The next value of this one type."""
        first = kind[0]
        self.align(_ALIGN[first])
        if first in _CODES:
            (number,) = struct.unpack_from(self._order + _CODES[first], self._data, self._at)
            self._at += _SIZES[first]
            return bool(number) if first == "b" else number
        if first in "sog":
            return self._text(1 if first == "g" else 4)
        if first == "v":
            return self.read(str(self._text(1)))
        if first == "a":
            return self._array(kind[1:])
        return tuple(self.read(one) for one in _split(kind[1:-1]))

    def _text(self, size: int) -> str:
        (length,) = struct.unpack_from(self._order + ("B" if size == 1 else "I"), self._data, self._at)
        begin = self._at + size
        self._at = begin + length + 1
        if self._at > len(self._data):
            raise IndexError("the text goes on behind the end")
        return self._data[begin : begin + length].decode("utf-8")

    def _array(self, kind: str) -> list[Any]:
        (length,) = struct.unpack_from(self._order + "I", self._data, self._at)
        self._at += 4
        self.align(_ALIGN[kind[0]])
        end = self._at + length
        if end > len(self._data):
            raise IndexError("the list goes on behind the end")
        found = []
        while self._at < end:
            found.append(self.read(kind))
        return found


def _split(signature: str) -> list[str]:
    """Whole types: 'sa{sv}as' has three."""
    found, begin, depth = [], 0, 0
    for at, sign in enumerate(signature):
        depth += (sign in "({") - (sign in ")}")
        if depth == 0 and sign != "a":
            found.append(signature[begin : at + 1])
            begin = at + 1
    return found


def _order(data: bytes) -> str:
    return "<" if data[:1] == b"l" else ">"


def _word(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<I", len(data)) + data + b"\0"

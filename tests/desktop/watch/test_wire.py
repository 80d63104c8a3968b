"""Bytes of D-Bus: what we ask is what a bus reads, and nothing that comes in can do more than be refused."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.desktop.watch.wire import CALL, call_bytes, length_of, message_of

WORDS = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30), max_size=5)


@given(WORDS, st.integers(1, 2**32 - 1))
def test_that_a_question_reads_back(words: list[str], serial: int) -> None:
    data = call_bytes(serial, "org.example", "/here", "org.example.Face", "Ask", tuple(words))
    assert length_of(data + b"more") == len(data)
    read = message_of(data)
    assert read.kind == CALL and read.values == tuple(words)
    assert [read.get(one) for one in ("destination", "path", "interface", "member")] == [
        "org.example", "/here", "org.example.Face", "Ask",
    ]  # fmt: skip


def test_that_maps_variants_and_numbers_are_read_in_either_order() -> None:
    for sign, order in ((b"l", "<"), (b"B", ">")):
        body = struct.pack(order + "I", 5) + b"Named\0" + b"\0\0" + struct.pack(order + "I", 16)
        body += struct.pack(order + "I", 3) + b"Key\0\x01b\0\0" + struct.pack(order + "I", 1)
        body += struct.pack(order + "I", 0)
        header = b"\x08\x01g\0\x08sa{sv}as\0"
        start = sign + b"\x04\0\x01" + struct.pack(order + "III", len(body), 1, len(header))
        data = start + header + b"\0" * (-len(header) % 8) + body
        assert length_of(data) == len(data)
        assert message_of(data).values == ("Named", [("Key", True)], [])


@given(st.binary(max_size=200), st.integers(0, 199), st.binary(min_size=1, max_size=4))
def test_that_nonsense_is_refused_and_never_more(noise: bytes, at: int, patch: bytes) -> None:
    good = call_bytes(7, "org.example", "/here", "org.example.Face", "Ask", ("one", "two"))
    for data in (noise, good[:at], good[:at] + patch + good[at + len(patch) :], good[:16] + noise):
        try:
            length_of(data)
            message_of(data)
        except ValueError:
            pass


@pytest.mark.parametrize("data", [b"x" * 16, b"l\x01\0\x02" + b"\0" * 12, b"l\x01\0\x01" + b"\xff" * 12])
def test_that_what_is_no_message_or_too_large_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        length_of(data)
    assert length_of(data[:15]) == 0

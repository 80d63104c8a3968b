"""The search itself: a harness that cannot see would find nothing in anything."""

from __future__ import annotations

import base64
import gzip
import io
import json
import random
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.leaks.markers import MARKERS, PATIENTS
from tests.leaks.search import Found, Search

SEARCH = Search(MARKERS)
SECRET = PATIENTS[1].given  # the one with a letter that is not ASCII
NOISE = random.Random(7).randbytes(5_000)


def _zip(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("inside.txt", zlib.compress(text.encode()))
    return out.getvalue()


def _pdf(text: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(100, 700, text)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


WAYS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "hex": lambda text: text.encode().hex().encode(),
    "HEX": lambda text: text.encode("utf-16-le").hex().upper().encode(),
    "base64 0": lambda text: base64.b64encode(text.encode()),
    "base64 1": lambda text: base64.b64encode(b"a" + text.encode()),
    "base64 2": lambda text: base64.b64encode(b"ab" + text.encode() + b"c"),
    "base64 of utf-16": lambda text: base64.b64encode(b"x" + text.encode("utf-16-le")),
    "JSON": lambda text: json.dumps({"name": text}).encode(),
    "zlib": lambda text: zlib.compress(b"before " + text.encode()),
    "cut-off zlib": lambda text: zlib.compress(text.encode() + NOISE)[:3000],
    "gzip": lambda text: gzip.compress(text.encode()),
    "zip in zip": lambda text: _zip(text),
    "paper": _pdf,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", [SECRET, PATIENTS[0].mrn, PATIENTS[2].born])
def test_that_a_marker_is_found_however_it_is_written(way: str, text: str) -> None:
    whole = way.startswith(("gzip", "zip", "paper"))
    data = WAYS[way](text) if whole else NOISE + WAYS[way](text) + NOISE
    found = Found()
    SEARCH.within(data, "a file", found)
    assert text in {hit.marker for hit in found.hits}


def test_that_noise_and_names_of_others_are_no_hits(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(random.Random(1).randbytes(3_000_000))
    (tmp_path / "other").write_text("Lindqvist, Karin 0012874 1961-03-14 penicillin")
    found = SEARCH.below(tmp_path)
    assert (found.files, found.hits) == (2, [])


def test_that_a_name_of_a_file_is_searched_too(tmp_path: Path) -> None:
    (tmp_path / f"sheet-{SECRET}.pdf").touch()
    assert [hit.marker for hit in SEARCH.below(tmp_path).hits][:1] == [SECRET]


def test_that_there_are_forty_markers_and_none_is_part_of_another() -> None:
    assert len(set(MARKERS)) == 40
    assert not [one for one in MARKERS for other in MARKERS if one != other and one in other]

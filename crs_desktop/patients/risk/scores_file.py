"""Reads the shipped score files. A file with a mistake is our defect: it raises, naming the file and the key."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from crs_desktop.kernel.resources import resource
from crs_desktop.patients.risk.model import (
    CONFIDENCES,
    Backing,
    Band,
    Input,
    Points,
    Score,
    ScoreSource,
    Span,
    Unit,
)

KINDS = ("ratio", "points")
TIMINGS = ("before_lymphodepletion",)
_LIMITS = {"above", "from", "to", "below"}
_BACKED = {"source", "confidence", "note"}


@cache
def shipped_scores() -> tuple[Score, ...]:
    """The scores of the shipped files by name, read once."""
    found = [read_score(path.read_text("utf-8"), path.stem) for path in sorted(resource("scores").glob("*.toml"))]
    return tuple(sorted(found, key=lambda score: score.name.casefold()))


def score_of(score_id: str) -> Score | None:
    """The shipped score of this id."""
    return next((score for score in shipped_scores() if score.id == score_id), None)


def read_score(text: str, name: str) -> Score:
    """One score. Raises ValueError for anything that is missing, unknown or does not fit together."""
    try:
        return _Reader(tomllib.loads(text, parse_float=Decimal), name).score()
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{name}: {type(error).__name__} {error}") from error


def read_path(path: Path) -> Score:
    """The score of a file."""
    return read_score(path.read_text("utf-8"), path.stem)


class _Reader:
    def __init__(self, top: dict[str, Any], name: str) -> None:
        self._top, self._name = top, name
        self._sources = tuple(self._source(item) for item in top["sources"])

    def score(self) -> Score:
        top, formula, about = self._top, self._top["formula"], self._top["about"]
        self._keys("top", top, {
            "format", "id", "version", "name", "long_name", "read", "sources", "formula", "about", "made_for", "inputs",
            "bands", "no_bands",
        })  # fmt: skip
        self._must(top["format"] == 1, "format", top["format"])
        self._must(top["id"] == self._name, "id", top["id"])
        self._must(isinstance(top["read"], date), "read", top["read"])
        ratio = {"kind", "multiply", "divide", "decimals", "text"} if formula["kind"] == "ratio" else {"kind", "text"}
        self._keys("formula", formula, ratio | _BACKED)
        self._must(formula["kind"] in KINDS, "formula.kind", formula["kind"])
        self._keys("about", about, {"what", "population", "adults", "timing", "timing_text"} | _BACKED)
        self._must(about["timing"] in TIMINGS, "about.timing", about["timing"])
        inputs = tuple(self._input(item, formula["kind"]) for item in top["inputs"])
        bands = tuple(self._band(item) for item in top.get("bands", ()))
        no_bands = top.get("no_bands", {}).get("why", "")
        self._must(bool(bands) != bool(no_bands), "bands", "either bands or the reason for none")
        if bands:
            self._whole("bands", tuple(band.span for band in bands), whole_numbers=formula["kind"] == "points")
        multiply, divide = tuple(formula.get("multiply", ())), formula.get("divide", "")
        used = [*multiply, divide] if divide else [item.id for item in inputs]
        self._must(sorted(used) == sorted(item.id for item in inputs), "formula", used)
        return Score(
            top["id"], top["version"], top["name"], top["long_name"], top["read"], self._sources, formula["kind"],
            multiply, divide, formula.get("decimals", 0), formula["text"], self._backing("formula", formula),
            about["what"], about["population"], about["adults"], about["timing_text"], self._backing("about", about),
            tuple((item["product"], tuple(item.get("regimens", ()))) for item in top["made_for"]), inputs, bands,
            no_bands,
        )  # fmt: skip

    def _source(self, item: dict[str, Any]) -> ScoreSource:
        self._keys("sources", item, {"id", "title", "url", "note", "memory"})
        self._must("url" in item or "note" in item, f"sources.{item['id']}", "no url and no note")
        return ScoreSource(
            item["id"], item["title"], item.get("url", ""), item.get("note", ""), item.get("memory", False)
        )  # fmt: skip

    def _input(self, item: dict[str, Any], kind: str) -> Input:
        self._keys("inputs", item, {"id", "name", "units", "plausible", "points"} | _BACKED)
        units = tuple(self._unit(unit) for unit in item["units"])
        self._must(units[0].factor == 1, f"inputs.{item['id']}.units", "the first is the unit of the formula")
        least, most = (Decimal(limit) for limit in item["plausible"])
        self._must(least < most, f"inputs.{item['id']}.plausible", item["plausible"])
        points = tuple(
            Points(row["points"], self._span(row, {"points"})) for row in item.get("points", ())
        )  # fmt: skip
        self._must(bool(points) == (kind == "points"), f"inputs.{item['id']}.points", kind)
        if points:
            self._whole(f"inputs.{item['id']}.points", tuple(row.span for row in points))
        backing = self._backing(f"inputs.{item['id']}", item) if points else None
        return Input(item["id"], item["name"], units, Span(least, True, most, True), points, backing)

    def _unit(self, item: dict[str, Any]) -> Unit:
        self._keys("units", item, {"unit", "times", "over"})
        return Unit(item["unit"], Fraction(item.get("times", 1)) / Fraction(item.get("over", 1)))

    def _band(self, item: dict[str, Any]) -> Band:
        return Band(
            item["id"], self._span(item, {"id", "text"} | _BACKED), item["text"],
            self._backing(f"bands.{item['id']}", item),
        )  # fmt: skip

    def _span(self, item: dict[str, Any], beside: set[str]) -> Span:
        self._keys("limits", item, beside | _LIMITS)
        self._must(not {"above", "from"} <= set(item) and not {"to", "below"} <= set(item), "limits", item)
        least, most = item.get("from", item.get("above")), item.get("to", item.get("below"))
        return Span(
            None if least is None else Decimal(least), "from" in item,
            None if most is None else Decimal(most), "to" in item,
        )  # fmt: skip

    def _whole(self, where: str, spans: tuple[Span, ...], whole_numbers: bool = False) -> None:
        """Every number lies in exactly one of these. Sums of points go by one, so 'to 1' is followed by 'from 2'."""
        rising = sorted(spans, key=lambda span: (span.least is not None, span.least or 0))
        self._must(rising[0].least is None and rising[-1].most is None, where, "the ends are open")
        for one, other in pairwise(rising):
            meets = one.most == other.least and one.most_in != other.least_in
            steps = whole_numbers and one.most_in and other.least_in and other.least == (one.most or 0) + 1
            self._must(meets or steps, where, "a hole or an overlap")

    def _backing(self, where: str, item: dict[str, Any]) -> Backing:
        named = tuple(item["source"])
        known = {source.id: source for source in self._sources}
        self._must(bool(named) and all(name in known for name in named), f"{where}.source", named)
        self._must(item["confidence"] in CONFIDENCES, f"{where}.confidence", item["confidence"])
        memory = all(known[name].memory for name in named)
        self._must(not memory or item["confidence"] == "low", f"{where}.confidence", "from memory is low")
        return Backing(named, item["confidence"], item.get("note", ""), memory)

    def _keys(self, where: str, item: dict[str, Any], allowed: set[str]) -> None:
        self._must(not set(item) - allowed, where, sorted(set(item) - allowed))

    def _must(self, holds: bool, where: str, found: object) -> None:
        if not holds:
            raise ValueError(f"{self._name}: {where}: {found}")

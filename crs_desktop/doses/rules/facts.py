"""The shipped facts about tocilizumab as exact values, so that no rule holds a clinical number of its own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.kernel.resources import resource


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact as shipped: what is claimed, where it was read, when, and how sure we are."""

    name: str
    value: str
    unit: str
    sources: tuple[str, ...]
    read: date
    confidence: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class DosingFacts:
    """What the rules need, ready to calculate with."""

    mg_per_kg_below: int
    mg_per_kg_from: int
    boundary: BodyWeight
    near_boundary: BodyWeight
    cap: Mass
    absurd_amount: Mass
    mg_per_ml: int
    strengths: tuple[Mass, ...]
    bag_ml_below: int
    bag_ml_from: int
    infusion: timedelta
    least_interval: timedelta
    interval_clock: str
    per_24h: int
    per_episode: int
    steps: tuple[str, ...]
    cited: tuple[Fact, ...]


@cache
def dosing_facts() -> DosingFacts:
    """The facts of the shipped file, read once."""
    return facts_of(resource("dosing", "tocilizumab.toml"))


def facts_of(path: Path) -> DosingFacts:
    """The facts of a file. Raises KeyError or ValueError for a file that lacks one: shipped data, so our defect."""
    table = tomllib.loads(path.read_text("utf-8"))

    def whole(name: str, unit: str) -> int:
        return _whole(name, table[name], unit)

    return DosingFacts(
        mg_per_kg_below=whole("dose_below_boundary", "mg/kg"),
        mg_per_kg_from=whole("dose_from_boundary", "mg/kg"),
        boundary=BodyWeight.of_kg(whole("boundary", "kg")),
        near_boundary=BodyWeight.of_kg(whole("near_boundary", "kg")),
        cap=Mass.of_mg(whole("dose_cap", "mg")),
        absurd_amount=Mass.of_mg(whole("absurd_amount", "mg")),
        mg_per_ml=whole("concentration", "mg/mL"),
        strengths=tuple(sorted((Mass.of_mg(_whole("vial", vial, "mg")) for vial in table["vial"]), reverse=True)),
        bag_ml_below=whole("bag_below_boundary", "mL"),
        bag_ml_from=whole("bag_from_boundary", "mL"),
        infusion=timedelta(minutes=whole("infusion_time", "min")),
        least_interval=timedelta(hours=whole("least_interval", "h")),
        interval_clock=str(table["interval_clock"]["value"]),
        per_24h=whole("doses_in_24_hours", "doses"),
        per_episode=whole("doses_in_episode", "doses"),
        steps=tuple(table["withdraw_first"]["value"]),
        cited=_cited(table),
    )


def _whole(name: str, fact: dict[str, Any], unit: str) -> int:
    value = fact["value"]
    if fact["unit"] != unit or type(value) is not int or value <= 0:
        raise ValueError(f"{name}: a whole number of {unit} is needed")
    return value


def _cited(table: dict[str, Any]) -> tuple[Fact, ...]:
    sources: dict[str, str] = table["sources"]
    rows = [(name, row) for name, row in table.items() if name not in ("sources", "vial")]
    rows += [("vial", row) for row in table["vial"]]
    return tuple(
        Fact(
            name,
            ", ".join(row["value"]) if isinstance(row["value"], list) else str(row["value"]),
            row["unit"],
            tuple(sources[key] for key in row["source"]),
            row["read"],
            row["confidence"],
            row.get("note", ""),
        )
        for name, row in rows
    )

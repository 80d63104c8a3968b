"""Protocols built from the nouns themselves, for shapes no shipped file has. The numbers mean nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from crs_desktop.therapies.model.care import InfusionTime, LeadIn, Observation, Premedication, RestartRow
from crs_desktop.therapies.model.doses import Amount, AmountBranch, DoseStep, Entry, Gap, Phase, Regimen
from crs_desktop.therapies.model.facts import Fact
from crs_desktop.therapies.model.protocol import Protocol

FLAT = (AmountBranch(Amount(Decimal(1), "mg"), None, None, None, "amounts.flat"),)
_numbers = count(1)


def step(key: str, day: int, cycle: int | None = None, role: str = "full", **words: Any) -> DoseStep:
    made = DoseStep(key, key, role, day, "IV", FLAT, Gap(), key, None, cycle, f"regimens.r.steps.{key}")
    return replace(made, **words)


def every(phase_id: str, key: str, first: int | None, apart: int, doses: int | None = None, **words: Any) -> Phase:
    made = Phase(
        phase_id, f"Dose {key}", key, 1, doses, "IV", FLAT, Gap(nominal=first), Gap(nominal=apart), "", False,
        phase_id, None, False, f"regimens.r.phases.{phase_id}",
    )  # fmt: skip
    return replace(made, **words)


def in_cycles(phase_id: str, first: int, last: int | None, days: tuple[int, ...], **words: Any) -> Phase:
    made = every(phase_id, "C{c}D{d}", None, 1, cycles=(first, last), days=days)
    return replace(made, gap=Gap(), first_gap=Gap(), label="Cycle {c}, day {d}", **words)


def judged(response: str = "PR or better", **words: Any) -> Entry:
    return replace(Entry(response=response), **words)


def regimen(*steps: DoseStep, phases: tuple[Phase, ...] = (), cycle_days: int | None = None, **words: Any) -> Regimen:
    """A regimen whose step gaps follow from their days, as the reader makes them."""
    placed: list[DoseStep] = []
    for one in steps:
        named = {other.key: other for other in placed}
        if placed:
            anchor = named.get(one.gap.after, placed[-1])
            apart = _running(one, cycle_days) - _running(anchor, cycle_days)
            one = replace(one, gap=replace(one.gap, nominal=apart))
        placed.append(one)
    made = Regimen("r", "R", "", "", 1, tuple(placed), phases, "regimens.r", cycle_days)
    return replace(made, **words)


def _running(one: DoseStep, cycle_days: int | None) -> int:
    return one.day + ((one.cycle or 1) - 1) * (cycle_days or 0)


def protocol(*regimens: Regimen, **words: Any) -> Protocol:
    """Every one has a fingerprint of its own, since answers are kept by it."""
    made = Protocol(
        id="made", name="Made", brand="", suffix="", kind="bispecific", jurisdiction="US", label_revision="",
        fingerprint=f"made-{next(_numbers)}", text=b"", sources=(), regimens=regimens, bands=(), lead_in=(),
        premedication=(), observation=(), durations=(), restart=(), bag_changes=(), lines=(), risk=(), unknowns=(),
        all_facts=(),
    )  # fmt: skip
    return replace(made, **words)


def medicine(row_id: str, *applies_to: str, **words: Any) -> Premedication:
    made = Premedication(
        row_id, row_id, "corticosteroid", (Decimal(4),), "mg", None, ("IV",), 60, 30, "", (), False, False, "all",
        ("r",), applies_to, (), f"premedication.{row_id}",
    )  # fmt: skip
    return replace(made, **words)


def watch(row_id: str, *applies_to: str, **words: Any) -> Observation:
    made = Observation(row_id, "", 24, None, "", False, ("r",), applies_to, f"observation.{row_id}")
    return replace(made, **words)


def infusion(row_id: str, *applies_to: str, **words: Any) -> InfusionTime:
    made = InfusionTime(row_id, (60, 60), (), "", ("r",), applies_to, f"infusion_times.{row_id}")
    return replace(made, **words)


def lead_in(row_id: str, kind: str, *days: int, **words: Any) -> LeadIn:
    return replace(LeadIn(row_id, row_id, kind, None, "IV", days, ("r",), f"lead_in.{row_id}"), **words)


def restart(row_id: str, **words: Any) -> RestartRow:
    made = RestartRow(
        row_id, "delay_after:x", "days", 0, None, "", "", None, None, False, ("r",), f"restart.{row_id}"
    )  # fmt: skip
    return replace(made, **words)


def doubtful(path: str) -> Fact:
    """A fact nobody has confirmed."""
    return Fact(path, "x", "text", ("S",), date(2026, 1, 1), "low", "", "", "")


def weighed(value: str, unit: str, **words: Any) -> AmountBranch:
    """An amount with limits of weight, an upper end or a cap."""
    made = AmountBranch(Amount(Decimal(value), unit), None, None, None, f"amounts.{value}")
    return replace(made, **words)

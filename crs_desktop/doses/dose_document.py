"""The verbs `dose` and `next-dose`: typed words in, one document out. Reads and words only; the rules decide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from crs_desktop.doses.model import DoseGiven, Limits, VialSet
from crs_desktop.doses.rules import arithmetic
from crs_desktop.doses.rules.facts import dosing_facts
from crs_desktop.doses.rules.interval import default_limits, next_dose
from crs_desktop.doses.rules.vial_set import Stock, best_vial_set, stock_words, unlimited
from crs_desktop.kernel.amounts import BodyWeight, Mass, plain
from crs_desktop.kernel.answers import Answer, ExitStatus, finding_entries, instant_entry, refusal_document
from crs_desktop.kernel.clock import parse_instant
from crs_desktop.kernel.entry import read_percent, read_weight, unusual_weight
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Finding, no

_ON_HAND = re.compile(r"([0-9]{1,4})=([0-9]{1,5})")
_YEARS = (datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


def dose_answer(weight_kg: str, on_hand: str | None = None, rounding_percent: str = "0") -> Answer:
    """The answer of `dose`. Raises NotUnderstood with every finding about what was typed."""
    weight = read_weight(weight_kg)
    stock = unlimited() if on_hand is None else read_on_hand(on_hand)
    rounding = read_percent(rounding_percent)
    wrong = [part for part in (weight, stock, rounding) if isinstance(part, Finding)]
    if isinstance(weight, Finding) or isinstance(stock, Finding) or isinstance(rounding, Finding):
        raise NotUnderstood(*wrong)
    dose = arithmetic.calculated_dose(weight)
    vials = best_vial_set(dose, stock, rounding)
    if vials is None:
        reason = no("on_hand_too_few", "on_hand", stock_words(stock), dose=dose)
        return Answer(refusal_document([reason]), ExitStatus.NO)
    return Answer({**_dose_keys(weight, vials), **_weight_findings(weight)}, ExitStatus.YES)


def next_dose_answer(given: Sequence[str], at: str | None, now: datetime, limits: Limits | None = None) -> Answer:
    """The answer of `next-dose`, by the shipped limits unless policy's are handed over.

    Raises NotUnderstood with every finding about what was typed.
    """
    asked = now if at is None else read_instant(at, "at")
    doses = [read_given(text) for text in given]
    wrong = [part for part in (*doses, asked) if isinstance(part, Finding)]
    if isinstance(asked, Finding) or wrong:
        raise NotUnderstood(*wrong)
    read = [part for part in doses if isinstance(part, tuple)]
    zone = max((typed for _, typed in read), default=asked).tzinfo or UTC
    answer = next_dose([dose for dose, _ in read], asked, limits or default_limits(), zone=zone)
    # A wait is told by `from` and `interval_from`; the other limits are told in words as well.
    limits_met = [reason for reason in answer.reasons if reason.code != "next_dose_interval"]
    return Answer(
        {
            "allowed": answer.allowed,
            "from": None if answer.from_ is None else instant_entry(answer.from_, zone),
            "interval_from": answer.interval_from.value,
            "left_24h": answer.left_24h,
            "left_episode": answer.left_episode,
            "findings": finding_entries([*limits_met, *answer.findings]),
        },
        ExitStatus.YES if answer.allowed else ExitStatus.NO,
    )


def read_on_hand(text: str, field: str = "on_hand") -> Stock | Finding:
    """Vials by strength, like 400=2,200=1,80=3; only strengths that exist as vials for infusion, each once."""
    stock: dict[Mass, int | None] = {}
    for part in text.split(","):
        typed = _ON_HAND.fullmatch(part.strip())
        if typed is None:
            return no("on_hand_not_understood", field, text)
        strength = Mass.of_mg(typed[1])
        if strength not in dosing_facts().strengths:
            known = ", ".join(str(one) for one in dosing_facts().strengths)
            return no("on_hand_unknown_strength", field, typed[1], known=known)
        if strength in stock:
            return no("on_hand_twice", field, typed[1])
        stock[strength] = int(typed[2])
    return stock


def read_given(text: str, field: str = "given") -> tuple[DoseGiven, datetime] | Finding:
    """A dose written START or START/END, with its latest instant as typed (for its offset)."""
    parts = text.split("/")
    instants = [read_instant(part, field) for part in parts[:2]]
    read = [instant for instant in instants if isinstance(instant, datetime)]
    if len(parts) > 2 or len(read) < len(instants):
        outside = [one for one in instants if isinstance(one, Finding) and one.code == "moment_out_of_range"]
        return outside[0] if outside else no("given_not_understood", field, text)
    if read[-1] < read[0]:
        return no("given_end_before_start", field, text)
    return DoseGiven(read[0], read[1] if len(read) == 2 else None), read[-1]


def read_instant(text: str, field: str) -> datetime | Finding:
    """An instant with its offset as typed; whole milliseconds, 1900 to 2199."""
    try:
        instant = parse_instant(text)
    except ValueError:
        return no("moment_not_understood", field, text)
    except OverflowError:
        return no("moment_out_of_range", field, text)
    if not _YEARS[0] <= instant < _YEARS[1]:
        return no("moment_out_of_range", field, text)
    return instant.astimezone(_typed_zone(text))


def _typed_zone(text: str) -> tzinfo:
    return datetime.fromisoformat(text.strip()).tzinfo or UTC


def _dose_keys(weight: BodyWeight, vials: VialSet) -> dict[str, str | int | bool | list[dict[str, int]]]:
    dose = arithmetic.calculated_dose(weight)
    return {
        "weight_kg": plain(weight.kg),
        "mg_per_kg": plain(arithmetic.mg_per_kg(weight)),
        "dose_mg": plain(dose.mg),
        "capped": arithmetic.is_capped(weight),
        "drawn_mg": plain(vials.drawn.mg),
        "volume_ml": plain(arithmetic.volume_of(vials.drawn).ml),
        "bag_ml": arithmetic.bag_ml(weight),
        "infuse_minutes": arithmetic.infuse_minutes(),
        "opened_mg": plain(vials.opened.mg),
        "waste_mg": plain(vials.waste.mg),
        "vials": [{"mg": int(strength.mg), "vials": count} for strength, count in vials.vials],
    }


def _weight_findings(weight: BodyWeight) -> dict[str, list[dict[str, str]]]:
    found = [one for one in (unusual_weight(weight), arithmetic.near_boundary(weight)) if one is not None]
    return {"findings": finding_entries(found)} if found else {}

"""What a dose amounts to for a body: the branch that holds, its exact product, the cap, the range, the table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from crs_desktop.kernel.amounts import BodyWeight, grouped
from crs_desktop.kernel.refusal import Finding, beware
from crs_desktop.therapies.model.doses import Amount, AmountBranch
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.slots import Slot

_PER_KG = "/kg"
_PER_M2 = "/m2"


@dataclass(frozen=True, slots=True)
class AmountAnswer:
    """The amount as text, exact where it is one number, with the paths it rests on and what is missing."""

    text: str
    amount: Amount | None
    table: Amount | None
    paths: tuple[str, ...]
    findings: tuple[Finding, ...]


def amount_of(
    protocol: Protocol, regimen_id: str, slot: Slot, weight: BodyWeight | None, surface_m2: Decimal | None = None
) -> AmountAnswer:
    """The amount of one dose. Without a weight it stays a rule; per square metre it needs the surface as well."""
    if not slot.amounts:
        return AmountAnswer("", None, None, (slot.path,), (beware("therapy_amount_not_read", "dose", slot.label),))
    if weight is None:
        return _without_weight(slot, surface_m2)
    branch = next((branch for branch in slot.amounts if branch.holds_for(weight)), None)
    if branch is None:
        return AmountAnswer("", None, None, (slot.path,), (beware("therapy_amount_unknown", slot.key, str(weight)),))
    if _PER_M2 in branch.amount.unit:
        return _by_surface(slot, branch, surface_m2)
    text, amount = _computed(branch, _PER_KG, weight.kg)
    table, path, findings = _from_table(protocol, regimen_id, slot, weight)
    return AmountAnswer(text, amount, table, (branch.path, *path), findings)


def _without_weight(slot: Slot, surface_m2: Decimal | None) -> AmountAnswer:
    only = slot.amounts[0] if len(slot.amounts) == 1 and slot.amounts[0].range_text == "" else None
    if only is not None and surface_m2 is not None and _PER_M2 in only.amount.unit:
        return _by_surface(slot, only, surface_m2)
    text = "; ".join(f"{b.range_text}: {b.text}" if b.range_text else b.text for b in slot.amounts)
    paths = tuple(branch.path for branch in slot.amounts)
    if only is None or _PER_KG in only.amount.unit or _PER_M2 in only.amount.unit:
        return AmountAnswer(text, None, None, paths, (beware("therapy_weight_needed", slot.key, text),))
    return AmountAnswer(text, None if only.most is not None else only.amount, None, paths, ())


def _by_surface(slot: Slot, branch: AmountBranch, surface_m2: Decimal | None) -> AmountAnswer:
    if surface_m2 is None:
        found = (beware("therapy_height_needed", slot.key, branch.text),)
        return AmountAnswer(branch.text, None, None, (branch.path,), found)
    text, amount = _computed(branch, _PER_M2, surface_m2)
    return AmountAnswer(text, amount, None, (branch.path,), ())


def _computed(branch: AmountBranch, per: str, times: Decimal) -> tuple[str, Amount | None]:
    """The amount for people, and as one number unless it is a range."""
    least, most = (_end(branch, end, per, times) for end in (branch.amount, branch.most or branch.amount))
    said = str(least) if least == most else f"{grouped(least.value)} to {most}"
    text = said if (least, most) == (branch.amount, branch.most or branch.amount) else f"{said} ({branch.text})"
    return text, least if least == most else None


def _end(branch: AmountBranch, end: Amount, per: str, times: Decimal) -> Amount:
    if per not in end.unit:
        return end
    exact = Amount(end.value * times, end.unit.replace(per, "", 1))
    if branch.cap is not None and exact.value > branch.cap.value:
        return branch.cap
    return exact


def _from_table(
    protocol: Protocol, regimen_id: str, slot: Slot, weight: BodyWeight
) -> tuple[Amount | None, tuple[str, ...], tuple[Finding, ...]]:
    key = slot.phase or slot.key
    bands = [band for band in protocol.bands if regimen_id in band.regimens and key in dict(band.amounts)]
    if not bands:
        return None, (), ()
    for band in bands:
        amount = band.amount_for(regimen_id, key, weight)
        if amount is not None:
            return amount, (f"{band.path}.{key}",), ()
    return None, (), (beware("therapy_weight_outside_table", slot.key, str(weight)),)

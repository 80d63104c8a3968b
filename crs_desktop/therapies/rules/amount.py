"""What a dose amounts to for a body weight: the branch that holds, its exact product, the cap, the table."""

from __future__ import annotations

from dataclasses import dataclass

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.refusal import Finding, beware
from crs_desktop.therapies.model.doses import Amount, AmountBranch
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.slots import Slot

_PER_KG = "/kg"
_PER_M2 = "/m2"


@dataclass(frozen=True, slots=True)
class AmountAnswer:
    """The amount as text, exact where it can be computed, with the paths it rests on and what is missing."""

    text: str
    amount: Amount | None
    table: Amount | None
    paths: tuple[str, ...]
    findings: tuple[Finding, ...]


def amount_of(protocol: Protocol, regimen_id: str, slot: Slot, weight: BodyWeight | None) -> AmountAnswer:
    """The amount of one dose. Without a weight it stays a rule; per square metre it needs a height as well."""
    if weight is None:
        return _without_weight(slot)
    branch = next((branch for branch in slot.amounts if branch.holds_for(weight)), None)
    if branch is None:
        return AmountAnswer("", None, None, (slot.path,), (beware("therapy_amount_unknown", slot.key, str(weight)),))
    if _PER_M2 in branch.amount.unit:
        found = (beware("therapy_height_needed", slot.key, branch.text),)
        return AmountAnswer(branch.text, None, None, (branch.path,), found)
    amount = _computed(branch, weight)
    table, path, findings = _from_table(protocol, regimen_id, slot, weight)
    text = str(amount) if amount == branch.amount else f"{amount} ({branch.text})"
    return AmountAnswer(text, amount, table, (branch.path, *path), findings)


def _without_weight(slot: Slot) -> AmountAnswer:
    needs = len(slot.amounts) != 1 or _PER_KG in slot.amounts[0].amount.unit or _PER_M2 in slot.amounts[0].amount.unit
    text = "; ".join(f"{b.range_text}: {b.text}" if b.range_text else b.text for b in slot.amounts)
    amount = None if needs else slot.amounts[0].amount
    findings = (beware("therapy_weight_needed", slot.key, text),) if needs else ()
    return AmountAnswer(text, amount, None, tuple(branch.path for branch in slot.amounts), findings)


def _computed(branch: AmountBranch, weight: BodyWeight) -> Amount:
    if not branch.amount.unit.endswith(_PER_KG):
        return branch.amount
    exact = Amount(branch.amount.value * weight.kg, branch.amount.unit.removesuffix(_PER_KG))
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

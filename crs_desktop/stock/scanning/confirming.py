"""The first scan of a product number: a person types what stands on the pack in hand before the number counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crs_desktop.kernel.amounts import Mass, plain
from crs_desktop.kernel.entry import read_count, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.stock.commands import BRANDS, read_strength
from crs_desktop.stock.scanning.model import ConfirmPack, KnownPack, PackConfirmed, Unconfirmed, Use

MOST_VIALS = 1000


def confirm_pack(asked: Unconfirmed, typed: ConfirmPack) -> PackConfirmed | Refused:
    """The confirmation to keep, or every reason why not. Where the table says otherwise, a reason is asked for.

    A pack that is no stock for CRS is confirmed as that, so that its next scan is refused at once.
    """
    reason = read_text(typed.reason, "reason", needed=False)
    use = next((known for known in Use if known.value == typed.use), None)
    findings = [reason] if isinstance(reason, Finding) else []
    if typed.gtin != asked.gtin:
        findings.append(no("scan_confirm_other_number", "gtin", typed.gtin, asked=asked.gtin))
    if use is None:
        findings.append(no("scan_confirm_use", "use", typed.use))
    pack = _for_infusion(asked, typed) if use is Use.INFUSION else KnownPack(asked.gtin, use or Use.OTHER)
    if isinstance(pack, Refused):
        return refuse(*findings, *pack.findings)
    if findings or isinstance(reason, Finding):
        return refuse(*findings)
    if use is Use.OTHER and not reason:
        return refuse(no("scan_confirm_name_needed", "reason"))
    kept = KnownPack(
        pack.gtin,
        pack.use,
        pack.brand,
        pack.strength,
        pack.vials,
        ndc=asked.expected.ndc if asked.expected is not None else "",
        confirmed=True,
        note=reason if use is Use.OTHER else "",
    )
    differs = _differences(asked.expected, kept)
    if differs and not reason:
        return refuse(*(_differing(name, asked.expected, kept) for name in differs))
    return PackConfirmed(kept, differs, reason)


def _for_infusion(asked: Unconfirmed, typed: ConfirmPack) -> KnownPack | Refused:
    brand = next((known for known in BRANDS if known.lower() == typed.brand.strip().lower()), None)
    strength = read_strength(typed.strength_mg)
    vials = read_count(typed.vials, "vials", most=MOST_VIALS)
    found = [item for item in (strength, vials) if isinstance(item, Finding)]
    if brand is None:
        found.insert(0, no("stock_brand", "brand", typed.brand, known=", ".join(BRANDS)))
    if found:
        return refuse(*found)
    assert brand is not None and isinstance(strength, Mass) and isinstance(vials, int)
    return KnownPack(asked.gtin, Use.INFUSION, brand, strength, vials)


def _differences(expected: KnownPack | None, kept: KnownPack) -> tuple[str, ...]:
    if expected is None:
        return ()
    names = ("use",) if expected.use is not kept.use else ("brand", "strength", "vials")
    return tuple(name for name in names if getattr(expected, name) != getattr(kept, name))


def _differing(name: str, expected: KnownPack | None, kept: KnownPack) -> Finding:
    return no("scan_confirm_differs", name, _written(getattr(kept, name)), table=_written(getattr(expected, name)))


def _written(value: object) -> str:
    if isinstance(value, Mass):
        return f"{plain(value.mg)} mg"
    return value.value if isinstance(value, Use) else str(value)


def known_packs(shipped: Mapping[str, KnownPack], confirmed: Iterable[KnownPack]) -> dict[str, KnownPack]:
    """The table a scan is read with: what persons here confirmed stands over what is only expected."""
    return {**shipped, **{pack.gtin: pack for pack in confirmed}}

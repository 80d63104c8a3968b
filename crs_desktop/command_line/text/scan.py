"""`scan` and `stock confirm-pack` in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from crs_desktop.command_line.text.dose import reasons
from crs_desktop.command_line.text.layout import pairs, term
from crs_desktop.kernel.days import day_text


def scan_text(document: Mapping[str, Any]) -> str:
    """Each reading with its verdict; or the reasons why the code counts for nothing."""
    if "refused" in document:
        return "\n".join([term("cl_scan_refused"), *reasons(document["refused"])])
    lines = [] if document["certain"] else [term("cl_scan_several", len(document["readings"]))]
    for one in document["readings"]:
        lines += [_verdict(one), *pairs(_facts(one))]
    return "\n".join([*lines, *pairs(_beware(document["findings"]))])


def confirmed_text(document: Mapping[str, Any]) -> str:
    """What the number says from now on."""
    if document["vials"] is None:
        return term("cl_stock_confirmed_none", document["gtin"])
    return term(
        "cl_stock_confirmed", document["gtin"], brand=document["brand"], mg=document["mg"], vials=document["vials"]
    )


def _verdict(one: Mapping[str, Any]) -> str:
    product = one["product"]
    name = term("cl_scan_unknown") if product is None else f"{product['brand']} {product['strength_mg']} mg"
    against = [entry for entry in one["against"] if entry["code"] != "scan_pack_not_confirmed"]
    if against:
        return term("cl_scan_not", name)
    return term("cl_scan_first" if one["against"] else "cl_scan_good", name)


def _facts(one: Mapping[str, Any]) -> list[tuple[str, str]]:
    missing = term("cl_scan_missing")
    product = one["product"]
    expires = missing if one["expires"] is None else day_text(date.fromisoformat(one["expires"]), year=True)
    vials = term("cl_terminal_not_known") if product is None or product["vials"] is None else str(product["vials"])
    shelf = "; ".join(f"{item['place']}: {item['vials']}, {item['state']}" for item in one["shelf"])
    rows = [
        (term("cl_scan_label_lot"), one["lot"] or missing),
        (term("cl_scan_label_expires"), expires),
        (term("cl_scan_label_serial"), one["serial"] or missing),
        (term("cl_scan_label_gtin"), one["gtin"]),
        (term("cl_scan_label_vials"), vials),
        (term("cl_scan_label_shelf"), shelf),
    ]
    rows += [(term("cl_scan_label_against"), entry["reason"]) for entry in one["against"]]
    return rows + _beware(one["findings"])


def _beware(entries: list[Mapping[str, str]]) -> list[tuple[str, str]]:
    return [(term("cl_terminal_more"), entry["reason"]) for entry in entries]

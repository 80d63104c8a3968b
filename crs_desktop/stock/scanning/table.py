"""The shipped table of product numbers: expected packs, each to be confirmed with a pack in hand before it counts."""

from __future__ import annotations

import tomllib
from functools import cache
from types import MappingProxyType

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.resources import resource
from crs_desktop.stock.scanning.model import KnownPack, Use
from crs_desktop.stock.scanning.numbers import gtin_of_ndc, is_ndc


@cache
def shipped_packs() -> MappingProxyType[str, KnownPack]:
    """Expected packs by GTIN. Raises ValueError for a file that contradicts itself: that is our defect."""
    return MappingProxyType(read_table(resource("barcodes", "tocilizumab.toml").read_text("utf-8")))


def read_table(text: str) -> dict[str, KnownPack]:
    """The packs of a table: each number must be that of its NDC, and stand there once."""
    rows = tomllib.loads(text)["packs"]
    packs: dict[str, KnownPack] = {}
    for row in rows:
        ndc = row["ndc"]
        if not is_ndc(ndc) or gtin_of_ndc(ndc) != row["gtin"] or row["gtin"] in packs:
            raise ValueError(f"{ndc}: not an NDC, not its GTIN, or there twice")
        packs[row["gtin"]] = KnownPack(
            gtin=row["gtin"],
            use=Use(row["use"]),
            brand=row["brand"],
            strength=Mass.of_mg(row["mg"]),
            vials=row.get("vials"),
            ndc=ndc,
            confidence=row["confidence"],
            note=row.get("note", ""),
        )
    return packs

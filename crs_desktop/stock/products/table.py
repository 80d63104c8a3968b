"""The shipped facts about brands, read once and strictly: what is not known is empty there, never guessed here."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from crs_desktop.kernel.resources import resource
from crs_desktop.stock.products.model import Brand, Claim, Diluted

_CRS = ("yes", "no", "")


@cache
def shipped_brands() -> tuple[Brand, ...]:
    """Every known brand, the reference product first, the others by name."""
    return read_brands(resource("stock", "brands.toml").read_text("utf-8"))


def read_brands(text: str) -> tuple[Brand, ...]:
    """The brands of a table. Raises KeyError or ValueError for one that contradicts itself: that is our defect."""
    table = tomllib.loads(text)
    brands = [_brand(row, table["sources"]) for row in table["brand"]]
    names = [brand.name for brand in brands]
    if len(set(names)) != len(names) or sum(brand.reference for brand in brands) != 1:
        raise ValueError("each brand stands there once, and one of them is the reference product")
    return tuple(sorted(brands, key=lambda brand: (not brand.reference, brand.name)))


def _brand(row: dict[str, Any], sources: dict[str, str]) -> Brand:
    crs = _claim(row["crs"], sources)
    if crs.value not in _CRS:
        raise ValueError(f"{row['name']}: CRS is yes, no or unknown")
    diluted = tuple(
        Diluted(one["diluent"], one["temperature"], one["hours"], _claim({"value": f"{one['hours']}", **one}, sources))
        for one in row.get("diluted", [])
    )
    recall = _claim(row["recall"], sources) if "recall" in row else None
    return Brand(
        row["name"], row["product"], row["labeler"], row["reference"], crs, _claim(row["storage"], sources),
        _claim(row["excursion"], sources), diluted, recall,
    )  # fmt: skip


def _claim(row: dict[str, Any], sources: dict[str, str]) -> Claim:
    claim = Claim(
        row["value"], row.get("note", ""), tuple(sources[key] for key in row["source"]), row["read"],
        row["confidence"], row.get("since", ""),
    )  # fmt: skip
    if claim.unknown != (claim.confidence == "unknown") or not (claim.sources or claim.unknown):
        raise ValueError("what is known names its source and how sure it is; what is not is unknown")
    return claim

"""Brands in the words of their tab: every claim with a shape and a word for how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.days import date_text
from crs_desktop.stock.brands.model import Cost, Price
from crs_desktop.stock.brands.service import BrandPicture
from crs_desktop.stock.commands import STRENGTHS
from crs_desktop.stock.products.model import Brand, Claim


@dataclass(frozen=True, slots=True)
class Told:
    """One line of what is known of a brand."""

    key: str
    what: str
    value: str
    claim: Claim


def mark(claim: Claim) -> tuple[State, str]:
    """Unknown, unverified, or read in a source: a shape, and the word beside it."""
    if claim.unknown:
        return State.CANNOT_SAY, tr("unknown")
    return (State.READY_BUT, tr("unverified")) if claim.unverified else (State.READY, tr("read"))


def crs_text(brand: Brand) -> str:
    """Whether CRS is an indication; unknown is said and is not yes."""
    if brand.crs.unknown:
        return tr("unknown")
    said = tr("yes") if brand.for_crs else tr("no")
    return tr("{said}, since {since}").format(said=said, since=brand.crs.since) if brand.crs.since else said


def told_of(brand: Brand) -> list[Told]:
    """Everything that is known, or known to be unknown."""
    lines = [Told("crs", tr("CRS is an indication"), crs_text(brand), brand.crs)]
    if brand.recall is not None:
        lines.append(Told("recall", tr("Recall"), brand.recall.value, brand.recall))
    lines.append(Told("storage", tr("Unopened vials"), brand.storage.value, brand.storage))
    out = brand.excursion.value or tr("unknown")
    lines.append(Told("excursion", tr("Outside its temperatures"), out, brand.excursion))
    for at, one in enumerate(brand.diluted):
        what = tr("Diluted, {diluent}").format(diluent=one.diluent)
        value = tr("{hours} h at {temperature}").format(hours=one.hours, temperature=one.temperature)
        lines.append(Told(f"diluted{at}", what, value, one.claim))
    if not brand.diluted:
        lines.append(Told("diluted", tr("Diluted"), tr("unknown"), _not_read(brand)))
    return lines


def _not_read(brand: Brand) -> Claim:
    return Claim("", phrase("stock_brands_not_read"), (), brand.crs.read, "unknown")


def source_text(claim: Claim) -> str:
    """Where it was read and when."""
    where = "; ".join(claim.sources)
    return tr("{where}. Read {day}").format(where=where, day=date_text(claim.read)) if where else tr("no source")


def source_short(claim: Claim) -> str:
    """The first place where it was read; the hint names all."""
    return f"{claim.sources[0][:40]}…" if claim.sources else tr("no source")


def price_text(price: Price | None) -> str:
    """'USD 2,150.00', or 'unknown'."""
    return tr("unknown") if price is None else str(Cost(price.minor, price.currency))


def brand_columns() -> list[Column[BrandPicture]]:
    """The brands, with what decides first."""
    columns: list[Column[BrandPicture]] = [
        Column(
            tr("Brand"), lambda one: one.brand.name, strong=True,
            below=lambda one: tr("{product}, reference product").format(product=one.brand.product)
            if one.brand.reference else one.brand.product,
        ),
        Column(
            tr("For CRS"), lambda one: crs_text(one.brand),
            state=lambda one: State.READY if one.brand.for_crs else State.CANNOT_SAY if one.brand.crs.unknown
            else State.SHORT,
        ),
        Column(
            tr("Recall"),
            lambda one: tr("each lot waits in quarantine") if one.brand.recall else tr("no notice known here"),
            state=lambda one: State.SHORT if one.brand.recall else None, stretch=True,
            hint=lambda one: one.brand.recall.value if one.brand.recall else "",
        ),
    ]  # fmt: skip
    heads = [tr("A vial of {strength}").format(strength=one) for one in STRENGTHS]
    return columns + [_price_column(at, head) for at, head in enumerate(heads)]


def _price_column(at: int, head: str) -> Column[BrandPicture]:
    return Column(head, lambda one: price_text(one.prices[at]), "right")


def told_columns() -> list[Column[Told]]:
    """What is known of one brand."""
    return [
        Column(tr("What"), lambda line: line.what, strong=True),
        Column(
            tr("How sure"), lambda line: mark(line.claim)[1], state=lambda line: mark(line.claim)[0],
        ),
        Column(tr("Known"), lambda line: line.value, below=lambda line: line.claim.note,
               hint=lambda line: " ".join(filter(None, (line.value, line.claim.note))), stretch=True),
        Column(tr("Where, when"), lambda line: date_text(line.claim.read),
               below=lambda line: source_short(line.claim), hint=lambda line: source_text(line.claim)),
    ]  # fmt: skip

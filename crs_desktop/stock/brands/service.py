"""Use cases of brands: read what is known of each, and state what a vial costs from a day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.entry import read_day, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.stock.brands import repository
from crs_desktop.stock.brands.model import CURRENCIES, Price
from crs_desktop.stock.brands.rules import price_on, read_money
from crs_desktop.stock.commands import STRENGTHS, read_brand, read_strength
from crs_desktop.stock.products.model import Brand
from crs_desktop.stock.products.table import shipped_brands
from crs_desktop.store.store import Request, Result, Store, Writing


@dataclass(frozen=True, slots=True)
class StatePrice:
    """What a vial costs from a day on, as typed."""

    request_id: str
    brand: str
    strength_mg: str
    price: str
    currency: str
    valid_from: str
    reason: str


@dataclass(frozen=True, slots=True)
class BrandPicture:
    """What is known of a brand, and what its vials cost today (strongest first; None: nobody has said)."""

    brand: Brand
    prices: tuple[Price | None, ...]


class BrandBook:
    """The brands of tocilizumab and their prices."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store = store
        self._zone = zone

    def brands(self) -> list[BrandPicture]:
        """Every brand with the prices in force today."""
        with self._store.read() as session:
            known = repository.prices(session)
        today = self.today()
        return [
            BrandPicture(brand, tuple(price_on(known, brand.name, strength, today) for strength in STRENGTHS))
            for brand in shipped_brands()
        ]

    def prices(self) -> list[Price]:
        """Every price that was ever stated, newest first."""
        with self._store.read() as session:
            return repository.prices(session)

    def state_price(self, command: StatePrice, actor: Actor) -> Price | Refused:
        """A vial of this brand and strength costs so much from that day on; earlier lines keep their price."""
        brand, strength = read_brand(command.brand), read_strength(command.strength_mg)
        minor = read_money(command.price, command.currency)
        day, reason = read_day(command.valid_from, "valid_from"), read_text(command.reason, "reason", needed=False)
        findings = [item for item in (brand, strength, minor, day, reason) if isinstance(item, Finding)]
        if command.currency not in CURRENCIES:
            findings.append(no("price_currency", "currency", command.currency, known=", ".join(CURRENCIES)))
        if findings:
            return refuse(*findings)
        assert isinstance(brand, str) and isinstance(minor, int) and isinstance(day, date) and isinstance(reason, str)
        assert not isinstance(strength, Finding)

        def work(writing: Writing) -> Result:
            price = Price(0, brand, strength, minor, command.currency, day, reason, writing.at, writing.actor.name)
            number = repository.add_price(writing.session, price)
            writing.log("price", number, "state", after=content, reason=reason)
            return {"price": number}

        content = {
            "brand": brand, "strength": strength.mcg, "minor": minor, "currency": command.currency,
            "from": day.isoformat(), "reason": reason,
        }  # fmt: skip
        result = self._store.perform(Request(command.request_id, "state price", content), actor, [Topic.STOCK], work)
        if isinstance(result, Refused):
            return result
        return next(price for price in self.prices() if price.id == result["price"])

    def today(self) -> date:
        """The site's day."""
        return local_day(self._store.clock.now(), self._zone)

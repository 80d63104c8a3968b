"""Nouns of a scan: elements, the pack behind a product number, each possible reading, and what a person confirms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.refusal import Finding, Refused, Severity


class Use(Enum):
    """What the contents of a pack are for."""

    INFUSION = "infusion"
    SUBCUTANEOUS = "subcutaneous"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Element:
    """One element string: its application identifier and its value, as they stood in the code."""

    ai: str
    value: str


@dataclass(frozen=True, slots=True)
class KnownPack:
    """What stands behind a GTIN. Not `confirmed` is only expected: nobody here has compared it with a pack in hand."""

    gtin: str
    use: Use
    brand: str = ""
    strength: Mass | None = None
    vials: int | None = None
    ndc: str = ""
    confirmed: bool = False
    confidence: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A GTIN that counts only after a person compared brand, strength and vials with the pack in hand.

    `expected` is what the shipped table supposes; `inside` the pack that a case with this number would hold.
    """

    gtin: str
    expected: KnownPack | None = None
    inside: KnownPack | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a scan. `findings` that are a `no` stand against receiving the pack, not against knowing it."""

    elements: tuple[Element, ...]
    gtin: str
    pack: KnownPack | Unconfirmed
    lot: str = ""
    expires: date | None = None
    serial: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def stops(self) -> tuple[Finding, ...]:
        """What stands against receiving it."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.NO)

    @property
    def known(self) -> KnownPack | None:
        """The pack, once a person has confirmed it."""
        return self.pack if isinstance(self.pack, KnownPack) else None


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan that was understood in one way or in several. Several: a person chooses, the program never does."""

    raw: str
    symbology: str
    readings: tuple[Reading, ...]
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        if not self.readings:
            raise ValueError("a scan that was understood has a reading")

    @property
    def certain(self) -> Reading | None:
        """The only reading; None when a person has to choose."""
        return self.readings[0] if len(self.readings) == 1 else None


@dataclass(frozen=True, slots=True)
class RefusedScan(Refused):
    """A scan that counts for nothing, with everything that was read before it was refused."""

    raw: str = ""
    symbology: str = ""
    elements: tuple[Element, ...] = ()
    rest: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmPack:
    """What a person typed from the pack in hand; `use` is a Use value, `reason` why the table is wrong if it is."""

    gtin: str
    use: str
    brand: str = ""
    strength_mg: str = ""
    vials: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PackConfirmed:
    """A confirmation to be kept: the pack from now on, and in what it differs from the table it was compared with."""

    pack: KnownPack
    differs: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptFields:
    """What a scan fills into the form that receives vials, written as that form writes it."""

    brand: str
    strength_mg: str
    number: str
    expires: str
    vials: str

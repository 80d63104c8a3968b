"""What a second person enters about a dose, and what the program itself makes of the weight they entered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from crs_desktop.doses.rules.arithmetic import calculated_dose, rounding_range
from crs_desktop.kernel.amounts import BodyWeight, Mass, plain
from crs_desktop.kernel.refusal import Finding, beware
from crs_desktop.kernel.wording import say
from crs_desktop.staff.signing.model import Asked, AskedField, Kind, SecondCheck, Standing
from crs_desktop.staff.signing.rules import standing
from crs_desktop.stock.commands import BRANDS

DOSE = "dose"
WEIGHT_FIELD, PRODUCT_FIELD, DOSE_FIELD = "weight", "product", "amount"
MIXED, ELSEWHERE = "mixed", "elsewhere"


def asked_about(dose_id: int, weight: BodyWeight | None, brands: Iterable[str], amount: Mass) -> Asked:
    """Weight, product and dose of a record. No brand at all: the supply came from elsewhere."""
    found = sorted(set(brands))
    product = ELSEWHERE if not found else MIXED if len(found) > 1 else found[0]
    return Asked(
        DOSE, str(dose_id),
        (
            AskedField(WEIGHT_FIELD, Kind.WEIGHT, "" if weight is None else plain(weight.kg)),
            AskedField(PRODUCT_FIELD, Kind.CHOICE, product, products(found)),
            AskedField(DOSE_FIELD, Kind.DOSE, plain(amount.mg)),
        ),
    )  # fmt: skip


def products(brands: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    """What can be chosen as the product; a brand that is known here only from the record stands among the others."""
    names = sorted({*BRANDS, *brands})
    mixed, elsewhere = say(beware("second_product_mixed")), say(beware("second_product_elsewhere"))
    return (*((name, name) for name in names), (MIXED, mixed), (ELSEWHERE, elsewhere))


def recalculated(weight: BodyWeight, entered: Mass, rounding: Decimal) -> Finding:
    """What the program calculates from the second person's own weight, beside the dose that they entered."""
    calculated = calculated_dose(weight)
    least, most = rounding_range(calculated, rounding)
    if least <= entered <= most:
        return beware("second_dose_as_calculated", DOSE_FIELD, calculated, weight=weight)
    return beware("second_dose_not_calculated", DOSE_FIELD, calculated, weight=weight, entered=entered)


def waits(rows: Sequence[SecondCheck], taken_back: bool) -> Standing | None:
    """Where the second check of a record stands; None for one that was taken back: nobody has to look any more."""
    return None if taken_back else standing(rows)

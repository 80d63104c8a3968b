"""Body surface area, for doses per square metre.

Mosteller RD. Simplified calculation of body-surface area. N Engl J Med 1987;317:1098: the square root of height in cm
times weight in kg, divided by 3600. Formula and citation are written from general knowledge; the letter was not opened.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

from crs_desktop.kernel.amounts import BodyWeight

_STEP = Decimal("0.01")
_PRECISION = 50


def body_surface(height_cm: Decimal | int | str, weight: BodyWeight) -> Decimal:
    """Square metres, half up to 0.01. Raises ValueError for a height that is no number above zero.

    >>> body_surface(160, BodyWeight.of_kg(40))
    Decimal('1.33')
    """
    height = Decimal(height_cm)
    if not height.is_finite() or height <= 0:
        raise ValueError("a height in cm is a number above zero")
    with localcontext() as context:
        context.prec = _PRECISION
        # five thirds of the root is a hundred times the root of a 3600th: exact where the root is, also at a half
        hundredths = (height * weight.kg).sqrt() * 5 / 3
        return (hundredths.quantize(Decimal(1), ROUND_HALF_UP) * _STEP).quantize(_STEP)

"""What is shipped about brands: every claim with its source, unknown said as unknown, and never taken for a yes."""

from __future__ import annotations

import pytest

from crs_desktop.kernel.resources import resource
from crs_desktop.stock.commands import BRANDS, NOT_CONFIRMED_FOR_CRS, REFERENCE_BRAND, UNDER_RECALL
from crs_desktop.stock.products.table import read_brands, shipped_brands

TEXT = resource("stock", "brands.toml").read_text("utf-8")


def test_that_the_reference_product_stands_first_and_every_brand_has_its_suffix() -> None:
    assert (REFERENCE_BRAND, BRANDS) == ("Actemra", ("Actemra", "Avtozma", "Tofidence", "Tyenne"))
    assert [brand.product for brand in shipped_brands()] == [
        "tocilizumab", "tocilizumab-anoh", "tocilizumab-bavi", "tocilizumab-aazg",
    ]  # fmt: skip


def test_that_a_brand_whose_crs_status_is_not_known_is_not_one_for_crs() -> None:
    assert NOT_CONFIRMED_FOR_CRS == ("Tofidence",)
    tofidence = next(brand for brand in shipped_brands() if brand.name == "Tofidence")
    assert tofidence.crs.unknown and not tofidence.for_crs


def test_that_no_brand_has_an_allowance_outside_the_fridge_and_only_the_reference_product_keeps_diluted() -> None:
    assert all(brand.excursion.unknown for brand in shipped_brands())
    keeps = {brand.name: [(one.diluent[-11:], one.temperature, one.hours) for one in brand.diluted]
             for brand in shipped_brands()}  # fmt: skip
    assert [hours for _, _, hours in keeps["Actemra"]] == [24, 24, 24, 4]
    assert [keeps[name] for name in ("Avtozma", "Tofidence", "Tyenne")] == [[], [], []]


def test_that_what_comes_from_memory_is_unverified_and_the_recall_is_told() -> None:
    by_name = {brand.name: brand for brand in shipped_brands()}
    assert by_name["Tyenne"].storage.unverified and not by_name["Actemra"].storage.unverified
    assert not by_name["Tofidence"].crs.unverified  # unknown is heavier than unverified
    assert UNDER_RECALL == ("Tyenne",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "Avtozma"', 'name = "Actemra"'),
        ("reference = false", "reference = true"),
        ('value = "yes"\nsince = "2017-08-30"', 'value = "maybe"\nsince = "2017-08-30"'),
        ('value = "yes"\nsince = "2017-08-30"', 'value = ""\nsince = "2017-08-30"'),
        ('source = ["onc_pm_2017", "act_pi_2021"]', "source = []"),
    ],
)
def test_that_a_table_that_contradicts_itself_is_not_read(old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(ValueError):
        read_brands(TEXT.replace(old, new, 1))

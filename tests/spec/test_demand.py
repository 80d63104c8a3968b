"""How often tocilizumab is needed, typed from the reference of products and not from the protocol files.

Columns: product, regimen, CRS of any grade (% of all), tocilizumab (% of all, exact), its patients, how it was worked
out, onset of CRS (median), and a mark "?" where the figure of tocilizumab is unverified. "-" is not on file.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from crs_desktop.therapies.rules.demand import DemandFact, demand_facts
from tests.patients.courses import CATALOGUE

TABLE = """
tisagenlecleucel          all_paed_ya           77    39        79   stated      3 days
tisagenlecleucel          lbcl                  74    18*100/115 115 counted     3 days
tisagenlecleucel          fl                    53    15        97   stated      4 days
axicabtagene_ciloleucel   single                94    43        108  stated      2 days
brexucabtagene_autoleucel mcl                   91    61        82   stated      3 days
brexucabtagene_autoleucel all_adult             92    -         -    -           5 days
lisocabtagene_maraleucel  lbcl_3l               46    20        269  stated      5 days
lisocabtagene_maraleucel  lbcl_2l               49    -         -    -           5 days
lisocabtagene_maraleucel  cll_sll               85    65        117  stated      4 days
lisocabtagene_maraleucel  fl                    58    -         -    -           5 days
lisocabtagene_maraleucel  mzl                   -     -         -    -           -
idecabtagene_vicleucel    single                85    54        127  stated?     1 days
ciltacabtagene_autoleucel single                95    69        97   stated?     7 days
obecabtagene_autoleucel   high_burden           75    -         -    -           8 days
obecabtagene_autoleucel   low_burden            75    -         -    -           8 days
afamitresgene_autoleucel  single                75    41        44   stated      2 days
teclistamab               mono                  72.1  36.4      165  stated      2 days
teclistamab               combo_daratumumab_sc  60.1  -         -    -           -
elranatamab               mono                  57.7  22.7      123  stated?     2 days
talquetamab               weekly                76    35        -    stated?     27 hours
talquetamab               every_2_weeks         76    35        -    stated?     27 hours
linvoseltamab             mono                  46    19        117  stated?     11 hours
epcoritamab               dlbcl_2step           51    14        157  stated?     24 hours
epcoritamab               fl_3step_mono         49    -         -    -           -
epcoritamab               fl_3step_r2           24    -         -    -           -
glofitamab                mono_fixed            70    -         -    -           14 hours
mosunetuzumab_iv          iv_fixed              39    8         90   stated?     -
mosunetuzumab_sc          sc_fixed              30    -         -    -           -
tarlatamab                mono                  57    10*57/100 473  multiplied  16 hours
tebentafusp               weekly                89    1         245  stated?     -
blinatumomab              rr                    15    -         -    -           2 days
blinatumomab              mrd                   7     -         -    -           2 days
blinatumomab              consolidation         16    -         -    -           2 days
odronextamab              eu_fl                 56    -         -    -           -
odronextamab              eu_dlbcl              53.3  -         -    -           -
"""
ROWS = [line.split(maxsplit=6) for line in TABLE.strip().splitlines()]
# Doses of tocilizumab given, as the trials count them.
GIVEN = {
    ("tisagenlecleucel", "all_paed_ya"): {"2": 10, "3": 3},
    ("tisagenlecleucel", "lbcl"): {"1": 7, "2": 11},
    ("afamitresgene_autoleucel", "single"): {"1": 13, "more than 1": 5},
    ("idecabtagene_vicleucel", "single"): {"1": 35, "more than 1": 18},
}


def number(text: str) -> Fraction | None:
    """'18*100/115', '36.4', '-'."""
    if text == "-":
        return None
    product, _, below = text.partition("/")
    value = Fraction(1)
    for factor in product.split("*"):
        value *= Fraction(factor)
    return value / Fraction(below or 1)


def value(fact: DemandFact | None) -> Fraction | None:
    return None if fact is None else fact.value


@pytest.mark.parametrize(("product", "regimen", "crs", "share", "patients", "how", "onset"), ROWS)
def test_that_the_demand_of_a_regimen_is_that_of_the_table(
    product: str, regimen: str, crs: str, share: str, patients: str, how: str, onset: str
) -> None:
    facts = demand_facts(CATALOGUE.protocol(product), regimen)
    needed = facts.tocilizumab
    assert value(facts.crs_any) == number(crs)
    assert value(needed) == number(share)
    if needed is not None:
        assert (needed.how, needed.unverified) == (how.rstrip("?"), how.endswith("?"))
        assert ("-" if needed.patients is None else str(needed.patients)) == patients
        assert needed.unit == "percent of all patients"
    assert ("-" if facts.onset is None else f"{facts.onset.value} {facts.onset.unit}") == onset


@pytest.mark.parametrize(("product", "regimen"), [(row[0], row[1]) for row in ROWS])
def test_that_the_doses_given_are_as_counted(product: str, regimen: str) -> None:
    facts = demand_facts(CATALOGUE.protocol(product), regimen)
    assert {item.doses: item.fact.value for item in facts.doses_given} == GIVEN.get((product, regimen), {})
    assert len({item.fact.row for item in facts.doses_given}) <= 1


def test_that_every_figure_leads_to_its_fact_and_its_people() -> None:
    for product, regimen, *_ in ROWS:
        protocol = CATALOGUE.protocol(product)
        facts = demand_facts(protocol, regimen)
        for fact in (facts.crs_any, facts.crs_grade3plus, facts.tocilizumab, facts.onset, facts.onset_range):
            if fact is not None:
                known = [protocol.fact(path) for path in fact.paths]
                assert None not in known and fact.trial
                assert fact.unverified == any(one is not None and one.unverified for one in known)

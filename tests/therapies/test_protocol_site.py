"""What a site sets otherwise takes the place of the shipped value, says so, and is refused like any other mistake."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from crs_desktop.kernel.wording import say
from crs_desktop.therapies.model.facts import SiteRule
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.schema.parse import parse_protocol

SHIPPED = (Path(__file__).parent / "every_key.toml").read_text("utf-8")
BASE = "a" * 64


def with_rules(*rules: tuple[str, str], text: str = SHIPPED) -> bytes:
    said = "".join(f'\n[[site.rules]]\npath = "{path}"\nvalue = {value}\nreason = "Ours."\n' for path, value in rules)
    return f'{text}\n[site]\nbased_on = "{BASE}"\n{said}'.encode()


def changed(*rules: tuple[str, str]) -> Protocol:
    protocol = parse_protocol(with_rules(*rules), "file.toml")
    assert isinstance(protocol, Protocol), protocol
    return protocol


def shipped() -> Protocol:
    protocol = parse_protocol(SHIPPED.encode(), "file.toml")
    assert isinstance(protocol, Protocol)
    return protocol


def test_that_a_rule_of_the_site_takes_the_place_of_the_shipped_value() -> None:
    protocol = changed(("premedication.steroid.dose", "12"))
    assert protocol.premedication[0].dose == (Decimal(12),)
    fact = protocol.fact("premedication.steroid.dose")
    assert fact is not None
    assert (fact.value, fact.by_site, fact.sources, fact.note) == ((Decimal(12),), True, ("SITE",), "Ours.")
    assert (fact.confidence, fact.unit, fact.unverified) == ("high", "mg", False)
    assert fact.read == protocol.facts()[0].read
    assert protocol.site == (
        SiteRule("premedication.steroid.dose", (Decimal(12),), "Ours.", shipped=(Decimal(8),)),
    )  # fmt: skip
    assert protocol.based_on == BASE
    assert protocol.sources[-1].id == "SITE"


def test_that_nothing_else_changes() -> None:
    one, two = shipped(), changed(("premedication.steroid.dose", "12"))
    differ = [a.path for a, b in zip(one.facts(), two.facts(), strict=True) if a != b]
    assert differ == ["premedication.steroid.dose"]
    assert one.structure == two.structure
    assert (one.regimens, one.restart, one.observation) == (two.regimens, two.restart, two.observation)
    assert (one.site, one.based_on) == ((), "")
    assert all(source.id != "SITE" for source in one.sources)
    assert not any(fact.by_site for fact in one.facts())


@pytest.mark.parametrize(
    ("path", "value", "kept", "before"),
    [
        ("regimens.mono.steps.F1.amounts.light.cap", "15", Decimal(15), Decimal(18)),
        ("regimens.mono.steps.F1.max_gap_days", "9", 9, 10),
        ("regimens.mono.phases.weekly.min_gap_days", "6", 6, None),
        ("premedication.other_steroid.minutes_before", "[30, 60]", (30, 60), None),
        ("observation.hospital.after_grades", "[2]", (2,), (0, 1)),
        ("restart.ladder.doses.R2.dose", "20", Decimal(20), Decimal(30)),
        ("restart.short.premedicate", "false", False, True),
        ("risk.trial.by_dose.later.percent", "3", Decimal(3), None),
        ("regimens.cycles.cycle_days", "28", 28, 21),
    ],
)
def test_that_a_value_of_every_kind_may_be_set_also_an_unknown_one(
    path: str, value: str, kept: object, before: object
) -> None:
    protocol = changed((path, value))
    fact = protocol.fact(path)
    assert fact is not None
    assert (fact.value, fact.by_site, fact.jurisdiction) == (kept, True, "")
    assert protocol.site[0].shipped == before


def test_that_a_value_which_must_be_known_may_be_made_known_by_the_site() -> None:
    text = SHIPPED.replace("after_grades = [2, 3]\n", 'after_grades = { unknown = "Not stated." }\n', 1)
    assert isinstance(parse_protocol(text.encode(), "file.toml"), tuple)
    fixed = parse_protocol(with_rules(("premedication.other_steroid.after_grades", "[3]"), text=text), "file.toml")
    assert isinstance(fixed, Protocol)
    assert fixed.premedication[1].after_grades == (3,)


def test_that_the_rules_of_a_site_are_held_against_the_rest_of_the_file() -> None:
    for path, value, code in (
        ("regimens.mono.steps.F1.min_gap_days", "11", "therapy_gap_reversed"),
        ("restart.short.most", "30", "therapy_restart_overlaps"),
        ("regimens.mono.steps.F1.amounts.light.below_kg", "50", "therapy_weights_overlap"),
        ("regimens.cycles.cycle_days", "7", "therapy_day_outside_cycle"),
    ):
        found = parse_protocol(with_rules((path, value)), "file.toml")
        assert isinstance(found, tuple)
        assert code in {finding.code for finding in found}, path
        assert all("file.toml" in say(finding) for finding in found)


def test_that_all_mistakes_of_a_sites_rules_are_told_at_once() -> None:
    rules = (("premedication.steroid.id", '"x"'), ("lines.none.text", '"x"'), ("premedication.steroid.dose", '"much"'))
    found = parse_protocol(with_rules(*rules), "file.toml")
    assert isinstance(found, tuple)
    assert {(finding.code, finding.field) for finding in found} == {
        ("therapy_site_structure", "site.rules.premedication.steroid.id.path"),
        ("therapy_site_path_unknown", "site.rules.lines.none.text.path"),
        ("therapy_value_kind", "site.rules.premedication.steroid.dose.value"),
    }


def test_that_the_shipped_text_stays_in_front() -> None:
    protocol = changed(("premedication.steroid.dose", "12"))
    assert protocol.text.startswith(SHIPPED.encode())
    assert protocol.fingerprint != shipped().fingerprint

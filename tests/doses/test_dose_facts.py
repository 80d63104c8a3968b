"""The shipped facts: complete, cited, dated, and refused when broken."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from crs_desktop.doses.rules.facts import dosing_facts, facts_of
from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.refusal import Finding
from crs_desktop.kernel.resources import resource
from crs_desktop.kernel.wording import say, sentences

SHIPPED = resource("dosing", "tocilizumab.toml")


def test_that_every_fact_has_a_source_a_day_and_a_confidence() -> None:
    facts = dosing_facts()
    assert len(facts.cited) == 20
    for fact in facts.cited:
        assert fact.sources and all(fact.sources), fact.name
        assert fact.read == date(2026, 11, 22), fact.name
        assert fact.confidence in ("high", "medium", "low", "house", "unknown"), fact.name


def test_that_the_interval_clock_is_told_as_unknown() -> None:
    clock = next(fact for fact in dosing_facts().cited if fact.name == "interval_clock")
    assert (clock.value, clock.confidence) == ("start", "unknown")


def test_that_the_vials_have_the_volume_of_the_concentration() -> None:
    facts = dosing_facts()
    assert facts.strengths == (Mass.of_mg(400), Mass.of_mg(200), Mass.of_mg(80))
    assert 1000 % facts.mg_per_ml == 0, "a microgram must be a whole number of nanolitres"
    assert facts.infusion == timedelta(minutes=60)


def test_that_each_step_of_preparation_has_a_sentence() -> None:
    assert set(dosing_facts().steps) <= set(sentences())
    assert "diluent" in say(Finding(dosing_facts().steps[0], values=(("bag", "b"), ("volume", "v"))))


@pytest.mark.parametrize(
    "wrong", ['value = "800"', "value = 800.0", "value = 0", "value = true", 'value = 800\nunit = "g"']
)
def test_that_a_broken_fact_is_refused(tmp_path: Path, wrong: str) -> None:
    good = '[dose_cap]\nvalue = 800\nunit = "mg"'
    text = SHIPPED.read_text("utf-8")
    assert good in text
    unit = "" if "unit" in wrong else '\nunit = "mg"'
    broken = tmp_path / "broken.toml"
    broken.write_text(text.replace(good, f"[dose_cap]\n{wrong}{unit}"), "utf-8")
    with pytest.raises(ValueError, match="dose_cap"):
        facts_of(broken)

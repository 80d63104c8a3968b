"""Two versions of a protocol are compared whole: values, where they were read, structure and sources."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.model.facts import Fact, Source
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.differences import KINDS, Difference, differences, merged, unchanged
from crs_desktop.therapies.schema.parse import parse_protocol

GOOD = (Path(__file__).parent / "good.toml").read_bytes()


def parsed(text: bytes) -> Protocol:
    protocol = parse_protocol(text, "good.toml")
    assert isinstance(protocol, Protocol), protocol
    return protocol


BASE = parsed(GOOD)


def changed(old: str, new: str) -> Protocol:
    text = GOOD.decode()
    assert text.count(old) == 1, old
    return parsed(text.replace(old, new).encode())


def said(found: tuple[Difference, ...]) -> list[tuple[str, str, str, str]]:
    return [(one.path, one.kind, one.before_text, one.after_text) for one in found]


def of_facts(found: tuple[Difference, ...]) -> list[tuple[str, str, str, str]]:
    return [line for line in said(found) if line[1] != "structure"]


def test_that_a_changed_value_is_said_with_both_values() -> None:
    after = changed("dose = 8\nunit", "dose = 12\nunit")
    assert of_facts(differences(BASE, after)) == [("premedication.steroid.dose", "changed", "8 mg", "12 mg")]
    (one,) = (line for line in differences(BASE, after) if line.kind == "changed")
    assert one.before == BASE.fact("premedication.steroid.dose") and one.after == after.fact(one.path)


def test_that_a_changed_unit_is_a_changed_value() -> None:
    after = changed('dose = 8\nunit = "mg"', 'dose = 8\nunit = "mcg"')
    assert ("premedication.steroid.dose", "changed", "8 mg", "8 mcg") in of_facts(differences(BASE, after))


def test_that_a_value_that_is_no_longer_known_is_a_changed_one() -> None:
    after = changed("min_gap_days = 5", 'min_gap_days = { unknown = "Left out of the new label." }')
    line = ("regimens.mono.steps.F1.min_gap_days", "changed", "5 whole days", "")
    assert of_facts(differences(BASE, after)) == [line]


def test_that_what_is_only_read_elsewhere_is_a_change_of_source_and_says_no_value() -> None:
    after = changed("hours = 24", 'hours = { value = 24, source = ["MEMORY"], confidence = "low", note = "Recalled." }')
    line = ("observation.hospital.hours", "source", "LABEL; high", "MEMORY; low; Recalled.")
    assert of_facts(differences(BASE, after)) == [line]


def test_that_facts_and_sources_that_came_and_went_are_said_in_the_order_of_the_file() -> None:
    text = GOOD.decode()
    begin = text.index("[[observation]]")
    end = text.index("[[restart]]", begin)
    less = text[:begin] + text[end:]
    more = less.replace("[[regimens]]", '[[sources]]\nid = "NEW"\ntitle = "New"\nnote = "On paper"\n\n[[regimens]]', 1)
    found = differences(BASE, parsed(more.encode()))
    assert of_facts(found) == [
        ("observation.hospital.setting", "removed", "in hospital", ""),
        ("observation.hospital.hours", "removed", "24 hours", ""),
        ("sources.NEW", "added", "", "New; On paper"),
    ]
    back = differences(parsed(more.encode()), BASE)
    assert [(line[0], line[1]) for line in of_facts(back)] == [
        ("observation.hospital.setting", "added"), ("observation.hospital.hours", "added"),
        ("sources.NEW", "removed"),
    ]  # fmt: skip


def test_that_a_source_that_was_reworded_is_a_changed_source() -> None:
    after = changed('title = "Recalled"', 'title = "Recalled by two"')
    assert ("sources.MEMORY", "changed", "Recalled", "Recalled by two") in said(differences(BASE, after))


def test_that_structure_is_compared_by_its_path() -> None:
    before = replace(BASE, structure=(("a", "1"), ("b", "2"), ("c", "3")))
    after = replace(BASE, structure=(("a", "1"), ("c", "4"), ("d", "5")))
    assert said(differences(before, after)) == [
        ("b", "structure", "2", ""), ("c", "structure", "3", "4"), ("d", "structure", "", "5"),
    ]  # fmt: skip


def test_that_what_is_gone_stands_behind_what_it_stood_behind() -> None:
    assert merged(("x", "a", "y", "b", "z"), ("a", "n", "b")) == ("x", "a", "y", "n", "b", "z")


def test_that_only_the_very_same_fact_is_unchanged() -> None:
    fact = BASE.facts()[0]
    assert unchanged(fact, replace(fact))
    assert not unchanged(fact, replace(fact, read=date(2026, 1, 1)))
    assert not unchanged(None, None) and not unchanged(fact, None)


@pytest.mark.parametrize("name", load_catalogue().ids())
def test_that_no_shipped_protocol_differs_from_itself(name: str) -> None:
    protocol = load_catalogue().protocol(name)
    assert differences(protocol, protocol) == ()


PATHS = st.sampled_from(["a", "b", "c", "d", "e"])
VALUES = st.sampled_from([None, Decimal(1), Decimal("1.0"), Decimal(2), True, ("PO", "IV"), (1, 2), "text"])
FACTS = st.builds(
    Fact, PATHS, VALUES, st.sampled_from(["mg", "days"]), st.sampled_from([("A",), ("B",), ()]),
    st.sampled_from([date(2026, 1, 1), date(2026, 2, 2)]), st.sampled_from(["high", "low"]), st.just(""), st.just(""),
    st.sampled_from(["", "note"]), st.booleans(), st.sampled_from(["", "EU"]), st.booleans(),
)  # fmt: skip
SOURCES = st.builds(Source, PATHS, st.sampled_from(["t", "u"]), st.just(""), st.just(""), st.booleans())
PROTOCOLS = st.builds(
    lambda facts, structure, sources: replace(
        BASE, all_facts=tuple(facts), structure=tuple(structure), sources=tuple(sources)
    ),
    st.lists(FACTS, unique_by=lambda fact: fact.path),
    st.lists(st.tuples(PATHS, st.sampled_from(["x", "y"])), unique_by=lambda pair: pair[0]),
    st.lists(SOURCES, unique_by=lambda source: source.id),
)
SWAPPED = {"added": "removed", "removed": "added"}


@given(PROTOCOLS, PROTOCOLS)
def test_that_looking_from_the_other_side_swaps_what_came_and_what_went(one: Protocol, two: Protocol) -> None:
    there, back = differences(one, two), differences(two, one)
    turned = Counter(
        (line.path, SWAPPED.get(line.kind, line.kind), line.after_text, line.before_text) for line in there
    )
    assert turned == Counter(said(back))
    assert {line.kind for line in there} <= set(KINDS)


@given(PROTOCOLS, PROTOCOLS)
def test_that_no_difference_means_the_same_and_every_changed_fact_is_named(one: Protocol, two: Protocol) -> None:
    assert differences(one, one) == ()
    found = {line.path for line in differences(one, two) if line.before is not None or line.after is not None}
    facts = {fact.path: fact for fact in one.facts()}, {fact.path: fact for fact in two.facts()}
    assert found == {path for path in {*facts[0], *facts[1]} if facts[0].get(path) != facts[1].get(path)}

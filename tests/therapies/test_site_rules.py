"""What a site does otherwise: read as typed, kept behind the shipped bytes, read back as said, refused in place."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.kernel.refusal import Refused
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.model.facts import Value
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.schema.parse import parse_protocol
from crs_desktop.therapies.site_rules import SiteEntry, entries_of, quoted, site_text, value_text, with_site_rules

TEXT = (Path(__file__).parent / "good.toml").read_bytes()
DOSE, MINUTES, ROUTE = (f"premedication.steroid.{key}" for key in ("dose", "minutes_before", "route"))
STEP = "regimens.mono.steps.F1"
UNKNOWN = "regimens.mono.phases.weekly.min_gap_days"


def good() -> Protocol:
    protocol = parse_protocol(TEXT, "good.toml")
    assert isinstance(protocol, Protocol)
    return protocol


GOOD = good()


def changed(*rules: tuple[str, str, str]) -> Protocol:
    answer = with_site_rules(GOOD, [SiteEntry(*rule) for rule in rules])
    assert isinstance(answer, Protocol), answer
    return answer


def why(*rules: tuple[str, str, str]) -> list[tuple[str, str]]:
    answer = with_site_rules(GOOD, [SiteEntry(*rule) for rule in rules])
    assert isinstance(answer, Refused), "nothing was refused"
    return [(finding.code, finding.field) for finding in answer.findings]


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        (DOSE, "12", (Decimal(12),)),
        (DOSE, " 12 mg ", (Decimal(12),)),
        (DOSE, "0.50", (Decimal("0.5"),)),
        (DOSE, "650 to 1,000", (Decimal(650), Decimal(1000))),
        (DOSE, "650, 1000", (Decimal(650), Decimal(1000))),
        (MINUTES, "30 to 60", (30, 60)),
        (ROUTE, "IV, PO", ("IV", "PO")),
        (ROUTE, "IV", ("IV",)),
        ("observation.hospital.hours", "48", 48),
        ("observation.hospital.setting", "near; a bed kept", "near; a bed kept"),
        (f"{STEP}.max_gap_days", "14", 14),
        (UNKNOWN, "6", 6),
        ("restart.short.premedicate", "no", False),
        ("weight_bands.30-39.S1", "2.5", Decimal("2.5")),
    ],
)
def test_that_what_is_typed_is_read_as_its_fact_is(path: str, typed: str, value: Value) -> None:
    protocol = changed((path, typed, "we do it so"))
    fact = protocol.fact(path)
    assert fact is not None and (fact.value, fact.by_site, fact.note) == (value, True, "we do it so")
    assert fact.sources == ("SITE",) and not fact.unverified
    before = GOOD.fact(path)
    (rule,) = protocol.site
    assert before is not None and (rule.path, rule.shipped, rule.value) == (path, before.value, value)


def test_that_the_shipped_bytes_stay_in_front_and_the_shipped_protocol_stays_as_it_was() -> None:
    before = (GOOD.text, GOOD.fingerprint, GOOD.all_facts)
    protocol = changed((DOSE, "12", "why"), (UNKNOWN, "6", "why"))
    assert protocol.text.startswith(TEXT) and protocol.text != TEXT
    assert (protocol.based_on, GOOD.based_on) == (GOOD.fingerprint, "")
    assert protocol.fingerprint != GOOD.fingerprint
    assert (GOOD.text, GOOD.fingerprint, GOOD.all_facts) == before
    assert parse_protocol(protocol.text, "good.toml") == protocol
    assert [fact for fact in protocol.facts() if not fact.by_site] == [
        fact for fact in GOOD.facts() if fact.path not in (DOSE, UNKNOWN)
    ]


def test_that_the_order_of_typing_makes_no_other_version_and_no_rules_make_none() -> None:
    one, two = (DOSE, "12", "why"), (UNKNOWN, "6", "why")
    assert changed(one, two) == changed(two, one)
    assert with_site_rules(GOOD, []) is GOOD
    with pytest.raises(ValueError, match="another site"):
        with_site_rules(changed(one), [SiteEntry(*two)])


def test_that_every_shipped_value_typed_as_it_is_offered_is_the_same_value() -> None:
    """Else a value that a site has set would be lost, or become another one, when the next label is adopted."""
    for shipped in load_catalogue().protocols:
        values = {fact.path: value_text(fact.value) for fact in shipped.facts() if not fact.unknown}
        values.pop("label_revision", None)
        answer = with_site_rules(shipped, [SiteEntry(path, typed, "why") for path, typed in values.items()])
        assert isinstance(answer, Refused)
        assert {finding.get("path"): finding.code for finding in answer.findings} == dict.fromkeys(
            values, "site_rule_same"
        )


@pytest.mark.parametrize(
    ("rule", "code", "field"),
    [
        (("premedication.nobody.dose", "12", "why"), "site_rule_no_fact", "site_path"),
        (("premedication.steroid.drug", "12", "why"), "site_rule_no_fact", "site_path"),
        (("label_revision", "2027-01", "why"), "site_rule_fixed", "site_path"),
        ((DOSE, "8", "why"), "site_rule_same", "site_value"),
        ((DOSE, "8.0 mg", "why"), "site_rule_same", "site_value"),
        ((DOSE, "twelve", "why"), "site_rule_not_a_number", "site_value"),
        ((DOSE, "1,5", "why"), "site_rule_not_a_number", "site_value"),
        ((DOSE, "12 mcg", "why"), "site_rule_not_a_number", "site_value"),
        ((DOSE, "1e3", "why"), "site_rule_not_a_number", "site_value"),
        ((DOSE, "\u0661\u0662", "why"), "site_rule_not_a_number", "site_value"),
        ((DOSE, "", "why"), "site_rule_not_a_number", "site_value"),
        ((DOSE, "-1", "why"), "site_rule_not_fitting", "site_value"),
        (("observation.hospital.hours", "1.5", "why"), "site_rule_not_fitting", "site_value"),
        ((MINUTES, "60 to 30", "why"), "site_rule_not_fitting", "site_value"),
        (("restart.short.premedicate", "perhaps", "why"), "site_rule_not_yes_or_no", "site_value"),
        (("observation.hospital.setting", " ", "why"), "text_missing", "site_value"),
        ((DOSE, "12", ""), "text_missing", "site_reason"),
        ((DOSE, "12", " \n"), "text_missing", "site_reason"),
        ((DOSE, "12", "a\u202eb"), "text_unprintable", "site_reason"),
        ((f"{STEP}.min_gap_days", "12", "why"), "therapy_gap_reversed", f"{STEP}.min_gap_days"),
    ],
)
def test_that_each_mistake_is_said_where_it_was_typed(rule: tuple[str, str, str], code: str, field: str) -> None:
    assert why(rule) == [(code, field)]


def test_that_all_mistakes_are_said_at_once_and_one_value_has_one_rule() -> None:
    assert why((DOSE, "x", ""), ("nobody", "1", "why"), (DOSE, "9", "why")) == [
        ("site_rule_not_a_number", "site_value"), ("text_missing", "site_reason"), ("site_rule_no_fact", "site_path"),
        ("site_rule_twice", "site_path"),
    ]  # fmt: skip


def test_that_values_that_only_fit_together_stand_together() -> None:
    assert why((f"{STEP}.min_gap_days", "12", "why"))
    protocol = changed((f"{STEP}.min_gap_days", "12", "why"), (f"{STEP}.max_gap_days", "20", "why"))
    assert [rule.value for rule in protocol.site] == [12, 20]


READABLE = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Co", "Cn"), blacklist_characters="\u202a\u202b\u202c\u202d\u202e"),
    min_size=1, max_size=60,
).filter(lambda text: text.strip() != "")  # fmt: skip


@given(st.text(st.characters(blacklist_categories=("Cs",))))
def test_that_any_text_comes_back_from_the_file_as_it_was(text: str) -> None:
    assert tomllib.loads(f"a = {quoted(text)}") == {"a": text}
    assert tomllib.loads(site_text("f" * 64, [("p", "1", text)]))["site"]["rules"][0]["reason"] == text


@given(READABLE, READABLE)
def test_that_every_reason_and_sentence_is_read_back_as_typed(reason: str, setting: str) -> None:
    import unicodedata

    rule = SiteEntry("observation.hospital.setting", setting, reason)
    answer = with_site_rules(GOOD, [rule])
    assert isinstance(answer, Protocol)
    fact = answer.fact(rule.path)
    assert fact is not None
    assert fact.value == unicodedata.normalize("NFC", setting).strip()
    assert fact.note == unicodedata.normalize("NFC", reason).strip()


@given(st.decimals(min_value=0, max_value=99_999, places=3, allow_nan=False, allow_infinity=False))
def test_that_a_number_typed_as_shown_is_the_same_number(number: Decimal) -> None:
    answer = with_site_rules(GOOD, [SiteEntry("weight_bands.30-39.S1", value_text(number), "why")])
    assert isinstance(answer, Refused) is (number == 2)
    if isinstance(answer, Protocol):
        (rule,) = answer.site
        assert rule.value == number
        assert with_site_rules(GOOD, entries_of(answer)) == answer


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        (None, ""), (True, "yes"), (False, "no"), (12, "12"), (Decimal("0.50"), "0.5"), ("as is", "as is"),
        ((1, 8, 15), "1, 8, 15"), (("IV", "PO"), "IV, PO"), (("a, b", "c"), "a, b; c"), (("a, b",), "a, b;"),
    ],
)  # fmt: skip
def test_that_a_value_is_offered_as_it_is_typed(value: Value, typed: str) -> None:
    assert value_text(value) == typed

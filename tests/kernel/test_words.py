"""Refusals, sentences, actors, errors, fingerprints, changes: the small words all rooms share."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.kernel import resources, wording
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed, Topic
from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.fingerprint import canonical, fingerprint
from crs_desktop.kernel.refusal import Finding, Refused, Severity, beware, no, refuse

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_that_a_finding_keeps_code_field_value_and_evidence_as_text() -> None:
    finding = no("count_out_of_range", "vials", 0, most=9, least=1)
    assert finding == Finding("count_out_of_range", "vials", "0", (("least", "1"), ("most", "9")), Severity.NO)
    assert finding.get("least") == "1"
    assert finding.get("missing", "-") == "-"
    assert beware("weight_unusual").severity is Severity.BEWARE


def test_that_a_refusal_has_a_reason() -> None:
    reason = no("text_missing", "name")
    assert refuse(reason).findings == (reason,)
    with pytest.raises(ValueError, match="has a reason"):
        Refused(())


def test_that_errors_carry_their_findings_and_name_their_codes() -> None:
    first, second = no("text_missing", "name"), no("mrn_not_understood", "mrn")
    assert NotUnderstood(first, second).findings == (first, second)
    assert str(NotUnderstood(first, second)) == "text_missing, mrn_not_understood"
    assert EnvironmentFailure(first).finding is first
    assert str(EnvironmentFailure(first)) == "text_missing"


@pytest.mark.parametrize("name", ["", "  ", "\n"])
def test_that_nobody_acts_without_a_name(name: str) -> None:
    with pytest.raises(ValueError, match="has a name"):
        Actor(name)
    assert Actor("R. Ahmed").role == "pharmacist"


def test_that_a_finding_is_said_in_a_sentence() -> None:
    said = wording.say(no("count_out_of_range", "vials", 0, least=1, most=9))
    assert said == "vials: 0 is outside 1 to 9."


def test_that_what_was_typed_cannot_fill_another_gap_of_the_sentence() -> None:
    assert "{most} %s {0}" in wording.say(no("weight_not_understood", "weight_kg", "{most} %s {0}"))


def test_that_a_code_without_a_sentence_is_our_defect() -> None:
    with pytest.raises(KeyError):
        wording.say(no("there_is_no_such_code"))


def test_that_two_files_cannot_define_one_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.toml").write_text('one = "1"\n', "utf-8")
    (tmp_path / "b.toml").write_text('one = "2"\n', "utf-8")
    monkeypatch.setattr(wording, "resource", lambda *parts: tmp_path)
    wording.sentences.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"b\.toml: the code one is defined twice"):
            wording.sentences()
    finally:
        wording.sentences.cache_clear()


def test_that_the_shipped_data_is_found_or_missed_aloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert resources.resource("wording", "en", "kernel.toml").is_file()
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "crs_desktop" / "kernel" / "resources.py"))
    with pytest.raises(FileNotFoundError, match="is missing beside the program"):
        resources.resource("wording")
    (tmp_path / "crs_desktop" / "resources").mkdir(parents=True)
    assert resources.resource("wording") == tmp_path / "crs_desktop" / "resources" / "wording"


@given(json_values)
def test_that_equal_content_has_one_fingerprint_whatever_the_order_of_keys(content: object) -> None:
    def turned(value: object) -> object:
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(list(value))}
        return [turned(item) for item in value] if isinstance(value, list) else value

    assert fingerprint(content) == fingerprint(turned(content))  # type: ignore[arg-type]
    assert fingerprint(content) == hashlib.sha256(canonical(content)).hexdigest()  # type: ignore[arg-type]


def test_that_other_content_has_another_fingerprint() -> None:
    assert canonical({"b": [1, "ä"], "a": None}) == '{"a":null,"b":[1,"ä"]}'.encode()
    assert fingerprint({"mg": "8"}) != fingerprint({"mg": 8}) != fingerprint({"mg": True})
    assert len(fingerprint("")) == 64


@pytest.mark.parametrize("content", [0.5, [1, 0.5], {"mg": [{"kg": 0.5}]}, float("nan")])
def test_that_a_float_has_no_fingerprint(content: object) -> None:
    with pytest.raises(TypeError, match="no exact form"):
        canonical(content)  # type: ignore[arg-type]


def test_that_a_change_reaches_every_listener_until_it_leaves() -> None:
    feed = ChangeFeed()
    heard: list[tuple[str, frozenset[Topic]]] = []
    leave = feed.subscribe(lambda topics: heard.append(("one", topics)))
    feed.subscribe(lambda topics: heard.append(("two", topics)))
    stock = frozenset({Topic.STOCK})
    feed.publish(stock)
    leave()
    leave()
    feed.publish(stock)
    assert heard == [("one", stock), ("two", stock), ("two", stock)]


def test_that_a_listener_may_leave_while_it_is_told() -> None:
    feed = ChangeFeed()
    heard: list[str] = []

    def once(topics: frozenset[Topic]) -> None:
        heard.append("once")
        leave()

    leave = feed.subscribe(once)
    feed.subscribe(lambda topics: heard.append("always"))
    feed.publish(frozenset({Topic.DOSES}))
    feed.publish(frozenset({Topic.DOSES}))
    assert heard == ["once", "always", "always"]


def test_that_a_listener_that_fails_neither_hides_the_commit_nor_silences_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    feed, heard = ChangeFeed(), []

    def broken(topics: frozenset[Topic]) -> None:
        raise RuntimeError("the page is gone")

    feed.subscribe(broken)
    feed.subscribe(heard.append)
    feed.publish(frozenset({Topic.STOCK}))
    assert heard == [frozenset({Topic.STOCK})]
    assert "a listener failed after a commit" in caplog.text

"""Scanner or person: what becomes of each key at stated milliseconds. No clock runs here."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crs_desktop.desktop.scans.burst import SEPARATOR, SUBSTITUTE, Burst, Kind, Timing, Verdict

CODE = "0100350242137010"
HOLD, PASS, SCANNED = Verdict.HOLD, Verdict.PASS, Verdict.SCANNED


def typed(burst: Burst, text: str, every_ms: int, start: int = 1000) -> tuple[list[Verdict], int]:
    """The verdict on each sign, and the time of the last."""
    at = start
    verdicts = []
    for sign in text:
        verdicts.append(burst.key(Kind.SIGN, sign, at))
        at += every_ms
    return verdicts, at - every_ms


@pytest.mark.parametrize("every_ms", [0, 1, 20, 35])
def test_that_a_burst_with_enter_is_a_scan(every_ms: int) -> None:
    burst = Burst()
    verdicts, at = typed(burst, CODE, every_ms)
    assert set(verdicts) == {HOLD}
    assert burst.key(Kind.END, "", at + every_ms) is SCANNED and burst.text == CODE


@pytest.mark.parametrize("every_ms", [36, 55, 120, 400])
def test_that_a_person_is_never_held_for_longer_than_one_key(every_ms: int) -> None:
    burst = Burst()
    verdicts, at = typed(burst, CODE, every_ms)
    assert verdicts == [HOLD, *[Verdict.RELEASE_AND_HOLD] * (len(CODE) - 1)]
    assert burst.key(Kind.END, "", at + every_ms) is Verdict.RELEASE_AND_PASS and not burst.holding


@pytest.mark.parametrize("text", ["the", "0100350", "qwertyu"])
def test_that_a_short_burst_is_a_person(text: str) -> None:
    burst = Burst()
    _, at = typed(burst, text, 10)
    assert burst.key(Kind.END, "", at + 10) is Verdict.RELEASE_AND_PASS
    assert not burst.holding and burst.key(Kind.END, "", at + 20) is PASS


def test_that_a_mark_is_certain_after_three_signs_and_waits_longer() -> None:
    burst = Burst()
    _, at = typed(burst, "]d2", 10)
    assert burst.certain and burst.patience_ms == Timing().steady_ms
    assert burst.key(Kind.SIGN, "0", at + 150) is HOLD
    assert burst.pause(), "what is marked is a scan also without an end"
    assert burst.key(Kind.END, "", at + 300) is SCANNED
    led = Burst()
    typed(led, f"{SEPARATOR}]C1", 10)
    assert led.marked


@pytest.mark.parametrize("text", ["]", "]]", "]d", "]dd", "]22", "a]d2"])
def test_that_what_only_looks_like_a_mark_is_not_certain(text: str) -> None:
    burst = Burst()
    typed(burst, text, 10)
    assert not burst.certain and not burst.pause() and burst.patience_ms == Timing().fast_ms


def test_that_without_mark_and_end_nothing_is_a_scan() -> None:
    burst = Burst()
    typed(burst, CODE, 10)
    assert burst.certain and not burst.pause()


@pytest.mark.parametrize(
    ("kind", "sign", "text"),
    [
        (Kind.COMMAND, SEPARATOR, SEPARATOR),
        (Kind.COMMAND, "\x04", "\x04"),
        (Kind.COMMAND, "", SUBSTITUTE),
        (Kind.OTHER, "", SUBSTITUTE),
        (Kind.OTHER, "\x1b", SUBSTITUTE),
        (Kind.SILENT, "", ""),
    ],
)
def test_that_whatever_key_comes_inside_a_scan_belongs_to_it(kind: Kind, sign: str, text: str) -> None:
    burst = Burst()
    _, at = typed(burst, CODE, 10)
    assert burst.key(kind, sign, at + 10) is HOLD
    assert burst.key(Kind.END, "", at + 20) is SCANNED and burst.text == CODE + text


def test_that_a_command_after_one_fast_sign_is_held_with_it() -> None:
    burst = Burst()
    burst.key(Kind.SIGN, "0", 1000)
    assert burst.key(Kind.COMMAND, "\x0f", 1010) is HOLD


@pytest.mark.parametrize(
    ("kind", "sign"), [(Kind.COMMAND, "\x04"), (Kind.OTHER, ""), (Kind.END, ""), (Kind.SILENT, ""), (Kind.SIGN, " ")]
)
def test_that_nothing_else_begins_a_scan(kind: Kind, sign: str) -> None:
    burst = Burst()
    assert burst.key(kind, sign, 1000) is PASS and not burst.holding


def test_that_a_separator_begins_one() -> None:
    burst = Burst()
    assert burst.key(Kind.SIGN, SEPARATOR, 1000) is HOLD


def test_that_an_arrow_lets_a_persons_keys_go_at_once() -> None:
    burst = Burst()
    typed(burst, "ab", 10)
    assert burst.key(Kind.OTHER, "", 1015) is Verdict.RELEASE_AND_PASS and not burst.holding


def test_that_a_clock_that_runs_back_ends_a_burst() -> None:
    burst = Burst()
    typed(burst, "ab", 10)
    assert burst.key(Kind.SIGN, "c", 900) is Verdict.RELEASE_AND_HOLD and burst.text == "c"


@pytest.mark.parametrize(("kind", "sign"), [(Kind.END, ""), (Kind.COMMAND, "\n"), (Kind.COMMAND, "\r")])
def test_that_the_rest_of_an_end_is_no_enter_for_a_form(kind: Kind, sign: str) -> None:
    burst = Burst()
    _, at = typed(burst, CODE, 10)
    burst.key(Kind.END, "", at)
    burst.close()
    assert not burst.holding
    assert burst.key(kind, sign, at + 10) is Verdict.SWALLOW
    assert burst.key(kind, sign, at + 151) is PASS


def test_that_a_second_scan_may_follow_at_once() -> None:
    burst = Burst()
    _, at = typed(burst, CODE, 10)
    burst.key(Kind.END, "", at)
    burst.close()
    verdicts, at = typed(burst, CODE, 10, at + 5)
    assert set(verdicts) == {HOLD} and burst.key(Kind.END, "", at) is SCANNED and burst.text == CODE


def test_that_the_late_end_of_a_marked_scan_is_swallowed_too() -> None:
    burst = Burst()
    _, at = typed(burst, "]d2" + CODE, 10)
    assert burst.pause()
    burst.close()
    assert burst.key(Kind.END, "", at + 290) is Verdict.SWALLOW


Pressed = tuple[Kind, str, int, bool]  # kind, sign, milliseconds since the key before, a pause behind it
gaps = st.sampled_from([0, 5, 20, 35, 36, 100, 150, 151, 400])
others = st.sampled_from([Kind.SIGN, Kind.COMMAND, Kind.END, Kind.SILENT, Kind.OTHER])
one_key = st.tuples(others, st.sampled_from(["a", "0", SEPARATOR]), gaps, st.booleans()).map(lambda one: [one])
runs = st.integers(2, 12).map(lambda n: [(Kind.SIGN, "0", 5, False)] * n)
marks = st.just([(Kind.SIGN, sign, 5, False) for sign in "]d201"])
ends = st.sampled_from([5, 35, 36, 150]).map(lambda gap: [(Kind.END, "", gap, False)])
pauses = st.just([(Kind.SIGN, "0", 5, True)])


@settings(max_examples=150)
@given(st.lists(st.one_of(one_key, runs, marks, ends, pauses), max_size=14).map(lambda parts: list(chain(*parts))))
def test_that_every_key_is_either_typed_in_its_order_or_part_of_a_scan(pressed: list[Pressed]) -> None:
    """Run as the window runs it: `came` is what reached fields, `scanned` what was told; nothing is in both or none."""
    burst, at = Burst(), 1000
    held: list[int] = []
    came: list[int] = []
    scanned: list[int] = []
    swallowed: list[int] = []
    for number, (kind, sign, gap, pause) in enumerate(pressed):
        at += gap
        verdict = burst.key(kind, sign if kind is Kind.SIGN else "", at)
        if verdict in (Verdict.RELEASE_AND_PASS, Verdict.RELEASE_AND_HOLD):
            came, held = [*came, *held], []
        if verdict in (Verdict.HOLD, Verdict.RELEASE_AND_HOLD):
            held.append(number)
        elif verdict in (Verdict.PASS, Verdict.RELEASE_AND_PASS):
            assert not held, "nothing overtakes what is held"
            came.append(number)
        elif verdict is Verdict.SCANNED:
            assert len(burst.text) >= Timing().least or burst.marked
            scanned, held = [*scanned, *held, number], []
            burst.close()
        else:
            assert kind is Kind.END
            swallowed.append(number)
        if pause and burst.holding:
            told = burst.pause()
            scanned, came = ([*scanned, *held], came) if told else (scanned, [*came, *held])
            held = []
            burst.close() if told else burst.forget()
        assert bool(held) == burst.holding
    assert came == sorted(came)
    assert sorted([*came, *scanned, *swallowed, *held]) == list(range(len(pressed)))

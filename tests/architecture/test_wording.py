"""Every code that the source can say has a sentence, every sentence is said by some code, and the gaps are filled."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator

from crs_desktop.kernel.wording import sentences
from tests.architecture.source import ROOT, Module, house

SAYERS = ("crs_desktop.kernel.refusal.no", "crs_desktop.kernel.refusal.beware")


def said(module: Module) -> Iterator[tuple[str, ast.Call]]:
    """Each code written out in a call of `no` or `beware`, also in the branches of `a if b else c`."""
    for call, name in module.calls():
        if name in SAYERS and call.args:
            code = call.args[0]
            for node in (code.body, code.orelse) if isinstance(code, ast.IfExp) else (code,):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value, call


def composed(module: Module) -> Iterator[re.Pattern[str]]:
    """Codes put together, such as f"interval_rule_{clock}", as patterns."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.JoinedStr):
            fixed = [str(part.value) if isinstance(part, ast.Constant) else "" for part in node.values]
            if "_" in "".join(fixed):
                yield re.compile("".join(re.escape(text) if text else "[a-z0-9_]+" for text in fixed))


def words_of_the_program() -> set[str]:
    """Every string of the source, and every word of the shipped data beside the sentences."""
    words = {
        node.value
        for module in house()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for path in (ROOT / "resources").rglob("*.toml"):
        if "wording" not in path.parts:
            words |= set(re.findall(r"[a-z0-9_]+", path.read_text("utf-8")))
    return words


def gaps(template: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def filled(call: ast.Call) -> set[str] | None:
    """The names a call fills, or None when it hands over a mapping that cannot be read here."""
    names = {keyword.arg for keyword in call.keywords}
    if None in names:
        return None
    return {"field", "value"} | {name for name in names if name}


def test_that_every_code_has_a_sentence() -> None:
    known = sentences()
    missing = [f"{module.where(call)} {code}" for module in house() for code, call in said(module) if code not in known]
    assert missing == []


def test_that_every_sentence_belongs_to_a_code_in_the_source() -> None:
    words = words_of_the_program()
    patterns = [pattern for module in house() for pattern in composed(module)]
    unused = [code for code in sentences() if code not in words and not any(p.fullmatch(code) for p in patterns)]
    assert unused == []


def test_that_every_gap_of_a_sentence_is_filled_where_it_is_said() -> None:
    known = sentences()
    open_gaps = [
        f"{module.where(call)} {code} {sorted(gaps(known[code]) - given)}"
        for module in house()
        for code, call in said(module)
        if code in known and (given := filled(call)) is not None and gaps(known[code]) - given
    ]
    assert open_gaps == []


def test_that_no_sentence_is_empty_or_begins_or_ends_with_space() -> None:
    assert [code for code, text in sentences().items() if not text or text != text.strip()] == []


def test_that_no_sentence_holds_a_banned_abbreviation_of_dosing() -> None:
    banned = (" U ", " IU ", "\u00b5g", "\u03bcg", " cc ", ".0 mg", " QD", " QOD", "MSO4")
    assert [code for code, text in sentences().items() if any(word in f" {text} " for word in banned)] == []

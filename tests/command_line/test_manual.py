"""The manual is true: each of its examples prints exactly what it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.command_line.conftest import VERBS, Ask

MANUAL = (Path(__file__).parents[2] / "docs" / "COMMAND_LINE.md").read_text("utf-8")
EXAMPLES = re.findall(r"```console\n\$ crs-desktop (.*)\n((?:.*\n)*?)```", MANUAL)


@pytest.mark.parametrize(("command", "shown"), EXAMPLES, ids=[command[:40] for command, _ in EXAMPLES])
def test_that_an_example_prints_what_the_manual_shows(
    ask: Ask, command: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = re.search(r"```json\n(.*?)```", MANUAL, re.DOTALL)
    assert question is not None
    (tmp_path / "question.json").write_text(question[1], "utf-8")
    monkeypatch.chdir(tmp_path)
    said = ask(*shlex.split(command))
    printed = said.out + said.err
    if shown.endswith("\n...\n"):
        assert printed.startswith(shown.removesuffix("...\n"))
    else:
        assert printed == shown


def test_that_the_manual_has_every_verb() -> None:
    assert [verb for verb in VERBS if f"`{verb}`" not in MANUAL and f"crs-desktop {verb}" not in MANUAL] == []
    assert len(EXAMPLES) >= 5

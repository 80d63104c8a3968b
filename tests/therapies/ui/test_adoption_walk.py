"""The walk of docs/ADOPTION.md, with every test run: by keys in the real window."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.therapies.ui.adoption_walk import AdoptionWalk


def test_that_a_site_adopts_with_its_own_value_and_adopts_anew_while_its_patient_stays(
    qtbot: QtBot, tmp_path: Path
) -> None:
    AdoptionWalk(tmp_path).all()

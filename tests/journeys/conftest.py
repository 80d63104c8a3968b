"""Whatever a journey writes to log, terminal or report never names a patient."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crs_desktop.demo.story import people
from tests.journeys.desk import filled_store

NEW = {"family_name": "Testperson", "given_name": "Quendolyn", "mrn": "0077345", "birth_date": "1958-02-17"}


@pytest.fixture(scope="session")
def told_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The story of the demo, told once."""
    return filled_store(tmp_path_factory.mktemp("story") / "pharmacy.crs")


@pytest.fixture
def story(told_once: Path, tmp_path: Path) -> Path:
    """A copy of the story's store for one journey."""
    shutil.copytree(told_once.parent, tmp_path / "store")
    return tmp_path / "store" / told_once.name


@pytest.fixture(autouse=True)
def no_patient_in_the_log(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Everything is logged from INFO on, our own rooms entirely; afterwards each identifier is looked for."""
    with caplog.at_level(logging.INFO), caplog.at_level(logging.DEBUG, "crs_desktop"):
        yield
    out, err = capfd.readouterr()
    written = f"{caplog.text}\n{out}\n{err}"
    forbidden = set(NEW.values()) | {f"{NEW['given_name']} {NEW['family_name']}"}
    for person in people(5):
        forbidden |= {person.mrn, person.family, person.given, person.born}
    assert [word for word in sorted(forbidden) if word in written] == []

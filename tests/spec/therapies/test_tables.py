"""Every spec table of every product against the shipped library: each cell, by the rules that the program uses."""

from __future__ import annotations

import pytest

from crs_desktop.therapies.catalogue import Catalogue, load_catalogue
from tests.spec.therapies.answers import disagreements
from tests.spec.therapies.tables import TABLES, Table


@pytest.fixture(scope="module")
def library() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_that_the_program_answers_what_the_table_says(library: Catalogue, table: Table) -> None:
    wrong = disagreements(library, table)
    assert not wrong, "\n".join([table.place, *wrong])

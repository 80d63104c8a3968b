"""What docs/THERAPIES.md shows is true: the small product passes the check, and so does every example after it."""

from __future__ import annotations

import re
from pathlib import Path

from crs_desktop.kernel.wording import say
from crs_desktop.therapies.cases import check_library
from crs_desktop.therapies.model.doses import ROLES
from crs_desktop.therapies.schema.amounts import DOSE_UNITS
from crs_desktop.therapies.schema.parse import parse_protocol
from crs_desktop.therapies.schema.provenance import JURISDICTIONS, PROVENANCE
from crs_desktop.therapies.schema.restart import SITUATIONS
from crs_desktop.therapies.schema.risk import FIGURES, RANGES
from crs_desktop.therapies.schema.watch import DURATION_KINDS

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "THERAPIES.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def check(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "examplimab.toml").write_text(text, "utf-8")
    (tmp_path / "examplimab.cases.toml").write_text(EXAMPLES[1], "utf-8")
    return [say(finding) for finding in check_library(tmp_path)]


def test_that_the_small_product_of_the_page_passes_the_check(tmp_path: Path) -> None:
    assert check(tmp_path, EXAMPLES[0]) == []


def test_that_the_small_product_with_every_other_example_passes_the_check(tmp_path: Path) -> None:
    # the first words of a file may stand once: examples of rows go behind, in the order of the page
    assert len(EXAMPLES) >= 10
    assert check(tmp_path, "\n".join([EXAMPLES[0], *EXAMPLES[2:]])) == []


def test_that_the_example_of_a_site_passes_as_well() -> None:
    block = PAGE[PAGE.index("    [site]") :].split("\n\nThe value")[0]
    rules = "\n".join(line.strip() for line in block.splitlines()).replace(
        "<fingerprint of the shipped file>", "0" * 64
    )
    found = parse_protocol(f"{EXAMPLES[0]}\n{rules}\n".encode(), "examplimab.toml")
    assert not isinstance(found, tuple), [say(finding) for finding in found]
    assert [rule.path for rule in found.site] == ["premedication.dexamethasone.dose"]


def test_that_every_key_is_explained() -> None:
    keys = set(re.findall(r"^([a-z_]+) = ", (HERE / "every_key.toml").read_text("utf-8"), re.MULTILINE))
    keys |= {*PROVENANCE, *FIGURES, *RANGES, *DURATION_KINDS, *SITUATIONS, *ROLES}
    assert sorted(key for key in keys if not re.search(rf"\b{key}\b", PAGE)) == []
    assert [unit for unit in (*DOSE_UNITS, *JURISDICTIONS) if f"`{unit}`" not in PAGE] == []

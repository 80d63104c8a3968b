"""Reads the spec tables of the products: plain text that a pharmacist can read and sign, one row per dose.

A table begins with a line `## kind | product | regimen | options`, then the names of its columns, then its rows, cells
divided by ` | `. Lines that begin with one `#` are remarks. The tables were typed from the reference by somebody who
did not look at the protocol files, so that a slip in a file shows here. What the cells mean stands in answers.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent

COLUMNS = {
    "schedule": ("dose", "day", "amount", "gap", "least", "usual", "most", "route", "infusion"),
    "regimen": ("cycle days", "symptom-free hours"),
    "phases": ("phase", "from week", "until week", "response", "months", "doses", "duty"),
    "ends": ("dose", "days"),
    "amounts": ("dose", "kg", "m2", "amount"),
    "bands": ("from", "to"),  # then one column per dose
    "infusion": ("doses", "after", "minutes"),
    "restart": ("last", "days", "answer", "next"),
    "after": ("row", "last", "premed", "watched", "review", "pretreat", "doses"),
    "situations": ("situation", "elapsed", "answer", "premed", "resume"),
    "premedication": ("doses", "after", "medicine", "amount", "route", "minutes", "days", "for"),
    "observation": ("doses", "after", "setting", "hours", "from", "rank"),
    "when": ("when", "setting", "hours", "from"),
    "lead-in": ("drug", "amount", "days", "cycles", "lasting", "before"),
    "days before": ("drug", "days"),
    "rules": ("on", "rule", "days"),
    "stock": ("on", "doses", "within", "before"),
    "unknown": ("path", "reference"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what it is about, its options ('kg 45', 'entered q2w') and its rows by column."""

    kind: str
    product: str
    regimen: str
    options: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    place: str

    @property
    def name(self) -> str:
        """What a failing test is called."""
        return " ".join((self.kind, self.product, self.regimen, *self.options)).replace("  ", " ")

    def option(self, name: str, default: str = "") -> str:
        """The rest of the option that begins with this word."""
        return next((said[len(name) :].strip() for said in self.options if said.split()[0] == name), default)

    def said(self, name: str) -> bool:
        """True when an option of this name stands in the head."""
        return any(said.split()[0] == name for said in self.options)


def all_tables() -> tuple[Table, ...]:
    """Every table of every file, in the order of the files."""
    return tuple(table for path in sorted(FOLDER.glob("*.txt")) for table in _tables_in(path))


def of_kind(kind: str) -> tuple[Table, ...]:
    """Every table of a kind."""
    return tuple(table for table in TABLES if table.kind == kind)


def _tables_in(path: Path) -> Iterator[Table]:
    head: list[str] = []
    columns: tuple[str, ...] = ()
    rows: list[dict[str, str]] = []
    place = ""
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), "## end"], start=1):
        if line.startswith("## "):
            if head:
                yield _made(head, columns, rows, place)
            head, columns, rows = _cells(line[3:]), (), []
            place = f"{path.name} line {number}"
        elif line.strip() and not line.startswith("#"):
            cells = _cells(line)
            if not columns:
                columns = tuple(cells)
                continue
            if cells[0] in ("...", "end"):
                cells += [""] * (len(columns) - len(cells))
            if len(cells) != len(columns):
                raise ValueError(f"{path.name} line {number}: {len(cells)} cells under {len(columns)} columns")
            rows.append(dict(zip(columns, cells, strict=True)))


def _made(head: list[str], columns: tuple[str, ...], rows: list[dict[str, str]], place: str) -> Table:
    kind, product, regimen, *options = [*head, "", ""][: max(3, len(head))]
    wanted = COLUMNS[kind]
    if columns[: len(wanted)] != wanted or not rows:
        raise ValueError(f"{place}: a table of {kind} has the columns {', '.join(wanted)} and at least one row")
    return Table(kind, product, regimen, tuple(options), columns, tuple(rows), place)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


TABLES = all_tables()

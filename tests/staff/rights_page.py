"""Writes the table of rights into docs/PEOPLE.md, so that people read what the program asks: run it after a change.

    python -m tests.staff.rights_page
"""

from __future__ import annotations

from pathlib import Path

from crs_desktop.staff.model import EMERGENCY, RECOVERY, Right, Role
from crs_desktop.staff.repository import rights

PAGE = Path(__file__).resolve().parents[2] / "docs" / "PEOPLE.md"
BEGIN, END = "<!-- rights: written by tests/staff/rights_page.py -->\n", "<!-- end of rights -->\n"
COLUMNS = (*(role.value for role in Role), EMERGENCY, RECOVERY)


def table() -> str:
    """Acts first, then what is not open to everybody who is signed in; in the order of the shipped file."""
    head = f"| | {' | '.join(COLUMNS)} | why |\n|{' --- |' * (len(COLUMNS) + 2)}\n"
    every = rights().values()
    acts = "".join(_line(one) for one in every if one.act)
    reads = "".join(_line(one) for one in every if not one.act)
    return f"{head}{acts}\nOnly to look:\n\n{head}{reads}"


def page_of(text: str) -> str:
    """The page with the table as it is now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _line(right: Right) -> str:
    cells = " | ".join("x" if name in right.may else "." for name in COLUMNS)
    return f"| {right.operation} | {cells} | {right.why} |\n"


if __name__ == "__main__":
    PAGE.write_text(page_of(PAGE.read_text("utf-8")), "utf-8")

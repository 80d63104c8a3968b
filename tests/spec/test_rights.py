"""Who may do what, as a table that a pharmacist can read and sign; held against the rules and tried at the services.

The table is written by hand, not made from the program. Each cell is then tried on a real store: the person is signed
in, the service is called, and either the act is in the log under their name and role, or nothing at all was written.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from crs_desktop.staff.repository import rights
from crs_desktop.staff.rules import granted
from tests.staff.rights_tried import AT_THE_STORE, COLUMNS, READS, TRIES, Column, TriedHouse, Trier, prepared

# Columns: P pharmacist, T technician, A administrator, U auditor, E emergency access (by code, for four hours),
# R recovery code. "x" may, "." may not. Who holds two roles may what either may.
TABLE = """
                              P T A U E R
enrol patient                 x . . . x .
weigh patient                 x . . . x .
record height                 x . . . x .
record allergies              x . . . x .
record risk score             x . . . x .
add course                    x . . . x .
move course                   x . . . . .
restart course                x . . . x .
enter phase                   x . . . x .
end course                    x . . . x .
infusion rescheduled          x . . . x .
infusion given                x . . . x .
infusion held                 x . . . x .
infusion not given            x . . . x .

log dose                      x . . . x .
reverse dose                  x . . . x .
plan prophylactic dose        x . . . x .
withdraw planned dose         x . . . x .
tell grade                    x . . . x .
close episode                 x . . . x .
second check                  x . . . . .
look over second check        x . . . . .
state night rule              x . . . . .

state policy                  x . . . . .
state standby rule            x . . . . .
adopt therapy                 x . . . . .

add place                     x x . . . .
receive lot                   x x . . x .
confirm pack                  x . . . . .
waste vials                   x x . . x .
reverse movement              x x . . . .
move vials                    x x . . x .
prepared not given            x x . . x .
hold lot                      x x . . x .
release lot                   x . . . . .
record excursion              x x . . x .
end excursion                 x x . . . .
state price                   x x . . . .
export ledger                 x . . . . .
add partner                   x x . . x .
lend vials                    x . . . x .
borrow vials                  x x . . x .
give back vials               x . . . . .
take back vials               x x . . . .
end loan                      x . . . . .
confirm earmark               x . . . x .
let earmark go                x . . . x .
explain discrepancy           x . . . . .
add supplier                  x . . . . .
state supplier terms          x . . . . .
state closed day              x x . . . .
state par                     x . . . . .
place order                   x x . . x .
expect order                  x x . . x .
close order                   x x . . x .
open count                    x x . . . .
enter count                   x x . . . .
close count                   x . . . . .
give up count                 x x . . . .
record recall                 x . . . x .
end recall                    x . . . . .

print infusion-day            x x . . x .
print dosing-sheet            x x . . x .
print set-aside               x x . . x .
print recall-letter           x . . . x .
print count-sheet             x x . . . .
export paper                  x . . . . .

begin people                  . . . . . .
enrol person                  . . x . . .
change roles                  . . x . . .
rename person                 . . x . . .
end person                    . . x . . .
take person back              . . x . . .
set password                  . . x . . x
set own password              x x x x . x
free sign-in                  . . x . . x
make codes                    . . x . . x
state lock minutes            . . x . . .
sign in                       x x x x . .
lock                          x x x x x x
break glass                   . x x x x .
look over emergency           x . x . . .

go back                       . . x . . .
bring back                    . . . . . x
state facts of the store      . . . . . .
take in old paper             . . . . . .
record catch                  . . . . . .

see history                   x . x x . .
verify                        x . x x . .
see people                    x . x x . x
make backup                   x x x . . .
check backup                  x . x x . .
"""
# The program itself, where nobody was asked.
PROGRAM = {"state facts of the store", "take in old paper", "record catch"}


def signed() -> dict[str, dict[Column, bool]]:
    """The table: operation, column, whether it may."""
    found: dict[str, dict[Column, bool]] = {}
    for line in TABLE.strip().splitlines()[1:]:
        if line.strip():
            operation, cells = line[:30].strip(), line[30:].split()
            assert len(cells) == len(COLUMNS) and set(cells) <= {"x", "."} and operation not in found, line
            found[operation] = {column: cell == "x" for column, cell in zip(COLUMNS, cells, strict=True)}
    return found


def test_that_the_table_has_a_line_for_each_operation_and_no_other() -> None:
    assert signed().keys() == rights().keys()
    assert TABLE.split()[: len(COLUMNS)] == [column.letter for column in COLUMNS]


def test_that_the_rules_say_what_the_table_says() -> None:
    wrong = [
        (operation, column.holder)
        for operation, cells in signed().items()
        for column, may in cells.items()
        if granted(rights(), [column.holder], operation) is not may
    ]
    assert wrong == []
    assert {operation for operation in rights() if granted(rights(), ["program"], operation)} == PROGRAM


def test_that_an_auditor_writes_nothing_but_their_own_coming_and_going_and_an_emergency() -> None:
    auditor = {operation for operation, right in rights().items() if right.act and "auditor" in right.may}
    assert auditor == {"sign in", "lock", "set own password", "break glass"}


def test_that_what_was_given_can_be_recorded_by_everybody_in_an_emergency() -> None:
    table = signed()
    for column in COLUMNS[:4]:
        own = table["log dose"][column]
        glass = table["break glass"][column] and table["log dose"][COLUMNS[4]]
        assert own or glass, column.holder


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> TriedHouse:
    return prepared(tmp_path_factory.mktemp("rights"))


def test_that_every_operation_is_tried(tried: TriedHouse) -> None:
    assert TRIES.keys() | AT_THE_STORE | READS.keys() == rights().keys()
    assert not TRIES.keys() & AT_THE_STORE


def test_that_every_cell_is_at_the_services_as_in_the_table(tried: TriedHouse, tmp_path: Path) -> None:
    wrong: list[str] = []
    count: Counter[str] = Counter()
    trier = Trier(tried, tmp_path)
    for operation, cells in signed().items():
        for column, may in cells.items():
            answer = trier.reached(operation, column)
            count["at the store" if operation in AT_THE_STORE else "at the service"] += 1
            count["may" if may else "may not"] += 1
            if answer != ("done" if may else "refused"):
                wrong.append(f"{operation}, {column.holder}: {answer}, expected {'done' if may else 'refused'}")
    trier.close()
    print(f"roles x operations: {count.total() // 2} cells, {dict(count)}, {len(wrong)} wrong")
    assert wrong == []
    assert count.total() // 2 == len(COLUMNS) * len(rights())

"""`stock`: the acts of the shelf from a shell, each answered by its schema and refused with field, value and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line.conftest import Ask, Said
from tests.command_line.people import NOW


@pytest.fixture
def stock(ask: Ask, store: Path, tmp_path: Path) -> Ask:
    """`stock` on a copy of a store with patients and vials."""

    def on(*words: str) -> Said:
        return ask("stock", *words, "--store", store, "--now", NOW, "--json")

    return on


def receive(stock: Ask, lot: str = "S1", vials: str = "6", mg: str = "400") -> Said:
    return stock(
        "receive", "--brand", "Actemra", "--mg", mg, "--lot", lot, "--expires", "2027-02-28", "--vials", vials,
        "--place", "Main pharmacy fridge",
    )  # fmt: skip


def test_that_vials_come_move_and_go_by_words(stock: Ask) -> None:
    came = receive(stock)
    assert came.status == 0 and came.document["lines"][0]["vials"] == 6
    wasted = stock("waste", "--lot", "S1", "--place", "Main pharmacy fridge", "--vials", "1", "--cause", "broken")
    assert (wasted.document["done"], wasted.document["lines"][0]["cause"]) == ("waste", "broken")
    price = stock("price", "--brand", "Actemra", "--mg", "400", "--price", "2150.00", "--currency", "USD",
                  "--from", "2026-12-01")  # fmt: skip
    assert price.document["price"] == "USD 2,150.00"
    lines = stock("ledger", "--lot", "S1", "--kind", "waste").document["lines"]
    assert [(line["left_here"], line["cost"]) for line in lines] == [(5, "USD 2,150.00")]
    assert stock("ledger", "--lot", "S1", "--from", "2026-12-02").document["lines"] == []


def test_that_a_request_of_the_same_key_is_done_once(stock: Ask) -> None:
    what = ("--lot", "B7288", "--place", "Main pharmacy fridge", "--vials", "1", "--cause", "broken")
    words = ("waste", *what, "--request", "k1")
    assert stock(*words).document == stock(*words).document
    assert len(stock("ledger", "--lot", "B7288").document["lines"]) == 2


def test_that_a_lot_is_held_and_released_and_a_warm_place_blocks(stock: Ask) -> None:
    held = stock("quarantine", "--lot", "B7301", "--reason", "Label torn")
    assert held.document == {"done": "quarantine", "brand": "Actemra", "mg": "80", "lot": "B7301", "place": None,
                             "state": "quarantined", "now": NOW}  # fmt: skip
    words = ("release", "--lot", "B7301", "--reason", "Relabelled", "--authority", "A. Weber")
    assert stock(*words).status == 0
    again = stock(*words)
    assert (again.status, again.codes) == (1, ["stock_state_already"])
    warm = stock("excursion", "--place", "Main pharmacy fridge", "--began", "2026-12-01 02:00", "--highest", "12.5",
                 "--reason", "Door open")  # fmt: skip
    assert warm.status == 0 and "B7301" in [one["lot"] for one in warm.document["waiting"]]
    number = str(warm.document["excursion"])
    over = stock("excursion", "--over", number, "--ended", "2026-12-01 02:30")
    assert over.document["ended"].startswith("2026-12-01T02:30")


def test_that_vials_are_lent_borrowed_and_returned(stock: Ask) -> None:
    receive(stock)
    assert (
        stock("lend", "--lot", "S1", "--place", "Main pharmacy fridge", "--vials", "2", "--partner", "County").status
        == 2
    )
    stock("partner", "County", "--contact", "555 0100")
    lent = stock("lend", "--lot", "S1", "--place", "Main pharmacy fridge", "--vials", "2", "--partner", "County")
    loan = str(lent.document["loan"])
    assert lent.document["outstanding"] == [{"mg": "400", "vials": 2}]
    back = stock("return", "--loan", loan, "--lot", "S2", "--brand", "Actemra", "--mg", "400", "--expires",
                 "2027-01-31", "--place", "Main pharmacy fridge", "--vials", "1")  # fmt: skip
    assert back.document["outstanding"] == [{"mg": "400", "vials": 1}]
    given_up = stock("return", "--loan", loan, "--give-up", "--reason", "Paid for")
    assert given_up.document["open"] is False
    borrowed = stock("borrow", "--brand", "Actemra", "--mg", "80", "--lot", "C1", "--expires", "2027-02-28", "--vials",
                     "2", "--place", "Main pharmacy fridge", "--partner", "County", "--due", "2026-12-09")  # fmt: skip
    assert (borrowed.document["direction"], borrowed.document["due"]) == ("borrowed", "2026-12-09")
    owed = str(borrowed.document["loan"])
    returned = stock("return", "--loan", owed, "--lot", "C1", "--place", "Main pharmacy fridge", "--vials", "2")
    assert returned.document["open"] is False
    assert stock("return", "--loan", "99").codes == ["loan_unknown"]


def test_that_a_set_prepared_and_not_given_is_for_a_patient(stock: Ask) -> None:
    words = ("prepared", "--vials", "B7288=1", "--place", "Main pharmacy fridge", "--reason", "Stopped", "--patient")
    made = stock(*words, "0012874")
    assert made.status == 0 and made.document["lines"][0]["for"].startswith("course:")
    assert stock(*words, "nobody").status == 2


def test_that_the_ledger_is_a_file_that_is_never_written_over(stock: Ask, tmp_path: Path) -> None:
    receive(stock, "=S1")
    out = tmp_path / "ledger.csv"
    first = stock("ledger", "--lot", "=S1", "--out", str(out)).document["file"]
    receive(stock, "=S1", "1")
    second = stock("ledger", "--lot", "=S1", "--out", str(out)).document["file"]
    assert (first, second) == (str(out), str(tmp_path / "ledger-2.csv"))
    assert out.stat().st_mode & 0o777 == 0o600
    assert out.read_bytes().startswith(b"\xef\xbb\xbfline,at,by") and b",'=S1," in out.read_bytes()


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("waste", "--lot", "none", "--place", "Main pharmacy fridge", "--vials", "1", "--cause", "broken"), "lot"),
        (("move", "--lot", "B7288", "--place", "Main pharmacy fridge", "--to", "Nowhere", "--vials", "1"), "to"),
        (
            (
                "prepared",
                "--patient",
                "0012874",
                "--vials",
                "B7288",
                "--place",
                "Main pharmacy fridge",
                "--reason",
                "x",
            ),
            "vials",
        ),
        (("ledger", "--kind", "eaten"), "kind"),
        (("ledger", "--from", "soon"), "from"),
        (("return", "--loan", "x"), "loan"),
        ((), "word"),
    ],
)
def test_that_what_is_not_understood_names_its_field(stock: Ask, words: tuple[str, ...], field: str) -> None:
    said = stock(*words)
    assert said.status == 2
    assert [entry["field"] for entry in said.document["refused"]] == [field]


def test_that_what_is_refused_is_refused_by_the_service(stock: Ask) -> None:
    said = stock("waste", "--lot", "B7288", "--place", "Main pharmacy fridge", "--vials", "99", "--cause", "broken")
    assert (said.status, said.codes) == (1, ["stock_too_few"])
    receive(stock, "B7288", "1", "80")
    twice = stock("quarantine", "--lot", "B7288", "--reason", "x")
    assert twice.status == 2 and twice.codes == ["cl_lots_of_number"]


def test_that_a_store_without_places_says_so(ask: Ask, empty_store: Path) -> None:
    vials = ("--brand", "Actemra", "--mg", "400", "--lot", "S1", "--expires", "2027-02-28", "--vials", "1",
             "--place", "Main")  # fmt: skip
    on = ("--store", empty_store, "--now", NOW, "--json")
    came = ask("stock", "receive", *vials, *on)
    assert (came.status, came.codes) == (2, ["cl_no_place_yet"])

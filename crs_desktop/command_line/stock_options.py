"""The words behind `stock` and their options, declared once."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from crs_desktop.command_line.stock_count_options import of_counts
from crs_desktop.command_line.stock_order_options import of_orders

Add = Callable[..., argparse.ArgumentParser]


def of_stock(verbs: Any, common: argparse.ArgumentParser) -> None:
    """Everything that can be done to vials. A word named so and so is told by `command_line/stock_so_and_so.py`."""
    stock = verbs.add_parser("stock", parents=[common], help="vials: receive, move, waste, hold back, lend, the ledger")
    words = stock.add_subparsers(dest="word", metavar="WORD", required=True, parser_class=type(stock))

    def add(name: str, text: str) -> argparse.ArgumentParser:
        word: argparse.ArgumentParser = words.add_parser(name, parents=[common], help=text)
        word.add_argument("--request", metavar="KEY", help="the same key again is answered, not done again")
        return word

    _of_vials(add)
    _of_holding(add)
    _of_loans(add)
    of_orders(add, common)
    of_counts(add, common)
    ledger = add("ledger", "the ledger with its running balance, or as a file of its own")
    ledger.add_argument("--lot", metavar="NUMBER")
    ledger.add_argument("--place", metavar="NAME")
    ledger.add_argument("--kind", action="append", default=[], metavar="KIND", dest="kinds")
    ledger.add_argument("--from", metavar="DATE", dest="first")
    ledger.add_argument("--until", metavar="DATE", dest="last")
    ledger.add_argument("--out", metavar="FILE", help="write a CSV file instead; never over one that is there")


def _of_vials(add: Add) -> None:
    receive = add("receive", "vials that arrived, typed or scanned")
    _receipt(receive, needed=False)
    receive.add_argument("--scan", action="append", default=[], metavar="TEXT", help="a pack; once for each pack")
    confirm = add("confirm-pack", "what a product number stands for, compared with the pack in hand")
    confirm.add_argument("gtin", metavar="GTIN")
    confirm.add_argument("--use", required=True, choices=["infusion", "subcutaneous", "other"])
    for option in ("brand", "mg", "vials", "reason"):
        confirm.add_argument(f"--{option}", default="", metavar=option.upper())
    waste = add("waste", "vials thrown away")
    _line(waste)
    waste.add_argument("--cause", required=True, metavar="CAUSE", help="broken, expired, excursion, recalled or other")
    waste.add_argument("--reason", default="", metavar="TEXT", help="needed for other")
    move = add("move", "vials that go to another place")
    _line(move)
    move.add_argument("--to", required=True, metavar="PLACE")
    move.add_argument("--reason", default="", metavar="TEXT")
    prepared = add("prepared", "a dose that was prepared for a patient and not given")
    prepared.add_argument("--patient", required=True, metavar="MRN")
    prepared.add_argument("--vials", required=True, action="append", nargs="+", metavar="LOT=N")
    prepared.add_argument("--place", required=True, metavar="NAME")
    prepared.add_argument("--reason", required=True, metavar="TEXT")
    price = add("price", "what a vial costs from a day on")
    price.add_argument("--brand", required=True, metavar="NAME")
    price.add_argument("--mg", required=True, metavar="N")
    price.add_argument("--price", required=True, metavar="AMOUNT", help="such as 1234.50")
    price.add_argument("--currency", required=True, metavar="CODE", help="such as USD")
    price.add_argument("--from", required=True, metavar="DATE", dest="first")
    price.add_argument("--reason", default="", metavar="TEXT")


def _of_holding(add: Add) -> None:
    hold = add("quarantine", "keep a lot from being used, in one place or everywhere")
    _lot(hold)
    hold.add_argument("--place", metavar="NAME", help="in this place only")
    hold.add_argument("--reason", required=True, metavar="TEXT")
    release = add("release", "a lot may be used again")
    _lot(release)
    release.add_argument("--place", metavar="NAME", help="in this place only")
    release.add_argument("--reason", required=True, metavar="TEXT")
    release.add_argument("--authority", required=True, metavar="TEXT", help="on whose word")
    warm = add("excursion", "a place that was or is too warm or too cold")
    warm.add_argument("--place", metavar="NAME")
    warm.add_argument("--began", default="", metavar="'DATE HH:MM'")
    warm.add_argument("--ended", default="", metavar="'DATE HH:MM'")
    warm.add_argument("--lowest", default="", metavar="CELSIUS")
    warm.add_argument("--highest", default="", metavar="CELSIUS")
    warm.add_argument("--reason", default="", metavar="TEXT")
    warm.add_argument("--over", metavar="ID", help="this excursion is over, with --ended")


def _of_loans(add: Add) -> None:
    partner = add("partner", "another pharmacy")
    partner.add_argument("name", metavar="NAME")
    partner.add_argument("--contact", default="", metavar="TEXT")
    lend = add("lend", "vials that go to another pharmacy")
    _line(lend)
    borrow = add("borrow", "vials that come from another pharmacy")
    _receipt(borrow)
    for word in (lend, borrow):
        word.add_argument("--partner", required=True, metavar="NAME")
        word.add_argument("--due", default="", metavar="DATE")
        word.add_argument("--reason", default="", metavar="TEXT")
    back = add("return", "vials of a loan that come or go back, or a loan that is given up")
    back.add_argument("--loan", required=True, metavar="ID")
    _lot(back, needed=False)
    back.add_argument("--place", metavar="NAME")
    back.add_argument("--vials", default="", metavar="N")
    back.add_argument("--expires", default="", metavar="DATE", help="of vials that come back")
    back.add_argument("--give-up", action="store_true", help="what is outstanding is not expected any more")
    back.add_argument("--reason", default="", metavar="TEXT")


def _lot(word: argparse.ArgumentParser, needed: bool = True) -> None:
    word.add_argument("--lot", required=needed, metavar="NUMBER")
    word.add_argument("--brand", default="", metavar="NAME", help="when two lots bear the number")
    word.add_argument("--mg", default="", metavar="N", help="when two lots bear the number")


def _line(word: argparse.ArgumentParser) -> None:
    _lot(word)
    word.add_argument("--place", required=True, metavar="NAME")
    word.add_argument("--vials", required=True, metavar="N")


def _receipt(word: argparse.ArgumentParser, needed: bool = True) -> None:
    """With `needed` False a pack may say them; what is missing then is asked for by the service."""
    for option in ("brand", "mg", "lot", "expires", "vials"):
        word.add_argument(f"--{option}", required=needed, default="", metavar=option.upper())
    word.add_argument("--place", required=True, metavar="PLACE")

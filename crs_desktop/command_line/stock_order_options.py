"""The words of ordering behind `stock` and their options, declared once."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Add = Callable[..., argparse.ArgumentParser]


def of_orders(add: Add, common: argparse.ArgumentParser) -> None:
    """Orders, par levels and suppliers; each word has acts of its own."""
    _orders(_acts(add("order", "orders: what is placed, awaited, proposed and received"), common))
    _pars(_acts(add("par", "the least and the target of a brand and strength"), common))
    _suppliers(_acts(add("supplier", "suppliers, their terms and their days"), common))


def _acts(word: argparse.ArgumentParser, common: argparse.ArgumentParser) -> Add:
    acts = word.add_subparsers(dest="act", metavar="ACT", required=True, parser_class=type(word))

    def add(name: str, text: str) -> argparse.ArgumentParser:
        act: argparse.ArgumentParser = acts.add_parser(name, parents=[common], help=text)
        act.add_argument("--request", metavar="KEY", default=argparse.SUPPRESS, help="the same key is not done again")
        return act

    return add


def _orders(add: Add) -> None:
    place = add("place", "an order that was placed with a supplier")
    place.add_argument("--supplier", required=True, metavar="NAME")
    place.add_argument("--reference", required=True, metavar="TEXT", help="the supplier's number of the order")
    place.add_argument("--line", required=True, action="append", metavar="BRAND:MG=N", dest="lines")
    place.add_argument("--expected", default="", metavar="DATE", help="another day than that of the terms")
    place.add_argument("--time", default="", metavar="HH:MM", help="with --expected: there by this time")
    place.add_argument("--reason", default="", metavar="TEXT", help="needed with --expected: who promised it")
    every = add("list", "orders that are open")
    every.add_argument("--all", action="store_true", help="those that have ended as well")
    add("propose", "what might be ordered: par levels and the board's need")
    expect = add("expect", "an order is expected on another day")
    expect.add_argument("--order", required=True, metavar="ID")
    expect.add_argument("--expected", required=True, metavar="DATE")
    expect.add_argument("--time", default="", metavar="HH:MM")
    expect.add_argument("--reason", required=True, metavar="TEXT")
    close = add("close", "nothing more will come: cancelled, or received short")
    close.add_argument("--order", required=True, metavar="ID")
    close.add_argument("--reason", required=True, metavar="TEXT")
    receive = add("receive", "vials of an order that arrived")
    receive.add_argument("--order", required=True, metavar="ID")
    for option in ("brand", "mg", "lot", "expires", "vials", "place"):
        receive.add_argument(f"--{option}", required=True, metavar=option.upper())


def _pars(add: Add) -> None:
    state = add("set", "a par level; 0 and 0 ends it")
    for option in ("brand", "mg", "least", "target", "reason"):
        state.add_argument(f"--{option}", required=True, metavar=option.upper())
    add("list", "the par levels")


def _suppliers(add: Add) -> None:
    for name, text in (("add", "a new supplier"), ("terms", "other terms of a supplier from now on")):
        act = add(name, text)
        act.add_argument("name", metavar="NAME")
        act.add_argument("--lead-days", required=True, metavar="N", help="working days after the day of the order")
        act.add_argument("--cut-off", required=True, metavar="HH:MM", help="until then it is an order of that day")
        act.add_argument("--weekdays", required=True, metavar="12345", help="1 is Monday, 7 is Sunday")
        act.add_argument("--country", required=True, metavar="XX", help="whose public holidays it keeps")
        act.add_argument("--part", default="", metavar="CODE", help="the part of the country")
        act.add_argument("--there-by", default="", metavar="HH:MM", help="only if an hour is guaranteed")
        act.add_argument("--shelf-life", default="", metavar="DAYS", help="on arrival; left out: nothing is guaranteed")
        act.add_argument("--reason", default="", metavar="TEXT")
    day = add("day", "a day on which it, or the pharmacy, is closed or open after all")
    day.add_argument("name", nargs="?", metavar="NAME", help="left out: the pharmacy")
    day.add_argument("--day", required=True, metavar="DATE")
    day.add_argument("--open", action="store_true", help="open, although the calendar says closed")
    day.add_argument("--reason", required=True, metavar="TEXT")
    add("list", "suppliers, and when an order placed now arrives")

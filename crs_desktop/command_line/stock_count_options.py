"""The words of counts and recalls behind `stock` and their options, declared once."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Add = Callable[..., argparse.ArgumentParser]


def of_counts(add: Add, common: argparse.ArgumentParser) -> None:
    """A count has acts of its own; a recall is one word."""
    _counts(add("count", "a place counted blind, and again by somebody else where it differs"), common)
    recall = add("recall", "a recall notice: who is concerned, and what the board loses")
    recall.add_argument("number", metavar="NUMBER", help="of the notice")
    recall.add_argument("--brand", required=True, metavar="NAME")
    recall.add_argument("--class", required=True, metavar="CLASS", dest="recall_class", help="I, II, III or none")
    recall.add_argument("--noticed", required=True, metavar="DATE")
    recall.add_argument("--source", required=True, metavar="TEXT", help="where it was read")
    recall.add_argument("--reason", default="", metavar="TEXT", help="as the notice gives it")
    recall.add_argument("--lots", action="append", nargs="+", default=[], metavar="LOT")
    recall.add_argument("--every-lot", action="store_true", help="it names every lot of the brand")
    recall.add_argument("--dry-run", action="store_true", help="what it would do; nothing is recorded")


def _counts(word: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    acts = word.add_subparsers(dest="act", metavar="ACT", required=True, parser_class=type(word))

    def act(name: str, text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = acts.add_parser(name, parents=[common], help=text)
        made.add_argument("--request", metavar="KEY", default=argparse.SUPPRESS, help="the same key is not done again")
        if name != "open":
            made.add_argument("--count", required=True, metavar="ID")
        return made

    begin = act("open", "begin a count of a place")
    begin.add_argument("--place", required=True, metavar="NAME")
    begin.add_argument("--note", default="", metavar="TEXT")
    enter = act("enter", "what one person found")
    enter.add_argument("--vials", required=True, action="append", nargs="+", metavar="LOT=N")
    enter.add_argument("--brand", default="", metavar="NAME", help="when two lots bear the number")
    enter.add_argument("--mg", default="", metavar="N", help="when two lots bear the number")
    act("show", "who has to count what; the numbers when nobody has to any more")
    act("close", "post what two agree on")
    give_up = act("give-up", "end it without posting")
    give_up.add_argument("--reason", required=True, metavar="TEXT")

"""Every verb and option, declared once; a mistake is one line with field, value and reason, never a traceback."""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn, TypeAlias

from crs_desktop import __version__
from crs_desktop.command_line.stock_options import of_stock
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import no

# What argparse says, by what went wrong; the names in a pattern fill the sentence of the code.
_COMPLAINTS = (
    (
        "cl_option_not_a_choice",
        r"argument (?P<field>[^:]+): invalid choice: (?P<value>.*) \(choose from (?P<known>.*)\)",
    ),
    ("cl_option_without_value", r"argument (?P<field>[^:]+): expected .*"),
    ("cl_option_missing", r"the following arguments are required: (?P<field>.+)"),
    ("cl_option_unknown", r"unrecognized arguments: (?P<value>.+)"),
)


class _Parser(argparse.ArgumentParser):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **settings})

    def error(self, message: str) -> NoReturn:
        """Turn argparse's complaint into a finding."""
        for code, pattern in _COMPLAINTS:
            found = re.fullmatch(pattern, message, re.DOTALL)
            if found:
                said = {name: text.replace("'", "") for name, text in found.groupdict().items()}
                field = ", ".join(one.strip().lstrip("-").replace("-", "_") for one in said.get("field", "").split(","))
                value, known = said.get("value", ""), said.get("known", "")
                raise NotUnderstood(no(code, field.lower() or "options", value, known=known))
        raise NotUnderstood(no("cl_options_not_understood", "options", message))


_Verbs: TypeAlias = "argparse._SubParsersAction[_Parser]"


def parser() -> argparse.ArgumentParser:
    """The parser of the whole program."""
    common = _common(suppress=True)
    top = _Parser(
        prog="crs-desktop", parents=[_common(suppress=False)],
        description="Is there enough tocilizumab for what is coming? Without a verb the window opens.",
        epilog="Exit status: 0 yes or done, 1 no, 2 not understood, 3 the environment failed.",
    )  # fmt: skip
    top.add_argument("--version", action="version", version=f"crs-desktop {__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", parser_class=_Parser)
    _of_board(verbs, common)
    _of_dose(verbs, common)
    _of_therapies(verbs, common)
    _of_backups(verbs, common)
    _of_scan(verbs, common)
    of_stock(verbs, common)
    return top


def _common(suppress: bool) -> _Parser:
    """Options of every verb; behind a verb they only speak when they are typed there."""
    kind = argparse.SUPPRESS if suppress else None
    common = _Parser(add_help=False, argument_default=kind)
    common.add_argument("--store", metavar="PATH", help="the store (default: the user's own)")
    common.add_argument("--zone", metavar="NAME", help="time zone where no store names one, like Europe/Berlin")
    common.add_argument("--now", metavar="INSTANT", help="a stated clock, like 2026-12-03T03:10-05:00")
    common.add_argument("--json", action="store_true", help="one JSON document on standard output")
    common.add_argument("--by", metavar="NAME", help="your sign-in name (default: the machine's name for you)")
    common.add_argument("--password-from", metavar="FILE", help="a file that only you can read, - or fd:N; else asked")
    common.add_argument("--theme", choices=["light", "dark", "high_contrast"], help="look of the window")
    common.add_argument("--text-percent", metavar="N", help="size of text in the window, 80 to 300")
    return common


def _of_board(verbs: _Verbs, common: _Parser) -> None:
    demo = verbs.add_parser("demo", parents=[common], help="a throw-away store of made-up data around today")
    demo.add_argument("--seed", default="0", metavar="N")
    board = verbs.add_parser("readiness", parents=[common], help="the board: is there enough for what is coming?")
    board.add_argument("--on", metavar="DATE")
    board.add_argument("--days", metavar="N")
    board.add_argument("--as-of", metavar="INSTANT", help="the answer that was in force then, worked out again")
    board.add_argument("--policy", action="append", metavar="KEY=VALUE", help="assumed for this question only")
    add = verbs.add_parser("can-add", parents=[common], help="would there be enough with one patient more?")
    add.add_argument("--therapy", required=True, metavar="ID")
    add.add_argument("--weight-kg", required=True, metavar="W")
    add.add_argument("--on", required=True, metavar="DATE", help="the day of the cells, or of the first step")
    add.add_argument("--regimen", default="", metavar="ID", help="else the one with the longest window")
    add.add_argument("--name", default="", metavar="NAME", help="what the patient is called in the answer")
    plan = verbs.add_parser("plan", parents=[common], help="the plan on a plain document or two CSV files")
    plan.add_argument("file", nargs="?", metavar="FILE", help="JSON document; - is standard input")
    plan.add_argument("--stock", metavar="CSV")
    plan.add_argument("--patients", metavar="CSV")
    plan.add_argument("--today", metavar="DATE")
    plan.add_argument("--rounding-percent", metavar="R")
    chance = verbs.add_parser("chance", parents=[common], help="the chance of running out on a plain document")
    chance.add_argument("file", metavar="FILE", help="JSON document; - is standard input")
    verbs.add_parser("verify", parents=[common], help="is the store still what was written?")
    paper = verbs.add_parser("print", parents=[common], help="the papers of a patient or a day")
    paper.add_argument("kind", choices=["infusion-day", "dosing-sheet"])
    paper.add_argument("--patient", metavar="MRN")
    paper.add_argument("--on", metavar="DATE")
    paper.add_argument("--out", required=True, metavar="DIR")


def _of_dose(verbs: _Verbs, common: _Parser) -> None:
    dose = verbs.add_parser("dose", parents=[common], help="dose, volume, bag and vials for a weight")
    dose.add_argument("--weight-kg", required=True, metavar="W")
    dose.add_argument("--on-hand", metavar="400=2,200=1,80=3")
    dose.add_argument("--rounding-percent", default="0", metavar="R")
    following = verbs.add_parser("next-dose", parents=[common], help="may another dose be given, and from when")
    following.add_argument("--given", action="append", required=True, nargs="+", metavar="START[/END]")
    following.add_argument("--at", metavar="INSTANT")


def _of_backups(verbs: _Verbs, common: _Parser) -> None:
    keep = verbs.add_parser("backup", parents=[common], help="a copy of the store, opened in full before it is one")
    keep.add_argument("--out", metavar="DIR", help="another folder than the one beside the store")
    back = verbs.add_parser("restore", parents=[common], help="put the store of a backup in place")
    back.add_argument("bundle", metavar="BUNDLE")
    back.add_argument("--recovery-code-from", metavar="FILE", help="the printed recovery code instead of a password")
    back.add_argument("--replace", action="store_true", help="also when there is a store; that one is kept first")


def _of_scan(verbs: _Verbs, common: _Parser) -> None:
    scan = verbs.add_parser("scan", parents=[common], help="what a barcode says, or why not")
    scan.add_argument("text", metavar="TEXT", help="as the scanner sends it; - is standard input")


def _of_therapies(verbs: _Verbs, common: _Parser) -> None:
    plan = verbs.add_parser("schedule", parents=[common], help="dated doses with allowed windows")
    plan.add_argument("therapy")
    plan.add_argument("--start", required=True, metavar="DATE")
    plan.add_argument("--given", action="append", default=[], nargs="+", metavar="DAY=DATE")
    plan.add_argument("--missed", action="append", default=[], nargs="+", metavar="DAY")
    plan.add_argument("--on", metavar="DATE")
    plan.add_argument("--weight-kg", metavar="W")
    plan.add_argument("--height-cm", metavar="H", help="with the weight: body surface, for amounts per square metre")
    plan.add_argument("--surface-m2", metavar="S", help="body surface, instead of a height")
    plan.add_argument("--population", metavar="GROUP", help="adult or paediatric: narrows the premedication")
    plan.add_argument("--born", metavar="DATE", help="birth date, instead of --population")
    plan.add_argument("--crs", action="append", default=[], nargs="+", metavar="DAY=GRADE",
                      help="highest CRS grade after a dose, 0 for none: decides what the next one needs")  # fmt: skip
    plan.add_argument("--entered", action="append", default=[], nargs="+", metavar="PHASE",
                      help="a phase that a prescriber has decided to enter")  # fmt: skip
    plan.add_argument("--start-time", metavar="HH:MM", help="time of day at which doses start")
    plan.add_argument("--bag-hours", metavar="N", help="with --start-time: when each bag of a long infusion starts")
    plan.add_argument("--regimen", metavar="ID")
    plan.add_argument("--until", metavar="DATE", help="the last day shown")
    _of_library(verbs, common)


def _of_library(verbs: _Verbs, common: _Parser) -> None:
    library = verbs.add_parser("therapies", parents=[common], help="the protocol library")
    library.add_argument("act", nargs="?", default="list", choices=["list", "show", "diff", "check", "cases"])
    library.add_argument("which", nargs="?", default="", metavar="ID|DIR")
    library.add_argument("--class", metavar="CLASS", dest="kind", help="list: car_t or bispecific only")
    library.add_argument("--version", metavar="LABEL", dest="label", help="show: an earlier label, or a fingerprint")
    library.add_argument("--against", metavar="LABEL", help="diff: one earlier label, or a fingerprint")
    adopt = verbs.add_parser("adopt", parents=[common], help="sign a protocol after reading its facts")
    adopt.add_argument("therapy")
    adopt.add_argument("--pharmacist", required=True, metavar="NAME")
    adopt.add_argument("--i-have-read-the-facts", action="store_true", dest="has_read")
    adopt.add_argument("--checked", action="append", default=[], nargs="+", metavar="PATH",
                       help="a fact that was compared with the label")  # fmt: skip
    adopt.add_argument("--site-rule", action="append", default=[], metavar="PATH=VALUE", dest="site_rules",
                       help="a value that this site uses otherwise; each is followed by its --reason")  # fmt: skip
    adopt.add_argument("--reason", action="append", default=[], metavar="TEXT", dest="reasons")
    adopt.add_argument("--note", default="")
    adopt.add_argument("--second", metavar="NAME", help="sign-in name of the second pharmacist, who has read them too")
    adopt.add_argument("--second-password-from", metavar="FILE", help="as --password-from; else asked")
    adopt.add_argument("--second-enters", action="append", default=[], nargs="+", metavar="NAME=VALUE",
                       help="label_revision=DATE unverified=NUMBER site_rules=NUMBER read=yes; else asked")  # fmt: skip
    adopt.add_argument("--explanation", default="", help="of the second person, why what they found differs")

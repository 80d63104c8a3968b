"""What the two tables of the page of policy show, column by column."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.words import tr
from crs_desktop.kernel.days import day_text
from crs_desktop.policy.model import Decided, PolicyPicture, PolicyRow
from crs_desktop.policy.ui import words

Picture = Callable[[], PolicyPicture]


def option_columns(picture: Picture) -> list[Column[Decided]]:
    """Every option with the value in force today."""
    return [
        Column(
            tr("Option"), lambda decided: words.option_name(decided.option), stretch=True, strong=True,
            below=lambda decided: decided.option.sentence, hint=lambda decided: decided.option.sentence,
        ),
        Column(
            tr("In force today"), lambda decided: words.value_text(decided.option, decided.value),
            below=lambda decided: words.coming_text(picture(), decided),
        ),
        Column(
            tr("Who decided"), words.standing_text, state=words.standing_state, below=words.origin_text,
            hint=lambda decided: decided.option.source,
        ),
    ]  # fmt: skip


def row_columns(picture: Picture, zone: ZoneInfo) -> list[Column[PolicyRow]]:
    """The rows of one option, newest first."""
    return [
        Column(tr("Valid from"), lambda row: day_text(row.valid_from, year=True)),
        Column(tr("Value"), lambda row: row.value, "right", strong=True),
        Column(
            tr("Stands"), lambda row: words.row_text(picture(), row), state=lambda row: words.row_state(picture(), row)
        ),
        Column(
            tr("Owner, entered by"), lambda row: row.owner, below=lambda row: words.stated_text(row, zone),
        ),
        Column(
            tr("Reason, citation"), lambda row: row.reason, stretch=True,
            below=lambda row: row.citation or tr("no citation"), hint=lambda row: f"{row.reason}\n{row.citation}",
        ),
    ]  # fmt: skip

"""Nouns of past boards: what a board was asked with, an answer worked out again, and a question to another time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Finding
from crs_desktop.policy.assumed import Assumed
from crs_desktop.readiness.board import Board
from crs_desktop.readiness.picture import BoardPicture


@dataclass(frozen=True, slots=True)
class Replayed:
    """The answer in force at an instant, worked out from what the store knew when it was given.

    `given_at` is when it was given; None when nobody had asked yet, and then the board is of the instant itself.
    `reproduced` is True when `document` is what was printed then, to the last byte; else the findings say why not.
    """

    at: datetime
    given_at: datetime | None
    board: Board
    document: dict[str, Json]
    reproduced: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class WhatWas:
    """The board of an instant under a policy that was assumed for this question only. Nothing of it is kept."""

    at: datetime
    assumed: Assumed
    board: Board
    document: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Stops:
    """The answers given next to an instant: the one before the one in force, that one, and the one after."""

    before: datetime | None
    here: datetime | None
    after: datetime | None


@dataclass(frozen=True, slots=True)
class LookBack:
    """What a person asks: a local minute as typed or an exact instant, and policy that is assumed, as typed."""

    when: str = ""
    instant: datetime | None = None
    policy: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PastPicture:
    """The board of another time in plain words: the stamp that it bears, what is said of it, and the answers around it.

    `same` is True for an answer that came out as it was given, False for one that did not, None where none was given.
    """

    at: datetime
    when: str
    picture: BoardPicture
    stamp: str
    said: tuple[str, ...]
    same: bool | None
    stops: Stops


@dataclass(frozen=True, slots=True)
class Assumable:
    """Something of policy that can be assumed: its key, in words, what is allowed, and the values to choose from."""

    key: str
    words: str
    allowed: str
    choices: tuple[tuple[str, str], ...] = ()

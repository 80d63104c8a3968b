"""What a form or the command line sends to policy, as typed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatePolicy:
    """What a form sends, as typed."""

    request_id: str
    key: str
    value: str
    valid_from: str
    owner: str
    reason: str
    citation: str

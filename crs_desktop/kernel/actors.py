"""Who acts: written into every change."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A named person (or a named automatic job) at a named desk."""

    name: str
    role: str = "pharmacist"
    desk: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("an actor has a name")

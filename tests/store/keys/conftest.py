"""The fixture that makes guesses cheap, for every test that asks for it."""

from __future__ import annotations

from tests.store.keys.cheap import cheap

__all__ = ["cheap"]

"""Loads Qt without leaving its slower import function behind: every later import would pay for it."""

from __future__ import annotations

import builtins


def load_qt() -> None:
    """Import the three Qt modules the window needs and put Python's own import function back.

    PySide6 replaces `builtins.__import__` for `from __feature__ import ...`, which nobody here uses. Call this once,
    before any other module imports PySide6.
    """
    own = builtins.__import__
    import PySide6.QtWidgets  # noqa: F401  (slow library, loaded only when a window is wanted)

    builtins.__import__ = own

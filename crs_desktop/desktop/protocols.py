"""What pages and capabilities hand to the window: actions and page entries. The window knows nothing else of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crs_desktop.desktop.page import Page


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """Something the user can do, found in the palette (Ctrl+K) by its words; `key` such as "Ctrl+D" is optional."""

    name: str
    words: str
    run: Callable[[], None]
    key: str = ""
    can: Callable[[], bool] = _always


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A place in the rail. The page is made when it is first shown."""

    name: str
    words: str
    icon: str
    make: Callable[[], Page]

"""What pages, capabilities and the window hand to each other: actions, page entries, and what a second person signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from crs_desktop.desktop.page import Page
from crs_desktop.kernel.refusal import Refused

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from crs_desktop.desktop.forms import FormDialog
    from crs_desktop.desktop.tasks import Tasks

A = TypeVar("A")  # what is asked of the second person
S = TypeVar("S")  # what the second person brings


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


@dataclass(frozen=True, slots=True)
class Blind:
    """How one blind entry is asked for on the screen."""

    label: str
    hint: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class SecondLook(Generic[A, S]):
    """What a form wants signed by a second person. `asked` and `act` run on a worker.

    `about` and `identifiers` say what it is about and hold nothing that is to be entered blind, nor has `material`,
    which the second person reads meanwhile. `asked` answers None when nobody has to sign; then `act` gets None.
    """

    head: str
    about: str
    blind: Mapping[str, Blind]
    asked: Callable[[], A | Refused | None]
    act: Callable[[S | None], object]
    identifiers: tuple[str, ...] = ()
    material: Callable[[], QWidget] | None = None
    done: Callable[[object], None] | None = None


class SecondPerson(Protocol[A, S]):
    """Asks for a second person while nothing that the first entered can be seen in any window."""

    def ask(self, form: FormDialog, look: SecondLook[A, S]) -> None:
        """Over the first person's form: hidden meanwhile, closed when it was done, as it was when it was given up."""


def signed_by_two(second: SecondPerson[A, S] | None, tasks: Tasks, form: FormDialog, look: SecondLook[A, S]) -> None:
    """Send a form that a second person signs. Where nobody can be asked the service says who would have to sign."""
    if second is None:
        form.send(tasks, lambda: look.act(None), look.done)
    else:
        second.ask(form, look)

"""What is half typed in an open form survives a lock: collected as one blob, given back to the same form, once.

Nothing is written here. Whoever locks seals the blob with a key that goes away with the lock; after the same person has
signed in again it is handed back. A form that is opened then with the same kind and subject is filled as if typed, and
says so. The key of its request comes back with it, so that what was just being saved cannot be recorded twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from weakref import ref

from PySide6.QtCore import QCoreApplication, QObject
from shiboken6 import isValid

_NAME = "crs_desktop drafts"


@dataclass(frozen=True, slots=True)
class Draft:
    """One form as it stood. `kind` says which form, `subject` about whom or what; both are opaque here."""

    kind: str
    subject: str
    request_id: str
    values: Mapping[str, str] = field(default_factory=dict)
    sent: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Which form of which subject."""
        return self.kind, self.subject


class HoldsDraft(Protocol):
    """An open form that can hand over what stands in it, and take it back."""

    draft_key: tuple[str, str]

    def draft(self) -> Draft | None:
        """What is half typed; None when nothing is, or when it is done."""

    def fill(self, draft: Draft) -> None:
        """Put this in, as if typed, and say so."""


class Drafts(QObject):
    """Knows the open forms by weak reference only, and what waits to be given back."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(_NAME)
        self._open: list[ref[HoldsDraft]] = []
        self._waiting: dict[tuple[str, str], Draft] = {}

    def follow(self, form: HoldsDraft) -> None:
        """Called by a form that has just opened: it is filled when something waits for it, and asked at a lock."""
        self._open = [known for known in self._open if _alive(known()) and known() is not form]
        self._open.append(ref(form))
        draft = self._waiting.pop(form.draft_key, None)
        if draft is not None:
            form.fill(draft)

    def collect(self) -> bytes:
        """Everything half typed in open forms, and what was given back but not opened since; b"" when there is none."""
        found = dict(self._waiting)
        for known in self._open:
            form = known()
            draft = form.draft() if form is not None and _alive(form) else None
            if draft is not None:
                found[draft.key] = draft
        listed = [
            {"kind": one.kind, "subject": one.subject, "request": one.request_id, "sent": one.sent,
             "values": dict(one.values)}
            for one in found.values()
        ]  # fmt: skip
        return json.dumps({"drafts": listed}, ensure_ascii=False).encode("utf-8", "surrogatepass") if listed else b""

    def give_back(self, blob: bytes) -> None:
        """Keep these for the forms they belong to. Raises ValueError for what `collect` did not make."""
        self._waiting = {one.key: one for one in _read(blob)} if blob else {}

    def waiting(self) -> tuple[tuple[str, str], ...]:
        """Which forms of which subjects are to be filled when they are opened."""
        return tuple(self._waiting)

    def forget(self) -> None:
        """Let everything go: for a lock, once it is sealed, and for another person."""
        self._waiting.clear()
        self._open.clear()


def drafts() -> Drafts:
    """The program's one keeper of drafts; the application must be there."""
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("the application comes first")
    found = app.findChild(Drafts, _NAME)
    return found if isinstance(found, Drafts) else Drafts(app)


def _alive(form: object) -> bool:
    return form is not None and not (isinstance(form, QObject) and not isValid(form))


def _read(blob: bytes) -> list[Draft]:
    try:
        table: dict[str, list[dict[str, Any]]] = json.loads(blob.decode("utf-8", "surrogatepass"))
        return [
            Draft(one["kind"], one["subject"], one["request"], dict(one["values"]), bool(one["sent"]))
            for one in table["drafts"]
        ]
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise ValueError("these are no drafts") from error

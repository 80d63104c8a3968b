"""Who may do what, asked by the store itself: every write passes here, so no service can forget to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.refusal import Finding

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Guard(Protocol):
    """Knows the people of a store and what each of them may do."""

    def may(self, session: Session, actor: Actor, intent: str) -> Finding | None:
        """The reason why this actor may not do this, None when they may. Asked inside the transaction that writes."""

    def may_see(self, session: Session, operation: str) -> Finding | None:
        """The reason why whoever is signed in may not see this, None when they may."""

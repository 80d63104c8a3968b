"""Keys and a guard for tests whose subject is neither: the same keys every time, and everybody may do everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crs_desktop.kernel.actors import Actor
from crs_desktop.store.audit import AuditKey
from crs_desktop.store.keys.model import StoreKeys

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# The released stores are encrypted under these: they never change.
KEYS = StoreKeys(bytes(range(32)), AuditKey(bytes(range(32, 64))))
OTHER_KEYS = StoreKeys(bytes(range(64, 96)), AuditKey(bytes(range(96, 128))))
# Opens the store of KEYS, whose chain was begun with another key.
OTHER_AUDIT = StoreKeys(KEYS.data, OTHER_KEYS.audit)


class Anybody:
    """Lets everybody do and see everything."""

    def may(self, session: Session, actor: Actor, intent: str) -> None:
        """Nothing stands against it."""

    def may_see(self, session: Session, operation: str) -> None:
        """Nothing stands against it."""


ANYBODY = Anybody()

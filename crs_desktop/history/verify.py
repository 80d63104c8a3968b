"""Is the store still what was written? The store's own answer, and the ledger: each balance is the sum of its lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crs_desktop.kernel.answers import Answer, ExitStatus, finding_entries
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.store import verify
from crs_desktop.store.audit import Head, read_heads
from crs_desktop.store.keys.model import StoreKeys
from crs_desktop.store.opening import CURRENT_SCHEMA

# A store that the driver itself calls damaged is an answer, not a failure to answer.
_ANSWERS = ("store_damaged",)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and every thing that does not fit."""

    rows: int
    records: int
    heads: int
    balances: int
    head: Head
    findings: tuple[Finding, ...]

    @property
    def good(self) -> bool:
        """True when everything fits."""
        return not self.findings

    def answer(self) -> Answer:
        """As a document, with the exit status."""
        return Answer(
            {
                "fits": self.good,
                "log_rows": self.rows,
                "records": self.records,
                "balances": self.balances,
                "heads": self.heads,
                "head": self.head.mac or None,
                "findings": finding_entries(self.findings),
            },
            ExitStatus.YES if self.good else ExitStatus.NO,
        )


def verify_store(path: Path, keys: StoreKeys) -> Verified:
    """Look at the store. Raises EnvironmentFailure when it cannot be looked at."""
    heads = read_heads(path, keys.audit)  # before the snapshot: what is written meanwhile must not look cut off
    try:
        with verify.looking_at(path, keys.data, CURRENT_SCHEMA) as connection:
            looked = verify.look(connection, heads, keys.audit)
            balances, wrong = _ledger(connection)
    except EnvironmentFailure as failure:
        if failure.finding.code not in _ANSWERS:
            raise
        return Verified(0, 0, len(heads[0]), 0, Head(0, 0, ""), (no("audit_file_damaged", "store", path.name),))
    findings = (*looked.findings, *wrong)
    return Verified(looked.rows, looked.sealed, looked.heads, balances, looked.head, findings)


def _ledger(connection: Any) -> tuple[int, list[Finding]]:
    """The kept balances against the sum of their movements."""
    balances = connection.execute("SELECT lot_id, place_id, vials FROM balances")
    kept = {(lot, place): vials for lot, place, vials in balances}
    folded = {
        (lot, place): vials
        for lot, place, vials in connection.execute(
            "SELECT lot_id, place_id, sum(vials) FROM movements GROUP BY lot_id, place_id"
        )
    }
    wrong = [
        no("audit_balance_wrong", "balances", f"{lot}/{place}", kept=kept.get((lot, place), "-"),
           folded=folded.get((lot, place), "-"))
        for lot, place in sorted(kept.keys() | folded.keys())
        if kept.get((lot, place)) != folded.get((lot, place))
    ]  # fmt: skip
    return len(folded), wrong

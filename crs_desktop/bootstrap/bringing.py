"""What the page that brings a backup back asks for, in the words of the backups, answered at the door of the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crs_desktop.backups.ui import words
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.staff.ui.handed import BundleOpened, BundleShown, NotLetIn, Why
from crs_desktop.store.whole_files import megabytes

if TYPE_CHECKING:
    from crs_desktop.backups.bringing import BringingBack, Offered
    from crs_desktop.bootstrap.opening import DoorLater
    from crs_desktop.store.bundle import Manifest

_WAITS = ("sign_in_wait_seconds", "sign_in_wait_minutes")


class BringBackOver:
    """Joins the page and the backups; slow things are imported on the worker that first asks."""

    def __init__(self, later: DoorLater) -> None:
        self._later = later
        self._made: BringingBack | None = None

    @property
    def _bringing(self) -> BringingBack:
        from crs_desktop.backups.bringing import BringingBack

        if self._made is None:
            self._made = BringingBack(self._later.door)
        return self._made

    def nearby(self) -> BundleShown | None:
        """The newest good one beside the store."""
        try:
            offered = self._bringing.nearby()
        except NotUnderstood:  # said when somebody chooses a file
            return None
        return None if offered is None else _shown(offered)

    def look(self, file: str) -> BundleShown | Refused:
        """What a chosen file says of itself."""
        return _shown(self._bringing.look(Path(file)))

    def open(self, ticket: object, code: str) -> object | NotLetIn | Refused:
        """By the recovery code."""
        from crs_desktop.backups.bringing import Offered

        assert isinstance(ticket, Offered)
        answer = self._bringing.open(ticket, code)
        if not isinstance(answer, Refused):
            return answer
        codes = {finding.code for finding in answer.findings}
        if codes & set(_WAITS):
            return NotLetIn(Why.WAIT, max(1, self._bringing.wait_s(ticket)))
        return refuse(no("bring_back_wrong_code", "code")) if "code_wrong" in codes else answer

    def check(self, ticket: object, opened: object) -> BundleOpened | Refused:
        """Open it in full."""
        from crs_desktop.backups.bringing import Offered
        from crs_desktop.store.keys.slots import Unlocked

        assert isinstance(ticket, Offered) and isinstance(opened, Unlocked)
        checked = self._bringing.check(ticket, opened)
        manifest = ticket.manifest
        when = words.when_text(manifest.made_at, zone_of(manifest))
        if checked.only_slots:
            means = phrase("staff_ui_bring_means_slots", when=when)
            return BundleOpened(tr("Your store is whole"), means, tr("&Bring back the key slots"), checked)
        means = phrase("staff_ui_bring_means", when=when, counts=words.counts_text(manifest.counts))
        return BundleOpened(tr("Opened in full, and whole"), means, tr("&Bring it back"), checked)

    def bring(self, ticket: object) -> str | Refused:
        """Put it in place."""
        from crs_desktop.backups.bringing import Opened

        assert isinstance(ticket, Opened)
        back = self._bringing.bring(ticket)
        if isinstance(back, Refused):
            return back
        manifest = ticket.offered.manifest
        when = words.when_text(manifest.made_at, zone_of(manifest))
        return phrase("staff_ui_brought_slots" if ticket.only_slots else "staff_ui_brought", when=when)


def zone_of(manifest: Manifest) -> ZoneInfo:
    """The zone in which the store of a backup counts, else the machine's."""
    from crs_desktop.command_line.zones import machine_zone

    try:
        return ZoneInfo(manifest.facts.get("time_zone") or machine_zone().key)
    except (ZoneInfoNotFoundError, ValueError):
        return machine_zone()


def _shown(offered: Offered) -> BundleShown:
    manifest, zone = offered.manifest, zone_of(offered.manifest)
    lines = (
        (tr("Made"), words.when_text(manifest.made_at, zone)),
        (tr("Because"), words.reason_of(manifest.reason)),
        (tr("Holds"), words.counts_text(manifest.counts)),
        (tr("File"), phrase("backup_detail", name=offered.path.name, size=megabytes(offered.size),
                            schema=manifest.schema)),
        (tr("Checked"), phrase("staff_ui_bring_checked")),
    )  # fmt: skip
    paper = offered.recovery_of
    hint = phrase("staff_ui_bring_code", when="?" if paper is None else words.day_of(paper, zone))
    return BundleShown(lines, hint, offered)

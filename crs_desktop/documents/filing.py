"""What is filed: a whole PDF under a name that says sheet, moment and code, never the patient."""

from __future__ import annotations

import hashlib
from datetime import datetime
from zoneinfo import ZoneInfo

from crs_desktop.documents.filed import About, FiledSheet
from crs_desktop.documents.model import Kind, Sheet
from crs_desktop.documents.validity import code_of
from crs_desktop.kernel.refusal import Refused, no, refuse


def paper_name(kind: Kind, code: str, printed_at: datetime, zone: ZoneInfo) -> str:
    """'infusion-day-20261203-0605-HYFD3-Y7M3T.pdf': no patient in it."""
    return f"{kind.value}-{printed_at.astimezone(zone):%Y%m%d-%H%M}-{code}.pdf"


def digest_of(content: bytes) -> str:
    """The name of filed bytes. Raises ValueError for bytes that are not a whole PDF: only those are filed."""
    if not content.startswith(b"%PDF-") or not content.rstrip().endswith(b"%%EOF"):
        raise ValueError("only a whole PDF is filed")
    return hashlib.sha256(content).hexdigest()


def as_filed(content: bytes | None, name: str, sha256: str) -> bytes | Refused:
    """The bytes, if they are there and still are what was filed."""
    if content is None:
        return refuse(no("paper_missing", name))
    if hashlib.sha256(content).hexdigest() != sha256:
        return refuse(no("paper_changed", name))
    return content


def entry_of(
    sheet: Sheet, content: bytes, about: About, valid_until: datetime, printed: tuple[str, datetime], zone: ZoneInfo
) -> FiledSheet:  # fmt: skip
    """The row of a sheet that was laid out, not yet appended; `printed` is by whom and when."""
    actor, now = printed
    code = code_of(sheet.fingerprint)
    return FiledSheet(
        0, code, sheet.kind.value, about.patient_id, about.course_id, about.dose_key, about.day,
        paper_name(sheet.kind, code, now, zone), digest_of(content), sheet.fingerprint, valid_until, now, actor,
    )  # fmt: skip

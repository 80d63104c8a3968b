"""A paper shop on a real store for the tests of filing, and for the processes they start and kill."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from crs_desktop.documents.filed import About, FiledSheet
from crs_desktop.documents.filing import digest_of, paper_name
from crs_desktop.documents.layout.page import lay_out
from crs_desktop.documents.model import Kind, Sheet
from crs_desktop.documents.service import PaperShop
from crs_desktop.documents.sheets.dosing_sheet import build_dosing_sheet
from crs_desktop.documents.tables import FiledSheetTable
from crs_desktop.documents.validity import code_of
from crs_desktop.kernel.refusal import Refused
from crs_desktop.readiness.service import ReadinessBoard
from crs_desktop.store.store import Request, Result, Store, Writing
from tests.documents.sample_papers import DOSING
from tests.store.pharmacy import NOW, PATIENT, WEBER, ZONE, Pharmacy, new_pharmacy, open_pharmacy

SHEET = build_dosing_sheet(DOSING)
ABOUT = About(PATIENT, None, "", NOW.date())


@dataclass
class Shop:
    """An opened store with the paper shop on it."""

    store: Store
    paper: PaperShop

    def file(self, key: str, title: str = "") -> FiledSheet | Refused:
        """File the made-up dosing sheet under another title, as every sheet is filed."""
        return self.paper._file(key, (titled(title or key), NOW + timedelta(hours=2)), ABOUT, WEBER)

    def filed(self, key: str, title: str = "") -> FiledSheet:
        """The same, where nothing can go wrong."""
        made = self.file(key, title)
        assert isinstance(made, FiledSheet), made
        return made

    def close(self) -> None:
        """Give back every connection."""
        self.store.close()


def titled(title: str) -> Sheet:
    """The made-up sheet with a title of its own: other bytes for each."""
    return replace(SHEET, title=title)


def open_shop(path: Path) -> Shop:
    """The shop on the store at `path`."""
    return _on(open_pharmacy(path))


def new_shop(path: Path) -> Shop:
    """The shop on a store with one patient."""
    return _on(new_pharmacy(path))


def old_paper(store: Store, folder: Path, titles: list[str]) -> dict[str, bytes]:
    """Sheets as an older version filed them: a row in the store, a plain file beside it. Answers the files."""
    folder.mkdir(mode=0o700, exist_ok=True)
    files: dict[str, bytes] = {}
    for title in titles:
        content = lay_out(titled(title))
        assert isinstance(content, bytes)
        files[name := paper_name(Kind.DOSING_SHEET, f"{title}-{code_of(SHEET.fingerprint)}", NOW, ZONE)] = content
        (folder / name).write_bytes(content)
        add_row(store, name, content)
    return files


def add_row(store: Store, name: str, content: bytes) -> None:
    """The row of a filed sheet without its bytes, logged as every write is."""

    def work(writing: Writing) -> Result:
        writing.session.add(
            FiledSheetTable(
                code=name, kind="dosing-sheet", patient_id=PATIENT, course_id=None, dose_key="", day=NOW.date(),
                file_name=name, sha256=digest_of(content), facts=SHEET.fingerprint, valid_until=NOW, at=NOW,
                actor=WEBER.name,
            )
        )  # fmt: skip
        writing.log("paper", name, "print", after={"kind": "dosing-sheet", "file": name})
        return {}

    assert not isinstance(store.perform(Request(f"old-{name}", "print dosing-sheet", {}), WEBER, [], work), Refused)


def _on(pharmacy: Pharmacy) -> Shop:
    readiness = ReadinessBoard(pharmacy.store, pharmacy.stock, ZONE, False)
    return Shop(pharmacy.store, PaperShop(pharmacy.store, ZONE, readiness, pharmacy.doses))

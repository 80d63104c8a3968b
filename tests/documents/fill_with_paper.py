"""A process on a small disk of its own: fills it, files a sheet and takes in old ones, frees it, tries again, tells."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from crs_desktop.documents.old_paper import take_in_old_paper
from tests.documents.shop import Shop, new_shop, old_paper, open_shop
from tests.store.fill_the_disk import attempt, fill
from tests.store.pharmacy import rows

COUNTS = (
    "SELECT (SELECT count(*) FROM filed_sheets), (SELECT count(*) FROM paper_contents), "
    "(SELECT count(*) FROM change_log WHERE action = 'print'), (SELECT count(*) FROM requests WHERE request_id = 'a')"
)


def a_sheet(disk: Path, leave: int) -> dict[str, Any]:
    """The same sheet before and after the disk is freed."""
    shop = new_shop(disk / "f.crs")
    ballast = fill(disk, leave)
    first = attempt(lambda: shop.file("a"))
    ballast.unlink()
    between = rows(shop.store, COUNTS)[0]
    again = attempt(lambda: shop.file("a"))
    after = rows(shop.store, COUNTS)[0]
    shown = isinstance(shop.paper.content(shop.paper.sheets()[0]), bytes)
    clear(disk, shop)
    return {"first": first, "between": list(between), "again": again, "after": list(after), "shown": shown}


def old_sheets(disk: Path, leave: int) -> dict[str, Any]:
    """Old papers on the full disk, and again when there is room."""
    shop, folder = new_shop(disk / "f.crs"), disk / "f-paper"
    files = old_paper(shop.store, folder, ["one", "two", "three"])
    shop.close()
    shop = open_shop(disk / "f.crs")
    ballast = fill(disk, leave)
    taken = take_in_old_paper(shop.store, folder)
    left = {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}
    ballast.unlink()
    again = take_in_old_paper(shop.store, folder)
    held = {sheet.file_name: shop.paper.content(sheet) for sheet in shop.paper.sheets()}
    clear(disk, shop)
    return {"codes": [finding.code for finding in taken.findings], "whole": left in (files, {}), "left": len(left),
            "again": [finding.code for finding in again.findings], "held": held == files}  # fmt: skip


def clear(disk: Path, shop: Shop) -> None:
    """Room for the next."""
    shop.close()
    for path in disk.iterdir():
        path.unlink()


def main(disk: Path, steps: list[int]) -> dict[str, Any]:
    """Both with every amount of room."""
    return {
        "sheets": [a_sheet(disk, leave) for leave in steps],
        "old": [old_sheets(disk, leave) for leave in steps],
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), [int(step) for step in sys.argv[2:]])))

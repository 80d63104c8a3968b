"""Pictures of filed bytes: what preview shows and print draws comes from the file itself, never from a fresh layout."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import no

# PDFium may be entered by one thread at a time.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class PageSize:
    """Points, 72 to the inch."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page as pixels of four bytes: blue, green, red, nothing."""

    width: int
    height: int
    stride: int
    pixels: bytes


def page_sizes(content: bytes) -> tuple[PageSize, ...]:
    """The size of each page. Raises EnvironmentFailure when the bytes are not a readable PDF."""
    with _opened(content) as document:
        return tuple(PageSize(*document.get_page_size(number)) for number in range(len(document)))


def picture(content: bytes, page: int, dots_per_inch: float) -> PagePicture:
    """One page (from 0) drawn at this fineness. Raises EnvironmentFailure when the bytes are not a readable PDF."""
    with _opened(content) as document:
        drawn = document[page].render(scale=dots_per_inch / 72, prefer_bgrx=True)
        return PagePicture(drawn.width, drawn.height, drawn.stride, bytes(drawn.buffer))


def joined(contents: Sequence[bytes]) -> bytes:
    """The pages of several papers behind each other, for one printing. Raises EnvironmentFailure as `page_sizes`."""
    import pypdfium2  # type: ignore[import-untyped]

    with _ONE_AT_A_TIME, ExitStack() as open_ones:
        whole = pypdfium2.PdfDocument.new()
        open_ones.callback(whole.close)
        try:
            for content in contents:
                one = pypdfium2.PdfDocument(content)
                open_ones.callback(one.close)
                whole.import_pages(one)
        except pypdfium2.PdfiumError as failure:
            raise EnvironmentFailure(no("paper_not_shown", "paper", failure)) from failure
        made = BytesIO()
        whole.save(made)
        return made.getvalue()


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    import pypdfium2

    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as failure:
            raise EnvironmentFailure(no("paper_not_shown", "paper", failure)) from failure
        try:
            yield document
        finally:
            document.close()

"""Reads papers back: the text layer of each page, with and without spaces."""

from __future__ import annotations

import io
import unicodedata

import pypdf
import pypdfium2

from crs_desktop.documents.layout.page import Paper, lay_out
from crs_desktop.documents.model import Sheet


def printed(sheet: Sheet, paper: Paper = Paper.A4) -> bytes:
    content = lay_out(sheet, paper)
    assert isinstance(content, bytes), content
    return content


def reader(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def pages(content: bytes) -> list[str]:
    """The text of each page; runs of white space are one space."""
    return [" ".join(page.extract_text().split()) for page in reader(content).pages]


def whole(content: bytes) -> str:
    return " ".join(pages(content))


def squeezed(text: str) -> str:
    """Without any white space, compatibility forms resolved: where a line was broken says nothing about the text."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def by_pdfium(content: bytes) -> str:
    """The whole text as PDFium reads it; it knows right-to-left lines in tables better than pypdf does."""
    document = pypdfium2.PdfDocument(content)
    found = "\n".join(document[number].get_textpage().get_text_range() for number in range(len(document)))
    document.close()
    return found

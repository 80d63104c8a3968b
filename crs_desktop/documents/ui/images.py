"""From page pixels to a Qt image."""

from __future__ import annotations

from PySide6.QtGui import QImage

from crs_desktop.documents.pages import PagePicture


def image_of(page: PagePicture) -> QImage:
    """A Qt image that owns its pixels."""
    borrowed = QImage(page.pixels, page.width, page.height, page.stride, QImage.Format.Format_RGB32)
    return borrowed.copy()

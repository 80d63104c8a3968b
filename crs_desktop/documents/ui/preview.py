"""The preview: pages of the filed bytes, page n of m, zoom by width or percent, everything by keyboard too."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import colour
from crs_desktop.desktop.words import PlainLabel, button, phrase, tr
from crs_desktop.documents.pages import PagePicture, PageSize, page_sizes, picture
from crs_desktop.documents.ui.images import image_of

_ZOOMS = (50, 75, 100, 125, 150, 200, 300, 400)
_EDGE = 12


class _PageView(QWidget):
    """One page on the desk."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_image(self, image: QImage | None, size: QSize) -> None:
        self._image = image
        self.setFixedSize(size)
        self.update()

    def image(self) -> QImage | None:
        return self._image

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.rect(), self._image)
        painter.setPen(colour("hairline"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


class PaperPreview(QWidget):
    """Shows a filed paper. `print_asked` carries the bytes that are shown; `save_asked` says nothing more."""

    print_asked = Signal(bytes)
    save_asked = Signal()

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._content = b""
        self._sizes: tuple[PageSize, ...] = ()
        self._page = 0
        self._percent = 0  # 0: as wide as the window
        self._asked = 0
        self._build()
        self._tell()

    def _build(self) -> None:
        self._back = button(tr("&Back"), "quiet", name=tr("Page before"))
        self._next = button(tr("&Next"), "quiet", name=tr("Next page"))
        self._smaller = button("−", "quiet", name=tr("Smaller"))
        self._larger = button("+", "quiet", name=tr("Larger"))
        self._fit = button(tr("&Width"), "quiet", name=tr("As wide as the window"))
        self._save = button(tr("&Save as PDF…"), "quiet")
        self._print = button(tr("&Print"), "main")
        self._place = PlainLabel()
        self._scale = PlainLabel(role="soft")
        bar = QHBoxLayout()
        for widget in (self._back, self._place, self._next):
            bar.addWidget(widget)
        bar.addStretch(1)
        for widget in (self._smaller, self._scale, self._larger, self._fit):
            bar.addWidget(widget)
        bar.addStretch(1)
        bar.addWidget(self._save)
        bar.addWidget(self._print)
        self._view = _PageView()
        self._desk = QScrollArea()
        self._desk.setWidget(self._view)
        self._desk.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._desk.viewport().installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self._desk, 1)
        self._connect()

    def _connect(self) -> None:
        self._back.clicked.connect(self.page_before)
        self._next.clicked.connect(self.next_page)
        self._smaller.clicked.connect(self.smaller)
        self._larger.clicked.connect(self.larger)
        self._fit.clicked.connect(self.fit_width)
        self._save.clicked.connect(self.save_asked)
        self._print.clicked.connect(self._ask_print)
        for keys, act in (
            (QKeySequence(Qt.Key.Key_PageDown), self.next_page),
            (QKeySequence(Qt.Key.Key_PageUp), self.page_before),
            (QKeySequence.StandardKey.ZoomIn, self.larger),
            (QKeySequence.StandardKey.ZoomOut, self.smaller),
            (QKeySequence("Ctrl+0"), self.fit_width),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def show_paper(self, content: bytes) -> None:
        """Show these filed bytes from their first page; the picture before is taken away at once."""
        self._content, self._sizes, self._page = content, (), 0
        self._asked += 1
        self._view.show_image(None, QSize(0, 0))
        self._tell()
        asked = self._asked

        def know(sizes: tuple[PageSize, ...]) -> None:
            if asked == self._asked:
                self._sizes = sizes
                self._draw()

        if content:
            self._tasks.run(lambda: page_sizes(content), know, owner=self, pool="paper")

    def content(self) -> bytes:
        """The bytes that are shown."""
        return self._content

    def place_text(self) -> str:
        """'Page 1 of 2', for tests and screen readers."""
        return self._place.text()

    def page_image(self) -> QImage | None:
        """The picture on the desk."""
        return self._view.image()

    def next_page(self) -> None:
        """One page on, if there is one."""
        self._go(self._page + 1)

    def page_before(self) -> None:
        """One page back, if there is one."""
        self._go(self._page - 1)

    def larger(self) -> None:
        """The next larger step."""
        now = self._zoom()
        self._zoom_to(next((step for step in _ZOOMS if step > now), _ZOOMS[-1]))

    def smaller(self) -> None:
        """The next smaller step."""
        now = self._zoom()
        self._zoom_to(next((step for step in reversed(_ZOOMS) if step < now), _ZOOMS[0]))

    def fit_width(self) -> None:
        """As wide as the window."""
        self._zoom_to(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A new window width is a new page width."""
        if event.type() is QEvent.Type.Resize and self._percent == 0 and self._sizes:
            self._draw()
        return super().eventFilter(watched, event)

    def _go(self, page: int) -> None:
        if 0 <= page < len(self._sizes):
            self._page = page
            self._desk.verticalScrollBar().setValue(0)
            self._draw()

    def _zoom_to(self, percent: int) -> None:
        self._percent = percent
        if self._sizes:
            self._draw()

    def _zoom(self) -> int:
        if self._percent:
            return self._percent
        room = max(200, self._desk.viewport().width() - 2 * _EDGE)
        page = self._sizes[self._page] if self._sizes else PageSize(612, 792)
        return max(20, round(room / (page.width / 72 * self.logicalDpiX()) * 100))

    def _draw(self) -> None:
        size, content, page, zoom = self._sizes[self._page], self._content, self._page, self._zoom()
        dots = self.logicalDpiX() * zoom / 100
        fine = dots * self.devicePixelRatioF()
        shown = QSize(round(size.width / 72 * dots), round(size.height / 72 * dots))
        self._asked += 1
        asked = self._asked

        def lay(drawn: PagePicture) -> None:
            if asked == self._asked:
                self._view.show_image(image_of(drawn), shown)

        self._tell()
        self._tasks.run(lambda: picture(content, page, fine), lay, owner=self, pool="paper")

    def _tell(self) -> None:
        known = len(self._sizes)
        self._place.setText(phrase("preview_place", page=self._page + 1, pages=known) if known else "")
        self._scale.setText(f"{self._zoom()} %" if known else "")
        self._back.setEnabled(self._page > 0)
        self._next.setEnabled(self._page + 1 < known)
        for widget in (self._smaller, self._larger, self._fit, self._save, self._print):
            widget.setEnabled(known > 0)
        self._view.setAccessibleName(self._place.text())

    def _ask_print(self) -> None:
        self.print_asked.emit(self._content)

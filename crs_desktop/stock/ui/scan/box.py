"""What a scan says: verdict, product, lot and expiry in large letters, where the lot lies, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from crs_desktop.desktop.fields import ChoiceField
from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.theme import State, scaled
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, caption, message, phrase, title, tr
from crs_desktop.kernel.refusal import Finding, Severity
from crs_desktop.kernel.wording import say
from crs_desktop.stock.scanning.model import RefusedScan
from crs_desktop.stock.scanning.telling import NOT_CONFIRMED, ToldReading, ToldScan
from crs_desktop.stock.ui.scan import words


class ScanBox(QDialog):
    """Shows one scan at a time; the next one takes its place. Several readings: a person chooses, then it says more.

    With `bare` a form stands behind it: only what stands on the pack is told, and nothing can be done from here.
    """

    receive = Signal(object)
    confirm = Signal(str)
    was_typed = Signal()
    scanned_again = Signal(str)

    def __init__(self, parent: QWidget | None = None, bare: bool = False, typed: bool = True) -> None:
        """`typed` is False for a code that was pasted: then there is no field it could go back to."""
        super().__init__(parent)
        self._typed = typed
        self.setWindowTitle(tr("Scan"))
        self.setAccessibleName(tr("Scan"))
        self._bare = bare
        self._told: ToldScan | None = None
        self.chosen: ToldReading | None = None
        self.badge = StateBadge()
        self.product = title()
        self.choice = ChoiceField("reading", tr("&Which one does the pack show?"), [], ask=True)
        self.choice.edited.connect(self._choose)
        self._facts = QWidget()
        self._facts_in = QVBoxLayout(self._facts)
        self._facts_in.setContentsMargins(0, 0, 0, 0)
        self._facts_in.setSpacing(12)
        self.raw = caption()
        self._arrange()

    # --- what the room uses ---

    def show_told(self, told: ToldScan) -> None:
        """Say this scan."""
        self._told = told
        self.chosen = told.certain
        several = len(told.readings) > 1
        self.choice.setVisible(several)
        self.choice.set_choices(
            [(str(n), words.choice_text(one)) for n, one in enumerate(told.readings)] if several else []
        )
        self.choice.set_value("")
        self.raw.setText(tr("Scanned: {text}").format(text=words.raw_text(told.scan.raw)))
        self._say()
        self._focus()

    @property
    def told(self) -> ToldScan:
        """The scan it shows. Raises ValueError before there is one."""
        if self._told is None:
            raise ValueError("nothing was scanned yet")
        return self._told

    def take_scan(self, raw: str) -> None:
        """The next pack."""
        self.scanned_again.emit(raw)

    def said(self) -> list[str]:
        """Every line it shows beneath the product, for a screen reader and for tests."""
        return [label.text() for label in self._facts.findChildren(PlainLabel) if label.text()]

    # --- how it is done ---

    def _choose(self) -> None:
        at = self.choice.value()
        self.chosen = self._told.readings[int(at)] if self._told is not None and at else None
        self._say()

    def _say(self) -> None:
        told, chosen = self._told, self.chosen
        assert told is not None
        state, verdict = words.verdict_of(told, chosen, self._bare)
        self.badge.set_state(state, text=verdict)
        self.product.setText(words.product_text(told, chosen))
        self.setAccessibleDescription(f"{verdict}. {self.product.text()}")
        self._fill(told, chosen)
        can = not self._bare and chosen is not None
        self.receive_button.setVisible(can and chosen is not None and not chosen.needs_confirming)
        self.receive_button.setEnabled(chosen is not None and chosen.fields is not None and bool(told.places))
        self.confirm_button.setVisible(can and chosen is not None and chosen.needs_confirming)
        said = chosen is not None or isinstance(told.scan, RefusedScan)
        self.correct_button.setVisible(not self._bare and said and bool(told.confirmed_here))
        main = self.receive_button if self.receive_button.isEnabled() else self.confirm_button
        main.setDefault(can)
        self._grow()

    def _gtin(self) -> str:
        return self.told.confirmed_here or (self.chosen.reading.gtin if self.chosen is not None else "")

    def _fill(self, told: ToldScan, chosen: ToldReading | None) -> None:
        while (item := self._facts_in.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        if chosen is not None:
            self._facts_in.addWidget(_lot_and_expiry(chosen))
            self._facts_in.addWidget(_small_facts(chosen))
            if not self._bare:
                self._tell_shelf(chosen)
        for finding in self._findings(told, chosen):
            self._facts_in.addWidget(_finding_row(finding))
        if self._bare:
            self._facts_in.addWidget(message(words.not_received_because()))
        elif chosen is not None and not told.places:
            self._facts_in.addWidget(message(phrase("stock_ui_no_places")))

    def _tell_shelf(self, chosen: ToldReading) -> None:
        lines = words.shelf_lines(chosen)
        if lines:
            self._facts_in.addWidget(PlainLabel(tr("On the shelf"), "soft"))
        for line in lines:
            self._facts_in.addWidget(message(line))

    def _findings(self, told: ToldScan, chosen: ToldReading | None) -> list[Finding]:
        if isinstance(told.scan, RefusedScan):
            return list(told.scan.findings)
        if chosen is None:
            return list(told.scan.findings)
        against = [finding for finding in chosen.against if finding.code != NOT_CONFIRMED]
        if self._bare:  # what the store knows of a lot is nothing for whoever enters it blind
            against = [finding for finding in against if finding in chosen.reading.findings]
            return [*against, *(one for one in told.scan.findings if one.code != "scan_several_readings")]
        return [*against, *told.scan.findings, *chosen.beware]

    def _focus(self) -> None:
        if not self.choice.isHidden():
            self.choice.editor.setFocus()
        elif self.receive_button.isVisibleTo(self) and self.receive_button.isEnabled():
            self.receive_button.setFocus()
        elif self.confirm_button.isVisibleTo(self):
            self.confirm_button.setFocus()
        else:
            self.close_button.setFocus()

    def _arrange(self) -> None:
        self.receive_button = button(tr("&Receive…"), "main")
        self.confirm_button = button(tr("&Compare with the pack…"), "main")
        self.typed_button = button(
            tr("I &typed this"), "quiet", hint=tr("Puts it back into the field it was typed into")
        )
        self.correct_button = button(tr("The pack says &otherwise…"), "quiet")
        self.close_button = button(tr("Close"))
        self.receive_button.clicked.connect(lambda: self.receive.emit(self.chosen))
        for one in (self.confirm_button, self.correct_button):
            one.clicked.connect(lambda: self.confirm.emit(self._gtin()))
        self.typed_button.clicked.connect(lambda: self.was_typed.emit())
        self.close_button.clicked.connect(self.reject)
        self.typed_button.setVisible(self._typed)
        more = FlowRow(gap=8, line_gap=4)
        for one in (self.typed_button, self.correct_button):
            more.addWidget(one)
        buttons = self._buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for one in (self.close_button, self.confirm_button, self.receive_button):
            buttons.addWidget(one)
        inner = QWidget()
        within = self._within = QVBoxLayout(inner)
        within.setContentsMargins(0, 0, 0, 0)
        within.setSpacing(12)
        for widget in (self.badge, self.product, self.choice, self._facts, self.raw):
            within.addWidget(widget)
        within.addLayout(more)
        within.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("FormScroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        self._inner = inner
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._scroll, 1)
        column.addLayout(buttons)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._grow()  # only now it is known how large the words are

    def _grow(self) -> None:
        """As high as what it says, and no higher than the screen."""
        width = scaled(560)
        self._within.invalidate()
        self._within.activate()
        wanted = self._within.heightForWidth(width) + self._buttons.sizeHint().height() + 48 + scaled(24)
        room = self.screen().availableGeometry().height() - scaled(60)
        self.resize(width + 32, min(wanted, room))


def _lot_and_expiry(chosen: ToldReading) -> QWidget:
    """Nobody can notice a lot or an expiry that was misread, so both stand where a glance compares them."""
    holder = QWidget()
    holder.setObjectName("Identifiers")
    holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    grid = QGridLayout(holder)
    grid.setContentsMargins(12, 8, 12, 8)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(2)
    for row, (label, value) in enumerate(
        ((tr("Lot"), words.lot_text(chosen)), (tr("Expires"), words.expiry_text(chosen)))
    ):
        grid.addWidget(PlainLabel(label, "soft"), row, 0)
        said = PlainLabel(value, "title", wrap=True)
        said.setAccessibleName(f"{label}: {value}")
        grid.addWidget(said, row, 1)
    grid.setColumnStretch(1, 1)
    return holder


def _small_facts(chosen: ToldReading) -> QWidget:
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(4)
    for row, (label, value) in enumerate(words.facts_of(chosen)):
        grid.addWidget(PlainLabel(label, "soft"), row, 0)
        grid.addWidget(PlainLabel(value, "body", wrap=True), row, 1)
    grid.setColumnStretch(1, 1)
    return holder


def _finding_row(finding: Finding) -> QWidget:
    wrong = finding.severity is Severity.NO
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    badge = StateBadge(parent=holder)
    badge.set_shape(State.SHORT if wrong else State.READY_BUT, tr("no") if wrong else tr("beware"))
    row.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(PlainLabel(say(finding), "wrong" if wrong else "care", wrap=True), 1)
    return holder

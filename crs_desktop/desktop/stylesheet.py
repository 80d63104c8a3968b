"""The one style sheet, made from tokens: flat surfaces, hairlines, one accent, no shadows."""

from __future__ import annotations

from collections.abc import Mapping

from crs_desktop.desktop.tokens import Tokens


def stylesheet(t: Tokens, sizes: Mapping[str, int]) -> str:
    """All rules of the window for these colours and text sizes (pixels)."""
    return "\n".join((_words(t, sizes), _frame(t), _controls(t, sizes), _lists(t), _scrolling(t)))


def _words(t: Tokens, sizes: Mapping[str, int]) -> str:
    return f"""
QLabel {{ background: transparent; color: {t.ink}; }}
QLabel[role="caption"] {{ font-size: {sizes["caption"]}px; color: {t.ink_soft}; }}
QLabel[role="body"] {{ font-size: {sizes["body"]}px; }}
QLabel[role="soft"] {{ font-size: {sizes["body"]}px; color: {t.ink_soft}; }}
QLabel[role="strong"] {{ font-size: {sizes["body"]}px; font-weight: bold; }}
QLabel[role="wrong"] {{ font-size: {sizes["body"]}px; color: {t.short}; }}
QLabel[role="care"] {{ font-size: {sizes["body"]}px; color: {t.ready_but}; }}
QLabel[role="heading"] {{ font-size: {sizes["heading"]}px; font-weight: bold; }}
QLabel[role="title"] {{ font-size: {sizes["title"]}px; font-weight: bold; }}
QToolTip {{ background: {t.surface}; color: {t.ink}; border: 1px solid {t.edge}; padding: 4px; }}
"""


def _frame(t: Tokens) -> str:
    return f"""
QMainWindow, QDialog {{ background: {t.ground}; }}
QWidget#Rail, QWidget#StatusLine {{ background: {t.rail}; }}
QWidget#Rail {{ border-right: 1px solid {t.hairline}; }}
QWidget#StatusLine {{ border-top: 1px solid {t.hairline}; }}
QWidget#TopBar {{ background: {t.ground}; border-bottom: 1px solid {t.hairline}; }}
QWidget#Banner {{ background: {t.surface}; border: 1px solid {t.edge}; }}
QWidget#StaleStrip {{ background: {t.rail}; border-bottom: 1px solid {t.hairline}; }}
QWidget#Identifiers {{ background: {t.rail}; border-left: 3px solid {t.accent}; }}
QWidget#Panel {{ background: {t.surface}; border: 1px solid {t.hairline}; }}
QWidget#Hairline {{ background: {t.hairline}; }}
QToolButton[rail="true"] {{ background: transparent; border: 0; border-left: 3px solid transparent;
    padding: 8px 16px 8px 9px; text-align: left; color: {t.ink_soft}; }}
QToolButton[rail="true"]:hover {{ color: {t.ink}; background: {t.ground}; }}
QToolButton[rail="true"]:checked {{ color: {t.ink}; background: {t.ground}; border-left: 3px solid {t.accent};
    font-weight: bold; }}
QToolButton[rail="true"]:focus {{ border: 1px solid {t.accent}; border-left: 3px solid {t.accent}; }}
QMenu {{ background: {t.surface}; border: 1px solid {t.edge}; padding: 4px 0; }}
QMenu::item {{ padding: 4px 24px; }}
QMenu::item:selected {{ background: {t.chosen}; color: {t.ink}; }}
QSplitter::handle {{ background: {t.hairline}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
"""


def _controls(t: Tokens, sizes: Mapping[str, int]) -> str:
    boxes = "QLineEdit, QPlainTextEdit, QComboBox, QSpinBox"
    focus = ", ".join(f"{name}:focus" for name in boxes.split(", "))
    off = ", ".join(f"{name}:disabled" for name in boxes.split(", "))
    wrong = ", ".join(f'{name}[wrong="true"]' for name in boxes.split(", "))
    return f"""
QAbstractScrollArea {{ background: {t.surface}; border: 1px solid {t.hairline}; }}
{boxes} {{ background: {t.surface}; color: {t.ink}; border: 1px solid {t.edge}; border-radius: 2px; padding: 5px 7px;
    selection-background-color: {t.accent}; selection-color: {t.on_accent};
    placeholder-text-color: {t.ink_soft}; }}
{focus} {{ border: 2px solid {t.accent}; padding: 4px 6px; }}
{wrong} {{ border: 2px solid {t.short}; padding: 4px 6px; }}
{off} {{ color: {t.ink_soft}; background: {t.ground}; border: 1px dashed {t.edge}; }}
QComboBox::drop-down {{ border: 0; width: {sizes["body"] * 2}px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{ background: {t.surface}; color: {t.ink}; border: 1px solid {t.edge};
    selection-background-color: {t.chosen}; selection-color: {t.ink}; }}
QPushButton {{ background: {t.surface}; color: {t.ink}; border: 1px solid {t.edge}; border-radius: 2px;
    padding: 6px 14px; }}
QPushButton:hover {{ background: {t.chosen}; }}
QPushButton:pressed {{ background: {t.hairline}; }}
QPushButton:focus {{ border: 2px solid {t.accent}; padding: 5px 13px; }}
QPushButton:disabled {{ color: {t.ink_soft}; border: 1px dashed {t.edge}; background: transparent; }}
QPushButton[kind="main"] {{ background: {t.accent}; color: {t.on_accent}; border: 1px solid {t.accent};
    font-weight: bold; }}
QPushButton[kind="main"]:focus {{ border: 2px solid {t.ink}; padding: 5px 13px; }}
QPushButton[kind="main"]:disabled {{ background: transparent; color: {t.ink_soft}; border: 1px dashed {t.edge}; }}
QPushButton[kind="alarm"] {{ background: {t.alarm}; color: {t.on_alarm}; border: 1px solid {t.alarm};
    font-weight: bold; padding: 8px 20px; }}
QPushButton[kind="quiet"] {{ background: transparent; border: 1px solid transparent; color: {t.accent};
    padding: 6px 8px; }}
QPushButton[kind="quiet"]:hover {{ border: 1px solid {t.edge}; background: transparent; }}
QPushButton[kind="quiet"]:focus {{ border: 2px solid {t.accent}; padding: 5px 7px; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox:focus {{ color: {t.accent}; }}
QCheckBox::indicator {{ width: {sizes["body"] + 2}px; height: {sizes["body"] + 2}px; border: 1px solid {t.edge};
    border-radius: 2px; background: {t.surface}; }}
QCheckBox::indicator:focus {{ border: 2px solid {t.accent}; }}
QCheckBox::indicator:checked {{ background: {t.accent}; border: 1px solid {t.accent}; }}
"""


def _lists(t: Tokens) -> str:
    return f"""
QScrollArea, QScrollArea > QWidget > QWidget#PageFrame {{ background: {t.ground}; border: 0; }}
QScrollArea#FormScroll, QScrollArea#FormScroll > QWidget, QScrollArea#FormScroll > QWidget > QWidget {{
    background: transparent; border: 0; }}
QTableView, QListView {{ background: {t.surface}; color: {t.ink}; border: 1px solid {t.hairline}; outline: 0;
    selection-background-color: {t.chosen}; selection-color: {t.ink}; }}
QTableView:focus, QListView:focus {{ border: 1px solid {t.accent}; }}
QHeaderView {{ background: {t.surface}; border: 0; }}
QHeaderView::section {{ background: {t.surface}; color: {t.ink_soft}; border: 0;
    border-bottom: 1px solid {t.edge}; padding: 6px 10px; }}
QTableCornerButton::section {{ background: {t.surface}; border: 0; }}
QTabWidget#RoomTabs::tab-bar {{ left: 16px; }}
QCalendarWidget QToolButton {{ color: {t.ink}; background: {t.surface}; padding: 4px; }}
"""


def _scrolling(t: Tokens) -> str:
    return f"""
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {t.edge}; border-radius: 3px; margin: 3px; min-height: 28px; min-width: 28px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent;
    height: 0; width: 0; }}
"""

"""Colours, type and spacing of the window: neutral, so that the chrome does not tint the picture."""

from __future__ import annotations

import zlib

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from app import resources

WINDOW = "#1b1c1e"
PANEL = "#232427"
RAISED = "#2c2e32"
LINE = "#3a3c41"
TEXT = "#e4e5e7"
QUIET = "#9a9ca3"
ACCENT = "#4aa3ff"
WARM = "#ff6b5e"
AMBER = "#ffb454"
ON_ACCENT = "#0d1420"  # text on an accent fill
PICTURE_GROUND = "#111213"  # behind the picture: darker than the chrome, so the picture is the brightest thing

SMALL, NORMAL, LARGE = 11, 13, 16  # px
GRID = 4  # px

TOKENS = {
    "window": WINDOW,
    "panel": PANEL,
    "raised": RAISED,
    "line": LINE,
    "text": TEXT,
    "quiet": QUIET,
    "accent": ACCENT,
    "warm": WARM,
    "amber": AMBER,
    "on_accent": ON_ACCENT,
}


def colour(value: str, alpha: float = 1.0) -> QColor:
    """A palette colour with an opacity in 0..1."""
    made = QColor(value)
    made.setAlphaF(alpha)
    return made


def font(size: int = NORMAL, *, bold: bool = False) -> QFont:
    """The system's family at one of the window's sizes (px)."""
    made = QFont(QApplication.font())
    made.setPixelSize(size)
    made.setBold(bold)
    return made


def figures(size: int = NORMAL, *, bold: bool = False) -> QFont:
    """The same family with figures of equal width, for time code, dB and scores."""
    made = font(size, bold=bold)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def category_colour(category: str) -> QColor:
    """A hue that always belongs to this category; all categories share lightness and chroma."""
    # HSL lightness looks different per hue, so it is searched for until the relative luminance is the same.
    hue = (zlib.crc32(category.upper().encode("utf-8")) % 360) / 360.0
    low, high = 0.2, 0.95
    for _ in range(12):
        middle = (low + high) / 2
        if luminance(QColor.fromHslF(hue, 0.62, middle)) < 0.36:
            low = middle
        else:
            high = middle
    return QColor.fromHslF(hue, 0.62, (low + high) / 2)


def luminance(shade: QColor) -> float:
    """Relative luminance in 0..1 (WCAG 2.2)."""
    channels = (shade.redF(), shade.greenF(), shade.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1..21 (WCAG 2.2)."""
    light, dark = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palette() -> QPalette:
    """The window's colours for everything the style sheet does not name."""
    made = QPalette()
    role = QPalette.ColorRole
    for key, value in (
        (role.Window, WINDOW),
        (role.Base, PANEL),
        (role.AlternateBase, RAISED),
        (role.Button, RAISED),
        (role.WindowText, TEXT),
        (role.Text, TEXT),
        (role.ButtonText, TEXT),
        (role.BrightText, WARM),
        (role.PlaceholderText, QUIET),
        (role.ToolTipBase, RAISED),
        (role.ToolTipText, TEXT),
        (role.Highlight, ACCENT),
        (role.HighlightedText, ON_ACCENT),
        (role.Link, ACCENT),
        (role.Mid, LINE),
        (role.Dark, WINDOW),
    ):
        made.setColor(key, QColor(value))
    for text in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, text, QColor("#6d7077"))
    return made


def apply(application: QApplication) -> None:
    """Dress the application."""
    application.setStyle("Fusion")
    application.setPalette(palette())
    application.setFont(font(NORMAL))
    application.setStyleSheet(resources.style_sheet(TOKENS))

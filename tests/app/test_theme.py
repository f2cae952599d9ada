"""The palette: readable everywhere, and categories that differ in hue alone."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFontMetrics
from pytestqt.qtbot import QtBot

from app import resources, theme


@pytest.mark.parametrize("ground", [theme.WINDOW, theme.PANEL, theme.RAISED])
@pytest.mark.parametrize("text", [theme.TEXT, theme.QUIET, theme.ACCENT, theme.WARM, theme.AMBER])
def test_every_text_colour_is_readable_on_every_ground(text: str, ground: str) -> None:
    assert theme.contrast(text, ground) >= 4.5


def test_text_on_the_accent_is_readable() -> None:
    assert theme.contrast(theme.ON_ACCENT, theme.ACCENT) >= 4.5


def test_contrast_of_black_and_white_is_21() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21.0)


def test_categories_keep_their_hue_and_share_their_lightness() -> None:
    names = ["ANIMALS", "RAIN", "WEAPONS", "DOORS", "FOOTSTEPS", "WATER"]
    colours = [theme.category_colour(name) for name in names]
    assert [theme.category_colour(name.lower()) for name in names] == colours
    lightness = [theme.luminance(c) for c in colours]
    assert max(lightness) - min(lightness) < 0.02
    assert len({c.hslHue() for c in colours}) == len(names)
    assert all(theme.contrast(c.name(), theme.PANEL) >= 4.5 for c in colours)


def test_style_sheet_has_no_unknown_name_left() -> None:
    assert "@" not in resources.style_sheet(theme.TOKENS)


def test_figures_are_of_equal_width(qtbot: QtBot) -> None:
    metrics = QFontMetrics(theme.figures(theme.LARGE))
    assert metrics.horizontalAdvance("11:11:11:11") == metrics.horizontalAdvance("08:08:08:08")


def test_icons_are_found(qtbot: QtBot) -> None:
    assert not resources.icon("play", theme.TEXT).pixmap(16, 16).isNull()


def test_colour_carries_its_opacity() -> None:
    assert theme.colour(theme.ACCENT, 0.5).alphaF() == pytest.approx(0.5, abs=0.01)
    assert theme.colour(theme.ACCENT).rgb() == QColor(theme.ACCENT).rgb()

"""Pinned sounds on the picture: a look for each, contours where they are, a legend that says which is which."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from app import theme
from app.viewmodels.localisation import MOST_PINS, Pin, Place
from app.widgets.pinned_contours import COLOURS, NOWHERE, entries, look_of, paint
from engine.recommend import Localisation


def pin(slot: int, category: str, name: str = "bark") -> Pin:
    return Pin(place=Place(Path(f"{slot}.wav"), 0.0), name=name, category=category, slot=slot)


def found(left: bool, *, anywhere: bool = True, onscreen: str | None = "on screen") -> Localisation:
    heat = np.zeros((126, 224), np.float32)
    if anywhere:
        heat[40:80, 30:70] = 1.0
    return Localisation(
        map=heat if left else heat[:, ::-1].copy(),
        score=0.9,
        presence=0.8,
        onscreen=onscreen,  # type: ignore[arg-type]
        centre=(0.2, 0.5),
        box=None,
        audible=True,
    )


def painted(pinned: list[tuple[Pin, Localisation | None]]) -> QImage:
    image = QImage(640, 360, QImage.Format.Format_RGB32)
    image.fill(0x404040)
    painter = QPainter(image)
    paint(painter, QRectF(0, 0, 640, 360), entries(pinned, 16 / 9))
    painter.end()
    return image


def near(image: QImage, colour: str, area: tuple[int, int, int, int]) -> int:
    """Pixels of about that colour in x1, y1, x2, y2."""
    x1, y1, x2, y2 = area
    wanted = theme.colour(colour)
    shades = [image.pixelColor(x, y) for x in range(x1, x2) for y in range(y1, y2)]
    parts = [(s.red() - wanted.red(), s.green() - wanted.green(), s.blue() - wanted.blue()) for s in shades]
    return sum(max(map(abs, part)) < 40 for part in parts)


def test_each_sound_has_a_colour_of_its_own_whatever_its_category() -> None:
    made = [look_of(pin(slot, "DOGS")) for slot in range(MOST_PINS)]
    assert len({look.colour.name() for look in made}) == MOST_PINS == len(COLOURS)
    assert look_of(pin(2, "WATER")) == made[2]


# Linear RGB as people without one kind of cone see it: Viénot, Brettel and Mollon 1999 (protan, deutan); for tritan
# the matrix of Machado, Oliveira and Fernandes 2009 at full severity.
SEEN = {
    "all": np.eye(3),
    "protan": np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]]),
    "deutan": np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]]),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}


@pytest.mark.parametrize("sight", SEEN)
def test_two_solid_or_two_broken_contours_are_told_apart_with_any_colour_vision(sight: str) -> None:
    def lab(colour: QColor) -> np.ndarray:
        coded = np.array([colour.redF(), colour.greenF(), colour.blueF()])
        linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
        seen = np.clip(SEEN[sight] @ linear, 0, 1)
        coded = np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)
        return cv2.cvtColor(coded.astype(np.float32)[None, None], cv2.COLOR_RGB2LAB)[0, 0]  # type: ignore[no-any-return]

    made = [look_of(pin(slot, "DOGS")) for slot in range(MOST_PINS)]
    for one, other in combinations(made, 2):
        if one.dash == other.dash:
            assert np.linalg.norm(lab(one.colour) - lab(other.colour)) > 19, (one.colour.name(), other.colour.name())


def test_every_colour_reads_on_the_legend() -> None:
    assert min(theme.contrast(colour, theme.WINDOW) for colour in COLOURS) > 3.0, "WCAG 2.2, 1.4.11"


def test_each_contour_lies_where_its_sound_comes_from_in_its_own_colour(dressed: QApplication) -> None:
    image = painted([(pin(1, "DOGS"), found(left=True)), (pin(2, "DOGS"), found(left=False))])
    left, right = (60, 90, 240, 250), (400, 90, 580, 250)
    one, other = COLOURS[1], COLOURS[2]
    assert near(image, one, left) > 100 > near(image, other, left)
    assert near(image, other, right) > 100 > near(image, one, right)


def test_the_legend_stands_at_the_edge_in_the_colours(dressed: QApplication) -> None:
    image = painted([(pin(1, "DOGS"), found(left=True))])
    assert near(image, COLOURS[1], (12, 310, 60, 350)) > 5
    assert image.pixelColor(600, 340).name() == "#404040"
    assert painted([]).pixelColor(20, 340).name() == "#404040"


def test_what_is_not_seen_or_not_known_yet_is_said() -> None:
    made = entries(
        [
            (pin(1, "A"), found(left=True)),
            (pin(2, "B"), found(left=True, anywhere=False)),
            (pin(3, "C"), None),
            (pin(4, "D"), found(left=True, onscreen=None)),
        ],
        16 / 9,
    )
    assert [entry.said for entry in made] == ["on screen", NOWHERE, "…", ""]
    assert [entry.path.isEmpty() for entry in made] == [False, True, True, False]


def test_a_long_name_stays_inside_the_picture(dressed: QApplication) -> None:
    image = painted([(pin(1, "DOGS", "a very long name " * 20), found(left=True))])
    assert image.pixelColor(420, 335).name() == "#404040"

"""Pinned sounds on the picture: a look for each, contours where they are, a legend that says which is which."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from app import theme
from app.viewmodels.localisation import Pin, Place
from app.widgets.pinned_contours import DASHES, NOWHERE, entries, looks, paint
from engine.recommend import Localisation


def pin(key: int, category: str, name: str = "bark") -> Pin:
    return Pin(place=Place(Path(f"{key}.wav"), 0.0), key=key, name=name, category=category)


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


def test_two_sounds_of_one_category_share_the_hue_but_not_the_line() -> None:
    one, other, third = looks([pin(1, "DOGS"), pin(2, "WATER"), pin(3, "DOGS")])
    assert one.colour == third.colour == theme.category_colour("DOGS") != other.colour
    assert (one.dash, other.dash, third.dash) == (DASHES[0], DASHES[0], DASHES[1])


def test_each_contour_lies_where_its_sound_comes_from_in_its_own_colour(dressed: QApplication) -> None:
    image = painted([(pin(1, "DOGS"), found(left=True)), (pin(2, "WATER"), found(left=False))])
    left, right = (60, 90, 240, 250), (400, 90, 580, 250)
    dogs, water = (theme.category_colour(name).name() for name in ("DOGS", "WATER"))
    assert near(image, dogs, left) > 100 > near(image, water, left)
    assert near(image, water, right) > 100 > near(image, dogs, right)


def test_the_legend_stands_at_the_edge_in_the_colours(dressed: QApplication) -> None:
    image = painted([(pin(1, "DOGS"), found(left=True))])
    assert near(image, theme.category_colour("DOGS").name(), (12, 310, 60, 350)) > 5
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

"""A single thing stands about the middle, or anywhere from left to right when that is asked for."""

from __future__ import annotations

from training.data.synthetic import render_scene


def middles(spread: bool) -> list[float]:
    boxes = [render_scene(n, seconds=1.0, size=(160, 80), sources=1, spread=spread).box_at(0, 0.5) for n in range(60)]
    return [(box[0] + box[2]) / 2 for box in boxes if any(box)]


def test_spread_fills_the_outer_thirds() -> None:
    gathered, spread = middles(False), middles(True)
    assert sum(1 for x in gathered if 1 / 3 <= x <= 2 / 3) > 0.6 * len(gathered)
    for outer in (sum(x < 1 / 3 for x in spread), sum(x > 2 / 3 for x in spread)):
        assert outer > 0.2 * len(spread)

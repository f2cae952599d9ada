"""Numbers given on the command line: what is out of range is refused in a sentence with the next step."""

from __future__ import annotations

import math
from collections.abc import Callable

import typer


def within(
    low: float = -math.inf, high: float = math.inf, *, such_as: str = "1.5"
) -> Callable[[float | None], float | None]:
    """Returns the callback of an option that takes finite numbers from ``low`` to ``high``; None passes.

    Args:
        low: the least.
        high: the most.
        such_as: an example within.
    """

    def check(value: float | None) -> float | None:
        if value is None:
            return None
        if not math.isfinite(value):
            raise typer.BadParameter(f"{value} is no number to work with. {_step(low, high, such_as)}")
        if not low <= value <= high:
            side = f"below {low:g}" if value < low else f"above {high:g}"
            raise typer.BadParameter(f"{value:g} is {side}. {_step(low, high, such_as)}")
        return value

    return check


def _step(low: float, high: float, such_as: str) -> str:
    if math.isfinite(low) and math.isfinite(high):
        return f"Give {low:g} to {high:g}, such as {such_as}."
    if math.isfinite(low):
        return f"Give {low:g} or more, such as {such_as}."
    return f"Give a number, such as {such_as}."

"""Making tens of thousands of values at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Lets Python's collector of cycles rest, also as a decorator.

    An edit of a whole project makes tens of thousands of values, none of them a cycle. The collector would look through
    all there is for some, again and again while they are made, which takes longer than the edit.
    """
    runs = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if runs:
            gc.enable()

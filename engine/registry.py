"""Names for the things that exist in several kinds: encoders, losses, training tasks."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Generic, TypeVar

from engine.errors import ModelError

T = TypeVar("T")


class Registry(Generic[T]):
    """Stable lower-case names of one kind of thing, each with the paper it comes from.

    Args:
        kind: what is registered, in the singular, for messages ("encoder").
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, T] = {}
        self._papers: dict[str, str] = {}

    def register(self, name: str, *, paper: str) -> Callable[[T], T]:
        """Decorator that files an object under ``name``; a duplicate or a name that is not lower-case raises."""
        if name != name.lower() or not name:
            raise ValueError(f"{self.kind} names are lower-case: {name!r}")
        if name in self._entries:
            raise ValueError(f"{self.kind} {name!r} is registered already")

        def add(entry: T) -> T:
            self._entries[name] = entry
            self._papers[name] = paper
            return entry

        return add

    def __getitem__(self, name: str) -> T:
        """The entry called ``name``; ModelError names the nearest existing one otherwise."""
        if name in self._entries:
            return self._entries[name]
        close = difflib.get_close_matches(name, self._entries, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"Choose one of: {', '.join(self.names())}."
        raise ModelError(f"There is no {self.kind} called {name!r}.", hint)

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._entries))

    def paper(self, name: str) -> str:
        """Where the entry comes from, e.g. ``"Paper A, section 4.2"``."""
        return self._papers[name]

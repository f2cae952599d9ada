"""A category asked for by name: the library has it, or the nearest that it has are named."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from engine.errors import LibraryError

if TYPE_CHECKING:
    from engine.library import Library

_NAMED = 4


def check_category(library: Library, name: str | None) -> None:
    """Raises :class:`LibraryError` where ``library`` has no sound of the category ``name``; None is no category asked.

    The hint names the categories spelled most like it, or, where none is, those with most sounds.
    """
    if name is None:
        return
    counted = library.categories()
    names = {known.casefold(): known for known, _ in counted}
    if name.casefold() in names:
        return
    message = f"No sound of this library is of the category “{name}”."
    if not names:
        raise LibraryError(message, "None of its sounds has a category: search for words instead.", path=library.path)
    near = [names[key] for key in get_close_matches(name.casefold(), names, n=_NAMED, cutoff=0.5)]
    if near:
        raise LibraryError(message, f"Did you mean {', '.join(near)}?", path=library.path)
    most = [known for known, _ in sorted(counted, key=lambda entry: -entry[1])[:_NAMED]]
    more = f" and {len(names) - len(most)} more" if len(names) > len(most) else ""
    raise LibraryError(message, f"It has {', '.join(most)}{more}.", path=library.path)

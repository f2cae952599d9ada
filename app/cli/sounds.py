"""Sounds named on the command line: looked at before a model is loaded for them."""

from __future__ import annotations

from pathlib import Path

from engine.errors import MediaError


def check_sound(path: Path) -> None:
    """Raises :class:`MediaError` where nothing can be heard in ``path``; only its header is read."""
    from engine.media import probe

    info = probe(path, quick=True)
    if info.audio is None:
        raise MediaError(f"{path.name} holds no sound.", "Choose a file that can be heard.", path=path)

"""What was worked out of a whole film, kept on disk: named by the film's place, size and date, bounded in bytes."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from engine.files import atomic_path, identity

log = logging.getLogger(__name__)

KEPT_BYTES = 256 << 20
"""Films take half a megabyte for every ten minutes; the ones unused longest go first."""
_DAMAGED = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


def cache_folder() -> Path:
    """Where films' embeddings and shots are kept between sittings."""
    import platformdirs

    return platformdirs.user_cache_path("foleyscope", appauthor=False) / "films"


class FilmCache:
    """Named arrays of films in one folder. Nothing here is the only copy: what is missing or damaged is made again.

    Args:
        folder: None for the user's cache folder.
        most_bytes: kept at most; the newest entry is kept whatever its size.
    """

    def __init__(self, folder: Path | None = None, most_bytes: int = KEPT_BYTES) -> None:
        self.folder = folder or cache_folder()
        self.most_bytes = most_bytes

    def load(self, film: Path, *settings: Any) -> dict[str, np.ndarray] | None:
        """The arrays that were saved for the film as it is now, or None."""
        path = self._path(film, settings)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            os.utime(path)  # used just now: others are older
        except FileNotFoundError:
            return None
        except _DAMAGED as error:
            log.info("%s cannot be used and is made again: %s", path, error)
            return None
        return arrays

    def save(self, film: Path, *settings: Any, **arrays: np.ndarray) -> None:
        """Keep arrays for the film as it is now. Where the disk refuses, nothing is kept."""
        path = self._path(film, settings)
        try:
            with atomic_path(path) as temporary, temporary.open("wb") as file:
                np.savez(file, **arrays)  # type: ignore[arg-type]  # its stub takes one of its own options for an array
            self._prune(path)
        except OSError as error:
            log.info("%s cannot be kept: %s", path, error)

    def _path(self, film: Path, settings: tuple[Any, ...]) -> Path:
        made_of = json.dumps([*identity(film), *settings])
        return self.folder / f"{film.stem[:60]}-{hashlib.blake2b(made_of.encode(), digest_size=12).hexdigest()}.npz"

    def _prune(self, newest: Path) -> None:
        kept = [path for path in self.folder.glob("*.npz") if path != newest and not path.name.startswith(".")]
        ages = sorted(((path.stat().st_mtime_ns, path.stat().st_size, path) for path in kept), reverse=True)
        room = self.most_bytes - newest.stat().st_size
        for _, size, path in ages:
            room -= size
            if room < 0:
                path.unlink(missing_ok=True)

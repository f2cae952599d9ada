"""A small all-intra copy of the open film, made in the background and used once it is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QObject

from app.tasks import Task
from app.viewmodels.session import SessionViewModel
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.jobs import Job

KEPT_BYTES = 8 << 30  # proxies of older films go once all together take more


def proxy_folder() -> Path:
    """Where proxies are kept between sittings."""
    return platformdirs.user_cache_path("foleyscope", appauthor=False) / "proxies"


class ProxyViewModel(QObject):
    """Watches the film; whoever closes it stops the copy."""

    def __init__(self, session: SessionViewModel, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._folder = folder or proxy_folder()
        self._task: Task | None = None
        session.film.state_changed.connect(self._on_film_state)

    def _on_film_state(self) -> None:
        film = self._session.film
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if film.state == "open" and not film.is_still and film.path is not None:
            self._begin(film.path)

    def _begin(self, path: Path) -> None:
        from engine.jobs import Job

        self._task = self._session.runner.submit(
            "decode",
            _make,
            path,
            self._folder,
            owner=self,
            on_done=self._made,
            on_error=self._failed,
            job=Job(),
            title=f"Scrub copy of {path.name}",
        )

    def _made(self, made: tuple[Path, Path]) -> None:
        source, proxy = made
        self._task = None
        if source == self._session.video:
            self._session.film.use_proxy(proxy)

    def _failed(self, error: EngineError) -> None:
        # The film itself still plays: scrubbing is merely slower, and the sentence says so.
        self._task = None
        self._session.say(f"Scrubbing stays slower: {error}")


def _make(path: Path, folder: Path, job: Job) -> tuple[Path, Path]:
    from engine.files import forget_oldest
    from engine.media import make_proxy

    made = make_proxy(path, folder, job)
    forget_oldest(folder, KEPT_BYTES, keep=made)
    return path, made

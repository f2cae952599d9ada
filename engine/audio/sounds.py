"""Finds and opens the sounds of a project's clips; what is missing is silent and listed."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections import Counter, deque
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np

from engine.audio.pitch import PitchedSource
from engine.audio.sources import OpenFiles, Readable, SoundSource, mark
from engine.errors import EngineError, MediaError, Problem
from engine.jobs import Job
from engine.scratch import scratch_folder
from engine.timeline.clips import Clip, Media
from engine.timeline.paths import is_there, resolve

_WHOLE_SECONDS = 60.0
"""Sounds up to this long are pitched whole, so that a trim finds them made."""
_LATEST = 8
"""Pitched sounds kept beside those that are played, so that going back to a pitch finds them made."""


class Sounds:
    """The sources of a project, each file opened once for all clips that play it.

    Args:
        base: the project file's folder, from which relative paths go.
        folder: where decoded and pitched copies are kept; a temporary one, removed at the end, where None.
    """

    def __init__(self, base: Path, folder: Path | None = None) -> None:
        self._base = base
        self._own = folder is None
        self.folder = scratch_folder(Path(tempfile.gettempdir()), "foleyscope-mix-") if folder is None else folder
        self._files, self._closing = OpenFiles(), Job()
        self._found: dict[str, tuple[Path, str] | None] = {}
        self._sources: dict[str, SoundSource] = {}
        self._pitched: WeakValueDictionary[str, PitchedSource] = WeakValueDictionary()  # clips hold what they play
        self._latest: deque[PitchedSource] = deque(maxlen=_LATEST)
        self._missing: dict[Path, Problem] = {}
        self._unread: dict[Path, Problem] = {}
        self._failed: set[str] = set()
        self._again: Counter[str] = Counter()
        """How often sounds that could not be read were looked for again."""
        self._lock = threading.Lock()

    @property
    def problems(self) -> list[Problem]:
        """Sounds that are silent because their file is missing or damaged."""
        return [*self._missing.values(), *self.unread]

    @property
    def unread(self) -> list[Problem]:
        """Sounds whose file is there and could not be read."""
        with self._lock:
            return list(self._unread.values())

    def look_again(self) -> None:
        """Forget which files were there: they may have been relinked, replaced or put back."""
        self._found.clear()
        self._missing.clear()
        with self._lock:
            self._unread.clear()
            self._again.update(self._failed)
            self._failed.clear()

    def of(self, clip: Clip, media: Media, first: int, span: int) -> tuple[str, Readable]:
        """A name and the samples for a clip whose window into the media is ``span`` samples from ``first`` on."""
        found = self._find(media)
        if found is None:
            return "silence", Silence()
        path, name = found
        again = f" {self._again[name]}"  # blocks made where reading failed are silent, and not to be heard again
        source = self._sources.get(name)
        if source is None:
            source = self._sources[name] = SoundSource(path, self.folder, self._files, self._closing)
        if not clip.pitch:
            return name + again, Guarded(source, path, name, self)
        if media.frames <= _WHOLE_SECONDS * media.sample_rate:
            first, span = 0, media.frames
        key = f"{name} {clip.pitch} {first} {span}"
        pitched = self._pitched.get(key)
        if pitched is None:
            pitched = self._pitched[key] = PitchedSource(
                source, media.sample_rate, first, span, semitones=clip.pitch, folder=self.folder, lasting=not self._own
            )
            self._latest.append(pitched)
        return key + again, Guarded(pitched, path, name, self)

    def prepare(self, job: Job | None = None) -> None:
        """Make every decoded and pitched copy that is wanted; what fails is listed. Raises Cancelled."""
        wanted: list[SoundSource | PitchedSource] = [*self._sources.values(), *self._pitched.values()]
        if job is not None:
            job.begin(len(wanted), "Preparing sounds")
        for source in wanted:
            try:
                source.prepare(job)
            except MediaError as error:
                self.note(error)
            except OSError as exc:
                self.note(_unread(self.folder, exc))
            if job is not None:
                job.step()

    def note(self, error: EngineError, name: str = "") -> None:
        """List a sound that could not be read; ``name`` is this version of its file."""
        path = error.path or Path()
        with self._lock:
            self._unread.setdefault(path, Problem(path, error.message, error.hint))
            self._failed.add(name)

    def cancel(self) -> None:
        """Have copies that are being made given up: who waits for them gets Cancelled."""
        self._closing.cancel()

    def close(self) -> None:
        """Close all files and remove what was kept for a while."""
        self._files.close()
        self._latest.clear()
        if self._own:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _find(self, media: Media) -> tuple[Path, str] | None:
        if media.id not in self._found:
            path = resolve(media, self._base)
            there = is_there(path)
            if not there:
                lost = Problem(path, f"{path.name} is missing.", "Relink it, or put the file back.")
                self._missing[path] = lost
            self._found[media.id] = (path, mark(path)) if there else None
        return self._found[media.id]


class Silence:
    """What stands for a sound that is missing."""

    def read(self, first: int, count: int) -> np.ndarray:
        """Float32 zeros ``(1, count)``."""
        return np.zeros((1, count), np.float32)


class Guarded(Silence):
    """A source whose failure is silence and an entry in the list."""

    def __init__(self, source: Readable, path: Path, name: str, sounds: Sounds) -> None:
        self._source, self._path, self._name, self._sounds = source, path, name, sounds

    def read(self, first: int, count: int) -> np.ndarray:
        """Float32 ``(1 or 2, count)``."""
        try:
            return self._source.read(first, count)
        except MediaError as error:
            self._sounds.note(error, self._name)
        except OSError as exc:
            self._sounds.note(_unread(self._path, exc), self._name)
        return super().read(first, count)


def _unread(path: Path, exc: OSError) -> MediaError:
    return MediaError(
        f"{path.name} could not be read.",
        "Check that it is still there and that the disk has room for copies.",
        detail=str(exc),
        path=path,
    )

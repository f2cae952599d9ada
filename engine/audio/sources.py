"""Sound files open for reading by the sample: exact places, silence beyond the ends, few files open at a time."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from engine.errors import MediaError
from engine.files import atomic_path, identity
from engine.jobs import Job

_MOST_OPEN = 64
_EXACT = {"WAV", "WAVEX", "RF64", "W64", "AIFF", "FLAC", "CAF", "AU"}
"""Formats that libsndfile seeks in to the sample; all others are decoded once, from the start, into a copy."""
_COPY_SECONDS = 10.0


class Readable(Protocol):
    """Anything with numbered samples."""

    def read(self, first: int, count: int) -> np.ndarray:
        """Float32 ``(1 or 2, count)`` from sample ``first`` on; silence where there is nothing."""
        ...


class SoundSource:
    """One sound file at its own rate; of more than two channels, its fold to stereo.

    Reads may come from any thread.

    Args:
        path: the file.
        folder: where a copy of what cannot be seeked in is kept.
        files: keeps few of many sources open.
        job: reading that takes long raises Cancelled once this is cancelled.
    """

    def __init__(self, path: Path, folder: Path, files: OpenFiles, job: Job | None = None) -> None:
        self.path, self.job = path, job
        self._folder, self._files = folder, files
        self._lock = threading.Lock()
        self._file: Any = None

    def prepare(self, job: Job | None = None) -> None:
        """Make the copy that reading needs, if it needs one. Raises MediaError, Cancelled."""
        if job is not None:
            job.check()
        with self._lock:
            self._open(job or self.job)
        self._files.used(self)

    def read(self, first: int, count: int) -> np.ndarray:
        """Float32 ``(1 or 2, count)`` from sample ``first`` on, silence before 0 and beyond the end.

        Raises:
            MediaError: the file is missing or damaged.
            Cancelled: the job was, while a copy was made.
        """
        import soundfile

        with self._lock:
            file = self._open(self.job)
            frames = np.zeros((count, file.channels), np.float32)
            begin, end = max(first, 0), min(first + count, file.frames)
            if begin < end:
                try:
                    file.seek(begin)
                    file.read(out=frames[begin - first : end - first])
                except soundfile.LibsndfileError as exc:
                    self._shut()  # its drive may have gone; the file is opened anew should it be asked for again
                    raise _unreadable(self.path, exc) from exc
        self._files.used(self)
        if not np.isfinite(frames).all():
            frames = np.nan_to_num(frames, nan=0.0, posinf=0.0, neginf=0.0)
        return _two_channels(frames.T)

    def close(self) -> None:
        """Close the file; the next read opens it again."""
        with self._lock:
            self._shut()

    def _shut(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self, job: Job | None) -> Any:
        if self._file is None:
            import soundfile

            from engine.media.audio import open_soundfile
            from engine.media.source import check_file

            check_file(self.path)
            file = open_soundfile(self.path)
            if file is None or file.format not in _EXACT:
                if file is not None:
                    file.close()
                file = soundfile.SoundFile(seekable_copy(self.path, self._folder, job))
            self._file = file
        return self._file


class OpenFiles:
    """Closes the sources that were not read for longest, so that no more than some files are open."""

    def __init__(self, most: int = _MOST_OPEN) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._order: OrderedDict[int, SoundSource] = OrderedDict()

    def used(self, source: SoundSource) -> None:
        """Count ``source`` as the latest read."""
        with self._lock:
            self._order[id(source)] = source
            self._order.move_to_end(id(source))
            oldest = self._order.popitem(last=False)[1] if len(self._order) > self._most else None
        if oldest is not None:
            oldest.close()

    def close(self) -> None:
        """Close all."""
        with self._lock:
            sources = list(self._order.values())
            self._order.clear()
        for source in sources:
            source.close()


def mark(path: Path, *more: object) -> str:
    """A short name for this version of a file and what is made of it."""
    text = "|".join(str(part) for part in (*identity(path), *more))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:24]


def seekable_copy(path: Path, folder: Path, job: Job | None = None) -> Path:
    """``path`` decoded from its start into a float32 WAV under ``folder``, or found there.

    Raises:
        MediaError: the file cannot be read, or its copy cannot be written, such as on a full disk; then nothing of it
            is left.
        Cancelled: the job was; nothing is left then either.
    """
    from engine.media.info import probe

    target = folder / f"{mark(path)}.wav"
    if target.exists():
        return target
    about = probe(path)
    if about.audio is None:
        raise MediaError(f"{path.name} has no sound.", "Choose a file with an audio track.", path=path)
    size = round(about.duration * about.audio.sample_rate) * about.audio.channels * 4
    with _copying(path, folder, size), atomic_path(target) as temporary:
        _decode(path, temporary, about.audio.sample_rate, job)
    return target


def _decode(path: Path, target: Path, rate: int, job: Job | None) -> None:
    import soundfile

    from engine.media.audio import audio_blocks

    file: Any = None
    try:
        for block in audio_blocks(path, seconds=_COPY_SECONDS):
            if job is not None:
                job.check()
            if file is None:  # RF64 where the copy grows beyond 4 GiB
                file = soundfile.SoundFile(str(target), "w", rate, block.shape[0], "FLOAT", format="RF64")
            file.write(block.T)
    finally:
        if file is not None:
            file.close()


@contextmanager
def _copying(path: Path, folder: Path, size: int) -> Iterator[None]:
    """Turns what keeps a copy of ``size`` bytes from being written into a MediaError; what reading says passes."""
    import soundfile

    try:
        yield
    except (OSError, soundfile.LibsndfileError) as exc:
        temporary = Path(tempfile.gettempdir())
        other = "set TMPDIR to a folder on another disk" if temporary in folder.parents else "choose another folder"
        raise MediaError(
            f"{path.name} has to be decoded into a copy, which could not be written to {folder}.",
            f"Free some space there (the copy takes {max(1, round(size / 1e6))} MB), or {other}.",
            detail=str(exc),
            path=path,
        ) from exc


def _two_channels(sound: np.ndarray) -> np.ndarray:
    from engine.media.channels import to_channels

    return to_channels(sound, 2) if sound.shape[0] > 2 else sound


def _unreadable(path: Path, exc: Exception) -> MediaError:
    return MediaError(
        f"{path.name} is damaged.", "Replace it with a good copy, or relink the clip.", detail=str(exc), path=path
    )

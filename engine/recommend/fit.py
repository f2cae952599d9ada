"""Reverse spotting: how well one sound fits every moment of a film, and the moments where it fits best."""

from __future__ import annotations

import math
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from engine.errors import LibraryError, MediaError
from engine.jobs import Job
from engine.library import Library, Reference, SoundFile
from engine.recommend.calibration import Calibration
from engine.recommend.fit_cache import FilmCache

if TYPE_CHECKING:
    from engine.models import Model

STEP = 0.5
"""Seconds between two frames that are looked at."""
PROMINENCE = 0.1
"""How far a peak stands above the dip that parts it from a higher one, in score."""
APART = 1.0
"""Seconds between two peaks at least."""
_TURN = 0.01  # s between two looks whether the next frame is decoded; other work of the lane comes in between
_HEIGHT = 448  # px of the frames that are decoded: twice what an encoder takes in, so that hardly anything is lost
# Distances are rounded as the library's search rounds them, so that a sound scores alike here and in a list.
_DECIMALS = 5


class Embedder(Protocol):
    """A model that embeds pictures; :class:`engine.models.Model` is one."""

    fingerprint: str

    def embed_rgb(self, frames: list[np.ndarray]) -> np.ndarray:
        """Unit vectors ``(n, 128)`` of frames, each uint8 ``(H, W, 3)``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FilmEmbeddings:
    """Frames of a whole film as the model sees them."""

    times: np.ndarray
    """The frames' own time stamps, s, float64 ``(n,)``, ascending."""
    vectors: np.ndarray
    """Unit vectors, float32 ``(n, 128)``."""
    step: float
    """Seconds between two frames, where the film has that many."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SoundEmbeddings:
    """One-second windows of one sound as the model hears them."""

    path: Path
    starts: np.ndarray
    """Start and end of each window in the file, s, ``(m,)`` each."""
    ends: np.ndarray
    vectors: np.ndarray
    """Unit vectors, float32 ``(m, 128)``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FitCurve:
    """How well a sound fits each of a film's frames."""

    times: np.ndarray
    """s, ``(n,)``."""
    scores: np.ndarray
    """Calibrated, 0..1, float32 ``(n,)``; comparable with the score of a :class:`engine.recommend.Result`."""
    starts: np.ndarray
    """Where the sound's best window for that frame starts and ends in the sound's file, s, ``(n,)`` each."""
    ends: np.ndarray


@dataclass(frozen=True, slots=True)
class Peak:
    """A moment of the film where the sound fits better than around it."""

    time: float
    """The frame's own time stamp, s."""
    score: float
    """Calibrated, 0..1."""
    start: float
    """Where the window that fits starts in the sound's file, s."""
    end: float


def embed_film(
    video: Path | str | PathLike[str],
    model: Embedder,
    *,
    step: float = STEP,
    cache: FilmCache | None = None,
    job: Job | None = None,
) -> FilmEmbeddings:
    """Embeddings of the frames shown every ``step`` s of a film (a still image has one), from ``cache`` if there.

    Args:
        video: a film or still image.
        model: looks at the frames, which are scaled to 448 lines first.
        step: s between two frames.
        cache: where the result is kept; None keeps nothing.
        job: counts seconds of film.

    Raises:
        MediaError: the film cannot be read, or the step is no positive number.
    """
    path = Path(video)
    if not (math.isfinite(step) and step > 0):
        raise MediaError(f"A step of {step:g} s leads nowhere.", "Choose a step above 0, such as 0.5.", path=path)
    kept = cache.load(path, "frames", model.fingerprint, step) if cache is not None and path.is_file() else None
    if kept is None:
        times, vectors = _embed(path, model, step, job)
        kept = {"times": times, "vectors": vectors}
        if cache is not None:
            cache.save(path, "frames", model.fingerprint, step, **kept)
    return FilmEmbeddings(times=kept["times"], vectors=kept["vectors"], step=step)


def sound_in_library(library: Library, file: SoundFile) -> SoundEmbeddings:
    """A library's sound as it was heard when it was indexed; of no windows while it is unheard or silent."""
    windows = library.windows()
    rows = np.flatnonzero(windows.file_ids == (file.duplicate_of or file.id))
    return SoundEmbeddings(
        path=file.path, starts=windows.starts[rows], ends=windows.ends[rows], vectors=windows.vectors[rows]
    )


def sound_of_file(path: Path | str | PathLike[str], model: Model, job: Job | None = None) -> SoundEmbeddings:
    """Any sound file, heard now, in the same windows that a library keeps.

    Raises:
        MediaError: it cannot be read, holds no sound, or is silent throughout.
    """
    from engine.library.listening import listen

    path = Path(path)
    heard = listen(path, model.front, job or Job())
    if not heard.starts:
        raise MediaError(
            f"{path.name} is silent from beginning to end.", "Choose a sound that can be heard.", path=path
        )
    starts = np.array(heard.starts)
    ends = np.minimum(starts + 1.0, heard.duration)
    return SoundEmbeddings(path=path, starts=starts, ends=ends, vectors=model.embed_features(heard.features))


def own_calibration(sound: SoundEmbeddings, model: Model) -> Calibration:
    """The yardstick for a sound that is in no library: how near it comes to the model's unrelated pictures."""
    if model.background is None or not len(model.background):
        return Calibration.from_reference(None)
    distances = _distances((model.background @ sound.vectors.T).max(axis=1))
    return Calibration.from_reference(Reference("pictures", np.sort(distances), model.fingerprint))


def fit_curve(film: FilmEmbeddings, sound: SoundEmbeddings, calibration: Calibration) -> FitCurve:
    """The fit of a sound at each frame: the score of its window that fits that frame best.

    Raises:
        LibraryError: the sound has no windows.
    """
    if not len(sound.vectors):
        raise LibraryError(
            f"{sound.path.name} has not been listened to, or is silent.",
            "Index its folder again, or choose another sound.",
            path=sound.path,
        )
    similarity = film.vectors @ sound.vectors.T
    best = similarity.argmax(axis=1)
    distances = _distances(np.take_along_axis(similarity, best[:, None], axis=1)[:, 0])
    scores = np.array([calibration.score(distance) for distance in distances.tolist()], dtype=np.float32)
    return FitCurve(times=film.times, scores=scores, starts=sound.starts[best], ends=sound.ends[best])


def peaks(curve: FitCurve, *, prominence: float = PROMINENCE, apart: float = APART) -> list[Peak]:
    """Where the sound fits better than around, best first, equally good ones by time; the best moment is one always.

    Args:
        curve: of one sound.
        prominence: how far each stands above the dip towards a higher one, in score.
        apart: s between two of them at least.
    """
    if not len(curve.scores):
        return []
    from scipy.signal import find_peaks  # type: ignore[import-untyped]

    # Below nothing on both sides: the first and last frame may be peaks, and the highest always is.
    padded = np.concatenate([[-1.0], curve.scores.astype(np.float64), [-1.0]])
    found = find_peaks(padded, prominence=prominence)[0] - 1
    ranked = sorted(found.tolist(), key=lambda n: (-curve.scores[n], n))
    kept: list[int] = []
    for n in ranked:
        if all(abs(curve.times[n] - curve.times[other]) >= apart for other in kept):
            kept.append(n)
    return [_peak(curve, n) for n in kept]


def _peak(curve: FitCurve, n: int) -> Peak:
    columns = (curve.times, curve.scores, curve.starts, curve.ends)
    return Peak(*(float(column[n]) for column in columns))


def _distances(similarity: np.ndarray) -> np.ndarray:
    """Euclidean distances of unit vectors of that inner product."""
    return np.sqrt(np.maximum(0.0, 2.0 - 2.0 * similarity.astype(np.float64))).round(_DECIMALS)


def _embed(path: Path, model: Embedder, step: float, job: Job | None) -> tuple[np.ndarray, np.ndarray]:
    """Frames are decoded on a thread of their own: what waits for the model gets it while they are."""
    times: list[float] = []
    vectors: list[np.ndarray] = []
    frames = _frames(path, step)
    with ThreadPoolExecutor(1, thread_name_prefix="look through") as decoding:
        try:
            length = decoding.submit(next, frames).result()
            if job:
                job.begin(length.done, f"Looking through {path.name}")
            while (looked := _next_of(frames, decoding, job)) is not None:
                if looked.image is not None:
                    times.append(looked.time)
                    vectors.append(model.embed_rgb([looked.image]))
                if job:
                    job.step(looked.done)
        finally:
            decoding.submit(frames.close)
    return np.array(times), np.concatenate(vectors).astype(np.float32)


class _Looked(NamedTuple):
    """A frame of a film; of the first, which tells of the film as a whole, ``done`` is its length."""

    time: float
    """s."""
    image: np.ndarray | None
    """None where the same frame is shown still."""
    done: float
    """Seconds of film that are done with it."""


def _next_of(frames: Generator[_Looked, None, None], decoding: ThreadPoolExecutor, job: Job | None) -> _Looked | None:
    """The next frame, or None at the end; meanwhile the job steps on the spot, so that other work may come between."""
    coming = decoding.submit(next, frames, None)
    while not wait([coming], timeout=_TURN).done:
        if job:
            job.step(0)
    return coming.result()


def _frames(path: Path, step: float) -> Generator[_Looked, None, None]:
    """First the film's length, then the exact frames shown at every multiple of ``step``, each once."""
    from engine.media.decode import Decoder

    with Decoder(path, _HEIGHT) as decoder:
        length = 0.0 if decoder.still else decoder.length()
        yield _Looked(0.0, None, length)
        last = -math.inf
        for n in range(max(1, math.ceil(length / step))):
            found, _ = decoder.find(decoder.ticks(n * step))
            frame = decoder.shown(found)
            new = frame.time > last  # a film of few frames shows the same one for longer than a step
            last = max(last, frame.time)
            yield _Looked(frame.time, frame.image if new else None, min(step, length - n * step))

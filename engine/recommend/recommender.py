"""From a frame to ranked sounds of the designer's own library."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, TypedDict, Unpack

import numpy as np

from engine.errors import EngineError, MediaError
from engine.library import Library, SoundFile, WindowHit
from engine.recommend.calibration import Calibration
from engine.recommend.region import Region, views
from engine.recommend.results import Result, families, group_by_file, to_results

if TYPE_CHECKING:
    from engine.media import VideoReader
    from engine.models import Model

WINDOWS_PER_RESULT = 16


class Filters(TypedDict, total=False):
    """What narrows a recommendation; see :meth:`Recommender.recommend_vector`."""

    text: str
    category: str | None
    fold_takes: bool


class PictureEmbedder(Protocol):
    """A model that embeds pictures; :class:`engine.models.Model` is one."""

    id: str
    fingerprint: str
    background: np.ndarray | None

    def embed_rgb(self, frames: list[np.ndarray]) -> np.ndarray:
        """Unit vectors ``(n, 128)`` of frames, each uint8 ``(H, W, 3)``."""

    def picture_map(self, rgb: np.ndarray) -> np.ndarray:
        """Where the model looks in a frame, float32 ``(h, w)`` in 0..1."""


class Recommender:
    """Proposes sounds of one library for pictures, by the model that made the library. A context manager.

    Args:
        library: a library, which stays the caller's, or the path of one, which is closed with the recommender.
        model: a model, its id or folder; None for the one that made the library.

    Raises:
        LibraryError: the library cannot be opened or was made by another model.
        ModelError: the model cannot be found or loaded.
    """

    def __init__(
        self,
        library: Library | str | PathLike[str],
        model: Model | PictureEmbedder | str | PathLike[str] | None = None,
    ) -> None:
        self._owned = not isinstance(library, Library)
        self.library = library if isinstance(library, Library) else Library.open(Path(library))
        try:
            self.model = _load(model, self.library)
            self.library.check_model(self.model)
        except EngineError:
            self.close()
            raise
        self._calibration: tuple[int, Calibration] | None = None

    def recommend(
        self,
        video: VideoReader | str | PathLike[str],
        seconds: float,
        top: int = 10,
        *,
        region: Region | None = None,
        **filters: Unpack[Filters],
    ) -> list[Result]:
        """Sounds for the frame shown at ``seconds`` of a video or still image, best first; as :meth:`recommend_image`.

        Raises:
            MediaError: the picture cannot be read.
        """
        from engine.media import VideoReader

        if isinstance(video, VideoReader):
            frame = video.frame_at(seconds)
        else:
            with VideoReader(Path(video)) as reader:
                frame = reader.frame_at(seconds)
        return self.recommend_image(frame.image, top, region=region, **filters)

    def recommend_image(
        self, rgb: np.ndarray, top: int = 10, *, region: Region | None = None, **filters: Unpack[Filters]
    ) -> list[Result]:
        """Sounds for a picture, uint8 ``(H, W, 3)`` RGB, best first; see :meth:`recommend_vector`.

        Args:
            rgb: the picture.
            top: how many results at most.
            region: answer for this part of it alone; see :mod:`engine.recommend.region`.
            filters: as :meth:`recommend_vector` takes them.

        Raises:
            MediaError: it is no such picture, or the region is no part of it.
        """
        return self.recommend_vector(self.embed(rgb, region), top, **filters)

    def recommend_vector(
        self,
        vector: np.ndarray,
        top: int = 10,
        *,
        text: str = "",
        category: str | None = None,
        fold_takes: bool = False,
    ) -> list[Result]:
        """Sounds for a picture's embedding ``(128,)``, best first, equally near ones by path.

        Windows of one file make one result. Filters choose before the cut: the answer is the best ``top`` of what
        passes them.

        Args:
            vector: unit vector of :attr:`model`.
            top: how many results at most.
            text: the language of :meth:`engine.library.Library.search`.
            category: only sounds of this category.
            fold_takes: takes of one sound (same folder, same name but for the number) make one result.
        """
        if top < 1:
            return []
        shown = self.library.matching(text, category) if text.strip() or category is not None else None
        if shown is not None and not shown:
            return []
        groups, files, ranked = self._nearest_families(vector, top, shown, fold_takes)
        return to_results(ranked[:top], groups, files, self.calibration)

    def embed(self, rgb: np.ndarray, region: Region | None = None) -> np.ndarray:
        """Unit vector ``(128,)`` of a picture, uint8 ``(H, W, 3)`` RGB, or of a region of it.

        Keep it to try filters without the model.
        """
        if region is None:
            return self.model.embed_rgb([_checked(rgb)])[0]
        mean = self.model.embed_rgb(views(_checked(rgb), region)).mean(axis=0)
        return mean / max(float(np.linalg.norm(mean)), 1e-12)

    def picture_map(self, rgb: np.ndarray) -> np.ndarray:
        """Where the model looks in a picture, uint8 ``(H, W, 3)`` RGB: float32 ``(h, w)`` in 0..1."""
        return self.model.picture_map(_checked(rgb))

    @property
    def calibration(self) -> Calibration:
        """How distances become scores here; follows the library's contents."""
        generation = self.library.windows().generation
        if self._calibration is None or self._calibration[0] != generation:
            self._calibration = (generation, Calibration.from_reference(self.library.reference(self.model)))
        return self._calibration[1]

    def close(self) -> None:
        """Close the library if it was opened here."""
        if self._owned:
            self.library.close()

    def __enter__(self) -> Recommender:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _nearest_families(
        self, vector: np.ndarray, top: int, shown: dict[int, int] | None, fold_takes: bool
    ) -> tuple[dict[int, list[WindowHit]], dict[int, SoundFile], list[list[int]]]:
        """Ask for more windows until they belong to ``top`` families, or there are no more.

        Args:
            vector: of the picture.
            top: families wanted.
            shown: file that carries windows -> file that passed the filter and is shown for it; None for all files.
            fold_takes: whether takes make one family; else each file is its own.
        """
        wanted = top * WINDOWS_PER_RESULT
        while True:
            hits = self.library.nearest(vector, wanted, file_ids=shown)
            groups = group_by_file(hits)
            if shown is not None:
                groups = {shown[carrier]: group for carrier, group in groups.items()}
            files = self.library.files(groups)
            ranked = families(groups, files) if fold_takes else [[file_id] for file_id in groups if file_id in files]
            if len(ranked) >= top or len(hits) < wanted:
                return groups, files, ranked
            wanted *= 4


def _load(model: Model | PictureEmbedder | str | PathLike[str] | None, library: Library) -> Model | PictureEmbedder:
    if model is not None and not isinstance(model, str | PathLike):
        return model
    from engine import models

    return models.load(library.model_id if model is None else model if isinstance(model, str) else Path(model))


def _checked(rgb: np.ndarray) -> np.ndarray:
    picture = np.asarray(rgb)
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
        raise MediaError(
            f"A picture of {picture.dtype} numbers in shape {picture.shape} is not one that can be looked at.",
            "Give 8-bit RGB of shape (height, width, 3).",
        )
    return picture

"""What stands in a delivery's way, found before anything is written."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.errors import ProjectError
from engine.export.scene import Scene
from engine.timeline.rules import check_time


class MissingSoundsError(ProjectError):
    """Sounds that a delivery needs are not there; it can be made with silence in their place.

    Args:
        lost: at least one file.
    """

    def __init__(self, lost: Sequence[Path]) -> None:
        first, one = lost[0], len(lost) == 1
        what = "A sound of this delivery is" if one else f"{len(lost)} sounds of this delivery are"
        it, its = ("it", "its") if one else ("them", "their")
        hint = f"Find {it} with `project relink`, or allow silence in {its} place (--allow-missing)."
        super().__init__(f"{what} missing, such as {first.name}.", hint, path=first)
        self.lost = tuple(lost)


class TakenError(ProjectError):
    """Files of a delivery are there already; it can be written over them.

    Args:
        taken: what is there, at least one file; several lie in one folder.
    """

    def __init__(self, taken: Sequence[Path]) -> None:
        first, count = taken[0], len(taken)
        if count == 1:
            message = f"{first.name} is there already."
        else:
            message = f"{count} files of this delivery are in “{first.parent.name}” already, such as {first.name}."
        over = "it" if count == 1 else "them"
        super().__init__(message, f"Choose another name, or write over {over} (--overwrite).", path=first)
        self.taken = tuple(taken)


_HEAD = 1 << 20
"""Bytes kept for headers and tables of a file."""
_AAC_BYTES = 40_000
"""A second of the movie's sound, 320 kb/s."""
_SOUNDING = {"wav", "stems", "mp4"}


def check_times(scene: Scene) -> None:
    """Raises :class:`ProjectError` where a sound begins beyond the timeline, as older files may hold."""
    for clip in scene.project.clips():
        check_time(clip.position, scene.project.sample_rate)


def missing_sounds(scene: Scene, format_id: str, start: int = 0, end: int | None = None) -> list[Path]:
    """Files without which the delivery would be silent where it should sound; for ``otioz``, would lack media.

    Args:
        scene: the project.
        format_id: formats that only name their sounds miss none.
        start: project samples; only what is heard between ``start`` and ``end`` counts.
        end: None is the end of the project.
    """
    from engine.audio.arrangement import audible

    if format_id == "otioz":
        return sorted({scene.sounds[name] for name in scene.missing})
    if format_id not in _SOUNDING:
        return []
    project, heard = scene.project, audible(scene.project)
    last = project.end if end is None else end
    clips = (clip for track in project.tracks if track.id in heard for clip in track.clips if not clip.mute)
    return sorted(
        {scene.sounds[c.media] for c in clips if c.media in scene.missing and c.position < last and c.end > start}
    )


def check_missing(lost: Sequence[Path]) -> None:
    """Raises :class:`MissingSoundsError` where there is any."""
    if lost:
        raise MissingSoundsError(lost)


def check_free(targets: Iterable[Path]) -> None:
    """Raises :class:`TakenError` where some of ``targets`` are there already."""
    taken = [target for target in targets if target.exists()]
    if taken:
        raise TakenError(taken)


def sound_bytes(samples: int, bits: int, files: int = 1) -> int:
    """Bytes of stereo wave files of that many samples and bits."""
    return files * (samples * 2 * bits // 8 + _HEAD)


def movie_bytes(video: Path, samples: int, rate: int, suffix: str) -> int:
    """Bytes of a movie: the picture's file again, and the sound of that many samples at ``rate`` Hz."""
    sound = sound_bytes(samples, 24) if suffix == ".mov" else samples * _AAC_BYTES // rate
    return video.stat().st_size + sound + _HEAD


def bundle_bytes(scene: Scene) -> int:
    """Bytes of an ``.otioz``: every sound and the picture."""
    present = {path for name, path in scene.sounds.items() if name not in scene.missing}
    return sum(path.stat().st_size for path in present | ({scene.video} if scene.video else set())) + _HEAD


def check_space(target: Path, needed: int) -> None:
    """Raises :class:`ProjectError` where the disk of ``target`` has less than ``needed`` bytes free.

    An earlier delivery of that name does not count as free: it stays until the new one is whole.
    """
    try:
        free = shutil.disk_usage(_existing(target)).free
    except OSError:  # a system that does not tell; writing will
        return
    if needed > free:
        raise ProjectError(
            f"{target.name} takes {_size(needed)}, and its disk has {_size(free)} free.",
            f"Free {_size(needed - free)}, choose another disk, or export less (the loop).",
            path=target,
        )


def _existing(path: Path) -> Path:
    return next(place for place in path.absolute().parents if place.exists())


def _size(count: int) -> str:
    if count < 1e9:
        return f"{max(1, -(-count // 1_000_000))} MB"
    return f"{count / 1e9:,.1f} GB"

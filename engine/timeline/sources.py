"""Files as a project lists them: sounds, pictures and libraries, read once when they are taken in."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import MediaError, ProjectError
from engine.timeline.document import LibraryRef, Media, VideoRef, new_id
from engine.timeline.paths import fingerprint, relative_to, stored
from engine.timeline.timecode import Counting

if TYPE_CHECKING:
    from engine.media import MediaInfo

STILL_RATE = Fraction(25)
"""Frames/s that a project of a still image counts, which has no rate of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture and how its time is counted."""

    video: VideoRef
    frame_rate: Fraction
    drop_frame: bool
    start_timecode: int
    """Frames since midnight at the film's time 0, as the file says; 0 where it does not."""


def read_media(path: Path | str, base: Path | str) -> Media:
    """The sound at ``path``, for a project in the folder ``base``.

    Raises:
        MediaError: nothing can be heard in it.
        ProjectError: its name cannot be stored.
    """
    from engine.media import probe

    info = probe(path)
    if info.audio is None:
        raise MediaError(f"There is no sound in {info.path.name}.", "Choose a file with sound.", path=path)
    return Media(
        id=new_id(),
        path=stored(path),
        relative=relative_to(path, base),
        sample_rate=info.audio.sample_rate,
        channels=info.audio.channels,
        frames=frames_of(info),
        size=Path(path).stat().st_size,
        fingerprint=fingerprint(path),
    )


def frames_of(info: MediaInfo) -> int:
    """Samples per channel of a file's sound, by its duration where its header does not count them; 0 without sound."""
    if info.audio is None:
        return 0
    return info.audio.frames or round(info.duration * info.audio.sample_rate)


def read_picture(path: Path | str, base: Path | str, sample_rate: int, offset: int = 0) -> Picture:
    """The picture at ``path``, for a project in the folder ``base``.

    Args:
        path: a video, or a still image: a picture of no duration at 25 frames a second, which is always shown.
        base: the project's folder.
        sample_rate: the project's, Hz.
        offset: project samples from the start of the timeline to the film's time 0; see :class:`VideoRef`.

    Raises:
        MediaError: it is neither.
        ProjectError: its name cannot be stored.
    """
    from engine.media import probe

    info = probe(path)
    if info.video is None:
        raise MediaError(f"{info.path.name} is no picture.", "Choose a film or a still image.", path=path)
    still = info.kind == "image"
    counting = Counting(STILL_RATE) if still else Counting.of(info.video.fps, info.video.timecode)
    video = VideoRef(
        path=stored(path),
        relative=relative_to(path, base),
        offset=offset,
        duration=round(info.duration * sample_rate),
        size=Path(path).stat().st_size,
        fingerprint=fingerprint(path),
    )
    return Picture(video=video, frame_rate=counting.rate, drop_frame=counting.drop, start_timecode=counting.start)


def read_library(path: Path | str, base: Path | str) -> LibraryRef:
    """The library file at ``path``, for a project in the folder ``base``.

    Raises:
        ProjectError: there is no such file.
    """
    if not Path(path).is_file():
        hint = "Make it with `foleyscope index FOLDER --library FILE`."
        raise ProjectError(f"There is no library {path}.", hint, path=path)
    return LibraryRef(path=stored(path), relative=relative_to(path, base))

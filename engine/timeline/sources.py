"""Files as a project lists them: sounds, pictures and libraries, read once when they are taken in."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import MediaError, ProjectError
from engine.timeline.document import LibraryRef, Media, VideoRef, new_id
from engine.timeline.paths import fingerprint, relative_to, stored
from engine.timeline.timecode import can_drop, parse_frames

if TYPE_CHECKING:
    from engine.media import MediaInfo

STANDARD_RATES = tuple(
    Fraction(rate)
    for rate in ("24000/1001", "24", "25", "30000/1001", "30", "48000/1001", "48", "50", "60000/1001", "60", "120")
)
"""Frames/s."""


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
        path: a video.
        base: the project's folder.
        sample_rate: the project's, Hz.
        offset: project samples from the start of the timeline to the film's time 0; see :class:`VideoRef`.

    Raises:
        MediaError: it is no video.
        ProjectError: its name cannot be stored.
    """
    from engine.media import probe

    info = probe(path)
    if info.kind != "video" or info.video is None:
        raise MediaError(f"{info.path.name} is no video.", "Choose a file with moving pictures.", path=path)
    rate = standard_rate(info.video.fps)
    drop, start = _own_timecode(Path(path), rate)
    video = VideoRef(
        path=stored(path),
        relative=relative_to(path, base),
        offset=offset,
        duration=round(info.duration * sample_rate),
        size=Path(path).stat().st_size,
        fingerprint=fingerprint(path),
    )
    return Picture(video=video, frame_rate=rate, drop_frame=drop, start_timecode=start)


def read_library(path: Path | str, base: Path | str) -> LibraryRef:
    """The library file at ``path``, for a project in the folder ``base``.

    Raises:
        ProjectError: there is no such file.
    """
    if not Path(path).is_file():
        hint = "Make it with `foleyscope index FOLDER --library FILE`."
        raise ProjectError(f"There is no library {path}.", hint, path=path)
    return LibraryRef(path=stored(path), relative=relative_to(path, base))


def standard_rate(fps: Fraction) -> Fraction:
    """The standard frame rate within 0.02 % of ``fps`` (24 and 23.976 are 0.1 % apart), else ``fps`` simplified."""
    nearest = min(STANDARD_RATES, key=lambda rate: abs(rate - fps))
    return nearest if abs(nearest - fps) < fps / 5000 else fps.limit_denominator(1001)


def _own_timecode(path: Path, rate: Fraction) -> tuple[bool, int]:
    """Drop frame, and the first frame's number, as the file's time code track says; (False, 0) without one."""
    import av

    try:
        with av.open(str(path)) as container:
            texts = [container.metadata.get("timecode"), *(s.metadata.get("timecode") for s in container.streams)]
    except av.FFmpegError as exc:
        raise MediaError(f"{path.name} cannot be read.", "Choose another video.", detail=str(exc), path=path) from exc
    text = next((text for text in texts if text), "00:00:00:00")
    try:
        return ";" in text and can_drop(rate), parse_frames(text, rate)
    except ProjectError:  # such as one counted at another rate than the picture's
        return False, 0

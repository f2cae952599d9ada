"""Opens a media file for reading and says in plain words why one cannot be read."""

from __future__ import annotations

import difflib
import io
import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import soundfile

from engine.errors import MediaError
from engine.media.rate import header_rate

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

_STILL_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp"}
_LARGEST_STILL = 1 << 30  # bytes
_DAMAGED = "It may be damaged, cut short or of a kind Foleyscope does not know: play it elsewhere, or export it again."
_TEXTS = frozenset({".txt", ".md", ".csv", ".tsv", ".json", ".xml", ".edl", ".rpp", ".html", ".py", ".toml", ".log"})
"""Endings under which nobody expects picture or sound."""
_ROUNDED = Fraction(1, 1000)  # s; so far from its frame a picture is a rounded stamp, no other start


def open_container(path: Path) -> InputContainer:
    """An open PyAV container. The caller closes it.

    Pictures go through memory, since FFmpeg reads ``%`` in their names as a pattern; everything else by name
    with the ``file:`` prefix, so that no name is taken for a protocol.

    Raises:
        MediaError: with the reason, see :func:`reading`.
    """
    import av

    check_file(path)
    with reading(path):
        if path.suffix.lower() in _STILL_SUFFIXES:
            return av.open(io.BytesIO(_still(path)), "r", metadata_errors="replace")
        return av.open(f"file:{path}", "r", metadata_errors="replace")


def _still(path: Path) -> bytes:
    if path.stat().st_size > _LARGEST_STILL:
        raise MediaError(f"{path.name} is too large for a picture.", "Export it smaller, or as a film.", path=path)
    return path.read_bytes()


def check_file(path: Path) -> None:
    """Refuses what no decoder should see: missing, folder, device or pipe, empty, unreadable, a side file of macOS.

    Raises:
        MediaError: with the reason.
    """
    try:
        status = path.stat()
    except FileNotFoundError as exc:
        raise _missing(path) from exc
    except (OSError, ValueError) as exc:
        raise _unreachable(path, exc) from exc
    if stat.S_ISDIR(status.st_mode):
        raise MediaError(f"{path.name} is a folder, not a media file.", "Choose a file inside it.", path=path)
    if not stat.S_ISREG(status.st_mode):
        raise MediaError(f"{path.name} is a device or pipe, not a media file.", "Choose a saved file.", path=path)
    if status.st_size == 0:
        raise MediaError(f"{path.name} is empty (0 bytes).", "Copy it again from where it came from.", path=path)
    if not os.access(path, os.R_OK):
        raise MediaError(f"{path.name} may not be read.", "Give yourself permission to read it.", path=path)
    if path.name.startswith("._"):
        hint = f"Choose {path.name[2:]} itself."
        raise MediaError(f"{path.name} is a side file of macOS, not a media file.", hint, path=path)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turns what FFmpeg, libsndfile and the system say about ``path`` into a :class:`MediaError`."""
    import av

    try:
        yield
    except MediaError:
        raise
    except (av.FFmpegError, soundfile.LibsndfileError, OSError, ValueError, RuntimeError, MemoryError) as exc:
        raise unreadable(path, str(exc)) from exc


def unreadable(path: Path, detail: str = "") -> MediaError:
    """The error for a file that no decoder understood, after a look at what it really is."""
    if looks_like_text(path):
        hint = "Choose a film, a picture or a sound."
        if path.suffix.lower() not in _TEXTS:
            hint = "Its name says otherwise, so it was probably renamed: choose the real recording."
        return MediaError(f"{path.name} is a text file, not picture or sound.", hint, detail=detail, path=path)
    if _lost_its_index(path):
        hint = "Copy or record it again, to the end; a repair tool may save what is there."
        return MediaError(f"{path.name} was cut short: its index is missing.", hint, detail=detail, path=path)
    return MediaError(f"{path.name} cannot be read as picture or sound.", _DAMAGED, detail=detail, path=path)


def refuse_encrypted(path: Path, packet: Packet[Any]) -> None:
    """Raises :class:`MediaError` when ``packet`` is encrypted: decoders would make noise of it, not an error."""
    if packet.has_sidedata("encryption_info"):
        raise MediaError(f"{path.name} is encrypted.", "Ask for a copy without copy protection.", path=path)


def _lost_its_index(path: Path) -> bool:
    """Whether this is an MP4 or QuickTime file without ``moov``, the box that recorders write last."""
    try:
        with path.open("rb") as file:
            kinds = list(_boxes(file, path.stat().st_size))
    except OSError:
        return False
    return kinds[:1] == [b"ftyp"] and b"moov" not in kinds


def _boxes(file: BinaryIO, end: int) -> Iterator[bytes]:
    """The kinds of a file's outermost boxes (ISO 14496-12, 4.2), as far as they can be followed."""
    place = 0
    for _ in range(1000):
        file.seek(place)
        size, kind = struct.unpack(">I4s", file.read(8).ljust(8, b"\0"))
        if size == 1:
            size = struct.unpack(">Q", file.read(8).ljust(8, b"\0"))[0]
        if size < 8 or place >= end:
            return
        yield kind
        place += size


def looks_like_text(path: Path) -> bool:
    """Whether the first 4 KiB are text: UTF-8 without control characters."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return False
    text = head.decode("utf-8", errors="ignore")
    return len(text.encode()) >= len(head) - 3 and all(c.isprintable() or c in "\t\r\n\f" for c in text)


def video_stream(container: InputContainer) -> VideoStream | None:
    """The stream players would show, or None; cover pictures of sound files do not count."""
    from av.stream import Disposition

    real = [
        s
        for s in container.streams.video
        if not s.disposition & Disposition.attached_pic and s.codec_context is not None
    ]
    best = container.streams.best("video")
    return next((s for s in real if s is best), real[0] if real else None)


def origin(container: InputContainer) -> Fraction:
    """The film's time 0, in seconds on the file's own clock, which picture and sound share.

    It is where the first stream starts, as players have it; less than a frame later where the sound starts first and
    the pictures would then lie between the frames that time code counts, as in Matroska with AAC.
    """
    start = first_start(container)
    stream = video_stream(container)
    rate = header_rate(stream) if stream is not None else None
    if stream is None or rate is None or stream.start_time is None or stream.time_base is None:
        return start
    late = (stream.start_time * stream.time_base - start) % (1 / rate)
    rounded = max(stream.time_base, _ROUNDED)
    return start if min(late, 1 / rate - late) <= rounded else start + late


def first_start(container: InputContainer) -> Fraction:
    """Where a file's first stream starts, in seconds on its own clock.

    FFmpeg keeps it in microseconds; the stream that set it knows it exactly.
    """
    if container.start_time is None:
        return Fraction(0)
    rounded = Fraction(container.start_time, 1_000_000)
    starts = [s.start_time * s.time_base for s in container.streams if s.start_time is not None and s.time_base]
    return next((start for start in starts if abs(start - rounded) <= Fraction(1, 900_000)), rounded)


def _missing(path: Path) -> MediaError:
    near: list[str] = []
    if path.parent.is_dir():
        near = difflib.get_close_matches(path.name, (p.name for p in path.parent.iterdir()), n=1, cutoff=0.75)
    hint = f"Did you mean {near[0]}?" if near else "Check the name and whether its drive is connected."
    return MediaError(f"{path} does not exist.", hint, path=path)


def _unreachable(path: Path, exc: Exception) -> MediaError:
    hint = "Check its folder's permissions and whether its drive is connected."
    return MediaError(f"{path.name} cannot be reached.", hint, detail=str(exc), path=path)

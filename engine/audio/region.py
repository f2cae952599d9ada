"""A region of a sound as a real WAV file at its native rate and depth, for dragging into another program."""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.errors import MediaError
from engine.files import atomic_path, identity

_DTYPES = {"PCM_U8": "int16", "PCM_S8": "int16", "PCM_16": "int16", "PCM_24": "int32", "PCM_32": "int32"}
"""Depths that are copied sample for sample; any other is written as 32-bit float."""


def region_path(source: Path, start: float, end: float, folder: Path) -> Path:
    """Where the region of this very version of ``source`` is kept: a readable name in a folder of its own."""
    mark = "|".join(map(str, (*identity(source), f"{start:.4f}", f"{end:.4f}")))
    stem = source.stem.encode("utf-8", "ignore")[:180].decode("utf-8", "ignore")  # a file name has 255 bytes at most
    name = f"{stem} {start:06.2f}-{end:06.2f}.wav"
    return folder / hashlib.sha256(mark.encode("utf-8", "surrogateescape")).hexdigest()[:12] / name


def render_region(source: Path | str, start: float, end: float, folder: Path) -> Path:
    """Write the seconds ``start..end`` of ``source`` under ``folder`` and return the file; a second call finds it.

    WAV, AIFF and FLAC are copied sample for sample at their own depth; compressed sound becomes 24-bit.

    Raises:
        MediaError: the source cannot be read, or the region is empty.
    """
    source = Path(source)
    try:
        target = region_path(source, start, end, folder)
        if not target.exists():
            _write(source, start, end, target)
    except OSError as exc:
        raise MediaError(
            f"The region of {source.name} could not be written.",
            "Check that the file is still there and that the disk has room.",
            detail=str(exc),
            path=source,
        ) from exc
    return target


def _write(source: Path, start: float, end: float, target: Path) -> None:
    import soundfile

    try:
        info = soundfile.info(str(source))
    except soundfile.LibsndfileError:
        _write_decoded(source, start, end, target)
        return
    first, last = round(start * info.samplerate), min(info.frames, round(end * info.samplerate))
    if last <= first:
        raise _empty(source, start, end)
    dtype = _DTYPES.get(info.subtype, "float32")
    try:
        frames, rate = soundfile.read(str(source), start=first, stop=last, dtype=dtype, always_2d=True)
    except soundfile.LibsndfileError:
        _write_decoded(source, start, end, target)
        return
    subtype = "FLOAT" if dtype == "float32" else ("PCM_16" if dtype == "int16" else info.subtype)
    if info.format in {"MP3", "OGG"}:
        subtype = "PCM_24"
    with atomic_path(target) as temporary:
        soundfile.write(str(temporary), frames, rate, subtype=subtype, format="WAV")


def _write_decoded(source: Path, start: float, end: float, target: Path) -> None:
    import soundfile

    from engine.media import load_audio, probe

    audio = probe(source).audio
    frames = load_audio(source, start=start, end=end).T
    if audio is None or not len(frames):
        raise _empty(source, start, end)
    with atomic_path(target) as temporary:
        soundfile.write(str(temporary), frames, audio.sample_rate, subtype="PCM_24", format="WAV")


def _empty(source: Path, start: float, end: float) -> MediaError:
    return MediaError(
        f"{source.name} holds no sound between {start:.2f} and {end:.2f} s.", "Choose a region inside it.", path=source
    )

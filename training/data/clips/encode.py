"""A clip as the bytes that a shard holds."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import MediaError
from training.data.clips.form import CLIP_RATE, ClipForm
from training.data.encode import Encoded, split_of

LEVEL_SECONDS = 0.5
"""s between stored levels."""
QUIETEST = -120
"""dBFS written for digital silence."""
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A thing in the picture whose place is known."""

    label: str
    boxes: tuple[Box, ...]
    """In every frame: x1, y1, x2, y2 as fractions of its width and height, zeros while out of sight."""


def encode_clip(
    group: str,
    form: ClipForm,
    *,
    frames: Iterable[np.ndarray],
    sounds: Sequence[np.ndarray],
    heard: Sequence[Sequence[int]],
    label: str = "",
    time: float = 0.0,
    split: str = "",
    channels: int = 2,
    sources: Sequence[Shown] = (),
) -> Encoded:
    """A clip's facts and members.

    Args:
        group: the video it comes from.
        form: how it is stored.
        frames: uint8 ``(size, size, 3)`` RGB each; consumed once, one at a time.
        sounds: float32 ``(2, N)`` in -1..1 at 21 kHz each, all of one length; added up, any of them sound together.
        heard: ways to hear the picture: each names ``sounds`` that sound at once and makes a sample of its own.
        label: of the video; empty when unknown.
        time: s, where the clip begins in its video.
        split: "train", "validation" or "test"; by the group's hash when empty.
        channels: 1 where the two channels are one twice.
        sources: what is known to be in the picture; ``sounds[k]`` is that of ``sources[k]`` where there are several.

    Raises:
        MediaError: frames or sounds have another form.
    """
    pictures = [_encode_jpeg(frame, form) for frame in frames]
    pieces = [_to_s16(sound, sounds[0].shape[-1]) for sound in sounds]
    facts: dict[str, Any] = {
        "group": group,
        "label": label,
        "time": round(time, 6),
        "split": split or split_of(group),
        "seconds": round(sounds[0].shape[1] / CLIP_RATE, 6),
        "rate": str(form.rate),
        "size": form.size,
        "jpegs": [len(picture) for picture in pictures],
        "heard": [list(way) for way in heard],
        "channels": channels,
        "levels": [levels(sound) for sound in sounds],
    }
    if sources:
        facts["sources"] = [{"label": s.label, "boxes": [[round(e, 4) for e in b] for b in s.boxes]} for s in sources]
    return Encoded(facts, {"mjpg": b"".join(pictures), "clip.s16": b"".join(pieces)})


def levels(sound: np.ndarray) -> list[int]:
    """RMS of every half second of ``(2, N)`` at 21 kHz in dBFS, rounded; a shorter bit at the end is not counted."""
    step = round(LEVEL_SECONDS * CLIP_RATE)
    whole = sound[:, : sound.shape[1] // step * step].reshape(sound.shape[0], -1, step)
    power = np.mean(np.square(whole, dtype=np.float64), axis=(0, 2))
    return [round(float(level)) for level in 10 * np.log10(np.maximum(power, 10 ** (QUIETEST / 10)))]


def _to_s16(sound: np.ndarray, length: int) -> bytes:
    """The waveform as interleaved 16-bit samples."""
    if sound.shape != (2, length):
        raise MediaError(f"A clip's sounds have two channels and one length, {(2, length)}, not {sound.shape}.")
    return (np.clip(sound, -1.0, 32767 / 32768) * 32768.0).round().astype("<i2").T.tobytes()


def _encode_jpeg(frame: np.ndarray, form: ClipForm) -> bytes:
    from PIL import Image  # torchvision brings it

    if frame.dtype != np.uint8 or frame.shape != (form.size, form.size, 3):
        raise MediaError(f"A clip's frame is uint8 {(form.size, form.size, 3)}, not {frame.dtype} {frame.shape}.")
    written = io.BytesIO()
    Image.fromarray(frame).save(written, "JPEG", quality=form.quality)
    return written.getvalue()

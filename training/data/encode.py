"""A sample as the bytes that a shard holds, and the split it belongs to."""

from __future__ import annotations

import hashlib
import io
import tarfile
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import MediaError
from engine.features import SAMPLE_RATE, STEREO

STEREO_RATE = STEREO.sample_rate
"""Hz, of the stereo sound that Paper C hears."""
SPLITS = {"train": 0.8, "validation": 0.1, "test": 0.1}


def split_of(group: str, shares: dict[str, float] = SPLITS) -> str:
    """The split of a video by a hash of its name: stable however many other videos come or go."""
    position = int.from_bytes(hashlib.sha256(group.encode()).digest()[:8], "big") / 2**64
    for name, share in shares.items():
        if position < share:
            return name
        position -= share
    return list(shares)[-1]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A sample as bytes, ready to be written."""

    facts: dict[str, Any]
    members: dict[str, bytes]
    """By suffix, without the JSON."""

    @property
    def size(self) -> int:
        """Bytes it takes in a shard, about."""
        return sum(len(data) + 2 * tarfile.BLOCKSIZE for data in (*self.members.values(), b""))


def encode_sample(
    group: str,
    *,
    frame: np.ndarray | bytes | None = None,
    sound: np.ndarray | None = None,
    stereo: np.ndarray | None = None,
    label: str = "",
    time: float = 0.0,
    split: str = "",
    box: tuple[float, float, float, float] | None = None,
) -> Encoded:
    """A sample's facts and members.

    Args:
        group: the video it comes from.
        frame: uint8 ``(H, W, 3)`` RGB, or a JPEG's bytes as they are.
        sound: float32 mono ``(48000,)`` in -1..1.
        stereo: float32 ``(2, 16000)`` in -1..1, left channel first.
        label: of the video; empty when unknown.
        time: s, the middle of the second.
        split: "train", "validation" or "test"; by the group's hash when empty.
        box: of the main source, fractions x1, y1, x2, y2 of the frame.
    """
    facts: dict[str, Any] = {"group": group, "label": label, "time": round(time, 6), "split": split or split_of(group)}
    if box is not None:
        facts["box"] = [round(edge, 5) for edge in box]
    members: dict[str, bytes] = {}
    if frame is not None:
        members["jpg"] = frame if isinstance(frame, bytes) else _encode_jpeg(frame)
    if sound is not None:
        members["s16"] = _to_s16(sound, (SAMPLE_RATE,))
    if stereo is not None:
        members["stereo.s16"] = _to_s16(stereo, (2, STEREO_RATE))
    return Encoded(facts, members)


def _to_s16(sound: np.ndarray, shape: tuple[int, ...]) -> bytes:
    """The waveform as interleaved 16-bit samples."""
    if sound.shape != shape:
        raise ValueError(f"a shard's sound has the shape {shape}, got {sound.shape}")
    return (np.clip(sound, -1.0, 32767 / 32768) * 32768.0).round().astype("<i2").T.tobytes()


def _encode_jpeg(frame: np.ndarray) -> bytes:
    from PIL import Image  # torchvision brings it, and encodes no better after seconds of loading

    if frame.dtype != np.uint8 or frame.ndim != 3:
        raise MediaError(f"A frame to store is uint8 (H, W, 3), not {frame.dtype} {frame.shape}.")
    written = io.BytesIO()
    Image.fromarray(frame).save(written, "JPEG", quality=92)
    return written.getvalue()

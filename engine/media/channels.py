"""Changes the number of channels of a waveform: duplicated on the way up, folded on the way down."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import MediaError

Waveform = npt.NDArray[np.float32]

_H = 0.5**0.5  # -3 dB, what ITU-R BS.775 gives the centre and the surrounds
# (left, right) weights per channel count; channels in WAV order FL FR FC LFE BL BR SL SR; no LFE, as in BS.775.
_FOLD: dict[int, tuple[tuple[float, ...], tuple[float, ...]]] = {
    3: ((1, 0, _H), (0, 1, _H)),
    4: ((1, 0, _H, 0), (0, 1, 0, _H)),
    5: ((1, 0, _H, _H, 0), (0, 1, _H, 0, _H)),
    6: ((1, 0, _H, 0, _H, 0), (0, 1, _H, 0, 0, _H)),
    8: ((1, 0, _H, 0, _H, 0, _H, 0), (0, 1, _H, 0, 0, _H, 0, _H)),
}


def to_channels(waveform: npt.NDArray[Any], channels: int | None) -> Waveform:
    """``waveform`` ``(C, N)`` with ``channels`` channels; None keeps C.

    Mono is copied to every channel. Three to eight channels fold to stereo as ITU-R BS.775 says:
    ``left = L + 0.707 C + 0.707 Ls``, ``right = R + 0.707 C + 0.707 Rs``; 7.1 adds its back pair to its side pair, the
    LFE is left out. Nothing is normalised, so a centre is as loud as it was over three loudspeakers, and a fold of
    loud channels passes full scale (2.41 at most in 5.1, 3.12 in 7.1): float keeps it, the mixer's limiter takes it
    down, and whoever writes integers clips it. Layouts without a standing (ambisonic, above 7.1) fold to the mean of
    all channels. Stereo, and any fold to stereo, folds to mono as the mean of both sides.

    Raises:
        MediaError: a change between two multichannel layouts, which has no agreed matrix.
    """
    waveform = np.ascontiguousarray(waveform, dtype=np.float32)
    have = waveform.shape[0]
    if channels is None or channels == have:
        return waveform
    if channels not in (1, 2) and have != 1:
        raise MediaError(
            f"A sound of {have} channels cannot be turned into {channels}.",
            "Ask for 1 or 2 channels, or keep the file's own.",
        )
    if have == 1:
        return np.repeat(waveform, channels, axis=0)
    stereo = _to_stereo(waveform)
    return stereo if channels == 2 else stereo.mean(axis=0, keepdims=True, dtype=np.float32)


def _to_stereo(waveform: Waveform) -> Waveform:
    have = waveform.shape[0]
    if have == 2:
        return waveform
    weights = np.array(_FOLD.get(have, ((1 / have,) * have,) * 2), dtype=np.float32)
    return np.asarray(weights @ waveform, dtype=np.float32)

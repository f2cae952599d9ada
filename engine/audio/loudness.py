"""Loudness by ITU-R BS.1770-4 and EBU Tech 3341: momentary, short-term, and integrated behind both gates."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.audio.true_peak import TruePeak

_HOP_SECONDS = 0.1
_MOMENTARY = 4
_SHORT = 30
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
SILENT = float("-inf")


def k_weighting(rate: int) -> np.ndarray:
    """BS.1770's two filters for ``rate`` Hz as second-order sections ``(2, 6)``.

    The standard lists coefficients for 48 kHz alone; these are the analogue filters behind them, so that other rates
    weigh alike.
    """
    return np.array([_shelf(rate, 1681.974450955533, 0.7071752369554196, 3.999843853973347), _pass(rate)])


def _shelf(rate: int, corner: float, q: float, gain_db: float) -> list[float]:
    k, high = math.tan(math.pi * corner / rate), 10 ** (gain_db / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    b = [high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k]
    return [value / a0 for value in b] + [1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]


def _pass(rate: int, corner: float = 38.13547087602444, q: float = 0.5003270373238773) -> list[float]:
    k = math.tan(math.pi * corner / rate)
    a0 = 1 + k / q + k * k
    return [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]


def _response(sections: np.ndarray, hop: int) -> np.ndarray:
    """The filters' complex gains at the frequencies of a spectrum of two hops."""
    delay = np.exp(-1j * np.pi * np.arange(hop + 1) / hop)
    powers = np.stack([np.ones_like(delay), delay, delay**2])
    gains = [(section[:3] @ powers) / (section[3:] @ powers) for section in sections]
    return np.asarray(gains[0] * gains[1])


class LoudnessMeter:
    """Loudness of mono or stereo sound that arrives in blocks of any size.

    Args:
        rate: Hz.
        channels: 1 or 2.

    Raises:
        ValueError: more channels, whose weights follow from where they stand.
    """

    def __init__(self, rate: int, channels: int = 2) -> None:
        if channels not in (1, 2):
            raise ValueError(f"loudness is measured of 1 or 2 channels, not {channels}: fold the sound to stereo first")
        self.channels = channels
        self._hop = round(_HOP_SECONDS * rate)
        self._response = _response(k_weighting(rate), self._hop)
        self._heard = np.zeros((channels, 2 * self._hop))
        """The hop before and the present one."""
        self._powers = array("d")
        """Mean squares of whole hops, both channels summed."""
        self._filled = 0
        self.momentary_max = self.short_term_max = SILENT

    def add(self, block: np.ndarray) -> None:
        """Hear ``block (channels, n)``."""
        start = 0
        while start < block.shape[1]:
            part = block[:, start : start + self._hop - self._filled]
            self._heard[:, self._hop + self._filled :][:, : part.shape[1]] = part
            self._filled += part.shape[1]
            start += part.shape[1]
            if self._filled == self._hop:
                self._end_hop()

    def reset(self) -> None:
        """Forget what was heard."""
        self._heard.fill(0.0)
        self._powers = array("d")
        self._filled = 0
        self.momentary_max = self.short_term_max = SILENT

    @property
    def momentary(self) -> float:
        """LUFS of the last 400 ms; minus infinity until they are heard."""
        return self._latest(_MOMENTARY)

    @property
    def short_term(self) -> float:
        """LUFS of the last 3 s; minus infinity until they are heard."""
        return self._latest(_SHORT)

    @property
    def integrated(self) -> float:
        """LUFS of everything heard: 400 ms blocks 100 ms apart, behind the gates at -70 LUFS and 10 LU below."""
        return self.integrated_at(0.0)

    def integrated_at(self, gain_db: float) -> float:
        """LUFS of everything heard, had it been ``gain_db`` louder: not just as much more, for the gate stays put."""
        hops = np.asarray(self._powers) * 10 ** (gain_db / 10)
        if len(hops) < _MOMENTARY:
            return SILENT
        blocks = np.convolve(hops, np.ones(_MOMENTARY) / _MOMENTARY, mode="valid")
        blocks = blocks[blocks > _power(_ABSOLUTE_GATE)]
        if not len(blocks):
            return SILENT
        return _lufs(float(blocks[blocks > blocks.mean() * 10 ** (_RELATIVE_GATE / 10)].mean()))

    def _end_hop(self) -> None:
        """Weigh the hop by its spectrum and the one before's: 0.1 s back the filters' echo is 200 dB down."""
        weighted = np.fft.irfft(np.fft.rfft(self._heard) * self._response)[:, self._hop :]
        self._powers.append(float(np.einsum("ij,ij->", weighted, weighted)) / self._hop)
        self._heard[:, : self._hop] = self._heard[:, self._hop :]
        self._filled = 0
        self.momentary_max = max(self.momentary_max, self.momentary)
        self.short_term_max = max(self.short_term_max, self.short_term)

    def _latest(self, hops: int) -> float:
        if len(self._powers) < hops:
            return SILENT
        return _lufs(sum(self._powers[-hops:]) / hops)


def _lufs(power: float) -> float:
    return -0.691 + 10 * math.log10(power) if power > 0 else SILENT


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Loudness:
    """What a delivery is judged by: LUFS, and dBTP."""

    integrated: float
    momentary_max: float
    short_term_max: float
    true_peak: float


def measure(blocks: Iterable[np.ndarray], rate: int) -> Loudness:
    """The loudness of a whole sound given as blocks ``(1 or 2, n)`` at ``rate`` Hz; minus infinity for silence."""
    meter, peak = None, None
    for block in blocks:
        if meter is None or peak is None:
            meter, peak = LoudnessMeter(rate, block.shape[0]), TruePeak(block.shape[0])
        meter.add(block)
        peak.add(block)
    if meter is None or peak is None:
        return Loudness(integrated=SILENT, momentary_max=SILENT, short_term_max=SILENT, true_peak=SILENT)
    peak.add(np.zeros((meter.channels, 32), np.float32))
    return Loudness(
        integrated=meter.integrated,
        momentary_max=meter.momentary_max,
        short_term_max=meter.short_term_max,
        true_peak=peak.db,
    )

"""When a sound belongs: moments of a picture compared with moments of a sound, at every offset between them.

Two streams that meet in one space as in Chung and Zisserman's SyncNet ("Out of time", 2016), compared at all offsets
at once as in multi-way matching (Chung, Chung and Kang, "Perfect match", 2019), and place by place, since a
picture holds more than a mouth (decision 0019).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import torch  # noqa: TID253 - networks are torch through and through; this module is imported lazily
from torch import Tensor, nn  # noqa: TID253

from engine.errors import ModelError
from engine.features.clip import CLIP_SECONDS, WAVE_RATE, ClipFront
from engine.models.convolutions import normed
from engine.models.network import Network
from engine.models.registry import ENCODERS

FINER = 2
"""Moments of sound to a frame: offsets are told in half frames."""
_POOLED = 2  # columns of the spectrogram to a moment of sound
_N_FFT = 1024
_FLOOR = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncNetConfig:
    """Shape of the network; the defaults are those of the shipped synchroniser."""

    picture: int = 56
    """Edge of the square picture, pixels."""
    frames: int = 63
    """Of a clip; with ``seconds`` their rate, 15 a second."""
    seconds: float = CLIP_SECONDS
    """Length of a clip."""
    widths: tuple[int, ...] = (24, 48, 64)
    """Channels of the picture side's convolutions, each of which halves the picture."""
    sound_width: int = 128
    """Channels of the sound side's convolutions."""
    bands: int = 48
    """Mel bands that are heard."""
    vector: int = 64
    """Length of the vectors that are compared."""

    def __post_init__(self) -> None:
        """Reject what no network can be built from."""
        if self.frames < 2 or self.seconds <= 0 or not self.widths:
            raise ModelError("A clip to be synchronised has two frames or more.", "Leave frames and seconds out.")
        if (WAVE_RATE / self.front.rate) % (FINER * _POOLED):
            hint = "Choose frames and seconds that make 15, 25 or 30 a second."
            raise ModelError(f"{float(self.front.rate):.3f} frames a second do not divide {WAVE_RATE} Hz.", hint)

    @property
    def front(self) -> ClipFront:
        """What the network is given: the sound may be longer."""
        return ClipFront(picture=self.picture, frames=self.frames, seconds=self.seconds)

    @property
    def hop(self) -> int:
        """Samples from one column of the spectrogram to the next."""
        return int(WAVE_RATE / self.front.rate) // (FINER * _POOLED)


class PictureMoments(nn.Module):
    """Each frame with its change from the one before by 2-D convolutions, then each place by convolutions over time."""

    def __init__(self, config: SyncNetConfig) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 6
        for number, width in enumerate(config.widths):
            size = 5 if number == 0 else 3
            layers += normed(inputs, width, (size, size), 2)
            inputs = width
        self.frames = nn.Sequential(*layers)
        self.moments = nn.Sequential(
            *normed(inputs, inputs, (5,)),
            nn.Conv1d(inputs, config.vector, 5, padding=2),
        )

    def forward(self, x: Tensor) -> Tensor:
        """``(B, 3, T, h, w)`` -> vectors ``(B, T, P, D)``, place by place row by row."""
        batch, _, time = x.shape[:3]
        change = torch.diff(x, dim=2, prepend=x[:, :, :1])
        seen = torch.cat([x, 2.0 * change], dim=1).transpose(1, 2).flatten(0, 1)
        seen = self.frames(seen).flatten(2).unflatten(0, (batch, time))  # (B, T, C, P)
        seen = seen.permute(0, 3, 2, 1).flatten(0, 1)  # (B P, C, T)
        return self.moments(seen).unflatten(0, (batch, -1)).permute(0, 3, 1, 2)


class SoundMoments(nn.Module):
    """A log-mel spectrogram by 1-D convolutions over time, left and right folded into one."""

    def __init__(self, config: SyncNetConfig) -> None:
        super().__init__()
        self.config = config
        bands, width = config.bands, config.sound_width
        self.level = nn.BatchNorm1d(bands)
        self.moments = nn.Sequential(
            *normed(bands, width, (5,)),
            *normed(width, width, (5,), _POOLED),
            *normed(width, width, (5,)),
            nn.Conv1d(width, config.vector, 3, padding=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """``(B, 2, N)`` at 21 kHz -> vectors ``(B, S, D)``; moment ``s`` lies at ``s / FINER`` frames."""
        with torch.autocast(x.device.type, enabled=False):  # spectra are no matter for 16 bits
            mel = _mel(self.config.hop, self.config.bands, str(x.device))(x.float().mean(dim=1))
            heard = mel.clamp_min(_FLOOR).log()
        moments: Tensor = self.moments(self.level(heard))
        return moments.transpose(1, 2)


@ENCODERS.register("syncnet", paper="ours, after SyncNet and multi-way matching; serves Paper D's synchronisation")
class SyncNet(Network):
    """Both sides, and how well they match at each offset."""

    name = "syncnet"
    kind = "offset"
    config_type = SyncNetConfig

    def __init__(self, config: SyncNetConfig) -> None:
        super().__init__(config)
        self.picture = PictureMoments(config)
        self.sound = SoundMoments(config)

    @property
    def front(self) -> ClipFront:
        """What it is given: the sound may be longer."""
        return self.config.front

    @property
    def step(self) -> float:
        """s between two offsets."""
        return float(1 / (self.front.rate * FINER))

    def match(self, picture: Tensor, sound: Tensor) -> Tensor:
        """Logits ``(B, n)`` of the picture beginning at each moment of the sound at which it fits in.

        A frame matches a moment by its best places (the logarithm of their mean exponential product); the offset is
        the sum over all frames, so that frames in which nothing happens have no say.

        Args:
            picture: vectors ``(B, T, P, D)``.
            sound: vectors ``(B, S, D)``; n = S - FINER (T - 1).
        """
        time, places, length = picture.shape[1:]
        products = torch.einsum("btpd,bsd->btsp", picture.float(), sound.float()) / math.sqrt(length)
        frames = products.logsumexp(dim=3) - math.log(places)
        count = sound.shape[1] - FINER * (time - 1)
        moment = torch.arange(count, device=frames.device) + FINER * torch.arange(time, device=frames.device)[:, None]
        return frames.gather(2, moment.expand(len(frames), -1, -1)).sum(dim=1)

    def forward(self, frames: Tensor, waveforms: Tensor) -> Tensor:
        """:meth:`match` of clips ``(B, 3, T, h, w)`` and waveforms ``(B, 2, N)`` at 21 kHz, as long or longer."""
        return self.match(self.picture(frames), self.sound(waveforms))


@lru_cache(maxsize=8)
def _mel(hop: int, bands: int, device: str) -> nn.Module:
    """Outside the network's weights: it learns nothing."""
    from torchaudio.transforms import MelSpectrogram

    return MelSpectrogram(
        sample_rate=WAVE_RATE, n_fft=_N_FFT, win_length=2 * hop, hop_length=hop, n_mels=bands, f_min=50.0
    ).to(device)

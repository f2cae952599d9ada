"""Paper C's CCA baseline: fixed features of pictures and sounds, each brought to 128-d by one linear projection."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch  # noqa: TID253 - networks are torch through and through; this module is imported lazily
from torch import Tensor, nn  # noqa: TID253
from torch.nn import functional  # noqa: TID253
from torchvision.models import VGG16_Weights, vgg16  # noqa: TID253

from engine.errors import ModelError
from engine.models.pretrained import published_weights
from engine.models.registry import ENCODERS
from engine.models.two_stream import AudioVisualEncoder, Maps, TwoStreamConfig, energy_map

GRID = 4
"""Cells a side that colours and edges are averaged over."""
BINS = 8
MAP = 14
"""Cells a side of the map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CCAConfig(TwoStreamConfig):
    """Which fixed features the projections start from."""

    features: str = "descriptors"
    """"descriptors" (colours, edges; needs nothing) or "imagenet" (VGG-16's last hidden layer, as the paper)."""

    def __post_init__(self) -> None:
        """Reject features that do not exist."""
        TwoStreamConfig.__post_init__(self)
        if self.features not in ("descriptors", "imagenet"):
            hint = "Choose descriptors, which need no download, or imagenet."
            raise ModelError(f"There are no features {self.features!r}.", hint)


class PictureDescriptors(nn.Module):
    """Colours and edges: means and deviations of 4x4 cells, histograms of each colour, edges in eight directions."""

    length = GRID * GRID * (3 + 3 + BINS) + 3 * BINS

    def forward(self, x: Tensor) -> tuple[Tensor, Maps]:
        """Normalised frames ``(B, 3, H, W)`` -> ``(B, length)`` and where the edges are."""
        x = functional.avg_pool2d(x, 2)  # four times as fast, and these averages hardly change
        mean = functional.adaptive_avg_pool2d(x, GRID)
        spread = (functional.adaptive_avg_pool2d(x.square(), GRID) - mean.square()).clamp_min(0).sqrt()
        shares = [(1 - (x - centre).abs() / 0.6).clamp_min(0).mean(dim=(2, 3)) for centre in _steps(-2.1, 2.1)]
        grey = x.mean(dim=1)
        right = grey[:, 1:-1, 2:] - grey[:, 1:-1, :-2]
        down = grey[:, 2:, 1:-1] - grey[:, :-2, 1:-1]
        angles = _steps(0.0, math.pi * (1 - 1 / BINS))
        edges = torch.stack([(right * math.cos(a) + down * math.sin(a)).abs() for a in angles], dim=1)
        parts = [mean, spread, functional.adaptive_avg_pool2d(edges, GRID), *shares]
        features = torch.cat([part.flatten(1) for part in parts], dim=1)
        return features, [energy_map(functional.adaptive_avg_pool2d(edges, MAP))]


class HiddenLayer(nn.Module):
    """VGG-16's last hidden layer (Paper C, section 3.2), with random weights until the published ones are fetched."""

    length = 4096

    def __init__(self) -> None:
        super().__init__()
        network = vgg16(init_weights=False)
        self.features, self.pool, self.hidden = network.features, network.avgpool, network.classifier[:5]
        self.eval().requires_grad_(False)

    def train(self, mode: bool = True) -> HiddenLayer:
        """Stay in evaluation mode: dropout would make fixed features random."""
        return super().train(False)

    def fetch(self) -> None:
        """Take over torchvision's ImageNet weights; ModelError when they cannot be downloaded."""
        weights = published_weights(VGG16_Weights.IMAGENET1K_V1)
        renamed = {key.replace("classifier.", "hidden."): value for key, value in weights.items()}
        self.load_state_dict({key: renamed[key] for key in self.state_dict()})

    def forward(self, x: Tensor) -> tuple[Tensor, Maps]:
        """Normalised frames ``(B, 3, H, W)`` -> ``(B, 4096)`` and where the last convolutions answer."""
        maps = self.features(x)
        return self.hidden(self.pool(maps).flatten(1)), [energy_map(maps)]


class SoundDescriptors(nn.Module):
    """Statistics of each band over the second: mean, deviation, greatest value and mean change from frame to frame.

    Paper C takes VGGish features here, which torchvision and torchaudio do not publish.
    """

    def __init__(self, bands: int) -> None:
        super().__init__()
        self.length = 4 * bands

    def forward(self, x: Tensor) -> tuple[Tensor, Maps]:
        """Log-mels ``(B, 1, bands, frames)`` -> ``(B, length)`` and where the energy is."""
        mels = x[:, 0]
        change = (mels[..., 1:] - mels[..., :-1]).abs().mean(dim=2)
        features = torch.cat([mels.mean(dim=2), mels.std(dim=2), mels.amax(dim=2), change], dim=1)
        above = x - x.amin(dim=(2, 3), keepdim=True)
        return features, [energy_map(functional.adaptive_avg_pool2d(above, MAP))]


class ProjectedStream(nn.Module):
    """Fixed features, less their mean, times a projection, L2-normalised; at random until CCA is solved."""

    mean: Tensor
    projection: Tensor

    def __init__(self, describe: nn.Module, length: int, embedding: int) -> None:
        super().__init__()
        self.describe = describe
        self.register_buffer("mean", torch.zeros(length))
        self.register_buffer("projection", torch.randn(length, embedding) / length**0.5)

    def forward(self, x: Tensor) -> tuple[Tensor, Maps]:
        """Embeddings ``(B, 128)`` and one map."""
        features, maps = self.describe(x)
        return functional.normalize((features - self.mean) @ self.projection, dim=1), maps

    def set_projection(self, mean: Tensor, projection: Tensor) -> None:
        """Take over a projection ``(length, k)``, k at most the embedding's length; what is left of it stays zero."""
        if projection.shape[0] != len(self.mean) or projection.shape[1] > self.projection.shape[1]:
            raise ValueError(f"expected at most {tuple(self.projection.shape)}, got {tuple(projection.shape)}")
        self.mean.copy_(mean)
        self.projection.zero_()
        self.projection[:, : projection.shape[1]] = projection


@ENCODERS.register("cca", paper="Paper C, section 3.2")
class CCAEncoder(AudioVisualEncoder):
    """Two linear projections of fixed features; the task "cca" finds them without gradients."""

    name = "cca"
    config_type = CCAConfig
    closed_form = True

    @staticmethod
    def stream(channels: int, config: CCAConfig) -> ProjectedStream:
        """The picture's stream for three channels, the sound's for one."""
        describe: PictureDescriptors | HiddenLayer | SoundDescriptors
        if channels != 3:
            describe = SoundDescriptors(CCAEncoder.front.shape[1])
        else:
            describe = HiddenLayer() if config.features == "imagenet" else PictureDescriptors()
        return ProjectedStream(describe, describe.length, config.embedding)

    def fetch_pretrained(self) -> None:
        """VGG-16's ImageNet weights when the config asks for them; ModelError when they cannot be downloaded."""
        if isinstance(self.picture.describe, HiddenLayer):
            self.picture.describe.fetch()


def _steps(first: float, last: float) -> list[float]:
    return [first + (last - first) * n / (BINS - 1) for n in range(BINS)]

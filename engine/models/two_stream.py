"""What every audio-visual encoder has in common: two streams, one space of unit vectors, a config and a front end."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor, nn  # noqa: TID253 - networks are torch through and through; this module is imported lazily
from torch.nn import functional  # noqa: TID253

from engine.errors import ModelError
from engine.features import MONO, FrontEnd
from engine.models.network import Network

Maps = list[Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoStreamConfig:
    """What the encoders' configs share."""

    embedding: int = 128
    """Length of the embedding."""
    picture_pool: int = 1
    """The picture is averaged over squares of this size first; 2 quarters the cost (our fast preset)."""

    def __post_init__(self) -> None:
        """Reject what no network can be built from."""
        if self.picture_pool not in (1, 2, 4):
            raise ModelError(f"picture_pool is 1, 2 or 4, not {self.picture_pool}.", "Leave it out for full detail.")


class AudioVisualEncoder(Network):
    """A picture stream and a sound stream that meet in one space of unit vectors."""

    kind = "second"
    config_type: ClassVar[type[TwoStreamConfig]]
    front: ClassVar[FrontEnd] = MONO
    """What frames and sounds are turned into before they come here."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.picture = self.stream(3, config)
        self.sound = self.stream(self.front.channels, config)

    @staticmethod
    @abstractmethod
    def stream(channels: int, config: Any) -> nn.Module:
        """One stream for inputs of ``channels``; called with them it gives embeddings and maps."""

    @property
    def picture_size(self) -> tuple[int, int]:
        """Height and width at which the picture stream sees a frame: the front end's, less ``picture_pool``."""
        height, width = self.front.picture
        return height // self.config.picture_pool, width // self.config.picture_pool

    def embed_image(self, x: Tensor, *, return_attention: bool = False) -> Any:
        """Unit embeddings ``(B, 128)`` of normalised frames ``(B, 3, h, w)``; maps ``(B, h, w)`` on request.

        Frames of :attr:`picture_size` are taken as averaged already, so that training need not load more.
        """
        return _answer(self.picture(self._averaged(x)), return_attention)

    def embed_audio(self, x: Tensor, *, return_attention: bool = False) -> Any:
        """Unit embeddings ``(B, 128)`` of log-mels ``(B, *front.shape)``; with maps ``(B, h, w)`` on request."""
        _check(x, channels=self.front.channels)
        # Natural log of 1e-6..1e3: centred and scaled so that the first batch norm starts from sane values.
        return _answer(self.sound((x + 6.0) / 4.0), return_attention)

    def _averaged(self, x: Tensor) -> Tensor:
        """Frames ``(B, 3, h, w)`` at the size that the picture stream sees."""
        _check(x, channels=3)
        if self.config.picture_pool > 1 and tuple(x.shape[2:]) != self.picture_size:
            x = functional.avg_pool2d(x, self.config.picture_pool)
        return x


def energy_map(features: Tensor) -> Tensor:
    """Where a block's features ``(B, C, h, w)``, none negative, are strongest: ``(B, h, w)``, each summing to 1."""
    energy = features.mean(dim=1)
    return energy / energy.sum(dim=(1, 2), keepdim=True).clamp_min(1e-12)


def _check(x: Tensor, channels: int) -> None:
    if x.ndim != 4 or x.shape[1] != channels:
        raise ValueError(f"expected a batch (B, {channels}, H, W), got {tuple(x.shape)}")


def _answer(pair: tuple[Tensor, Maps], with_maps: bool) -> Tensor | tuple[Tensor, Maps]:
    return pair if with_maps else pair[0]

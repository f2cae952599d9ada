"""Paper A's two-stream encoders: the baseline and the one with attention."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self

import torch  # noqa: TID253 - networks are torch through and through; this module is imported lazily
from torch import Tensor, nn  # noqa: TID253
from torch.nn import functional  # noqa: TID253

from engine.errors import ModelError
from engine.models.registry import ENCODERS

Maps = list[Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderConfig:
    """Shape of a two-stream encoder."""

    widths: tuple[int, ...] = (64, 128, 256, 512)
    """Channels of each convolutional block, first to last."""
    embedding: int = 128
    """Length of the embedding."""
    stem_stride: int = 2
    """Stride of each stream's first convolution: 1 or 2."""
    picture_pool: int = 1
    """The picture is averaged over squares of this size first; 2 quarters the cost (our fast preset)."""

    def __post_init__(self) -> None:
        """Reject what no network can be built from."""
        if not self.widths or min(self.widths) < 1:
            raise ModelError(f"widths must be positive, got {self.widths}.", "Leave it out for 64-128-256-512.")
        if self.stem_stride not in (1, 2):
            raise ModelError(f"stem_stride is 1 or 2, not {self.stem_stride}.", "Choose 2 for speed, 1 for detail.")
        if self.picture_pool not in (1, 2, 4):
            raise ModelError(f"picture_pool is 1, 2 or 4, not {self.picture_pool}.", "Leave it out for full detail.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionConfig(EncoderConfig):
    """Shape of the encoder with attention."""

    local_blocks: tuple[int, ...] = (1, 2, 3)
    """Blocks, counted from 0, whose features before pooling are attended to (the paper's n = 3)."""

    def __post_init__(self) -> None:
        """Reject blocks that do not exist."""
        EncoderConfig.__post_init__(self)
        if not self.local_blocks or not set(self.local_blocks) <= set(range(len(self.widths))):
            hint = f"Choose from 0 to {len(self.widths) - 1}."
            raise ModelError(f"local_blocks {self.local_blocks} names a block that does not exist.", hint)


class ConvBlock(nn.Module):
    """Two 3x3 convolutions, each with batch norm and ReLU; the caller pools (Paper A, section 4.1)."""

    def __init__(self, channels_in: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(channels_in, channels, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
        )

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C, H, W)`` -> ``(B, channels, H / stride, W / stride)``."""
        return self.layers(x)


class Trunk(nn.Module):
    """The convolutional blocks of one stream."""

    def __init__(self, channels: int, config: EncoderConfig) -> None:
        super().__init__()
        inputs = (channels, *config.widths[:-1])
        strides = (config.stem_stride, *(1 for _ in config.widths[1:]))
        self.blocks = nn.ModuleList(map(ConvBlock, inputs, config.widths, strides))

    def forward(self, x: Tensor) -> Maps:
        """The output of each block before its pooling."""
        outputs: Maps = []
        for block in self.blocks:
            x = block(x if not outputs else functional.max_pool2d(outputs[-1], 2))
            outputs.append(x)
        return outputs


class BaselineStream(nn.Module):
    """One stream of the baseline: global max-pool, FC -> 128, ReLU, FC -> 128, L2 (Paper A, figure 2a)."""

    def __init__(self, channels: int, config: EncoderConfig) -> None:
        super().__init__()
        self.trunk = Trunk(channels, config)
        self.project = nn.Sequential(
            nn.Linear(config.widths[-1], config.embedding),
            nn.ReLU(inplace=True),
            nn.Linear(config.embedding, config.embedding),
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Maps]:
        """``(B, C, H, W)`` -> embeddings ``(B, 128)`` and the mean activation of the last block as its one map."""
        last = self.trunk(x)[-1]
        embedding = functional.normalize(self.project(functional.adaptive_max_pool2d(last, 1).flatten(1)), dim=1)
        energy = last.mean(dim=1)
        return embedding, [energy / energy.sum(dim=(1, 2), keepdim=True).clamp_min(1e-12)]


class AttentionStream(nn.Module):
    """One stream with trainable soft attention over local features (Paper A, section 4.2, steps 1 to 4).

    The paper leaves open how the last convolution's map meets local maps of other sizes: it is averaged over positions
    and broadcast. Local features are projected to its width first, and the projected ones are what is summed.
    """

    def __init__(self, channels: int, config: AttentionConfig) -> None:
        super().__init__()
        self.trunk = Trunk(channels, config)
        self.local_blocks = config.local_blocks
        width = config.widths[-1]
        self.to_global = nn.ModuleList(
            nn.Identity() if config.widths[i] == width else nn.Conv2d(config.widths[i], width, 1, bias=False)
            for i in config.local_blocks
        )
        self.score = nn.ModuleList(nn.Conv2d(width, 1, 1, bias=False) for _ in config.local_blocks)
        self.project = nn.Linear(width * len(config.local_blocks), config.embedding)

    def forward(self, x: Tensor) -> tuple[Tensor, Maps]:
        """``(B, C, H, W)`` -> embeddings ``(B, 128)`` and n attention maps ``(B, h, w)``, each summing to 1."""
        outputs = self.trunk(x)
        global_feature = outputs[-1].mean(dim=(2, 3), keepdim=True)
        attended, maps = [], []
        for index, project, score in zip(self.local_blocks, self.to_global, self.score, strict=True):
            local = project(outputs[index])
            logits = score(local + global_feature)
            weights = logits.flatten(1).softmax(dim=1).view_as(logits)
            attended.append((weights * local).sum(dim=(2, 3)))
            maps.append(weights.squeeze(1))
        return functional.normalize(self.project(torch.cat(attended, dim=1)), dim=1), maps


class AudioVisualEncoder(nn.Module):
    """A picture stream and a sound stream that meet in one space of unit vectors."""

    name: ClassVar[str]
    config_type: ClassVar[type[EncoderConfig]]

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.config = config
        self.picture = self.stream(3, config)
        self.sound = self.stream(1, config)

    @classmethod
    def from_config(cls, overrides: dict[str, Any]) -> Self:
        """An encoder whose config is the default with ``overrides``; lists from JSON or TOML become tuples."""
        known = {field.name for field in fields(cls.config_type)}
        if unknown := set(overrides) - known:
            hint = f"Its settings are: {', '.join(sorted(known))}."
            raise ModelError(f"The encoder {cls.name!r} has no setting {sorted(unknown)[0]!r}.", hint)
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in overrides.items()
        }
        return cls(cls.config_type(**values))

    @staticmethod
    @abstractmethod
    def stream(channels: int, config: Any) -> nn.Module:
        """One stream for inputs of ``channels``."""

    def settings(self) -> dict[str, Any]:
        """The config as plain JSON values."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self.config).items()}

    def embed_image(self, x: Tensor, *, return_attention: bool = False) -> Any:
        """Unit embeddings ``(B, 128)`` of normalised frames ``(B, 3, 224, 224)``; maps ``(B, h, w)`` on request."""
        _check(x, channels=3)
        if self.config.picture_pool > 1:
            x = functional.avg_pool2d(x, self.config.picture_pool)
        return _answer(self.picture(x), return_attention)

    def embed_audio(self, x: Tensor, *, return_attention: bool = False) -> Any:
        """Unit embeddings ``(B, 128)`` of log-mels ``(B, 1, 64, 100)``; with maps ``(B, h, w)`` on request."""
        _check(x, channels=1)
        # Natural log of 1e-6..1e3: centred and scaled so that the first batch norm starts from sane values.
        return _answer(self.sound((x + 6.0) / 4.0), return_attention)


@ENCODERS.register("baseline", paper="Paper A, section 4.1")
class BaselineEncoder(AudioVisualEncoder):
    """VGG-like streams with global max-pooling."""

    name = "baseline"
    config_type = EncoderConfig
    stream = staticmethod(BaselineStream)


@ENCODERS.register("attention", paper="Paper A, section 4.2")
class AttentionEncoder(AudioVisualEncoder):
    """VGG-like streams with attention over local features at three resolutions."""

    name = "attention"
    config_type = AttentionConfig
    stream = staticmethod(AttentionStream)


def _check(x: Tensor, channels: int) -> None:
    if x.ndim != 4 or x.shape[1] != channels:
        raise ValueError(f"expected a batch (B, {channels}, H, W), got {tuple(x.shape)}")


def _answer(pair: tuple[Tensor, Maps], with_maps: bool) -> Tensor | tuple[Tensor, Maps]:
    return pair if with_maps else pair[0]

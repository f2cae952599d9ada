"""Paper A's two-stream encoders: the baseline and the one with attention."""

from __future__ import annotations

from dataclasses import dataclass

import torch  # noqa: TID253 - networks are torch through and through; this module is imported lazily
from torch import Tensor, nn  # noqa: TID253
from torch.nn import functional  # noqa: TID253

from engine.errors import ModelError
from engine.models.registry import ENCODERS
from engine.models.two_stream import AudioVisualEncoder, Maps, TwoStreamConfig, energy_map

HEADS = ("linear", "concepts")
PICTURE_CHANNELS = 3
NEVER = -1e4
"""A logit that makes a concept as good as impossible; 16 bits hold it."""
UNSURE = 2
"""Numbers of a concept embedding that hold no concept: one a side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderConfig(TwoStreamConfig):
    """Shape of Paper A's encoders."""

    widths: tuple[int, ...] = (64, 128, 256, 512)
    """Channels of each convolutional block, first to last."""
    stem_stride: int = 2
    """Stride of each stream's first convolution: 1 or 2."""

    def __post_init__(self) -> None:
        """Reject what no network can be built from."""
        TwoStreamConfig.__post_init__(self)
        if not self.widths or min(self.widths) < 1:
            raise ModelError(f"widths must be positive, got {self.widths}.", "Leave it out for 64-128-256-512.")
        if self.stem_stride not in (1, 2):
            raise ModelError(f"stem_stride is 1 or 2, not {self.stem_stride}.", "Choose 2 for speed, 1 for detail.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionConfig(EncoderConfig):
    """Shape of the encoder with attention."""

    local_blocks: tuple[int, ...] = (1, 2, 3)
    """Blocks, counted from 0, whose features before pooling are attended to (the paper's n = 3)."""
    head: str = "linear"
    """What the embedding is: "linear" is the paper's; "concepts" are probabilities of kinds of things that follow from
    it, see :func:`concept_embedding`."""

    def __post_init__(self) -> None:
        """Reject blocks and heads that do not exist."""
        EncoderConfig.__post_init__(self)
        if self.head not in HEADS:
            raise ModelError(f"There is no head {self.head!r}.", f"Choose from: {', '.join(HEADS)}.")
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
        return embedding, [energy_map(last)]


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
        self.side = 0 if channels == PICTURE_CHANNELS else 1
        self.concepts = nn.Linear(config.embedding, config.embedding - UNSURE) if config.head == "concepts" else None

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
        return self._embedding(torch.cat(attended, dim=1)), maps

    def places(self, x: Tensor, grid: tuple[int, int]) -> Tensor:
        """What ``(B, C, H, W)`` holds at each place: embeddings ``(B, h, w, 128)``, as if it alone were attended to.

        Local features of all resolutions are averaged over the ``grid``'s cells first; ours, not Paper A.
        """
        outputs = self.trunk(x)
        local = [
            functional.adaptive_avg_pool2d(project(outputs[index]), grid)
            for index, project in zip(self.local_blocks, self.to_global, strict=True)
        ]
        cells = torch.cat(local, dim=1).permute(0, 2, 3, 1)
        return self._embedding(cells.flatten(0, 2)).unflatten(0, cells.shape[:3])

    def _embedding(self, attended: Tensor) -> Tensor:
        """``(n, features)`` -> unit vectors ``(n, 128)``."""
        embedding = functional.normalize(self.project(attended), dim=1)
        if self.concepts is None:
            return embedding
        return concept_embedding(self.concepts(embedding.float()), self.side)


def concept_embedding(logits: Tensor, side: int) -> Tensor:
    """Unit vectors ``(B, K + 2)``: the probabilities of K concepts, and what each side is unsure of; ours, not Paper A.

    The product of a picture's vector with a sound's is the probability that both show the same concept, were their
    doubts independent: the class bridge, ranked by Euclidean distance. What is missing to length 1 stands in a place of
    the side's own, so that two doubts never meet.

    Args:
        logits: ``(B, K)``.
        side: 0 for pictures, 1 for sounds.
    """
    likely = logits.softmax(dim=1)
    doubt = (1 - likely.square().sum(dim=1, keepdim=True)).clamp_min(1e-6).sqrt()
    nothing = torch.zeros_like(doubt)
    return torch.cat([likely, *((doubt, nothing) if side == 0 else (nothing, doubt))], dim=1)


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

    def embed_places(self, x: Tensor, grid: tuple[int, int] = (14, 14)) -> Tensor:
        """Unit embeddings ``(B, h, w, 128)`` of the places of normalised frames ``(B, 3, H, W)``, on any ``grid``.

        A place's product with a sound's embedding says how far the sound comes from there (decision 0017).
        """
        assert isinstance(self.picture, AttentionStream)
        return self.picture.places(self._averaged(x), grid)

    def with_concepts(self, picture: Tensor, sound: Tensor) -> AttentionEncoder:
        """This encoder behind two linear classifiers: a new one whose embeddings are their probabilities.

        Args:
            picture: what logits of the K classes are, times the picture's embedding: ``(K, 128)``.
            sound: likewise for sounds.

        Raises:
            ModelError: there are more classes than an embedding holds.
        """
        folded = self.from_config({**self.settings(), "head": "concepts"})
        folded.load_state_dict(self.state_dict(), strict=False)
        for stream, weights in ((folded.picture, picture), (folded.sound, sound)):
            _set_classifier(stream.get_submodule("concepts"), weights)
        return folded.to(self.device).train(self.training)


@torch.no_grad()
def _set_classifier(layer: nn.Module, weights: Tensor) -> None:
    """Give the first concepts these weights, and let the others never be likely."""
    assert isinstance(layer, nn.Linear)
    known, most = len(weights), layer.out_features
    if known > most:
        raise ModelError(f"{known} classes do not fit among {most} concepts.", "Train with fewer classes.")
    layer.weight.zero_()
    layer.weight[:known] = weights
    layer.bias.fill_(NEVER)
    layer.bias[:known] = 0.0

"""Paper D: are these seconds of picture and sound in sync, and where in the picture does the sound come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch  # noqa: TID253 - networks are torch through and through; this module is imported lazily
from torch import Tensor, nn  # noqa: TID253
from torch.nn import functional  # noqa: TID253

from engine.errors import ModelError
from engine.features.clip import CLIP_SECONDS, ClipFront
from engine.models.convolutions import normed
from engine.models.network import Network
from engine.models.registry import ENCODERS

GUIDES = ("cma", "aga", "vga", "vision")
LEAST_MAP = 7
"""Positions along each side of the video tokens' grid, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoAttentionConfig:
    """Shape of the network; the defaults are the paper's best (L = 1, A = 8), with 15 M parameters."""

    attention: str = "cma"
    """Who guides whom: "aga" (sound guides the picture), "vga" (picture guides the sound), "cma" (both), "vision"
    (nobody: sound counts for nothing)."""
    layers: int = 1
    """L: co-attention modules one behind the other."""
    heads: int = 8
    """A: attention heads."""
    hidden: int = 512
    """H: length of a token."""
    feed_forward: int = 4
    """Width of the feed-forward layers, in tokens' lengths."""
    picture: int = 224
    """Edge of the square picture, pixels."""
    frames: int = 126
    """Frames of a clip: 126 are 29.97 a second."""
    seconds: float = CLIP_SECONDS
    """Length of a clip."""
    stem_stride: int = 1
    """Stride of the picture side's first convolution, in time and space: 1 is the paper's, 2 the fast one."""
    strides: tuple[int, ...] = (2, 2, 2, 2)
    """Spatial strides of the four convolutions that follow; in time each has stride 2."""
    picture_width: int = 64
    """Channels of the picture side's convolutions."""
    mono: bool = False
    """Whether left and right are heard as one. A panned sound says where its source is; a library's are not panned."""
    sound_width: int = 64
    """Channels of the sound side's first convolution; later ones have two and four times as many."""
    places: int = 0
    """Length of the vectors in which each place is compared with the sound directly; 0 is the paper's network, which
    does not (decision 0017)."""

    def __post_init__(self) -> None:
        """Reject what no network can be built from."""
        if self.attention not in GUIDES:
            raise ModelError(f"There is no attention {self.attention!r}.", f"Choose from: {', '.join(GUIDES)}.")
        if self.layers < 1 or self.heads < 1 or self.hidden % self.heads:
            hint = "Choose layers from 1 up, and a hidden size that the heads divide."
            raise ModelError(f"{self.layers} layers of {self.heads} heads do not make {self.hidden} numbers.", hint)
        if self.stem_stride not in (1, 2):
            raise ModelError(f"stem_stride is 1 or 2, not {self.stem_stride}.", "Choose 2 for speed, 1 for detail.")
        if len(self.strides) != 4 or not set(self.strides) <= {1, 2}:
            raise ModelError(f"strides are four of 1 or 2, not {self.strides}.", "Leave them out for 2, 2, 2, 2.")
        if self.frames < 1 or self.seconds <= 0:
            raise ModelError("A clip has at least one frame and some length.", "Leave frames and seconds out.")
        if self.grid < LEAST_MAP:
            hint = f"Use larger pictures or smaller strides: {LEAST_MAP} x {LEAST_MAP} is the least."
            raise ModelError(f"Pictures of {self.picture} pixels leave a map of {self.grid} x {self.grid}.", hint)

    @property
    def grid(self) -> int:
        """Positions along each side of the video tokens' grid."""
        edge = -(-self.picture // self.stem_stride)
        for stride in (2, *self.strides):
            edge = -(-edge // stride)
        return edge


class SoundEncoder(nn.Module):
    """1-D convolutions over the stereo waveform: a token for each of some steps in time (section 3.1).

    The paper names filters, sizes and strides; batch norm and ReLU after each convolution are ours.
    """

    def __init__(self, config: CoAttentionConfig) -> None:
        super().__init__()
        one, two, four = config.sound_width, 2 * config.sound_width, 4 * config.sound_width
        self.layers = nn.Sequential(
            *normed(2, one, (65,), 4),
            nn.AvgPool1d(4, 4),
            *normed(one, two, (15,), 4),
            *normed(two, two, (15,), 4),
            *normed(two, four, (15,), 4),
            *normed(four, four, (15,), 4),
            nn.AvgPool1d(3, 3, ceil_mode=True),
            *normed(four, two, (3,), 1),
        )
        self.project = nn.Linear(two, config.hidden)

    def forward(self, x: Tensor) -> Tensor:
        """``(B, 2, N)`` -> tokens ``(B, S, H)``."""
        return self.project(self.layers(x).transpose(1, 2))


class PictureEncoder(nn.Module):
    """3-D convolutions, averaged over time: a token for each position of a grid (section 3.1)."""

    def __init__(self, config: CoAttentionConfig) -> None:
        super().__init__()
        width, edge = config.picture_width, config.stem_stride
        self.layers = nn.Sequential(
            *normed(3, width, (5, 7, 7), (edge, edge, edge)),
            nn.AvgPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1)),
            *(layer for stride in config.strides for layer in normed(width, width, (3, 3, 3), (2, stride, stride))),
        )
        self.project = nn.Linear(width, config.hidden)

    def forward(self, x: Tensor) -> Tensor:
        """``(B, 3, T, h, w)`` -> tokens ``(B, P, H)``, row by row of the grid."""
        return self.project(self.layers(x).mean(dim=2).flatten(2).transpose(1, 2))


class AttentionBlock(nn.Module):
    """Multi-head attention and a feed-forward layer, each with residual and layer norm (section 3.1, figure 3)."""

    def __init__(self, config: CoAttentionConfig) -> None:
        super().__init__()
        hidden = config.hidden
        self.attention = nn.MultiheadAttention(hidden, config.heads, batch_first=True)
        self.norm = nn.LayerNorm(hidden)
        self.feed_forward = nn.Sequential(
            nn.Linear(hidden, config.feed_forward * hidden),
            nn.ReLU(inplace=True),
            nn.Linear(config.feed_forward * hidden, hidden),
        )
        self.last_norm = nn.LayerNorm(hidden)

    def forward(self, values: Tensor, queries: Tensor | None = None) -> Tensor:
        """Tokens ``(B, n, H)``, one for each of ``queries`` (``values`` themselves when None).

        The residual adds the queries, since only they are as many as the answers.
        """
        asked = values if queries is None else queries
        told = self.norm(asked + self.attention(asked, values, values, need_weights=False)[0])
        return self.last_norm(told + self.feed_forward(told))


class CoAttentionModule(nn.Module):
    """A cross-modal block and a self-attention block for each side (section 3.1, figure 2).

    AGA lets the sound ask about the picture, VGA the picture about the sound, and CMA is both. Half of it leaves the
    other side to ask itself, so that all have as many parameters.
    """

    def __init__(self, config: CoAttentionConfig) -> None:
        super().__init__()
        self.sound_asks = config.attention in {"cma", "aga"}
        self.picture_asks = config.attention in {"cma", "vga"}
        self.cross = nn.ModuleDict({side: AttentionBlock(config) for side in ("picture", "sound")})
        self.own = nn.ModuleDict({side: AttentionBlock(config) for side in ("picture", "sound")})

    def forward(self, tokens: Sides) -> Sides:
        """Attended tokens of both sides, named by where their values come from."""
        picture = self.cross["picture"](tokens.picture, tokens.sound if self.sound_asks else None)
        sound = self.cross["sound"](tokens.sound, tokens.picture if self.picture_asks else None)
        return Sides(self.own["picture"](picture), self.own["sound"](sound))


class Sides(NamedTuple):
    """Tokens ``(B, n, H)`` of the two sides."""

    picture: Tensor
    sound: Tensor


@ENCODERS.register("coattention", paper="Paper D, section 3")
class CoAttention(Network):
    """Both encoders, L co-attention modules, and fully connected layers that fuse their means to one logit."""

    name = "coattention"
    kind = "clip"
    config_type = CoAttentionConfig

    def __init__(self, config: CoAttentionConfig) -> None:
        super().__init__(config)
        self.picture = PictureEncoder(config)
        self.sound = SoundEncoder(config)
        self.attend = nn.ModuleList(CoAttentionModule(config) for _ in range(config.layers))
        self.fuse = nn.Sequential(
            nn.Linear(2 * config.hidden, config.hidden), nn.ReLU(inplace=True), nn.Linear(config.hidden, 1)
        )
        if config.places:
            self.place, self.voice = (nn.Linear(config.hidden, config.places) for _ in range(2))

    @property
    def front(self) -> ClipFront:
        """What it is given."""
        return ClipFront(picture=self.config.picture, frames=self.config.frames, seconds=self.config.seconds)

    def picture_tokens(self, frames: Tensor) -> Tensor:
        """Tokens ``(B, P, H)`` of normalised frames ``(B, 3, T, h, w)``, any number of them at any rate."""
        return self.picture(frames)

    def sound_tokens(self, waveforms: Tensor) -> Tensor:
        """Tokens ``(B, S, H)`` of waveforms ``(B, 2, N)`` at 21 kHz; zeros where only the picture counts."""
        if self.config.mono:
            waveforms = waveforms.mean(dim=1, keepdim=True).expand_as(waveforms)
        tokens = self.sound(waveforms)
        return torch.zeros_like(tokens) if self.config.attention == "vision" else tokens

    def attended(self, tokens: Sides) -> Sides:
        """Tokens after all co-attention modules; in a vision-only network the sound's are zeros."""
        for module in self.attend:
            tokens = module(tokens)
        if self.config.attention == "vision":
            return Sides(tokens.picture, torch.zeros_like(tokens.sound))
        return tokens

    def sync(self, picture: Tensor, sound: Tensor) -> Tensor:
        """Logits ``(B,)`` that picture tokens and sound tokens belong together."""
        return self._fused(self.attended(Sides(picture, sound)))

    def forward(self, frames: Tensor, waveforms: Tensor) -> Tensor:
        """Logits ``(B,)`` that clips ``(B, 3, T, h, w)`` and waveforms ``(B, 2, N)`` are in sync."""
        return self.sync(self.picture_tokens(frames), self.sound_tokens(waveforms))

    def activation_map(self, picture: Tensor, sound: Tensor) -> tuple[Tensor, Tensor]:
        """Class activation maps ``(B, h, w)`` of the sync logit on the grid, and the logits ``(B,)`` (section 4).

        Where the picture asks (VGA, CMA) the attended sound tokens lie on the grid, and their mean goes straight to the
        fusion: a position counts by the product of its token with the logit's gradient there. Otherwise (AGA) the
        gradient is followed back to the picture tokens themselves.
        """
        if self.config.attention == "vision":
            raise ModelError("A vision-only network hears nothing.", "Ask a model with attention cma, vga or aga.")
        direct = self.attend[-1].picture_asks
        attended = self.attended(Sides(picture, sound)) if direct else Sides(picture, sound)
        with torch.enable_grad():
            if direct:
                leaf = attended.sound.detach().requires_grad_()
                logits = self._fused(Sides(attended.picture.detach(), leaf))
            else:
                leaf = picture.detach().requires_grad_()
                logits = self.sync(leaf, sound.detach())
            (slope,) = torch.autograd.grad(logits.sum(), leaf)
        edge = self.config.grid
        return (slope * leaf.detach()).sum(dim=2).unflatten(1, (edge, edge)), logits.detach()

    def compared(self, picture: Tensor, sound: Tensor) -> tuple[Tensor, Tensor]:
        """Vectors of every place ``(B, P, D)`` and of the whole sound ``(B, D)``.

        Raises:
            ModelError: the network was made without ``places``.
        """
        if not self.config.places:
            raise ModelError("This network does not compare places with sounds.", "Train one with places = 128.")
        return self.place(picture), self.voice(sound.mean(dim=1))

    def place_map(self, picture: Tensor, sound: Tensor) -> Tensor:
        """Cosines ``(B, h, w)`` of each place with the sound (decision 0017)."""
        places, voices = self.compared(picture, sound)
        cosines = functional.cosine_similarity(places, voices[:, None], dim=2)
        return cosines.unflatten(1, (self.config.grid, self.config.grid))

    def where(self, picture: Tensor, sound: Tensor) -> tuple[Tensor, Tensor]:
        """Where the sound comes from, maps ``(B, h, w)`` on the grid, and the sync logits ``(B,)``.

        A network that compares places with sounds is asked so, the others by their class activation maps.
        """
        if self.config.places:
            return self.place_map(picture, sound), self.sync(picture, sound)
        return self.activation_map(picture, sound)

    def _fused(self, attended: Sides) -> Tensor:
        return self.fuse(summary(attended)).squeeze(1)


def summary(attended: Sides) -> Tensor:
    """The means of both sides' attended tokens, one behind the other: ``(B, 2 H)``."""
    return torch.cat([attended.picture.mean(dim=1), attended.sound.mean(dim=1)], dim=1)

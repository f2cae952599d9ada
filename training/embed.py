"""Embeddings of many samples of shards, front ends included, without training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

    from engine.models.two_stream import AudioVisualEncoder
    from training.data.shards import Shards

BATCH = 64
BACKGROUND = 256


def embed_pictures(encoder: AudioVisualEncoder, shards: Shards, indices: Sequence[int]) -> np.ndarray:
    """Embeddings ``(n, 128)`` of the frames of the given samples; the encoder is used as it stands (call ``eval``)."""
    front = encoder.front
    return _embed(
        encoder,
        indices,
        lambda i: shards.frame(i, front.picture),
        lambda frames: encoder.embed_image(front.pictures(frames)),
    )


def embed_sounds(
    encoder: AudioVisualEncoder, shards: Shards, indices: Sequence[int], *, flipped: bool = False
) -> np.ndarray:
    """Embeddings ``(n, 128)`` of the sounds of the given samples, mono or stereo as the encoder's front end wants them.

    Args:
        encoder: used as it stands.
        shards: where the samples lie.
        indices: of the samples.
        flipped: hear stereo sound with its channels exchanged (Paper C, section 2.2).
    """
    front = encoder.front
    load = (lambda i: shards.sound(i)[None]) if front.channels == 1 else shards.stereo
    turned = (lambda sounds: sounds.flip(1)) if flipped else (lambda sounds: sounds)
    return _embed(encoder, indices, load, lambda sounds: encoder.embed_audio(front.sounds(turned(sounds))))


def embed_background(encoder: AudioVisualEncoder, shards: Shards, split: str | None = None) -> np.ndarray:
    """Embeddings ``(n, 128)`` of up to 256 frames that are unrelated to any library; scores are calibrated by them.

    Frames of films are preferred to photographs without a sound, since films are what a library is asked about.
    """
    frames = shards.where(split, frame=True, sound=True) or shards.where(split, frame=True)
    return embed_pictures(encoder, shards, frames[:: max(1, len(frames) // BACKGROUND)][:BACKGROUND])


def _embed(
    encoder: AudioVisualEncoder,
    indices: Sequence[int],
    load: Callable[[int], Tensor],
    embed: Callable[[Tensor], Tensor],
) -> np.ndarray:
    import torch

    parts = [np.zeros((0, encoder.config.embedding), dtype=np.float32)]
    with torch.inference_mode():
        for first in range(0, len(indices), BATCH):
            batch = torch.stack([load(i) for i in indices[first : first + BATCH]]).to(encoder.device)
            parts.append(embed(batch).float().cpu().numpy())
    return np.concatenate(parts)

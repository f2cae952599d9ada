"""Embeddings of many samples of shards, front ends included, without training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.features import SAMPLE_RATE, log_mel
from engine.features.picture import normalise

if TYPE_CHECKING:
    from torch import Tensor

    from engine.models.encoders import AudioVisualEncoder
    from training.data.shards import Shards

BATCH = 64


def embed_pictures(encoder: AudioVisualEncoder, shards: Shards, indices: Sequence[int]) -> np.ndarray:
    """Embeddings ``(n, 128)`` of the frames of the given samples; the encoder is used as it stands (call ``eval``)."""
    return _embed(encoder, indices, shards.frame, lambda frames: encoder.embed_image(normalise(frames)))


def embed_sounds(encoder: AudioVisualEncoder, shards: Shards, indices: Sequence[int]) -> np.ndarray:
    """Embeddings ``(n, 128)`` of the sounds of the given samples."""
    return _embed(
        encoder, indices, shards.sound, lambda sounds: encoder.embed_audio(log_mel(sounds, SAMPLE_RATE)[:, None])
    )


def _embed(
    encoder: AudioVisualEncoder,
    indices: Sequence[int],
    load: Callable[[int], Tensor],
    embed: Callable[[Tensor], Tensor],
) -> np.ndarray:
    import torch

    device = next(encoder.parameters()).device
    parts = [np.zeros((0, encoder.config.embedding), dtype=np.float32)]
    with torch.inference_mode():
        for first in range(0, len(indices), BATCH):
            batch = torch.stack([load(i) for i in indices[first : first + BATCH]]).to(device)
            parts.append(embed(batch).float().cpu().numpy())
    return np.concatenate(parts)

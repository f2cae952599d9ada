"""A model that already knows which sounds go with which pictures teaches a localiser; no box is used."""

from __future__ import annotations

import torch  # noqa: TID253 - tasks are torch through and through
from torch import Tensor  # noqa: TID253
from torch.nn import functional  # noqa: TID253
from torchaudio.functional import resample  # noqa: TID253

from engine.errors import ModelError
from engine.features.clip import WAVE_RATE
from engine.models import load
from engine.models.encoders import AttentionEncoder


class PlaceTeacher:
    """What a recommending model says of each place of a picture, and of a whole sound, in its own space.

    Knowledge distillation (Hinton, Vinyals and Dean, 2015) with embeddings in place of probabilities.
    """

    def __init__(self, model: str) -> None:
        """Load ``model``, an id or a folder; raises ModelError where its encoder has no places."""
        encoder = load(model, device="cpu").encoder
        if not isinstance(encoder, AttentionEncoder):
            raise ModelError(
                f"The model {model} cannot teach places.", "Choose one with the encoder attention, such as synthetic."
            )
        self.encoder = encoder.eval().requires_grad_(requires_grad=False)

    @property
    def length(self) -> int:
        """Numbers of its vectors."""
        return self.encoder.config.embedding

    def places(self, frames: Tensor, grid: int) -> Tensor:
        """Unit vectors ``(B, grid * grid, D)`` of the places of frames ``(B, 3, h, w)``, float in 0..1."""
        encoder = self.encoder.to(frames.device)
        size = encoder.picture_size
        resized = functional.interpolate(frames, size, mode="bilinear", antialias=True)
        with torch.no_grad():
            return encoder.embed_places(encoder.front.pictures(resized), (grid, grid)).flatten(1, 2).float()

    def voices(self, sounds: Tensor) -> Tensor:
        """Unit vectors ``(B, D)`` of whole sounds ``(B, 2, N)`` at 21 kHz: the means of their seconds' embeddings."""
        encoder = self.encoder.to(sounds.device)
        rate = encoder.front.sample_rate
        heard = resample(sounds.mean(dim=1), WAVE_RATE, rate)
        seconds = heard[:, : heard.shape[1] // rate * rate].unflatten(1, (-1, 1, rate))
        with torch.no_grad():
            embedded = encoder.embed_audio(encoder.front.sounds(seconds.flatten(0, 1))).float()
        return functional.normalize(embedded.unflatten(0, seconds.shape[:2]).mean(dim=1), dim=1)

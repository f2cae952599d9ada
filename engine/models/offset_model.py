"""A trained SyncNet at work: a clip's frames and a longer stretch of sound in, a number for each offset out."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import ModelError
from engine.features.clip import ClipFront
from engine.models.checkpoint import read_stored
from engine.models.device import pick_device
from engine.models.model import one_thread

if TYPE_CHECKING:
    import torch

    from engine.models.syncnet import SyncNet


@dataclass(eq=False)
class OffsetModel:
    """A network that tells when, with trained weights; safe to call from several threads."""

    id: str
    """Name it is chosen by."""
    fingerprint: str
    """Digest of the weights."""
    network: SyncNet
    device: torch.device
    metrics: dict[str, Any] = field(default_factory=dict)
    """What was measured on it, as its config says."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        """Freeze the weights and move them to the device."""
        self.network.eval().requires_grad_(False).to(self.device)

    @property
    def front(self) -> ClipFront:
        """What the network expects of a clip."""
        return self.network.front

    @property
    def step(self) -> float:
        """s between two offsets."""
        return self.network.step

    def picture(self, frames: np.ndarray) -> torch.Tensor:
        """Vectors ``(T, P, D)`` of ``front.frames`` square frames, uint8 ``(T, h, h, 3)`` RGB of ``front.picture``."""
        import torch

        wanted = (self.front.frames, self.front.picture, self.front.picture, 3)
        if frames.shape != wanted:
            raise ValueError(f"a clip's frames are {wanted}, got {frames.shape}")
        batch = torch.from_numpy(frames).permute(0, 3, 1, 2)[None]
        with self._lock, torch.inference_mode(), one_thread():
            vectors: torch.Tensor = self.network.picture(self.front.pictures(batch.to(self.device)))[0]
        return vectors

    def match(self, picture: torch.Tensor, sound: np.ndarray) -> np.ndarray:
        """Logits ``(n,)`` of the picture beginning ``0, step, 2 step ...`` s into a sound, float32.

        Args:
            picture: vectors of :meth:`picture`.
            sound: float32 ``(2, N)`` at 21 kHz, as long as the clip or longer.
        """
        import torch

        with self._lock, torch.inference_mode(), one_thread():
            heard = self.front.sounds(torch.from_numpy(np.ascontiguousarray(sound, np.float32))[None])
            logits = self.network.match(picture[None], self.network.sound(heard.to(self.device)))
            return logits[0].float().cpu().numpy()


def load_offsets(model: str | Path, device: str = "auto") -> OffsetModel:
    """A model that tells when, by id or by folder, on ``device`` ("auto", "cpu", "cuda", "mps").

    Raises:
        ModelError: no such model, it is not one of offsets, or its files are missing, damaged or do not fit each other.
    """
    stored = read_stored(model)
    if stored.network.kind != "offset":
        raise ModelError(
            f"The model {stored.id!r} does not tell when.", "Name one made for it, such as 'synchroniser'."
        )
    return OffsetModel(
        id=stored.id,
        fingerprint=stored.fingerprint,
        network=stored.network,
        device=pick_device(device),
        metrics=stored.metrics,
    )

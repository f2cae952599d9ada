"""A trained SyncNet at work: a clip's frames and a longer stretch of sound in, a number for each offset out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.models.frozen import FrozenNetwork

if TYPE_CHECKING:
    import torch

    from engine.models.syncnet import SyncNet


class OffsetModel(FrozenNetwork):
    """A network that tells when, with trained weights."""

    network: SyncNet
    kind = "offset"
    refusal = ("The model {} does not tell when.", "Name one made for it, such as 'synchroniser'.")

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
        with self._inference():
            vectors: torch.Tensor = self.network.picture(self.front.pictures(batch.to(self.device)))[0]
        return vectors

    def match(self, picture: torch.Tensor, sound: np.ndarray) -> np.ndarray:
        """Logits ``(n,)`` of the picture beginning ``0, step, 2 step ...`` s into a sound, float32.

        Args:
            picture: vectors of :meth:`picture`.
            sound: float32 ``(2, N)`` at 21 kHz, as long as the clip or longer.
        """
        import torch

        with self._inference():
            heard = self.front.sounds(torch.from_numpy(np.ascontiguousarray(sound, np.float32))[None])
            logits = self.network.match(picture[None], self.network.sound(heard.to(self.device)))
            return logits[0].float().cpu().numpy()

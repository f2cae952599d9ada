"""A trained encoder at work: pictures and sounds in, unit vectors and maps out."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import ModelError
from engine.features import FrontEnd, split_windows

if TYPE_CHECKING:
    import torch

    from engine.models.two_stream import AudioVisualEncoder

# One size of batch for everything: the same sound gives bit-equal embeddings however much is asked at once.
BATCH = 32


@dataclass(eq=False)
class Model:
    """An encoder with trained weights, ready for inference; safe to call from several threads."""

    id: str
    """Name it is chosen by."""
    fingerprint: str
    """Digest of the weights; a library refuses queries of another one."""
    encoder: AudioVisualEncoder
    device: torch.device
    background: np.ndarray | None = None
    """Embeddings ``(n, 128)`` of pictures unrelated to any library; scores are calibrated against them."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        """Freeze the weights and move them to the device."""
        self.encoder.eval().requires_grad_(False).to(self.device)

    @property
    def front(self) -> FrontEnd:
        """What the encoder expects of frames and sounds."""
        return self.encoder.front

    def embed_rgb(self, frames: Sequence[np.ndarray]) -> np.ndarray:
        """Embeddings ``(n, 128)`` of frames, each uint8 ``(H, W, 3)`` RGB of any size."""
        parts = [self._pictures(frames[i : i + BATCH])[0] for i in range(0, len(frames), BATCH)]
        return np.concatenate(parts) if parts else self._empty()

    def embed_features(self, features: np.ndarray) -> np.ndarray:
        """Embeddings ``(n, 128)`` of log-mels ``(n, *front.shape)``."""
        import torch

        parts = []
        for first in range(0, len(features), BATCH):
            batch = torch.from_numpy(np.ascontiguousarray(features[first : first + BATCH], dtype=np.float32))
            with self._inference():
                parts.append(self.encoder.embed_audio(batch.to(self.device)).float().cpu().numpy())
        return np.concatenate(parts) if parts else self._empty()

    def embed_windows(self, windows: np.ndarray) -> np.ndarray:
        """Embeddings ``(n, 128)`` of one-second windows ``(n, front.channels, front.sample_rate)``."""
        if len(windows) == 0:
            return self._empty()
        with one_thread():
            features = self.front.sounds(windows)
        return self.embed_features(features)

    def embed_sound(self, waveform: np.ndarray, sample_rate: int) -> tuple[list[float], np.ndarray]:
        """Starts in s and embeddings ``(n, 128)`` of the one-second windows of a sound.

        Args:
            waveform: ``(C, N)`` or ``(N,)``; folded to the front end's channels, or copied to all of them.
            sample_rate: of the waveform, Hz.
        """
        from engine.media.channels import to_channels

        sound = to_channels(np.atleast_2d(waveform), self.front.channels)
        if sample_rate != self.front.sample_rate:
            import soxr

            sound = soxr.resample(sound.T, sample_rate, self.front.sample_rate).T
        starts, windows = split_windows(sound, self.front.sample_rate)
        return starts, self.embed_windows(windows)

    def picture_map(self, rgb: np.ndarray) -> np.ndarray:
        """Where the picture stream looks in a frame ``(H, W, 3)``: float32 ``(h, w)`` in 0..1, finest map's size.

        The maps of all resolutions are brought to one size and averaged, so that a place counts that several see.
        """
        import cv2

        maps = [m[0].float().cpu().numpy() for m in self._pictures([rgb])[1]]
        height, width = max((m.shape for m in maps), key=lambda shape: shape[0] * shape[1])
        total = np.zeros((height, width), dtype=np.float32)
        for attention in maps:
            total += cv2.resize(attention / max(float(attention.max()), 1e-12), (width, height))
        total -= total.min()
        return total / max(float(total.max()), 1e-12)

    def place_vectors(self, rgb: np.ndarray) -> np.ndarray:
        """Unit vectors ``(h, w, 128)`` of the places of a frame ``(H, W, 3)``: a sound's vector times them is its map.

        Raises:
            ModelError: the encoder has no features of places.
        """
        from engine.models.encoders import AttentionEncoder

        if not isinstance(self.encoder, AttentionEncoder):
            raise ModelError(f"The model {self.id!r} knows no places.", "Choose one with the encoder attention.")
        batch = self.front.rgb([rgb])
        with self._inference():
            vectors: np.ndarray = self.encoder.embed_places(batch.to(self.device))[0].float().cpu().numpy()
        return vectors

    def _pictures(self, frames: Sequence[np.ndarray]) -> tuple[np.ndarray, list[torch.Tensor]]:
        batch = self.front.rgb(frames)
        with self._inference():
            embeddings, maps = self.encoder.embed_image(batch.to(self.device), return_attention=True)
        return embeddings.float().cpu().numpy(), maps

    @contextmanager
    def _inference(self) -> Iterator[None]:
        import torch

        with self._lock, torch.inference_mode(), one_thread():
            yield

    def _empty(self) -> np.ndarray:
        return np.zeros((0, self.encoder.config.embedding), dtype=np.float32)


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep torch's CPU work on the calling thread (docs/decisions/0007): equal results on any number of cores.

    Spinning worker threads also make a single picture fifty times slower as soon as another program wants their core.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)

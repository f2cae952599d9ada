"""A trained clip network at work (Paper D): tokens of pictures and of sounds, and maps of where a sound comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from engine.features.clip import WAVE_RATE
from engine.features.picture import resize_square
from engine.models.frozen import FrozenNetwork

if TYPE_CHECKING:
    import torch

    from engine.models.coattention import CoAttention

T = TypeVar("T")
R = TypeVar("R")
WORKERS = 2
"""Threads that share out several sounds on the CPU, each with one thread of torch's: none spins (decision 0007)."""
BATCH = 64
"""Sounds at once on other devices."""


class ClipModel(FrozenNetwork):
    """A clip network with trained weights.

    Tokens stay on the device; they are torch tensors to be handed back to :meth:`maps`.
    """

    network: CoAttention
    kind = "clip"
    refusal = ("The model {} does not judge clips.", "Name one that says where sounds come from, such as 'localiser'.")

    def picture_tokens(self, frames: Sequence[np.ndarray] | np.ndarray) -> torch.Tensor:
        """Tokens ``(P, H)`` of a clip's frames, ``front.frames`` of uint8 ``(H, W, 3)`` RGB, the whole of each seen.

        Raises:
            ValueError: another number of frames, or frames of another kind.
        """
        import torch

        if len(frames) != self.front.frames:
            raise ValueError(f"a clip has {self.front.frames} frames, got {len(frames)}")
        squares = np.stack([resize_square(frame, self.front.picture) for frame in frames])
        batch = torch.from_numpy(squares).permute(0, 3, 1, 2)[None]
        with self._inference():
            tokens: torch.Tensor = self.network.picture_tokens(self.front.pictures(batch.to(self.device)))[0]
        return tokens

    def sound_tokens(self, waveform: np.ndarray, sample_rate: int = WAVE_RATE) -> torch.Tensor:
        """Tokens ``(S, H)`` of a clip's sound; see :meth:`all_sound_tokens`."""
        return self.all_sound_tokens([(waveform, sample_rate)])[0]

    def all_sound_tokens(self, sounds: Sequence[tuple[np.ndarray, int]]) -> list[torch.Tensor]:
        """Tokens ``(S, H)`` of each sound.

        Args:
            sounds: waveform ``(C, N)`` or ``(N,)`` and its rate in Hz; folded or copied to two channels, cut or padded
                with silence to ``front.seconds``.
        """
        import torch

        def tokens(part: list[tuple[np.ndarray, int]]) -> list[torch.Tensor]:
            batch = torch.from_numpy(self.front.sounds(np.stack([self._fitted(*sound) for sound in part])))
            # Copies: a view that is kept would keep the whole batch.
            return [one.clone() for one in self.network.sound_tokens(batch.to(self.device))]

        return self._shared_out(tokens, sounds)

    def maps(self, picture: torch.Tensor, sounds: Sequence[torch.Tensor]) -> tuple[np.ndarray, np.ndarray]:
        """Raw maps of where sounds come from, float32 ``(n, h, w)``, and logits ``(n,)`` that each sound is in sync.

        Args:
            picture: tokens ``(P, H)`` of :meth:`picture_tokens`.
            sounds: tokens ``(S, H)`` each, of :meth:`all_sound_tokens`.

        Raises:
            ModelError: the network hears nothing (attention "vision").
        """

        def judge(part: list[torch.Tensor]) -> list[tuple[np.ndarray, float]]:
            maps, logits = self.network.where(*_side_by_side(picture, part))
            return list(zip(maps.float().cpu().numpy(), logits.float().cpu().tolist(), strict=True))

        judged = self._shared_out(judge, sounds)
        if not judged:
            edge = self.network.config.grid
            return np.zeros((0, edge, edge), np.float32), np.zeros(0, np.float32)
        return np.stack([one for one, _ in judged]), np.array([logit for _, logit in judged], np.float32)

    def _fitted(self, waveform: np.ndarray, sample_rate: int) -> np.ndarray:
        """``(2, front.samples)`` at 21 kHz."""
        from engine.media.channels import to_channels

        sound = to_channels(np.atleast_2d(waveform), 2)
        if sample_rate != WAVE_RATE:
            import soxr

            sound = soxr.resample(sound.T, sample_rate, WAVE_RATE).T
        fitted = np.zeros((2, self.front.samples), np.float32)
        kept = sound[:, : self.front.samples]
        fitted[:, : kept.shape[1]] = kept
        return fitted

    def _shared_out(self, work: Callable[[list[T]], list[R]], items: Sequence[T]) -> list[R]:
        """``work`` over all items: in batches on a GPU, else one by one on two threads.

        One by one costs a CPU no more than a batch would, and a sound gets equal numbers whatever is asked with it.
        """
        on_cpu = self.device.type == "cpu"
        parts = [list(items[i : i + (1 if on_cpu else BATCH)]) for i in range(0, len(items), 1 if on_cpu else BATCH)]
        with self._inference():
            if len(parts) < 2 or not on_cpu:
                return [answer for part in parts for answer in work(part)]
            with ThreadPoolExecutor(WORKERS, thread_name_prefix="sounds") as pool:
                return [answer for answers in pool.map(_alone(work), parts) for answer in answers]


def load_clip(model: str | Path, device: str = "auto") -> ClipModel:
    """:meth:`ClipModel.load`: a model that judges clips, by id or by folder."""
    return ClipModel.load(model, device)


def _alone(work: Callable[[list[T]], list[R]]) -> Callable[[list[T]], list[R]]:
    """The same work on a thread of its own: gradients and threads are torch's affair of each thread."""
    import torch

    def run(part: list[T]) -> list[R]:
        with torch.no_grad():
            return work(part)

    return run


def _side_by_side(picture: torch.Tensor, sounds: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """The one picture's tokens beside those of each sound."""
    import torch

    return picture.expand(len(sounds), -1, -1), torch.stack(list(sounds))

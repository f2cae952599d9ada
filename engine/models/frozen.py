"""What models that judge clips have in common at work: a network with trained weights that no longer change."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from engine.errors import ModelError
from engine.features.clip import ClipFront
from engine.models.checkpoint import read_stored
from engine.models.device import pick_device
from engine.models.model import one_thread

if TYPE_CHECKING:
    import torch


@dataclass(eq=False)
class FrozenNetwork:
    """A network ready for inference; safe to call from several threads."""

    id: str
    """Name it is chosen by."""
    fingerprint: str
    """Digest of the weights."""
    network: Any
    device: torch.device
    metrics: dict[str, Any] = field(default_factory=dict)
    """What was measured on it, as its config says."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    kind: ClassVar[str]
    """Of the networks that it is made of."""
    refusal: ClassVar[tuple[str, str]]
    """What is said of a model of another kind, with its id, and what to do."""

    def __post_init__(self) -> None:
        """Freeze the weights and move them to the device."""
        self.network.eval().requires_grad_(False).to(self.device)

    @property
    def front(self) -> ClipFront:
        """What the network expects of a clip."""
        front: ClipFront = self.network.front
        return front

    @classmethod
    def load(cls, model: str | Path, device: str = "auto") -> Self:
        """A model by id or by folder, on ``device`` ("auto", "cpu", "cuda", "mps").

        Raises:
            ModelError: no such model, one of another kind, or its files are missing, damaged or do not fit each other.
        """
        stored = read_stored(model)
        if stored.network.kind != cls.kind:
            message, hint = cls.refusal
            raise ModelError(message.format(repr(stored.id)), hint)
        return cls(
            id=stored.id,
            fingerprint=stored.fingerprint,
            network=stored.network,
            device=pick_device(device),
            metrics=stored.metrics,
        )

    @contextmanager
    def _inference(self) -> Iterator[None]:
        import torch

        # Not inference_mode: maps may follow a gradient back to tokens that are kept from one call to the next.
        with self._lock, torch.no_grad(), one_thread():
            yield

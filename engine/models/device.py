"""Which processor a model runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import DeviceError

if TYPE_CHECKING:
    import torch


def pick_device(wish: str = "auto") -> torch.device:
    """The device for ``wish``: "auto" takes CUDA, then MPS, then the CPU; any other name is taken at its word.

    Raises:
        DeviceError: the named device is unknown or not in this machine.
    """
    import torch

    if wish == "auto":
        wish = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        device = torch.device(wish)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        hint = "Choose auto or cpu."
        raise DeviceError(f"The device {wish!r} cannot be used here.", hint, detail=str(error)) from error
    return device

"""Weights that torchvision publishes, fetched when a person asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor
    from torchvision.models import WeightsEnum


def published_weights(weights: WeightsEnum) -> dict[str, Tensor]:
    """The tensors of a torchvision model by name, from the cache or the network.

    Raises:
        ModelError: they are not in the cache and cannot be downloaded, or the file is damaged.
    """
    try:
        return weights.get_state_dict(progress=False, check_hash=True)
    except (OSError, RuntimeError) as error:
        hint = "Go online once, or leave out the setting that asks for them."
        raise ModelError(f"The weights {weights} cannot be downloaded.", hint, detail=str(error)) from error

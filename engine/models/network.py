"""What every registered network has in common: a name, a frozen config that rebuilds it, and a place."""

from __future__ import annotations

from dataclasses import asdict, fields
from itertools import chain
from typing import Any, ClassVar, Self

import torch  # noqa: TID253 - networks are torch through and through; this module is imported lazily
from torch import nn  # noqa: TID253

from engine.errors import ModelError


class Network(nn.Module):
    """A network made of its config alone."""

    name: ClassVar[str]
    kind: ClassVar[str]
    """"second": a picture and a second of sound become vectors; "clip": some seconds of both are judged;
    "offset": they are compared at each offset."""
    config_type: ClassVar[type]
    closed_form: ClassVar[bool] = False
    """Whether its weights are solved for at once, not trained by steps."""

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.config = config

    @classmethod
    def from_config(cls, overrides: dict[str, Any]) -> Self:
        """A network whose config is the default with ``overrides``; lists from JSON or TOML become tuples."""
        known = {field.name for field in fields(cls.config_type)}
        if unknown := set(overrides) - known:
            hint = f"Its settings are: {', '.join(sorted(known))}."
            raise ModelError(f"The encoder {cls.name!r} has no setting {sorted(unknown)[0]!r}.", hint)
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in overrides.items()
        }
        return cls(cls.config_type(**values))

    def settings(self) -> dict[str, Any]:
        """The config as plain JSON values."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self.config).items()}

    @property
    def device(self) -> torch.device:
        """Where its weights are."""
        return next(chain(self.parameters(), self.buffers())).device

    def fetch_pretrained(self) -> None:
        """Load weights that others trained, where the config asks for some; called once, before training begins."""

"""Encoders by name; torch and the networks are imported when the first one is asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from engine.registry import Registry

if TYPE_CHECKING:
    from engine.models.two_stream import AudioVisualEncoder

ENCODERS: Registry[type[AudioVisualEncoder]] = Registry("encoder")
_MODULES = ("engine.models.encoders", "engine.models.resnet", "engine.models.cca")


def create(name: str, **overrides: Any) -> AudioVisualEncoder:
    """A fresh encoder with random weights.

    Args:
        name: one of :func:`names`.
        overrides: fields of that encoder's config, e.g. ``widths=(32, 64, 128, 256)`` or ``stem_stride=1``.

    Raises:
        ModelError: unknown name, unknown field or a contradiction between fields.
    """
    _import_encoders()
    return ENCODERS[name].from_config(overrides)


def names() -> tuple[str, ...]:
    """All encoder names, sorted."""
    _import_encoders()
    return ENCODERS.names()


def paper(name: str) -> str:
    """The paper and section an encoder comes from."""
    _import_encoders()
    return ENCODERS.paper(name)


def _import_encoders() -> None:
    for module in _MODULES:
        importlib.import_module(module)

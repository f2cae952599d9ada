"""Encoders by name; torch and the networks are imported when the first one is asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from engine.registry import Registry

if TYPE_CHECKING:
    from engine.models.network import Network

ENCODERS: Registry[type[Network]] = Registry("encoder")
_MODULES = tuple(f"engine.models.{name}" for name in ("encoders", "resnet", "cca", "coattention", "syncnet"))


def create(name: str, **overrides: Any) -> Any:
    """A fresh encoder with random weights.

    Args:
        name: one of :func:`names`.
        overrides: fields of that encoder's config, e.g. ``widths=(32, 64, 128, 256)`` or ``stem_stride=1``.

    Raises:
        ModelError: unknown name, unknown field or a contradiction between fields.
    """
    _import_encoders()
    return ENCODERS[name].from_config(overrides)


def names(kind: str | None = None) -> tuple[str, ...]:
    """All encoder names, sorted; or those of one ``kind``: "second" (papers A to C), "clip" (Paper D) or "offset"."""
    _import_encoders()
    return tuple(name for name in ENCODERS.names() if kind in {None, ENCODERS[name].kind})


def paper(name: str) -> str:
    """The paper and section an encoder comes from."""
    _import_encoders()
    return ENCODERS.paper(name)


def _import_encoders() -> None:
    for module in _MODULES:
        importlib.import_module(module)

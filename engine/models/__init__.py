"""Audio-visual encoders by name, and trained ones by id."""

from engine.models.checkpoint import ModelInfo, available, is_installed, load, read_network, save
from engine.models.device import pick_device
from engine.models.model import Model
from engine.models.registry import create, names, paper

__all__ = [
    "Model",
    "ModelInfo",
    "available",
    "create",
    "is_installed",
    "load",
    "names",
    "paper",
    "pick_device",
    "read_network",
    "save",
]

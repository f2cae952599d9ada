"""Trained models on disk: safetensors weights, JSON config, Markdown card. Nothing is unpickled."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import ModelError
from engine.files import atomic_path, write_text
from engine.models.device import pick_device
from engine.models.model import Model
from engine.models.registry import create
from engine.models.tensors import write_safetensors

if TYPE_CHECKING:
    from engine.models.network import Network

WEIGHTS = "model.safetensors"
CONFIG = "config.json"
CARD = "card.md"
FORMAT = 1
CLIP_NETWORKS = frozenset({"coattention", "syncnet"})
"""Networks that judge clips: where a sound comes from, or when; lists are made without importing networks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What is known of a model without loading its weights."""

    id: str
    path: Path
    title: str
    licence: str
    encoder: str
    parameters: int
    bytes: int
    metrics: dict[str, Any]

    @property
    def recommends(self) -> bool:
        """Whether libraries can be made with it; the others say where, or when."""
        return self.encoder not in CLIP_NETWORKS


def search_folders() -> list[Path]:
    """Where models are looked for, most wanted first: ``$FOLEYSCOPE_MODELS``, the person's own, the shipped ones."""
    import platformdirs

    import resources

    wished = [Path(p) for p in os.environ.get("FOLEYSCOPE_MODELS", "").split(os.pathsep) if p]
    return [*wished, Path(platformdirs.user_data_dir("foleyscope")) / "models", resources.path("models")]


def available() -> list[ModelInfo]:
    """Every model that can be chosen by id, sorted by id; an id found twice counts where it is wanted most."""
    found: dict[str, ModelInfo] = {}
    for folder in search_folders():
        for config in sorted(folder.glob(f"*/{CONFIG}")) if folder.is_dir() else ():
            info = read_info(config.parent)
            found.setdefault(info.id, info)
    return [found[key] for key in sorted(found)]


def is_installed(model_id: str) -> bool:
    """Whether a model can be chosen by this id."""
    return model_id in {info.id for info in available()}


def read_info(folder: Path) -> ModelInfo:
    """What the config in ``folder`` says. Raises ModelError when it is missing or damaged."""
    settings = _read_config(folder)
    return ModelInfo(
        id=settings["id"],
        path=folder,
        title=settings["title"],
        licence=settings["licence"],
        encoder=settings["encoder"],
        parameters=settings["parameters"],
        bytes=(folder / WEIGHTS).stat().st_size if (folder / WEIGHTS).exists() else 0,
        metrics=settings.get("metrics", {}),
    )


def save(
    folder: Path | str,
    encoder: Network,
    *,
    model_id: str,
    title: str,
    licence: str,
    card: str = "",
    metrics: dict[str, Any] | None = None,
    training: dict[str, Any] | None = None,
    background: np.ndarray | None = None,
    half: bool = False,
) -> Path:
    """Write a model folder and return it; weights first, config last, each atomically.

    Args:
        folder: made when missing.
        encoder: with trained weights.
        model_id: what it is chosen by.
        title: one line for lists.
        licence: what the weights may be used for.
        card: Markdown: data, recipe, numbers, weak spots.
        metrics: measured numbers, as plain JSON.
        training: the experiment it came from, as plain JSON.
        background: embeddings ``(n, 128)`` of unrelated pictures, for calibrating scores.
        half: store 16-bit floats (half the size); they are widened again when loaded.
    """
    folder = Path(folder)
    arrays = {f"encoder.{key}": value.detach().cpu().numpy() for key, value in encoder.state_dict().items()}
    if background is not None:
        arrays["background"] = np.asarray(background, dtype=np.float32)
    if half:
        arrays = {key: a.astype(np.float16) if a.dtype == np.float32 else a for key, a in arrays.items()}
    with atomic_path(folder / WEIGHTS) as temporary:
        write_safetensors(temporary, arrays)
    settings = {
        "format": FORMAT,
        "id": model_id,
        "title": title,
        "licence": licence,
        "encoder": encoder.name,
        "config": encoder.settings(),
        "parameters": sum(p.numel() for p in encoder.parameters()),
        "metrics": metrics or {},
        "training": training or {},
    }
    write_text(folder / CARD, card or f"# {title}\n\nLicence: {licence}\n")
    write_text(folder / CONFIG, json.dumps(settings, indent=2, ensure_ascii=False) + "\n")
    return folder


def load(model: str | Path, device: str = "auto") -> Model:
    """A model of pictures and seconds by id or by folder, on ``device`` ("auto", "cpu", "cuda", "mps").

    Raises:
        ModelError: no such id, it is a clip model, or the folder's files are missing, damaged or do not fit each other.
    """
    stored = read_stored(model)
    if stored.network.kind != "second":
        hint = "Name a model that recommends here, such as 'synthetic' or 'starter'."
        raise ModelError(f"The model {stored.id!r} judges clips and does not recommend.", hint)
    return Model(
        id=stored.id,
        fingerprint=stored.fingerprint,
        encoder=stored.network,
        device=pick_device(device),
        background=stored.background,
    )


def read_network(model: str | Path) -> Any:
    """The network of a model by id or by folder, of any kind, with its weights, on the CPU; raises as :func:`load`."""
    return read_stored(model).network


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a model's folder holds."""

    id: str
    fingerprint: str
    network: Any
    background: np.ndarray | None
    metrics: dict[str, Any]


def read_stored(model: str | Path) -> Stored:
    """All that the folder of a model, by id or by folder, holds; raises as :func:`load`."""
    from safetensors import SafetensorError
    from safetensors.torch import load as load_tensors

    folder = find(model)
    settings = _read_config(folder)
    network = create(settings["encoder"], **settings["config"])
    try:
        data = (folder / WEIGHTS).read_bytes()
        tensors = load_tensors(data)
        background = tensors.pop("background", None)
        network.load_state_dict({key.removeprefix("encoder."): value for key, value in tensors.items()})
    except (OSError, SafetensorError, RuntimeError) as error:
        hint = "Copy the model folder again, or choose another model."
        raise ModelError(f"The weights of the model in {folder} cannot be read.", hint, detail=str(error)) from error
    return Stored(
        id=settings["id"],
        fingerprint=hashlib.sha256(data).hexdigest()[:16],
        network=network,
        background=None if background is None else background.float().numpy(),
        metrics=settings.get("metrics", {}),
    )


def find(model: str | Path) -> Path:
    """The folder of a model given by id or folder. Raises ModelError that names the ids there are."""
    folder = Path(model)
    if (folder / CONFIG).is_file():
        return folder
    for info in available():
        if info.id == str(model):
            return info.path
    ids = ", ".join(info.id for info in available()) or "none"
    raise ModelError(f"There is no model called {str(model)!r}.", f"Models here: {ids}. A model folder works too.")


def _read_config(folder: Path) -> dict[str, Any]:
    try:
        settings = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        missing = {"id", "title", "licence", "encoder", "config", "parameters"} - set(settings)
    except (OSError, ValueError, TypeError) as error:
        hint = "Copy the model folder again, or choose another model."
        raise ModelError(f"The model in {folder} has no readable {CONFIG}.", hint, detail=str(error)) from error
    if missing or settings.get("format") != FORMAT:
        hint = "It may come from another version of Foleyscope: train or download it again."
        raise ModelError(f"The {CONFIG} in {folder} is not one this version understands.", hint, path=folder)
    return settings

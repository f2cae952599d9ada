"""What a run's folder keeps so that a killed run goes on, and who may write there."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch  # noqa: TID253 - checkpoints are torch through and through

from engine.errors import ModelError
from engine.files import atomic_path, write_text
from training.config import Experiment, build

log = logging.getLogger(__name__)

CHECKPOINT = "last.ckpt"
LOCK = ".lock"
LENGTHS = ("fit.epochs", "fit.steps", "fit.patience")
"""Settings that a run may be continued with when they have grown."""
MEANS = ("fit.devices", "fit.checkpoint_steps", "data.workers")
"""Settings that say by what means a run trains, not what it learns."""


@dataclass(slots=True, kw_only=True)
class State:
    """Where training stands; all of it is in the checkpoint."""

    epoch: int = 0
    step_in_epoch: int = 0
    step: int = 0
    best: float = float("-inf")
    best_epoch: int = -1
    stale: int = 0
    """Epochs since the best one."""


def write_checkpoint(folder: Path, experiment: Experiment, content: dict[str, Any]) -> None:
    """Put ``content`` (state dicts by name) and its experiment into the run's folder."""
    plain = experiment.as_dict()
    with atomic_path(folder / CHECKPOINT) as temporary:
        torch.save({**content, "experiment": json.dumps(plain, sort_keys=True)}, temporary)
    write_text(folder / "experiment.json", json.dumps(plain, indent=2) + "\n")


def read_checkpoint(folder: Path, experiment: Experiment, device: torch.device) -> dict[str, Any] | None:
    """What :func:`write_checkpoint` put there, or None in a new folder.

    Raises:
        ModelError: the folder's run is one of another experiment, or of settings that cannot change half-way.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    content: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    began = build(Experiment, json.loads(content.pop("experiment")))
    if reason := refusal(began, experiment):
        hint = "Choose another --out, or remove that run's last.ckpt to begin again."
        raise ModelError(f"{folder} holds a run of another experiment or other settings: {reason}.", hint, path=path)
    return content


def refusal(began: Experiment, now: Experiment) -> str:
    """Why a run begun with one experiment cannot go on with another; empty when it can."""
    was, wanted = _flat(began.as_dict()), _flat(now.as_dict())
    for key in sorted({*was, *wanted}):
        before, after = was.get(key), wanted.get(key)
        if before == after or key in MEANS:
            continue
        if key not in LENGTHS:
            return f"{key} was {before}, now it is {after}"
        if now.optimiser.schedule == "cosine" and key != "fit.patience":
            return f"{key} was {before}, which the cosine schedule of its learning rate was made for"
        if _length(key, after) < _length(key, before):
            return f"{key} was {before} and may only grow"
    return ""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the run's folder for this process; the system lets go of it however the process ends.

    Raises:
        ModelError: another process trains there.
    """
    from filelock import FileLock, Timeout  # torch brings it

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        hint = "Wait until it ends, stop it, or choose another --out."
        raise ModelError(f"Another process is training in {folder}.", hint, path=folder) from error
    except NotImplementedError as error:  # some network file systems
        log.info("the file system of %s knows no locks: %s", folder, error)
    try:
        yield
    finally:
        lock.release()


def _length(key: str, value: Any) -> float:
    return float("inf") if key == "fit.steps" and value == 0 else float(value)


def _flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings by dotted key, as JSON keeps them."""
    flat: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = json.loads(json.dumps(value))
    return flat

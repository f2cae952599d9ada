"""An experiment as a TOML file: which encoder, which task, which data, how long."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from engine.errors import ModelError

C = TypeVar("C")
QUICK = "quick.toml"
"""What all experiments of a folder share in their quick variants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataConfig:
    """Where samples come from."""

    shards: tuple[str, ...] = ()
    """Folders made by `foleyscope prepare`, relative to the working folder."""
    background: tuple[str, ...] = ()
    """Folders of shards whose frames show nothing that sounds; a model's scores are calibrated against them."""
    pairs_per_video: int = 1
    """Pairs drawn from each video in an epoch; 0 takes every second of it."""
    negatives: str = "label"
    """Where untrue sounds come from: "label" (a video with another label), "time" (another time or video), "video"."""
    workers: int = 0
    """Loader processes; 0 loads in the training process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimiserConfig:
    """How weights move."""

    name: str = "sgd"
    """"sgd", "adam" (Paper B) or "adamw"."""
    lr: float = 0.01
    momentum: float = 0.9
    nesterov: bool = True
    """Nesterov's momentum for SGD (Paper A); plain momentum otherwise (Paper D)."""
    weight_decay: float = 1e-4
    schedule: str = "plateau"
    """"plateau" divides the rate by ten when validation stalls (Paper A's), "cosine" falls to zero at the end,
    "halving" halves it every so many steps (Paper D's for actions), "constant" stays."""
    halve_steps: int = 10_000
    """Steps after which "halving" halves the rate, again and again."""
    plateau_patience: int = 5
    """Epochs without a better validation value before the rate falls."""
    warmup_steps: int = 0
    """Steps over which the rate rises to ``lr``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FitConfig:
    """How long and how precisely."""

    batch_size: int = 32
    """Pairs a step, of all processes together; an epoch's batches are of even size, at most this one."""
    epochs: int = 200
    steps: int = 0
    """Stop after so many steps, whatever ``epochs`` says; 0: no limit (Paper B counts in steps)."""
    patience: int = 20
    """Stop after this many epochs without a better validation value."""
    precision: str = "32-true"
    """Lightning Fabric's name: "32-true", "bf16-mixed", "16-mixed"."""
    checkpoint_steps: int = 200
    """A resumable checkpoint is written at least this often, in steps."""
    devices: int = 1
    """Processes, one a device, when not started by torchrun or SLURM."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """One row of a table, or one model to ship."""

    name: str
    title: str = ""
    licence: str = "Weights follow the licences of the material they were trained on."
    task: str = "contrastive"
    encoder: str = "attention"
    seed: int = 0
    start_from: str = ""
    """Model id or folder whose weights training starts from."""
    encoder_settings: dict[str, Any] = field(default_factory=dict)
    task_settings: dict[str, Any] = field(default_factory=dict)
    data: DataConfig = field(default_factory=DataConfig)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    fit: FitConfig = field(default_factory=FitConfig)

    def as_dict(self) -> dict[str, Any]:
        """The experiment as plain JSON values."""
        return dataclasses.asdict(self)


def read_experiment(path: Path | str, overrides: Sequence[str] = (), quick: bool = False) -> Experiment:
    """The experiment in a TOML file, with ``key=value`` overrides whose keys are dotted ("optimiser.lr=0.001").

    Args:
        path: the file. It is laid over the one beside it that its ``extends`` names; its table ``[quick]`` is left out
            unless ``quick`` is set.
        overrides: applied last.
        quick: lay the ``quick.toml`` of the same folder and then the file's own ``[quick]`` over it: a variant that
            two CPU cores train in minutes. ``quick = false`` in the file says that it is quick as it stands.

    Raises:
        ModelError: no such file, not TOML, no quick variant, or a key that no setting has.
    """
    path = Path(path)
    values = _with_bases(path)
    own = values.pop("quick", {})
    if quick and own is not False:
        values = merged(merged(values, _shared_quick(path, own)), own)
    values.setdefault("name", path.stem)
    for override in overrides:
        _apply(values, override)
    return build(Experiment, values)


def merged(values: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """``values`` with those of ``over`` in their place, table by table."""
    both = {
        key: merged(values[key], value) if isinstance(value, dict) and isinstance(values.get(key), dict) else value
        for key, value in over.items()
    }
    return {**values, **both}


def build(kind: type[C], values: dict[str, Any], prefix: str = "") -> C:
    """A frozen config of ``kind`` from nested plain values; unknown keys raise ModelError by their dotted name."""
    hints = get_type_hints(kind)
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    for key in values:
        if key not in known:
            raise ModelError(f"There is no setting {prefix}{key}.", f"Settings here: {', '.join(sorted(known))}.")
    made: dict[str, Any] = {}
    for key, value in values.items():
        if is_dataclass(hints[key]):
            made[key] = build(hints[key], value, f"{prefix}{key}.")
        elif hints[key] == tuple[str, ...]:
            made[key] = _texts(value, f"{prefix}{key}")
        else:
            made[key] = tuple(value) if isinstance(value, list) else value
    return kind(**made)


def _texts(value: Any, name: str) -> tuple[str, ...]:
    """A list of texts; a plain one is a list of one, an empty one none."""
    texts = ([value] if value else []) if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise ModelError(f"{name} takes texts, not {value!r}.", f'Write it as {name}="one" or {name}=["one", "two"].')
    return tuple(texts)


def _with_bases(path: Path, above: tuple[Path, ...] = ()) -> dict[str, Any]:
    """What a file and those it extends say; a name and a title are each file's own."""
    values = _read(path)
    base = values.pop("extends", None)
    if base is None:
        return values
    other = path.with_name(base)
    if other in (*above, path):
        raise ModelError(
            f"The experiment {path.name} extends itself.", f"Look at its line extends = {base!r}.", path=path
        )
    inherited = _with_bases(other, (*above, path))
    return merged({key: value for key, value in inherited.items() if key not in {"name", "title"}}, values)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        hint = "Start from one in training/experiments."
        raise ModelError(f"The experiment {path} cannot be read.", hint, detail=str(error), path=path) from error


def _shared_quick(path: Path, own: dict[str, Any]) -> dict[str, Any]:
    shared = path.with_name(QUICK)
    if shared.exists():
        return _read(shared)
    if not own:
        hint = f"Put a table [quick] in it or a {QUICK} beside it."
        raise ModelError(f"The experiment {path.name} has no quick variant.", hint, path=path)
    return {}


def _apply(values: dict[str, Any], override: str) -> None:
    key, found, text = override.partition("=")
    if not found:
        raise ModelError(f"The override {override!r} has no value.", "Write it as key=value, e.g. optimiser.lr=0.001.")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    *parents, last = key.strip().split(".")
    for parent in parents:
        values = values.setdefault(parent, {})
    values[last] = value

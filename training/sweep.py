"""Grid search as Paper A does for its learning rate: a run for each point, each resumable, compared by validation."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from engine.errors import ModelError
from engine.files import write_text
from engine.jobs import Job
from training.config import Experiment, read_experiment
from training.fit import DivergedError, train
from training.processes import is_main
from training.run import Report

RESULT = "sweep.json"
SHORT = {"lr": "optimiser.lr", "batch_size": "fit.batch_size", "weight_decay": "optimiser.weight_decay"}
"""Names for the settings that are searched most; any other is written with its dots."""
POINTS = 5


@dataclass(frozen=True, slots=True)
class Axis:
    """A setting and the values it takes."""

    name: str
    values: tuple[float | int | str, ...]

    @property
    def key(self) -> str:
        """The setting's dotted name."""
        return SHORT.get(self.name, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One run of the grid and how it ended."""

    name: str
    settings: dict[str, Any]
    status: str = "done"
    """"done", or "diverged" where the loss stopped being a number."""
    value: float | None = None
    """Best validation value."""
    epoch: int = -1
    """Epoch of it."""
    model: str = ""
    """Folder of its model."""

    def as_dict(self) -> dict[str, Any]:
        """The point as plain JSON values, its settings among them."""
        facts = {"status": self.status, "value": self.value, "epoch": self.epoch, "model": self.model}
        return {"point": self.name, **self.settings, **facts}


def read_axis(text: str) -> Axis:
    """The axis that ``KEY=A..B:log[:N]``, ``KEY=A..B:lin[:N]`` or ``KEY=X,Y,Z`` describes.

    Paper A's grid is ``lr=1e-4..1:log``: five values, a factor of ten apart.

    Raises:
        ModelError: none of these forms.
    """
    name, _, values = text.partition("=")
    try:
        made = _range(values) if ".." in values else [_value(value) for value in values.split(",") if value.strip()]
    except ValueError as error:
        made = []
        detail = str(error)
    else:
        detail = ""
    if not name.strip() or not made:
        hint = "Write it as lr=1e-4..1:log, lr=1e-4..1:log:9, fit.batch_size=16..64:lin:4 or lr=0.01,0.1."
        raise ModelError(f"The sweep {text!r} cannot be read.", hint, detail=detail)
    return Axis(name.strip(), tuple(dict.fromkeys(made)))


def sweep(
    experiment: Path | str,
    axes: Sequence[Axis],
    overrides: Sequence[str] = (),
    out: Path | str | None = None,
    *,
    report: Report | None = None,
    job: Job | None = None,
    quick: bool = False,
) -> list[Point]:
    """Train every point of the grid and return them, the best first; a sweep that was cut short continues.

    Args:
        experiment: a TOML file.
        axes: the settings to search and their values.
        overrides: ``key=value`` for every point.
        out: the sweep's folder, with a run's folder for each point and ``sweep.json``; ``runs/NAME`` when None.
        report: called with the runs' lines, which carry their ``point``, then with a line a point and one for the best.
        job: progress and cancel.
        quick: take the file's quick variant.

    Raises:
        ModelError: a setting of an axis does not exist, or ``out`` holds a sweep of other settings.
    """
    base = read_experiment(experiment, overrides, quick)
    folder, job, say = Path(out) if out else Path("runs") / base.name, job or Job(), report or (lambda _: None)
    grid = [dict(zip((axis.name for axis in axes), values, strict=True)) for values in _product(axes)]
    made = [read_experiment(experiment, [*overrides, *_settings(point)], quick) for point in grid]
    known = _begun(folder, base)
    points: dict[str, Point] = {}
    for number, (values, one) in enumerate(zip(grid, made, strict=True)):
        name = ",".join(f"{key}={value}" for key, value in values.items()).replace("/", "_")
        part = _Part(job, f"{name} ({number + 1} of {len(grid)})", number, len(grid))
        points[name] = known.get(name) or _train(one, Point(name=name, settings=values), folder, say, part)
        _write(folder, base, {**known, **points})
    ranked = sorted(points.values(), key=lambda point: -math.inf if point.value is None else point.value, reverse=True)
    for point in ranked:
        say({"event": "point", **point.as_dict()})
    if is_main() and ranked[0].value is None:
        hint = "Search lower learning rates, or look into the runs' log.jsonl."
        raise ModelError(f"No point of the sweep in {folder} reached a model.", hint, path=folder)
    say({"event": "best", **ranked[0].as_dict()})
    return ranked


def _train(experiment: Experiment, point: Point, folder: Path, say: Report, job: Job) -> Point:
    last: dict[str, Any] = {}

    def told(line: dict[str, Any]) -> None:
        last.update(line if line["event"] == "done" else {})
        say({"point": point.name, **line})

    try:
        model = train(experiment, out=folder / point.name, report=told, job=job)
    except DivergedError as error:
        say({"point": point.name, "event": "diverged", "message": error.message})
        return replace(point, status="diverged")
    if not last or last["best_epoch"] < 0:  # a process that does not speak for the run; validation without a number
        return replace(point, model=str(model))
    return replace(point, value=last["best"], epoch=last["best_epoch"], model=str(model))


def _begun(folder: Path, base: Experiment) -> dict[str, Point]:
    """The points that a sweep in ``folder`` has come to."""
    path = folder / RESULT
    if not path.exists():
        return {}
    content = json.loads(path.read_text(encoding="utf-8"))
    if content["experiment"] != _plain(base):
        hint = "Choose another --out, or remove that folder to begin again."
        raise ModelError(f"{folder} holds a sweep of another experiment or other settings.", hint, path=path)
    return {point["name"]: Point(**point) for point in content["points"]}


def _write(folder: Path, base: Experiment, points: dict[str, Point]) -> None:
    if is_main():
        rows = [asdict(point) for point in points.values()]
        write_text(folder / RESULT, json.dumps({"experiment": _plain(base), "points": rows}, indent=2) + "\n")


def _plain(experiment: Experiment) -> Any:
    """As JSON keeps it."""
    return json.loads(json.dumps(experiment.as_dict()))


def _product(axes: Sequence[Axis]) -> itertools.product[tuple[float | int | str, ...]]:
    return itertools.product(*(axis.values for axis in axes))


def _settings(point: dict[str, Any]) -> list[str]:
    return [f"{SHORT.get(name, name)}={json.dumps(value)}" for name, value in point.items()]


def _range(text: str) -> list[float]:
    ends, spacing, *count = text.split(":")
    first, last = (float(end) for end in ends.split(".."))
    points = int(count[0]) if count else POINTS
    if points < 2 or len(count) > 1 or spacing not in {"log", "lin"}:
        raise ValueError("a range is A..B:log:N or A..B:lin:N with N of at least 2")
    steps = [n / (points - 1) for n in range(points)]
    if spacing == "lin":
        return [_round(first + (last - first) * step) for step in steps]
    return [_round(first * (last / first) ** step) for step in steps] if first * last > 0 else _refuse()


def _refuse() -> list[float]:
    raise ValueError("a logarithmic range has two ends above 0")


def _round(value: float) -> float | int:
    """Without the last digits' noise, and whole where it is whole."""
    value = float(f"{value:.6g}")
    return int(value) if value.is_integer() else value


def _value(text: str) -> float | int | str:
    try:
        return _round(float(text))
    except ValueError:
        return text.strip()


class _Part(Job):
    """One run's share of a sweep's job."""

    def __init__(self, whole: Job, name: str, number: int, count: int) -> None:
        super().__init__()
        self.whole, self.name, self.number = whole, name, number
        if number == 0:
            whole.begin(count)

    def begin(self, total: float, message: str = "") -> None:
        self.whole.message = f"{message}: {self.name}"
        super().begin(total, message)

    def step(self, n: float = 1, message: str | None = None) -> None:
        super().step(n, message)
        self.whole.done = self.number + (self.fraction or 0.0)

    @property
    def cancelled(self) -> bool:
        return self.whole.cancelled

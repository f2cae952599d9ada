"""A grid is read as people write it, each point is a run, and a sweep that was stopped goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Cancelled, ModelError
from engine.jobs import Job
from tests.training.test_fit import experiment
from training.sweep import Axis, read_axis, sweep


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("lr=1e-4..1:log", (1e-4, 1e-3, 1e-2, 0.1, 1)),
        ("lr=1e-4..1:log:3", (1e-4, 1e-2, 1)),
        ("lr=0.5..0.1:lin:3", (0.5, 0.3, 0.1)),
        ("fit.batch_size=16..64:lin:4", (16, 32, 48, 64)),
        ("lr=0.01,3e-5,1", (0.01, 3e-5, 1)),
        ("task_settings.loss=info_nce,nt_xent", ("info_nce", "nt_xent")),
    ],
)
def test_axes_are_read(text: str, values: tuple[Any, ...]) -> None:
    axis = read_axis(text)
    assert axis.values == values
    assert axis.key == {"lr": "optimiser.lr"}.get(axis.name, axis.name)


@pytest.mark.parametrize(
    "text",
    ["lr", "lr=", "=1", "lr=1..2", "lr=0..1:log", "lr=1..2:cubic", "lr=1..2:log:1", "lr=a..b:lin", "lr=1..2:lin:x"],
)
def test_what_is_no_axis_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ModelError, match=r"lr=1e-4\.\.1:log"):
        read_axis(text)


def written(shards: Path, folder: Path) -> Path:
    """A tiny experiment as a file."""
    made = experiment(shards).as_dict()
    path = folder / "tiny.toml"
    path.write_text(
        f"encoder_settings = {json.dumps(made['encoder_settings']).replace(':', '=')}\n"
        f"data = {{shards = [{json.dumps(str(shards))}]}}\nfit = {{batch_size = 8, epochs = 1, checkpoint_steps = 1}}\n"
    )
    return path


def test_a_stopped_sweep_goes_on_and_names_the_best_point(toy_shards: Path, tmp_path: Path) -> None:
    path, axes = written(toy_shards, tmp_path), [Axis("lr", (1e-3, 1e30)), Axis("task_settings.loss", ("nt_xent",))]
    job = Job()

    def stop(line: dict[str, Any]) -> None:
        if line["event"] == "start" and line["point"].startswith("lr=1e+30"):
            job.cancel()

    with pytest.raises(Cancelled):
        sweep(path, axes, out=tmp_path / "grid", report=stop, job=job)
    assert 1 <= job.done <= 2
    lines: list[dict[str, Any]] = []
    points = sweep(path, axes, out=tmp_path / "grid", report=lines.append)
    first, second = "lr=0.001,task_settings.loss=nt_xent", "lr=1e+30,task_settings.loss=nt_xent"
    assert {line["point"] for line in lines if line["event"] in {"start", "step"}} == {second}  # the first was done
    assert [(point.name, point.status) for point in points] == [(first, "done"), (second, "diverged")]
    assert (Path(points[0].model) / "model.safetensors").exists()
    assert [line["event"] for line in lines[-3:]] == ["point", "point", "best"]
    assert (lines[-1]["lr"], lines[-1]["value"]) == (0.001, points[0].value)
    kept = json.loads((tmp_path / "grid" / "sweep.json").read_text())
    assert [point["status"] for point in kept["points"]] == ["done", "diverged"]
    with pytest.raises(ModelError, match="another experiment"):
        sweep(path, axes, ["seed=5"], out=tmp_path / "grid")


def test_a_setting_that_does_not_exist_is_refused_before_anything_is_trained(toy_shards: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no setting optimiser\.rate"):
        sweep(written(toy_shards, tmp_path), [Axis("optimiser.rate", (1, 2))], out=tmp_path / "grid")
    assert not (tmp_path / "grid").exists()

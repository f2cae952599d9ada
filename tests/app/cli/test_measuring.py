"""Measurements read as a table, and a wrong list of seeds is usage."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

from typer.testing import CliRunner

from app.__main__ import cli
from app.cli.measuring import blocks_of, lines_of
from tests.app.test_cli import run


def test_columns_line_up_and_a_missing_number_is_a_dash() -> None:
    rows = {"model": {"sample@10": 0.5, "accuracy": 0.75}, "chance": {"sample@10": 0.125}}
    lines = lines_of(rows, {"model": {"sample@10": (0.25, 0.625)}})
    assert lines[0].split() == ["model", "chance"]
    assert lines[1].split() == ["sample@10", "0.500", "[0.250,", "0.625]", "0.125"]
    assert lines[2].split() == ["accuracy", "0.750", "-"]
    assert len({len(line) for line in lines}) == 1


def test_seeds_that_are_no_numbers_are_wrong_usage(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["reproduce", "paper-a", "--out", str(tmp_path), "--seeds", "one,two"])
    assert done.exit_code == 2
    assert "--seeds" in done.output


def test_metrics_with_other_yardsticks_stand_in_a_table_of_their_own() -> None:
    rows = {
        "model": {"sync": 0.7, "pointing": 0.9, "AUC": 0.4},
        "chance": {"sync": 0.5},
        "centre": {"pointing": 0.5, "AUC": 0.2},
        "random": {"pointing": 0.1},
    }
    sync, places = blocks_of(rows)
    assert sync == {"model": {"sync": 0.7}, "chance": {"sync": 0.5}}
    assert places["model"] == {"pointing": 0.9, "AUC": 0.4} and list(places) == ["model", "centre", "random"]
    alike = {"model": {"a": 1.0, "b": 1.0}, "random weights": {"a": 0.0, "b": 0.0}, "chance": {"a": 0.5}}
    assert blocks_of(alike) == [alike]


def test_models_of_clips_are_measured_as_a_table_and_as_json(tmp_path: Path) -> None:
    """The shipped localiser on rendered clips."""
    from training.data.clips import ClipForm, ClipWorld, plan_clip_world
    from training.data.prepare import fill

    form = ClipForm(rate=Fraction(80, 21), size=112, seconds=7.0)
    fill(plan_clip_world({"test": 2}, form, ClipWorld(sources=1, categories=("drum", "metronome"))), tmp_path / "clips")
    told = json.loads(run("evaluate", "localiser", tmp_path / "clips", "--json").stdout)
    assert (told["model"], told["kind"], told["videos"], told["left_out"]) == ("localiser", "clip", 2, [])
    done = run("evaluate", "localiser", tmp_path / "clips")
    assert done.returncode == 0, done.stderr
    lines = {line.split("  ")[0]: line for line in done.stdout.splitlines()}
    for metric in ("sync accuracy, shifted", "sync accuracy, mismatched", "pointing game, one source"):
        assert f"{told['rows']['model'][metric]:.3f} [" in lines[metric]
    assert {"centre", "random", "stereo side"} <= told["rows"].keys()

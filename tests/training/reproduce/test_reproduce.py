"""A paper's tables are made from nothing, go on where they stopped, and say what is missing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ModelError
from training.reproduce import reproduce
from training.reproduce.papers import PAPERS

TINY = ("encoder_settings={widths = [4, 8, 8, 16], picture_pool = 4}", "fit.epochs=1", "fit.precision=32-true")


def made(toy_shards: Path, out: Path, lines: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """The tables of Paper A as JSON, from experiments small enough for seconds."""
    told = [] if lines is None else lines
    settings = {"quick": True, "seeds": (0,), "overrides": TINY, "report": told.append} | more
    reproduce("paper-a", [toy_shards], out=out, **settings)
    return json.loads((out / "table.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def finished(toy_shards: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two rows that belong together, with two seeds and one."""
    out = tmp_path_factory.mktemp("paper-a")
    made(toy_shards, out, rows=["model_5", "correlation_3"])
    made(toy_shards, out, rows=["model_5"], seeds=(1,))
    return out


def test_rows_have_numbers_of_every_seed_and_the_rest_is_listed_as_missing(finished: Path) -> None:
    summary = json.loads((finished / "table.json").read_text(encoding="utf-8"))
    rows = {row["run"]: row for row in summary["tables"][0]["rows"]}
    ours = rows["model_5"]["ours"]["category@10"]
    assert set(ours["seeds"]) == {"0", "1"}
    assert ours["low"] <= ours["mean"] <= ours["high"]
    assert rows["model_5"]["paper"] == {"category@10": [38.3], "sample@10": [31.3]}
    assert rows["model_1"]["ours"] == {}
    assert "model_1, seed 1" in summary["missing"]
    assert "model_5, seed 1" not in summary["missing"]
    assert summary["tables"][0]["chance"]["sample@10"] == 1.0  # four test videos
    page = (finished / "table.md").read_text(encoding="utf-8")
    assert "| 5 attention, linear, InfoNCE | 38.3 |" in page
    assert "| 1 baseline, BCE | 14.1 | - | - | 8.6 | - | - |" in page
    assert "not known yet" in page


def test_a_fine_tuned_row_starts_from_the_model_of_its_own_seed(finished: Path) -> None:
    experiment = json.loads((finished / "runs" / "correlation_3-seed0" / "experiment.json").read_text())
    assert Path(experiment["start_from"]).parts[-2:] == ("model_5-seed0", "model")


def test_what_is_finished_is_not_trained_again(finished: Path, toy_shards: Path) -> None:
    weights = finished / "runs" / "model_5-seed0" / "model" / "model.safetensors"
    before = weights.stat().st_mtime_ns
    lines: list[dict[str, Any]] = []
    made(toy_shards, finished, lines, rows=["model_5"], show="model_5")
    assert lines == []
    assert weights.stat().st_mtime_ns == before
    assert (finished / "map-model_5.png").stat().st_size > 10_000
    assert len(list((finished / "sheets").glob("*.png"))) == 4  # one page each: there are four videos


def test_a_changed_experiment_is_refused(finished: Path, toy_shards: Path) -> None:
    with pytest.raises(ModelError, match="other settings"):
        made(toy_shards, finished, rows=["model_5"], overrides=(*TINY, "optimiser.lr=0.5"))


def test_tables_alone_need_neither_data_nor_training(finished: Path) -> None:
    before = (finished / "table.json").read_text(encoding="utf-8")
    (finished / "table.json").unlink()
    page = reproduce("paper-a", out=finished, seeds=(0,), table_only=True)
    assert page == finished / "table.md"
    after = json.loads((finished / "table.json").read_text(encoding="utf-8"))
    assert after["tables"] == json.loads(before)["tables"]
    assert not (finished / "shards").exists()


def test_a_paper_or_row_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no paper 'paper-z'") as caught:
        reproduce("paper-z", out=tmp_path)
    assert "paper-a, paper-b, paper-c, paper-d" in caught.value.hint
    with pytest.raises(ModelError, match="no row 'model_9'"):
        reproduce("paper-a", out=tmp_path, rows=["model_9"])
    assert list(tmp_path.iterdir()) == []


def test_without_data_the_synthetic_world_is_rendered_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = {"train": 3, "validation": 2, "test": 2}
    monkeypatch.setitem(PAPERS, "paper-b", replace(PAPERS["paper-b"], quick_videos=few))
    small = ("encoder_settings={width = 4, picture_pool = 4}", "fit.epochs=1", "fit.precision=32-true")
    page = reproduce("paper-b", quick=True, out=tmp_path, seeds=(0,), overrides=small)
    assert (tmp_path / "shards" / "index.jsonl").exists()
    text = page.read_text(encoding="utf-8")
    assert "| two ResNet-18, sigmoid on distance | 79.8 |" in text
    assert "2 videos" in text
    assert "Not measured yet" not in text


@pytest.mark.parametrize("name", PAPERS)
def test_every_row_has_its_experiment_and_every_claim_names_rows(name: str) -> None:
    paper = PAPERS[name]
    assert paper.best in paper.runs()
    assert all(paper.experiment(run).is_file() for run in paper.runs())
    order = paper.runs()
    assert all(order.index(start) < order.index(run) for run, start in paper.starts.items())
    named = {one for claim in paper.claims for pair in claim.pairs for one in pair}
    assert named <= {*paper.runs(), "chance", "random weights"}

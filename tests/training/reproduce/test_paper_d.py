"""Paper D's tables: a row for each entry; from nothing to a page, warmed up, fine-tuned and pointed at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ModelError
from training.data.kinds import holds
from training.reproduce import reproduce
from training.reproduce.paper_d import PAPER_D
from training.reproduce.papers import PAPERS
from training.reproduce.parts import parts_of

TINY = (
    "encoder_settings.picture=56",
    "encoder_settings.stem_stride=1",
    "encoder_settings.hidden=16",
    "encoder_settings.picture_width=2",
    "encoder_settings.sound_width=2",
    "fit.epochs=1",
    "fit.precision=32-true",
)
ROWS = ["cma", "actions_cma"]


def make(out: Path, **more: Any) -> tuple[str, dict[str, Any]]:
    """The page, and the tables as JSON."""
    settings: dict[str, Any] = {"quick": True, "seeds": (0,), "rows": ROWS, "overrides": TINY} | more
    page = reproduce("paper-d", out=out, **settings)
    return page.read_text(encoding="utf-8"), json.loads((out / "table.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def few() -> Iterator[None]:
    """A world of a few clips and videos."""
    with pytest.MonkeyPatch.context() as patch:
        assert PAPER_D.clips is not None
        small = replace(PAPER_D.clips, quick_actions=24)
        videos = {"train": 4, "validation": 2, "test": 3}
        patch.setitem(PAPERS, "paper-d", replace(PAPER_D, clips=small, quick_videos=videos))
        yield


@pytest.fixture(scope="module")
def finished(few: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("paper-d")
    make(out)
    return out


def test_the_page_has_every_table_with_ours_beside(finished: Path) -> None:
    page, summary = make(finished, table_only=True)
    lines = {line.split(" | ")[0].removeprefix("| "): line for line in page.splitlines() if line.startswith("| ")}
    assert lines["CMA"].startswith("| CMA | 65.3 / 62.6 | ")
    assert lines["scratch"].startswith("| scratch | 70.5 | - | - | 44.8 | - | - |")
    table = {row["run"]: row for row in summary["tables"][2]["rows"]}
    assert set(table["cma"]["ours"]) == {"AVS", "UCF101"}
    assert table["l2_a8"]["paper"] == {"AVS": [64.8], "UCF101": [86.8], "HMDB51": [56.9]}
    assert summary["tables"][2]["chance"] == {"AVS": 0.5, "UCF101": 1 / 8}
    assert summary["tables"][0]["rows"][2]["random weights"].keys() == {"AVS", "mismatch"}
    assert "l1_a4, seed 0" in summary["missing"] and "cma, seed 0" not in summary["missing"]
    assert not any(run.startswith("warmup") for run in summary["missing"])
    assert "rows below were measured on different data" not in page
    assert "- actions: " in page and "- synchronisation: " in page


def test_it_is_warmed_up_first_and_actions_start_from_what_it_learned(finished: Path) -> None:
    runs = finished / "runs"
    for run, start in (("cma-seed0", "warmup_cma-seed0"), ("actions_cma-seed0/ucf101-2", "cma-seed0")):
        experiment = json.loads((runs / run / "experiment.json").read_text(encoding="utf-8"))
        assert Path(experiment["start_from"]).parts[-2:] == (start, "model")
    assert not (runs / "warmup_cma-seed0" / "evaluation.json").exists()
    evaluation = json.loads((runs / "actions_cma-seed0" / "evaluation.json").read_text(encoding="utf-8"))
    assert len(evaluation["values"]["UCF101"]) == 24  # each split tests a third
    assert all(len(hits) == 1 for hits in evaluation["values"]["UCF101"].values())
    assert len(evaluation["fingerprint"].split()) == 3


def test_where_sounds_come_from_is_asked_of_the_baselines_too(finished: Path) -> None:
    page, _ = make(finished, table_only=True)
    assert "## Where sounds come from" in page
    rows = json.loads((finished / "localisation.json").read_text(encoding="utf-8"))
    names = ["CMA, seed 0", "centre", "random", "stereo side", "CMA, seed 0, mono sound", "stereo side, mono sound"]
    assert list(dict.fromkeys(row["localiser"] for row in rows)) == names
    assert (finished / "localisation.png").stat().st_size > 10_000


def test_what_is_finished_is_not_made_again_and_an_older_run_counts(finished: Path) -> None:
    config = finished / "runs" / "cma-seed0" / "model" / "config.json"
    stored = json.loads(config.read_text(encoding="utf-8"))
    del stored["training"]["optimiser"]["halve_steps"]  # a setting that came later
    config.write_text(json.dumps(stored), encoding="utf-8")
    lines: list[dict[str, Any]] = []
    make(finished, report=lines.append)
    assert lines == []


def test_what_names_actions_cannot_be_shown(finished: Path) -> None:
    with pytest.raises(ModelError, match="points at nothing"):
        make(finished, show="actions_cma")


def test_folders_are_used_for_what_they_hold(finished: Path, toy_shards: Path, toy_actions: Path) -> None:
    clips = str(finished / "shards")
    assert [holds(place) for place in (clips, toy_actions, toy_shards)] == ["clips", "actions", "seconds"]
    places = [clips, str(toy_actions), str(toy_shards)]
    (part,) = parts_of("synchronisation", places)
    assert part.shards == (clips,)
    splits = parts_of("actions", places)
    assert [one.name for one in splits] == ["ucf101-1", "ucf101-2", "ucf101-3"]
    assert splits[1].settings == ("task_settings.split=2",)
    assert splits[1].shards == (str(toy_actions),)
    with pytest.raises(ModelError, match="None of the data are actions") as caught:
        parts_of("actions", [clips])
    assert "--layout ucf101" in caught.value.hint
    with pytest.raises(ModelError, match="no finished shards"):
        holds(finished / "runs")


def test_every_entry_of_the_papers_tables_has_its_row() -> None:
    one, two, three = ({row.title: row.paper for row in table.rows} for table in PAPER_D.tables)
    assert {title: paper["AVS"][0] for title, paper in one.items()} == {"AGA": 61.9, "VGA": 62.6, "CMA": 65.3}
    assert {title: tuple(paper.values()) for title, paper in two.items()} == {
        "scratch": ((70.5,), (44.8,)),
        "vision only": ((83.3,), (51.9,)),
        "full": ((87.8,), (58.2,)),
    }
    grid = {title: tuple(number for (number,) in paper.values()) for title, paper in three.items()}
    assert grid == {
        "L = 1, A = 4": (64.2, 85.6, 57.0),
        "L = 1, A = 8": (65.3, 87.8, 58.2),
        "L = 1, A = 16": (64.6, 87.4, 57.9),
        "L = 2, A = 4": (64.1, 84.5, 55.1),
        "L = 2, A = 8": (64.8, 86.8, 56.9),
        "L = 2, A = 16": (64.3, 85.9, 56.6),
    }


def test_rows_are_made_after_what_they_start_from() -> None:
    chain = ["warmup_cma", "cma", "actions_vision"]
    assert PAPER_D.runs(["actions_vision"]) == tuple(chain)
    assert set(PAPER_D.runs()) == {path.stem for path in PAPER_D.experiment("cma").parent.glob("*.toml")} - {"quick"}
    order = PAPER_D.runs()
    assert all(order.index(start) < order.index(run) for run, start in PAPER_D.starts.items())

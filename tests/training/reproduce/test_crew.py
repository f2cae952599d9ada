"""Rows made side by side are the rows made one after another; what starts from another one waits for it."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.errors import Cancelled, ModelError
from engine.jobs import Job
from training.children import cores
from training.reproduce import reproduce
from training.reproduce.crew import places

TINY = ("encoder_settings={widths = [4, 8, 8, 16], picture_pool = 4}", "fit.epochs=1", "fit.precision=32-true")
TOGETHER: dict[str, Any] = {"quick": True, "seeds": (0,), "rows": ["model_5", "correlation_3"], "show": "model_7"}


def test_two_at_once_make_what_one_makes(toy_shards: Path, tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = []
    told: Any = {"overrides": TINY, "report": lines.append}
    reproduce("paper-a", [toy_shards], out=tmp_path / "two", jobs=2, **{**TOGETHER, "show": ""}, **told)
    order = [(line["run"], line["event"]) for line in lines if line["event"] in ("start", "measured")]
    assert order.index(("model_5", "measured")) < order.index(("correlation_3", "start"))
    summary = json.loads((tmp_path / "two" / "table.json").read_text(encoding="utf-8"))
    rows = {row["run"]: row["ours"] for table in summary["tables"] for row in table["rows"]}
    assert rows["model_5"] and rows["correlation_3"]


def test_a_run_that_fails_says_why(toy_shards: Path, tmp_path: Path) -> None:
    wrong = (*TINY, "optimiser.name=newton")
    with pytest.raises(ModelError, match="no optimiser 'newton'"):
        reproduce("paper-a", [toy_shards], out=tmp_path, jobs=2, **TOGETHER, overrides=wrong)


def test_a_wish_to_stop_reaches_the_others(toy_shards: Path, tmp_path: Path) -> None:
    job = Job()
    long = (*TINY, "fit.epochs=100000", "fit.patience=100000")
    rows: Any = {**TOGETHER, "rows": ["model_4", "model_5"]}
    stopper = threading.Timer(12, job.cancel)
    stopper.start()
    with pytest.raises(Cancelled):
        reproduce("paper-a", [toy_shards], out=tmp_path, jobs=2, **rows, overrides=long, job=job)
    stopper.join()


def test_one_place_a_core_and_no_more_than_there_is_work() -> None:
    assert places(3, 2) == 2
    assert places(1, 9) == 1
    assert places(0, 99) == (1 if torch.cuda.is_available() else cores())

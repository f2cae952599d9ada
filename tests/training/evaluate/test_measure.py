"""An encoder is measured on real shards, video by video, both ways round where asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine import models
from training.data.shards import Sample, Shards
from training.evaluate import evaluate, measure, query_samples
from training.evaluate.measure import balanced_plan, chance_level, pair_distances
from training.evaluate.mirror import Mirrored, mirrored_sample


@pytest.fixture(scope="module")
def encoder() -> torch.nn.Module:
    torch.manual_seed(0)
    return models.create("attention", widths=(4, 8, 8, 16), picture_pool=4).eval().requires_grad_(False)


def test_every_video_has_its_values_and_every_metric_an_interval(encoder: torch.nn.Module, toy_shards: Path) -> None:
    shards = Shards(toy_shards)
    measured = measure(encoder, shards, "train", query_samples(shards, "train"))
    means, intervals = measured.means(), measured.intervals()
    assert set(measured.values["sample@10"]) == {f"v{n}" for n in range(16)}
    assert set(means) == set(intervals) >= {"category@10", "sample@10", "mrr", "ndcg@5 s-i", "correlation_accuracy"}
    assert all(intervals[name][0] <= means[name] <= intervals[name][1] for name in means)
    assert set(means) <= {*chance_level([shards.samples[i] for i in query_samples(shards, "train")]), "precision@10"}


def test_in_the_mirror_each_query_counts_twice_for_its_video(encoder: torch.nn.Module, toy_shards: Path) -> None:
    shards = Shards(toy_shards)
    queries = query_samples(shards, "test")
    measured = measure(encoder, shards, "test", queries, mirrored=True, pairs=0)
    assert {video: len(values) for video, values in measured.values["mrr"].items()} == dict.fromkeys(
        [f"v{n}" for n in range(20, 24)], 2
    )
    assert "correlation_accuracy" not in measured.values


def test_the_mirror_turns_pictures_sides_and_boxes(toy_shards: Path) -> None:
    shards = Shards(toy_shards)
    assert torch.equal(Mirrored(shards).frame(0, (12, 24)), shards.frame(0, (12, 24)).flip(-1))
    assert torch.equal(Mirrored(shards).sound(0), shards.sound(0))
    sample = Sample(key="0", group="v", box=(0.1, 0.2, 0.4, 0.9))
    turned = mirrored_sample(sample)
    assert turned.box == pytest.approx((0.6, 0.2, 0.9, 0.9))
    assert mirrored_sample(turned).box == pytest.approx(sample.box)
    assert turned.group == sample.group


def test_pairs_are_balanced_and_as_many_as_asked_for(encoder: torch.nn.Module, toy_shards: Path) -> None:
    shards = Shards(toy_shards)
    plan = balanced_plan(shards, "train", 20)
    assert (len(plan), sum(p.paired for p in plan)) == (20, 10)
    assert len(balanced_plan(shards, "train", 3000)) == 48
    alone = [pair_distances(encoder, shards, [pair])[0] for pair in plan[:4]]
    assert np.allclose(pair_distances(encoder, shards, plan)[:4], alone, atol=1e-5)


def test_evaluating_gives_intervals_and_all_four_directions(
    encoder: torch.nn.Module, toy_shards: Path, tmp_path: Path
) -> None:
    models.save(tmp_path / "model", encoder, model_id="toy", title="Toy", licence="none")
    table = evaluate(tmp_path / "model", toy_shards, device="cpu")
    assert set(table["rows"]) == {"model", "random weights", "best fixed list", "chance"}
    assert set(table["intervals"]) == {"model", "random weights"}
    assert {f"category@10 {d}" for d in ("s-i",)} | {"category@10"} <= set(table["rows"]["model"])

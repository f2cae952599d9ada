"""How concentrated a map is, where its mass lies, and what is said of it once the truth was seen."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import models
from engine.errors import ModelError
from engine.models.clip_model import load_clip
from engine.recommend.presence import Presence, Signs, box, calibrate, centre, concentration, evidence, store

RNG = np.random.default_rng(0)


def spot(x: float, y: float, width: float = 0.1, edge: int = 20) -> np.ndarray:
    down, across = (np.mgrid[0:edge, 0:edge] + 0.5) / edge
    return np.exp(-((across - x) ** 2 + (down - y) ** 2) / (2 * width**2)).astype(np.float32)


def test_concentration_runs_from_everywhere_to_one_place() -> None:
    point = np.zeros((14, 14))
    point[3, 5] = 2.0
    assert concentration(point) == pytest.approx(1.0)
    assert concentration(np.ones((14, 14))) == pytest.approx(0.0, abs=1e-9)
    assert concentration(-np.ones((14, 14))) == 0.0
    widths = [concentration(spot(0.5, 0.5, width)) for width in (0.05, 0.1, 0.2, 0.4)]
    assert widths == sorted(widths, reverse=True)


@given(st.floats(0.1, 100.0), st.integers(0, 1000))
def test_concentration_depends_neither_on_scale_nor_on_a_level_that_all_share(scale: float, seed: int) -> None:
    values = np.random.default_rng(seed).standard_normal((7, 7))
    values -= min(0.0, values.mean())
    alone = concentration(values)
    assert 0.0 <= alone <= 1.0
    assert concentration(values * scale) == pytest.approx(alone, abs=1e-5)
    assert concentration(values + scale) == pytest.approx(alone, abs=1e-4)


def test_what_speaks_against_a_sound_is_no_evidence_for_it() -> None:
    lone = np.full((7, 7), -3.0)
    assert not evidence(lone + spot(0.5, 0.5, edge=7)).any()
    lone[2, 2] = 0.5
    assert evidence(lone).sum() == pytest.approx(0.5)
    assert not evidence(np.full((7, 7), 4.0)).any()


@given(st.floats(0.2, 0.8), st.floats(0.2, 0.8))
def test_the_centre_is_where_the_spot_is_whatever_lies_faintly_around(x: float, y: float) -> None:
    found = centre(spot(x, y) + 0.3)
    assert found == pytest.approx((x, y), abs=0.03)


def test_a_second_weaker_place_does_not_draw_the_centre() -> None:
    heat = spot(0.2, 0.5) + 0.8 * spot(0.8, 0.5)
    assert centre(heat)[0] == pytest.approx(0.2, abs=0.02)
    left, top, right, bottom = box(heat) or (0, 0, 0, 0)
    assert left < 0.2 < right < 0.5 and top < 0.5 < bottom


def test_an_empty_map_has_the_middle_and_no_box() -> None:
    assert centre(np.zeros((5, 9))) == (0.5, 0.5)
    assert box(np.zeros((5, 9))) is None


def known(count: int, apart: float) -> tuple[np.ndarray, np.ndarray]:
    onscreen = np.arange(count) % 2 == 0
    measured = np.random.default_rng(1).standard_normal((count, 3)) * (0.1, 0.2, 1.0)
    measured[onscreen] += (0.1 * apart, 0.2 * apart, apart)
    return measured, onscreen


def test_the_fit_finds_what_tells_both_kinds_apart() -> None:
    presence = Presence.fit(*known(400, 3.0))
    assert presence.accuracy > 0.95
    assert presence.cases == 400
    assert presence.judge(Signs(0.3, 0.6, 3.0)) == "on screen"
    assert presence.judge(Signs(0.0, 0.0, 0.0)) == "ambient"
    assert presence.probability(Signs(0.0, 0.0, 1e9)) == pytest.approx(1.0)


def test_where_nothing_tells_them_apart_the_accuracy_says_so() -> None:
    assert 0.4 < Presence.fit(*known(400, 0.0)).accuracy < 0.6


def test_fewer_cases_than_needed_are_refused() -> None:
    with pytest.raises(ModelError, match="Too few"):
        Presence.fit(*known(30, 3.0))


def test_a_model_is_calibrated_and_remembers_it(tmp_path: Path) -> None:
    import torch

    torch.manual_seed(0)
    settings = {"picture": 56, "frames": 2, "seconds": 0.2, "hidden": 16, "heads": 2, "picture_width": 8}
    network = models.create("coattention", **settings, sound_width=8, stem_stride=2, strides=(2, 1, 1, 1))
    folder = models.save(
        tmp_path / "clip", network, model_id="c", title="t", licence="CC0", metrics={"validation": {"value": 0.5}}
    )
    model = load_clip(folder, device="cpu")
    frames = RNG.integers(0, 256, (2, 56, 56, 3), dtype=np.uint8)
    truth = [(frames, RNG.standard_normal((2, 4200)).astype(np.float32), n % 2 == 0) for n in range(44)]
    presence = calibrate(model, truth)
    assert presence.cases == 44
    store(folder, presence)
    metrics = load_clip(folder, device="cpu").metrics
    assert metrics["validation"] == {"value": 0.5}
    assert Presence.of(metrics) == presence
    assert json.loads((folder / "config.json").read_text())["metrics"]["presence"] == asdict(presence)


def test_a_calibration_of_another_version_counts_as_none() -> None:
    assert Presence.of({}) is None
    assert Presence.of({"presence": {"weights": [1, 2]}}) is None

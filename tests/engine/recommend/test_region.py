"""Pointing at the picture: what is looked at, and that the answer is of what was pointed at."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import models
from engine.errors import MediaError
from engine.library import Library
from engine.models import Model
from engine.recommend import Recommender
from engine.recommend.region import POINT_SIDE, SMALLEST, Region, around, checked, heat_box, views
from training.data import synthetic

fractions = st.floats(0, 1)


def test_a_region_is_cut_out_square_and_shown_alone() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (200, 400, 3), dtype=np.uint8)
    cut, alone = views(rgb, (0.5, 0.25, 0.75, 0.75))
    np.testing.assert_array_equal(cut, rgb[50:150, 200:300])
    np.testing.assert_array_equal(alone[50:150, 200:300], rgb[50:150, 200:300])
    assert alone.shape == rgb.shape
    assert alone[:, :190].std() < 0.5 * rgb[:, :190].std()


def test_the_picture_itself_stays_as_it_is() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    before = rgb.copy()
    views(rgb, (0.1, 0.1, 0.5, 0.5))
    np.testing.assert_array_equal(rgb, before)


@given(st.tuples(fractions, fractions, fractions, fractions), st.integers(1, 90), st.integers(1, 90))
def test_any_box_gives_two_pictures_large_enough(region: Region, height: int, width: int) -> None:
    cut, alone = views(np.zeros((height, width, 3), np.uint8), region)
    assert alone.shape == (height, width, 3)
    assert min(cut.shape[:2]) >= min(height, width, math.floor(SMALLEST * height) - 1)
    assert max(cut.shape[:2]) <= max(height, width)


@given(fractions, fractions, st.floats(0.4, 3))
def test_a_click_is_a_box_around_it_in_the_frame(x: float, y: float, aspect: float) -> None:
    x1, y1, x2, y2 = around(x, y, aspect)
    assert -1e-9 <= x1 <= x <= x2 <= 1 + 1e-9
    assert -1e-9 <= y1 <= y <= y2 <= 1 + 1e-9
    assert y2 - y1 == pytest.approx(POINT_SIDE)
    assert x2 - x1 == pytest.approx(min(1.0, POINT_SIDE / aspect))


def test_corners_come_in_any_order_and_are_cut_to_the_frame() -> None:
    assert checked((0.8, 1.5, -0.5, 0.2)) == (0.0, 0.2, 0.8, 1.0)


@pytest.mark.parametrize("region", [(0, 0, 1), (0, 0, math.nan, 1), (1.2, 0, 1.5, 1), (0, -2, 1, -1)])
def test_what_is_no_region_is_said(region: tuple[float, ...]) -> None:
    with pytest.raises(MediaError, match="no part"):
        views(np.zeros((40, 60, 3), np.uint8), region)


def test_the_box_of_a_map_is_that_of_its_hottest_place() -> None:
    heat = np.zeros((10, 20), np.float32)
    heat[2:4, 5:9] = 1.0
    heat[7:9, 15:18] = 0.9
    assert heat_box(heat) == pytest.approx((0.25, 0.2, 0.45, 0.4))
    assert heat_box(np.ones((4, 4), np.float32)) is None


def test_a_recommendation_for_a_region(library: Library, model: Model) -> None:
    rgb = np.random.default_rng(7).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    recommender = Recommender(library, model)
    vector = recommender.embed(rgb, (0.0, 0.0, 0.5, 0.5))
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
    pointed = recommender.recommend_image(rgb, region=(0.0, 0.0, 0.5, 0.5))
    assert [r.path for r in pointed] == [r.path for r in recommender.recommend_vector(vector)]
    assert pointed[0].distance != recommender.recommend_image(rgb)[0].distance


def test_a_region_of_a_file(library: Library, model: Model, tmp_path: Path) -> None:
    import cv2

    rgb = np.random.default_rng(7).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    cv2.imwrite(str(tmp_path / "still.png"), rgb[..., ::-1])
    recommender = Recommender(library, model)
    found = recommender.recommend(tmp_path / "still.png", 0.0, region=(0.5, 0.5, 1, 1))
    assert found == recommender.recommend_image(rgb, region=(0.5, 0.5, 1, 1))


def test_the_answer_is_of_what_was_pointed_at() -> None:
    model = models.load("synthetic", "cpu")
    seeds = synthetic.VALIDATION_SEEDS
    sounds, names = [], []
    for seed in range(seeds.start + 900, seeds.start + 930):
        for source in synthetic.render_scene(seed, seconds=2.0, sources=2, ambience=False).sources:
            vectors = model.embed_sound(source.mono, 48_000)[1]
            sounds.append(vectors)
            names += [source.category.name] * len(vectors)
    heard, seen = np.concatenate(sounds), {"whole": 0, "region": 0}
    asked = 0
    for seed in range(seeds.start + 900, seeds.start + 912):
        scene = synthetic.render_scene(seed, seconds=2.0, sources=2, ambience=False)
        frame = scene.frame_at(1.0)
        whole = model.embed_rgb([frame])[0]
        for n, source in enumerate(scene.sources):
            region = model.embed_rgb(views(frame, scene.box_at(n, 1.0))).mean(axis=0)
            asked += 1
            for name, vector in (("whole", whole), ("region", region)):
                seen[name] += names[int((heard @ vector).argmax())] == source.category.name
    assert seen["region"] / asked > 0.7
    assert seen["region"] > seen["whole"]

"""Scenes: the same from the same seed, in step with themselves, and honest about where things are."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.errors import ProjectError
from training.data.synthetic import AMBIENCES, CATEGORIES, SHADOW_MARGIN, render_scene
from training.data.synthetic.dsp import RATE

NAMES = [c.name for c in CATEGORIES]
TIMED = [c.name for c in CATEGORIES if c.plan is not None]
SIZE = (240, 180)


def test_there_are_enough_categories_each_with_a_real_ucs_id() -> None:
    import csv

    import resources

    with resources.path("ucs.csv").open(encoding="utf-8") as file:
        known = {row["CatID"] for row in csv.DictReader(file)}
    assert len(CATEGORIES) >= 24
    assert len(set(NAMES)) == len(NAMES)
    assert {c.catid for c in (*CATEGORIES, *AMBIENCES)} <= known


def test_same_seed_same_bytes_and_frames_do_not_depend_on_order() -> None:
    one, two = render_scene(11, seconds=1.0), render_scene(11, seconds=1.0)
    late = two.frame_at(0.8)
    frames = list(one.frames)
    assert len(frames) == one.frame_count == 25
    np.testing.assert_array_equal(frames[20], late)
    np.testing.assert_array_equal(one.sound, two.sound)
    assert one.truth("0000") == two.truth("0000")
    assert not np.array_equal(frames[20], render_scene(12, seconds=1.0).frame_at(0.8))


@pytest.mark.parametrize("name", NAMES)
def test_every_category_moves_and_sounds(name: str) -> None:
    scene = render_scene(5, seconds=1.5, size=SIZE, sources=1, categories=[name], ambience=False)
    frames = [scene.frame_at(t).astype(np.int16) for t in np.linspace(0.0, 1.4, 12)]
    still = render_scene(5, seconds=1.5, size=SIZE, sources=1, categories=[name], ambience=False)
    bare = [still.frame_at(t, leave_out={0}).astype(np.int16) for t in np.linspace(0.0, 1.4, 12)]
    own = [f - b for f, b in zip(frames, bare, strict=True)]
    assert max(int(np.abs(a - b).max()) for a, b in pairwise(own)) > 20, "it does not move"
    sound = scene.sound
    assert sound.shape == (2, round(1.5 * RATE))
    assert sound.dtype == np.float32
    assert 0.3 < np.abs(sound).max() < 10 ** (-1 / 20)
    assert np.abs(sound.mean(axis=1)).max() < 2e-3
    assert np.sqrt(np.mean(sound**2)) > 0.004


@pytest.mark.parametrize("name", NAMES)
def test_box_holds_the_drawn_pixels(name: str) -> None:
    for seed in (3, 8):
        scene = render_scene(seed, seconds=1.2, size=SIZE, sources=1, categories=[name], ambience=False)
        events = scene.sources[0].events
        k = round((events[0] if events else 0.6) * scene.fps)
        t = float(k / scene.fps)
        changed = np.abs(scene.frame_at(t).astype(int) - scene.frame_at(t, leave_out={0})).max(axis=2)
        x1, y1, x2, y2 = _pixels(scene.box_at(0, t), 2)
        outside = changed.copy()
        outside[y1:y2, x1:x2] = 0
        inside = changed.sum() - outside.sum()
        assert inside > 0, "the box is empty"
        assert inside > 0.72 * changed.sum(), "too much lies outside the box"
        wide = _pixels(scene.box_at(0, t), 2 + round(SHADOW_MARGIN * SIZE[1]))
        outside[wide[1] : wide[3], wide[0] : wide[2]] = 0
        assert outside.max() <= 2, "something was drawn beyond the shadow margin"
        rows, columns = np.nonzero(changed[y1:y2, x1:x2] > 8)
        assert np.ptp(columns) > 0.55 * (x2 - x1 - 4)
        assert np.ptp(rows) > 0.55 * (y2 - y1 - 4)


def _pixels(box: tuple[float, float, float, float], margin: int) -> tuple[int, int, int, int]:
    w, h = SIZE
    x1, y1, x2, y2 = box
    return (
        max(0, int(x1 * w) - margin),
        max(0, int(y1 * h) - margin),
        min(w, int(np.ceil(x2 * w)) + margin),
        min(h, int(np.ceil(y2 * h)) + margin),
    )


def _novelty(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much new energy each 2 ms brings over the 6 ms before, in any band."""
    hop, window = 96, 288
    frames = np.lib.stride_tricks.sliding_window_view(sound, window)[::hop] * np.hanning(window)
    level = np.log(np.abs(np.fft.rfft(frames, 512)) + 0.02)
    return np.maximum(0, level[4:] - level[:-4]).sum(axis=1)


@pytest.mark.parametrize("name", TIMED)
def test_sound_begins_at_every_event(name: str) -> None:
    checked = 0
    for seed in range(4):
        scene = render_scene(seed, seconds=3.0, size=(64, 48), sources=1, categories=[name], ambience=False)
        sound = np.pad(scene.sources[0].mono, (4800, 4800))
        rise = _novelty(sound / np.abs(sound).max())
        at = (np.arange(rise.size) + 4) * 96 / RATE - 0.1 + 144 / RATE
        events = np.asarray(scene.sources[0].events)
        assert events.size or seed
        alone = [e for e in events if np.sum(np.abs(events - e) < 0.13) == 1]
        for event in alone:
            near = (at > event - 0.03) & (at < event + 0.06)
            early = rise[(at > event - 0.03) & (at < event - 0.012)].max()
            first = at[near][np.argmax(rise[near] > 0.5 * rise[near].max())]
            assert abs(first - event) <= 0.01, f"onset {first - event:+.3f} s from its event"
            assert rise[np.abs(at - event) <= 0.01].max() > 1.15 * early, "nothing begins at the event"
            checked += 1
    assert checked or name in {"horse galloping", "sewing machine", "bird singing", "typing on a keyboard"}


def test_own_sounds_add_up_to_the_mix() -> None:
    scene = render_scene(40, seconds=1.0, sources=3)
    total = np.sum([scene.own_sound(k) for k in range(len(scene.sources))], axis=0)
    np.testing.assert_allclose(total, scene.sound, atol=1e-6)


def test_stereo_follows_the_picture() -> None:
    seen = []
    for seed in range(12):
        scene = render_scene(seed, seconds=1.0, size=SIZE, sources=1, categories=["drum"], ambience=False)
        box = scene.box_at(0, 0.5)
        left, right = np.sqrt(np.mean(scene.own_sound(0).astype(float) ** 2, axis=1))
        seen.append(((box[0] + box[2]) / 2, (right - left) / (right + left)))
        pan = scene.truth()["sources"][0]["pan"]
        assert abs((pan + 1) / 2 - seen[-1][0]) < 0.17
    where, side = np.asarray(seen).T
    assert np.corrcoef(where, side)[0, 1] > 0.8


def test_a_passing_car_is_heard_to_pass() -> None:
    scene = render_scene(2, seconds=4.0, size=SIZE, sources=1, categories=["car passing"], ambience=False)
    drift = scene.sources[0].act.drift
    own = scene.own_sound(0).astype(float)
    first, last = own[:, :RATE], own[:, -RATE:]
    balance = [np.log(np.mean(part[1] ** 2) / np.mean(part[0] ** 2)) for part in (first, last)]
    assert np.sign(balance[1] - balance[0]) == np.sign(drift)


def test_bigger_is_lower() -> None:
    for name in ("rubber ball bouncing", "dog barking", "bell swinging", "glass marbles dropping", "frog croaking"):
        sizes, centroids = [], []
        for seed in range(30):
            source = render_scene(seed, seconds=1.0, size=(64, 48), sources=1, categories=[name]).sources[0]
            power = np.abs(np.fft.rfft(source.mono)) ** 2
            hz = np.fft.rfftfreq(source.mono.size, 1 / RATE)
            sizes.append(source.act.size)
            centroids.append(np.log((hz * power).sum() / power.sum()))
        assert np.corrcoef(sizes, centroids)[0, 1] < -0.6, name


def test_truth_has_the_agreed_form() -> None:
    scene = render_scene(21, seconds=1.0, fps=Fraction(30000, 1001), size=SIZE, sources=2)
    truth = scene.truth("0007")
    assert list(truth) == ["width", "height", "fps", "duration", "sources"]
    assert (truth["width"], truth["height"]) == SIZE
    assert truth["duration"] == pytest.approx(scene.frame_count / scene.fps, abs=1e-6)
    for index, source in enumerate(truth["sources"]):
        assert list(source) == ["category", "instance", "on_screen", "pan", "events", "boxes", "sound"]
        assert source["sound"] == f"0007_source{index}.wav"
        assert -1 <= source["pan"] <= 1
        assert len(source["boxes"]) == (scene.frame_count if source["on_screen"] else 0)
        for k, (t, x1, y1, x2, y2) in enumerate(source["boxes"]):
            assert t == pytest.approx(float(k / scene.fps), abs=1e-5)
            assert 0 <= x1 < x2 <= 1
            assert 0 <= y1 < y2 <= 1


def test_several_sources_and_offscreen_ones_occur() -> None:
    counts, ambience = set(), 0
    for seed in range(60):
        sources = render_scene(seed).sources
        counts.add(sum(s.on_screen for s in sources))
        ambience += any(s.category in AMBIENCES for s in sources)
    assert counts == {1, 2, 3}
    assert 20 < ambience < 58


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"categories": ["unicorn"]}, "unicorn"),
        ({"sources": 4}, "one to three"),
        ({"seconds": 0.0}, "length"),
        ({"place": "the moon"}, "the moon"),
    ],
)
def test_impossible_scenes_say_why(settings: dict[str, object], says: str) -> None:
    with pytest.raises(ProjectError, match=says) as caught:
        render_scene(1, **settings)  # type: ignore[arg-type]
    assert caught.value.hint

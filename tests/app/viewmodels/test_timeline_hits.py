"""The proposal to move a sound onto a hit: made when both are known, taken with one edit, gone with the next."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from app.viewmodels.shots import ShotsViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_hits import HitsViewModel
from app.viewmodels.timeline_placing import PlacingViewModel, Wanted
from engine.media import write_wav
from engine.recommend.hits import Hit
from engine.recommend.shots import Shot


@pytest.fixture
def hits(timeline: TimelineViewModel, monkeypatch: pytest.MonkeyPatch) -> HitsViewModel:
    """With a film whose hit is at 0.8 s: the numbered film itself has none."""
    seen = [Hit(time=0.8, strength=0.1), Hit(time=1.6, strength=0.3)]
    monkeypatch.setattr("app.viewmodels.timeline_hits._look", lambda video, start, end: seen)
    return HitsViewModel(timeline, timeline)


@pytest.fixture
def knock(tmp_path: Path) -> Path:
    """A sound whose hit is 0.1 s after its beginning."""
    sound = np.zeros((1, 24_000), np.float32)
    sound[0, 4_800:] = 0.7 * np.exp(-np.arange(19_200) / 3000) * np.sin(np.arange(19_200) * 0.3)
    return write_wav(tmp_path / "knock.wav", sound, 48_000)


def _place(hits: HitsViewModel, sound: Path, at: int) -> None:
    placing = PlacingViewModel(hits.timeline, hits.timeline)
    placing.placed.connect(hits.look_for)
    placing.drop([Wanted(path=sound)], at, None)
    hits.timeline.outlines._next()


def test_the_sounds_hit_lands_on_the_pictures(hits: HitsViewModel, knock: Path) -> None:
    said: list[str] = []
    hits.session.status.connect(lambda text, _: said.append(text))
    _place(hits, knock, 36_480)
    assert hits.proposal is not None and hits.proposal.at == 38_400
    assert "00:00:00:20" in said[-1] and "Y" in said[-1]
    hits.take()
    (clip,) = hits.projects.project.clips()  # type: ignore[union-attr]
    assert abs(clip.position + 4_800 - 38_400) <= 256, "within a bin of the outline"
    assert hits.proposal is None
    hits.projects.undo()
    (clip,) = hits.projects.project.clips()  # type: ignore[union-attr]
    assert clip.position == 36_480


def test_left_it_stays_where_it_is(hits: HitsViewModel, knock: Path) -> None:
    _place(hits, knock, 36_480)
    hits.answer(False)
    assert hits.proposal is None
    (clip,) = hits.projects.project.clips()  # type: ignore[union-attr]
    assert clip.position == 36_480


def test_what_lies_right_or_has_no_hit_is_left_alone(hits: HitsViewModel, knock: Path, tmp_path: Path) -> None:
    _place(hits, knock, 38_400 - 4_800)
    assert hits.proposal is None
    swell = (np.linspace(0, 0.7, 48_000) ** 2 * np.sin(np.arange(48_000) * 0.05)).astype(np.float32)
    _place(hits, write_wav(tmp_path / "swell.wav", swell[None], 48_000), 30_000)
    assert hits.proposal is None


def test_the_next_edit_ends_it(hits: HitsViewModel, knock: Path) -> None:
    _place(hits, knock, 36_480)
    assert hits.proposal is not None
    hits.timeline.add_track()
    assert hits.proposal is None


def _begin(hits: HitsViewModel, sound: Path) -> HitsViewModel:
    """Drop a sound; the picture's hits are known, and the sound's own are still being read."""
    placing = PlacingViewModel(hits.timeline, hits.timeline)
    placing.placed.connect(hits.look_for)
    placing.drop([Wanted(path=sound)], 36_480, None)
    assert hits.proposal is None
    return hits


def test_edits_elsewhere_leave_what_is_looked_for(hits: HitsViewModel, knock: Path) -> None:
    _begin(hits, knock)
    hits.timeline.add_track()
    hits.timeline.louder(-3.0)
    hits.timeline.add_marker()
    hits.timeline.outlines._next()
    assert hits.proposal is not None and hits.proposal.at == 38_400


@pytest.mark.parametrize(
    "act",
    [
        lambda timeline: timeline.nudge(1),
        lambda timeline: timeline.remove(),
        lambda timeline: timeline.projects.undo(),
        lambda timeline: timeline.projects.close(),
    ],
)
def test_its_own_clip_moved_or_gone_ends_it(
    hits: HitsViewModel, knock: Path, act: Callable[[TimelineViewModel], None]
) -> None:
    _begin(hits, knock)
    act(hits.timeline)
    hits.timeline.outlines._next()
    assert hits.proposal is None and hits._search is None


def test_another_drop_is_looked_for_instead(hits: HitsViewModel, knock: Path, tmp_path: Path) -> None:
    _begin(hits, knock)
    other = write_wav(tmp_path / "click.wav", np.eye(1, 4800, dtype=np.float32), 48_000)
    _place(hits, other, 70_000)
    first, second = sorted(hits.projects.project.clips(), key=lambda clip: clip.position)  # type: ignore[union-attr]
    assert hits.proposal is not None and hits.proposal.clip == second.id != first.id
    assert hits.proposal.at == 76_800, "the one near it, at 1.6 s"


def _cut(hits: HitsViewModel, *cuts: float) -> None:
    """Let the film of two seconds be cut there."""
    shots = ShotsViewModel(hits.session, hits)
    edges = [0.0, *cuts, 2.0]
    shots.shots = [
        Shot(index=n, start=start, end=end, frames=(start,)) for n, (start, end) in enumerate(pairwise(edges))
    ]
    hits.use_shots(shots)


@pytest.mark.parametrize(
    ("cuts", "at"),
    [
        ((), 0.8),
        ((0.5,), 0.8),
        ((0.9,), 1.6),  # placed at 1.0 s: the nearer hit lies in the shot before
        ((0.9, 1.5), None),
        ((1.0,), 1.6),  # placed on the cut it belongs to the shot that begins there
    ],
)
def test_only_hits_of_its_own_shot_are_proposed(
    hits: HitsViewModel, knock: Path, cuts: tuple[float, ...], at: float | None
) -> None:
    _cut(hits, *cuts)
    _place(hits, knock, 48_000)
    proposed = hits.proposal.at if hits.proposal is not None else None
    assert proposed == (round(at * 48_000) if at is not None else None)


@pytest.mark.parametrize("cut", [0.76, 0.8, 0.84])
def test_a_cut_is_not_taken_for_a_hit(hits: HitsViewModel, knock: Path, cut: float) -> None:
    _cut(hits, cut, 1.3)
    _place(hits, knock, 36_480)
    assert hits.proposal is None, "0.8 s is within a frame of the cut, 1.6 s in another shot"


def test_the_films_ends_are_no_cuts(hits: HitsViewModel, knock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = [Hit(time=1.96, strength=0.2)]
    monkeypatch.setattr("app.viewmodels.timeline_hits._look", lambda video, start, end: seen)
    _cut(hits, 1.0)
    _place(hits, knock, 76_800)
    assert hits.proposal is not None and hits.proposal.at == round(1.96 * 48_000)

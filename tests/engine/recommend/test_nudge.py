"""The offset that a curve proposes."""

from __future__ import annotations

import numpy as np

from engine.recommend.nudge import OFFSETS, SyncCurve


def curve(scores: np.ndarray) -> SyncCurve:
    return SyncCurve(offsets=OFFSETS, scores=scores)


def test_half_a_second_to_either_side_in_steps_of_fifty_milliseconds() -> None:
    assert (len(OFFSETS), OFFSETS[0], OFFSETS[10], OFFSETS[-1]) == (21, -0.5, 0.0, 0.5)


def test_the_best_offset_is_proposed() -> None:
    assert curve(1.0 - np.abs(OFFSETS - 0.15)).proposed_offset == 0.15


def test_where_nothing_is_better_the_sound_stays() -> None:
    assert curve(np.full(len(OFFSETS), 0.7)).proposed_offset == 0.0
    slight = np.full(len(OFFSETS), 0.7)
    slight[2] += 1e-4
    assert curve(slight).proposed_offset == 0.0
    assert SyncCurve(offsets=np.zeros(0), scores=np.zeros(0)).proposed_offset == 0.0


def test_a_model_that_cannot_tell_when_proposes_nothing() -> None:
    scores = 1.0 - np.abs(OFFSETS - 0.15)
    assert SyncCurve(offsets=OFFSETS, scores=scores, accuracy=0.8).proposed_offset == 0.15
    doubtful = SyncCurve(offsets=OFFSETS, scores=scores, accuracy=0.52)
    assert not doubtful.trusted and doubtful.proposed_offset == 0.0

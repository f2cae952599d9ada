"""Paper D's losses against the formulas written slowly by hand."""

from __future__ import annotations

import math

import pytest
import torch

from training.losses import own_sound_loss, place_contrast_loss, synchronisation_loss


def test_synchronisation_is_binary_cross_entropy() -> None:
    logits, synced = [2.0, -1.0, 0.5], [True, False, False]
    by_hand = 0.0
    for logit, true in zip(logits, synced, strict=True):
        likely = 1 / (1 + math.exp(-logit))
        by_hand -= math.log(likely if true else 1 - likely) / 3
    assert float(synchronisation_loss(torch.tensor(logits), torch.tensor(synced))) == pytest.approx(by_hand, abs=1e-6)


def test_own_sound_leaves_equally_true_sounds_out() -> None:
    own, others = [1.0, 0.2], [[0.5, 3.0], [-1.0, 0.4]]
    same = [[False, True], [False, False]]
    by_hand = 0.0
    for n in range(2):
        rivals = [math.exp(v) for v, alike in zip(others[n], same[n], strict=True) if not alike]
        by_hand -= math.log(math.exp(own[n]) / (math.exp(own[n]) + sum(rivals))) / 2
    made = own_sound_loss(torch.tensor(own), torch.tensor(others), torch.tensor(same))
    assert float(made) == pytest.approx(by_hand, abs=1e-5)


def test_place_contrast_takes_the_nearest_place() -> None:
    generator = torch.Generator().manual_seed(0)
    places = torch.randn(3, 5, 4, generator=generator, dtype=torch.float64)
    sounds = torch.randn(3, 4, generator=generator, dtype=torch.float64)
    same = torch.zeros(3, 3, dtype=torch.bool)
    same[0, 2] = True  # sound 2 is also in picture 0; not the other way round

    def near(i: int, j: int) -> float:
        voice = sounds[j] / sounds[j].norm()
        return max(float(place @ voice / place.norm()) for place in places[i]) / 0.2

    by_hand = 0.0
    for i in range(3):
        counted = [j for j in range(3) if not same[i, j]]
        across = sum(math.exp(near(i, j)) for j in counted)
        down = sum(math.exp(near(j, i)) for j in range(3) if not same[j, i])
        by_hand -= (math.log(math.exp(near(i, i)) / across) + math.log(math.exp(near(i, i)) / down)) / 6
    assert float(place_contrast_loss(places, sounds, same, 0.2)) == pytest.approx(by_hand, abs=1e-5)

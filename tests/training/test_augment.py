"""Augmentation changes what may change and keeps shapes, ranges and the unchanged case."""

from __future__ import annotations

import torch

from training.augment import augment_frames, augment_log_mels, crop_and_tint


def test_frames_stay_pictures() -> None:
    torch.manual_seed(0)
    frames = torch.rand(6, 3, 64, 80)
    changed = augment_frames(frames.clone(), smallest=0.5, largest=1.5)
    assert changed.shape == frames.shape
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert (changed - frames).abs().mean() > 0.05


def test_a_larger_share_shrinks_what_is_shown() -> None:
    torch.manual_seed(0)
    frame = torch.zeros(32, 3, 96, 96)
    frame[:, :, 36:60, 36:60] = 1.0
    near = augment_frames(frame.clone(), smallest=0.5, largest=0.5, blur=0.0)
    far = augment_frames(frame.clone(), smallest=1.4, largest=1.4, blur=0.0)
    assert near.mean() > 1.5 * far.mean()


def test_log_mels_keep_their_floor_and_lose_only_what_is_masked() -> None:
    torch.manual_seed(0)
    mels = torch.randn(5, 1, 64, 100) - 6
    same = augment_log_mels(mels, gain_db=0.0, roll=0.0, masks=0)
    assert torch.equal(same, mels)
    changed = augment_log_mels(mels)
    assert changed.shape == mels.shape
    assert changed.min() >= -13.8156


def test_crops_are_parts_of_their_own_frames_each_at_its_own_place() -> None:
    torch.manual_seed(0)
    frames = torch.randint(0, 256, (6, 3, 24, 40), dtype=torch.uint8)
    crops = (crop_and_tint(frames, (18, 30), least=1.0, most=1.0) * 255).round().to(torch.uint8)
    places = set()
    for frame, crop in zip(frames, crops, strict=True):
        found = [(y, x) for y in range(7) for x in range(11) if torch.equal(frame[:, y : y + 18, x : x + 30], crop)]
        assert len(found) == 1
        places.add(found[0])
    assert len(places) > 1


def test_tints_stay_within_their_factors() -> None:
    torch.manual_seed(0)
    grey = torch.full((64, 3, 8, 8), 128, dtype=torch.uint8)
    factors = crop_and_tint(grey, (8, 8)).mean(dim=(1, 2, 3)) / (128 / 255)
    assert 0.7 <= factors.min() < 0.8
    assert 1.2 < factors.max() <= 1.3
    red = grey.clone()
    red[:, 0] = 160
    tinted = crop_and_tint(red, (8, 8))
    contrast = (tinted[:, 0] - tinted[:, 1]).mean(dim=(1, 2)) / tinted.mean(dim=(1, 2, 3)) / (32 / (128 + 32 / 3))
    assert 0.69 < contrast.min() < 0.8
    assert 1.2 < contrast.max() < 1.31
    black = torch.zeros(2, 3, 8, 8, dtype=torch.uint8)
    assert crop_and_tint(black, (8, 8)).max() == 0

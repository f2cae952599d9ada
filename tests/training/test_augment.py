"""Augmentation changes what may change and keeps shapes, ranges and the unchanged case."""

from __future__ import annotations

import torch

from training.augment import augment_frames, augment_log_mels


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

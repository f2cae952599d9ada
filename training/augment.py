"""Random changes that keep what a picture shows and a sound is; the papers use none, small data needs them."""

from __future__ import annotations

import torch  # noqa: TID253 - augmentation is torch through and through
from torch import Tensor  # noqa: TID253
from torch.nn import functional  # noqa: TID253


def augment_frames(frames: Tensor, *, smallest: float = 0.5, largest: float = 1.0, blur: float = 0.5) -> Tensor:
    """Float frames ``(B, 3, H, W)`` in 0..1, each mirrored, cropped, tinted and sometimes made coarse.

    Args:
        frames: not normalised yet.
        smallest: share of each side that a crop keeps at least.
        largest: share it keeps at most; above 1 the picture shrinks and its mirror image fills the rest.
        blur: probability that a frame loses its fine detail, as a small photograph has.
    """
    batch, device = len(frames), frames.device
    size = smallest + (largest - smallest) * torch.rand(batch, 2, device=device)
    mirror = torch.where(torch.rand(batch, device=device) < 0.5, -1.0, 1.0)
    theta = torch.zeros(batch, 2, 3, device=device)
    theta[:, 0, 0] = size[:, 0] * mirror
    theta[:, 1, 1] = size[:, 1]
    theta[:, :, 2] = (1 - size).abs() * (2 * torch.rand(batch, 2, device=device) - 1)
    grid = functional.affine_grid(theta, list(frames.shape), align_corners=False)
    frames = functional.grid_sample(frames, grid, padding_mode="reflection", align_corners=False)
    coarse = torch.rand(batch, device=device) < blur
    if coarse.any():
        small = functional.interpolate(frames[coarse], size=(64, 64), mode="area")
        frames[coarse] = functional.interpolate(small, size=frames.shape[2:], mode="bilinear", align_corners=False)
    gain = 0.6 + 0.8 * torch.rand(batch, 3, 1, 1, device=device).lerp(torch.rand(batch, 1, 1, 1, device=device), 0.7)
    shift = 0.2 * (torch.rand(batch, 1, 1, 1, device=device) - 0.5)
    return (frames * gain + shift).clamp(0, 1)


def crop_and_tint(frames: Tensor, size: tuple[int, int], *, least: float = 0.7, most: float = 1.3) -> Tensor:
    """Each frame, or all frames of each clip, cropped at random, saturation and intensity changed (Paper C, 2.2).

    Args:
        frames: uint8 ``(B, 3, H, W)``, or clips ``(B, T, 3, H, W)``.
        size: height and width of the crops.
        least: smallest factor.
        most: largest factor.

    Returns:
        float ``(B, 3, *size)``, or ``(B, T, 3, *size)``, in 0..1.
    """
    batch, device = len(frames), frames.device
    every = frames.unfold(-2, size[0], 1).unfold(-2, size[1], 1)  # a view of all crops: (..., places, places, *size)
    down, right = (torch.randint(every.shape[n], (batch,), device=device) for n in (-4, -3))
    cropped = torch.stack([every[n, ..., down[n], right[n], :, :] for n in range(batch)]).float() / 255.0
    shape = (2, batch, *(1 for _ in frames.shape[1:]))
    colour, intensity = least + (most - least) * torch.rand(shape, device=device)
    grey = cropped.mean(dim=-3, keepdim=True)
    return torch.lerp(grey, cropped, colour).mul_(intensity).clamp_(0, 1)


def augment_log_mels(mels: Tensor, *, gain_db: float = 8.0, roll: float = 0.5, masks: int = 2) -> Tensor:
    """Log-mels ``(B, 1, 64, 100)``, each louder or softer, shifted in time and with a band and a span left out.

    Args:
        mels: natural log of power.
        gain_db: largest change of level.
        roll: probability that the second is rotated in time.
        masks: bands and spans left out of each.
    """
    batch, _, bands, frames = mels.shape
    device = mels.device
    gain = (2 * torch.rand(batch, 1, 1, 1, device=device) - 1) * gain_db * 0.2303
    mels = (mels + gain).clamp_min(-13.8155)
    offsets = torch.randint(frames, (batch, 1), device=device) * (torch.rand(batch, 1, device=device) < roll)
    positions = (torch.arange(frames, device=device)[None] + offsets) % frames
    mels = mels.gather(3, positions[:, None, None, :].expand_as(mels))
    floor = mels.amin(dim=(2, 3), keepdim=True)
    for _ in range(masks):
        mels = torch.where(_span(batch, bands, 10, device)[:, None, :, None], floor, mels)
        mels = torch.where(_span(batch, frames, 20, device)[:, None, None, :], floor, mels)
    return mels


def _span(batch: int, length: int, longest: int, device: torch.device) -> Tensor:
    start = torch.randint(length, (batch, 1), device=device)
    width = torch.randint(longest + 1, (batch, 1), device=device)
    place = torch.arange(length, device=device)[None]
    return (place >= start) & (place < start + width)

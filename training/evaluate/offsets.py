"""How often a network that tells when is right, and how sure it has to be to be asked (decision 0019)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import ModelError
from engine.jobs import Job
from engine.models.offset_model import OffsetModel
from engine.recommend.nudge import REACH, SyncCurve, curve_of
from training.evaluate.untrained import RANDOM, untrained

if TYPE_CHECKING:
    import torch

    from training.data.clips.shards import ClipShards

NEAR = 0.1
"""s that an offset may be away from the truth and still be right."""
CHANCE_RIGHT = NEAR / REACH
"""Share right of whoever says no offset at all: truths are even over half a second to either side."""
WINDOWS_A_CLIP = PAIRS_A_CLIP = 4
MODEL, LOUDNESS = "model", "loudness"
WANTED = 0.9
"""Share of proposals that should be right."""
_CONFIDENCES = np.round(np.arange(0.2, 0.96, 0.01), 2)
_FEWEST = 20
"""Proposals that a threshold is judged by, at least."""
Match = Callable[["torch.Tensor", "torch.Tensor"], np.ndarray]
"""Frames uint8 ``(T, 3, h, h)`` and sound ``(2, N)`` -> a logit for each half frame that the picture may begin at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One placed sound, its true offset, and what was said of it."""

    group: str
    """The video."""
    label: str
    """What is heard."""
    truth: float
    """s by which the sound was moved away from its place, turned round: what should be proposed."""
    said: float
    """s that stood out most."""
    confidence: float

    @property
    def right(self) -> bool:
        """Whether it is as near as a designer would leave it."""
        return abs(self.said - self.truth) <= NEAR


def answers(
    match: Match,
    model: OffsetModel,
    shards: ClipShards,
    split: str,
    *,
    per_clip: int = WINDOWS_A_CLIP,
    job: Job | None = None,
) -> list[Answer]:
    """What ``match`` says of fixed windows of a split, each sound moved by up to half a second from its place.

    Args:
        match: the model's own or a baseline.
        model: says how long and how large a clip is, and how far its offsets lie apart.
        shards: clips with their own sounds.
        split: of which part.
        per_clip: windows of each stored clip.
        job: cancel.

    Raises:
        ModelError: the split has no clip long enough.
    """
    found, heard = [], model.front.seconds + 2 * REACH
    if not shards.where(split, seconds=heard):
        raise ModelError(f"The {split} split has no clips to measure on.", f"Prepare more of {heard:g} s or longer.")
    for sample, frames, sound, begins in _windows(model, shards, split, per_clip):
        curve = curve_of(match(frames, sound), model.step)
        truth = REACH - begins
        said, confidence = curve.best_offset, curve.confidence
        if job:
            job.step()
        found.append(Answer(group=sample.group, label=sample.label, truth=truth, said=said, confidence=confidence))
    return found


def model_match(model: OffsetModel) -> Match:
    """As the product asks it."""
    return lambda frames, sound: model.match(model.picture(frames.permute(0, 2, 3, 1).numpy()), sound.numpy())


def loudness_match(frame_rate: float) -> Match:
    """A baseline without learning: how well changes of the picture go with rises of the loudness."""

    def match(frames: torch.Tensor, sound: torch.Tensor) -> np.ndarray:
        from engine.features.clip import WAVE_RATE

        moved = np.abs(np.diff(frames.float().numpy(), axis=0)).mean(axis=(1, 2, 3))
        moved = np.repeat(np.concatenate([moved[:1], moved]), 2)
        hop = round(WAVE_RATE / frame_rate / 2)
        heard = sound.numpy()[:, : sound.shape[1] // hop * hop].reshape(2, -1, hop)
        level = np.log10((heard**2).mean(axis=(0, 2)) + 1e-7)
        rises = np.maximum(np.diff(level, prepend=level[:1]), 0.0)
        count = len(rises) - len(moved) + 1
        return np.array([_correlation(moved, rises[n : n + len(moved)]) for n in range(count)])

    return match


def ask_all(model: OffsetModel, shards: ClipShards, split: str, *, job: Job | None = None) -> dict[str, list[Answer]]:
    """What the ``model`` says, and what it has to be better than: :func:`loudness_match` and its own random weights."""
    fresh = OffsetModel(id="", fingerprint="", network=untrained(model.network), device=model.device)
    asked = {MODEL: model_match(model), LOUDNESS: loudness_match(float(model.front.rate)), RANDOM: model_match(fresh)}
    found, job = dict[str, list[Answer]](), job or Job()
    for name, match in asked.items():
        job.begin(shards.clips(split) * WINDOWS_A_CLIP, f"Measuring offsets, {name}")
        found[name] = answers(match, model, shards, split, job=job)
    return found


def by_video(found: Sequence[Answer], read: Callable[[Answer], float]) -> dict[str, list[float]]:
    """A number of each answer, by video."""
    videos: dict[str, list[float]] = defaultdict(list)
    for one in found:
        videos[one.group].append(read(one))
    return dict(videos)


def share_right(found: Sequence[Answer], least: float = 0.0) -> tuple[float, float]:
    """Share of answers at least as sure as ``least``, and how many of these are right (0 where there are none)."""
    sure = [one for one in found if one.confidence >= least]
    return len(sure) / len(found), float(np.mean([one.right for one in sure])) if sure else 0.0


def least_confidence(found: Sequence[Answer], wanted: float = WANTED) -> float:
    """The lowest confidence from which on ``wanted`` of the answers are right; 1 where there is none.

    Raises:
        ModelError: too few answers to tell.
    """
    if len(found) < _FEWEST:
        raise ModelError(f"{len(found)} answers do not show how sure is sure.", f"Measure {_FEWEST} or more.")
    for least in _CONFIDENCES:
        sure = [one for one in found if one.confidence >= least]
        if len(sure) >= _FEWEST and share_right(found, float(least))[1] >= wanted:
            return float(least)
    return 1.0


def sync_accuracy(model: OffsetModel, shards: ClipShards, split: str) -> float:
    """The share of :func:`sync_hits`."""
    hits = sync_hits(model, shards, split)
    return float(np.mean([hit for video in hits.values() for hit in video]))


def sync_hits(
    model: OffsetModel, shards: ClipShards, split: str, *, pairs: int = PAIRS_A_CLIP, job: Job | None = None
) -> dict[str, list[float]]:
    """Paper D's question to it: 1.0 for each fixed pair, half of them shifted by 2 to 5.8 s, that is judged rightly.

    A pair is in sync where offsets about zero are likelier than they would be by chance. Others are 0.0; by video.

    Raises:
        ModelError: the split has no clip long enough.
    """
    from training.data.clips.pairs import clip_pairs

    hits: dict[str, list[float]] = defaultdict(list)
    for pair in clip_pairs(shards, split, pairs, (0, 0), "shift", seconds=model.front.seconds):
        frames = _middle(shards.frames(pair.clip, pair.frame_start, model.front.frames), model.front.picture)
        sound = _around(shards, pair.sound_clip, pair.sound_start, model.front.seconds)
        curve = curve_of(model_match(model)(frames, sound), model.step)
        hits[shards.samples[pair.clip].group].append(float((_at_rest(curve) > 1.0) == pair.synced))
        if job:
            job.step()
    if not hits:
        hint = f"To be shifted, a clip lasts {model.front.seconds + 2.3:g} s at least."
        raise ModelError(f"The {split} split has no clips to shift.", hint)
    return dict(hits)


def summary(found: Sequence[Answer], least: float) -> dict[str, Any]:
    """Plain numbers of some answers: how many are right, and what comes of proposing the sure ones only."""
    proposed, right = share_right(found, least)
    median = float(np.median([abs(one.said - one.truth) for one in found]))
    return {
        "windows": len(found),
        "right": share_right(found)[1],
        "median_error": median,
        "proposed": proposed,
        "proposed_right": right,
    }


def _windows(
    model: OffsetModel, shards: ClipShards, split: str, per_clip: int
) -> Iterator[tuple[Any, torch.Tensor, torch.Tensor, float]]:
    from training.data.clips.offsets import OffsetItems, offset_windows

    heard = model.front.seconds + 2 * REACH
    items = OffsetItems(shards, model.front, heard)
    for window in offset_windows(shards, split, per_clip, (0, 0), front=model.front, heard=heard):
        item = items.load(window)
        frames = _middle(item["frames"], model.front.picture)
        yield shards.samples[window.clip], frames, item["sound"], float(item["begins"])


def _middle(frames: torch.Tensor, edge: int) -> torch.Tensor:
    from training.tasks.synchronisation import centre_crop

    return centre_crop(frames, (edge, edge))


def _around(shards: ClipShards, clip: int, start: float, seconds: float) -> torch.Tensor:
    """The sound of a window with half a second to either side, silence where the clip has none."""
    import torch

    from engine.features.clip import WAVE_RATE

    sample = shards.samples[clip]
    first, last = max(0.0, start - REACH), min(sample.seconds, start + seconds + REACH)
    sound = shards.sound(clip, first, last - first)
    whole = torch.zeros(2, round((seconds + 2 * REACH) * WAVE_RATE))
    at = round((first - start + REACH) * WAVE_RATE)
    whole[:, at : at + sound.shape[1]] = sound[:, : whole.shape[1] - at]
    return whole


def _at_rest(curve: SyncCurve) -> float:
    """How much likelier than by chance it is that the sound lies right, give or take 0.1 s."""
    near = np.abs(curve.offsets) <= NEAR
    return float(curve.scores[near].sum() / near.mean())


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    one, other = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum() / scale) if scale > 0 else 0.0

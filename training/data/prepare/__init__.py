"""Turns videos and the synthetic world into shards: one frame and its second of sound for every second of picture."""

from __future__ import annotations

from pathlib import Path

from engine.jobs import Job
from training.data.prepare.estimate import Estimate
from training.data.prepare.fill import Announce, fill, look
from training.data.prepare.layouts import LAYOUTS, find_videos, plan_videos
from training.data.prepare.report import Plan, PrepareReport
from training.data.prepare.seconds import Second, is_silent, seconds_of
from training.data.prepare.world import ANY, World, plan_world, prepare_empty, shares

__all__ = [
    "LAYOUTS",
    "Estimate",
    "Plan",
    "PrepareReport",
    "Second",
    "World",
    "fill",
    "find_videos",
    "is_silent",
    "look",
    "plan_videos",
    "plan_world",
    "prepare",
    "prepare_empty",
    "prepare_synthetic",
    "seconds_of",
    "shares",
]


def prepare(
    folder: Path | str,
    out: Path | str,
    job: Job | None = None,
    labels: Path | None = None,
    *,
    layout: str = "folder",
    workers: int = 1,
    announce: Announce | None = None,
) -> PrepareReport:
    """Write shards of the videos below ``folder`` into ``out``; see :func:`fill` for what happens to a set begun there.

    Each whole second of a video becomes one sample: its middle frame, squeezed to 480 x 240, its sound as mono 48 kHz
    and, where it is real stereo, as stereo 16 kHz.

    Args:
        folder: searched with its sub-folders; only read.
        out: made when missing.
        job: progress and cancel.
        labels: a CSV or TSV with the columns ``file`` and ``label``; for the layout "vggsound" its own table.
        layout: one of ``LAYOUTS``: how the folder is arranged.
        workers: processes; 0 is one a core.
        announce: told the estimate before work starts.

    Raises:
        MediaError: the folder is missing or holds no video, or the shards cannot go to ``out``.
    """
    plan = plan_videos(Path(folder), layout, labels)
    return fill(plan, Path(out), workers=workers, job=job, announce=announce)


def prepare_synthetic(
    out: Path | str, videos: dict[str, int], world: World = ANY, *, job: Job | None = None, workers: int = 1
) -> PrepareReport:
    """Write shards straight from the synthetic world; a set begun with the same ``world`` is added to.

    Args:
        out: made when missing.
        videos: how many of each split; the splits' seeds are disjoint.
        world: what the videos are like.
        job: progress and cancel.
        workers: processes; 0 is one a core.
    """
    return fill(plan_world(videos, world), Path(out), workers=workers, job=job)

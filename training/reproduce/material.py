"""What stands in for a paper's videos where none are given: the synthetic world, rendered once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.errors import ModelError
from engine.jobs import Job
from training.data.kinds import ACTIONS, CLIPS, SECONDS, holds, in_stereo, wrong_kind
from training.data.writer import INDEX
from training.reproduce.parts import learned_from
from training.reproduce.tables import ClipMaterial, Paper

Report = Callable[[dict[str, Any]], None]


def material(
    paper: Paper, data: Sequence[Path | str], out: Path, *, runs: Sequence[str], quick: bool, report: Report, job: Job
) -> list[Path]:
    """``data``, and what it lacks for ``runs`` of the paper, rendered into ``out``; what is there already stays.

    ``report`` is told of each kind before it is rendered.

    Raises:
        ModelError: some of ``data`` is of no use to ``runs``, so that the person's own films would not be heard.
    """
    places = [Path(place) for place in data]
    wanted = {learned_from(paper.task(run)) for run in runs}
    check(paper, places, wanted, quick=quick)
    if paper.clips is None:
        if not places:
            _tell(report, SECONDS, out / "shards")
            places.append(synthetic_shards(out / "shards", paper, quick=quick, job=job))
        return places
    lacking = wanted - {holds(place) for place in places}
    if CLIPS in lacking:
        _tell(report, CLIPS, out / "shards")
        places.append(_clips(out / "shards", paper.clips, paper.quick_videos if quick else paper.videos, quick, job))
    if ACTIONS in lacking:
        _tell(report, ACTIONS, out / "actions" / "shards")
        places.append(_actions(out / "actions", paper.clips, quick, job))
    return places


def check(paper: Paper, places: Sequence[Path], wanted: Collection[str], *, quick: bool) -> None:
    """Refuse folders of a kind that the paper never learns from, and folders of which none holds what is ``wanted``.

    Paper D learns from clips and from actions; who has one of them still gets the other one rendered.

    Raises:
        ModelError: with how the right kind is made.
    """
    ours = {learned_from(paper.task(run)) for run in paper.runs()}
    held = {place: holds(place) for place in places}
    needed = sorted(set(wanted) - set(held.values())) or sorted(wanted)
    for place, kind in held.items():
        if kind not in ours or not {*wanted} & {*held.values()}:
            refusal = wrong_kind(place, kind, *needed)
            if paper.clips:
                refusal.hint += f" Add --preset {paper.clips.preset(quick)}."
            raise refusal
        if paper.stereo and not in_stereo(place):
            hint = "Prepare films whose sound is real stereo; `prepare --layout stereo` leaves the others out."
            raise ModelError(f"{place} holds seconds in mono, and {paper.name} hears left and right.", hint)


def synthetic_shards(out: Path, paper: Paper, *, quick: bool, job: Job) -> Path:
    """Shards of the world that stands in for the paper's videos; what is there already is not rendered again."""
    from training.data.prepare import prepare_synthetic

    videos = paper.quick_videos if quick else paper.videos
    prepare_synthetic(out, dict(videos), paper.world, job=job, workers=0)
    return out


def _tell(report: Report, kind: str, place: Path) -> None:
    if not (place / INDEX).is_file():
        report({"event": "rendering", "kind": f"synthetic {kind}", "shards": str(place)})


def _clips(out: Path, wanted: ClipMaterial, videos: Mapping[str, int], quick: bool, job: Job) -> Path:
    from training.data.clips import plan_clip_world, preset
    from training.data.prepare import fill

    plan = plan_clip_world(dict(videos), preset(wanted.preset(quick)), wanted.world)
    fill(plan, out, workers=0, job=job)
    return out


def _actions(out: Path, wanted: ClipMaterial, quick: bool, job: Job) -> Path:
    """Videos and split lists as UCF101's in ``out/videos``, prepared into ``out/shards``."""
    from training.data.actions import plan_actions
    from training.data.actions.synthetic import write_actions
    from training.data.clips import preset
    from training.data.prepare import fill

    write_actions(out / "videos", wanted.quick_actions if quick else wanted.actions, keep=True, job=job)
    fill(plan_actions(out / "videos", "ucf101", preset(wanted.preset(quick))), out / "shards", workers=0, job=job)
    return out / "shards"

"""Whole videos of actions as clips, so that training never decodes a video again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from training.data.actions.lists import Uses, read_actions
from training.data.clips.encode import encode_clip
from training.data.clips.form import CLIP_RATE, ClipForm
from training.data.clips.video import CACHE, FilmedSource, same_channels, typical
from training.data.encode import Encoded
from training.data.prepare.report import Plan
from training.data.prepare.video import Video

USUAL = 6.0
"""s that a video of such a collection lasts, about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionVideo(FilmedSource):
    """A video of an action, wanted as one clip whatever its length; silent ones too."""

    collection: str
    """"UCF101" or "HMDB51"."""
    uses: Uses
    """What each official split uses it for."""

    def stamp(self) -> list[Any]:
        """Size and time of change of the file, its action and what it is used for."""
        return [*self.video.stamp(), list(self.uses)]

    def samples(self) -> Iterator[Encoded]:
        """The one clip. Where the video has no sound it holds silence of the picture's length."""
        from engine.media import VideoReader

        with VideoReader(self.path, CACHE) as reader:
            sound = _sound(self.path, reader.duration)
            times = [float(k / self.form.rate) for k in range(self.form.frames(sound.shape[1] / CLIP_RATE))]
            clip = encode_clip(
                self.video.group,
                self.form,
                frames=self.pictures(reader, times),
                sounds=[sound],
                heard=[[0]],
                label=self.video.label,
                channels=1 if same_channels(sound) else 2,
            )
        yield replace(clip, facts={**clip.facts, "collection": self.collection, "uses": list(self.uses)})


def plan_actions(folder: Path, layout: str, form: ClipForm) -> Plan:
    """A plan of all videos that the lists of ``layout`` ("ucf101", "hmdb51") name; raises as :func:`read_actions`."""
    found = read_actions(folder, layout)
    sources = [
        ActionVideo(
            video=Video(path=one.path, name=one.name, group=one.name, label=one.action),
            form=form,
            collection=found.name,
            uses=one.uses,
        )
        for one in found.videos
    ]
    whole = {key: value for key, value in form.facts().items() if key != "seconds"}
    made = {"layout": layout, "clips": whole}
    return Plan(sources=sources, made=made, missing=found.missing, sample_seconds=USUAL, typical=typical(form))


def _sound(path: Path, seconds: float) -> np.ndarray:
    """The video's sound as float32 ``(2, N)`` at 21 kHz, cut or filled up with silence to the picture's length."""
    from engine.media import load_audio, probe

    whole = np.zeros((2, max(1, round(seconds * CLIP_RATE))), np.float32)
    if probe(path).audio is not None:
        heard = load_audio(path, CLIP_RATE, 2, end=seconds)[:, : whole.shape[1]]
        whole[:, : heard.shape[1]] = heard
    return whole

"""Missing sounds are known to the timeline: on opening, when a file goes, and no more once it is found again."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_missing import _look
from app.viewmodels.timeline_placing import PlacingViewModel, Wanted
from engine.timeline.document import Clip, Media
from tests.app.conftest import HandDevice


@pytest.fixture
def drip(timeline: TimelineViewModel, sound_folder: Path, tmp_path: Path) -> Path:
    """A sound of the project that can be taken away."""
    path = tmp_path / "water" / "drip.wav"
    path.parent.mkdir()
    shutil.copy(sound_folder / "water/drip.wav", path)
    placing = PlacingViewModel(timeline, timeline)
    placing.drop([Wanted(path=path), Wanted(path=sound_folder / "train passing.wav")], 0, None)
    assert timeline.missing.paths == {}
    return path


def _media(timeline: TimelineViewModel, name: str) -> Media:
    project = timeline.projects.project
    assert project is not None
    return next(media for media in project.media if media.path.endswith(name))


def _clips(timeline: TimelineViewModel) -> list[Clip]:
    project = timeline.projects.project
    assert project is not None
    return [clip for track in project.tracks for clip in track.clips]


def test_a_project_opens_with_what_is_missing(timeline: TimelineViewModel, drip: Path) -> None:
    path = timeline.projects.path
    assert path is not None
    timeline.projects.close()
    drip.parent.rename(drip.parent.with_name("moved"))
    timeline.projects.open(path)
    assert timeline.missing.paths == {_media(timeline, "drip.wav").id: drip}
    timeline.projects.close()
    assert timeline.missing.paths == {}


def test_relinked_it_is_missing_no_more_and_its_outline_is_read(timeline: TimelineViewModel, drip: Path) -> None:
    drip.parent.rename(drip.parent.with_name("moved"))
    timeline.missing.look()
    told: list[set[str]] = []
    timeline.missing.changed.connect(lambda: told.append(set(timeline.missing.paths)))
    timeline.projects.relink(drip.parent.with_name("moved"))
    assert told == [set()]
    media = _media(timeline, "drip.wav")
    timeline.outlines.get(media)
    timeline.outlines._next()
    assert timeline.outlines.get(media) is not None
    timeline.projects.undo()
    assert set(timeline.missing.paths) == {media.id}, "undone, the project looks at the old place again"


def test_a_sound_that_cannot_be_read_is_looked_for_and_read_once_it_is_back(
    timeline: TimelineViewModel, drip: Path
) -> None:
    away = drip.rename(drip.with_name("away.wav"))
    media = _media(timeline, "drip.wav")
    timeline.outlines.get(media)
    timeline.outlines._next()
    assert set(timeline.missing.paths) == {media.id}
    away.rename(drip)
    timeline.missing.look()
    assert timeline.missing.paths == {}
    timeline.outlines.get(media)
    timeline.outlines._next()
    assert timeline.outlines.get(media) is not None


def _is_heard(timeline: TimelineViewModel, device: HandDevice, qtbot: QtBot, seconds: float = 2.0) -> bool:
    """Whether anything sounds when the project is played from its beginning."""
    timeline.playback.locate(0)
    device.hear(0.5)  # what a hand that moves lets sound
    timeline.playback.play(1.0)
    loudest, end = 0.0, time.monotonic() + seconds
    while not loudest and time.monotonic() < end:
        qtbot.wait(5)
        loudest = float(abs(device.hear(0.005)).max())
    timeline.playback.pause()
    return loudest > 0


@pytest.mark.parametrize("when", ["before it is opened", "while it is open"])
def test_a_sound_that_is_back_is_heard(
    timeline: TimelineViewModel, drip: Path, device: HandDevice, qtbot: QtBot, when: str
) -> None:
    path = timeline.projects.path
    assert path is not None
    timeline.select([clip.id for clip in _clips(timeline) if clip.media != _media(timeline, "drip.wav").id])
    timeline.remove()
    timeline.projects.save()
    if when == "before it is opened":
        timeline.projects.close()
    away = drip.rename(drip.with_name("away.wav"))
    if when == "before it is opened":
        timeline.projects.open(path)
    else:
        timeline.playback.close()
        timeline.projects.close()
        away.rename(drip)
        timeline.projects.open(path)
        drip.rename(away)
        timeline.missing.look()
    assert timeline.missing.paths and not _is_heard(timeline, device, qtbot, 0.3)
    away.rename(drip)
    timeline.missing.look()
    assert timeline.missing.paths == {} and _is_heard(timeline, device, qtbot)


def test_a_place_that_the_system_refuses_is_missing(timeline: TimelineViewModel, drip: Path, tmp_path: Path) -> None:
    refused = tmp_path / ("a" * 300) / "drip.wav"  # no file system takes such a name
    media = replace(_media(timeline, "drip.wav"), path=refused.as_posix(), relative="")
    assert _look((media,), tmp_path) == {media.id: refused}

"""Scenes as files: the film, its truth and its single sounds agree."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import Cancelled, ProjectError
from engine.jobs import Job
from training.data import synthetic


def test_written_videos_hold_what_their_truth_says(tmp_path: Path) -> None:
    from engine.media import VideoReader, load_audio, probe

    job = Job()
    paths = synthetic.write(tmp_path, 2, 6, seconds=1.0, job=job)
    assert [p.name for p in paths] == ["0000.mp4", "0001.mp4"]
    assert job.done == job.total == 50
    for index, path in enumerate(paths):
        truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        info = probe(path)
        assert info.video is not None
        assert info.audio is not None
        assert (info.video.width, info.video.height, info.audio.channels) == (truth["width"], truth["height"], 2)
        scene = synthetic.render_scene(synthetic.scene_seed(6, index), seconds=1.0)
        with VideoReader(path) as reader:
            shown = reader.frame_at(0.5).image.astype(int)
        assert np.abs(shown - scene.frame_at(0.5)).mean() < 6
        total = sum(soundfile.read(tmp_path / s["sound"])[0].T for s in truth["sources"])
        heard = load_audio(path)
        n = min(heard.shape[1], total.shape[1])
        assert np.corrcoef(heard[:, :n].ravel(), total[:, :n].ravel())[0, 1] > 0.95


def test_any_video_can_be_rendered_alone(tmp_path: Path) -> None:
    synthetic.write(tmp_path / "two", 2, 8, seconds=0.4)
    synthetic.write(tmp_path / "one", 1, 8, seconds=0.4)
    assert (tmp_path / "one/0000.json").read_text() == (tmp_path / "two/0000.json").read_text()
    assert (tmp_path / "one/0000_source0.wav").read_bytes() == (tmp_path / "two/0000_source0.wav").read_bytes()


def test_cancelling_leaves_no_half_video(tmp_path: Path) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        synthetic.write(tmp_path, 1, 3, seconds=0.4, job=job)
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_write_is_said(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="0 videos"):
        synthetic.write(tmp_path, 0, 1)
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(ProjectError, match="cannot be made"):
        synthetic.write(blocked, 1, 1)

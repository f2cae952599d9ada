"""The demo project: complete, cached, resumable, and named as sound libraries are."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

import resources
from engine.errors import Cancelled, ProjectError
from engine.jobs import Job
from training.data import demo

SHORT = (
    demo.Shot(0.4, "meadow", ("horse galloping",)),
    demo.Shot(0.4, "kitchen", ("kettle whistling", "clock ticking")),
)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer frames and sounds of the same making: the whole demo takes half a minute."""
    monkeypatch.setattr(demo, "FILM", SHORT)
    some = demo.takes()[::17]
    monkeypatch.setattr(demo, "takes", lambda: some)


@pytest.mark.usefixtures("small")
def test_demo_is_rendered_once(tmp_path: Path) -> None:
    from engine.media import probe

    job = Job()
    project = demo.ensure_demo(tmp_path, job)
    info = probe(project.video)
    assert info.video is not None
    assert info.audio is None
    assert (info.video.width, info.video.height, info.video.fps) == (640, 360, 25)
    assert job.done == job.total > 0
    assert not project.library.exists()
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}
    assert demo.ensure_demo(tmp_path) == project
    assert before == {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}


@pytest.mark.usefixtures("small")
def test_an_interrupted_demo_is_finished_later(tmp_path: Path) -> None:
    class Stops(Job):
        def step(self, n: float = 1, message: str | None = None) -> None:
            super().step(n, message)
            if self.done >= 24:  # after the film and one sound
                self.cancel()
                self.check()

    with pytest.raises(Cancelled):
        demo.ensure_demo(tmp_path, Stops())
    assert json.loads((tmp_path / "demo.json").read_text())["complete"] is False
    film = next(tmp_path.glob("*.mp4")).stat().st_mtime_ns
    project = demo.ensure_demo(tmp_path)
    assert project.video.stat().st_mtime_ns == film
    assert len(list(project.sounds.rglob("*.wav"))) == len(demo.takes())
    next(project.sounds.rglob("*.wav")).unlink()
    demo.ensure_demo(tmp_path)
    assert len(list(project.sounds.rglob("*.wav"))) == len(demo.takes())


@pytest.mark.usefixtures("small")
def test_an_older_demo_makes_room_and_foreign_files_stay(tmp_path: Path) -> None:
    (tmp_path / "old.wav").write_bytes(b"1")
    (tmp_path / "mine.wav").write_bytes(b"2")
    (tmp_path / "demo.json").write_text('{"version": -1, "complete": true, "files": ["old.wav"]}')
    demo.ensure_demo(tmp_path)
    assert not (tmp_path / "old.wav").exists()
    assert (tmp_path / "mine.wav").exists()


def test_the_library_is_named_and_sized_as_promised() -> None:
    with resources.path("ucs.csv").open(encoding="utf-8") as file:
        known = {row["CatID"] for row in csv.DictReader(file)}
    names = [demo._relative(take) for take in demo.takes()]
    assert 120 <= len(names) <= 160
    assert len(set(names)) == len(names)
    assert {name.name.split("_")[0] for name in names} <= known
    assert {len(name.name.split("_")) for name in names} == {4}
    assert {name.parts[0] for name in names} == {"Sounds"}
    assert "Various" not in {name.parts[1] for name in names}
    assert all(0.5 <= take.seconds <= 12 for take in demo.takes())
    shown = {name for shot in demo.FILM for name in shot.things}
    assert {take.category.name for take in demo.takes()} - shown, "some sounds fit nothing in the film"


def test_the_film_lasts_a_minute() -> None:
    assert sum(scene.frame_count for scene in demo.film()) == 60 * 25


def test_takes_are_clean(tmp_path: Path) -> None:
    for take in demo.takes()[::11]:
        demo._save_take(tmp_path, take)
        info = soundfile.info(tmp_path / demo._relative(take))
        assert (info.samplerate, info.subtype) == (48_000, "PCM_24")
        assert info.channels == (2 if take.stereo else 1)
        assert info.duration == pytest.approx(take.seconds, abs=0.01)
        sound, _ = soundfile.read(tmp_path / demo._relative(take), always_2d=True)
        assert 0.3 < np.abs(sound).max() < 0.9
        assert np.abs(sound.mean(axis=0)).max() < 2e-3
        assert np.abs(sound[-1]).max() < 1e-3


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(ProjectError, match="cannot be written") as caught:
        demo.ensure_demo(blocked / "demo")
    assert caught.value.hint

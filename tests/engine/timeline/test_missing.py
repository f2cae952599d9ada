"""Missing files: the project opens, and finds them by name and size, name and length, or what is in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Cancelled, ProjectError
from engine.jobs import Job
from engine.media import write_wav
from engine.timeline import edits
from engine.timeline.document import LibraryRef, Project, VideoRef
from engine.timeline.missing import missing, relink
from engine.timeline.paths import fingerprint, resolve, stored
from engine.timeline.session import create_project, open_project
from engine.timeline.sources import read_media


def noise(path: Path, seconds: float, seed: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    sound = np.random.default_rng(seed).normal(0, 0.1, (1, round(8000 * seconds))).astype(np.float32)
    write_wav(path, sound, 8000)
    return path


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A sound in the project's folder."""
    return noise(tmp_path / "film" / "doors" / "slam.wav", 1.0)


@pytest.fixture
def project(sound: Path, tmp_path: Path) -> Project:
    """A project that plays it."""
    project = edits.add_track(Project(id="p"), track_id="t").apply(Project(id="p"))
    return edits.place(project, read_media(sound, tmp_path / "film"), track="t", at=0).apply(project)


def lost(project: Project, tmp_path: Path) -> int:
    return len(missing(project, tmp_path / "film").media)


def found_at(project: Project, tmp_path: Path, job: Job | None = None) -> Path | None:
    found = relink(project, tmp_path, tmp_path / "film", job)
    after = found.change(project).apply(project)
    assert found.found == lost(project, tmp_path) - len(found.left.media)
    assert after.tracks == project.tracks
    return resolve(after.media[0], tmp_path / "film") if found.found else None


def test_nothing_is_missing_and_nothing_is_looked_for(project: Project, tmp_path: Path) -> None:
    assert not missing(project, tmp_path / "film")
    assert not relink(project, tmp_path, tmp_path / "film").change(project)


def test_name_and_size_first(project: Project, sound: Path, tmp_path: Path) -> None:
    noise(tmp_path / "other" / "slam.wav", 2.0)
    target = tmp_path / "disk" / "SLAM.WAV"
    target.parent.mkdir()
    sound.rename(target)
    assert lost(project, tmp_path) == 1
    assert found_at(project, tmp_path) == target


def test_of_equals_the_one_in_the_same_folders(project: Project, sound: Path, tmp_path: Path) -> None:
    for place in ("a", "z/doors", "m/doors/old"):
        noise(tmp_path / place / "slam.wav", 1.0)
    sound.unlink()
    assert found_at(project, tmp_path) == tmp_path / "z" / "doors" / "slam.wav"


def test_name_and_length_where_the_size_changed(project: Project, sound: Path, tmp_path: Path) -> None:
    target = tmp_path / "disk" / "slam.wav"
    target.parent.mkdir()
    data = bytearray(sound.read_bytes())  # someone wrote a tag into it
    data += b"LIST\x0c\0\0\0INFOICMT\0\0\0\0"
    data[4:8] = (len(data) - 8).to_bytes(4, "little")
    target.write_bytes(data)
    noise(tmp_path / "aaa" / "slam.wav", 2.0)
    sound.unlink()
    assert found_at(project, tmp_path) == target


def test_what_is_in_it_where_the_name_changed(project: Project, sound: Path, tmp_path: Path) -> None:
    noise(tmp_path / "disk" / "aaa.wav", 1.0, seed=1)  # of the same size
    target = tmp_path / "disk" / "DOORWood_Slam.wav"
    sound.rename(target)
    assert found_at(project, tmp_path) == target


def test_nothing_like_it_stays_missing_and_the_project_opens(project: Project, sound: Path, tmp_path: Path) -> None:
    noise(tmp_path / "disk" / "slam.wav", 3.0)
    path = tmp_path / "film" / "p.foleyscope"
    create_project(path, project).close()
    sound.unlink()
    with open_project(path) as session:
        assert session.project == project
        assert found_at(session.project, tmp_path) is None


def test_what_was_found_fits_a_project_that_was_edited_meanwhile(project: Project, sound: Path, tmp_path: Path) -> None:
    film = tmp_path / "disk" / "film.mov"
    film.parent.mkdir()
    film.write_bytes(b"picture")
    project = replace(project, video=VideoRef(path="/gone/film.mov", size=7))
    target = sound.rename(tmp_path / "disk" / "slam.wav")
    found = relink(project, tmp_path, tmp_path / "film")
    later = replace(project, video=replace(project.video, offset=480), loop=(0, 9))
    later = edits.add_track(later).apply(later)
    after = found.change(later).apply(later)
    assert after.video is not None and (after.video.path, after.video.offset) == (stored(film), 480)
    assert after.media[0].path == stored(target) and after.loop == (0, 9) and len(after.tracks) == 2
    bare = Project(id="p")
    assert not found.change(bare), "what is no longer the project's is left alone"


def test_pictures_and_libraries(tmp_path: Path) -> None:
    film = tmp_path / "disk" / "film.mov"
    film.parent.mkdir()
    film.write_bytes(b"picture")
    video = VideoRef(path="/gone/film.mov", size=7, fingerprint=fingerprint(film))
    project = Project(id="p", video=video, libraries=(LibraryRef(path="/gone/sounds.foley"),))
    away = missing(project, tmp_path)
    assert (away.video, away.libraries) == (video, project.libraries)
    found = relink(project, tmp_path, tmp_path)
    after = found.change(project).apply(project)
    assert after.video is not None
    assert (after.video.path, after.video.relative) == (stored(film), "disk/film.mov")
    assert found.left.video is None
    assert found.left.libraries


def test_what_may_not_be_looked_at_is_missing(project: Project, tmp_path: Path) -> None:
    place = "/" + "x" * 300  # asking for it fails, as in a folder that may not be entered
    shut = replace(
        project,
        media=(replace(project.media[0], path=place, relative=""),),
        video=VideoRef(path=place),
        libraries=(LibraryRef(path=place),),
    )
    assert missing(shut, tmp_path).paths == [place] * 3


def test_it_can_be_cancelled_and_wants_a_folder(project: Project, sound: Path, tmp_path: Path) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        relink(project, tmp_path, tmp_path, job)
    with pytest.raises(ProjectError, match="no folder"):
        relink(project, sound, tmp_path)

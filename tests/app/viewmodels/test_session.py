"""The sitting: what a dropped path is, what is said about an indexing, and signals that reach every panel."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.viewmodels.session import SessionViewModel
from engine.library import IndexReport, Problem


def _report(**counts: int) -> IndexReport:
    problems = [Problem(Path("x.wav"), "x", "y")] * counts.pop("problems", 0)
    numbers = {"added": 0, "updated": 0, "unchanged": 0, "removed": 0} | counts
    return IndexReport(**numbers, problems=problems, seconds=1.0, audio_seconds=1.0)


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (_report(added=1204), "Sounds: 1,204 added."),
        (_report(added=3, unchanged=10, problems=2), "Sounds: 3 added, 10 unchanged, 2 left out."),
        (_report(), "Sounds: none found in that folder."),
    ],
)
def test_an_indexing_is_told_in_one_sentence(inline: SessionViewModel, report: IndexReport, sentence: str) -> None:
    assert inline.describe_report(report) == sentence


def test_a_film_reaches_every_panel(inline: SessionViewModel, film: Path) -> None:
    times: list[float] = []
    frames: list[float] = []
    said: list[str] = []
    inline.time_changed.connect(times.append)
    inline.frame_changed.connect(lambda frame: frames.append(frame.time))
    inline.status.connect(lambda sentence, action: said.append(sentence))
    inline.open_path(film)
    inline.seek(1.0)
    assert times == [0.0, 1.0] and frames == [0.0, 1.0]
    assert said == [f"Opened {film.name}."]


def test_a_dropped_folder_is_sounds_and_a_library_a_library(inline: SessionViewModel, sounds: Path, home: Path) -> None:
    inline.open_path(sounds)
    assert inline.library is not None and inline.video is None
    made = inline.collection.library_path
    assert made is not None
    inline.collection.close()
    inline.open_path(made)
    assert inline.library is not None and inline.collection.library_path == made

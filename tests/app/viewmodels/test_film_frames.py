"""Frames of a film by themselves: the newest place wins, readers are closed, and what cannot be decoded is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.tasks import InlineRunner
from app.viewmodels.film_frames import FilmFrames, open_proxied, open_reader
from app.viewmodels.session import SessionViewModel
from engine.errors import EngineError, MediaError
from engine.media import Frame, VideoReader, make_proxy
from tests.app.conftest import frame_number


@pytest.fixture
def frames(inline: SessionViewModel, film: Path) -> Iterator[FilmFrames]:
    made = FilmFrames(InlineRunner(), inline)
    made.use(open_reader(film)[1])
    yield made
    made.forget()


def _go(frames: FilmFrames, seconds: float, before: float = 0.0) -> None:
    frames.aim(before, seconds)
    frames.show(before)


def test_the_frame_of_a_place_is_shown_and_what_follows_is_decoded_ahead(frames: FilmFrames) -> None:
    shown: list[Frame] = []
    frames.frame_changed.connect(shown.append)
    assert frames.ready and frames.untouched
    _go(frames, 0.8)
    assert [frame_number(frame.image) for frame in shown] == [20] and frames.frame is shown[0]
    assert not frames.untouched and not frames.looks_ahead and frames.direction == 1
    _go(frames, 0.4, before=0.8)
    assert frame_number(shown[-1].image) == 10 and frames.direction == -1


def test_while_it_plays_the_frame_of_this_moment_is_at_hand(frames: FilmFrames) -> None:
    _go(frames, 0.4)
    assert frames.due(1.96) is None, "nothing plays"
    frames.play_by(lambda: 0.48, 1.0)
    due = frames.due(1.96)
    assert due is not None and frame_number(due.image) == 12
    last = frames.due(0.44)
    assert last is not None and frame_number(last.image) == 11, "no later than the last one"
    frames.rest()
    assert frames.due(1.96) is None and not frames.is_behind


def test_another_reader_closes_the_one_before(
    frames: FilmFrames, film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[VideoReader] = []
    close = VideoReader.close
    monkeypatch.setattr(VideoReader, "close", lambda reader: (closed.append(reader), close(reader))[1])
    first = frames._reader
    proxied = open_proxied(film, make_proxy(film, tmp_path), 0.4, 1)[1]
    closed.clear()
    frames.use(proxied)
    assert closed == [first] and frames.ready
    frames.forget()
    assert closed == [first, proxied] and not frames.ready and frames.frame is None


def test_a_film_without_one_picture_is_broken_and_a_later_failure_is_told(
    frames: FilmFrames, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken: list[EngineError] = []
    told: list[EngineError] = []
    frames.broken.connect(broken.append)
    frames.runner.problem.connect(told.append)
    _go(frames, 0.4)

    def fail(*_: object, **__: object) -> Frame:
        raise MediaError("The picture is damaged here.", "Go to another place.")

    monkeypatch.setattr(VideoReader, "frame_at", fail)
    _go(frames, 1.6)
    assert len(told) == 1 and not broken and frames.ready, "one bad place is no broken film"
    frames.forget()
    frames.use(open_reader(film)[1])
    _go(frames, 0.0)
    assert len(broken) == 1 and not frames.ready

"""Writing: what is read back is what was given, and nothing half-written stays behind."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import MediaError
from engine.jobs import Job
from engine.media.write import write_video, write_wav


def _ramp(n: int, height: int = 48, width: int = 64) -> list[np.ndarray]:
    return [np.full((height, width, 3), 10 + 5 * i, np.uint8) for i in range(n)]


def test_video_holds_every_frame_at_its_time(tmp_path: Path) -> None:
    import av

    fps = Fraction(30000, 1001)
    path = write_video(tmp_path / "a.mp4", _ramp(40), fps)
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    assert len(frames) == 40
    for number, frame in enumerate(frames):
        assert frame.pts * frame.time_base == number / fps
        assert abs(int(frame.to_ndarray(format="rgb24").mean()) - (10 + 5 * number)) <= 3


def test_colours_survive(tmp_path: Path) -> None:
    import av

    picture = np.zeros((64, 96, 3), np.uint8)
    picture[:, :32], picture[:, 32:64], picture[:, 64:] = (220, 30, 30), (30, 200, 40), (20, 40, 210)
    path = write_video(tmp_path / "a.mp4", [picture] * 3, Fraction(25), crf=10)
    with av.open(str(path)) as container:
        back = next(container.decode(video=0)).to_ndarray(format="rgb24")
    for column in (16, 48, 80):
        assert np.abs(back[32, column].astype(int) - picture[32, column]).max() <= 8


def test_sound_starts_with_the_picture(tmp_path: Path) -> None:
    import av

    rate = 48000
    sound = np.zeros((1, rate), np.float32)
    sound[0, 24000:24100] = 0.9
    path = write_video(tmp_path / "a.mp4", _ramp(25), Fraction(25), sound, rate)
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert stream.codec_context.channels == 2
        blocks = [(frame.pts, frame.to_ndarray()) for frame in container.decode(stream)]
        heard = np.concatenate([b for _, b in blocks], axis=1)
        first = blocks[0][0] * stream.time_base * rate
    assert abs(int(np.abs(heard[0]).argmax()) + first - 24050) < 200


def test_odd_sizes_grow_by_one(tmp_path: Path) -> None:
    import av

    path = write_video(tmp_path / "a.mp4", _ramp(3, 47, 63), Fraction(24))
    with av.open(str(path)) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (64, 48)


def test_job_counts_and_cancels(tmp_path: Path) -> None:
    from engine.errors import Cancelled

    job = Job()
    write_video(tmp_path / "a.mp4", _ramp(5), Fraction(24), job=job)
    assert job.done == 5
    job.cancel()
    with pytest.raises(Cancelled):
        write_video(tmp_path / "b.mp4", _ramp(5), Fraction(24), job=job)
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]


def test_bad_frames_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no frames"):
        write_video(tmp_path / "a.mp4", [], Fraction(24))
    with pytest.raises(MediaError, match="does not match"):
        write_video(tmp_path / "a.mp4", [_ramp(1)[0], np.zeros((9, 9, 3), np.uint8)], Fraction(24))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_wav_round_trip(tmp_path: Path, channels: int) -> None:
    waveform = np.random.default_rng(1).uniform(-1, 1, (channels, 1000)).astype(np.float32)
    back, rate = soundfile.read(write_wav(tmp_path / "a.wav", waveform, 44100), always_2d=True)
    assert rate == 44100
    assert np.abs(back.T - waveform).max() < 2**-22


def test_wav_refuses_what_is_no_number(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no numbers"):
        write_wav(tmp_path / "a.wav", np.array([0.0, np.nan], np.float32), 48000)
    with pytest.raises(MediaError, match="could not be written"):
        write_wav(tmp_path / "a.wav", np.zeros(4, np.float32), 48000, subtype="NO_SUCH")
    assert list(tmp_path.iterdir()) == []

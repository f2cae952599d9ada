"""A dragged region is a real file with the source's own samples; the source is never touched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio.region import render_region
from engine.errors import MediaError


def write(path: Path, subtype: str | None = "PCM_24", rate: int = 44_100, channels: int = 2) -> np.ndarray:
    rng = np.random.default_rng(2)
    frames = (rng.standard_normal((rate * 2, channels)) * 0.2).clip(-1, 1)
    soundfile.write(path, frames, rate, subtype=subtype)
    return frames


@pytest.mark.parametrize(
    ("name", "subtype"),
    [("a.wav", "PCM_16"), ("a.wav", "PCM_24"), ("a.wav", "FLOAT"), ("a.flac", "PCM_24"), ("a.aiff", "PCM_16")],
)
def test_samples_rate_depth_and_channels_are_the_source_s_own(tmp_path: Path, name: str, subtype: str) -> None:
    source = tmp_path / name
    write(source, subtype)
    file = render_region(source, 0.25, 1.0, tmp_path / "cache")
    info = soundfile.info(file)
    assert (info.format, info.subtype, info.samplerate, info.channels) == ("WAV", subtype, 44_100, 2)
    wanted, _ = soundfile.read(source, start=11_025, stop=44_100, dtype="int32")
    found, _ = soundfile.read(file, dtype="int32")
    assert np.array_equal(found, wanted)


def test_compressed_sound_becomes_24_bit(tmp_path: Path) -> None:
    source = tmp_path / "a.ogg"
    write(source, None)
    info = soundfile.info(render_region(source, 0.5, 1.5, tmp_path / "cache"))
    assert (info.subtype, info.samplerate, info.frames) == ("PCM_24", 44_100, 44_100)


def test_a_second_call_finds_the_file_and_a_changed_source_makes_another(tmp_path: Path) -> None:
    source = tmp_path / "emoji 🐶 100% #1.wav"
    write(source)
    first = render_region(source, 0.0, 1.0, tmp_path / "cache")
    stamp = first.stat().st_mtime_ns
    assert render_region(source, 0.0, 1.0, tmp_path / "cache") == first
    assert first.stat().st_mtime_ns == stamp
    assert "emoji 🐶 100% #1" in first.name
    write(source, "PCM_16")
    assert render_region(source, 0.0, 1.0, tmp_path / "cache") != first


def test_the_longest_names_have_room(tmp_path: Path) -> None:
    source = tmp_path / ("🐶" * 62 + ".wav")  # 252 bytes
    write(source)
    assert render_region(source, 0.0, 0.5, tmp_path / "cache").is_file()


def test_the_source_stays_as_it_was(tmp_path: Path) -> None:
    source = tmp_path / "a.wav"
    write(source)
    before, stamp = source.read_bytes(), source.stat().st_mtime_ns
    render_region(source, 0.1, 0.2, tmp_path / "cache")
    assert source.read_bytes() == before
    assert source.stat().st_mtime_ns == stamp


def test_bad_wishes_are_said_in_a_sentence(tmp_path: Path) -> None:
    source = tmp_path / "a.wav"
    write(source)
    (tmp_path / "text.wav").write_text("no sound at all")
    for path, start, end in (
        (source, 5.0, 6.0),
        (source, 1.0, 1.0),
        (tmp_path / "absent.wav", 0.0, 1.0),
        (tmp_path / "text.wav", 0.0, 1.0),
    ):
        with pytest.raises(MediaError) as caught:
            render_region(path, start, end, tmp_path / "cache")
        assert caught.value.hint
    leftovers = [p for p in (tmp_path / "cache").rglob("*") if p.is_file()] if (tmp_path / "cache").exists() else []
    assert not leftovers


def test_video_sound_is_decoded(tmp_path: Path, shared_data: Path) -> None:
    clip = next(iter(sorted((shared_data / "clips").glob("003*.mp4"))))
    file = render_region(clip, 0.5, 1.0, tmp_path / "cache")
    info = soundfile.info(file)
    assert info.subtype == "PCM_24"
    assert info.duration == pytest.approx(0.5, abs=0.01)

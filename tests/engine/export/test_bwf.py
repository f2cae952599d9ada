"""Broadcast Wave: what is written is what libsndfile, ffprobe and we read back, below and above 4 GB."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import MediaError
from engine.export.bext import BroadcastInfo, LoudnessFields
from engine.export.bwf import RIFF_LIMIT, BitDepth, BwfWriter, pack_24, read_bwf

INFO = BroadcastInfo(
    description="Reel 1: Mix, from 01:00:00:00",
    reference="abc",
    date="2026-01-02",
    time="03:04:05",
    time_reference=(1 << 32) + 172_800_000,
    loudness=LoudnessFields(integrated=-23.014, true_peak=-1.5),
    coding_history="A=PCM,F=48000,W=24,M=stereo,T=Foleyscope\r\n",
)


def _write(path: Path, sound: np.ndarray, depth: BitDepth = 24, limit: int = RIFF_LIMIT, ixml: str = "") -> Path:
    with BwfWriter(
        path, sample_rate=48000, channels=len(sound), bit_depth=depth, info=INFO, ixml=ixml, limit=limit
    ) as file:
        for start in range(0, sound.shape[1], 700):
            file.write(sound[:, start : start + 700])
    return path


def _sound(count: int = 4321) -> np.ndarray:
    return np.random.default_rng(3).uniform(-0.9, 0.9, (2, count)).astype(np.float32)


def test_float_samples_come_back_bit_for_bit(tmp_path: Path) -> None:
    sound = _sound() * 2  # beyond full scale too
    back, rate = soundfile.read(_write(tmp_path / "a.wav", sound, 32), dtype="float32")
    assert rate == 48000
    assert np.array_equal(back.T, sound)
    assert soundfile.info(str(tmp_path / "a.wav")).subtype == "FLOAT"


def test_integers_come_back_within_their_dither(tmp_path: Path) -> None:
    sound = _sound()
    back, _ = soundfile.read(_write(tmp_path / "a.wav", sound), dtype="float64")
    assert soundfile.info(str(tmp_path / "a.wav")).subtype == "PCM_24"
    assert np.abs(back.T - sound).max() <= 1.5 / (1 << 23) + 1e-9


def test_an_odd_number_of_bytes_is_padded(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.wav", _sound(3)[:1])
    size = path.stat().st_size
    assert size % 2 == 0
    assert struct.unpack("<I", path.read_bytes()[4:8])[0] == size - 8
    assert soundfile.info(str(path)).frames == 3


def test_bext_reads_back(tmp_path: Path) -> None:
    back = read_bwf(_write(tmp_path / "a.wav", _sound(), ixml="<BWFXML>ä</BWFXML>"))
    assert back.version == 2
    assert back.info.time_reference == INFO.time_reference
    assert (back.info.description, back.info.date, back.info.time) == (INFO.description, INFO.date, INFO.time)
    assert back.info.loudness == LoudnessFields(integrated=-23.01, true_peak=-1.5)
    assert back.info.coding_history == INFO.coding_history
    assert back.ixml == "<BWFXML>ä</BWFXML>"
    assert not back.rf64


def test_loudness_known_at_the_end_is_put_in(tmp_path: Path) -> None:
    with BwfWriter(tmp_path / "a.wav", sample_rate=48000, channels=1, bit_depth=24, info=INFO) as file:
        file.write(np.zeros((1, 10), np.float32))
        file.set_loudness(LoudnessFields(integrated=-18.25))
    assert read_bwf(tmp_path / "a.wav").info.loudness == LoudnessFields(integrated=-18.25)


def test_ffprobe_reads_the_same(tmp_path: Path, ffprobe: Callable[[Path], dict[str, Any]]) -> None:
    told = ffprobe(_write(tmp_path / "a.wav", _sound()))
    tags = told["format"]["tags"]
    assert int(tags["time_reference"]) == INFO.time_reference
    assert (tags["comment"], tags["encoded_by"]) == (INFO.description, "Foleyscope")
    assert told["streams"][0]["codec_name"] == "pcm_s24le"
    assert int(told["streams"][0]["duration_ts"]) == 4321


@pytest.mark.parametrize("depth", [24, 32])
def test_a_file_over_the_limit_becomes_rf64(
    tmp_path: Path, depth: BitDepth, ffprobe: Callable[[Path], dict[str, Any]]
) -> None:
    sound = _sound()
    path = _write(tmp_path / "a.wav", sound, depth, limit=20_000)
    assert path.read_bytes()[:8] == b"RF64\xff\xff\xff\xff"
    assert soundfile.info(str(path)).format == "RF64"
    back, _ = soundfile.read(path, dtype="float32")
    assert np.abs(back.T - sound).max() < 2**-21
    assert int(ffprobe(path)["streams"][0]["duration_ts"]) == 4321
    assert read_bwf(path).rf64
    assert read_bwf(path).info.time_reference == INFO.time_reference


def test_five_real_gigabytes_of_silence_open_as_rf64(tmp_path: Path, ffprobe: Callable[[Path], dict[str, Any]]) -> None:
    """The samples are a hole in the file: the header is what is tested, by the size it really has to say."""
    frames = 5_000_000_000 // 6
    with BwfWriter(tmp_path / "a.wav", sample_rate=48000, channels=2, bit_depth=24, info=INFO) as file:
        file._file.seek(frames * 6, 1)
        file._file.truncate()
        file._frames = frames
    assert soundfile.info(str(tmp_path / "a.wav")).frames == frames
    assert int(ffprobe(tmp_path / "a.wav")["streams"][0]["duration_ts"]) == frames
    with soundfile.SoundFile(str(tmp_path / "a.wav")) as back:
        back.seek(frames - 10)
        assert len(back.read()) == 10


def test_sox_reads_the_samples(tmp_path: Path, run_tool: Callable[..., bytes]) -> None:
    sound = _sound()
    path = _write(tmp_path / "a.wav", sound, 32)
    raw = run_tool("sox", str(path), "-t", "f32", "-")
    assert np.abs(np.frombuffer(raw, "<f4").reshape(-1, 2).T - sound).max() < 1e-6


def test_files_without_bext_are_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "plain.wav", np.zeros(10), 48000)
    (tmp_path / "text.wav").write_text("no wave file at all")
    for name in ("plain.wav", "text.wav"):
        with pytest.raises(MediaError, match="not a Broadcast Wave"):
            read_bwf(tmp_path / name)
    with pytest.raises(MediaError, match="cannot be read"):
        read_bwf(tmp_path / "absent.wav")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-(1 << 23), (1 << 23) - 1), min_size=1, max_size=20))
def test_24_bits_pack_little_endian(values: list[int]) -> None:
    packed = pack_24(np.array(values, np.int32).reshape(-1, 1))
    assert packed == b"".join(value.to_bytes(3, "little", signed=True) for value in values)

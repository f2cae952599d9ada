"""Every odd, rare or broken file gives a picture, a sound or a sentence, soon; so does every piece of one."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.errors import MediaError
from engine.media import VideoReader, load_audio, make_proxy, probe

LONGEST = 20.0  # s for one file, all calls together, on a machine busy with other work


def outcomes(path: Path, folder: Path) -> dict[str, object]:
    """What each call gives for ``path``: its result, or the MediaError."""

    def picture(path: Path) -> float:
        with VideoReader(path) as reader:
            frames = [reader.frame_at(t) for t in (0.0, 0.4, 1e9, 0.1)]
            assert len({frame.image.shape for frame in frames}) == 1
            assert np.isfinite([frame.time for frame in frames]).all()
            assert [f.image.shape[0] for f in reader.thumbnails([0, 0.2], 8)]
            assert len(reader.frame_times) >= 1 and reader.duration >= 0
            return frames[0].time

    def sound(path: Path) -> int:
        waveform = load_audio(path, sample_rate=16000, channels=1)
        assert waveform.shape[0] == 1 and np.isfinite(waveform).all()
        return waveform.shape[1]

    calls: dict[str, Callable[[Path], object]] = {
        "probe": probe,
        "picture": picture,
        "sound": sound,
        "proxy": lambda path: make_proxy(path, folder),
    }
    found: dict[str, object] = {}
    for name, call in calls.items():
        try:
            found[name] = call(path)
        except MediaError as exc:
            assert exc.message.endswith(".") and exc.hint.endswith((".", "?")), exc
            found[name] = exc
    return found


@pytest.fixture(scope="module")
def odd_files(shared_data: Path) -> list[Path]:
    """All of them."""
    return sorted(p for p in (shared_data / "odd_files").rglob("*") if p.is_file())


def test_whole(odd_files: list[Path], tmp_path: Path) -> None:
    assert len(odd_files) > 90
    silent = set()
    for path in odd_files:
        begin = time.monotonic()
        found = outcomes(path, tmp_path)
        assert time.monotonic() - begin < LONGEST, path
        if all(isinstance(found[name], MediaError) for name in ("picture", "sound")):
            silent.add(path.name)
            continue
        assert isinstance(found["picture"], MediaError) == isinstance(found["proxy"], MediaError), path
        assert not isinstance(found["probe"], MediaError), path
    assert len(silent) <= 13  # headers without data, kinds FFmpeg has no decoder for


@pytest.mark.parametrize("share", [0.02, 0.3, 0.8])
def test_cut_short(share: float, odd_files: list[Path], tmp_path: Path) -> None:
    for path in odd_files:
        piece = tmp_path / path.name
        piece.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
        begin = time.monotonic()
        outcomes(piece, tmp_path / "proxies")
        assert time.monotonic() - begin < LONGEST, path
        piece.unlink()


def test_overwritten(odd_files: list[Path], tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for path in odd_files:
        data = np.frombuffer(path.read_bytes(), np.uint8).copy()
        places = rng.integers(0, len(data), max(3, len(data) // 500))
        data[places] = rng.integers(0, 256, len(places))
        piece = tmp_path / path.name
        piece.write_bytes(data.tobytes())
        begin = time.monotonic()
        outcomes(piece, tmp_path / "proxies")
        assert time.monotonic() - begin < LONGEST, path
        piece.unlink()

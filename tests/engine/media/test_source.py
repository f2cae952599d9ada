"""What cannot be read says why, in a sentence and a next step, and never as another exception."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.errors import MediaError
from engine.media import VideoReader, load_audio, make_proxy, probe, write_wav

CALLS: dict[str, Callable[[Path], object]] = {
    "probe": probe,
    "reader": lambda path: VideoReader(path).close(),
    "sound": load_audio,
    "proxy": lambda path: make_proxy(path, path.parent / "proxies"),
}


def folder(path: Path) -> None:
    path.mkdir()


def nothing(path: Path) -> None:
    pass


def empty(path: Path) -> None:
    path.touch()


def text(path: Path) -> None:
    path.write_text("Scene 1. A door creaks — żółw.\n" * 300, encoding="utf-8")


def subtitles(path: Path) -> None:
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n\n" * 20)


def noise(path: Path) -> None:
    # No 0xFF: by chance it would start an MPEG frame, and FFmpeg plays such noise under the name .mp3.
    path.write_bytes(np.random.default_rng(1).integers(0, 255, 200_000, np.uint8).tobytes())


def zeros(path: Path) -> None:
    path.write_bytes(bytes(100_000))


def pipe(path: Path) -> None:
    os.mkfifo(path)


def pdf(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 40)


BAD = {
    folder: "is a folder",
    nothing: "does not exist",
    empty: "is empty",
    text: "is a text file",
    subtitles: "is a text file",
    noise: "cannot be read|has no picture",
    zeros: "cannot be read|has no picture",
    pdf: "cannot be read",
    pipe: "is a device or pipe",
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("suffix", [".mp4", ".wav", ".png", ".mp3", ""])
@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)
def test_bad_files(make: Callable[[Path], None], suffix: str, call: str, tmp_path: Path) -> None:
    path = tmp_path / f"take 1{suffix}"
    make(path)
    begin = time.monotonic()
    with pytest.raises(MediaError, match=BAD[make]) as caught:
        CALLS[call](path)
    assert time.monotonic() - begin < 10
    assert caught.value.hint and caught.value.path is not None
    assert "Errno" not in str(caught.value)


@pytest.mark.parametrize("call", CALLS)
def test_unreadable(call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_wav(tmp_path / "a.wav", np.zeros((1, 10), np.float32), 48000)
    path.chmod(0)
    if os.access(path, os.R_OK):  # an administrator may read everything
        monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(MediaError, match="may not be read"):
        CALLS[call](path)


def test_a_slip_of_the_pen_is_guessed(tmp_path: Path) -> None:
    write_wav(tmp_path / "footsteps gravel.wav", np.zeros((1, 10), np.float32), 48000)
    with pytest.raises(MediaError) as caught:
        probe(tmp_path / "footstep gravel.wav")
    assert caught.value.hint == "Did you mean footsteps gravel.wav?"


def test_names_too_long_or_impossible(tmp_path: Path) -> None:
    for name in ("x" * 5000, "nul\0byte.wav"):
        with pytest.raises(MediaError, match="cannot be reached"):
            probe(tmp_path / name)


def test_side_files_of_macos(tmp_path: Path) -> None:
    path = tmp_path / "._door.wav"
    path.write_bytes(b"\0\5\x16\7" + bytes(100))
    with pytest.raises(MediaError, match="side file") as caught:
        probe(path)
    assert caught.value.hint == "Choose door.wav itself."


def test_names_that_look_like_protocols(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    good = write_wav(tmp_path / "a.wav", np.zeros((1, 4800), np.float32), 48000)
    monkeypatch.chdir(tmp_path)
    for name in ("concat:a.wav", "http:door.mp3", "pipe:0"):
        shutil.copy(good, tmp_path / name)
        assert load_audio(Path(name)).shape == (1, 4800)

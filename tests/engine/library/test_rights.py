"""What a sound's own tags say of its use."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile

from engine.library.rights import NOTHING_SAID, Rights, read_tags, stated


def tagged(path: Path, **tags: str) -> Path:
    with soundfile.SoundFile(str(path), "w", 48_000, 1) as file:
        for name, text in tags.items():
            setattr(file, name, text)
        file.write(np.zeros(4800))
    return path


def encoded(path: Path, codec: str, tags: dict[str, str]) -> Path:
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=48_000, layout="mono")
        container.metadata.update(tags)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = 48_000, Fraction(1, 48_000), 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_tags_of_what_libsndfile_reads(tmp_path: Path) -> None:
    wave = tagged(tmp_path / "a.wav", copyright="CC BY 4.0", artist="Jane  Döe\n")
    assert read_tags(wave) == Rights(licence="CC BY 4.0", credit="Jane Döe")
    flac = tagged(tmp_path / "a.flac", license="CC0", copyright="2020 somebody")
    assert read_tags(flac) == Rights(licence="CC0")
    assert read_tags(tagged(tmp_path / "b.wav")) == NOTHING_SAID


@pytest.mark.parametrize(("name", "codec"), [("a.m4a", "aac"), ("a.mka", "flac")])
def test_tags_of_what_ffmpeg_reads(tmp_path: Path, name: str, codec: str) -> None:
    made = encoded(tmp_path / name, codec, {"copyright": "CC0 1.0", "artist": "A. Recordist"})
    assert read_tags(made) == Rights(licence="CC0 1.0", credit="A. Recordist")


def test_what_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.m4a").write_bytes(b"no sound")
    assert read_tags(tmp_path / "a.m4a") == NOTHING_SAID
    assert read_tags(tmp_path / "missing.wav") == NOTHING_SAID


@pytest.mark.parametrize("text", [None, "", " - ", "None stated", "N/A", "unknown"])
def test_words_for_nothing(text: str | None) -> None:
    assert stated(text) == ""


def test_what_is_left_out_is_filled() -> None:
    table = Rights(licence="CC0", credit="A table")
    assert Rights(credit="Its tag").or_else(table) == Rights(licence="CC0", credit="Its tag")

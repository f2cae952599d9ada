"""Opens odd and broken files and prints, as a Markdown table, what a person would see and hear of each.

python scripts/broken_files.py [FOLDER_OF_ODD_FILES] > docs/broken-files.md
"""

from __future__ import annotations

import argparse
import os
import struct
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.errors import MediaError
from engine.media import VideoReader, load_audio, probe, write_video, write_wav

INTRODUCTION = """# Broken and odd files

Made by `scripts/broken_files.py`. Every file is opened as picture and as sound; what is there is shown, and what cannot
be shown is said in one sentence with a next step. Nothing here took longer than {slowest:.1f} s, and nothing ended in
another exception. "No picture" stands for: *NAME has no picture. Choose a film or a still image; sounds go into a
library.* "No sound" stands for: *NAME has no sound. Choose a file with an audio track.*

| what was tried | what the user saw | what the user heard |
|---|---|---|"""


def make_broken(folder: Path) -> dict[str, Path]:
    """Files broken on purpose, by what was done to them."""
    second = np.random.default_rng(1).uniform(-0.5, 0.5, (2, 48000)).astype(np.float32)
    pictures = [np.full((120, 160, 3), 2 * n, np.uint8) for n in range(100)]
    film = write_video(folder / "film.mp4", pictures, Fraction(25), np.tile(second, 4))
    wav = write_wav(folder / "sound.wav", second, 48000)
    tried = {
        "a name that does not exist": folder / "flim.mp4",
        "a folder": folder / "a folder",
        "an empty file": folder / "empty.mp4",
        "a text file renamed to .mp4": folder / "script.mp4",
        "subtitles renamed to .mov": folder / "subtitles.mov",
        "a program renamed to .wav": folder / "program.wav",
        "zeros renamed to .png": folder / "zeros.png",
        "a film cut in half, its index lost": folder / "half.mp4",
        "a film cut in half, its index kept": folder / "half indexed.mp4",
        "a film whose middle is overwritten": folder / "holes.mp4",
        "a transport stream cut in half": folder / "half.ts",
        "a sound cut in half": folder / "half.wav",
        "a sound whose recorder crashed (length 0)": folder / "crashed.wav",
        "a sound of 0 samples": folder / "silent.wav",
        "an encrypted film": folder / "encrypted.mp4",
        "a picture that claims 60000 x 60000 pixels": folder / "vast.png",
        "a side file of macOS": folder / "._film.mp4",
        "a picture with % in its name": folder / "shot %03d.png",
    }
    _spoil_plain(tried)
    _spoil_film(tried, film)
    _spoil_sound(tried, wav)
    if hasattr(os, "mkfifo"):
        tried["a named pipe"] = folder / "pipe.wav"
        os.mkfifo(tried["a named pipe"])
    return tried


def _spoil_plain(tried: dict[str, Path]) -> None:
    tried["a folder"].mkdir()
    tried["an empty file"].touch()
    tried["a text file renamed to .mp4"].write_text("INT. KITCHEN - NIGHT. A tap drips.\n" * 100)
    tried["subtitles renamed to .mov"].write_text("1\n00:00:01,000 --> 00:00:02,000\nDrip.\n\n" * 20)
    tried["a program renamed to .wav"].write_bytes(b"\x7fELF" + bytes(range(255)) * 200)
    tried["zeros renamed to .png"].write_bytes(bytes(10_000))
    tried["a side file of macOS"].write_bytes(b"\0\5\x16\7" + bytes(100))
    header = b"IHDR" + struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    tried["a picture that claims 60000 x 60000 pixels"].write_bytes(
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + bytes(4) + bytes(100)
    )


def _spoil_film(tried: dict[str, Path], film: Path) -> None:
    import cv2

    data = film.read_bytes()
    tried["a film cut in half, its index lost"].write_bytes(data[: len(data) // 2])
    indexed = film.with_name("indexed.mp4")
    _remux(film, indexed, {"movflags": "faststart"})
    _remux(film, film.with_name("film.ts"), {})
    _remux(film, tried["an encrypted film"], _ENCRYPTION)
    for source, name in (
        ("indexed.mp4", "a film cut in half, its index kept"),
        ("film.ts", "a transport stream cut in half"),
    ):
        whole = film.with_name(source).read_bytes()
        tried[name].write_bytes(whole[: len(whole) // 2])
    holed = bytearray(indexed.read_bytes())
    for place in range(len(holed) // 2, len(holed) * 3 // 4, 701):
        holed[place : place + 40] = bytes(40)
    tried["a film whose middle is overwritten"].write_bytes(bytes(holed))
    tried["a picture with % in its name"].write_bytes(
        cv2.imencode(".png", np.zeros((40, 60, 3), np.uint8))[1].tobytes()
    )


_ENCRYPTION = {
    "encryption_scheme": "cenc-aes-ctr",
    "encryption_key": "76a6c65c5ea762046bd749a2e632ccbb",
    "encryption_kid": "a7e61c373e219033c21091fa607bf3b8",
}


def _remux(source: Path, target: Path, options: dict[str, str]) -> None:
    import av

    with av.open(str(source)) as given, av.open(str(target), "w", options=options) as made:
        streams = {stream.index: made.add_stream_from_template(stream) for stream in given.streams}
        for packet in given.demux():
            if packet.size:
                packet.stream = streams[packet.stream_index]
                made.mux(packet)


def _spoil_sound(tried: dict[str, Path], wav: Path) -> None:
    data = bytearray(wav.read_bytes())
    tried["a sound cut in half"].write_bytes(bytes(data[: len(data) // 2]))
    write_wav(tried["a sound of 0 samples"], np.zeros((2, 0), np.float32), 48000)
    place = data.index(b"data")
    data[4:8] = data[place + 4 : place + 8] = bytes(4)
    tried["a sound whose recorder crashed (length 0)"].write_bytes(bytes(data))


def seen(path: Path) -> str:
    """What the picture side shows."""
    try:
        with VideoReader(path) as reader:
            frame = reader.frame_at(min(0.5, reader.duration))
            height, width = frame.image.shape[:2]
            turned = (
                f", turned {reader.info.video.rotation}°" if reader.info.video and reader.info.video.rotation else ""
            )
            return f"{width} x {height}{turned}, {reader.duration:.2f} s; at 0.5 s the frame of {frame.time:.3f} s"
    except MediaError as exc:
        return f"{exc.message} *{exc.hint}*"


def heard(path: Path) -> str:
    """What the sound side plays."""
    try:
        sound = load_audio(path)
        info = probe(path).audio
        rate = info.sample_rate if info else 1
        kind = {1: "mono", 2: "stereo"}.get(sound.shape[0], f"{sound.shape[0]} channels")
        return f"{kind}, {rate} Hz, {sound.shape[1] / rate:.2f} s"
    except MediaError as exc:
        return f"{exc.message} *{exc.hint}*"


def row(what: str, path: Path) -> tuple[str, float]:
    """One table row and the seconds it took."""
    begin = time.perf_counter()
    picture, sound = seen(path), heard(path)
    if picture == sound:
        sound = "the same"
    elif " has no picture." in picture:
        picture = "no picture"
    elif " has no sound." in sound:
        sound = "no sound"
    return f"| {what} | {picture} | {sound} |".replace(str(path.parent) + "/", ""), time.perf_counter() - begin


def main() -> None:
    """Prints the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="more odd files, each tried too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [row(what, path) for what, path in make_broken(Path(folder)).items()]
    more = sorted(path for path in given.folder.rglob("*") if path.is_file()) if given.folder else []
    rows += [row(f"`{path.relative_to(given.folder)}`", path) for path in more]
    print(INTRODUCTION.format(slowest=max(seconds for _, seconds in rows)))
    print("\n".join(text for text, _ in rows))


if __name__ == "__main__":
    main()

"""What deliveries are called: suffixes put on, and names of other kinds of files refused with the right one."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ProjectError
from engine.export import FORMATS, export
from engine.export.names import file_of, folder_of, renamed
from engine.timeline.document import Project


@pytest.mark.parametrize("name", ["mix", "Reel 1.2", "a.final", "mix.wav", "mix.WAV"])
def test_a_name_without_a_known_suffix_gets_it(name: str) -> None:
    made = file_of(Path("out") / name, FORMATS["wav"]).name
    assert made == (name if name.lower().endswith(".wav") else f"{name}.wav")


def test_a_movie_may_be_either() -> None:
    assert file_of(Path("a.mov"), FORMATS["mp4"], ".mov").name == "a.mov"
    assert file_of(Path("a"), FORMATS["mp4"], ".mov").name == "a.mp4"


@pytest.mark.parametrize(
    ("name", "format_id", "hint"),
    [
        ("out.mp4", "wav", "Name it out.wav, or choose the format mp4."),
        ("out.MOV", "wav", "Name it out.wav, or choose the format mp4."),
        ("c.foleyscope", "wav", "Name it c.wav."),
        ("b.wav", "otio", "Name it b.otio, or choose the format wav."),
        ("b.mp3", "wav", "Name it b.wav."),
    ],
)
def test_the_suffix_of_something_else_is_refused(name: str, format_id: str, hint: str) -> None:
    with pytest.raises(ProjectError, match=r"ends in .* is written as") as refused:
        file_of(Path(name), FORMATS[format_id])
    assert refused.value.hint == hint


def test_a_folder_is_not_called_like_a_file(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="writes several files into a folder") as refused:
        folder_of(tmp_path / "out.wav", FORMATS["stems"])
    assert refused.value.hint == "Give a folder, such as out, or choose the format wav."
    (tmp_path / "out.wav").mkdir()
    for there in ("out.wav", "scene stems", "Reel 1.2"):
        assert folder_of(tmp_path / there, FORMATS["stems"]) == tmp_path / there


@pytest.mark.parametrize(("name", "out"), [("wav", "a.mp4"), ("edl", "a.edl"), ("stems", "a.wav"), ("mp4", "a.wav")])
def test_nothing_is_written_under_such_a_name(name: str, out: str, with_picture: Project, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="ends in"):
        export(with_picture, tmp_path, name, tmp_path / "out" / out)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "format_id", "wanted"),
    [
        ("reel1_v2.wav", "wav", "reel1_v2.wav"),
        ("reel1_v2.WAV", "wav", "reel1_v2.WAV"),
        ("reel1_v2.wav", "rpp", "reel1_v2.rpp"),
        ("reel1_v2.wav", "stems", "reel1_v2"),
        ("Reel 1.2", "wav", "Reel 1.2.wav"),
        ("Reel 1.2", "edl", "Reel 1.2"),
        ("cut.mov", "mp4", "cut.mov"),
        ("cut.mov", "pdf", "cut.pdf"),
    ],
)
def test_another_format_changes_at_most_the_suffix(name: str, format_id: str, wanted: str) -> None:
    assert renamed(Path("out") / name, FORMATS[format_id]) == Path("out") / wanted

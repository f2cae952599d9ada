"""Loudness presets: the broadcasters' own, the user's over them, and mistakes in a file named."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ProjectError
from engine.export.presets import LoudnessTarget, choose_target, read_targets


def test_the_broadcasters_targets() -> None:
    known = {name: (target.lufs, target.true_peak) for name, target in read_targets().items()}
    assert known == {"none": (None, None), "ebu-r128": (-23, -1), "atsc-a85": (-24, -2), "netflix": (-27, -2)}


def test_a_file_adds_and_changes(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[loudness.web]\ntitle = "Web"\nlufs = -16\ntrue_peak = -1.5\n[loudness.netflix]\nlufs = -26.5\n')
    targets = read_targets(file)
    assert targets["web"] == LoudnessTarget(id="web", title="Web", lufs=-16, true_peak=-1.5)
    assert targets["netflix"].lufs == -26.5
    assert targets["ebu-r128"].lufs == -23
    assert choose_target("web", file).title == "Web"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no toml [", "cannot be read"),
        ("[other]\na = 1\n", "holds no loudness presets"),
        ("[loudness.web]\nlufs = 'loud'\n", "“lufs” of preset web"),
        ("[loudness.web]\nlufs = -20\nvolume = 1\n", "“volume” of preset web"),
        ("[loudness]\nweb = -20\n", "of preset web"),
        ("[loudness.web]\nlufs = 20\n", "cannot be"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(ProjectError, match=said) as caught:
        read_targets(file)
    assert caught.value.hint


def test_an_unknown_preset_is_answered_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no loudness preset") as caught:
        choose_target("ebu")
    assert "ebu-r128" in caught.value.hint
    with pytest.raises(ProjectError, match="cannot be read"):
        read_targets(tmp_path / "absent.toml")

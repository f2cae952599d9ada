"""The chosen region and its file."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile
from pytestqt.qtbot import QtBot

from app.tasks import TaskRunner
from app.viewmodels.regions import RegionsViewModel
from app.viewmodels.session import SessionViewModel


@pytest.fixture
def creak(sound_folder: Path) -> Path:
    return sound_folder / "door" / "wood creak.wav"


def test_without_a_region_the_file_itself_is_dragged(inline: SessionViewModel, tmp_path: Path, creak: Path) -> None:
    regions = RegionsViewModel(inline.runner, tmp_path)
    assert regions.file_of(creak) == creak
    assert regions.of(creak) is None


def test_a_settled_region_is_a_wav_of_its_length(inline: SessionViewModel, tmp_path: Path, creak: Path) -> None:
    regions = RegionsViewModel(inline.runner, tmp_path)
    regions.choose(creak, 1.5, 0.5)  # drawn from right to left
    assert regions.of(creak) == (0.5, 1.5)
    assert regions.file_of(creak) is None  # not the whole file by mistake
    regions.settle()
    file = regions.file_of(creak)
    assert file is not None
    assert file.parent.parent == tmp_path
    info = soundfile.info(file)
    assert (info.frames, info.samplerate, info.subtype) == (48_000, 48_000, "PCM_24")


def test_a_click_s_length_is_no_region(inline: SessionViewModel, tmp_path: Path, creak: Path) -> None:
    regions = RegionsViewModel(inline.runner, tmp_path)
    regions.choose(creak, 0.5, 0.505)
    regions.settle()
    assert regions.path is None
    assert regions.file_of(creak) == creak
    assert not list(tmp_path.rglob("*.wav"))


def test_a_region_drawn_on_while_the_first_is_written_is_not_mixed_up(
    dressed: object, tmp_path: Path, creak: Path, qtbot: QtBot
) -> None:
    runner = TaskRunner()
    regions = RegionsViewModel(runner, tmp_path)
    try:
        regions.choose(creak, 0.0, 1.0)
        regions.settle()
        regions.choose(creak, 0.0, 2.0)
        qtbot.waitUntil(lambda: len(list(tmp_path.rglob("*.wav"))) == 1, timeout=5000)
        qtbot.wait(50)
        assert regions.file_of(creak) is None
        regions.settle()
        qtbot.waitUntil(lambda: regions.file_of(creak) is not None, timeout=5000)
        assert soundfile.info(regions.file_of(creak)).duration == pytest.approx(2.0)
    finally:
        runner.shutdown()


def test_regions_of_long_ago_are_forgotten(
    inline: SessionViewModel, tmp_path: Path, creak: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.viewmodels.regions.KEPT_BYTES", 1_500_000)
    regions = RegionsViewModel(inline.runner, tmp_path)
    for end in (0.5, 0.6, 0.7, 0.5, 2.0, 2.1, 2.2):
        regions.choose(creak, 0.0, end)
        regions.settle()
        file = regions.file_of(creak)
        assert file is not None and soundfile.info(file).duration == pytest.approx(end) and file.exists()
    assert sum(file.stat().st_size for file in tmp_path.rglob("*.wav")) <= 1_500_000
    assert len(list(tmp_path.iterdir())) == len(list(tmp_path.rglob("*.wav"))) == 2


def test_a_region_that_cannot_be_written_is_said(inline: SessionViewModel, tmp_path: Path, qtbot: QtBot) -> None:
    regions = RegionsViewModel(inline.runner, tmp_path)
    regions.choose(tmp_path / "gone.wav", 0.0, 1.0)
    with qtbot.waitSignal(regions.problem, timeout=1000) as caught:
        regions.settle()
    assert caught.args[0].hint

"""Hearing sounds: prefetch, take-over, long sounds, stopping, and a missing device said once."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from app.tasks import TaskRunner
from app.viewmodels.audition import AuditionViewModel, ClipCache, Wish
from app.viewmodels.session import SessionViewModel
from engine.audio import Clip, OutputDevice, Player
from engine.errors import DeviceError, MediaError
from tests.app.conftest import HandDevice


@pytest.fixture
def bark(sound_folder: Path) -> Path:
    return sound_folder / "dog" / "DOGBark_Terrier_01.wav"


@pytest.fixture
def creak(sound_folder: Path) -> Path:
    return sound_folder / "door" / "wood creak.wav"


def test_a_click_is_heard_at_once_when_prefetched(audition: AuditionViewModel, device: Any, bark: Path) -> None:
    audition.prefetch([Wish(bark)])
    assert audition.is_ready(bark)
    audition.play(bark, 0.0, 0.6)
    assert audition.now_playing == bark
    assert np.abs(device.hear(0.01)).max() > 0.05
    assert audition.position == pytest.approx(0.01)


def test_an_unknown_sound_is_loaded_then_heard_and_kept(
    audition: AuditionViewModel, device: Any, creak: Path, qtbot: QtBot
) -> None:
    assert not audition.is_ready(creak)
    audition.play(creak, 1.0, None)
    assert audition.now_playing == creak
    assert audition.started_at == 1.0
    assert device.hear(0.05).any()
    qtbot.waitUntil(lambda: audition.is_ready(creak, 1.0), timeout=3000)


def test_the_end_is_noticed(audition: AuditionViewModel, device: Any, bark: Path, qtbot: QtBot) -> None:
    audition.play(bark, 0.5, 0.6)
    device.hear(0.2)
    with qtbot.waitSignal(audition.now_playing_changed, timeout=1000):
        pass
    assert audition.now_playing is None
    assert audition.position is None


def test_the_position_is_told_while_something_plays(
    audition: AuditionViewModel, device: Any, creak: Path, qtbot: QtBot
) -> None:
    audition.play(creak)
    device.hear(0.25)
    with qtbot.waitSignal(audition.position_changed, timeout=1000):
        pass
    assert audition.position == pytest.approx(0.25)


def test_toggle_and_stop(audition: AuditionViewModel, device: Any, bark: Path, creak: Path) -> None:
    audition.toggle(bark)
    audition.toggle(creak)
    assert audition.now_playing == creak
    audition.toggle(creak)
    assert audition.now_playing is None
    device.hear(0.01)
    assert not device.hear(0.05).any()


def test_a_long_sound_is_fed_while_it_plays(
    audition: AuditionViewModel, device: Any, sound_folder: Path, qtbot: QtBot
) -> None:
    stream = sound_folder / "water" / "stream long.wav"
    audition.play(stream, 0.0, 42.0)
    heard = 0.0
    while audition.now_playing is not None and heard < 60:
        block = device.hear(1.0)
        heard += 1.0
        if heard < 42:
            assert np.abs(block[-4800:]).max() > 0.05, f"silence at {heard} s"
        with qtbot.waitSignals([audition.position_changed, audition.now_playing_changed], timeout=300, raising=False):
            pass
        qtbot.wait(20)
    assert 41 < heard < 45


def test_loop_and_level_take_hold(audition: AuditionViewModel, device: Any, bark: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(audition.options_changed, timeout=100):
        audition.toggle_option("loop")
    audition.set_level_match(True)
    audition.play(bark, 0.1, 0.2)
    heard = device.hear(1.0)
    assert np.abs(heard[-2400:]).max() > 0.01
    audition.toggle_option("loop")
    device.hear(0.2)
    assert not audition.player.playing


def test_scrub_is_heard_once_loaded_and_leaves_a_playing_sound(
    audition: AuditionViewModel, device: Any, creak: Path
) -> None:
    audition.scrub(creak, 1.0)
    assert device.hear(0.05).any()
    assert audition.now_playing is None


def test_an_unreadable_sound_is_said(audition: AuditionViewModel, tmp_path: Path, qtbot: QtBot) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF but nothing else")
    with qtbot.waitSignal(audition.problem, timeout=1000) as caught:
        audition.play(broken)
    assert isinstance(caught.args[0], MediaError)
    assert audition.now_playing is None


def test_prefetching_a_broken_sound_is_silent_until_it_is_wanted(
    audition: AuditionViewModel, tmp_path: Path, bark: Path, qtbot: QtBot
) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"")
    with qtbot.assertNotEmitted(audition.problem):
        audition.prefetch([Wish(broken), Wish(bark)])
    assert audition.is_ready(bark)


class NoDevice(OutputDevice):
    """What a machine without PortAudio does."""

    def open(self) -> None:
        raise DeviceError("No sound can be played: PortAudio is not installed.", "Install it.")


def test_a_missing_device_is_said_on_the_first_play_only(inline: Any, bark: Path, qtbot: QtBot) -> None:
    audition = AuditionViewModel(inline.runner, Player(NoDevice()), inline)
    with qtbot.assertNotEmitted(audition.problem):
        audition.warm()
    assert "PortAudio" in audition.device_label
    with qtbot.waitSignal(audition.problem, timeout=1000) as caught:
        audition.play(bark)
    assert isinstance(caught.args[0], DeviceError)
    with qtbot.assertNotEmitted(audition.problem):
        audition.play(bark)
        audition.scrub(bark, 0.1)
        audition.stop()
    assert audition.now_playing is None


def test_the_last_of_quick_clicks_wins_with_real_threads(
    dressed: object, device: Any, sound_folder: Path, qtbot: QtBot
) -> None:
    runner = TaskRunner()
    audition = AuditionViewModel(runner, Player(device))
    try:
        paths = sorted(sound_folder.rglob("*.wav"))
        for path in paths:
            audition.play(path)
        qtbot.waitUntil(lambda: audition.now_playing is not None, timeout=5000)
        assert audition.now_playing == paths[-1]
        audition.prefetch(Wish(path) for path in paths)
        qtbot.waitUntil(lambda: all(map(audition.is_ready, paths)), timeout=10000)
    finally:
        audition.close()
        runner.shutdown()


@pytest.fixture
def bounced(tmp_path: Path) -> Path:
    """A sound that :func:`bounce` writes over: loud and short at first."""
    path = tmp_path / "bounce.wav"
    bounce(path, 0.5, 1.0)
    return path


def bounce(path: Path, level: float, seconds: float) -> None:
    """A steady sound, written in place as an editor does."""
    soundfile.write(path, np.full((round(seconds * 48_000), 2), level, np.float32), 48_000, subtype="FLOAT")


def test_a_file_that_was_written_over_is_heard_as_it_is_now(
    audition: AuditionViewModel, device: Any, bounced: Path, bark: Path
) -> None:
    audition.prefetch([Wish(bounced), Wish(bark)])
    bounce(bounced, 0.1, 2.0)
    audition.play(bounced)
    device.hear(0.1)
    assert np.allclose(device.hear(0.2), 0.1, atol=1e-4)
    audition.stop()
    assert audition.is_ready(bark), "others stay"


def test_a_file_that_was_written_over_is_scrubbed_as_it_is_now(
    audition: AuditionViewModel, device: Any, bounced: Path
) -> None:
    audition.prefetch([Wish(bounced)])
    bounce(bounced, 0.1, 2.0)
    for place in (0.2, 0.3):
        audition.scrub(bounced, place)
        device.hear(0.01)
    assert np.allclose(device.hear(0.01), 0.1, atol=1e-3)


def test_a_prefetched_sound_whose_drive_went_is_heard_all_the_same(
    audition: AuditionViewModel, device: Any, bounced: Path
) -> None:
    audition.prefetch([Wish(bounced)])
    bounced.unlink()
    audition.play(bounced)
    assert device.hear(0.1).any() and audition.now_playing == bounced


class Faulty(HandDevice):
    """A device that has to be opened anew, and says on which thread that was."""

    def __init__(self, fault: str) -> None:
        super().__init__()
        self.fault, self.opened_on = fault, ""

    @property
    def stalled(self) -> bool:
        return self.fault == "stalled"

    @property
    def struggles(self) -> bool:
        return self.fault == "struggles"

    def open(self) -> None:
        if not self.ready:
            self.opened_on, self.fault = threading.current_thread().name, ""
        super().open()


@pytest.mark.parametrize("fault", ["stalled", "struggles"])
@pytest.mark.parametrize("manner", ["play", "scrub"])
def test_a_faulty_device_is_opened_anew_off_the_windows_thread(
    dressed: object, bark: Path, qtbot: QtBot, fault: str, manner: str
) -> None:
    device, runner = Faulty(""), TaskRunner()
    audition = AuditionViewModel(runner, Player(device))
    try:
        audition.warm()
        qtbot.waitUntil(lambda: device.is_open, timeout=5000)
        audition.prefetch([Wish(bark)])
        qtbot.waitUntil(lambda: audition.is_ready(bark), timeout=5000)
        device.fault, device.opened_on = fault, ""
        getattr(audition, manner)(bark, 0.1)
        qtbot.waitUntil(lambda: bool(device.opened_on), timeout=5000)
        assert device.opened_on.startswith("decode")
        qtbot.waitUntil(lambda: audition.is_ready(bark), timeout=5000)
        getattr(audition, manner)(bark, 0.1)
        assert device.hear(0.05).any()
    finally:
        audition.close()
        runner.shutdown()


def test_a_sound_on_a_device_that_stalls_does_not_play_on_for_good(
    inline: SessionViewModel, bark: Path, qtbot: QtBot
) -> None:
    device = Faulty("")
    audition = AuditionViewModel(inline.runner, Player(device), inline)
    audition.play(bark)
    device.fault = "stalled"
    qtbot.waitUntil(lambda: audition.now_playing is None, timeout=2000)
    audition.close()


def test_the_cache_stays_within_its_bytes() -> None:
    cache = ClipCache(most_bytes=3_000)
    for number in range(5):
        cache.put(Path(str(number)), Clip(np.zeros((125, 2), np.float32), 48_000))
    assert cache.nbytes == 3_000
    assert cache.get(Wish(Path("0"))) is None
    assert cache.get(Wish(Path("4"))) is not None
    assert cache.get(Wish(Path("4"), 1.0)) is None  # beyond the clip
    cache.put(Path("4"), Clip(np.zeros((250, 2), np.float32), 48_000))
    assert cache.nbytes == 3_000

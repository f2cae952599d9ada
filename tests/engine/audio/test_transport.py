"""The transport by hand: what it plays is the mix, and where it says it is, is what is heard."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from engine.audio import OutputDevice
from engine.audio.mixer import Mixer
from engine.audio.transport import Transport
from engine.errors import DeviceError
from engine.timeline.document import Master, Project
from tests.engine.audio.sessions import RATE, clip, noise, project, write

LATENCY = 0.02
FADE = 240


class Bench(OutputDevice):
    """A device and a time that only pass when the test says so."""

    def __init__(self, rate: int = RATE) -> None:
        super().__init__()
        self.now, self.there, self.running = 100.0, True, False
        self.rate = rate

    @property
    def is_open(self) -> bool:
        return self.running and self.there

    @property
    def stalled(self) -> bool:
        return self.running and not self.there

    def open(self) -> None:
        if not self.there:
            self.close()
            raise DeviceError("No sound output could be opened.", "Connect one.")
        self.opened += not self.running
        self.running = True

    def close(self) -> None:
        self.running = False
        self._voices.clear()
        self._incoming.clear()

    def monotonic(self) -> float:
        return self.now


class ByHand(Transport):
    """No thread: the test takes the turns."""

    def __init__(self, mixer: Mixer, device: Bench) -> None:
        super().__init__(mixer, device)
        self.bench = device
        self._feed._start = lambda: None  # type: ignore[method-assign]

    def run(self, seconds: float, block: int = 480) -> np.ndarray:
        """Let time pass; what the device was given, ``(2, n)``."""
        heard = []
        for _ in range(round(seconds * self.bench.rate / block)):
            self._feed.turn()
            out = np.zeros((block, 2), np.float32)
            if self.bench.is_open:
                self.bench.called_at = self.bench.now
                self.bench.heard_at = self.bench.now + LATENCY
                self.bench.render(out)
            heard.append(out)
            self.bench.now += block / self.bench.rate
        return np.concatenate(heard).T


@pytest.fixture
def document(tmp_path: Path) -> Project:
    """Ten seconds of noise on two tracks."""
    media = [write(tmp_path, "a", noise(10 * RATE)), write(tmp_path, "b", noise(10 * RATE, 1, seed=8))]
    return project(media, [clip("a", 0, 10 * RATE)], [clip("b", 0, 10 * RATE, pan=0.5)])


@pytest.fixture
def transport(document: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[ByHand]:
    bench = Bench()
    for module in ("transport", "feeding", "output"):
        monkeypatch.setattr(f"engine.audio.{module}.time", SimpleNamespace(monotonic=bench.monotonic))
    with Mixer(document) as mixer, ByHand(mixer, bench) as made:
        yield made


def rendered(document: Project, start: int, count: int) -> np.ndarray:
    with Mixer(document) as mixer:
        return mixer.render(start, count)


def test_the_device_gets_the_bits_of_the_export(transport: ByHand, document: Project) -> None:
    transport.locate(12_345)
    transport.play()
    heard = transport.run(1.0)
    assert np.array_equal(heard[:, FADE:], rendered(document, 12_345, RATE)[:, FADE:])
    assert transport.xruns == 0


def test_limited_too_the_bits_are_the_same_from_anywhere(transport: ByHand, document: Project) -> None:
    loud = replace(document, master=Master(gain_db=18.0, ceiling_db=-3.0))
    transport.update(loud)
    transport.locate(77_777)
    transport.play()
    heard = transport.run(0.5)
    assert 0.69 < np.abs(heard).max() <= 10 ** (-3 / 20)
    assert np.array_equal(heard[:, FADE:], rendered(loud, 77_777, RATE // 2)[:, FADE:])


def test_the_position_is_what_is_heard(transport: ByHand) -> None:
    transport.locate(RATE)
    assert (transport.state, transport.position) == ("paused", RATE)
    transport.play()
    assert (transport.state, transport.rate, transport.position) == ("playing", 1, RATE)
    transport.run(0.01)
    assert transport.position == RATE  # the first sample is still on its way
    transport.run(1.0)
    assert transport.position == pytest.approx(RATE + (1.01 - LATENCY) * RATE, abs=2)
    assert transport.frame == 47
    transport.pause()
    stands = transport.position
    transport.run(0.5)
    assert transport.position == stands
    assert not transport.run(0.1).any()


def test_the_loop_turns_on_the_sample(transport: ByHand, document: Project) -> None:
    transport.loop = (10_000, 17_001)
    transport.locate(5000)
    transport.play()
    heard = transport.run(0.6)
    sound = rendered(document, 0, 20_000)
    wanted = np.concatenate([sound[:, 5000:17_001], *[sound[:, 10_000:17_001]] * 3], axis=1)
    assert np.array_equal(heard[:, FADE:], wanted[:, FADE : heard.shape[1]])
    assert 10_000 <= transport.position < 17_001
    with pytest.raises(ValueError, match="after it begins"):
        transport.loop = (5, 5)


def test_a_loop_set_while_playing_does_not_disturb_the_picture(transport: ByHand) -> None:
    transport.play()
    transport.run(0.5)
    places = []
    for turn in range(60):
        if turn == 5:
            transport.loop = (0, 5 * RATE)
        transport.run(0.01)
        places.append(transport.position)
    steps = np.diff(places)
    assert steps.min() >= 470
    assert steps.max() <= 490


def test_j_k_l(transport: ByHand) -> None:
    transport.locate(5 * RATE)
    speeds = []
    for key in "LLLLLJJJKLK":
        transport.press(key)
        transport.release(key)
        speeds.append(int(transport.rate))
    assert speeds == [1, 2, 4, 8, 8, -1, -2, -4, 0, 1, 0]


def test_k_held_steps_frames_with_their_sound(transport: ByHand) -> None:
    transport.locate(RATE + 5)
    transport.press("K")
    transport.press("L")
    assert (transport.position, transport.frame) == (RATE + 2000, 25)
    assert transport.run(0.03).any()
    transport.press("J")
    transport.press("J")
    assert (transport.position, transport.frame) == (RATE - 2000, 23)
    transport.release("K")
    transport.press("L")
    assert transport.rate == 1


def test_stepping_back_ends_at_the_first_frame(transport: ByHand) -> None:
    transport.step(-3)
    assert transport.position == 0


@pytest.mark.parametrize("rate", [2, 8, -1, -4])
def test_shuttling_moves_the_position_and_is_heard(transport: ByHand, rate: int) -> None:
    transport.locate(5 * RATE)
    transport.play(rate)
    heard = transport.run(0.5)
    assert transport.position == pytest.approx(5 * RATE + rate * (0.5 - LATENCY) * RATE, abs=10)
    assert np.abs(heard[:, 5000:]).max() > 0.01


def test_a_change_of_speed_makes_no_jump(transport: ByHand) -> None:
    transport.play()
    transport.run(0.5)
    before = transport.position
    transport.press("L")
    assert transport.position == pytest.approx(before, abs=2)
    transport.run(0.5)
    assert transport.position == pytest.approx(before + RATE, abs=500)


def test_it_stops_at_the_end_and_at_the_beginning(transport: ByHand) -> None:
    transport.locate(10 * RATE - 4800)
    transport.play()
    transport.run(0.3)
    assert (transport.state, transport.position) == ("paused", 10 * RATE)
    transport.locate(4800)
    transport.play(-1)
    transport.run(0.3)
    assert (transport.state, transport.position) == ("paused", 0)


def test_the_end_moves_with_an_edit_while_it_plays(transport: ByHand, document: Project) -> None:
    transport.locate(9 * RATE)
    transport.play()
    transport.run(0.5)
    first = document.tracks[0]
    longer = replace(first, clips=(*first.clips, clip("a", 10 * RATE, RATE)))
    transport.update(replace(document, tracks=(longer, *document.tracks[1:])))
    transport.run(1.0)
    assert transport.state == "playing" and transport.position > 10 * RATE
    transport.run(0.7)
    assert transport.state == "paused" and transport.position == 11 * RATE


@pytest.mark.parametrize("place", [4, 8])
def test_a_project_made_shorter_is_played_to_its_new_end_unless_it_is_past_it(
    transport: ByHand, document: Project, place: int
) -> None:
    transport.locate(place * RATE)
    transport.play()
    transport.run(0.5)
    tracks = tuple(replace(track, clips=(replace(track.clips[0], length=5 * RATE),)) for track in document.tracks)
    transport.update(replace(document, tracks=tracks))
    at = transport.position
    transport.run(1.0)
    assert transport.position == (5 * RATE if place < 5 else pytest.approx(at + RATE, abs=500))
    assert transport.state == ("paused" if place < 5 else "playing")


def test_scrubbing_sounds_a_grain_where_the_hand_is(transport: ByHand, document: Project) -> None:
    transport.play()
    transport.run(0.1)
    transport.scrub(3 * RATE)
    assert (transport.state, transport.position) == ("paused", 3 * RATE)
    heard = transport.run(0.2)
    assert np.allclose(heard[:, FADE:3000], rendered(document, 3 * RATE, 3000)[:, FADE:], atol=1e-6)
    assert not heard[:, 4800:].any()


def readings(transport: ByHand, seconds: float) -> np.ndarray:
    places = []
    for _ in range(round(seconds * 100)):
        transport.run(0.01)
        places.append(transport.position)
    return np.diff(places)


def test_muting_and_unmuting_make_no_jump(transport: ByHand, document: Project) -> None:
    transport.play()
    transport.run(0.3)
    transport.muted = True
    silent = readings(transport, 0.3)
    assert not transport.run(0.05).any()
    transport.muted = False
    steps = np.concatenate([silent, readings(transport, 0.5)])
    assert steps.min() >= 470
    assert steps.max() <= 490
    place, heard = transport.position, transport.run(0.01)
    first = place + round(LATENCY * RATE)
    assert (
        np.allclose(heard, rendered(document, first, 480), atol=1e-6)
        or min(np.abs(heard - rendered(document, first + n, 480)).max() for n in range(-3, 4)) < 1e-6
    )


def test_a_device_that_drops_and_returns_makes_no_jump(transport: ByHand) -> None:
    transport.play()
    transport.run(0.3)
    transport.bench.there = False
    steps = [readings(transport, 1.0)]
    assert transport.state == "playing"
    assert transport.problem is not None
    transport.bench.there = True
    steps.append(readings(transport, 2.5))
    assert transport.problem is None
    assert transport.run(0.05).any()
    assert np.concatenate(steps).min() >= 470
    assert np.concatenate(steps).max() <= 490


def test_without_a_device_picture_runs_all_the_same(transport: ByHand) -> None:
    transport.bench.there = False
    transport.locate(1000)
    transport.play()
    transport.run(0.5)
    assert transport.position == pytest.approx(1000 + 0.5 * RATE, abs=500)
    assert "Connect" in str(transport.problem)
    assert transport.levels is None


def test_an_edit_is_heard_soon(transport: ByHand, document: Project) -> None:
    transport.play()
    transport.run(0.2)
    silent = replace(document, tracks=tuple(replace(track, mute=True) for track in document.tracks[:1]))
    transport.update(silent)
    assert transport.run(0.1).any()
    transport.run(0.2)
    assert not transport.run(0.2).any()
    assert transport.state == "playing"


def test_a_sound_that_is_put_back_is_heard_while_it_plays(transport: ByHand, document: Project) -> None:
    places = [Path(media.path) for media in document.media]
    for place in places:
        place.rename(place.with_suffix(".away"))
    transport.update(replace(document, media=tuple(replace(media, size=1) for media in document.media)))
    transport.play()
    assert not transport.run(0.5).any()
    for place in places:
        place.with_suffix(".away").rename(place)
    transport.look_again()
    transport.run(0.3)
    assert transport.run(0.1).any()


def test_meters_show_what_is_heard(transport: ByHand) -> None:
    transport.play()
    transport.run(1.0)
    levels = transport.levels
    assert levels is not None
    assert levels.tracks.shape == (2, 2)
    assert (levels.tracks > 0.1).all()
    assert -25 < levels.momentary < -10
    assert levels.true_peak > -15


def test_a_device_at_another_rate_hears_it_resampled(document: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(44_100)
    for module in ("transport", "feeding", "output"):
        monkeypatch.setattr(f"engine.audio.{module}.time", SimpleNamespace(monotonic=bench.monotonic))
    import soxr

    with Mixer(document) as mixer, ByHand(mixer, bench) as transport:
        transport.play()
        heard = transport.run(1.0, 441)
        assert transport.position == pytest.approx((1 - LATENCY) * RATE, abs=5)
    wanted = soxr.resample(rendered(document, 0, RATE).T, RATE, 44_100).T
    assert np.abs(heard[:, 300:40_000] - wanted[:, 300:40_000]).max() < 1e-4


def test_a_rate_of_nothing_is_refused(transport: ByHand) -> None:
    with pytest.raises(ValueError, match="pause"):
        transport.play(Fraction(0))


def test_closing_late_leaves_the_next_mix_on_the_device_alone(transport: ByHand, document: Project) -> None:
    transport.play()
    transport.run(0.2)
    transport.silence()
    assert transport.state == "paused"
    with Mixer(document) as mixer, ByHand(mixer, transport.bench) as following:
        following.play()
        following.run(0.2)
        transport.close()
        following.run(0.1)
        assert following.run(0.1).any()


def test_its_own_thread_plays_and_ends(document: Project) -> None:
    class Running(Bench):
        def monotonic(self) -> float:
            return time.monotonic()

    device = Running()
    with Mixer(document, threads=1) as mixer:
        transport = Transport(mixer, device)
        transport.play()
        heard, end = [], time.monotonic() + 10
        while sum(map(len, heard)) < RATE // 2 and time.monotonic() < end:
            out = np.zeros((480, 2), np.float32)
            voices = [voice for voice in device._voices if voice.ahead >= 480]
            if voices or device._incoming:
                device.heard_at = device.called_at = time.monotonic()
                device.render(out)
                heard.append(out)
            time.sleep(0.001)
        transport.close()
        assert transport._feed._thread is not None
        assert not transport._feed._thread.is_alive()
    found = np.concatenate(heard).T
    assert np.array_equal(found[:, FADE:], rendered(document, 0, found.shape[1])[:, FADE:])

"""The mix: the same bits in any blocks, exact gains and places, nothing lost or doubled where clips meet."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio.mixer import GRID, Mixer
from engine.timeline.document import Clip, Master, Media, PanKey, Project, Track
from tests.engine.audio.sessions import RATE, clip, noise, project, write

RAMP = 240
H = np.float32(np.sqrt(0.5))


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Path]:
    """Two seconds of everything: rates, channels, fades, crossfades, speed, reverse, pitch, pan keys, limiter."""
    folder = tmp_path_factory.mktemp("rich")
    media = [
        write(folder, "mono", noise(3 * RATE, 1, 0.4, 1)),
        write(folder, "cd", noise(3 * 44_100, 2, 0.4, 2), 44_100),
        write(folder, "high", noise(3 * 96_000, 2, 0.4, 3), 96_000),
    ]
    keys = (PanKey(at=-500, pan=-1.0), PanKey(at=20_000, pan=1.0))
    tracks = [
        [clip("mono", 1000, 30_000, fade_in=5000), clip("cd", 25_000, 30_000, source_in=777, pan=0.3)],
        [clip("high", 0, 50_001, speed=Fraction(3, 4), pan_keys=keys), clip("mono", 60_000, 20_000, pitch=3.0)],
        [clip("cd", 11_111, 40_000, reverse=True, speed=Fraction(1037, 1000), gain_db=3.0), clip("high", 70_000, 5)],
    ]
    return project(media, *tracks, master=Master(gain_db=4.0, ceiling_db=-3.0)), folder


@pytest.fixture(scope="module")
def whole(rich: tuple[Project, Path]) -> np.ndarray:
    """The rich session rendered at once."""
    with Mixer(rich[0], rich[1]) as mixer:
        return mixer.render(0, 2 * RATE)


@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.integers(1, 9000), min_size=1, max_size=25), start=st.integers(0, 2 * RATE - 1))
def test_any_blocks_from_anywhere_give_the_same_bits(
    rich: tuple[Project, Path], whole: np.ndarray, sizes: list[int], start: int
) -> None:
    with Mixer(rich[0], rich[1], folder=rich[1] / "kept", cache_bytes=1 << 20) as mixer:
        at = start
        for size in sizes:
            count = min(size, 2 * RATE - at)
            assert np.array_equal(mixer.render(at, count), whole[:, at : at + count])
            at += count


def test_reading_ahead_on_threads_gives_the_same_bits(rich: tuple[Project, Path], whole: np.ndarray) -> None:
    with Mixer(rich[0], rich[1], folder=rich[1] / "kept", threads=2) as mixer:
        for first in range(0, 2 * RATE, 4800):
            mixer.read_ahead(first, RATE)
            assert np.array_equal(mixer.render(first, 4800), whole[:, first : first + 4800])
        mixer.read_ahead(0, 2 * RATE)
        mixer.forget_wishes()


def test_going_back_gives_the_same_bits(rich: tuple[Project, Path], whole: np.ndarray) -> None:
    with Mixer(rich[0], rich[1], folder=rich[1] / "kept") as mixer:
        for first in range(2 * RATE - 3000, 0, -3000):
            assert np.array_equal(mixer.render(first, 3000), whole[:, first : first + 3000])


def test_tracks_sum_to_the_master(rich: tuple[Project, Path]) -> None:
    plain = replace(rich[0], master=Master(limiter=False))
    with Mixer(plain, rich[1], folder=rich[1] / "kept") as mixer:
        tracks = mixer.render_tracks(500, 70_000)
        assert np.allclose(tracks.sum(axis=0), mixer.render(500, 70_000), atol=1e-6)
        peaks = mixer.peaks(GRID, GRID)
        assert np.array_equal(peaks, np.abs(mixer.render_tracks(GRID, GRID)).max(axis=2))


def mix(folder: Path, document: Project, count: int = RATE) -> np.ndarray:
    with Mixer(document, folder) as mixer:
        assert mixer.problems == []
        return mixer.render(0, count)


def test_a_stereo_clip_sounds_exactly_where_it_lies(tmp_path: Path) -> None:
    sound = noise(10_000)
    heard = mix(tmp_path, project([write(tmp_path, "a", sound)], [clip("a", 12_345, 10_000)]))
    assert not heard[:, :12_345].any()
    assert np.array_equal(heard[:, 12_345 : 22_345 - RAMP], sound[:, :-RAMP])  # the attack is its own, the end ramps
    assert not heard[:, 22_345:].any()


def test_gains_and_pans_multiply(tmp_path: Path) -> None:
    sound = noise(9000, 1)
    track = Track(id="t", gain_db=-6.0, pan=0.0, clips=(clip("a", 0, 9000, gain_db=-3.0, pan=-1.0),))
    heard = mix(tmp_path, project([write(tmp_path, "a", sound)], track, master=Master(gain_db=-1.0, limiter=False)))
    assert np.allclose(heard[0, :8000], sound[0, :8000] * 10 ** (-10 / 20), rtol=1e-5, atol=1e-7)
    assert np.abs(heard[1]).max() < 1e-7
    centred = mix(tmp_path, project([write(tmp_path, "a", sound)], [clip("a", 0, 9000)]))
    assert np.allclose(centred[:, :8000], np.repeat(sound[:, :8000], 2, 0) * H, atol=1e-7)


def test_a_track_s_pan_balances_what_its_clips_gave(tmp_path: Path) -> None:
    track = Track(id="t", pan=1.0, clips=(clip("a", 0, 9000),))
    sound = noise(9000)
    heard = mix(tmp_path, project([write(tmp_path, "a", sound)], track))
    assert np.abs(heard[0]).max() < 1e-6
    assert np.array_equal(heard[1, :8000], sound[1, :8000])


def test_pan_keys_move_a_sound_across(tmp_path: Path) -> None:
    media = write(tmp_path, "a", np.ones((1, 20_000), np.float32) * 0.5)
    keys = (PanKey(at=1000, pan=-1.0), PanKey(at=9000, pan=1.0))
    heard = mix(tmp_path, project([media], [clip("a", 0, 20_000, pan_keys=keys, pan=0.9)]))
    assert heard[:, 500] == pytest.approx([0.5, 0.0], abs=1e-6)
    assert heard[:, 5000] == pytest.approx([0.5 * H, 0.5 * H], abs=1e-6)
    assert heard[:, 12_000] == pytest.approx([0.0, 0.5], abs=1e-6)


def test_overlapping_clips_of_a_track_crossfade_at_equal_power(tmp_path: Path) -> None:
    media = [write(tmp_path, name, np.full((2, 30_000), 0.5, np.float32)) for name in ("a", "b")]
    one = mix(tmp_path, project(media, [clip("a", 0, 20_000), clip("b", 15_000, 20_000, mute=True)]))
    two = mix(tmp_path, project(media, [clip("a", 0, 20_000, mute=True), clip("b", 15_000, 20_000)]))
    both = mix(tmp_path, project(media, [clip("a", 0, 20_000), clip("b", 15_000, 20_000)]))
    assert both[0, 17_500] == pytest.approx(np.sqrt(0.5), abs=1e-4)
    assert both[0, 15_010] == pytest.approx(0.5, abs=0.01)
    assert np.array_equal(both[:, :15_000], one[:, :15_000])
    assert np.array_equal(both[:, 20_000:30_000], two[:, 20_000:30_000])


def test_cut_edges_do_not_click_and_a_split_is_not_heard(tmp_path: Path) -> None:
    wave = np.full((2, 40_000), 0.5, np.float32)
    media = [write(tmp_path, "a", wave)]
    cut = mix(tmp_path, project(media, [clip("a", 5000, 10_000, source_in=3000)]))[0]
    assert np.abs(np.diff(cut)).max() < 0.5 * np.pi / 2 / RAMP * 1.05
    pieces = [clip("a", 5000, 10_000), clip("a", 15_000, 7000, source_in=10_000)]
    assert np.array_equal(
        mix(tmp_path, project(media, pieces)), mix(tmp_path, project(media, [clip("a", 5000, 17_000)]))
    )
    backwards = [
        clip("a", 5000, 10_000, source_in=20_000, reverse=True),
        clip("a", 15_000, 7000, source_in=13_000, reverse=True),
    ]
    whole = [clip("a", 5000, 17_000, source_in=13_000, reverse=True)]
    assert np.array_equal(mix(tmp_path, project(media, backwards)), mix(tmp_path, project(media, whole)))


@pytest.mark.parametrize("rate", [22_050, 44_100, 96_000])
def test_another_rate_is_resampled_without_seams(tmp_path: Path, rate: int) -> None:
    tone = (0.5 * np.sin(2 * np.pi * 700 * np.arange(4 * rate) / rate))[None].astype(np.float32)
    document = project([write(tmp_path, "a", tone, rate)], [clip("a", 100, 3 * RATE, source_in=rate // 10)])
    heard = mix(tmp_path, document, 3 * RATE + 100)[0]
    wanted = 0.5 * H * np.sin(2 * np.pi * 700 * (np.arange(3 * RATE) / RATE + 0.1))
    assert np.abs(heard[100 + RAMP : -RAMP] - wanted[RAMP:-RAMP]).max() < 1e-4


@pytest.mark.parametrize("speed", [Fraction(2), Fraction(1, 2), Fraction(1001, 1000), Fraction(10_463, 9877)])
def test_varispeed_moves_pitch_and_keeps_its_place(tmp_path: Path, speed: Fraction) -> None:
    tone = (0.5 * np.sin(2 * np.pi * 500 * np.arange(8 * RATE) / RATE))[None].astype(np.float32)
    heard = mix(tmp_path, project([write(tmp_path, "a", tone)], [clip("a", 0, 3 * RATE, speed=speed)]), 3 * RATE)[0]
    wanted = 0.5 * H * np.sin(2 * np.pi * 500 * float(speed) * np.arange(3 * RATE) / RATE)
    assert np.abs(heard[RAMP:-RAMP] - wanted[RAMP:-RAMP]).max() < 1e-3


def test_reverse_is_the_window_from_its_end(tmp_path: Path) -> None:
    sound = noise(30_000)
    heard = mix(tmp_path, project([write(tmp_path, "a", sound)], [clip("a", 0, 9000, source_in=5000, reverse=True)]))
    assert np.array_equal(heard[:, RAMP : 9000 - RAMP], sound[:, 5000:14_000][:, ::-1][:, RAMP:-RAMP])


def test_pitch_changes_without_the_length(tmp_path: Path) -> None:
    tone = (0.5 * np.sin(2 * np.pi * 500 * np.arange(2 * RATE) / RATE))[None].astype(np.float32)
    heard = mix(tmp_path, project([write(tmp_path, "a", tone)], [clip("a", 0, RATE, source_in=4800, pitch=12.0)]))[0]
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(RATE)))
    assert spectrum.argmax() == pytest.approx(1000, abs=3)
    assert heard[RATE // 2 :].any()


def test_mute_and_solo(tmp_path: Path) -> None:
    media = [write(tmp_path, name, np.full((2, 9000), level, np.float32)) for name, level in (("a", 0.1), ("b", 0.2))]

    def level(**options: dict[str, bool]) -> float:
        tracks = [Track(id=name, clips=(clip(name, 0, 9000),), **options.get(name, {})) for name in ("a", "b")]
        return float(mix(tmp_path, project(media, *tracks))[0, 4000])

    assert level() == pytest.approx(0.3)
    assert level(a={"mute": True}) == pytest.approx(0.2)
    assert level(a={"solo": True}) == pytest.approx(0.1)
    assert level(a={"solo": True, "mute": True}) == 0.0
    assert level(a={"solo": True}, b={"solo": True}) == pytest.approx(0.3)


def test_the_limiter_holds_the_master(tmp_path: Path) -> None:
    media = [write(tmp_path, "a", noise(RATE, level=0.5))]
    tracks = [[clip("a", 0, RATE, gain_db=6.0)], [clip("a", 100, RATE - 100)]]
    assert np.abs(mix(tmp_path, project(media, *tracks))).max() > 1.5
    assert np.abs(mix(tmp_path, project(media, *tracks, master=Master(ceiling_db=-2.0)))).max() <= 10 ** (-2 / 20)


def test_missing_and_damaged_sounds_are_silent_and_listed(tmp_path: Path) -> None:
    there = write(tmp_path, "there", noise(9000))
    gone = Media(id="gone", path=str(tmp_path / "gone.wav"), sample_rate=RATE, channels=1, frames=9000)
    (tmp_path / "broken.wav").write_bytes(b"RIFF but no sound" * 9)
    broken = Media(id="broken", path=str(tmp_path / "broken.wav"), sample_rate=RATE, channels=1, frames=9000)
    document = project([there, gone, broken], [clip("there", 0, 9000)], [clip("gone", 0, 9), clip("broken", 9, 9)])
    with Mixer(document, tmp_path) as mixer:
        heard = mixer.render(0, 9000)
        assert {problem.path.name for problem in mixer.problems} == {"gone.wav", "broken.wav"}
        assert all(problem.hint for problem in mixer.problems)
    assert np.array_equal(heard, mix(tmp_path, project([there], [clip("there", 0, 9000)]), 9000))


def test_a_sound_that_is_put_back_is_heard_again(tmp_path: Path) -> None:
    media = write(tmp_path, "a", noise(9000))
    away = (tmp_path / "a.wav").rename(tmp_path / "away.wav")
    with Mixer(project([media], [clip("a", 0, 9000)]), tmp_path) as mixer:
        assert not mixer.render(0, 9000).any()
        away.rename(tmp_path / "a.wav")
        mixer.look_again()
        assert mixer.render(0, 9000).any()
        assert mixer.problems == []


@pytest.mark.parametrize("pitch", [0.0, 2.0])
def test_a_sound_that_went_away_and_comes_back_as_it_was_is_heard_again(tmp_path: Path, pitch: float) -> None:
    media = write(tmp_path, "a", noise(9000))
    document = project([media], [clip("a", 0, 9000, pitch=pitch)])
    with Mixer(document, tmp_path, threads=1) as mixer:
        away = (tmp_path / "a.wav").rename(tmp_path / "away.wav")
        mixer.read_ahead(0, 9000)
        assert not mixer.render(0, 9000).any()
        assert [problem.path.name for problem in mixer.unread] == ["a.wav"]
        away.rename(tmp_path / "a.wav")
        mixer.look_again()
        assert np.array_equal(mixer.render(0, 9000), mix(tmp_path, document, 9000))
        assert mixer.problems == []


def test_a_file_that_failed_while_open_is_opened_anew(tmp_path: Path) -> None:
    import soundfile

    sound, path, good = noise(60_000, level=0.05), tmp_path / "a.flac", tmp_path / "good.flac"
    for file in (path, good):
        soundfile.write(file, sound.T, RATE)
    whole = good.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2))
    os.utime(good, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    media = Media(id="a", path=str(path), sample_rate=RATE, channels=2, frames=60_000)
    document = project([media], [clip("a", 0, 60_000)])
    with Mixer(document, tmp_path) as mixer:
        mixer.render(0, 60_000)
        assert mixer.unread
        good.replace(path)  # as a drive that is there again: the same name, length and date
        mixer.look_again()
        assert np.array_equal(mixer.render(0, 60_000), mix(tmp_path, document, 60_000))


def test_a_moved_project_finds_its_sounds_beside_it(tmp_path: Path) -> None:
    media = replace(write(tmp_path, "a", noise(9000)), path="/nowhere/a.wav", relative="a.wav")
    assert mix(tmp_path, project([media], [clip("a", 0, 9000)])).any()


def test_an_edit_is_heard_and_other_tracks_are_taken_over(tmp_path: Path) -> None:
    media = [write(tmp_path, "a", np.full((2, 9000), 0.1, np.float32))]
    before = project(media, [clip("a", 0, 9000)], [clip("a", 0, 9000)])
    quieter = Track(id="0", clips=(clip("a", 0, 9000, gain_db=-6.0206),))
    with Mixer(before, tmp_path) as mixer:
        assert mixer.render(4000, 1)[0, 0] == pytest.approx(0.2)
        kept = mixer._placed["1"]
        mixer.update(replace(before, tracks=(quieter, before.tracks[1])))
        assert mixer._placed["1"] is kept
        assert mixer.render(4000, 1)[0, 0] == pytest.approx(0.15)


def test_a_compressed_sound_is_decoded_once_and_placed_exactly(tmp_path: Path) -> None:
    import soundfile

    from engine.media import load_audio

    path = tmp_path / "a.ogg"
    soundfile.write(path, noise(3 * RATE).T, RATE)
    media = Media(id="a", path=str(path), sample_rate=RATE, channels=2, frames=3 * RATE)
    document = project([media], [clip("a", 0, RATE, source_in=40_000)])
    with Mixer(document, tmp_path, folder=tmp_path / "kept") as mixer:
        mixer.prepare()
        copies = list((tmp_path / "kept").iterdir())
        heard = mixer.render(0, RATE)
        assert list((tmp_path / "kept").iterdir()) == copies
    assert len(copies) == 1
    assert np.array_equal(heard[:, RAMP:-RAMP], load_audio(path)[:, 40_000 + RAMP : 40_000 + RATE - RAMP])


def test_an_hour_of_96_khz_does_not_fill_memory(tmp_path: Path) -> None:
    frames = 3600 * 96_000
    header = write(tmp_path, "hour", np.zeros((2, 10), np.float32), 96_000)
    import soundfile

    with soundfile.SoundFile(header.path, "w", 96_000, 2, "PCM_24", format="RF64") as file:
        file.seek(frames - 10)  # a sparse file: an hour on paper, little on disk
        file.write(np.zeros((10, 2), np.float32))
    media = replace(header, frames=frames)
    document = project([media], [Clip(id="c", media="hour", length=3600 * RATE)])
    most = 8 << 20
    with Mixer(document, tmp_path, cache_bytes=most, threads=1) as mixer:
        for second in range(0, 3600, 60):
            mixer.read_ahead(second * RATE, 2 * RATE)
            mixer.render(second * RATE, RATE)
            assert mixer.nbytes <= most
        assert mixer.problems == []

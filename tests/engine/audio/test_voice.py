"""A voice plays exactly its samples, loops without a gap, and never steps at an edge."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio.voice import FADE_SECONDS, Voice

RATE = 48_000
FADE = int(RATE * FADE_SECONDS)


def play(voice: Voice, frames: int, block: int = 480) -> np.ndarray:
    """Everything ``voice`` gives in ``frames`` frames, read in blocks."""
    scratch = np.empty((block, 2), np.float32)
    blocks = []
    for first in range(0, frames, block):
        out = np.zeros((min(block, frames - first), 2), np.float32)
        if not voice.finished:
            voice.mix_into(out, scratch)
        blocks.append(out)
    return np.concatenate(blocks)


def sine(frames: int, hz: float = 440.0) -> np.ndarray:
    wave = 0.5 * np.sin(2 * np.pi * hz * np.arange(frames) / RATE + 1.0)
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


def test_plays_the_samples_themselves_between_the_fades() -> None:
    sound = sine(4800)
    heard = play(Voice([sound], len(sound), RATE), 6000)
    assert np.array_equal(heard[FADE : 4800 - FADE], sound[FADE:-FADE])
    assert not heard[4800:].any()


def test_a_sound_s_own_beginning_keeps_its_attack() -> None:
    sound = sine(4800)
    heard = play(Voice([sound], len(sound), RATE, soft_start=False), 4800)
    assert np.array_equal(heard[: 4800 - FADE], sound[:-FADE])


def test_edges_rise_from_and_fall_to_silence() -> None:
    sound = np.ones((4800, 2), np.float32)
    heard = play(Voice([sound], len(sound), RATE), 4800)[:, 0]
    assert heard[0] < 0.001
    assert heard[-1] < 0.001
    assert np.abs(np.diff(heard)).max() < 0.01


def test_loops_with_the_exact_period() -> None:
    sound = sine(1000)
    heard = play(Voice([sound], len(sound), RATE, loop=True), 5000)
    for turn in range(1, 5):
        assert np.array_equal(heard[turn * 1000 : (turn + 1) * 1000], heard[:1000])


def test_release_is_silent_after_five_milliseconds() -> None:
    voice = Voice([np.ones((48_000, 2), np.float32)], 48_000, RATE, soft_start=False)
    before = play(voice, 960)
    voice.release()
    after = play(voice, 960)
    assert before.min() == 1.0
    assert np.abs(np.diff(after[:, 0])).max() < 0.01
    assert not after[FADE:].any()
    assert voice.finished


def test_loop_switched_off_ends_at_the_next_end() -> None:
    sound = sine(1000)
    voice = Voice([sound], 1000, RATE, loop=True)
    play(voice, 1500, block=500)
    voice.loop = False
    rest = play(voice, 2000, block=500)
    assert rest[:500].any()
    assert not rest[500:].any()
    assert voice.finished


def test_streamed_chunks_join_without_a_seam_and_are_let_go() -> None:
    sound = sine(9600)
    voice = Voice([sound[:4000]], len(sound), RATE, soft_start=False, streamed=True)
    first = play(voice, 3000, block=300)
    assert voice.ahead == 1000
    voice.feed(sound[4000:])
    rest = play(voice, 6600, block=300)
    assert np.array_equal(np.concatenate([first, rest])[: 9600 - FADE], sound[:-FADE])
    assert voice.finished


def test_a_late_chunk_is_silence_not_an_end() -> None:
    sound = sine(2000)
    voice = Voice([sound[:1000]], 2000, RATE, soft_start=False, streamed=True)
    play(voice, 1500, block=500)
    assert not voice.finished
    assert voice.starved == 500
    voice.feed(sound[1000:])
    assert np.array_equal(play(voice, 500, block=500), sound[1000:1500])


@settings(max_examples=60, deadline=None)
@given(
    length=st.integers(1, 3000),
    block=st.integers(1, 700),
    loop=st.booleans(),
    release_at=st.integers(1, 4000),
)
def test_never_steps_whatever_the_length_block_and_moment_of_stop(
    length: int, block: int, loop: bool, release_at: int
) -> None:
    voice = Voice([np.ones((length, 2), np.float32)], length, RATE, loop=loop)
    heard = [play(voice, release_at, block)]
    voice.release()
    heard.append(play(voice, 2 * FADE + block, block))
    wave = np.concatenate([np.zeros((1, 2), np.float32), *heard])[:, 0]
    steepest = np.pi / (2 * min(FADE, max(1, length // 2)))
    assert np.abs(np.diff(wave)).max() <= min(1.0, 2 * steepest) + 1e-6
    assert voice.finished
    assert not heard[1][-1].any()

"""The transport's one clock: the samples heard, counted by the device; a monotonic clock where there is none."""

from __future__ import annotations

import math
import threading

from engine.audio.ring import RingVoice

_QUICK_SECONDS, _SLOW_SECONDS = 0.25, 1.5
"""Callbacks come a little early or late, and sound servers guess their delay anew all the time: the clock runs steadily
and leans towards what they say, over the first time at its beginning and after a fault, over up to the second later."""
_LOST_SECONDS = 0.008
"""What is further off than this is no guess that wanders: sound broke off, and the clock follows quickly."""
_JUMP_SECONDS = 0.1
"""What is further off than this is true at once."""


class Clock:
    """Seconds heard of a programme, steady and never backwards. ``now`` is always ``time.monotonic``.

    It waits at 0 until a voice it was told to :meth:`follow` is heard, or until it is told to :meth:`run_free`.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()  # between the threads that read it; the callback never takes it
        self._seconds = 0.0
        self._now: float | None = None
        """The moment of ``_seconds``; None while waiting."""
        self._voice: RingVoice | None = None
        self._steady = 0.0
        """Seconds since it last had to follow quickly."""

    @property
    def running(self) -> bool:
        """Whether it left its beginning."""
        return self._now is not None

    def follow(self, voice: RingVoice) -> None:
        """Go by ``voice`` as soon as it is heard; until then as before."""
        with self._lock:
            self._voice, self._steady = voice, 0.0

    def run_free(self, now: float) -> None:
        """Go on from here without a device, in step with what was heard so far."""
        with self._lock:
            self._advance(now)
            self._voice, self._now = None, now

    def seconds(self, now: float) -> float:
        """Seconds of the programme heard at ``now``."""
        with self._lock:
            self._advance(now)
            return self._seconds

    def _advance(self, now: float) -> None:
        heard = self._heard(now)
        if self._now is None:
            if heard is None or heard <= self._seconds:
                return
            self._seconds, self._now, self._steady = heard, now, 0.0
            return
        passed = max(0.0, now - self._now)
        expected = self._seconds + passed
        if heard is not None:
            expected += self._leaning(heard - expected, passed)
        self._seconds, self._now = max(self._seconds, expected), max(now, self._now)

    def _leaning(self, off: float, passed: float) -> float:
        """How much of what it is ``off`` (s) it makes good after ``passed`` s."""
        self._steady = 0.0 if abs(off) > _LOST_SECONDS else self._steady + passed
        if abs(off) > _JUMP_SECONDS:
            return off
        settling = min(max(self._steady, _QUICK_SECONDS), _SLOW_SECONDS)
        return off * (1.0 - math.exp(-passed / settling))

    def _heard(self, now: float) -> float | None:
        mark = self._voice.mark if self._voice is not None else None
        if mark is None or self._voice is None:
            return None
        at, heard_at = mark
        return self._voice.begun + at / self._voice.rate + (now - heard_at)

"""Plays a REAPER project by the rules that are written down about the format; it shares nothing with our mixer.

REAPER itself cannot be run here, so this stands in for "opens with the same mix". Where its rules come from:

- Lines and fields of ``TRACK``, ``ITEM`` and ``SOURCE``: "State Chunk Definitions" of the Cockos wiki and of
  ``ReaTeam/Doc``. ``VOLPAN`` of an item is trim, pan, volume, pan law; of a track volume, pan, pan law. ``SOFFS`` is in
  seconds of the source, ``PLAYRATE`` is rate, keep pitch, semitones; ``MODE 2`` of a section is section and reverse.
- ``FADEIN`` and ``FADEOUT`` are shape, length, length of a crossfade made by REAPER, shape, state, curvature:
  ``GetItemFadeIn`` of Ultraschall's API documentation, which numbers shapes as ``C_FADEINSHAPE`` of REAPER's own.
- Pan law 1 is 0 dB (``D_PANLAW`` in REAPER's API documentation). Under it ``PANMODE 3`` is a balance that takes down
  the far side alone and linearly ("not actually a pan mode but a balance mode", Cockos' tracker, issue 1860).
- The curves of the shapes, as people measured them on REAPER's output: forum.cockos.com, threads 262260 and 2522735.
- Tracks that are muted are silent; where one is soloed, those that are not are silent too. Items that overlap mix
  under ``ITEMMIX 1``. ``LOOP 0``: behind the end of its source an item is silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import soundfile
import soxr

SHAPES = {0: "linear", 1: "parabola", 5: "s-curve"}


def curve(shape: float, x: np.ndarray, bend: float = 0.0) -> np.ndarray:
    """Gain at ``x`` 0..1 of a fade-in. Only unbent ones are known here."""
    assert bend == 0
    x = np.clip(x, 0, 1)
    return {"linear": x, "parabola": x * (2 - x), "s-curve": x * x * (3 - 2 * x)}[SHAPES[int(shape)]]


def sides(volume: float, pan: float) -> np.ndarray:
    """Gains ``(2, 1)`` of the 0 dB law."""
    return np.array([[volume * min(1.0, 1 - pan)], [volume * min(1.0, 1 + pan)]])


def texts(element: Any, name: str) -> list[str]:
    """The fields of a line of an element itself, or of what lies in it where it has none."""
    own = [entry for entry in element if isinstance(entry, list) and entry[0] == name]
    found = own[0] if own else element.find(f".//{name}")
    assert found is not None, name
    return list(found[1:])


def numbers(element: Any, name: str) -> list[float]:
    """The same as numbers."""
    return [float(text) for text in texts(element, name)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What a project sounds like."""

    mix: np.ndarray
    """``(2, N)``."""
    faded: np.ndarray
    """``(N,)`` bool: where a shape was heard that REAPER has only nearly."""


class Renderer:
    """Plays a parsed project.

    Args:
        project: what ``rpp.loads`` gives.
        count: samples to play, from the start of the timeline.
    """

    def __init__(self, project: Any, count: int) -> None:
        self.project, self.count = project, count
        self.rate = round(numbers(project, "SAMPLERATE")[0])
        self.faded = np.zeros(count, bool)
        assert numbers(project, "PANLAW") == [1] and texts(project, "ITEMMIX") == ["1"]

    def play(self) -> Played:
        """The mix behind the master's fader."""
        tracks = self.project.findall("TRACK")
        states = [numbers(track, "MUTESOLO") if track.find("MUTESOLO") is not None else [0, 0] for track in tracks]
        soloed = any(state[1] for state in states)
        total = np.zeros((2, self.count))
        for track, (mute, solo, *_) in zip(tracks, states, strict=True):
            if not mute and (solo or not soloed):
                total += self._track(track)
        volume, pan, *_ = numbers(self.project, "MASTER_VOLUME")
        return Played(mix=total * sides(volume, pan), faded=self.faded)

    def _track(self, track: Any) -> np.ndarray:
        out = np.zeros((2, self.count))
        for item in track.findall("ITEM"):
            if item.find("MUTE") is None or texts(item, "MUTE")[0] != "1":
                self._item(item, out)
        if track.find("VOLPAN") is None:
            return out
        volume, pan, law, *_ = numbers(track, "VOLPAN")
        assert (law, numbers(track, "PANMODE")[0]) == (1, 3)
        return out * sides(volume, pan)

    def _item(self, item: Any, out: np.ndarray) -> None:
        trim, pan, volume, law = numbers(item, "VOLPAN")
        if not trim * volume:
            return
        assert law == 1 and texts(item, "LOOP") == ["0"]
        start, count = (round(numbers(item, name)[0] * self.rate) for name in ("POSITION", "LENGTH"))
        sound = self._take(item, count) * sides(trim * volume, pan)
        place = np.arange(count) + 0.5
        for name, distance in (("FADEIN", place), ("FADEOUT", count - place)):
            shape, seconds, automatic, again, _, bend, *_ = numbers(item, name)
            assert shape == again and not automatic
            if seconds:
                x = distance / (seconds * self.rate)
                sound *= curve(shape, x, bend)
                self.faded[start : start + count] |= (x < 1) & (shape != 0)
        end = min(self.count, start + count)
        out[:, start:end] += sound[:, : end - start]

    def _take(self, item: Any, count: int) -> np.ndarray:
        """``(2, count)`` of an item's source."""
        (speed, _, semitones, *_), offset = numbers(item, "PLAYRATE"), numbers(item, "SOFFS")[0]
        assert semitones == 0, "this cannot stretch"
        sound, own = self._source(item)
        sound = sound[round(offset * own) :]
        if own * speed != self.rate:
            sound = soxr.resample(sound, own * speed, self.rate, quality="VHQ")
        played = np.repeat(sound.T[:, :count], 3 - sound.shape[1], axis=0)[:2]
        return np.pad(played, ((0, 0), (0, count - played.shape[1])))

    def _source(self, item: Any) -> tuple[np.ndarray, int]:
        """``(n, channels)`` and its sample rate; of a section, only that, turned round where it says so."""
        outer = item.findall("SOURCE")[0]
        section = outer.attrib[0] == "SECTION"
        source = outer.findall("SOURCE")[0] if section else outer
        sound, own = soundfile.read(texts(source, "FILE")[0], always_2d=True)
        if section:
            assert texts(outer, "MODE") == ["2"]
            first = round(numbers(outer, "STARTPOS")[0] * own)
            sound = sound[first : first + round(numbers(outer, "LENGTH")[0] * own)][::-1]
        return sound, own


def play(project: Any, count: int) -> Played:
    """``count`` samples of a parsed project."""
    return Renderer(project, count).play()

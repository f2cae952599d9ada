"""REAPER projects: plain text with items placed, levelled, faded and pitched as in our mix.

REAPER's pan law is set to 0 dB everywhere: a balance, unity at the centre, that takes the far side down linearly. Our
gains at the two sides are translated into a volume and such a balance. Overlapping items mix, as ours do.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.audio.arrangement import PlacedClip, place
from engine.audio.pan import balance, constant_power, linear
from engine.export.scene import Scene
from engine.files import write_text
from engine.jobs import Job
from engine.timeline.document import Clip, Media, Project, Track, source_span

_SHAPES = {"linear": 0, "equal_power": 1, "declick": 5}
"""REAPER's fade shapes; 1 is a parabola, 0.5 dB above equal power in the middle; 5 rises slowly at both ends."""
_KINDS = {".wav": "WAVE", ".wave": "WAVE", ".bwf": "WAVE", ".rf64": "WAVE", ".w64": "WAVE", ".aif": "WAVE"}
_KINDS |= {".aiff": "WAVE", ".flac": "FLAC", ".mp3": "MP3", ".ogg": "VORBIS", ".opus": "OPUS"}
_PANLAW_0_DB = "1"
_NAMESPACE = uuid.UUID("9d1c7f1e-52a1-4b3c-9a35-6c2a0a0f5a11")


def write_rpp(scene: Scene, target: Path, job: Job | None = None) -> None:
    """Writes the project as REAPER 6 and later read it."""
    if job:
        job.begin(1, "Writing the REAPER project")
    write_text(target, rpp_text(scene))
    if job:
        job.step()


def rpp_text(scene: Scene) -> str:
    """The whole project as text, media named by absolute paths."""
    project = scene.project
    lines = ['<REAPER_PROJECT 0.1 "6.0" 0', *_indented(_settings(scene)), *_indented(_markers(project))]
    if scene.video:
        lines += _indented(_picture(scene, scene.video))
    for track in project.tracks:
        lines += _indented(_track(scene, track))
    return "\n".join([*lines, ">"]) + "\n"


def _settings(scene: Scene) -> Iterator[str]:
    project = scene.project
    whole = round(project.frame_rate)
    drop = 0 if project.frame_rate.denominator == 1 else (1 if project.drop_frame else 2)
    yield "ITEMMIX 1"
    yield f"PROJOFFS {_number(Fraction(scene.start_of_day(), project.sample_rate))} 0 0"
    yield f"PANLAW {_PANLAW_0_DB}"
    yield f"TIMEMODE 5 5 -1 {whole} {drop} 0 -1"
    yield f"SAMPLERATE {project.sample_rate} 1 0"
    yield "TEMPO 120 4 4"
    if project.loop:
        start, end = (_seconds(place, project) for place in project.loop)
        yield "LOOP 1"
        yield f"SELECTION {start} {end}"
    yield f"MASTER_VOLUME {_number(linear(project.master.gain_db))} 0 -1 -1 1"


def _markers(project: Project) -> Iterator[str]:
    for number, marker in enumerate(project.markers, 1):
        yield f"MARKER {number} {_seconds(marker.position, project)} {quoted(marker.name)} 0 {_colour(marker.colour)}"


def _picture(scene: Scene, video: Path) -> Iterator[str]:
    project = scene.project
    assert project.video
    hidden = max(0, -project.video.offset)
    yield f"<TRACK {_guid('picture')}"
    yield '  NAME "Picture"'
    yield "  <ITEM"
    yield f"    POSITION {_seconds(project.video.offset + hidden, project)}"
    yield f"    LENGTH {_seconds(max(1, scene.picture_length - hidden), project)}"
    yield "    LOOP 0"
    yield f"    NAME {quoted(video.name)}"
    yield "    VOLPAN 0 0 1 -1"  # the film's own sound is not part of our mix; a muted item would hide its picture
    yield f"    SOFFS {_seconds(hidden, project)}"
    yield "    <SOURCE VIDEO"
    yield f"      FILE {quoted(str(video.absolute()))}"
    yield "    >"
    yield "  >"
    yield ">"


def _track(scene: Scene, track: Track) -> Iterator[str]:
    project = scene.project
    volume, pan = balanced(*(linear(track.gain_db) * float(side) for side in balance(track.pan)))
    yield f"<TRACK {_guid(track.id)}"
    yield f"  NAME {quoted(track.name)}"
    yield f"  PEAKCOL {_colour(track.colour) or 16576}"
    yield f"  VOLPAN {_number(volume)} {_number(pan)} {_PANLAW_0_DB} -1 1"
    yield f"  MUTESOLO {int(track.mute)} {int(track.solo)} 0"
    yield "  PANMODE 3"
    yield "  NCHAN 2"
    media = {entry.id: entry for entry in project.media}
    sounding = {placed.clip.id: placed for placed in place(track, project, _no_sound).clips}
    for clip in track.clips:
        yield from _indented(_item(scene, clip, media[clip.media], sounding.get(clip.id)))
    yield ">"


class _NoSound:
    """Stands in for sounds where only their fades are asked for."""

    def read(self, first: int, count: int) -> np.ndarray:
        """Float32 zeros ``(1, count)``."""
        del first
        return np.zeros((1, count), np.float32)


def _no_sound(clip: Clip, *_: object) -> tuple[str, _NoSound]:
    return clip.id, _NoSound()


def _item(scene: Scene, clip: Clip, media: Media, placed: PlacedClip | None) -> Iterator[str]:
    """``placed`` knows the fades that are heard: own, of crossfades, and ramps of cut edges; muted clips have none."""
    project = scene.project
    path = scene.sounds[clip.media]
    law = constant_power if media.channels == 1 else balance
    volume, pan = balanced(*(linear(clip.gain_db) * float(side) for side in law(first_pan(clip))))
    start = 0 if clip.reverse else Fraction(clip.source_in, media.sample_rate)
    yield "<ITEM"
    yield f"  POSITION {_seconds(clip.position, project)}"
    yield f"  SNAPOFFS {_seconds(clip.sync or 0, project)}"
    yield f"  LENGTH {_seconds(clip.length, project)}"
    yield "  LOOP 0"
    yield "  ALLTAKES 0"
    if placed:
        envelope = placed.envelope
        yield f"  FADEIN {_fade(envelope.shape_in, envelope.fade_in, project)}"
        yield f"  FADEOUT {_fade(envelope.shape_out, envelope.fade_out, project)}"
    yield f"  MUTE {int(clip.mute)} 0"
    yield f"  IGUID {_guid(clip.id)}"
    yield f"  NAME {quoted(clip.name or path.stem)}"
    yield f"  VOLPAN 1 {_number(pan)} {_number(volume)} {_PANLAW_0_DB}"
    yield f"  SOFFS {_number(Fraction(start))}"
    yield f"  PLAYRATE {_number(clip.speed)} 0 {_number(clip.pitch)} -1 0 0.0025"
    yield "  CHANMODE 0"
    yield from _indented(_source(clip, media, path, project.sample_rate))
    yield ">"


def _source(clip: Clip, media: Media, path: Path, sample_rate: int) -> Iterator[str]:
    kind = _KINDS.get(path.suffix.lower(), "VIDEO")  # REAPER's FFmpeg reader goes by that name for sound too
    plain = [f"<SOURCE {kind}", f"  FILE {quoted(str(path.absolute()))}", ">"]
    if not clip.reverse:
        yield from plain
        return
    yield "<SOURCE SECTION"
    yield f"  LENGTH {_number(source_span(clip, media, sample_rate) / media.sample_rate)}"
    yield "  MODE 2"  # a section, reversed
    yield f"  STARTPOS {_number(Fraction(clip.source_in, media.sample_rate))}"
    yield "  OVERLAP 0"
    yield from _indented(plain)
    yield ">"


def first_pan(clip: Clip) -> float:
    """The pan an item is given: its only one, or the first of its curve."""
    return min(clip.pan_keys, key=lambda key: key.at).pan if clip.pan_keys else clip.pan


def balanced(left: float, right: float) -> tuple[float, float]:
    """(volume, pan) under a 0 dB law that give these gains: pan takes the quieter side down linearly."""
    volume = max(left, right)
    if volume <= 0:
        return 0.0, 0.0
    far = 1.0 - min(left, right) / volume
    if far < 1e-9:  # the two sides of a centred sound differ in their last bit
        return volume, 0.0
    return volume, far if right > left else -far


def _fade(shape: str, length: int, project: Project) -> str:
    number = _SHAPES[shape]
    return f"{number} {_seconds(length, project)} 0 {number} 0 0 0"


def _seconds(samples: int, project: Project) -> str:
    return _number(Fraction(samples, project.sample_rate))


def _number(value: Fraction | float) -> str:
    text = f"{float(value):.14f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def quoted(text: str) -> str:
    """``text`` in the quotes it does not hold; one that holds all three kinds loses its backticks."""
    line = " ".join(text.split())
    mark = next((mark for mark in "\"'`" if mark not in line), "`")
    return f"{mark}{line.replace(mark, chr(39)) if mark == '`' else line}{mark}"


def _colour(colour: str | None) -> int:
    """REAPER's colour: red lowest, and a flag that there is one; 0 is none."""
    if colour is None:
        return 0
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return red | green << 8 | blue << 16 | 0x1000000


def _guid(name: str) -> str:
    return "{" + str(uuid.uuid5(_NAMESPACE, name)).upper() + "}"


def _indented(lines: Iterator[str] | list[str]) -> list[str]:
    return [f"  {line}" for line in lines]

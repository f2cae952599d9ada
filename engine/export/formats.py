"""What can be delivered: each format with what it carries and loses, the options and the report of a delivery."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import ProjectError
from engine.export.bext import LoudnessFields
from engine.export.bwf import BitDepth
from engine.export.presets import BUILT_IN, NONE, LoudnessTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A kind of delivery."""

    id: str
    title: str
    suffix: str
    """Of the file; empty where a folder is written."""
    carries: str
    loses: str
    sound: bool = False
    """Whether the mix is rendered, so that loudness matters."""
    waves: bool = False
    """Whether wave files are written, which have a bit depth and can be of the loop alone."""


FORMATS: dict[str, Format] = {
    entry.id: entry
    for entry in (
        Format(
            id="wav",
            title="Mix (Broadcast Wave)",
            suffix=".wav",
            carries="the mix with time reference, loudness and iXML; RF64 over 4 GB",
            loses="tracks and clips",
            sound=True,
            waves=True,
        ),
        Format(
            id="stems",
            title="Stems (Broadcast Wave)",
            suffix="",
            carries="a file a track after its fader, all of one length; together they are the mix",
            loses="clips; the master's limiter is not in them",
            sound=True,
            waves=True,
        ),
        Format(
            id="otio",
            title="OpenTimelineIO",
            suffix=".otio",
            carries="tracks, clips, crossfades, handles, markers, speed; everything else as metadata",
            loses="other programs ignore our gain, pan, fades, reverse and pitch",
        ),
        Format(
            id="otioz",
            title="OpenTimelineIO with media",
            suffix=".otioz",
            carries="what .otio carries, and every sound and the picture in one file",
            loses="other programs ignore our gain, pan, fades, reverse and pitch",
        ),
        Format(
            id="edl",
            title="Edit decision lists (CMX3600)",
            suffix="",
            carries="a list a heard track: source and record time code, clip names, speed; markers in the first",
            loses="muted tracks and clips, gain, pan, fades, reverse, pitch, sync points; whole frames only",
        ),
        Format(
            id="fcp7",
            title="Final Cut Pro 7 XML",
            suffix=".xml",
            carries="tracks, clips, gain, pan, mute, markers, picture",
            loses="fades, reverse, speed, pitch, sync points, solo; whole frames only",
        ),
        Format(
            id="rpp",
            title="REAPER project",
            suffix=".rpp",
            carries="tracks, clips, gain, pan, fades, speed, pitch, reverse, sync points, markers, loop, picture",
            loses="the master's limiter, pan curves; equal-power fades are 0.5 dB louder in the middle",
        ),
        Format(
            id="mp4",
            title="Movie with the mix",
            suffix=".mp4",
            carries="the picture as it is, the mix as AAC; .mov carries it as 24-bit PCM",
            loses="tracks and clips, the film's own sound, what is heard before the picture or after it",
            sound=True,
        ),
        Format(
            id="csv",
            title="Cue sheet (CSV)",
            suffix=".csv",
            carries="a row a clip: time code, track, file, category, licence, credit",
            loses="all sound",
        ),
        Format(
            id="pdf",
            title="Cue sheet (PDF)",
            suffix=".pdf",
            carries="a row a clip: time code, track, file, category, licence, credit",
            loses="all sound",
        ),
    )
}
"""Every format by id, in the order a dialog shows them."""


def find_format(name: str) -> Format:
    """The format called ``name``; :class:`ProjectError` names those there are."""
    if name not in FORMATS:
        raise ProjectError(f"There is no format “{name}”.", f"Choose one of {', '.join(FORMATS)}.")
    return FORMATS[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """How a delivery is made."""

    bit_depth: BitDepth = 24
    loudness: LoudnessTarget = NONE
    whole: bool = True
    """From the start of the timeline to its end; False is the loop."""
    allow_missing: bool = True
    """Deliver silence where a sound is missing or damaged, with a warning; False refuses to."""
    overwrite: bool = True
    """Write over files that are there; False refuses to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A ready-made choice of format and options."""

    id: str
    title: str
    format: str
    options: ExportOptions = field(default_factory=ExportOptions)


def _delivery(name: str, title: str, format_id: str, target: str = "none", bits: BitDepth = 24) -> Delivery:
    loudness = next(entry for entry in BUILT_IN if entry.id == target)
    return Delivery(id=name, title=title, format=format_id, options=ExportOptions(bit_depth=bits, loudness=loudness))


DELIVERIES = (
    _delivery("mix", "Mix as it is, 24-bit", "wav"),
    _delivery("mix-float", "Mix as it is, 32-bit float", "wav", bits=32),
    _delivery("europe", "European broadcast, -23 LUFS", "wav", "ebu-r128"),
    _delivery("america", "American broadcast, -24 LUFS", "wav", "atsc-a85"),
    _delivery("netflix", "Netflix, -27 LUFS", "wav", "netflix"),
    _delivery("stems", "Stems, 24-bit", "stems"),
    _delivery("screening", "Movie to show", "mp4"),
    _delivery("reaper", "REAPER project", "rpp"),
    _delivery("cues", "Cue sheet to print", "pdf"),
)
"""Ready-made deliveries, in the order a dialog shows them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What one delivery wrote."""

    format: str
    files: tuple[Path, ...]
    warnings: tuple[str, ...] = ()
    """What the receiver should know: limits of the format that this project meets, missing sounds, loudness missed."""
    loudness: LoudnessFields | None = None
    """Of the mix as delivered; None where it was not rendered."""
    gain_db: float = 0.0
    """By how much the loudness preset changed the mix."""

"""iXML: what location recorders and editing systems read from a wave file beside ``bext``."""

from __future__ import annotations

from xml.etree import ElementTree

from engine.export.bwf import BitDepth
from engine.export.scene import Scene


def ixml(scene: Scene, *, note: str, start: int, bit_depth: BitDepth, names: tuple[str, str]) -> str:
    """The iXML document (version 2.10) of a stereo file.

    Args:
        scene: the project.
        note: what the file holds.
        start: its first sample, counted from midnight.
        bit_depth: of the file.
        names: of its two channels.
    """
    project = scene.project
    rate = f"{project.frame_rate.numerator}/{project.frame_rate.denominator}"
    root = ElementTree.Element("BWFXML")
    _add(root, IXML_VERSION="2.10", PROJECT=scene.title, TAPE=scene.title, NOTE=note)
    _add(
        ElementTree.SubElement(root, "SPEED"),
        MASTER_SPEED=rate,
        CURRENT_SPEED=rate,
        TIMECODE_RATE=rate,
        TIMECODE_FLAG="DF" if project.drop_frame else "NDF",
        FILE_SAMPLE_RATE=project.sample_rate,
        AUDIO_BIT_DEPTH=bit_depth,
        DIGITIZER_SAMPLE_RATE=project.sample_rate,
        TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI=start >> 32,
        TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO=start & 0xFFFFFFFF,
        TIMESTAMP_SAMPLE_RATE=project.sample_rate,
    )
    tracks = ElementTree.SubElement(root, "TRACK_LIST")
    _add(tracks, TRACK_COUNT=len(names))
    for number, name in enumerate(names, 1):
        _add(ElementTree.SubElement(tracks, "TRACK"), CHANNEL_INDEX=number, INTERLEAVE_INDEX=number, NAME=name)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _add(parent: ElementTree.Element, **texts: object) -> None:
    for name, text in texts.items():
        ElementTree.SubElement(parent, name).text = str(text)

"""iXML: well formed whatever the names hold, with exact rates."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

from engine.export.ixml import ixml
from engine.export.scene import open_scene
from engine.timeline.document import Project


def test_names_are_escaped_and_rates_exact(project: Project, tmp_path: Path) -> None:
    film = replace(project, frame_rate=Fraction(30000, 1001), drop_frame=True)
    scene = open_scene(film, tmp_path, "Reel <1> & more")
    text = ixml(scene, note="Döor", start=(1 << 32) + 7, bit_depth=24, names=("L", "R"))
    root = ElementTree.fromstring(text.encode())
    assert root.findtext("PROJECT") == "Reel <1> & more"
    assert root.findtext("NOTE") == "Döor"
    assert root.findtext("SPEED/TIMECODE_RATE") == "30000/1001"
    assert root.findtext("SPEED/TIMECODE_FLAG") == "DF"
    assert root.findtext("SPEED/TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI") == "1"
    assert root.findtext("SPEED/TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO") == "7"
    assert [track.findtext("NAME") for track in root.findall("TRACK_LIST/TRACK")] == ["L", "R"]

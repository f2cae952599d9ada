"""Reads where people said that sounds come from: VGG-SS (JSON) and Flickr-SoundNet (XML)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import MediaError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Box = tuple[float, float, float, float]
FLICKR_EDGE = 256
"""Pixels of the square frames that Flickr-SoundNet's boxes were drawn on."""
_CORNERS = ("xmin", "ymin", "xmax", "ymax")
_CLEAR = 2
"""Annotators who must agree for a place to count in full (Senocak et al. 2018, of three)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """The boxes of one picture."""

    name: str
    """The file it is of, without its folder and suffix."""
    label: str = ""
    annotators: tuple[tuple[Box, ...], ...]
    """Each one's boxes: x1, y1, x2, y2 as fractions of the frame's width and height."""

    @property
    def agree(self) -> int:
        """How many annotators make a place count in full: two, or one where there was only one."""
        return min(_CLEAR, len(self.annotators))


def read_vggss(path: Path) -> list[Annotation]:
    """VGG-SS (Chen et al. 2021): a list of ``{"file", "class", "bbox"}``, its boxes fractions of the middle frame.

    The same by the name of a video file, ``{"name.mp4": {...}}``, is read too; the file's stem then is the name.

    Raises:
        MediaError: unreadable, or of another form.
    """
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        rows = [(Path(k).stem, row) for k, row in read.items()] if isinstance(read, dict) else _by_file(read)
        return [
            Annotation(name=name, label=str(row.get("class", "")), annotators=(tuple(map(_box, row["bbox"])),))
            for name, row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        hint = 'VGG-SS is a JSON list of {"file", "class", "bbox": [[x1, y1, x2, y2]]} with fractions of the frame.'
        raise MediaError(f"{path} holds no boxes of VGG-SS.", hint, detail=repr(error), path=path) from error


def read_flickr(folder: Path) -> list[Annotation]:
    """Flickr-SoundNet (Senocak et al. 2018): an XML file for each picture, with the boxes of several annotators.

    A ``bbox`` has the corners ``xmin``, ``ymin``, ``xmax``, ``ymax`` in pixels of a 256 px frame. Boxes below one
    element are one annotator's; those straight below the root are one annotator's each.

    Raises:
        MediaError: no such files, or one of another form.
    """
    files = sorted(folder.glob("*.xml"))
    if not files:
        raise MediaError(
            f"There are no annotations in {folder}.", "They end in .xml, one for each picture.", path=folder
        )
    return [_read_xml(path) for path in files]


def _read_xml(path: Path) -> Annotation:
    from xml.etree import ElementTree

    try:
        root = ElementTree.fromstring(path.read_bytes())
        annotators = tuple(_annotators(root))
    except (OSError, ValueError, ElementTree.ParseError) as error:
        hint = "Each bbox has xmin, ymin, xmax and ymax in pixels of a 256 px frame."
        raise MediaError(f"{path.name} cannot be read as boxes.", hint, detail=repr(error), path=path) from error
    return Annotation(name=path.stem, annotators=annotators)


def _annotators(root: Element) -> Iterator[tuple[Box, ...]]:
    for parent in root.iter():
        boxes = [_pixels(box) for box in parent.findall("bbox")]
        if parent is root:
            yield from ((box,) for box in boxes)
        elif boxes:
            yield tuple(boxes)


def _pixels(box: Element) -> Box:
    """Corners by name, or the last four numbers where they have others."""
    named = [box.findtext(corner) for corner in _CORNERS]
    texts = named if None not in named else [child.text for child in box][-4:]
    x1, y1, x2, y2 = (float(text or "") / FLICKR_EDGE for text in texts)
    return _box((x1, y1, x2, y2))


def _by_file(rows: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [(str(row["file"]), row) for row in rows]


def _box(corners: Any) -> Box:
    """Raises ValueError where it is no box of fractions."""
    x1, y1, x2, y2 = (float(corner) for corner in corners)
    if not (-0.01 <= x1 < x2 <= 1.01 and -0.01 <= y1 < y2 <= 1.01):
        raise ValueError(f"{corners} is no box of fractions")
    return (max(0.0, x1), max(0.0, y1), min(1.0, x2), min(1.0, y2))

"""Boxes that people drew are read in the forms they are published in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.errors import MediaError
from training.evaluate.annotations import read_flickr, read_vggss

ROW = {"file": "3qesirWAGt4_000020", "class": "dog barking", "bbox": [[0.25, 0.0, 0.75, 0.5], [0.1, 0.6, 0.2, 1.0]]}


def test_vggss_is_a_list_of_files(tmp_path: Path) -> None:
    (tmp_path / "vggss.json").write_text(json.dumps([ROW]))
    (found,) = read_vggss(tmp_path / "vggss.json")
    assert (found.name, found.label, found.agree) == ("3qesirWAGt4_000020", "dog barking", 1)
    assert found.annotators == (((0.25, 0.0, 0.75, 0.5), (0.1, 0.6, 0.2, 1.0)),)


def test_vggss_by_the_name_of_a_video_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "boxes.json").write_text(json.dumps({"071__dog.mp4": ROW}))
    (found,) = read_vggss(tmp_path / "boxes.json")
    assert found.name == "071__dog"


@pytest.mark.parametrize(
    "text", ["no json", "[1, 2]", '[{"file": "a"}]', '[{"file": "a", "bbox": [[10, 10, 200, 200]]}]']
)
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "vggss.json").write_text(text)
    with pytest.raises(MediaError, match="no boxes of VGG-SS"):
        read_vggss(tmp_path / "vggss.json")


def _corners(x1: int, y1: int, x2: int, y2: int, first: str = "") -> str:
    return f"<bbox>{first}<xmin>{x1}</xmin><ymin>{y1}</ymin><xmax>{x2}</xmax><ymax>{y2}</ymax></bbox>"


def test_each_flickr_annotator_has_boxes_in_256_pixels(tmp_path: Path) -> None:
    one, other = _corners(0, 64, 128, 256), _corners(64, 64, 128, 128)
    (tmp_path / "12.xml").write_text(f"<annotation><filename>12</filename>{one}{other}</annotation>")
    (found,) = read_flickr(tmp_path)
    assert (found.name, found.agree) == ("12", 2)
    assert found.annotators == (((0.0, 0.25, 0.5, 1.0),), ((0.25, 0.25, 0.5, 0.5),))


def test_boxes_below_one_element_are_one_annotators(tmp_path: Path) -> None:
    two = _corners(0, 0, 64, 64) + _corners(128, 128, 256, 256, first="<type>object</type>")
    (tmp_path / "a.xml").write_text(f"<annotation><ann>{two}</ann><ann>{_corners(0, 0, 64, 64)}</ann></annotation>")
    assert [len(boxes) for boxes in read_flickr(tmp_path)[0].annotators] == [2, 1]


def test_broken_or_missing_annotations_are_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no annotations"):
        read_flickr(tmp_path)
    (tmp_path / "a.xml").write_text("<annotation><bbox><xmin>3</xmin></bbox></annotation>")
    with pytest.raises(MediaError, match=r"a\.xml cannot be read"):
        read_flickr(tmp_path)

"""Files of projects: the same bytes for the same project, old versions read, newer ones and damage refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ProjectError
from engine.timeline import edits
from engine.timeline.backups import keep_backup
from engine.timeline.codec import VERSION, digest, dump, dump_change, load, load_change
from engine.timeline.document import Project
from tests.engine.timeline.conftest import small_project

PATH = Path("film.foleyscope")


def test_save_load_save_gives_the_same_bytes(project: Project) -> None:
    data = dump(project)
    assert load(data, PATH) == project
    assert dump(load(data, PATH)) == data


def test_it_is_plain_json_with_a_line_for_each_clip(project: Project) -> None:
    data = dump(project)
    document = json.loads(data)
    assert document["foleyscope"] == VERSION
    assert document["project"]["frame_rate"] == "24000/1001"
    assert document["project"]["markers"][0]["name"] == "door “slam”"
    softer = dump(edits.set_clip_gain(project, "a", -3).apply(project))
    pairs = zip(data.splitlines(), softer.splitlines(), strict=True)
    assert sum(before != after for before, after in pairs) == 1


def test_layout_does_not_matter_for_reading(project: Project) -> None:
    assert load(json.dumps(json.loads(dump(project)), indent=3).encode(), PATH) == project


def test_a_newer_version_is_refused(project: Project) -> None:
    document = json.loads(dump(project)) | {"foleyscope": VERSION + 1}
    with pytest.raises(ProjectError, match="newer Foleyscope") as refused:
        load(json.dumps(document).encode(), PATH)
    assert "Update" in refused.value.hint


def test_old_versions_go_through_the_chain(project: Project) -> None:
    """Two made-up old versions: gain was called volume, and before that there was no master."""
    document = json.loads(dump(project))["project"]
    for track in document["tracks"]:
        track["volume"] = track.pop("gain_db")
    del document["master"]

    def from_first(old: dict[str, Any]) -> dict[str, Any]:
        return old | {"master": {"gain_db": 0.0, "limiter": True, "ceiling_db": -1.0}}

    def from_second(old: dict[str, Any]) -> dict[str, Any]:
        for track in old["tracks"]:
            track["gain_db"] = track.pop("volume")
        return old

    old = json.dumps({"foleyscope": VERSION - 2, "project": document}).encode()
    steps = {VERSION - 2: from_first, VERSION - 1: from_second}
    assert dump(load(old, PATH, migrations=steps)) == dump(project)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"RIFF\x00\xff",
        b"[]",
        b'{"foleyscope": "1"}',
        b'{"foleyscope": -1, "project": {}}',
        b'{"tracks": []}',
    ],
)
def test_what_is_no_project_is_refused_with_the_next_step(data: bytes) -> None:
    with pytest.raises(ProjectError) as refused:
        load(data, PATH)
    assert PATH.name in refused.value.message
    assert refused.value.hint


def _changed(project: Project, **values: Any) -> bytes:
    document = json.loads(dump(project))
    document["project"] |= values
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "values",
    [
        {"sample_rate": "48000"},
        {"sample_rate": 1.5},
        {"surprise": 1},
        {"frame_rate": "0"},
        {"frame_rate": "25/0"},
        {"frame_rate": "fast"},
        {"media": []},
        {"tracks": None},
    ],
)
def test_damage_is_told(project: Project, values: dict[str, Any]) -> None:
    with pytest.raises(ProjectError, match="damaged") as refused:
        load(_changed(project, **values), PATH)
    assert refused.value.hint == "Put a copy of it in its place."
    assert refused.value.detail


def test_damage_is_told_with_the_newest_backup(tmp_path: Path) -> None:
    path = tmp_path / "film.foleyscope"
    for data in (b"1", b"2"):
        keep_backup(path, data)
    with pytest.raises(ProjectError, match=r"film\.foleyscope is damaged") as refused:
        load(b"\x00" * 99, path)
    assert refused.value.hint == "Put film.foleyscope.backups/film 0002.foleyscope in its place."


@pytest.mark.parametrize("data", [b"RIFF\x24\0\0\0WAVE", b"", b"[1, 2]", b'{"a": 1}'])
def test_other_files_are_no_projects(data: bytes) -> None:
    with pytest.raises(ProjectError, match=r"mono\.wav is not a project\."):
        load(data, "mono.wav")


@settings(deadline=None)
@given(st.data())
def test_any_damage_is_told_or_harmless(data: st.DataObject) -> None:
    written = bytearray(dump(small_project()))
    start = data.draw(st.integers(0, len(written) - 1))
    written[start : start + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=12))
    try:
        project = load(bytes(written), PATH)
    except ProjectError as error:
        assert error.hint
    else:
        assert load(dump(project), PATH) == project


def test_ids_that_occur_twice_are_damage(project: Project) -> None:
    tracks = json.loads(dump(project))["project"]["tracks"]
    with pytest.raises(ProjectError, match="damaged"):
        load(_changed(project, tracks=tracks + tracks), PATH)


def test_a_change_is_one_line(project: Project) -> None:
    change = edits.add_marker(project, 5, "two\nlines\r\u2028")
    data = dump_change(change)
    assert b"\n" not in data
    assert b"\r" not in data
    assert load_change(data) == change


def test_names_that_are_no_text_are_refused(project: Project) -> None:
    odd = edits.add_marker(project, 5, "bad \udcff")
    for write in (lambda: dump_change(odd), lambda: dump(odd.apply(project))):
        with pytest.raises(ProjectError) as refused:
            write()
        assert "Rename" in refused.value.hint


def test_digests_tell_files_apart(project: Project) -> None:
    assert digest(dump(project)) == digest(dump(project))
    assert digest(dump(project)) != digest(dump(edits.set_loop(project, None).apply(project)))

"""Each collection's layout: names, labels, splits, and what is missing."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import cast

import pytest

from engine.errors import MediaError
from engine.media import write_wav
from training.data.prepare import Plan, fill, plan_videos
from training.data.prepare.video import Truth, Video, read_truth
from training.data.shards import Shards

from .conftest import tone


def videos(plan: Plan) -> dict[str, Video]:
    return {source.name: cast(Video, source) for source in plan.sources}


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_a_folder_takes_labels_from_a_table_then_the_truth_then_the_sub_folder(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", "dogs/b.mp4", "dogs/c.mp4", "d.mp4", ".hidden.mp4", "notes.txt")
    (tmp_path / "labels.csv").write_text("file,label\nb.mp4,wolf\n", encoding="utf-8")
    truth = {"sources": [{"on_screen": False}, {"on_screen": True, "category": "bell", "boxes": []}]}
    (tmp_path / "d.json").write_text(json.dumps(truth), encoding="utf-8")
    found = videos(plan_videos(tmp_path, table=tmp_path / "labels.csv"))
    assert {name: video.label for name, video in found.items()} == {
        "a.mp4": "",
        "d.mp4": "bell",
        "dogs/b.mp4": "wolf",
        "dogs/c.mp4": "dogs",
    }
    assert all(video.group == name and not video.split for name, video in found.items())


def test_the_truth_says_where_the_main_source_is(tmp_path: Path) -> None:
    boxes = [[0.0, 0, 0, 0, 0], [0.5, 0.1, 0.2, 0.3, 0.4], [1.0, 0.5, 0.5, 0.9, 0.9]]
    sources = [{"on_screen": True, "category": "bell", "boxes": boxes}]
    (tmp_path / "a.json").write_text(json.dumps({"sources": sources}), encoding="utf-8")
    truth = read_truth(tmp_path / "a.mp4")
    assert truth is not None
    assert truth.box_at(0.25) is None
    assert truth.box_at(0.5) == (0.1, 0.2, 0.3, 0.4)
    assert truth.box_at(9.0) == (0.5, 0.5, 0.9, 0.9)
    assert Truth().box_at(1.0) is None
    (tmp_path / "b.json").write_text("[1]", encoding="utf-8")
    assert read_truth(tmp_path / "b.mp4") is None


@pytest.mark.parametrize("header", ["", "youtube_id,start,label,split\n"])
def test_vggsound_goes_by_its_table(tmp_path: Path, header: str) -> None:
    rows = [f"id{n},{n},playing {n % 3},train" for n in range(300)] + ["tested,30,frog,test", "tested,90,frog,train"]
    (tmp_path / "vggsound.csv").write_text(header + "\n".join([*rows, "lost,7,gone,test"]) + "\n", encoding="utf-8")
    touch(tmp_path, *(f"part/id{n}_{n:06d}.mp4" for n in range(300)), "tested_000030.mp4", "tested_000090.mp4")
    touch(tmp_path, "other_000001.mp4")
    plan = plan_videos(tmp_path, "vggsound")
    found = videos(plan)
    assert len(found) == 302
    assert plan.missing == ("lost_000007.mp4",)
    assert "1 videos in the folder are not in the table, the first of them other_000001" in plan.problems[0].message
    assert found["part/id4_000004.mp4"].label == "playing 1"
    assert found["tested_000030.mp4"].split == found["tested_000090.mp4"].split == "test"
    splits = [video.split for name, video in found.items() if name.startswith("part")]
    assert set(splits) == {"train", "validation"}
    assert 15 <= splits.count("validation") <= 50
    touch(tmp_path, "lost_000007.mp4")
    more = videos(plan_videos(tmp_path, "vggsound"))
    assert {name: more[name] for name in found} == found


def test_vggsound_names_the_line_that_cannot_be_read(tmp_path: Path) -> None:
    touch(tmp_path, "a_000001.mp4")
    (tmp_path / "t.csv").write_text("a,1,dog,train\nb,2\n", encoding="utf-8")
    with pytest.raises(MediaError, match=r"Line 2 of t\.csv"):
        plan_videos(tmp_path, "vggsound", tmp_path / "t.csv")
    with pytest.raises(MediaError, match="--table"):
        plan_videos(tmp_path, "vggsound")


def test_the_real_table_finds_its_real_clips(shared_data: Path, tmp_path: Path) -> None:
    listed = shared_data / "vggsound" / "files.tsv"
    if not listed.is_file():
        pytest.skip("the VGG-Sound table is not among the development material")
    with listed.open(encoding="utf-8", newline="") as file:
        for clip, name in list(csv.reader(file, delimiter="\t"))[1:]:
            (tmp_path / name).symlink_to(shared_data / "clips" / clip)
    plan = plan_videos(tmp_path, "vggsound", shared_data / "vggsound" / "vggsound.csv")
    assert len(plan.sources) == 38
    assert len(plan.missing) == 1
    assert {video.split for video in videos(plan).values()} <= {"train", "validation", "test"}


def test_fairplay_has_its_sound_beside_and_turns_fake_stereo_away(films: Path, tmp_path: Path) -> None:
    for number in range(3):
        touch(tmp_path, f"videos/00000{number}.mp4")
        (tmp_path / f"videos/00000{number}.mp4").write_bytes((films / "wide.mp4").read_bytes())
    (tmp_path / "binaural_audios").mkdir()
    write_wav(tmp_path / "binaural_audios" / "000000.wav", tone(2.0, 0.1, 0.5), 48_000)
    write_wav(tmp_path / "binaural_audios" / "000001.wav", tone(2.0), 48_000)
    plan = plan_videos(tmp_path, "fairplay")
    assert plan.missing == ("binaural_audios/000002.wav",)
    report = fill(plan, tmp_path / "out")
    assert (report.videos, report.refused, report.samples, report.missing) == (1, 1, 2, 1)
    assert [problem.message for problem in report.problems] == [
        "The sound of 000001.wav has two channels that are the same."
    ]
    stereo = Shards(tmp_path / "out").stereo(0)
    assert float(stereo[1].abs().max()) > 4 * float(stereo[0].abs().max())
    assert fill(plan, tmp_path / "out").problems == report.problems


def test_stereo_folders_keep_only_real_stereo_and_plain_ones_keep_all(films: Path, tmp_path: Path) -> None:
    report = fill(plan_videos(films, "stereo"), tmp_path / "stereo")
    assert (report.videos, report.refused) == (2, 1)
    kept = Shards(tmp_path / "stereo")
    assert all(sample.stereo and not sample.label for sample in kept.samples)
    fill(plan_videos(films), tmp_path / "plain")
    plain = Shards(tmp_path / "plain")
    assert {sample.group: sample.stereo is not None for sample in plain.samples} == {
        "bells/quiet.mp4": True,
        "same.mp4": False,
        "wide.mp4": True,
    }


def test_recordings_have_no_labels_but_a_tables(tmp_path: Path) -> None:
    touch(tmp_path, "game/one.mkv", "game/two.mkv")
    (tmp_path / "t.tsv").write_text("file\tlabel\ntwo.mkv\tboss\n", encoding="utf-8")
    found = videos(plan_videos(tmp_path, "recordings", tmp_path / "t.tsv"))
    assert [video.label for video in found.values()] == ["", "boss"]


def test_unknown_layouts_and_tables_are_explained(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="folder, vggsound, fairplay, stereo, recordings"):
        plan_videos(tmp_path, "vgg")
    touch(tmp_path, "a.mp4")
    (tmp_path / "t.csv").write_text("name,kind\na.mp4,dog\n", encoding="utf-8")
    with pytest.raises(MediaError, match="file and label"):
        plan_videos(tmp_path, table=tmp_path / "t.csv")

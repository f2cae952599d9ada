"""The official lists of UCF101 and HMDB51 are read as they are, and what they lack is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import MediaError
from training.data.actions import read_actions


def lay_out_ucf101(root: Path, *, without: str = "") -> Path:
    """Two classes of three videos; split n tests video n."""
    lists = root / "ucfTrainTestlist"
    lists.mkdir(parents=True)
    (lists / "classInd.txt").write_text("1 ApplyEyeMakeup\r\n2 YoYo\r\n", encoding="utf-8")
    names = [f"{action}/v_{action}_g0{n}_c01.avi" for action in ("ApplyEyeMakeup", "YoYo") for n in (1, 2, 3)]
    for name in names:
        path = root / "UCF-101" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name != without:
            path.touch()
    for split in (1, 2, 3):
        test = [name for name in names if f"_g0{split}_" in name]
        train = [f"{name} {1 + name.startswith('YoYo')}" for name in names if name not in test]
        (lists / f"testlist0{split}.txt").write_text("\n".join(test), encoding="utf-8")
        (lists / f"trainlist0{split}.txt").write_text("\r\n".join(train) + "\r\n", encoding="utf-8")
    return root


def lay_out_hmdb51(root: Path, videos: str = "hmdb51") -> Path:
    """Two classes of three videos; the third is left out of splits 2 and 3."""
    lists = root / "testTrainMulti_7030_splits"
    lists.mkdir(parents=True)
    for action in ("brush_hair", "wave"):
        names = [f"Some_{action}_#{n}(1)_u_nm.avi" for n in range(3)]
        (root / videos / action).mkdir(parents=True)
        for name in names:
            (root / videos / action / name).touch()
        for split, codes in ((1, "121"), (2, "210"), (3, "120")):
            lines = [f"{name} {code} " for name, code in zip(names, codes, strict=True)]
            (lists / f"{action}_test_split{split}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


def test_ucf101_gives_every_video_its_action_and_what_each_split_uses_it_for(tmp_path: Path) -> None:
    found = read_actions(lay_out_ucf101(tmp_path), "ucf101")
    assert (found.name, len(found.videos), found.missing) == ("UCF101", 6, ())
    first, *_, last = found.videos
    assert (first.name, first.action) == ("UCF-101/ApplyEyeMakeup/v_ApplyEyeMakeup_g01_c01.avi", "ApplyEyeMakeup")
    assert (first.uses, last.uses) == (("test", "train", "train"), ("train", "train", "test"))


@pytest.mark.parametrize("videos", ["hmdb51", "hmdb51_org"])
def test_hmdb51_leaves_videos_out_of_splits(tmp_path: Path, videos: str) -> None:
    found = read_actions(lay_out_hmdb51(tmp_path, videos), "hmdb51")
    assert found.name == "HMDB51"
    assert [one.uses for one in found.videos[:3]] == [
        ("train", "test", "train"),
        ("test", "train", "test"),
        ("train", "", ""),
    ]
    assert {one.action for one in found.videos} == {"brush_hair", "wave"}


def test_a_converted_video_is_found_by_its_stem_and_a_lost_one_is_named(tmp_path: Path) -> None:
    root = lay_out_ucf101(tmp_path, without="YoYo/v_YoYo_g02_c01.avi")
    video = root / "UCF-101" / "YoYo" / "v_YoYo_g01_c01.avi"
    video.rename(video.with_suffix(".mp4"))
    found = read_actions(root, "ucf101")
    assert found.missing == ("YoYo/v_YoYo_g02_c01",)
    assert next(one.name for one in found.videos if one.action == "YoYo").endswith("v_YoYo_g01_c01.mp4")


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no layout 'kinetics'"):
        read_actions(tmp_path, "kinetics")
    with pytest.raises(MediaError, match="no folder ucfTrainTestlist"):
        read_actions(tmp_path, "ucf101")
    root = lay_out_ucf101(tmp_path / "a")
    (root / "ucfTrainTestlist" / "testlist03.txt").unlink()
    with pytest.raises(MediaError, match=r"testlist03\.txt cannot be read") as caught:
        read_actions(root, "ucf101")
    assert "official split lists" in caught.value.hint
    wrong = lay_out_ucf101(tmp_path / "b")
    (wrong / "ucfTrainTestlist" / "trainlist01.txt").write_text("YoYo/v_YoYo_g01_c01.avi 1\n", encoding="utf-8")
    with pytest.raises(MediaError, match=r"'YoYo/v_YoYo_g01_c01\.avi 1' of trainlist01"):
        read_actions(wrong, "ucf101")
    odd = lay_out_hmdb51(tmp_path / "c")
    (odd / "testTrainMulti_7030_splits" / "wave_test_split2.txt").write_text("x.avi 7\n", encoding="utf-8")
    with pytest.raises(MediaError, match=r"'x\.avi 7' of wave_test_split2"):
        read_actions(odd, "hmdb51")


def test_lists_without_their_videos_are_said(tmp_path: Path) -> None:
    root = lay_out_ucf101(tmp_path)
    for video in (root / "UCF-101").rglob("*.avi"):
        video.rename(video.with_stem(f"other_{video.stem}"))
    with pytest.raises(MediaError, match="None of the videos that the lists of UCF101 name"):
        read_actions(root, "ucf101")

"""Windows become files, files become families of takes."""

from __future__ import annotations

from pathlib import Path

from engine.library import SoundFile, WindowHit
from engine.recommend import Calibration
from engine.recommend.results import families, group_by_file, to_results

CALIBRATION = Calibration(1.0, 0.1, "pictures")


def file(file_id: int, path: str) -> SoundFile:
    parts = Path(path)
    return SoundFile(file_id, parts, parts.name, parts.parent.name, 3.0, 48_000, 1, "dog", "", "")


FILES = {
    n: file(n, path)
    for n, path in enumerate(["/a/bark_01.wav", "/a/bark_02.wav", "/b/bark_03.wav", "/a/howl.wav", "/a/bark_04.wav"])
}
HITS = [
    WindowHit(1, 2.0, 3.0, 0.7),
    WindowHit(3, 0.0, 1.0, 0.8),
    WindowHit(1, 0.0, 1.0, 0.9),
    WindowHit(4, 0.0, 1.0, 0.9),
    WindowHit(0, 1.0, 2.0, 1.0),
    WindowHit(2, 0.0, 1.0, 1.1),
]


def test_takes_fold_under_the_best_of_them() -> None:
    groups = group_by_file(HITS)
    results = to_results(families(groups, FILES), groups, FILES, CALIBRATION)
    assert [result.name for result in results] == ["bark_02.wav", "howl.wav", "bark_03.wav"]
    assert [result.rank for result in results] == [1, 2, 3]
    assert [take.name for take in results[0].takes] == ["bark_04.wav", "bark_01.wav"]
    assert [take.rank for take in results[0].takes] == [1, 2]
    assert results[1].takes == results[2].takes == ()


def test_a_result_names_its_best_region_and_keeps_the_others() -> None:
    groups = group_by_file(HITS)
    best = to_results(families(groups, FILES), groups, FILES, CALIBRATION)[0]
    assert (best.start, best.end, best.distance) == (2.0, 3.0, 0.7)
    assert best.windows == (HITS[0], HITS[2])
    assert best.score == CALIBRATION.score(0.7)


def test_files_that_are_gone_are_left_out() -> None:
    groups = group_by_file([*HITS, WindowHit(77, 0.0, 1.0, 0.1)])
    assert 77 not in {file_id for family in families(groups, FILES) for file_id in family}

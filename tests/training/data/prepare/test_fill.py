"""Preparing goes on where it was killed, adds what is new, and says what it will take before it starts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.errors import Cancelled, MediaError, ModelError
from engine.jobs import Job
from training.data.prepare import Estimate, World, fill, look, plan_videos, plan_world, prepare, prepare_synthetic
from training.data.prepare import estimate as estimates
from training.data.shards import Shards

TINY = World(seconds=1, sources=1, ambience=False)
KILLED = """
import sys
from engine.jobs import Job
from training.data.prepare import World, prepare_synthetic

class Told(Job):
    def step(self, n=1, message=None):
        super().step(n, message)
        if n:
            print("done", flush=True)

prepare_synthetic(sys.argv[1], {"train": 500}, World(seconds=1, sources=1, ambience=False), job=Told())
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_killed_run_goes_on_to_the_same_bytes_and_redoes_nothing(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path / "killed")], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(3):
            assert process.stdout.readline() == b"done\n"
        process.kill()
    with pytest.raises(ModelError, match="started again"):
        Shards(tmp_path / "killed")
    job = Job()
    report = prepare_synthetic(tmp_path / "killed", {"train": 8}, TINY, job=job)
    assert report.kept >= 3
    assert job.total == 8 - report.kept
    whole = prepare_synthetic(tmp_path / "whole", {"train": 8}, TINY)
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")
    assert (report.videos, report.samples, report.silent) == (whole.videos, whole.samples, whole.silent)


def test_the_number_of_workers_changes_no_byte(tmp_path: Path) -> None:
    prepare_synthetic(tmp_path / "one", {"train": 3, "test": 2}, TINY)
    prepare_synthetic(tmp_path / "two", {"train": 3, "test": 2}, TINY, workers=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_finished_set_takes_only_what_is_new(films: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "films", tmp_path / "out"
    shutil.copytree(films, folder)
    first = prepare(folder, out)
    assert (first.videos, first.silent, first.kept) == (3, 1, 0)
    before, places = contents(out), {s.group: s.split for s in Shards(out).samples}
    again = prepare(folder, out)
    assert contents(out) == before
    assert (again.kept, again.samples, again.silent) == (3, first.samples, 1)
    shutil.copy(folder / "same.mp4", folder / "a new one.mp4")
    job = Job()
    grown = prepare(folder, out, job)
    assert (job.total, grown.videos, grown.kept) == (1, 4, 3)
    after = {s.group: s.split for s in Shards(out).samples}
    assert {group: after[group] for group in places} == places
    assert Shards(out).samples[-1].group == "a new one.mp4"


def test_changed_and_vanished_videos_keep_their_samples_and_are_named(films: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "films", tmp_path / "out"
    shutil.copytree(films, folder)
    samples = prepare(folder, out).samples
    (folder / "same.mp4").unlink()
    shutil.copy(folder / "wide.mp4", folder / "bells" / "quiet.mp4")
    report = prepare(folder, out)
    assert report.samples == samples
    said = " ".join(problem.message for problem in report.problems)
    assert "quiet.mp4 or its label has changed" in said
    assert "1 prepared earlier are no longer asked for, the first of them same.mp4" in said


def test_a_broken_video_is_named_and_tried_again(films: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "films", tmp_path / "out"
    folder.mkdir()
    shutil.copy(films / "wide.mp4", folder / "good.mp4")
    (folder / "bad.mp4").write_bytes((films / "wide.mp4").read_bytes()[:600])
    report = prepare(folder, out)
    assert (report.videos, [problem.path.name for problem in report.problems]) == (1, ["bad.mp4"])
    shutil.copy(films / "wide.mp4", folder / "bad.mp4")
    mended = prepare(folder, out)
    assert (mended.videos, mended.kept, mended.problems) == (2, 1, [])


def test_two_runs_into_one_folder_take_turns(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(prepare_synthetic, tmp_path / "shared", {"train": 4}, TINY) for _ in range(2)]
    assert sorted(run.result().kept for run in runs) == [0, 4]
    prepare_synthetic(tmp_path / "alone", {"train": 4}, TINY)
    assert contents(tmp_path / "shared") == contents(tmp_path / "alone")


def test_a_disk_that_fills_up_loses_nothing_that_is_finished(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, before[1]))
    try:
        with pytest.raises(MediaError, match="cannot be written") as full:
            prepare_synthetic(tmp_path / "full", {"train": 5}, TINY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "goes on where it stopped" in full.value.hint
    assert prepare_synthetic(tmp_path / "full", {"train": 5}, TINY).kept == 3
    prepare_synthetic(tmp_path / "whole", {"train": 5}, TINY)
    assert contents(tmp_path / "full") == contents(tmp_path / "whole")


def test_stopping_keeps_what_is_finished(tmp_path: Path) -> None:
    class Impatient(Job):
        def step(self, n: float = 1, message: str | None = None) -> None:
            super().step(n, message)
            if self.done == 2:
                self.cancel()

    with pytest.raises(Cancelled):
        prepare_synthetic(tmp_path, {"train": 5}, TINY, job=Impatient())
    with pytest.raises(ModelError):
        Shards(tmp_path)
    assert prepare_synthetic(tmp_path, {"train": 5}, TINY).kept == 2


def test_another_world_is_not_mixed_in(tmp_path: Path) -> None:
    prepare_synthetic(tmp_path, {"train": 1}, TINY)
    with pytest.raises(MediaError, match="begun with seconds 1"):
        prepare_synthetic(tmp_path, {"train": 1}, World(seconds=2, sources=1, ambience=False))


def test_the_estimate_comes_first_and_is_near(tmp_path: Path) -> None:
    told: list[Estimate] = []
    plan = plan_world({"train": 14}, TINY)
    fill(plan, tmp_path / "out", announce=told.append)
    assert (told[0].videos, told[0].hours, told[0].measured) == (14, 14 / 3600, True)
    written = sum(path.stat().st_size for path in (tmp_path / "out").iterdir())
    assert told[0].bytes == pytest.approx(written, rel=0.2)
    assert "14 videos" in told[0].sentence()
    rest = look(plan, tmp_path / "out")
    assert (rest.videos, rest.kept, rest.bytes) == (0, 14, 0)


def test_a_disk_that_is_too_small_is_refused_before_anything_is_written(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimates, "BYTES", 1e15)
    with pytest.raises(MediaError, match=r"TB, and .* free") as refused:
        fill(plan_videos(films), tmp_path / "out")
    assert "another disk" in refused.value.hint
    assert not (tmp_path / "out").exists()

"""A journaled set survives being cut anywhere: it goes on to the same bytes."""

from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np
import pytest

from engine.errors import MediaError, ModelError
from training.data.journal import JOURNAL, read_journal
from training.data.shards import Shards, ShardWriter, split_of
from training.data.writer import INDEX, SHARD_SAMPLES

MADE = {"layout": "toy"}


def source(number: int, samples: int) -> list[dict[str, object]]:
    """The samples of a toy source: sounds of one level, so that they are told apart."""
    sound = np.full(48_000, number / 64, np.float32)
    return [{"group": f"v{number}", "sound": sound, "time": second + 0.5} for second in range(samples)]


def write(folder: Path, numbers: range, samples: int = 2) -> None:
    with ShardWriter(folder, MADE) as writer:
        for number in numbers:
            if f"v{number}" not in writer.finished:
                with writer.source(f"v{number}", [number]):
                    for parts in source(number, samples):
                        writer.add(**parts)  # type: ignore[arg-type]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("share", [0.0, 0.1, 0.35, 0.5, 0.77, 0.999])
def test_a_set_cut_anywhere_goes_on_to_the_same_bytes(tmp_path: Path, share: float) -> None:
    write(tmp_path / "whole", range(6))
    write(tmp_path / "cut", range(6))
    (tmp_path / "cut" / INDEX).unlink()
    journal = tmp_path / "cut" / JOURNAL
    first = journal.read_bytes().index(b"\n") + 1
    data = journal.read_bytes()
    journal.write_bytes(data[: first + int(share * (len(data) - first))])
    write(tmp_path / "cut", range(6))
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole")


def test_shards_that_lost_their_end_are_written_again(tmp_path: Path) -> None:
    write(tmp_path / "whole", range(4))
    write(tmp_path / "cut", range(4))
    with (tmp_path / "cut" / "shard-00000.tar").open("r+b") as shard:
        shard.truncate(300_000)
    record = read_journal(tmp_path / "cut")
    assert record is not None
    assert list(record.finished) == ["v0"]
    write(tmp_path / "cut", range(4))
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole")


def test_a_failed_source_leaves_nothing_even_across_shards(tmp_path: Path) -> None:
    small = np.zeros((1, 1, 3), np.uint8)
    for folder, fails in (("smooth", False), ("failed", True)):
        with ShardWriter(tmp_path / folder, MADE) as writer:
            with writer.source("first", []):
                for _ in range(SHARD_SAMPLES - 2):
                    writer.add("first", frame=small)
            if fails:
                with pytest.raises(MediaError), writer.source("broken", []):
                    for _ in range(5):
                        writer.add("broken", frame=small)
                    raise MediaError("half of it is missing")
            with writer.source("last", []):
                for _ in range(3):
                    writer.add("last", frame=small)
    assert contents(tmp_path / "failed") == contents(tmp_path / "smooth")
    assert len(Shards(tmp_path / "failed")) == SHARD_SAMPLES + 1
    with tarfile.open(tmp_path / "failed" / "shard-00001.tar") as archive:
        assert archive.getnames() == ["00000500.jpg", "00000500.json"]


def test_an_unfinished_set_is_refused_and_a_grown_one_is_whole_again(tmp_path: Path) -> None:
    write(tmp_path, range(3))
    before = [(sample.group, sample.split) for sample in Shards(tmp_path).samples]
    with pytest.raises(RuntimeError), ShardWriter(tmp_path, MADE):
        raise RuntimeError("stopped")
    with pytest.raises(ModelError, match="no finished shards"):
        Shards(tmp_path)
    write(tmp_path, range(5))
    grown = Shards(tmp_path)
    assert [(sample.group, sample.split) for sample in grown.samples][: len(before)] == before
    assert [float(grown.sound(i)[0]) * 64 for i in range(0, 10, 2)] == pytest.approx([0, 1, 2, 3, 4])


def test_sets_of_another_kind_are_not_added_to(tmp_path: Path) -> None:
    write(tmp_path / "toy", range(1))
    with pytest.raises(MediaError, match="begun with layout toy"):
        ShardWriter(tmp_path / "toy", {"layout": "other"})
    with ShardWriter(tmp_path / "plain") as writer:
        writer.add("a", frame=np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(MediaError, match="nothing can be added"):
        ShardWriter(tmp_path / "plain", MADE)
    assert len(Shards(tmp_path / "plain")) == 1


def test_other_shares_split_by_the_same_hash() -> None:
    shares = {"validation": 0.1, "train": 0.9}
    splits = [split_of(f"video {n}", shares) for n in range(3000)]
    assert set(splits) == {"train", "validation"}
    assert splits.count("validation") / 3000 == pytest.approx(0.1, abs=0.02)

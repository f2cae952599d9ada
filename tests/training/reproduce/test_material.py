"""A person's own data are used or refused in a sentence, never passed over for the synthetic world."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from engine.errors import ModelError
from engine.jobs import Job
from tests.training.conftest import toy_pair
from training.data.clips import ClipForm, plan_clip_world
from training.data.kinds import holds
from training.data.prepare import fill
from training.data.shards import Shards, ShardWriter
from training.reproduce.material import material
from training.reproduce.papers import PAPERS


@pytest.fixture(scope="module")
def places(toy_shards: Path, toy_actions: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder of each kind."""
    import numpy as np

    root, rng = tmp_path_factory.mktemp("kinds"), np.random.default_rng(0)
    with ShardWriter(root / "mono") as writer:
        for video in range(2):
            frame, sound = toy_pair(video, rng)
            writer.add(f"v{video}", frame=frame, sound=sound, label="", time=0.5, split="train")
    fill(plan_clip_world({"train": 1}, ClipForm(rate=Fraction(2), size=24, seconds=5.0)), root / "clips")
    with ShardWriter(root / "empty"):
        pass
    return {"stereo": toy_shards, "actions": toy_actions, **{n: root / n for n in ("mono", "clips", "empty")}}


def ask(paper: str, out: Path, *data: Path, rows: tuple[str, ...] = ()) -> list[Path]:
    chosen = PAPERS[paper]
    runs = chosen.runs(rows or None)
    return material(chosen, data, out, runs=runs, quick=True, report=lambda _: None, job=Job())


@pytest.mark.parametrize(
    ("paper", "kind", "said", "step"),
    [
        ("paper-a", "clips", "holds clips, not seconds", "prepare FOLDER --out"),
        ("paper-a", "actions", "holds actions, not seconds", "prepare FOLDER --out"),
        ("paper-b", "clips", "holds clips, not seconds", "prepare FOLDER --out"),
        ("paper-c", "clips", "holds clips, not seconds", "prepare FOLDER --out"),
        ("paper-c", "mono", "holds seconds in mono, and Paper C hears left and right", "--layout stereo"),
        ("paper-d", "mono", "holds seconds, not actions or clips", "--clips"),
        ("paper-d", "stereo", "holds seconds, not actions or clips", "--layout ucf101"),
        ("paper-d", "mono", "holds seconds, not actions or clips", "Add --preset fast."),
        ("paper-a", "empty", "hold nothing", "longer films"),
    ],
)
def test_data_of_another_kind_is_refused_and_nothing_is_rendered(  # noqa: PLR0917 - a table's columns
    places: dict[str, Path], tmp_path: Path, paper: str, kind: str, said: str, step: str
) -> None:
    with pytest.raises(ModelError, match=said) as caught:
        ask(paper, tmp_path, places[kind])
    assert str(places[kind]) in caught.value.message and step in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_data_that_the_asked_for_rows_do_not_learn_from_are_refused(places: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds actions, not clips"):
        ask("paper-d", tmp_path, places["actions"], rows=("cma",))
    with pytest.raises(ModelError, match="holds seconds, not actions"):
        ask("paper-d", tmp_path, places["clips"], places["stereo"])
    assert list(tmp_path.iterdir()) == []


def test_data_of_the_right_kind_are_taken_as_they_are(places: dict[str, Path], tmp_path: Path) -> None:
    assert ask("paper-a", tmp_path, places["mono"]) == [places["mono"]]
    assert ask("paper-c", tmp_path, places["stereo"]) == [places["stereo"]]
    assert ask("paper-d", tmp_path, places["clips"], rows=("cma",)) == [places["clips"]]
    both = [places["clips"], places["actions"]]
    assert ask("paper-d", tmp_path, *both) == both
    assert list(tmp_path.iterdir()) == []


def test_a_reader_says_which_kind_it_was_given(places: dict[str, Path]) -> None:
    from training.data.actions.shards import ActionShards
    from training.data.clips.shards import ClipShards

    assert [holds(places[kind]) for kind in ("mono", "clips", "actions")] == ["seconds", "clips", "actions"]
    with pytest.raises(ModelError, match="holds clips, not seconds"):
        Shards(places["clips"])
    with pytest.raises(ModelError, match="holds seconds, not clips"):
        ClipShards(places["mono"])
    with pytest.raises(ModelError, match="holds seconds, not actions"):
        ActionShards(places["mono"])

"""Experiments are read from TOML, with a quick variant laid over them and single settings changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ModelError
from training.config import merged, read_experiment


def test_experiments_come_from_toml_with_overrides(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('task = "correspondence"\n[optimiser]\nlr = 0.01\n')
    made = read_experiment(path, ["optimiser.lr=0.5", "fit.precision=bf16-mixed", "data.shards=['a', 'b']"])
    assert (made.name, made.optimiser.lr, made.fit.precision) == ("mine", 0.5, "bf16-mixed")
    assert made.data.shards == ("a", "b")
    with pytest.raises(ModelError, match=r"no setting optimiser\.rate"):
        read_experiment(path, ["optimiser.rate=1"])
    with pytest.raises(ModelError, match="has no value"):
        read_experiment(path, ["optimiser.lr"])
    with pytest.raises(ModelError, match="cannot be read"):
        read_experiment(tmp_path / "none.toml")


def test_a_plain_text_is_a_list_of_one(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[data]\nbackground = "empty places"\n')
    made = read_experiment(path, ["data.shards=/films/shards"])
    assert (made.data.shards, made.data.background) == (("/films/shards",), ("empty places",))
    assert read_experiment(path, ["data.background="]).data.background == ()
    for wrong in ("data.shards=2024", 'data.shards=["a", 1]'):
        with pytest.raises(ModelError, match=r"data\.shards takes texts") as caught:
            read_experiment(path, [wrong])
        assert 'data.shards=["one", "two"]' in caught.value.hint


def test_the_quick_variant_is_the_folders_then_the_files_own_then_the_overrides(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[optimiser]\nlr = 0.01\n[fit]\nepochs = 90\n[quick.fit]\nepochs = 7\n")
    (tmp_path / "quick.toml").write_text('[optimiser]\nname = "adamw"\n[fit]\nepochs = 5\npatience = 5\n')
    plain, quick = read_experiment(path), read_experiment(path, quick=True)
    assert (plain.optimiser.name, plain.fit.epochs, plain.fit.patience) == ("sgd", 90, 20)
    assert (quick.optimiser.name, quick.fit.epochs, quick.fit.patience) == ("adamw", 7, 5)
    assert quick.optimiser.lr == 0.01
    assert quick.name == "mine"
    assert read_experiment(path, ["fit.epochs=2"], quick=True).fit.epochs == 2


def test_an_experiment_without_a_quick_variant_says_where_one_goes(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("seed = 1\n")
    with pytest.raises(ModelError, match="no quick variant"):
        read_experiment(path, quick=True)
    path.write_text("seed = 1\n[quick]\nseed = 2\n")
    assert (read_experiment(path).seed, read_experiment(path, quick=True).seed) == (1, 2)


def test_an_experiment_may_be_quick_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "quick.toml").write_text("seed = 3\n")
    (tmp_path / "mine.toml").write_text("seed = 1\nquick = false\n")
    assert read_experiment(tmp_path / "mine.toml", quick=True).seed == 1


def test_tables_merge_and_values_are_replaced() -> None:
    values = {"a": {"b": 1, "c": [1, 2]}, "d": 1}
    assert merged(values, {"a": {"c": [3]}, "e": {"f": 1}}) == {"a": {"b": 1, "c": [3]}, "d": 1, "e": {"f": 1}}
    assert values == {"a": {"b": 1, "c": [1, 2]}, "d": 1}


def test_an_experiment_says_only_what_differs_from_the_one_it_extends(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(
        'name = "first"\nseed = 4\n[fit]\nepochs = 9\nbatch_size = 8\n[quick]\nseed = 5\n'
    )
    (tmp_path / "two.toml").write_text('extends = "one.toml"\n[fit]\nepochs = 3\n')
    made = read_experiment(tmp_path / "two.toml")
    assert (made.name, made.seed, made.fit.epochs, made.fit.batch_size) == ("two", 4, 3, 8)
    assert read_experiment(tmp_path / "two.toml", quick=True).seed == 5
    (tmp_path / "one.toml").write_text('extends = "two.toml"\n')
    with pytest.raises(ModelError, match="extends itself"):
        read_experiment(tmp_path / "two.toml")

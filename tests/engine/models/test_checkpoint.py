"""Models go to disk and come back the same, and damaged ones are explained."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from engine import models
from engine.errors import DeviceError, ModelError
from engine.models.tensors import write_safetensors

SMALL = {"widths": [4, 8, 12, 16]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(3)
    encoder = models.create("attention", **SMALL)
    background = np.eye(8, 128, dtype=np.float32)
    return models.save(
        tmp_path / "mine", encoder, model_id="mine", title="Mine", licence="CC0", background=background, half=True
    )


def test_a_model_comes_back_with_config_and_background(folder: Path) -> None:
    model = models.load(folder, "cpu")
    assert (model.id, model.encoder.config.widths) == ("mine", (4, 8, 12, 16))
    assert np.array_equal(model.background, np.eye(8, 128, dtype=np.float32))
    again = models.load(folder, "cpu")
    assert again.fingerprint == model.fingerprint
    frame = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    assert np.array_equal(model.embed_rgb([frame]), again.embed_rgb([frame]))


def test_other_weights_have_another_fingerprint(folder: Path, tmp_path: Path) -> None:
    torch.manual_seed(4)
    other = models.save(
        tmp_path / "other", models.create("attention", **SMALL), model_id="other", title="Other", licence="CC0"
    )
    assert models.load(other, "cpu").fingerprint != models.load(folder, "cpu").fingerprint


def test_models_are_found_by_id(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLEYSCOPE_MODELS", str(folder.parent))
    assert "mine" in [info.id for info in models.available()]
    assert models.load("mine", "cpu").id == "mine"
    with pytest.raises(ModelError, match="no model called 'yours'"):
        models.load("yours")


@pytest.mark.parametrize("damage", ["weights", "config", "cut", "other"])
def test_damage_is_explained(folder: Path, damage: str) -> None:
    weights, config = folder / "model.safetensors", folder / "config.json"
    if damage == "weights":
        weights.write_bytes(b"not tensors")
    elif damage == "cut":
        weights.write_bytes(weights.read_bytes()[:-100])
    elif damage == "config":
        config.write_text("{")
    else:
        config.write_text(json.dumps(json.loads(config.read_text()) | {"config": {"widths": [4, 8]}}))
    with pytest.raises(ModelError) as raised:
        models.load(folder)
    assert raised.value.hint


def test_a_pickle_is_never_loaded(folder: Path, tmp_path: Path) -> None:
    trap = tmp_path / "sprung"

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[Path]]:
            return Path.touch, (trap,)

    torch.save(Trap(), folder / "model.safetensors")
    with pytest.raises(ModelError):
        models.load(folder)
    assert not trap.exists()


def test_an_unknown_device_is_explained() -> None:
    with pytest.raises(DeviceError, match="cannot be used"):
        models.pick_device("nonsense")
    assert models.pick_device("cpu").type == "cpu"


def test_our_writer_is_read_by_the_library(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "half": np.ones(3, np.float16), "n": np.array(7)}
    write_safetensors(tmp_path / "x.safetensors", arrays)
    back = load_file(tmp_path / "x.safetensors")
    assert {k: v.tolist() for k, v in back.items()} == {k: v.tolist() for k, v in arrays.items()}
    assert all(back[k].dtype == arrays[k].dtype for k in arrays)

"""Models of clips are measured like others: beside what they must beat, on data of their own kind and form."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
import torch

from engine import models
from engine.errors import ModelError
from engine.jobs import Job
from engine.models.clip_model import load_clip
from engine.models.offset_model import OffsetModel
from tests.small import small_encoder
from training.data.clips import ClipForm, ClipWorld, plan_clip_world
from training.data.clips.shards import ClipShards
from training.data.prepare import fill
from training.evaluate import evaluate
from training.evaluate.localisers import baselines, evaluate_localiser, maps_of, synthetic_questions
from training.evaluate.offsets import answers, loudness_match, model_match, share_right, sync_accuracy
from training.evaluate.synchronisation import sync_hits

CLIP = {"picture": 56, "frames": 8, "strides": [2, 2, 1, 1], "hidden": 16, "picture_width": 4, "sound_width": 4}
OFFSET = {"picture": 28, "frames": 30, "seconds": 2.0, "widths": (4, 8), "sound_width": 16, "vector": 8}
STILL = ("metronome", "drum", "telephone ringing", "sewing machine", "bell swinging")


def clips(folder: Path, rate: Fraction, size: int, seconds: float, count: int = 4) -> Path:
    fill(
        plan_clip_world({"test": count}, ClipForm(rate=rate, size=size, seconds=seconds), ClipWorld(categories=STILL)),
        folder,
    )
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of each kind, fresh, and clips for those that want them."""
    root = tmp_path_factory.mktemp("home")
    torch.manual_seed(0)
    networks = {
        "where": models.create("coattention", **CLIP),
        "when": models.create("syncnet", **OFFSET),
        "what": small_encoder("attention"),
        "sides": small_encoder("stereo_resnet18"),
    }
    for name, network in networks.items():
        models.save(root / name, network, model_id=name, title=name, licence="none")
    clips(root / "slow", Fraction(80, 21), 60, 7.0)
    clips(root / "quick", Fraction(15), 32, 5.0)
    return root


def test_a_clip_model_is_asked_what_is_in_sync_and_where_it_sounds(home: Path) -> None:
    job = Job()
    table = evaluate(home / "where", home / "slow", device="cpu", job=job)
    assert job.fraction == 1.0
    assert (table["model"], table["kind"], table["split"], table["videos"]) == ("where", "clip", "test", 4)
    assert set(table["rows"]) == {"model", "random weights", "chance", "centre", "random", "stereo side"}
    assert table["left_out"] == []
    rows, model, shards = table["rows"], load_clip(home / "where", "cpu"), ClipShards(home / "slow")
    for metric, kind in (("sync accuracy, shifted", "shift"), ("sync accuracy, mismatched", "mismatch")):
        hits = [hit for video in sync_hits(model.network, shards, "test", kind).values() for hit in video]
        assert rows["model"][metric] == pytest.approx(sum(hits) / len(hits))
        assert rows["chance"][metric] == 0.5 and metric in rows["random weights"]
    questions = synthetic_questions(shards, "test", model.front.seconds)
    for name, localise, mono in (("model", maps_of(model), True), ("centre", baselines()["centre"], True)):
        for row in evaluate_localiser(localise, questions, shards, mono=mono):
            for metric in ("pointing game", "cIoU@0.5", "AUC"):
                title = f"{metric}, {row['material']}"
                assert rows[name][title] == row["values"][metric]
                assert table["intervals"][name][title] == row["intervals"][metric]
    assert "pointing game, one source" in rows["random"]


def test_an_offset_model_is_asked_when(home: Path) -> None:
    table = evaluate(home / "when", home / "quick", device="cpu")
    assert (table["model"], table["kind"], table["videos"]) == ("when", "offset", 4)
    rows, shards = table["rows"], ClipShards(home / "quick")
    model = OffsetModel.load(home / "when", "cpu")
    for name, match in (("model", model_match(model)), ("loudness", loudness_match(15.0))):
        found = answers(match, model, shards, "test")
        assert rows[name]["right within 0.1 s"] == pytest.approx(share_right(found)[1])
        low, high = table["intervals"][name]["median error, s"]
        assert low <= rows[name]["median error, s"] <= high
    assert rows["model"]["sync accuracy, shifted"] == pytest.approx(sync_accuracy(model, shards, "test"))
    assert rows["chance"] == {"right within 0.1 s": 0.2, "sync accuracy, shifted": 0.5}
    assert set(rows["random weights"]) == {"right within 0.1 s", "median error, s"}


def test_what_short_clips_without_places_cannot_tell_is_left_out(home: Path, tmp_path: Path) -> None:
    short = clips(tmp_path / "short", Fraction(80, 21), 60, 5.0, count=3)
    table = evaluate(home / "where", short, device="cpu")
    assert "sync accuracy, shifted" not in table["rows"]["model"]
    assert "sync accuracy, mismatched" in table["rows"]["model"]
    (why,) = table["left_out"]
    assert why.startswith("sync accuracy, shifted: ") and "6.5 s at least" in why
    tiny = clips(tmp_path / "tiny", Fraction(15), 32, 2.0, count=2)
    with pytest.raises(ModelError, match="Nothing of 'when' can be measured") as caught:
        evaluate(home / "when", tiny, device="cpu")
    assert "Prepare more of 3 s or longer." in caught.value.hint


def test_a_set_with_too_few_test_videos_is_measured_whole(home: Path) -> None:
    assert evaluate(home / "when", home / "quick", "validation", device="cpu")["split"] == "all"


@pytest.mark.parametrize(
    ("model", "data", "said", "step"),
    [
        ("where", "toy_shards", "'where' is measured on clips, and .* holds seconds", "--clips --preset fast"),
        ("when", "toy_shards", "'when' is measured on clips, and .* holds seconds", "--clips --preset sync"),
        ("where", "toy_actions", "'where' is measured on clips, and .* holds actions", "--clips"),
        ("what", "slow", "'what' is measured on seconds, and .* holds clips", "prepare FOLDER --out SHARDS"),
        ("where", "quick", "sees 1.90 frames a second of 56 pixels, the clips hold 15.00 of 32", "--preset fast"),
        ("when", "slow", "sees 15.00 frames a second of 28 pixels, the clips hold 3.81 of 60", "--preset sync"),
    ],
)
def test_data_of_another_kind_or_form_are_refused_with_how_the_right_ones_are_made(
    home: Path, request: pytest.FixtureRequest, *, model: str, data: str, said: str, step: str
) -> None:
    place = request.getfixturevalue(data) if data.startswith("toy") else home / data
    with pytest.raises(ModelError, match=said) as caught:
        evaluate(home / model, place, device="cpu")
    assert step in caught.value.hint


def test_a_model_of_left_and_right_is_measured_on_what_is_stereo(home: Path, toy_shards: Path, tmp_path: Path) -> None:
    from training.data.shards import Shards, ShardWriter

    toy = Shards(toy_shards)
    with ShardWriter(tmp_path / "mono") as mono, ShardWriter(tmp_path / "mixed") as mixed:
        for number in range(0, 24, 3):
            parts = {"frame": toy.frame(number).permute(1, 2, 0).numpy(), "sound": toy.sound(number).numpy()}
            stereo = {"stereo": toy.stereo(number).numpy()} if number % 2 else {}
            mono.add(f"v{number}", **parts, time=0.5, split="test")
            mixed.add(f"v{number}", **parts, **stereo, time=0.5, split="test")
    assert evaluate(home / "sides", tmp_path / "mixed", device="cpu")["videos"] == 4
    with pytest.raises(ModelError, match="'sides' hears left and right, and these shards are mono"):
        evaluate(home / "sides", tmp_path / "mono", device="cpu")

"""Localisers are asked over clips whose truth is known: one that hears sides, one that looks at the middle."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from engine.errors import ModelError
from training.data.clips import ClipForm, ClipWorld, plan_clip_world
from training.data.clips.shards import ClipShards
from training.data.prepare import fill
from training.evaluate.annotations import Annotation
from training.evaluate.localisers import (
    REAL,
    SINGLE,
    TWO,
    baselines,
    evaluate_localiser,
    markdown,
    real_questions,
    synthetic_questions,
    write_rows,
)

FORM = ClipForm(rate=Fraction(2), size=24, seconds=5.0)


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> ClipShards:
    folder = tmp_path_factory.mktemp("clips")
    still = ("metronome", "drum", "clock ticking", "telephone ringing", "fan", "sewing machine", "bell swinging")
    fill(plan_clip_world({"test": 10}, FORM, ClipWorld(categories=still)), folder)
    return ClipShards(folder)


def test_questions_ask_for_one_thing_at_a_time(shards: ClipShards) -> None:
    questions = synthetic_questions(shards)
    kinds = [q.material for q in questions]
    assert kinds.count(SINGLE) >= 4 and kinds.count(TWO) >= 6
    for question in questions:
        sample = shards.samples[question.sample]
        assert len(sample.sounding) == 1
        assert len(question.others) == (1 if question.material == TWO else 0)
        middle = float(question.frame_start / sample.rate) + 2.1
        assert question.boxes == [sample.box_of(sample.sounding[0], middle)]
    assert synthetic_questions(shards, "train") == []


def test_who_hears_the_side_follows_the_sound_and_the_middle_does_not(shards: ClipShards) -> None:
    questions = synthetic_questions(shards)
    rows = {row["material"]: row for row in evaluate_localiser(baselines()["stereo side"], questions, shards)}
    middle = {r["material"]: r for r in evaluate_localiser(baselines()["centre"], questions, shards, name="centre")}
    two, blind = rows[TWO]["values"], middle[TWO]["values"]
    assert two["pointing game"] > blind["pointing game"] + 0.2
    assert two["follows the sound"] > 0.4 and blind["follows the sound"] == 0.0
    assert two["points at the other"] < 0.2
    assert rows[SINGLE]["values"]["pointing game"] > 0.5
    low, high = rows[TWO]["intervals"]["pointing game"]
    assert low <= two["pointing game"] <= high


def test_mono_sound_has_no_side(shards: ClipShards) -> None:
    (_, two) = evaluate_localiser(baselines()["stereo side"], synthetic_questions(shards), shards, mono=True)
    assert two["material"] == TWO
    assert two["values"]["follows the sound"] == 0.0


def test_real_boxes_are_found_by_name(shards: ClipShards) -> None:
    notes = [
        Annotation(name="3", annotators=(((0.0, 0.0, 1.0, 1.0),),)),
        Annotation(name="4_000030", annotators=(((0.0, 0.0, 0.5, 0.5),), ((0.0, 0.0, 0.5, 1.0),))),
        Annotation(name="elsewhere", annotators=(((0.0, 0.0, 1.0, 1.0),),)),
    ]
    questions = real_questions(shards, notes)
    assert [shards.samples[q.sample].group for q in questions] == ["synthetic/test/3", "synthetic/test/4"]
    (row,) = evaluate_localiser(baselines()["random"], questions, shards)
    assert (row["material"], row["questions"]) == (REAL, 2)


def test_rows_are_saved_as_json_and_markdown(shards: ClipShards, tmp_path: Path) -> None:
    rows = evaluate_localiser(baselines()["centre"], synthetic_questions(shards), shards, name="centre")
    write_rows(tmp_path, rows)
    assert {r["localiser"] for r in json.loads((tmp_path / "localisation.json").read_text())} == {"centre"}
    text = (tmp_path / "localisation.md").read_text()
    assert text == markdown(rows)
    assert "**one source**" in text and "follows the sound" in text and "| centre |" in text


def test_nothing_to_ask_is_said(shards: ClipShards) -> None:
    with pytest.raises(ModelError, match="nothing to localise"):
        evaluate_localiser(baselines()["centre"], [], shards)

"""Asks a localiser where sounds come from: one thing in the picture, the asked-for one of two, real boxes."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import ModelError
from engine.files import write_text
from engine.jobs import Job
from training.data.clips.form import CLIP_RATE, WINDOW
from training.data.clips.shards import ClipSample, ClipShards
from training.evaluate.annotations import Annotation, Box
from training.evaluate.bootstrap import bootstrap
from training.evaluate.localisation import (
    auc,
    centre_map,
    ciou,
    consensus_map,
    pointing_game,
    random_map,
    side_map,
    success_rate,
)

if TYPE_CHECKING:
    import torch

    from engine.models.clip_model import ClipModel
    from engine.models.model import Model

Localise = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Frames uint8 ``(T, H, W, 3)`` and their sound float32 ``(2, N)`` at 21 kHz to a map ``(h, w)`` over the frame."""
STEREO_SIDE = "stereo side"
SINGLE, TWO, REAL = "one source", "one of two sources", "real boxes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A stretch of a clip, one sound, and where it comes from in the stretch's middle frame."""

    material: str
    sample: int
    """Whose picture is shown and whose sound is heard."""
    frame_start: int
    annotators: tuple[tuple[Box, ...], ...]
    """Boxes of what is heard, by each who said so; the synthetic world is one annotator."""
    agree: int = 1
    others: tuple[Box, ...] = ()
    """Boxes of what is in the picture and not heard."""

    @property
    def boxes(self) -> list[Box]:
        """All boxes of what is heard."""
        return [box for one in self.annotators for box in one]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a map said to a question."""

    group: str
    """The video."""
    pointed: bool
    """Whether its greatest place is in a box of what is heard."""
    strayed: bool
    """Whether it is in a box of what is not, and in none of what is."""
    ciou: float
    """With everything above half of the map's range."""
    ciou_median: float
    """With the upper half of all places."""


def synthetic_questions(shards: ClipShards, split: str = "test", seconds: float = WINDOW) -> list[Question]:
    """One question for each sound of one thing alone: in pictures of one thing, and in pictures of two.

    The stretch is the loudest one whose middle frame shows everything that matters; where there is none the sound is
    not asked for. Of two things both are asked for or neither, over the same picture.
    """
    questions = []
    for ways in _by_clip(shards, shards.where(split, seconds=seconds)).values():
        alone = [i for i in ways if len(shards.samples[i].sounding) == 1]
        samples = [shards.samples[i] for i in alone]
        if len(alone) in {1, 2} and len(samples[0].sources) == len(alone):
            start = _best_start(samples, seconds)
            if start is not None:
                questions += [_question(shards.samples[i], i, start, seconds) for i in alone]
    return questions


def real_questions(shards: ClipShards, annotations: Sequence[Annotation], seconds: float = WINDOW) -> list[Question]:
    """One question for each annotated video that is among the clips, over the middle of its first clip.

    Boxes are of the middle frame (VGG-SS). A video is found by its file's stem, or by the id before its start second.
    """
    first: dict[str, int] = {}
    for index in reversed(shards.where(seconds=seconds)):
        first[Path(shards.samples[index].group).stem] = index
    questions = []
    for note in annotations:
        for index in [first[stem] for stem in (note.name, note.name.rsplit("_", 1)[0]) if stem in first][:1]:
            sample = shards.samples[index]
            start = round((sample.seconds - seconds) / 2 * sample.rate)
            start = min(start, sample.frames - _frames(sample, seconds))
            questions.append(
                Question(material=REAL, sample=index, frame_start=start, annotators=note.annotators, agree=note.agree)
            )
    return questions


def baselines(model: Model | None = None, seed: int = 0) -> dict[str, Localise]:
    """What a localiser should beat: the frame's middle, chance, the sound's side; with a model, Paper A's attention.

    "stereo side" sees nothing and learned nothing; where sound is panned to where things stand it is hard to beat, so
    a localiser that hears stereo should be asked with mono sound too.
    """
    rng, middle = np.random.default_rng(seed), centre_map()
    found: dict[str, Localise] = {
        "centre": lambda *_: middle,
        "random": lambda *_: random_map(rng),
        STEREO_SIDE: lambda _, sound: side_map(sound),
    }
    if model is not None:
        found["picture attention"] = lambda frames, _: model.picture_map(frames[len(frames) // 2])
    return found


def maps_of(model: ClipModel) -> Localise:
    """What a clip model's maps say for the sound: their part above 0."""

    def localise(frames: np.ndarray, sound: np.ndarray) -> np.ndarray:
        maps, _ = model.maps(_tokens(model, frames), [model.sound_tokens(sound)])
        return np.clip(maps[0], 0.0, None)

    return localise


def activations_of(model: ClipModel) -> Localise:
    """Class activation maps of a clip model's sync logit (Paper D, section 4), also where it compares places."""

    def localise(frames: np.ndarray, sound: np.ndarray) -> np.ndarray:
        heard = model.sound_tokens(sound)[None]
        maps, _ = model.network.activation_map(_tokens(model, frames)[None], heard)
        found: np.ndarray = maps[0].float().cpu().numpy()
        return np.clip(found, 0.0, None)

    return localise


def places_of(model: Model) -> Localise:
    """What a recommending model says of each place of the middle frame and of the sound (decision 0017)."""

    def localise(frames: np.ndarray, sound: np.ndarray) -> np.ndarray:
        _, seconds = model.embed_sound(sound, CLIP_RATE)
        found: np.ndarray = model.place_vectors(frames[len(frames) // 2]) @ seconds.mean(axis=0)
        return np.clip(found, 0.0, None)

    return localise


def _tokens(model: ClipModel, frames: np.ndarray) -> torch.Tensor:
    step = max(1, round(len(frames) / model.front.frames))
    return model.picture_tokens(frames[::step][: model.front.frames])


def evaluate_localiser(
    localise: Localise,
    questions: Sequence[Question],
    shards: ClipShards,
    *,
    name: str = "model",
    seconds: float = WINDOW,
    tolerance: float = 0.0,
    mono: bool = False,
    job: Job | None = None,
) -> list[dict[str, Any]]:
    """A row for each kind of material.

    Args:
        localise: gives the maps.
        questions: from :func:`synthetic_questions` or :func:`real_questions`, on ``shards``.
        shards: the clips.
        name: of the localiser, for the rows.
        seconds: length of the stretches.
        tolerance: of the pointing game, as a fraction of the frame.
        mono: let both channels of the sound be their mean, so that only what is heard can tell where it comes from.
        job: progress and cancel.

    Returns:
        Rows of ``{"localiser", "material", "questions", "values", "intervals"}``. Values are "pointing game",
        "cIoU@0.5", "AUC" (threshold: half of the map's range), "cIoU@0.5 median" and "AUC median" (threshold: the map's
        median); with two sources also "points at the other" and "follows the sound", the share of pictures in which the
        map finds the one thing by its sound and the other by its own. Intervals are 95 %, by bootstrap over videos.

    Raises:
        ModelError: there is nothing to ask.
    """
    if not questions:
        raise ModelError("There is nothing to localise.", "Prepare a test split of synthetic clips, or give boxes.")
    asked = _folded(localise) if mono else localise
    job = job or Job()
    job.begin(len(questions), f"Localising with {name}")
    answers: dict[str, list[Answer]] = defaultdict(list)
    for question in questions:
        answers[question.material].append(_ask(asked, question, shards, seconds, tolerance))
        job.step()
    return [_row(name, material, found) for material, found in answers.items()]


def ask_all(
    asked: Mapping[str, Localise],
    questions: Sequence[Question],
    shards: ClipShards,
    *,
    seconds: float = WINDOW,
    job: Job | None = None,
) -> list[dict[str, Any]]:
    """Rows of several localisers by name, as :func:`evaluate_localiser` gives them.

    All are asked with mono sound, so that they tell a place by what is heard; only ``stereo side`` hears both channels.
    """
    rows: list[dict[str, Any]] = []
    for name, localise in asked.items():
        rows += evaluate_localiser(
            localise, questions, shards, name=name, seconds=seconds, mono=name != STEREO_SIDE, job=job
        )
    return rows


def markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as tables in Markdown, one for each material, values in percent with their intervals."""
    parts = []
    for material in dict.fromkeys(row["material"] for row in rows):
        chosen = [row for row in rows if row["material"] == material]
        names = list(chosen[0]["values"])
        lines = [f"**{material}** ({chosen[0]['questions']} sounds)", ""]
        lines += ["| localiser | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
        lines += [f"| {row['localiser']} | " + " | ".join(_cell(row, name) for name in names) + " |" for row in chosen]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def write_rows(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Save the rows as ``localisation.json`` and ``localisation.md``."""
    write_text(folder / "localisation.json", json.dumps(list(rows), indent=1) + "\n")
    write_text(folder / "localisation.md", markdown(rows))


def _folded(localise: Localise) -> Localise:
    return lambda frames, sound: localise(frames, np.repeat(sound.mean(axis=0, keepdims=True), 2, axis=0))


def _ask(localise: Localise, question: Question, shards: ClipShards, seconds: float, tolerance: float) -> Answer:
    sample = shards.samples[question.sample]
    frames = shards.frames(question.sample, question.frame_start, _frames(sample, seconds))
    sound = shards.sound(question.sample, float(question.frame_start / sample.rate), seconds)
    found = localise(frames.permute(0, 2, 3, 1).contiguous().numpy(), sound.numpy())
    truth = consensus_map(question.annotators, question.agree)
    pointed = pointing_game(found, question.boxes, tolerance)
    return Answer(
        group=sample.group,
        pointed=pointed,
        strayed=bool(question.others) and not pointed and pointing_game(found, question.others, tolerance),
        ciou=ciou(found, truth),
        ciou_median=ciou(found, truth, "median"),
    )


def _row(name: str, material: str, answers: Sequence[Answer]) -> dict[str, Any]:
    groups: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        groups[answer.group].append(answer)
    by_video = {
        metric: [[read(one) for one in group] for group in groups.values()] for metric, read in _METRICS.items()
    }
    if material == TWO:
        by_video["points at the other"] = [[float(one.strayed) for one in group] for group in groups.values()]
        by_video["follows the sound"] = [[float(all(one.pointed for one in group))] for group in groups.values()]
    return {
        "localiser": name,
        "material": material,
        "questions": len(answers),
        "values": {metric: float(np.mean(np.concatenate(found))) for metric, found in by_video.items()},
        "intervals": {metric: bootstrap(found) for metric, found in by_video.items()},
    }


# Each is a mean over answers, AUC too: the area below a mean of steps is the mean of the areas below each.
_METRICS: dict[str, Callable[[Answer], float]] = {
    "pointing game": lambda answer: float(answer.pointed),
    "cIoU@0.5": lambda answer: success_rate([answer.ciou]),
    "AUC": lambda answer: auc([answer.ciou]),
    "cIoU@0.5 median": lambda answer: success_rate([answer.ciou_median]),
    "AUC median": lambda answer: auc([answer.ciou_median]),
}


def _cell(row: Mapping[str, Any], metric: str) -> str:
    low, high = row["intervals"][metric]
    return f"{100 * row['values'][metric]:.1f} ({100 * low:.0f}-{100 * high:.0f})"


def _by_clip(shards: ClipShards, indices: Sequence[int]) -> dict[int, list[int]]:
    clips: dict[int, list[int]] = defaultdict(list)
    for index in indices:
        clips[shards.samples[index].clip].append(index)
    return clips


def _frames(sample: ClipSample, seconds: float) -> int:
    return max(1, int(seconds * sample.rate + 1e-3))


def _best_start(samples: Sequence[ClipSample], seconds: float) -> int | None:
    """First frame of the stretch in which the quietest of the sounds is loudest, and all their things are in sight."""
    sample, best = samples[0], (-math.inf, -1)
    for start in range(sample.frames - _frames(sample, seconds) + 1):
        begin = float(start / sample.rate)
        seen = all(one.boxes_at(begin + seconds / 2) for one in samples)
        if seen and begin + seconds <= sample.seconds + 1e-6:
            best = max(best, (min(one.loudest(begin, seconds) for one in samples), -start))
    return -best[1] if best[0] > -math.inf else None


def _question(sample: ClipSample, index: int, start: int, seconds: float) -> Question:
    middle = float(start / sample.rate) + seconds / 2
    others = [sample.box_of(k, middle) for k in range(len(sample.sources)) if k not in sample.sounding]
    return Question(
        material=SINGLE if len(sample.sources) == 1 else TWO,
        sample=index,
        frame_start=start,
        annotators=(tuple(sample.boxes_at(middle)),),
        others=tuple(box for box in others if box),
    )

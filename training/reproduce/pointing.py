"""Where Paper D's best row hears sounds come from: its figures beside the baselines', and pictures (figure 5)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.files import atomic_path
from engine.jobs import Job
from training.reproduce.collection import SPLIT

if TYPE_CHECKING:
    from training.data.clips.shards import ClipShards
    from training.evaluate.localisers import Localise, Question

ROWS = "localisation.json"
PICTURES = "localisation.png"
SHOWN = 8
"""Pictures of the page."""
COLUMNS = 4
MONO = ", mono sound"
"""What is added to the name of a localiser that was asked with both channels folded into one."""


def point(model: Path, data: Sequence[str], out: Path, title: str, job: Job) -> None:
    """Measure where a model points in the test split, and draw some of its maps; nothing where no place is known."""
    from engine.models.clip_model import load_clip
    from training.data.clips.shards import ClipShards
    from training.evaluate.localisers import baselines, evaluate_localiser, maps_of, synthetic_questions, write_rows

    shards, network = ClipShards(list(data)), load_clip(model)
    questions = synthetic_questions(shards, SPLIT, network.front.seconds)
    if not questions:
        return
    seconds, localise = network.front.seconds, maps_of(network)
    asked: dict[str, Localise] = {title: localise, **baselines()}
    rows = []
    for name, one in asked.items():
        rows += evaluate_localiser(one, questions, shards, name=name, seconds=seconds, job=job)
    for name in (title, "stereo side"):
        rows += evaluate_localiser(
            asked[name], questions, shards, name=f"{name}{MONO}", seconds=seconds, mono=True, job=job
        )
    write_rows(out, rows)
    _draw(localise, questions, shards, out / PICTURES, title, seconds)


def section(out: Path) -> str:
    """The page's part about it as Markdown; empty where nothing was measured."""
    from training.evaluate.localisers import markdown

    path = out / ROWS
    if not path.is_file():
        return ""
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    note = (
        "Per cent, in brackets the 95 % interval by bootstrap over videos. The paper shows pictures only. Sound is "
        "panned to where its thing stands, so *stereo side*, which sees nothing, is hard to beat; mono sound tells no "
        "side."
    )
    return f"## Where sounds come from\n\n{note}\n\n{markdown(rows)}\n![Maps]({PICTURES})\n"


def _draw(  # noqa: PLR0917 - who is asked what, then where it is drawn
    localise: Localise, questions: Sequence[Question], shards: ClipShards, path: Path, title: str, seconds: float
) -> None:
    from matplotlib.figure import Figure

    chosen = [questions[n * len(questions) // min(SHOWN, len(questions))] for n in range(min(SHOWN, len(questions)))]
    rows = -(-len(chosen) // COLUMNS)
    figure = Figure(figsize=(2.6 * COLUMNS, 2.9 * rows + 0.5), layout="constrained")
    figure.suptitle(f"{title}: where it hears each sound come from; the box is where it does", fontsize=11)
    places = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axes in places:
        axes.set_axis_off()
    for axes, question in zip(places, chosen, strict=False):
        _draw_one(axes, localise, question, shards, seconds)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=80)


def _draw_one(axes: Any, localise: Localise, question: Question, shards: ClipShards, seconds: float) -> None:
    from matplotlib.patches import Rectangle

    from training.evaluate.localisation import stretched

    sample = shards.samples[question.sample]
    count = max(1, int(seconds * sample.rate + 1e-3))
    frames = shards.frames(question.sample, question.frame_start, count).permute(0, 2, 3, 1).contiguous().numpy()
    sound = shards.sound(question.sample, float(question.frame_start / sample.rate), seconds).numpy()
    edge = sample.size
    axes.imshow(frames[count // 2])
    axes.imshow(stretched(localise(frames, sound), edge), cmap="magma", alpha=0.5)
    for x1, y1, x2, y2 in question.boxes:
        across, down = (x2 - x1) * edge, (y2 - y1) * edge
        axes.add_patch(Rectangle((x1 * edge, y1 * edge), across, down, fill=False, edgecolor="white", linewidth=1.5))
    axes.set_title(sample.label.removeprefix("synthetic:"), fontsize=9)

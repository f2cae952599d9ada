"""A small collection of actions from the synthetic world, laid out as UCF101 is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from engine.errors import ProjectError
from engine.files import write_text
from engine.jobs import Job
from training.data.actions.lists import SPLITS
from training.data.synthetic import Scene, render_scene, scene_seed
from training.data.synthetic.catalogue import BY_NAME

ACTIONS = (
    "rubber ball bouncing",
    "bell swinging",
    "dog barking",
    "drum",
    "hammer on anvil",
    "hands clapping",
    "horse galloping",
    "telephone ringing",
)
"""What things do, one class each."""
GROUPS = 2 * SPLITS
"""Videos of a group share a place; split ``n`` tests groups ``n`` and ``n + 3``, as UCF101 keeps groups together."""
LENGTHS = (2.0, 3.0, 4.0, 5.0)
"""s, in turn; the first is shorter than a window."""
SILENT = 5
"""Every so manieth video has no sound, as many of UCF101 have none."""


def write_actions(
    out: Path | str,
    videos: int,
    seed: int = 0,
    *,
    actions: Sequence[str] = ACTIONS,
    fps: Fraction = Fraction(25),
    size: tuple[int, int] = (160, 120),
    keep: bool = False,
    job: Job | None = None,
) -> list[Path]:
    """Render ``videos`` videos and their split lists into ``out``; video ``n`` is the same whatever their number.

    Args:
        out: gets ``UCF-101/CLASS/v_CLASS_g01_c01.mp4`` and ``ucfTrainTestlist``.
        videos: classes take turns, then groups; three of each class are the least.
        seed: another one gives other videos.
        actions: names of the world's categories.
        fps: frames a second.
        size: width and height in pixels.
        keep: whether videos that are there already stay as they are, as after a stop.
        job: progress and cancel.

    Raises:
        ProjectError: too few videos for every split to train on and test each class, or the folder cannot be written.
    """
    if videos < SPLITS * len(actions):
        hint = f"Ask for {SPLITS * len(actions)} at least."
        raise ProjectError(f"{videos} videos do not give each split some of each action.", hint)
    root, job = Path(out), job or Job()
    stems = [_stem(number, actions) for number in range(videos)]
    job.begin(videos, "Rendering actions")
    written = [root / "UCF-101" / f"{stem}.mp4" for stem in stems]
    for number, path in enumerate(written):
        if not (keep and path.is_file()):
            _write(path, _scene(number, seed, actions, fps=fps, size=size), silent=number % SILENT == SILENT - 1)
        job.step()
    _write_lists(root / "ucfTrainTestlist", stems, [class_name(action) for action in actions])
    return written


def class_name(action: str) -> str:
    """As UCF101 writes them: "DogBarking"."""
    return action.title().replace(" ", "")


def _stem(number: int, actions: Sequence[str]) -> str:
    """Class folder and file name without its ending."""
    turn, kind = divmod(number, len(actions))
    take, group = divmod(turn, GROUPS)
    name = class_name(actions[kind])
    return f"{name}/v_{name}_g{group + 1:02}_c{take + 1:02}"


def _write(path: Path, scene: Scene, *, silent: bool) -> None:
    from engine.media import write_video

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message, hint = f"The folder {path.parent} cannot be made.", "Choose another folder."
        raise ProjectError(message, hint, detail=str(error), path=path.parent) from error
    write_video(path, scene.frames, scene.fps, None if silent else scene.sound)


def _scene(number: int, seed: int, actions: Sequence[str], *, fps: Fraction, size: tuple[int, int]) -> Scene:
    category = BY_NAME[actions[number % len(actions)]]
    turn = number // len(actions)
    return render_scene(
        scene_seed(seed, number),
        seconds=LENGTHS[turn % len(LENGTHS)],
        fps=fps,
        size=size,
        sources=1,
        categories=(category.name,),
        place=category.places[turn % GROUPS % len(category.places)],
    )


def _write_lists(folder: Path, stems: Sequence[str], names: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "classInd.txt", "".join(f"{n} {name}\n" for n, name in enumerate(names, start=1)))
    for split in range(SPLITS):
        tested = [int(stem.rpartition("_g")[2][:2]) % SPLITS == (split + 1) % SPLITS for stem in stems]
        files = [f"{stem}.mp4" for stem in stems]
        numbers = [names.index(stem.partition("/")[0]) + 1 for stem in stems]
        test = [f"{file}\n" for file, chosen in zip(files, tested, strict=True) if chosen]
        train = [f"{file} {n}\n" for file, n, chosen in zip(files, numbers, tested, strict=True) if not chosen]
        write_text(folder / f"testlist{split + 1:02}.txt", "".join(test))
        write_text(folder / f"trainlist{split + 1:02}.txt", "".join(train))

"""The demo project: a one-minute silent film and a small sound library, rendered by the synthetic world once."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import ProjectError
from engine.files import write_text
from engine.jobs import Job
from training.data.synthetic import AMBIENCES, CATEGORIES, DEMO_SEEDS, Category, render_scene, scene_seed
from training.data.synthetic.casting import make_act, timed
from training.data.synthetic.dsp import RATE, arch, samples, settle
from training.data.synthetic.scene import Scene, Source

_log = logging.getLogger(__name__)

VERSION = 1
"""Raised when the rendered material changes, so that old caches are made afresh."""
FPS = Fraction(25)
SIZE = (640, 360)
_FILM_SEED, _SOUND_SEED = DEMO_SEEDS[0], DEMO_SEEDS[1]
_MARKER = "demo.json"


@dataclasses.dataclass(frozen=True, slots=True)
class DemoProject:
    """Where the demo lies."""

    video: Path
    sounds: Path
    library: Path
    """Where the application keeps the index of ``sounds``; not made here."""


@dataclasses.dataclass(frozen=True, slots=True)
class Shot:
    """One take of the film."""

    seconds: float
    place: str
    things: tuple[str, ...]
    take: int = 0


FILM: tuple[Shot, ...] = (
    Shot(5.52, "meadow", ("horse galloping",)),
    Shot(5.0, "forest", ("bird singing",)),
    Shot(5.48, "workshop", ("hammer on anvil",)),
    Shot(5.52, "kitchen", ("kettle whistling", "clock ticking")),
    Shot(6.0, "street", ("dog barking", "footsteps")),
    Shot(4.48, "road", ("car passing",)),
    Shot(6.0, "stage", ("drum", "cymbal")),
    Shot(5.52, "shore", ("sea waves",)),
    Shot(5.48, "table", ("telephone ringing", "typing on a keyboard")),
    Shot(5.0, "meadow", ("train passing",)),
    Shot(6.0, "city night", ("firework",)),
)

_SERIES_ONLY = {"sewing machine", "typing on a keyboard", "horse galloping", "train passing", "bird singing"}
_WEATHER = {
    "rain on a puddle",
    "waterfall",
    "sea waves",
    "fire crackling",
    "wind in a tree",
    "room tone",
    "wind",
    "traffic",
    "insects",
}


@dataclasses.dataclass(frozen=True, slots=True)
class _Take:
    """One sound of the library."""

    category: Category
    number: int
    seconds: float
    single: bool
    stereo: bool


def ensure_demo(folder: Path | str | None = None, job: Job | None = None) -> DemoProject:
    """The demo project, rendered the first time and found again after that; takes up where an interrupted run stopped.

    Args:
        folder: where to keep it; None is the user's cache.
        job: counts film frames and sounds.

    Raises:
        ProjectError: the folder cannot be written.
    """
    root = Path(folder) if folder is not None else _cache_folder()
    project = DemoProject(root / "Morning to Midnight.mp4", root / "Sounds", root / "demo.foleylib")
    if _finished(root):
        return project
    try:
        root.mkdir(parents=True, exist_ok=True)
        _clear_other_version(root)
        _render(project, job or Job())
    except OSError as exc:
        hint = "Free some space, or choose another folder for the demo."
        raise ProjectError(f"The demo cannot be written to {root}.", hint, detail=str(exc), path=root) from exc
    return project


def _cache_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("foleyscope") / "demo"


def _marker(root: Path) -> dict[str, object]:
    try:
        found = json.loads((root / _MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _finished(root: Path) -> bool:
    marker = _marker(root)
    files = marker.get("files")
    if marker.get("version") != VERSION or marker.get("complete") is not True or not isinstance(files, list):
        return False
    return all((root / str(name)).is_file() for name in files)


def _clear_other_version(root: Path) -> None:
    """Note what will be made; first remove what an older version of the demo made here, and only that."""
    marker = _marker(root)
    files = ["Morning to Midnight.mp4", *(_relative(take).as_posix() for take in takes())]
    if marker.get("version") not in (None, VERSION):
        listed = marker.get("files")
        for name in listed if isinstance(listed, list) else ():
            (root / str(name)).unlink(missing_ok=True)
    write_text(root / _MARKER, json.dumps({"version": VERSION, "complete": False, "files": files}))


def _render(project: DemoProject, job: Job) -> None:
    root = project.sounds.parent
    missing = [take for take in takes() if not (root / _relative(take)).is_file()]
    scenes = [] if project.video.is_file() else film()
    job.begin(sum(s.frame_count for s in scenes) + 4 * len(missing), "Rendering the demo film")
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="demo") as pool:
        if scenes:
            _write_film(project.video, scenes, pool, job)
        job.step(0, "Rendering the demo's sounds")
        for _ in _ahead(pool, ((_save_take, (root, take)) for take in missing)):
            job.step(4)
    marker = _marker(root)
    write_text(root / _MARKER, json.dumps({**marker, "complete": True}))
    _log.info("the demo is ready in %s", root)


def film() -> list[Scene]:
    """The film's shots, in order."""
    return [
        render_scene(
            scene_seed(_FILM_SEED, 100 * k + shot.take),
            seconds=shot.seconds,
            fps=FPS,
            size=SIZE,
            sources=len(shot.things),
            categories=shot.things,
            place=shot.place,
            ambience=False,
        )
        for k, shot in enumerate(FILM)
    ]


def _ahead(pool: ThreadPoolExecutor, tasks: Iterator, depth: int = 6) -> Iterator:
    """Results of ``(function, arguments)`` tasks in order, a few worked on at a time."""
    waiting: list[Future] = []
    try:
        for function, arguments in tasks:
            waiting.append(pool.submit(function, *arguments))
            if len(waiting) > depth:
                yield waiting.pop(0).result()
        while waiting:
            yield waiting.pop(0).result()
    finally:
        for future in waiting:
            future.cancel()


def _write_film(path: Path, scenes: list[Scene], pool: ThreadPoolExecutor, job: Job) -> None:
    from engine.media.write import write_video

    moments = ((scene.frame_at, (k / FPS,)) for scene in scenes for k in range(scene.frame_count))
    write_video(path, _ahead(pool, moments), FPS, crf=19, job=job)


def takes() -> list[_Take]:
    """Every sound of the library: three or four takes a category, and long ambiences."""
    out = []
    for index, category in enumerate(CATEGORIES):
        rng = np.random.default_rng((_SOUND_SEED, index))
        for number in range(1, 4 if index % 4 else 5):
            single = number == 1 and category.plan is not None and category.name not in _SERIES_ONLY
            longest = 9.0 if category.plan is None else 5.0
            seconds = rng.uniform(0.6, 2.0) if single else rng.uniform(2.2, longest)
            out.append(_Take(category, number, round(float(seconds), 2), single, bool(number % 2 == 0)))
    for category in AMBIENCES:
        out += [_Take(category, 1, 12.0, False, True), _Take(category, 2, 9.5, False, True)]
    return out


def _voice(take: _Take) -> Source:
    """The individual heard in ``take``, in front of the microphone."""
    index = (*CATEGORIES, *AMBIENCES).index(take.category)
    rng = np.random.default_rng((scene_seed(_SOUND_SEED, index * 10 + take.number), 1))
    seconds = max(take.seconds, 1.0) if take.single else take.seconds
    act = make_act(rng, take.category, slot=(0.3, 0.7), horizon=0.5, crowd=1.0, seconds=seconds, aspect=16 / 9)
    if take.single:
        act = dataclasses.replace(act, events=(0.02,), strengths=(1.0,))
    elif take.category.plan is not None:
        act = timed(take.category, act)
    place = take.category.places[0] if take.category.places else "studio"
    return Source(take.category, act, bool(take.category.places), 1.0, 0.0, place)


def _sound(take: _Take) -> NDArray[np.float32]:
    """The take's samples, (1 or 2, N), peaking at -3 dBFS (single hits) to -9 dBFS (ambiences)."""
    source = _voice(take)
    wave = source.stereo if take.stereo else source.mono[None]
    if take.stereo and not source.on_screen:
        other = dataclasses.replace(source, act=dataclasses.replace(source.act, seed=source.act.seed + 1))
        wave = np.stack([source.mono, 0.6 * other.mono + 0.4 * source.mono])
    wave = np.stack([settle(side) for side in wave])[:, : samples(take.seconds)]
    attack = 0.03 if take.category.plan is None else 0.001
    wave = wave * arch(wave.shape[1], attack, min(0.25, take.seconds / 4))
    peak = 0.7 if take.category.plan is not None else 0.5
    return np.asarray(wave * (peak / max(float(np.abs(wave).max()), 1e-6)), dtype=np.float32)


def _save_take(root: Path, take: _Take) -> None:
    from engine.media.write import write_wav

    write_wav(root / _relative(take), _sound(take), RATE)


def _relative(take: _Take) -> Path:
    """Folder and file name in the manner of the Universal Category System."""
    act = _voice(take).act
    size = _worded(act.size, ("Small", "Medium", "Large"))
    pace = _worded(act.rate, ("Slow", "Even", "Fast"))
    if take.category.name in _WEATHER:
        words = f"{_worded(act.rate, ('Light', 'Steady', 'Heavy'))} {take.category.name.title()}"
    elif take.single:
        words = f"{size} {take.category.name.title()} Single"
    else:
        words = f"{size} {take.category.name.title()} {pace}"
    return Path("Sounds") / _folder(take.category) / f"{take.category.catid}_{words} {take.number:02d}_FSC_Demo.wav"


def _folder(category: Category) -> str:
    """A plain folder name, as designers keep them."""
    for name, prefixes in _FOLDERS.items():
        if category.catid.startswith(prefixes):
            return name
    return "Various"


def _worded(amount: float, words: tuple[str, str, str]) -> str:
    return words[min(2, int(amount * 3))]


_FOLDERS: dict[str, tuple[str, ...]] = {
    "Ambiences": ("AMB",),
    "Animals": ("ANML", "BIRD", "WING"),
    "Vehicles": ("VEH", "TRN", "AERO"),
    "Weather and Water": ("RAIN", "WATR", "WIND", "FIRE"),
    "Music and Bells": ("MUSC", "BELL", "METLTonl"),
    "Impacts": ("RUBR", "GLAS", "METL", "WOOD", "DOOR", "GUN", "FRWK"),
    "Foley": ("FEET", "FOLY"),
    "House and Tools": ("CLOCK", "CMPT", "COM", "TOOL", "MACH", "FOOD"),
}

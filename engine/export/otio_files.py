"""OpenTimelineIO deliveries: a timeline that names its media, or one file with all media in it."""

from __future__ import annotations

import shutil
import zipfile
from fractions import Fraction
from pathlib import Path

from engine.export.interchange import Clock, timeline
from engine.export.scene import Scene
from engine.files import write_text
from engine.jobs import Job

_BUNDLE_VERSION = "1.0.0"
_PIECE = 4 << 20


def exact_clock(scene: Scene) -> Clock:
    """One tick a sample, so that nothing is rounded."""
    return Clock(rate=Fraction(scene.project.sample_rate), sample_rate=scene.project.sample_rate)


def write_otio(scene: Scene, target: Path, job: Job | None = None) -> None:
    """Writes the timeline as JSON, its media as absolute ``file://`` addresses."""
    write_text(target, timeline(scene, exact_clock(scene), crossfades=True, job=job).to_json_string(indent=4))


def write_otioz(scene: Scene, target: Path, job: Job | None = None) -> None:
    """Writes an ``.otioz``: a ZIP of the timeline and, uncompressed, every sound and the picture.

    Args:
        scene: the project.
        target: the temporary path of an atomic write.
        job: counts bytes of media.
    """
    present = [path for name, path in scene.sounds.items() if name not in scene.missing]
    names = bundle_names([*present, *([scene.video] if scene.video else [])])
    made = timeline(scene, exact_clock(scene), crossfades=True, url=lambda path: f"media/{names[path]}")
    if job:
        job.begin(sum(path.stat().st_size for path in names), "Packing the media")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as bundle:
        bundle.writestr("content.otio", made.to_json_string(indent=4), zipfile.ZIP_DEFLATED)
        bundle.writestr("version.txt", _BUNDLE_VERSION)
        for path, name in names.items():
            _add(bundle, path, f"media/{name}", job)


def bundle_names(paths: list[Path]) -> dict[Path, str]:
    """A name for each of ``paths`` that no other has, whatever a system thinks of capitals."""
    names: dict[Path, str] = {}
    taken: set[str] = set()
    for path in dict.fromkeys(paths):
        name, number = path.name, 2
        while name.casefold() in taken:
            name, number = f"{path.stem} ({number}){path.suffix}", number + 1
        taken.add(name.casefold())
        names[path] = name
    return names


def _add(bundle: zipfile.ZipFile, path: Path, name: str, job: Job | None) -> None:
    entry = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
    with path.open("rb") as source, bundle.open(entry, "w", force_zip64=True) as target:
        if job is None:
            shutil.copyfileobj(source, target, _PIECE)
            return
        while piece := source.read(_PIECE):
            target.write(piece)
            job.step(len(piece))

"""A project with its files found: what every writer starts from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.timeline.document import Clip, Project
from engine.timeline.paths import is_there, resolve

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A project, where its files lie now, and what a delivery of it is called."""

    project: Project
    title: str
    sounds: dict[str, Path]
    """Media id -> file; of missing media, where it was."""
    missing: frozenset[str]
    """Ids of media that are not there."""
    video: Path | None
    """The picture's file, if it is there."""
    libraries: tuple[Path, ...] = ()
    """The project's libraries, whether they are there or not."""

    @property
    def sources(self) -> list[Path]:
        """Every file that must not be written to."""
        return [*self.sounds.values(), *([self.video] if self.video else [])]

    @property
    def picture_length(self) -> int:
        """Project samples of picture from its time 0 on; a still image lasts as long as the project. 0 without one."""
        video = self.project.video
        return (video.duration or max(1, self.project.end - video.offset)) if video else 0

    def warnings(self) -> list[str]:
        """A sentence for each thing that is not where it was."""
        lost = [f"{self.sounds[name].name} is missing: its clips are silent." for name in sorted(self.missing)]
        video = self.project.video
        return lost + ([f"The picture {Path(video.path).name} is missing."] if video and not self.video else [])

    def start_of_day(self) -> int:
        """Samples from midnight to the start of the timeline; the day wraps."""
        project = self.project
        frames = round(project.start_timecode * project.sample_rate / project.frame_rate)
        offset = project.video.offset if project.video else 0
        return (frames - offset) % (24 * 3600 * project.sample_rate)


def open_scene(project: Project, base: Path, title: str) -> Scene:
    """``project`` with its files found from the folder ``base``."""
    sounds = {media.id: resolve(media, base) for media in project.media}
    video = resolve(project.video, base) if project.video else None
    return Scene(
        project=project,
        title=title,
        sounds=sounds,
        missing=frozenset(name for name, path in sounds.items() if not is_there(path)),
        video=video if video and is_there(video) else None,
        libraries=tuple(resolve(library, base) for library in project.libraries),
    )


def file_name(text: str, fallback: str = "untitled") -> str:
    """``text`` as a file name that every system takes, without a suffix."""
    return _FORBIDDEN.sub("_", text).strip(" .")[:100] or fallback


Span = Callable[[Clip], tuple[int, int]]


def samples(clip: Clip) -> tuple[int, int]:
    """Where ``clip`` begins and ends, in project samples."""
    return clip.position, clip.end


def lanes(clips: Iterable[Clip], *, crossfades: bool, span: Span = samples) -> list[list[Clip]]:
    """``clips`` in as few rows as hold them without a forbidden overlap; the first row takes all it can.

    Args:
        clips: sorted by position.
        crossfades: allow a clip to begin inside the one before, if it outlasts it and no third is heard there.
        span: where a clip begins and ends.
    """
    rows: list[list[Clip]] = []
    for clip in clips:
        row = next((row for row in rows if _fits(row, clip, crossfades, span)), None)
        if row is None:
            rows.append([clip])
        else:
            row.append(clip)
    return rows


def _fits(row: list[Clip], clip: Clip, crossfades: bool, span: Span) -> bool:
    start, end = span(clip)
    last_start, last_end = span(row[-1])
    if start >= last_end:
        return True
    before = span(row[-2])[1] if len(row) > 1 else 0
    return crossfades and start > max(last_start, before) and end > last_end

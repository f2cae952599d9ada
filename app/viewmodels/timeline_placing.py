"""Bringing sounds onto the timeline: from the lists, from files, alone or with their alternates, remembering why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.viewmodels.rows import SoundRow
from app.viewmodels.timeline import TimelineViewModel

if TYPE_CHECKING:
    from app.viewmodels.pan_following import PanFollowingViewModel
    from engine.timeline.changes import Change
    from engine.timeline.document import LibraryRef, Media, Origin, Project

MOST_ALTERNATES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A sound to be placed."""

    path: Path
    start: float = 0.0
    """s in the file."""
    end: float | None = None
    """s in the file; None is its end."""
    pan: float = 0.0
    origin: Origin | None = None
    track: str | None = None
    """Id; None looks for a track with room."""
    mute_track: bool = False
    """Whether it comes onto a new, muted track."""
    library: Path | None = None
    """Where it was found; the project then takes from that library too, which knows the sound's licence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """Sounds to be placed and the libraries they come from, as the project will name them."""

    sounds: list[tuple[Wanted, Media]]
    libraries: list[LibraryRef]


def _read(wanted: Sequence[Wanted], base: Path) -> _Read:
    from engine.timeline.paths import is_there
    from engine.timeline.sources import read_library, read_media

    libraries = dict.fromkeys(one.library for one in wanted if one.library is not None and is_there(one.library))
    return _Read(
        sounds=[(one, read_media(one.path, base)) for one in wanted],
        libraries=[read_library(path, base) for path in libraries],
    )


class PlacingViewModel(QObject):
    """Reads what is to be placed off the window's thread, then places all of it as one edit."""

    placed = Signal(list)
    """Ids of the new clips."""
    project_wanted = Signal(object)
    """There is no project yet: make one, then call the given function."""

    def __init__(self, timeline: TimelineViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.timeline, self.projects = timeline, timeline.projects
        self._following: PanFollowingViewModel | None = None

    def use_pan(self, following: PanFollowingViewModel) -> None:
        """Let what is placed from a recommendation follow its source across the picture."""
        self._following = following

    def place_row(self, row: SoundRow, origin: Origin | None, region: tuple[float, float] | None, pan: float) -> None:
        """Place a row of a list at the playhead."""
        self._with_project(lambda: self._place([self._wanted(row, origin, region, pan)], self._here()))

    def place_alternates(self, rows: Sequence[SoundRow], origin: Origin | None, pan: float) -> None:
        """Place the first row at the playhead and the next ones below it, each on a muted track of its own."""
        wanted = [self._wanted(row, self._origin_of(origin, row), None, pan) for row in rows[: MOST_ALTERNATES + 1]]
        muted = [replace(one, mute_track=True) for one in wanted[1:]]
        self._with_project(lambda: self._place([*wanted[:1], *muted], self._here()))

    def drop(self, wanted: Sequence[Wanted], at: int, track: str | None) -> None:
        """Place sounds one after the other from ``at`` (project samples) on, on a track or on a new one."""
        self._with_project(lambda: self._place([replace(one, track=track or "") for one in wanted], at))

    def place_files(self, paths: Sequence[Path]) -> None:
        """Place whole files at the playhead, each where a track has room."""
        self._with_project(lambda: self._place([Wanted(path=path) for path in paths], self._here()))

    def wanted_of(self, row: SoundRow, region: tuple[float, float] | None) -> Wanted:
        """A row of a list as it is dropped: its chosen region, else all from its proposed place on."""
        return self._wanted(row, None, region, 0.0)

    def _here(self) -> int:
        return self.timeline.snapped(self.timeline.playback.position)

    def _wanted(self, row: SoundRow, origin: Origin | None, region: tuple[float, float] | None, pan: float) -> Wanted:
        start, end = region if region is not None else (row.start if row.has_region else 0.0, None)
        library = self.projects.session.collection.library_path
        return Wanted(path=row.path, start=start, end=end, pan=pan, origin=origin, library=library)

    @staticmethod
    def _origin_of(origin: Origin | None, row: SoundRow) -> Origin | None:
        return replace(origin, score=row.score or 0.0) if origin is not None else None

    def _with_project(self, work: object) -> None:
        if self.projects.project is None:
            self.project_wanted.emit(work)
        else:
            work()  # type: ignore[operator]

    def _place(self, wanted: Sequence[Wanted], at: int) -> None:
        session, history = self.projects.session, self.projects.history

        def put(read: _Read) -> None:
            if self.projects.history is history:  # else they were meant for another project
                self._put(read, at)

        session.runner.submit(
            "decode", _read, wanted, self.projects.base, owner=self, on_done=put, on_error=session.problem.emit
        )

    def _put(self, found: _Read, at: int) -> None:
        from engine.timeline import edits
        from engine.timeline.document import new_id

        project, read = self.projects.project, found.sounds
        if project is None:
            return
        steps = [partial(edits.add_library, library=library) for library in found.libraries]
        clips, current, below = [], self.timeline.track, new_id()
        for number, (one, media) in enumerate(read):
            clip, track = new_id(), below if one.track == "" else new_id()
            if one.track == "" and number:  # the first has made the track that all dropped ones go to
                one = replace(one, track=below)  # noqa: PLW2901
            values = _values(one, media, project.sample_rate)
            steps.append(
                partial(_place_one, one=one, media=media, at=at, clip=clip, fresh=track, values=values, current=current)
            )
            clips.append(clip)
            if one.track is not None:  # dropped ones follow one another
                at += values["length"] or round(media.frames * project.sample_rate / media.sample_rate)
        text = "Place sound" if len(read) == 1 else f"Place {len(read)} sounds"
        step = f"place {clips[0]}"
        if self.projects.do(lambda project: edits.compound(project, text, steps), step):
            self.timeline.select(clips[:1] if read[-1][0].mute_track else clips)
            self._make_current(clips[0])
            self.placed.emit(clips)
            name = read[0][1].path.rsplit("/", 1)[-1]
            self.projects.session.say(f"Placed {name}." if len(read) == 1 else f"Placed {len(read)} sounds.")
            if self._following is not None:
                heard = (clip for clip, (one, _) in zip(clips, read, strict=True) if not one.mute_track and one.origin)
                self._following.follow(list(heard), step)

    def _make_current(self, clip: str) -> None:
        project = self.projects.project
        if project is not None:
            self.timeline.set_track(project.find_clip(clip)[0].id)


def _values(one: Wanted, media: Media, rate: int) -> dict[str, int | None]:
    """Where the window of a sound begins (its own samples) and how long it is (project samples, None is all)."""
    first = min(round(one.start * media.sample_rate), media.frames - 1)
    if one.end is None:
        return {"source_in": first, "length": None}
    last = min(one.end, media.frames / media.sample_rate)
    return {"source_in": first, "length": max(1, int((last - first / media.sample_rate) * rate))}


def _place_one(
    project: Project,
    *,
    one: Wanted,
    media: Media,
    at: int,
    clip: str,
    fresh: str,
    values: dict[str, int | None],
    current: str | None,
) -> Change:
    """One sound on its track; where that is not there yet, the track comes first."""
    from engine.timeline import edits

    length = values["length"] or int(
        (media.frames - (values["source_in"] or 0)) * project.sample_rate / media.sample_rate
    )
    track = one.track or _with_room(project, one, current, at, at + length)
    steps = []
    if track is None:
        name = Path(media.path).stem if one.mute_track else ""
        below = len(project.tracks)
        steps.append(partial(edits.add_track, name=name, index=below, track_id=fresh))
        if one.mute_track:
            steps.append(partial(edits.set_track_mute, track_id=fresh, mute=True))
    steps.append(
        partial(
            edits.place,
            media=media,
            track=track or fresh,
            at=at,
            clip_id=clip,
            pan=one.pan,
            origin=one.origin,
            **values,  # type: ignore[arg-type]
        )
    )
    return edits.compound(project, "Place sound", steps)


def _with_room(project: Project, one: Wanted, current: str | None, start: int, end: int) -> str | None:
    """The current track, else the first below or above it, on which nothing lies there; None where none has room.

    Muted tracks are passed over: what is placed is meant to be heard.
    """
    if one.mute_track or one.track == "":
        return None
    order = [track.id for track in project.tracks]
    first = order.index(current) if current in order else 0
    for track in (*project.tracks[first:], *project.tracks[:first]):
        if not track.mute and all(clip.end <= start or clip.position >= end for clip in track.clips):
            return track.id
    return None


def origin_of(
    row: SoundRow, others: Sequence[SoundRow], frame_time: float, region: tuple[float, ...] | None, model: str
) -> Origin:
    """Why a row was proposed: the moment, the part of the picture, the model, the score and what else was proposed."""
    from engine.timeline.document import Alternate, Origin

    alternates = tuple(
        Alternate(
            path=str(other.path.absolute()),
            start=Fraction(other.start).limit_denominator(10**6),
            end=Fraction(other.end).limit_denominator(10**6),
            score=other.score or 0.0,
        )
        for other in others
        if other.path != row.path
    )[:MOST_ALTERNATES]
    box = (region[0], region[1], region[2], region[3]) if region is not None else None
    return Origin(
        frame_time=Fraction(frame_time).limit_denominator(10**6),
        region=box,
        model=model,
        score=row.score or 0.0,
        alternates=alternates,
    )

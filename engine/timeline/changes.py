"""What an edit changed: the touched values before and after, enough to undo, redo, write down and show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, TypeVar

from pydantic import ConfigDict

from engine.errors import ProjectError
from engine.timeline.clips import Clip, Media
from engine.timeline.document import LibraryRef, Marker, Master, Project, Track, VideoRef
from engine.timeline.rules import STRICT, Rational

V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of a project that has no id of its own."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    frame_rate: Rational
    drop_frame: bool
    start_timecode: int
    video: VideoRef | None
    libraries: tuple[LibraryRef, ...]
    master: Master
    loop: tuple[int, int] | None
    order: tuple[str, ...]
    """Ids of the tracks from top to bottom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A clip and the track it lies on."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    track: str
    clip: Clip


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Values by id; None says that the value is not there on this side of the edit."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    settings: Settings | None = None
    tracks: dict[str, Track | None]
    """Without their clips."""
    clips: dict[str, Placed | None]
    markers: dict[str, Marker | None]
    media: dict[str, Media | None]


_KINDS = ("tracks", "clips", "markers", "media")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One edit. Both sides name the same ids."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    text: str
    """What it does, in the imperative: "Move sound"."""
    before: Parts
    after: Parts

    @classmethod
    def between(cls, before: Project, after: Project, text: str) -> Change:
        """The change that makes ``after`` of ``before``; tracks that are the same object are not looked into."""
        old, new = _parts(before, after), _parts(after, before)
        return cls(text=text, before=_without_equal(old, new), after=_without_equal(new, old))

    @property
    def touched(self) -> frozenset[str]:
        """What a view has to refresh: "clip:ID", "track:ID", "marker:ID", "media:ID", and names of settings."""
        names = {f"{kind.removesuffix('s')}:{name}" for kind in _KINDS for name in getattr(self.before, kind)}
        old, new = self.before.settings, self.after.settings
        if old is not None:
            names |= {field.name for field in fields(Settings) if getattr(old, field.name) != getattr(new, field.name)}
        return frozenset(names)

    @property
    def inverse(self) -> Change:
        """The change that undoes this one."""
        return Change(text=self.text, before=self.after, after=self.before)

    def apply(self, project: Project) -> Project:
        """``project`` with the edit made.

        Raises:
            ProjectError: the touched values are not as the edit found them.
        """
        new, old = self.after, self.before
        media = _listed(project.media, old.media, new.media)
        markers = _listed(project.markers, old.markers, new.markers)
        settings = settings_of(project)
        if old.settings is not None and new.settings is not None:
            _must_match(settings, old.settings)
            settings = new.settings
        own = {field.name: getattr(settings, field.name) for field in fields(Settings) if field.name != "order"}
        tracks = _tracks(project, old, new)
        ordered = tuple(tracks[name] for name in settings.order)
        return replace(project, **own, media=media, markers=markers, tracks=ordered)

    def revert(self, project: Project) -> Project:
        """``project`` with the edit undone.

        Raises:
            ProjectError: the touched values are not as the edit left them.
        """
        return self.inverse.apply(project)

    def then(self, later: Change) -> Change:
        """Both edits as one, with the later one's text: what a slider's drag comes down to."""
        old, new = _joined(self.before, later.before), _joined(later.after, self.after)
        return Change(text=later.text, before=_without_equal(old, new), after=_without_equal(new, old))

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.touched)


def settings_of(project: Project) -> Settings:
    """What of ``project`` has no id of its own."""
    own = {field.name: getattr(project, field.name) for field in fields(Settings) if field.name != "order"}
    return Settings(**own, order=tuple(track.id for track in project.tracks))


def _parts(project: Project, other: Project) -> Parts:
    """What of ``project`` differs from ``other``, with None for what only ``other`` has."""
    theirs = {track.id: track for track in other.tracks}
    ours = {track.id: track for track in project.tracks}
    own_tracks = [track for name, track in ours.items() if theirs.get(name) is not track]
    their_tracks = [track for name, track in theirs.items() if ours.get(name) is not track]
    return Parts(
        settings=settings_of(project),
        tracks=_sided((_head(track) for track in own_tracks), (_head(track) for track in their_tracks)),
        clips=_absent(_placed(their_tracks)) | _placed(own_tracks),
        markers=_sided(project.markers, other.markers),
        media=_sided(project.media, other.media),
    )


def _sided(ours: Iterable[Any], theirs: Iterable[Any]) -> dict[str, Any]:
    """Values by id, None for those only the others have; nothing where both are the same object."""
    if ours is theirs:
        return {}
    return dict.fromkeys((value.id for value in theirs), None) | {value.id: value for value in ours}


def _absent(values: Mapping[str, Any]) -> dict[str, Any]:
    return dict.fromkeys(values, None)


def _head(track: Track) -> Track:
    return replace(track, clips=())


def _placed(tracks: Iterable[Track]) -> dict[str, Placed | None]:
    return {clip.id: Placed(track=track.id, clip=clip) for track in tracks for clip in track.clips}


def _without_equal(side: Parts, other: Parts) -> Parts:
    def differing(kind: str) -> dict[str, Any]:
        mine, theirs = getattr(side, kind), getattr(other, kind)
        return {name: mine[name] for name in sorted(mine) if mine[name] != theirs[name]}

    settings = side.settings if side.settings != other.settings else None
    return Parts(settings=settings, **{kind: differing(kind) for kind in _KINDS})


def _joined(first: Parts, second: Parts) -> Parts:
    """Values of ``first`` where it has them, of ``second`` otherwise."""
    values = {kind: getattr(second, kind) | getattr(first, kind) for kind in _KINDS}
    return Parts(settings=first.settings or second.settings, **values)


def _must_match(present: Any, expected: Any) -> None:
    if present != expected:
        raise ProjectError("The project has changed since this edit was made.", "Undo and redo edits in their order.")


def _swapped(values: dict[str, V], before: Mapping[str, V | None], after: Mapping[str, V | None]) -> dict[str, V]:
    for name, old in before.items():
        _must_match(values.get(name), old)
        values.pop(name, None)
    return values | {name: new for name, new in after.items() if new is not None}


def _listed(values: tuple[V, ...], before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[V, ...]:
    if not before:
        return values
    by_id: dict[str, Any] = {value.id: value for value in values}  # type: ignore[attr-defined]
    return tuple(_swapped(by_id, before, after).values())


def _tracks(project: Project, old: Parts, new: Parts) -> dict[str, Track]:
    """All tracks after the edit, by id; only the touched ones are made anew."""
    whole = {track.id: track for track in project.tracks}
    touched = {placed.track for parts in (old, new) for placed in parts.clips.values() if placed} | set(old.tracks)
    here = [whole[name] for name in sorted(touched) if name in whole]
    clips = _swapped(_only_placed(_placed(here)), old.clips, new.clips)
    heads = _swapped({track.id: _head(track) for track in here}, old.tracks, new.tracks)
    _must_match({placed.track for placed in clips.values()} <= set(heads), True)
    by_track: dict[str, list[Clip]] = {name: [] for name in heads}
    for placed in clips.values():
        by_track[placed.track].append(placed.clip)
    made = {name: replace(head, clips=tuple(by_track[name])) for name, head in heads.items()}
    return {name: track for name, track in whole.items() if name not in touched} | made


def _only_placed(values: Mapping[str, Placed | None]) -> dict[str, Placed]:
    return {name: placed for name, placed in values.items() if placed is not None}


def compound(project: Project, text: str, steps: Iterable[Callable[[Project], Change]]) -> Change:
    """Several edits, each made of what the one before left, as one."""
    present = project
    for step in steps:
        present = step(present).apply(present)
    return Change.between(project, present, text)

"""What an edit changed: the touched values before and after, enough to undo, redo, write down and show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
        old, new = _differing(*_sides(before, after))
        return cls(text=text, before=old, after=new)

    @property
    def touched(self) -> frozenset[str]:
        """What a view has to refresh: "clip:ID", "track:ID", "marker:ID", "media:ID", and names of settings."""
        one = {kind: kind.removesuffix("s") for kind in _KINDS}
        names = {f"{one[kind]}:{name}" for kind in _KINDS for name in getattr(self.before, kind)}
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
        old, new = _differing(_joined(self.before, later.before), _joined(later.after, self.after))
        return Change(text=later.text, before=old, after=new)

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return self.before.settings != self.after.settings or any(getattr(self.before, kind) for kind in _KINDS)


def settings_of(project: Project) -> Settings:
    """What of ``project`` has no id of its own."""
    own = {field.name: getattr(project, field.name) for field in fields(Settings) if field.name != "order"}
    return Settings(**own, order=tuple(track.id for track in project.tracks))


def _sides(before: Project, after: Project) -> tuple[Parts, Parts]:
    """What of both differs, with None for what only the other has."""
    news, olds = {track.id: track for track in after.tracks}, {track.id: track for track in before.tracks}
    old_tracks = [track for name, track in olds.items() if news.get(name) is not track]
    new_tracks = [track for name, track in news.items() if olds.get(name) is not track]
    old_clips, new_clips = _placed(old_tracks), _placed(new_tracks)
    heads = [[_head(track) for track in tracks] for tracks in (old_tracks, new_tracks)]
    return (
        Parts(
            settings=settings_of(before),
            tracks=_sided(*heads),
            clips=dict.fromkeys(new_clips) | old_clips,
            markers=_sided(before.markers, after.markers),
            media=_sided(before.media, after.media),
        ),
        Parts(
            settings=settings_of(after),
            tracks=_sided(*reversed(heads)),
            clips=dict.fromkeys(old_clips) | new_clips,
            markers=_sided(after.markers, before.markers),
            media=_sided(after.media, before.media),
        ),
    )


def _sided(ours: Iterable[Any], theirs: Iterable[Any]) -> dict[str, Any]:
    """Values by id, None for those only the others have; nothing where both are the same object."""
    if ours is theirs:
        return {}
    return dict.fromkeys((value.id for value in theirs), None) | {value.id: value for value in ours}


def _head(track: Track) -> Track:
    return replace(track, clips=())


def _placed(tracks: Iterable[Track]) -> dict[str, Placed | None]:
    return {clip.id: Placed(track=track.id, clip=clip) for track in tracks for clip in track.clips}


def _differing(one: Parts, two: Parts) -> tuple[Parts, Parts]:
    """Both sides without what is the same on them."""
    ones: dict[str, dict[str, Any]] = {}
    twos: dict[str, dict[str, Any]] = {}
    for kind in _KINDS:
        mine, theirs = getattr(one, kind), getattr(two, kind)
        names = sorted(name for name, value in mine.items() if value != theirs[name])
        ones[kind], twos[kind] = {name: mine[name] for name in names}, {name: theirs[name] for name in names}
    same = one.settings == two.settings
    return (
        Parts(settings=None if same else one.settings, **ones),
        Parts(settings=None if same else two.settings, **twos),
    )


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
    heads = _swapped({track.id: _head(track) for track in here}, old.tracks, new.tracks)
    by_track: dict[str, list[Clip]] = {name: [] for name in heads}
    for clip, home in _swapped_clips(here, old.clips, new.clips):
        _must_match(home in heads, True)
        by_track[home].append(clip)
    made = {name: replace(head, clips=tuple(by_track[name])) for name, head in heads.items()}
    return {name: track for name, track in whole.items() if name not in touched} | made


def _swapped_clips(
    tracks: Sequence[Track], before: Mapping[str, Placed | None], after: Mapping[str, Placed | None]
) -> Iterator[tuple[Clip, str]]:
    """The clips of ``tracks`` with ``before`` taken away and ``after`` put in, each with the id of its track."""
    clips = {clip.id: clip for track in tracks for clip in track.clips}
    homes = {clip.id: track.id for track in tracks for clip in track.clips}
    for name, old in before.items():
        _must_match((clips.get(name), homes.get(name)), (old.clip, old.track) if old else (None, None))
        clips.pop(name, None)
    for name, new in after.items():
        if new is not None:
            clips[name], homes[name] = new.clip, new.track
    return ((clip, homes[name]) for name, clip in clips.items())


def compound(project: Project, text: str, steps: Iterable[Callable[[Project], Change]]) -> Change:
    """Several edits, each made of what the one before left, as one."""
    present = project
    for step in steps:
        present = step(present).apply(present)
    return Change.between(project, present, text)

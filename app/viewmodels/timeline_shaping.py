"""How the selected clips sound, in numbers: level, pan, speed, pitch and fades; and what else was proposed for them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.viewmodels.timeline_gestures import HIGHEST_DB, LOWEST_DB, shift_levels
from app.viewmodels.timeline_holds import FASTEST, MOST_SEMITONES, SLOWEST, shift_pitches, shift_speeds
from app.viewmodels.timeline_state import Step, TimelineState

if TYPE_CHECKING:
    from engine.timeline.changes import Change
    from engine.timeline.document import Alternate, Clip, FadeShape, Media, Project

Edit = Callable[["Project", "Clip"], "Change"]


class ShapingViewModel(QObject):
    """Edits of the selection, each one step of undo; what a number field does between two others is one as well."""

    reveal_wanted = Signal(Path)
    """The person wants to see this file in the library."""

    def __init__(self, timeline: TimelineState) -> None:
        super().__init__(timeline)
        self.timeline, self.projects = timeline, timeline.projects
        self._series = itertools.count()
        self._name = ""

    def begin_series(self) -> None:
        """What follows is not undone together with what was."""
        self._name = f"numbers {next(self._series)}"

    def rename(self, clip_id: str, name: str) -> None:
        """Name a clip, as it is shown and goes into edit lists; an empty name leaves it as it is."""
        from engine.timeline import edits

        if name.strip():
            self.projects.do(lambda project: edits.rename_clip(project, clip_id, name.strip()))

    # numbers

    def set_gain(self, decibels: float) -> None:
        """Set the level (dB)."""
        from engine.timeline import edits

        gain = round(min(HIGHEST_DB, max(LOWEST_DB, decibels)), 1)
        self._each("Set level", lambda project, clip: edits.set_clip_gain(project, clip.id, gain))

    def set_pan(self, pan: float) -> None:
        """Set the place across the picture, -1 (left) to 1; a pan curve is taken away."""
        from engine.timeline import edits

        pan = round(min(1.0, max(-1.0, pan)), 2)
        self._each("Pan sounds", lambda project, clip: edits.set_clip_pan(project, clip.id, pan))

    def set_speed(self, speed: float) -> None:
        """Set the speed, times; pitch follows it, and the clip's end moves."""
        from engine.timeline import edits

        wanted = min(FASTEST, max(SLOWEST, Fraction(round(speed, 2)).limit_denominator(100)))
        self._each("Set speed", lambda project, clip: edits.set_speed(project, clip.id, wanted))

    def set_pitch(self, semitones: float) -> None:
        """Set the pitch (semitones); the length stays."""
        from engine.timeline import edits

        pitch = round(min(MOST_SEMITONES, max(-MOST_SEMITONES, semitones)), 2)
        self._each("Set pitch", lambda project, clip: edits.set_pitch(project, clip.id, pitch))

    def nudge_gain(self, decibels: float) -> bool:
        """Raise the level of all that is selected by ``decibels``; returns whether there was something to raise."""
        clips = self.timeline.selection
        return self._shift("level", lambda project: shift_levels(project, clips, decibels))

    def nudge_speed(self, by: float) -> None:
        """Play all that is selected faster or slower by ``by`` times."""
        clips, by_times = self.timeline.selection, Fraction(round(by, 2)).limit_denominator(100)
        if self._shift("speed", lambda project: shift_speeds(project, clips, by_times)):
            speeds = sorted(clip.speed for clip in self.timeline.selected())
            self._say(f"Speed {span([f'{float(speed):.2f}×' for speed in speeds])}")

    def nudge_pitch(self, semitones: float) -> None:
        """Raise the pitch of all that is selected by ``semitones``."""
        clips = self.timeline.selection
        if self._shift("pitch", lambda project: shift_pitches(project, clips, semitones)):
            pitches = sorted(clip.pitch for clip in self.timeline.selected())
            self._say(f"Pitch {span([f'{pitch:+g}' for pitch in pitches])} st")

    def _shift(self, what: str, make: Step) -> bool:
        """One step of undo with the same shift before; returns whether there was something to shift."""
        clips = sorted(self.timeline.selection)
        return bool(clips) and self.projects.do(make, f"{self._name} shift {what} {clips}")

    def _say(self, sentence: str) -> None:
        self.projects.session.say(sentence)

    # fades

    def set_fade(self, side: str, seconds: float) -> None:
        """Fade ``in`` or ``out`` for so long (s), as far as the clip lasts."""
        from engine.timeline import edits

        length = max(0, round(seconds * self.timeline.rate))
        rising, falling = (length, None) if side == "in" else (None, length)
        self._each(
            "Set fades",
            lambda project, clip: edits.set_fades(project, clip.id, fade_in=rising, fade_out=falling),
        )

    def set_fade_shape(self, shape: FadeShape) -> None:
        """Give both fades a shape."""
        from engine.timeline import edits

        def edit(project: Project, clip: Clip) -> Change:
            return edits.set_fades(project, clip.id, fade_in_shape=shape, fade_out_shape=shape)

        self._each("Set fades", edit)

    def remove_fades(self) -> None:
        """Take both fades away."""
        from engine.timeline import edits

        self._each("Remove fades", lambda project, clip: edits.set_fades(project, clip.id, fade_in=0, fade_out=0))

    def remove_sync(self) -> None:
        """Take the sync point away."""
        from engine.timeline import edits

        self._each("Remove sync point", lambda project, clip: edits.set_sync(project, clip.id, None))

    # where it comes from

    def one(self) -> Clip | None:
        """The clip that questions are about: the first of the selection."""
        return next(iter(self.timeline.selected()), None)

    def alternates(self) -> tuple[Alternate, ...]:
        """What else was proposed for the clip."""
        clip = self.one()
        return clip.origin.alternates if clip is not None and clip.origin is not None else ()

    def step_alternate(self, direction: int) -> None:
        """Take the next (+1) or previous (-1) of what was proposed, the best first; after the last comes the first."""
        clip = self.one()
        if clip is None or clip.origin is None or not clip.origin.alternates:
            self.projects.session.say("Nothing else was proposed for this sound.")
            return
        own = (-clip.origin.score, self._listed_path(clip), -1)
        order = sorted([own, *((-one.score, one.path, n) for n, one in enumerate(clip.origin.alternates))])
        self.take_alternate(order[(order.index(own) + direction) % len(order)][2])

    def take_alternate(self, number: int) -> None:
        """Put the alternate ``number`` in the clip's place; read off the window's thread."""
        clip, session = self.one(), self.projects.session
        alternates = self.alternates()
        if clip is None or not 0 <= number < len(alternates):
            return
        path, name = Path(alternates[number].path), clip.id
        session.runner.submit(
            "decode",
            _read,
            path,
            self.projects.base,
            owner=self,
            on_done=lambda media: self._swap(name, path, media),
            on_error=session.problem.emit,
            key="alternate",
        )

    def reveal(self) -> None:
        """Show the clip's sound in the library."""
        clip = self.one()
        if clip is not None:
            self.reveal_wanted.emit(self.path_of(clip))

    def path_of(self, clip: Clip) -> Path:
        """Where a clip's file lies, even if missing."""
        from engine.timeline.paths import resolve

        project = self.projects.project
        assert project is not None
        return resolve(project.find_media(clip.media), self.projects.base)

    def go_to_origin(self) -> None:
        """Move the playhead to the frame that the clip was proposed for."""
        clip = self.one()
        if clip is not None and clip.origin is not None:
            playback = self.timeline.playback
            playback.locate(playback.sample_at(float(clip.origin.frame_time)))

    # within

    def _listed_path(self, clip: Clip) -> str:
        project = self.projects.project
        assert project is not None
        return project.find_media(clip.media).path

    def _swap(self, clip_id: str, path: Path, media: Media) -> None:
        from engine.timeline import edits

        project = self.projects.project
        clip = next((clip for clip in project.clips() if clip.id == clip_id), None) if project is not None else None
        alternates = clip.origin.alternates if clip is not None and clip.origin is not None else ()
        number = next((n for n, one in enumerate(alternates) if Path(one.path) == path), None)
        if number is not None and self.projects.do(lambda p: edits.swap_alternate(p, clip_id, number, media)):
            self.projects.session.say(f"{path.name} instead.")

    def _each(self, text: str, edit: Edit) -> None:
        def step(clip: Clip) -> Step:
            return lambda project: edit(project, clip)

        clips = self.timeline.selected()
        merge = f"{self._name} {text} {sorted(self.timeline.selection)}"
        self.timeline.do_all(text, [step(clip) for clip in clips], merge)


def span(values: Sequence[str]) -> str:
    """One value where all are alike, else from the first to the last of them."""
    return values[0] if len(set(values)) == 1 else f"{values[0]} to {values[-1]}"


def _read(path: Path, base: Path) -> Media:
    from engine.timeline.sources import read_media

    return read_media(path, base)

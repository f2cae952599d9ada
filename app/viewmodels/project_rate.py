"""A project that counts frames at another rate than its film has: told, and mended where the person wants it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from app.viewmodels.session import Action
from engine.timeline.timecode import Counting, counting_of

if TYPE_CHECKING:
    from app.viewmodels.project import ProjectViewModel


class ProjectRate:
    """Compares the project's frame rate with the one measured in its film.

    They are the same in projects made today. Those of an older version may have a rate that was read wrongly, and a
    picture may have been replaced by one of another rate. Nothing is changed unasked: time code that has gone into
    notes and cue sheets would be other time code.
    """

    def __init__(self, projects: ProjectViewModel) -> None:
        self._projects, self._session = projects, projects.session

    @property
    def offered(self) -> Counting | None:
        """How the film would have frames counted; None where the project does so, or its film is not open."""
        project, film = self._projects.project, self._session.film
        own = film.own_counting
        if project is None or film.state != "open" or film.is_still or own is None or own.rate == project.frame_rate:
            return None
        timecode = film.info.video.timecode if film.info is not None and film.info.video is not None else ""
        return own if timecode else counting_of(project).at_rate(own.rate)

    def offer(self, before: str = "") -> bool:
        """Tell of another rate, after what else is to be told; returns whether there was one."""
        project, film = self._projects.project, self.offered
        if project is None or film is None:
            return False
        old, new = rate_text(project.frame_rate), rate_text(film.rate)
        if old == new:  # 2997/125 and 24000/1001 drift apart all the same
            old, new = str(project.frame_rate), str(film.rate)
        sentence = f"This project counts {old} frames a second, but its film has {new}."
        self._session.say(f"{before} {sentence}".strip(), Action(f"Take {new} fps", self.take, of_edit=False))
        return True

    def take(self) -> None:
        """Count as the film does, as one step of undo; sounds stay where they are."""
        from engine.timeline import edits

        film = self.offered
        if film is None:
            told = (
                "The project counts as its film does." if self._projects.project is not None else "No project is open."
            )
            self._session.say(told)
        elif self._projects.do(lambda project: edits.count_as(project, film)):
            said = f"Counts {rate_text(film.rate)} frames a second now; no sound has moved."
            self._session.say(said, Action("Undo", self._projects.undo))


def rate_text(rate: Fraction) -> str:
    """A rate as people write it: ``25``, ``23.976``."""
    return f"{float(rate):.3f}".rstrip("0").rstrip(".")

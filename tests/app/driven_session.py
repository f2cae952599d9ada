"""A whole session before the window; run by ``test_driven_session`` in a process of its own, to be killed.

``spot FOLDER FILM LIBRARY [PICTURES]`` opens, spots, edits, saves, goes on, says what the project is like and waits
for its end. ``deliver FOLDER [PICTURES]`` opens what is left, says what the project is like, and exports.
PICTURES is a folder for screenshots of every step.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF

from app.widgets.export_dialog import ExportDialog
from engine.timeline.codec import dump
from tests.app.session_designer import Designer

PROJECT = "two minutes.foleyscope"
SHOTS = 5
TIMES = ("00:01:03:00", "00:01:10:08", "00:01:19:05", "00:01:34:09", "00:01:50:00")  # at any rate
DELIVERIES = (  # one of the dialog's ready-made deliveries, or of its formats, and the file
    ("delivery", "European broadcast, -23 LUFS", "mix.wav"),
    ("delivery", "Movie to show", "movie.mp4"),
    ("delivery", "REAPER project", "session.rpp"),
    ("delivery", "Cue sheet to print", "cues.pdf"),
    ("format", "Cue sheet (CSV)", "cues.csv"),
)


class Step(NamedTuple):
    """What a clip and the document are like after an edit."""

    name: str
    clip: dict[str, int]
    document: bytes


def say(told: dict[str, object]) -> None:
    """A line of JSON for the test."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def tell(designer: Designer, **more: object) -> None:
    """What the project is like."""
    say(
        {
            "project": dump(designer.project).decode(),
            "clips": len(designer.clips),
            "modified": designer.desk.projects.modified,
            "title": designer.window.windowTitle(),
            "said": designer.said,
            "problems": designer.problems,
            **more,
        }
    )


def open_all(designer: Designer, film: Path, library: Path) -> None:
    """Library, film and a new project, each by its dialog; then the shots are waited for."""
    designer.photograph("01 empty window")
    designer.choose_file("Ctrl+L", library)
    designer.choose_file("Ctrl+O", film)
    suggestions, shots = designer.suggestions, designer.window.shots
    ready = lambda: suggestions.state == "full" and designer.session.recommender is not None  # noqa: E731
    designer.until(ready, "suggestions")
    designer.until(lambda: shots.shots and not shots.finding, "the shots")
    designer.photograph("02 film and library open")
    designer.choose_file("Ctrl+Shift+N", designer.folder / PROJECT)
    designer.until(lambda: designer.desk.playback.ready, "the project")
    designer.photograph("03 new project")


def place(designer: Designer) -> None:
    """Place what is proposed best, and wait until it lies there with all that follows from it."""
    before = len(designer.clips)
    designer.press("D")
    designer.until(lambda: len(designer.clips) == before + 1, "the placed sound")


def take_the_hit(designer: Designer) -> None:
    """Where a hit is seen near the sound, its own hit is moved there; nothing moves in a film of a few flat shots."""
    hits, patience = designer.desk.hits, 30.0 if len(designer.window.shots.shots) > len(TIMES) + SHOTS else 1.0
    if designer.within(lambda: hits.proposal is not None, patience):
        designer.photograph("04 a hit is proposed")
        designer.press("Y")


def listen(designer: Designer) -> int:
    """Play a second from the first sound on. Returns how far the playhead came, in samples."""
    start = min(clip.position for clip in designer.clips)
    designer.go_to(start)
    begin = designer.desk.playback.position
    designer.press("Space")
    designer.within(lambda: designer.desk.playback.position > begin + designer.project.sample_rate, 5.0)
    designer.photograph("06 playing")
    designer.press("Space")
    return designer.desk.playback.position - begin


def spot_shots(designer: Designer) -> None:
    """The best sound of each of the next shots."""
    designer.press("U")
    for number in range(SHOTS):
        designer.press("PgDown")
        shot = designer.window.shots.current
        assert shot is not None
        name = f"for shot {shot.index + 1},"
        designer.until(
            lambda name=name: designer.suggestions.shown_for.startswith(name) and not designer.suggestions.busy, name
        )
        place(designer)
        if number == 0:
            take_the_hit(designer)
    designer.photograph("04 the best of five shots")
    designer.press("U")


def spot_frames(designer: Designer) -> None:
    """The best sound for a few frames, found by typing their time code."""
    for timecode in TIMES:
        designer.type_time(timecode)
        designer.until(
            lambda timecode=timecode: designer.suggestions.timecode == timecode and not designer.suggestions.busy,
            f"suggestions for {timecode}",
        )
        place(designer)
    designer.until(lambda: not designer.session.runner.jobs, "all that goes on behind")
    designer.photograph("05 ten sounds placed")


def edit(designer: Designer) -> list[Step]:
    """Move, trim, fade, make louder and split the longest sound. Returns the document after each."""
    clip = max(designer.clips, key=lambda one: one.length).id
    designer.go_to(designer.find(clip)[1].position)
    designer.click(designer.view.viewport(), designer.grip(clip, "body"))
    designer.zoom_to(clip, 300)
    steps = [step(designer, "placed", clip)]
    for name, handle, by in (
        ("moved", "body", 40),
        ("trimmed at the end", "tail", -60),
        ("trimmed at the start", "head", 70),
        ("faded in", "fade_in", 40),
        ("faded out", "fade_out", -50),
    ):
        designer.drag(designer.grip(clip, handle), QPointF(by, 0))
        steps.append(step(designer, name, clip))
    designer.press("Ctrl+Up")
    designer.press("Ctrl+Up")
    steps.append(step(designer, "louder", clip))
    designer.photograph("07 moved, trimmed, faded, louder")
    _, now = designer.find(clip)
    designer.go_to(now.position + now.length // 2)
    designer.press("S")
    steps.append(step(designer, "split", clip))
    designer.photograph("08 split")
    return steps


def step(designer: Designer, name: str, clip_id: str) -> Step:
    """What a clip and the document are like now."""
    _, clip = designer.find(clip_id)
    facts = {"position": clip.position, "length": clip.length, "fade_in": clip.fade_in, "fade_out": clip.fade_out}
    return Step(name, {**facts, "gain": round(clip.gain_db), "clips": len(designer.clips)}, dump(designer.project))


def undo_and_redo(designer: Designer, steps: list[Step]) -> list[str]:
    """Take all edits back and make them again. Returns what went wrong on the way."""
    wrong, met = [], [one.document for one in steps]
    history = designer.desk.projects.history
    assert history is not None
    last, seen = history.stack.index(), {dump(designer.project)}
    while dump(designer.project) != met[0] and history.stack.index() > 0:
        designer.press("Ctrl+Z")
        seen.add(dump(designer.project))
    taken = last - history.stack.index()
    designer.photograph("09 all edits undone")
    wrong += [f"undo never came by “{one.name}”" for one in steps if one.document not in seen]
    for _ in range(taken):
        designer.press("Ctrl+Shift+Z")
    return wrong + ([] if dump(designer.project) == met[-1] else ["redo led elsewhere"])


def spot(folder: Path, film: Path, library: Path, pictures: Path | None = None) -> None:
    """Ten sounds placed from the suggestions, some edited, saved, and edited on."""
    designer = Designer(folder, pictures)
    open_all(designer, film, library)
    spot_shots(designer)
    spot_frames(designer)
    placed, heard = len(designer.clips), listen(designer)
    steps = edit(designer)
    wrong = undo_and_redo(designer, steps)
    designer.press("Ctrl+S")
    designer.until(lambda: not designer.desk.projects.modified, "the save")
    designer.photograph("10 saved")
    designer.press("M")
    designer.press("Shift+S")
    designer.press("Ctrl+D")
    designer.photograph("11 edited on, before the kill")
    tell(
        designer,
        placed=placed,
        heard=heard,
        steps={one.name: one.clip for one in steps},
        wrong=wrong,
        shots=[shot.start for shot in designer.window.shots.shots],
    )
    while True:
        time.sleep(1)  # until it is killed


def solo_off(designer: Designer) -> None:
    """Walk down to the soloed track and let all be heard again."""
    designer.view.setFocus()
    soloed = next(track.id for track in designer.project.tracks if track.solo)
    designer.press("Up")
    for _ in designer.project.tracks:
        if designer.desk.timeline.track != soloed:
            designer.press("Down")
    designer.press("Shift+S")


def deliver(folder: Path, pictures: Path | None = None) -> None:
    """What a kill left is opened and exported."""
    designer = Designer(folder, pictures)
    designer.choose_file("Ctrl+P", folder / PROJECT)
    designer.until(lambda: designer.desk.playback.ready, "the project")
    designer.until(lambda: designer.session.frame is not None, "the picture")
    designer.photograph("12 reopened")
    tell(designer)
    solo_off(designer)
    tell(designer)
    designer.press("Ctrl+E")
    dialog = designer.window.findChild(ExportDialog)
    assert dialog is not None
    told = {}
    for choice, text, name in DELIVERIES:
        designer.pick(getattr(dialog, choice), text)
        designer.fill(dialog.out, str(folder / name))
        designer.photograph(f"13 to export {name}", dialog)
        designer.click(dialog.go)
        designer.until(lambda: designer.desk.delivery.state in ("done", "failed"), name)
        designer.photograph(f"14 exported {name}", dialog)
        told[name] = [designer.desk.delivery.state, dialog.told.text()]
    say({"told": told})
    designer.desk.close()
    designer.session.close()
    designer.session.runner.shutdown()
    os._exit(0)


if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[2:]]
    spot(*paths) if sys.argv[1] == "spot" else deliver(*paths)

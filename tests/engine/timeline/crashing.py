"""A program that edits a project until it is killed, and one that kills it over and over and looks what is left.

Run as ``python -m tests.engine.timeline.crashing PROJECT ROUNDS SEED``: prints one line a round; exits 1 at a loss.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

from engine.timeline import edits
from engine.timeline.changes import Change
from engine.timeline.codec import digest, dump
from engine.timeline.document import Project
from engine.timeline.session import ProjectSession, create_project, open_project, read_project
from tests.engine.timeline.conftest import small_project


def main(path: Path, rounds: int, seed: int) -> int:
    """Rounds of edit, kill and look; returns how many lost an acknowledged edit."""
    create_project(path, small_project()).close()
    chance, lost = random.Random(seed), 0
    for number in range(rounds):
        said = _one_life(path, seed + number, chance.randint(1, 8), chance.uniform(0, 0.02))
        recovered = read_project(path)[0]
        with open_project(path) as session:
            same = session.project == recovered and session.recovery.set_aside is None
        found = digest(dump(recovered))
        tried, acknowledged = _last(said, "try"), _last(said, "ack")
        survived = same and found in {tried, acknowledged}
        lost += not survived
        print(f"{'ok' if survived else 'LOST'} steps={said.count('ack') - 1} in_flight={found != acknowledged}")  # noqa: T201
    return lost


def _one_life(path: Path, seed: int, count: int, seconds: float) -> list[str]:
    """What a child said before it was killed, ``seconds`` after it had acknowledged ``count`` edits.

    Counted, since a busy machine may give it no time for any; the seconds let the kill strike in the middle of one.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _edit_for_ever(path, random.Random(seed), writing)
    os.close(writing)
    with os.fdopen(reading, encoding="ascii") as pipe:
        words: list[str] = []
        while words.count("ack") <= count:  # the first is what it opened
            line = pipe.readline()
            if not line:
                raise SystemExit("the child ended by itself")
            words += line.split()
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return words + pipe.read().split()


def _edit_for_ever(path: Path, chance: random.Random, told: int) -> None:
    session = open_project(path)
    os.write(told, f"ack {digest(dump(session.project))}\n".encode())
    while True:
        if chance.random() < 0.2:
            session.save()
            continue
        step = chance.random()
        if step < 0.15 and session.done:
            _say(told, "try", session.done[-1].revert(session.project))
            session.undo()
        elif step < 0.25 and session.undone:
            _say(told, "try", session.undone[-1].apply(session.project))
            session.redo()
        else:
            change = _random_change(session, chance)
            _say(told, "try", change.apply(session.project))
            session.do(change)
        _say(told, "ack", session.project)


def _random_change(session: ProjectSession, chance: random.Random) -> Change:
    project, at = session.project, chance.randrange(400_000)
    clip = chance.choice(list(project.clips()))
    changes = (
        lambda: edits.add_marker(project, at, "x" * chance.randrange(9000)),
        lambda: edits.move_clip(project, clip.id, at),
        lambda: edits.set_clip_gain(project, clip.id, chance.uniform(-60, 0)),
        lambda: edits.duplicate(project, [clip.id]),
        lambda: edits.add_track(project),
    )
    return chance.choice(changes)()


def _say(told: int, word: str, project: Project) -> None:
    os.write(told, f"{word} {digest(dump(project))}\n".encode())


def _last(said: list[str], word: str) -> str:
    places = [place for place, text in enumerate(said[:-1]) if text == word]
    return said[places[-1] + 1] if places else ""


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))

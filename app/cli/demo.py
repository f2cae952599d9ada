"""The demo without a window: render it once, index it once, then suggest sounds for three moments of its film."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from app.cli.suggestions import suggest
from engine.errors import LibraryError
from engine.jobs import Job

if TYPE_CHECKING:
    from engine.models import Model
    from training.data.demo import DemoProject

_log = logging.getLogger(__name__)

MODEL = "synthetic"
MOMENTS = (1 / 6, 1 / 2, 5 / 6)  # shares of the film's length


def suggestions_for_three_moments(job: Job) -> list[dict[str, Any]]:
    """The documents of ``recommend --json`` for three moments of the demo film; renders and indexes it if needed."""
    from engine import models
    from engine.media import probe
    from engine.recommend import Recommender

    model = models.load(MODEL)
    project = indexed_demo(model, job)
    seconds = float(probe(project.video).duration)
    with Recommender(project.library, model) as recommender:
        return [suggest(recommender, project.video, seconds * share).document() for share in MOMENTS]


def indexed_demo(model: Model, job: Job) -> DemoProject:
    """The demo project on disk with its sounds indexed by ``model``; only what is missing is made."""
    from engine.library import Library, index_folder
    from training.data.demo import ensure_demo

    project = ensure_demo(job=job)
    _drop_index_of_another_model(project, model)
    opened = Library.open(project.library) if project.library.exists() else Library.create(project.library, model)
    with opened as library:
        report = index_folder(library, project.sounds, model, job)
    for problem in report.problems:
        _log.warning("%s: %s", problem.path, problem.message)
    return project


def _drop_index_of_another_model(project: DemoProject, model: Model) -> None:
    """The demo's index is a cache of ours: after an update of the model, or damage, it is made afresh."""
    from engine.library import Library

    if not project.library.exists():
        return
    try:
        with Library.open(project.library) as library:
            if library.model_fingerprint == model.fingerprint:
                return
    except LibraryError as error:
        _log.info("making the demo's index afresh: %s", error)
    for leftover in project.library.parent.glob(f"{project.library.name}*"):
        leftover.unlink()

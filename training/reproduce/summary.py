"""From measured runs to the tables' numbers and to a verdict on each of the paper's claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from training.evaluate.bootstrap import bootstrap
from training.reproduce.tables import CHANCE, RANDOM, Claim, Paper, Row, Table

Evaluations = dict[str, dict[int, dict[str, Any]]]
"""What :meth:`training.reproduce.runs.Workshop.evaluations` found, by run and seed."""


def summarise(paper: Paper, found: Evaluations, seeds: Sequence[int]) -> dict[str, Any]:
    """The paper's tables with our numbers, as plain JSON; what was not measured is absent and listed as missing.

    Args:
        paper: whose tables.
        found: all that has been measured.
        seeds: that are wanted of every run.
    """
    measured_on = _places([one for runs in found.values() for one in runs.values()])
    return {
        "paper": paper.name,
        "measured on": [place for places in measured_on.values() for place in places],
        "differing": any(len(places) > 1 for places in measured_on.values()),
        "tables": [_table(table, found) for table in paper.tables],
        "claims": [_verdict(claim, metric, found) for claim in paper.claims for metric in claim.metrics],
        "missing": [
            f"{run}, seed {seed}" for run in paper.measured() for seed in seeds if seed not in found.get(run, {})
        ],
    }


def _places(evaluations: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """What runs of each kind were measured on, in words."""
    places: dict[str, set[str]] = {}
    for one in evaluations:
        kind = one.get("kind", "")
        told = f"{', '.join(one['data'])}, {one['split']} split, {one['videos']} videos"
        places.setdefault(kind, set()).add(f"{kind}: {told}" if kind else told)
    return {kind: sorted(told) for kind, told in sorted(places.items())}


def _table(table: Table, found: Evaluations) -> dict[str, Any]:
    metrics = [column.metric for column in table.columns]
    chance: dict[str, float] = {}
    for one in (one for row in table.rows for run in row.runs for one in found.get(run, {}).values()):
        chance |= one[CHANCE]
    return {
        "title": table.title,
        "sets": list(table.sets),
        "note": table.note,
        "columns": [{"metric": c.metric, "title": c.title, "percent": c.percent} for c in table.columns],
        "rows": [
            {
                "run": row.run,
                "title": row.title,
                "paper": {metric: list(numbers) for metric, numbers in row.paper.items()},
                "ours": _first(metrics, row, lambda run, metric: _ours(found.get(run, {}), metric)),
                RANDOM: _first(metrics, row, lambda run, metric: _random(found.get(run, {}), metric)),
            }
            for row in table.rows
        ],
        CHANCE: {metric: chance[metric] for metric in metrics if metric in chance},
    }


def _first(metrics: Iterable[str], row: Row, number: Callable[[str, str], Any]) -> dict[str, Any]:
    """Of each metric the number that one of the row's runs has."""
    numbers = {metric: [number(run, metric) for run in row.runs] for metric in metrics}
    told = {metric: [one for one in found if one is not None] for metric, found in numbers.items()}
    return {metric: found[0] for metric, found in told.items() if found}


def _ours(seeds: dict[int, dict[str, Any]], metric: str) -> dict[str, Any] | None:
    """Mean and spread over seeds, the interval over videos, and each seed alone."""
    measured = {seed: seeds[seed]["values"][metric] for seed in sorted(_measured(seeds, metric))}
    if not measured:
        return None
    means = {seed: _mean(videos) for seed, videos in measured.items()}
    low, high = bootstrap(_pooled(measured.values()))
    return {
        "mean": float(np.mean(list(means.values()))),
        "spread": float(np.std(list(means.values()), ddof=1)) if len(means) > 1 else None,
        "low": low,
        "high": high,
        "seeds": {str(seed): _alone(measured[seed], mean) for seed, mean in means.items()},
    }


def _alone(videos: dict[str, list[float]], mean: float) -> dict[str, float]:
    low, high = bootstrap(list(videos.values()))
    return {"value": mean, "low": low, "high": high}


def _pooled(measured: Iterable[dict[str, list[float]]]) -> list[list[float]]:
    """Each video's values of all seeds together, so that a video is drawn with all that was measured on it."""
    videos: dict[str, list[float]] = {}
    for one in measured:
        for video, values in one.items():
            videos.setdefault(video, []).extend(values)
    return list(videos.values())


def _mean(videos: dict[str, list[float]]) -> float:
    return float(np.mean([value for values in videos.values() for value in values]))


def _random(seeds: dict[int, dict[str, Any]], metric: str) -> float | None:
    return next((one[RANDOM][metric] for one in seeds.values() if metric in one[RANDOM]), None)


def _verdict(claim: Claim, metric: str, found: Evaluations) -> dict[str, Any]:
    runs = {name for pair in claim.pairs for name in pair} - {CHANCE, RANDOM}
    common = set.intersection(*(_measured(found.get(run, {}), metric) for run in runs))
    seeds = {seed: _closest(claim, metric, found, (seed,)) for seed in sorted(common)}
    agreeing = sum(one["holds"] for one in seeds.values())
    together = _closest(claim, metric, found, tuple(sorted(common))) if common else None
    return {
        "text": claim.text,
        "metric": metric,
        "verdict": _in_words(agreeing, len(seeds), bool(together and together["holds"])),
        "average": together,
        "seeds": {str(seed): one for seed, one in seeds.items()},
    }


def _measured(seeds: dict[int, dict[str, Any]], metric: str) -> set[int]:
    """Seeds that say something of a metric; unlabelled videos say nothing of categories."""
    return {seed for seed, one in seeds.items() if metric in one["values"]}


def _in_words(agreeing: int, seeds: int, together: bool) -> str:
    if seeds == 0:
        return "not known yet"
    if agreeing == seeds:
        return f"holds ({agreeing} of {seeds} seeds)"
    return f"{'holds on average only' if together else 'does not hold'} ({agreeing} of {seeds} seeds)"


def _closest(claim: Claim, metric: str, found: Evaluations, seeds: tuple[int, ...]) -> dict[str, Any]:
    """The pair of a claim that comes nearest to breaking it, averaged over the given seeds."""
    pairs = [
        (better, worse, _level(better, worse, metric, found, seeds), _level(worse, better, metric, found, seeds))
        for better, worse in claim.pairs
    ]
    better, worse, high, low = min(pairs, key=lambda pair: pair[2] - claim.factor * pair[3])
    return {"holds": high > claim.factor * low, "better": better, "worse": worse, "high": high, "low": low}


def _level(name: str, other: str, metric: str, found: Evaluations, seeds: tuple[int, ...]) -> float:
    """The mean over seeds of a run, or of chance or random weights where the ``other`` run was measured."""
    if name in {CHANCE, RANDOM}:
        return float(np.mean([found[other][seed][name][metric] for seed in seeds]))
    return float(np.mean([_mean(found[name][seed]["values"][metric]) for seed in seeds]))

"""Pages of pictures: queries at the left, what was found at the right (Paper B, figure 2; Paper C, figure 4)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.files import atomic_path
from engine.jobs import Job
from training.evaluate.directions import DIRECTIONS, nearest
from training.evaluate.measure import items_of
from training.evaluate.similarity import SYNTHETIC

if TYPE_CHECKING:
    from training.reproduce.collection import Collection

QUERIES = 6
"""Rows of a page."""
FOUND = 5
"""Answers of a row."""
PAGES = 2
HEAD = 0.65
"""Inches above the pictures."""
COLOURS = {"query": "#303030", "right": "#1a7f37", "elsewhere": "#b26a00", "wrong": "#6e6e6e"}
SIGNS = {"right": "\N{CHECK MARK} ", "elsewhere": "\N{LEFT RIGHT ARROW} ", "wrong": "", "query": ""}
LEGEND = "green \N{CHECK MARK}: same category"
LEGEND_PLACE = (
    "green \N{CHECK MARK}: same category, same third of the picture; "
    "orange \N{LEFT RIGHT ARROW}: same category, elsewhere"
)


def draw_sheets(collection: Collection, folder: Path, job: Job | None = None) -> list[Path]:
    """Draw two pages for each direction into ``folder`` and return them, ``i-s-1.png`` and so on."""
    pages = []
    items = items_of(collection.samples)
    sides = {"i": collection.pictures, "s": collection.sounds}
    for name in DIRECTIONS:
        order = nearest(sides[name[0]], sides[name[-1]], items, FOUND, within=name in {"i-i", "s-s"})
        for number, queries in enumerate(_queries(collection), start=1):
            pages.append(folder / f"{name}-{number}.png")
            _draw_page(collection, name, queries, order, pages[-1])
            if job:
                job.step()
    return pages


def _queries(collection: Collection) -> list[list[int]]:
    """Queries of each page: of as many categories as there are, drawn at random, the same on every run."""
    rng = np.random.default_rng(0)
    mixed = rng.permutation(len(collection.samples)).tolist()
    met: dict[str, int] = {}
    rounds = []
    for item in mixed:
        label = collection.samples[item].label
        rounds.append((met.setdefault(label, 0), item))
        met[label] += 1
    ordered = [item for _, item in sorted(rounds, key=lambda pair: pair[0])][: PAGES * QUERIES]
    return [ordered[first : first + QUERIES] for first in range(0, len(ordered), QUERIES)]


def _draw_page(collection: Collection, name: str, queries: list[int], order: np.ndarray, path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2.3 * (FOUND + 1) + 0.3, 1.4 * len(queries) + HEAD))
    legend = LEGEND_PLACE if collection.counts_place else LEGEND
    height = figure.get_figheight()
    figure.suptitle(
        f"{collection.title}: {DIRECTIONS[name]}", y=1 - 0.19 / height, va="center", fontsize=13, weight="bold"
    )
    figure.text(
        0.5, 1 - 0.45 / height, f"query at the left, nearest first; {legend}", ha="center", va="center", fontsize=9
    )
    grid = figure.subplots(len(queries), FOUND + 1, squeeze=False)
    # Placed by hand: matplotlib's own layouts measure every label again and again.
    figure.subplots_adjust(left=0.005, right=0.995, top=1 - HEAD / height, bottom=0.3 / height, wspace=0.04, hspace=0.2)
    for row, query in enumerate(queries):
        _draw_item(grid[row][0], collection, query, "query", heard=name[0] == "s")
        for place in range(FOUND):
            axes = grid[row][place + 1]
            if place >= order.shape[1] or _barred(collection, name, query, int(order[query, place])):
                axes.set_axis_off()
                continue
            answer = int(order[query, place])
            _draw_item(axes, collection, answer, collection.verdict(query, answer), heard=name[-1] == "s")
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=90)


def _barred(collection: Collection, name: str, query: int, answer: int) -> bool:
    """Within one sense the own video stands last in the order and is not shown."""
    return name in {"i-i", "s-s"} and collection.samples[query].group == collection.samples[answer].group


def _draw_item(axes: Any, collection: Collection, item: int, verdict: str, *, heard: bool) -> None:
    """A frame with its category below; a sound is drawn as its frame with a loudspeaker on it."""
    axes.imshow(collection.picture(item))
    axes.set(xticks=[], yticks=[])
    label = collection.samples[item].label.removeprefix(SYNTHETIC) or "no label"
    axes.set_xlabel(SIGNS[verdict] + label[:34], fontsize=9, color=COLOURS[verdict], labelpad=2)
    for edge in axes.spines.values():
        edge.set(color=COLOURS[verdict], linewidth=1.0 if verdict == "wrong" else 2.6)
    if heard:
        _draw_loudspeaker(axes)


def _draw_loudspeaker(axes: Any) -> None:
    from matplotlib.patches import Arc, Circle, Polygon

    x, y = 22, 22  # px of the drawn frame, from its upper left corner
    axes.add_patch(Circle((x, y), 17, facecolor="#101010", edgecolor="white", linewidth=1))
    body = [(-10, -4), (-5, -4), (1, -9), (1, 9), (-5, 4), (-10, 4)]
    axes.add_patch(Polygon([(x + dx, y + dy) for dx, dy in body], facecolor="white", edgecolor="none"))
    for size in (10, 18):
        axes.add_patch(Arc((x + 1, y), size, size, theta1=-50, theta2=50, color="white", linewidth=1.4))

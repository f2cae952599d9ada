"""Who plays in a scene: chooses a place, the things in it, where each stands and what is heard from outside."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from fractions import Fraction

import numpy as np

from engine.errors import ProjectError
from training.data.synthetic.act import Act, Colour
from training.data.synthetic.catalogue import BY_NAME, CATEGORIES, Category
from training.data.synthetic.places import PLACES
from training.data.synthetic.scene import Scene, Source, horizon_of


def _chosen(rng: np.random.Generator, count: int, names: Collection[str] | None) -> tuple[str, list[Category]]:
    """A place and ``count`` different categories that can be met there."""
    unknown = sorted(set(names or ()) - {c.name for c in CATEGORIES})
    if unknown:
        raise ProjectError(
            f"There is no category called “{unknown[0]}”.", "Choose from training.data.synthetic.CATEGORIES."
        )
    allowed = [c for c in CATEGORIES if names is None or c.name in names]
    first = allowed[int(rng.integers(len(allowed)))]
    place = str(rng.choice(first.places))
    others = [c for c in allowed if c is not first and place in c.places]
    picked = rng.permutation(len(others))[: count - 1]
    return place, [first, *(others[int(k)] for k in picked)]


def make_act(
    rng: np.random.Generator,
    category: Category,
    *,
    slot: tuple[float, float],
    horizon: float,
    crowd: float,
    seconds: float,
    aspect: float,
) -> Act:
    """An individual of ``category``, placed in its share ``slot`` of the picture's width."""
    size, material, rate = rng.random(3)
    grow = crowd * (0.78 + 0.44 * size) * rng.uniform(0.9, 1.12)
    depth = rng.uniform(0.3, 0.9)
    if category.sky:
        y = max(0.42, horizon * rng.uniform(0.75, 1.0))
    else:
        y = horizon + (0.97 - horizon) * depth
        grow *= 0.82 + 0.32 * depth
    scale = min(category.height * grow * 1.25, (y - 0.02) / category.tall)
    facing = int(rng.choice((-1, 1)))
    travel = facing * rng.uniform(*category.travel) * aspect * min(1.0, seconds / 3)
    x = _across(rng, slot, aspect, category.half * scale * 0.9, travel)
    act = Act(
        seed=int(rng.integers(1 << 31)),
        size=size,
        material=material,
        rate=rate,
        tint=_near(rng, category.tints),
        accent=_near(rng, category.accents),
        x=x - travel / 2,
        y=float(y),
        scale=float(scale),
        drift=travel / seconds,
        facing=facing,
        seconds=seconds,
        aspect=aspect,
        events=(),
        strengths=(),
    )
    return timed(category, act)


def _across(rng: np.random.Generator, slot: tuple[float, float], aspect: float, reach: float, travel: float) -> float:
    """Where a thing of half-width ``reach`` is at half time, so that it stays in sight on its way."""
    middle, span = (slot[0] + slot[1]) / 2 * aspect, (slot[1] - slot[0]) * aspect
    x = middle + rng.uniform(-0.22, 0.22) * span
    x = min(max(x, min(reach, aspect / 2)), max(aspect - reach, aspect / 2))
    margin = min(0.06 * aspect + abs(travel) / 2, aspect / 2)
    return float(min(max(x, margin), aspect - margin)) if travel else float(x)


def _near(rng: np.random.Generator, palette: tuple[Colour, ...]) -> Colour:
    """A colour of the palette, never quite the same twice."""
    base = palette[int(rng.integers(len(palette)))]
    r, g, b = np.clip(np.asarray(base) + rng.normal(0, 9, 3), 8, 248).tolist()
    return (r, g, b)


def timed(category: Category, act: Act) -> Act:
    """``act`` with the events its category's plan gives it."""
    if category.plan is None:
        return act
    events, strengths = category.plan(act)
    return dataclasses.replace(act, events=events, strengths=strengths)


def _heard_only(
    rng: np.random.Generator, place: str, shown: list[Category], seconds: float, aspect: float
) -> list[Source]:
    """What sounds outside the picture: mostly an ambience, sometimes a thing that could have been seen."""
    found: list[tuple[Category, float]] = []
    if rng.random() < 0.7:
        found.append((BY_NAME[str(rng.choice(PLACES[place].ambience))], 0.0))
    if rng.random() < 0.15:
        hidden = [c for c in CATEGORIES if place in c.places and c not in shown]
        if hidden:
            found.append((hidden[int(rng.integers(len(hidden)))], -15.0))
    out = []
    for category, quieter in found:
        act = make_act(rng, category, slot=(0.3, 0.7), horizon=0.5, crowd=1.0, seconds=seconds, aspect=aspect)
        gain = 10 ** ((category.level + quieter + rng.uniform(-4, 4)) / 20)
        out.append(Source(category, act, False, float(gain), float(rng.uniform(-0.9, 0.9)) if quieter else 0.0, place))
    return out


def render_scene(
    seed: int,
    *,
    seconds: float = 4.0,
    fps: Fraction = Fraction(25),
    size: tuple[int, int] = (320, 240),
    sources: int | None = None,
    categories: Collection[str] | None = None,
    place: str | None = None,
    ambience: bool = True,
    spread: bool = False,
) -> Scene:
    """The scene of ``seed``; nothing is drawn or played until it is asked for.

    Args:
        seed: the whole scene follows from it.
        seconds: length of the clip.
        fps: frames a second.
        size: width and height in pixels.
        sources: things in the picture, 1 to 3; None lets the seed decide.
        categories: names to choose from; None is all of :data:`CATEGORIES`.
        place: a name of ``PLACES`` to use instead of one the seed picks.
        ambience: whether anything may be heard from outside the picture.
        spread: whether a single thing stands anywhere from left to right, and not about the middle.

    Raises:
        ProjectError: a setting is out of range or names nothing that exists.
    """
    if seconds <= 0 or min(size) < 16:
        raise ProjectError(
            "A scene needs some length and at least 16 x 16 pixels.", "Give a longer time or a larger size."
        )
    if sources is not None and not 1 <= sources <= 3:
        raise ProjectError(f"A scene holds one to three sources, not {sources}.", "Choose 1, 2 or 3.")
    rng = np.random.default_rng((seed, 1))
    count = sources or int(rng.choice((1, 2, 3), p=(0.55, 0.3, 0.15)))
    where, chosen = _chosen(rng, count, categories)
    if place is not None:
        if place not in PLACES:
            raise ProjectError(f"There is no place called “{place}”.", f"Choose from {', '.join(PLACES)}.")
        where = place
    aspect, horizon = size[0] / size[1], horizon_of(seed, where)
    slots = max(len(chosen), 3 if spread else 1)
    shift = list(rng.permutation(slots))[: len(chosen)]
    crowd = (1.0, 0.82, 0.68)[len(chosen) - 1]
    made = []
    for category, at in zip(chosen, shift, strict=True):
        slot = (at / slots, (at + 1) / slots)
        act = make_act(rng, category, slot=slot, horizon=horizon, crowd=crowd, seconds=seconds, aspect=aspect)
        gain = 10 ** ((category.level + rng.uniform(-3, 3)) / 20)
        made.append(Source(category, act, True, float(gain), 0.0, where))
    if ambience:
        made += _heard_only(rng, where, chosen, seconds, aspect)
    return Scene(seed, seconds, fps, size, where, tuple(made))

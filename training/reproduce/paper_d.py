"""The tables of Paper D and what it claims."""

from __future__ import annotations

from training.data.clips import ClipWorld
from training.reproduce.tables import CHANCE, RANDOM, Claim, ClipMaterial, Column, Paper, Row, Table, each_above
from training.reproduce.yardsticks import AVS, MISMATCH

UCF101, HMDB51 = "UCF101", "HMDB51"
ACTIONS = (UCF101, HMDB51)
GRID = {"l1_a4": (1, 4), "cma": (1, 8), "l1_a16": (1, 16), "l2_a4": (2, 4), "l2_a8": (2, 8), "l2_a16": (2, 16)}
"""Depth L and heads A of table 3's rows; the second is CMA of table 1."""

ROUSING = ClipWorld(
    categories=(
        "aeroplane passing",
        "cannon",
        "car passing",
        "dog barking",
        "door slamming",
        "drum",
        "firework",
        "horse galloping",
        "sheep bleating",
    ),
)
"""Things that act now and then or go by, so that it can be told when their sound is late; one or two in a picture."""


def actions_of(run: str) -> str:
    """The run that names actions with what ``run`` has learned."""
    return f"actions_{run}"


def _avs(run: str, title: str, whole: float, subset: float) -> Row:
    return Row(run=run, title=title, paper={AVS: (whole, subset)})


def _grid(run: str, avs: float, ucf101: float, hmdb51: float) -> Row:
    layers, heads = GRID[run]
    numbers = {AVS: (avs,), UCF101: (ucf101,), HMDB51: (hmdb51,)}
    return Row(run=run, title=f"L = {layers}, A = {heads}", paper=numbers, more=(actions_of(run),))


def _action(run: str, title: str, ucf101: float, hmdb51: float) -> Row:
    return Row(run=actions_of(run), title=title, paper={UCF101: (ucf101,), HMDB51: (hmdb51,)})


def _percent(metric: str, title: str) -> Column:
    return Column(metric=metric, title=f"{title}, %", percent=True)


def _in_both(text: str, pairs: tuple[tuple[str, str], ...]) -> tuple[Claim, Claim]:
    """The same order of the pretext task's runs and of those that name actions with what these learned."""
    named = tuple((actions_of(better), actions_of(worse)) for better, worse in pairs)
    return (
        Claim(text=text, pairs=pairs, metrics=(AVS,)),
        Claim(text=text, pairs=named, metrics=ACTIONS),
    )


_AVS_ROWS = ("cma", "aga", "vga", "l1_a4", "l1_a16", "l2_a4", "l2_a8", "l2_a16")

PAPER_D = Paper(
    name="Paper D",
    folder="paper_d",
    best="cma",
    starts={
        **{run: f"warmup_{run}" for run in _AVS_ROWS},
        **{actions_of(run): run for run in GRID},
        actions_of("vision"): "cma",
    },
    clips=ClipMaterial(world=ROUSING, actions=960, quick_actions=192),
    videos={"train": 4000, "validation": 200, "test": 400},
    quick_videos={"train": 600, "validation": 150, "test": 150},
    tables=(
        Table(
            title="Table 1: audio-visual synchronisation",
            sets=("AudioSet-750K", "AudioSet-240K"),
            columns=(_percent(AVS, "accuracy, shifted"), _percent(MISMATCH, "accuracy, another clip's sound")),
            rows=(
                _avs("aga", "AGA", 61.9, 61.3),
                _avs("vga", "VGA", 62.6, 62.0),
                _avs("cma", "CMA", 65.3, 62.6),
            ),
            note="The paper asks with shifted sounds only, on two test sets. People reach 66.6 % on pairs of 15 s.",
        ),
        Table(
            title="Table 2: action recognition",
            sets=("table 2",),
            columns=(_percent(UCF101, UCF101), _percent(HMDB51, HMDB51)),
            rows=(
                _action("scratch", "scratch", 70.5, 44.8),
                _action("vision", "vision only", 83.3, 51.9),
                _action("cma", "full", 87.8, 58.2),
            ),
            note="Where no videos of actions are given, a small synthetic collection stands in for UCF101.",
        ),
        Table(
            title="Table 3: depth L and heads A",
            sets=("table 3",),
            columns=(_percent(AVS, "AVS"), _percent(UCF101, UCF101), _percent(HMDB51, HMDB51)),
            rows=(
                _grid("l1_a4", 64.2, 85.6, 57.0),
                _grid("cma", 65.3, 87.8, 58.2),
                _grid("l1_a16", 64.6, 87.4, 57.9),
                _grid("l2_a4", 64.1, 84.5, 55.1),
                _grid("l2_a8", 64.8, 86.8, 56.9),
                _grid("l2_a16", 64.3, 85.9, 56.6),
            ),
        ),
    ),
    claims=(
        Claim(
            text="synchronisation is learned: above chance and random weights",
            pairs=(("cma", CHANCE), ("cma", RANDOM)),
            metrics=(AVS,),
        ),
        Claim(text="CMA above AGA and VGA", pairs=each_above(("cma",), ("aga", "vga")), metrics=(AVS,)),
        *_in_both("L = 1 above L = 2", (("l1_a4", "l2_a4"), ("cma", "l2_a8"), ("l1_a16", "l2_a16"))),
        *_in_both("A = 8 best", (("cma", "l1_a4"), ("cma", "l1_a16"), ("l2_a8", "l2_a4"), ("l2_a8", "l2_a16"))),
        Claim(text="pre-trained above scratch", pairs=(("actions_cma", "actions_scratch"),), metrics=ACTIONS),
        Claim(text="full above vision only", pairs=(("actions_cma", "actions_vision"),), metrics=ACTIONS),
    ),
)

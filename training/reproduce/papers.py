"""The tables of papers A, B and C and what they claim; Paper D's are in :mod:`training.reproduce.paper_d`."""

from __future__ import annotations

from engine.errors import ModelError
from training.data.prepare import World
from training.reproduce.paper_d import PAPER_D
from training.reproduce.tables import CHANCE, RANDOM, Claim, Column, Paper, Row, Table, each_above

RECOMMENDED = ("category@10", "sample@10")
ACCURACY = "correlation_accuracy"
LOCATED = ("ndcg@5+location i-s", "ndcg@5+location s-i")
SORTED = ("ndcg@5 i-s", "ndcg@5 s-i")
IN_FOUR = tuple(f"category@10{suffix}" for suffix in (" i-i", "", " s-i", " s-s"))


def _recommending(run: str, title: str, category: float, sample: float) -> Row:
    return Row(run=run, title=title, paper=dict(zip(RECOMMENDED, ((category,), (sample,)), strict=True)))


def _located(run: str, title: str, i_s: tuple[float, ...], s_i: tuple[float, ...]) -> Row:
    return Row(run=run, title=title, paper=dict(zip(LOCATED, (i_s, s_i), strict=True)))


def _both_ways(metrics: tuple[str, str]) -> tuple[Column, ...]:
    titles = ("image to sound", "sound to image")
    return tuple(Column(metric=metric, title=title) for metric, title in zip(metrics, titles, strict=True))


PAPER_A = Paper(
    name="Paper A",
    folder="paper_a",
    best="model_5",
    starts={"correlation_3": "model_5"},
    tables=(
        Table(
            title="Table 1b: top-10 recommendation accuracy",
            sets=("VGG-Sound",),
            columns=(
                Column(metric="category@10", title="category@10, %", percent=True),
                Column(metric="sample@10", title="sample@10, %", percent=True),
            ),
            rows=(
                _recommending("model_1", "1 baseline, BCE", 14.1, 8.6),
                _recommending("model_2", "2 attention, BCE", 15.6, 13.3),
                _recommending("model_3", "3 attention, BCE + margin", 24.2, 18.8),
                _recommending("model_4", "4 attention, non-linear, InfoNCE", 28.1, 23.4),
                _recommending("model_5", "5 attention, linear, InfoNCE", 38.3, 31.3),
                _recommending("model_6", "6 attention, non-linear, NT-Xent", 32.0, 27.3),
                _recommending("model_7", "7 attention, linear, NT-Xent", 33.6, 28.9),
            ),
        ),
        Table(
            title="Table 1a: correlation accuracy",
            sets=("VGG-Sound",),
            columns=(Column(metric=ACCURACY, title="accuracy, %", percent=True),),
            rows=(
                Row(run="model_1", title="baseline, BCE", paper={ACCURACY: (69.5,)}),
                Row(run="model_3", title="attention, BCE + margin", paper={ACCURACY: (87.4,)}),
                Row(run="correlation_3", title="InfoNCE, fine-tuned with BCE + margin", paper={ACCURACY: (87.8,)}),
            ),
            note="The first two rows are models 1 and 3 of table 1b.",
        ),
    ),
    claims=(
        Claim(text="attention above baseline (2 > 1)", pairs=(("model_2", "model_1"),), metrics=RECOMMENDED),
        Claim(text="margin above none (3 > 2)", pairs=(("model_3", "model_2"),), metrics=RECOMMENDED),
        Claim(
            text="InfoNCE above BCE (4, 5 > 1, 2, 3)",
            pairs=each_above(("model_4", "model_5"), ("model_1", "model_2", "model_3")),
            metrics=RECOMMENDED,
        ),
        Claim(
            text="every contrastive model above every BCE model (4 to 7 > 1 to 3)",
            pairs=each_above(tuple(f"model_{n}" for n in (4, 5, 6, 7)), tuple(f"model_{n}" for n in (1, 2, 3))),
            metrics=RECOMMENDED,
        ),
        Claim(
            text="linear above non-linear (5 > 4, 7 > 6)",
            pairs=(("model_5", "model_4"), ("model_7", "model_6")),
            metrics=RECOMMENDED,
        ),
        Claim(
            text="model 5 above all others",
            pairs=each_above(("model_5",), tuple(f"model_{n}" for n in (1, 2, 3, 4, 6, 7))),
            metrics=RECOMMENDED,
        ),
        Claim(
            text="accuracy: attention with margin above baseline",
            pairs=(("model_3", "model_1"),),
            metrics=(ACCURACY,),
        ),
        Claim(
            text="accuracy: fine-tuned InfoNCE above trained from scratch",
            pairs=(("correlation_3", "model_3"),),
            metrics=(ACCURACY,),
        ),
    ),
)

PAPER_B = Paper(
    name="Paper B",
    folder="paper_b",
    best="model",
    tables=(
        Table(
            title="Table I: audio-visual correspondence",
            sets=("VGG-Sound",),
            columns=(Column(metric=ACCURACY, title="accuracy, %", percent=True),),
            rows=(Row(run="model", title="two ResNet-18, sigmoid on distance", paper={ACCURACY: (79.8,)}),),
        ),
        Table(
            title="Figure 2 in numbers: category@10 of retrieval in four directions, %",
            sets=("no number",),
            columns=tuple(
                Column(metric=metric, title=title, percent=True)
                for metric, title in zip(
                    IN_FOUR, ("image to image", "image to sound", "sound to image", "sound to sound"), strict=True
                )
            ),
            rows=(Row(run="model", title="two ResNet-18, sigmoid on distance"),),
            note="The paper shows examples only; see the sheets.",
        ),
    ),
    claims=(
        Claim(text="correspondence is learned: above chance", pairs=(("model", CHANCE),), metrics=(ACCURACY,)),
        Claim(
            text="retrieval in four directions above random weights and chance",
            pairs=(("model", RANDOM), ("model", CHANCE)),
            metrics=IN_FOUR,
        ),
    ),
)

FAIR_PLAY_LIKE = World(
    sources=1,
    ambience=False,
    spread=True,
    categories=(
        "bell swinging",
        "cymbal",
        "drum",
        "hammer on anvil",
        "hands clapping",
        "metronome",
        "rubber ball bouncing",
        "telephone ringing",
        "xylophone",
    ),
)
"""Nine kinds of things that are struck or ring, anywhere from left to right, as FAIR-Play has nine instruments."""

PAPER_C = Paper(
    name="Paper C",
    folder="paper_c",
    best="proposed",
    mirrored=True,
    stereo=True,
    pairs=False,
    world=FAIR_PLAY_LIKE,
    videos={"train": 1497, "validation": 187, "test": 187},
    quick_videos={"train": 2000, "validation": 200, "test": 200},
    tables=(
        Table(
            title="Table 1: nDCG@5, category + location score",
            sets=("FAIR-Play", "YouTube-ASMR"),
            columns=_both_ways(LOCATED),
            rows=(
                _located("proposed", "proposed (SSR)", (0.645, 0.598), (0.627, 0.610)),
                _located("flip_distance", "flip distance", (0.210, 0.343), (0.258, 0.339)),
                _located("mismatch_distance", "mismatch distance", (0.471, 0.617), (0.438, 0.649)),
                _located("flip_classification", "flip classification", (0.215, 0.340), (0.232, 0.372)),
                _located("mismatch_classification", "mismatch classification", (0.493, 0.621), (0.481, 0.640)),
                _located("flip_mismatch", "flip/mismatch", (0.226,), (0.267,)),
            ),
        ),
        Table(
            title="Table 2: nDCG@5, category score",
            sets=("FAIR-Play", "YouTube-ASMR"),
            columns=_both_ways(SORTED),
            rows=(
                Row(
                    run="proposed",
                    title="proposed (SSR)",
                    paper={SORTED[0]: (0.922, 0.958), SORTED[1]: (0.921, 0.922)},
                ),
                Row(run="cca", title="CCA", paper={SORTED[0]: (0.495, 0.579), SORTED[1]: (0.430, 0.616)}),
            ),
        ),
    ),
    claims=(
        Claim(
            text="SSR above every baseline",
            pairs=each_above(
                ("proposed",),
                (
                    "mismatch_classification",
                    "mismatch_distance",
                    "flip_classification",
                    "flip_distance",
                    "flip_mismatch",
                ),
            ),
            metrics=LOCATED,
        ),
        Claim(
            text="mismatch alone far better than flip alone (by half at least)",
            pairs=(
                ("mismatch_distance", "flip_distance"),
                ("mismatch_classification", "flip_classification"),
            ),
            metrics=LOCATED,
            factor=1.5,
        ),
        Claim(text="SSR above CCA", pairs=(("proposed", "cca"),), metrics=SORTED),
    ),
)

PAPERS = {"paper-a": PAPER_A, "paper-b": PAPER_B, "paper-c": PAPER_C, "paper-d": PAPER_D}


def paper_called(name: str) -> Paper:
    """The paper of that name; ModelError names those there are."""
    if name in PAPERS:
        return PAPERS[name]
    raise ModelError(f"There is no paper {name!r} to reproduce.", f"Choose one of: {', '.join(PAPERS)}.")

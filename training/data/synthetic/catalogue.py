"""The things of the synthetic world: name, UCS category, size, home, timing, look, sound and colours of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from training.data.synthetic import plans
from training.data.synthetic.act import Act, Colour, Wave
from training.data.synthetic.canvas import Canvas
from training.data.synthetic.looks import creatures, impacts, instruments, machines, nature
from training.data.synthetic.sounds import creatures as voices
from training.data.synthetic.sounds import impacts as blows
from training.data.synthetic.sounds import instruments as tones
from training.data.synthetic.sounds import machines as engines
from training.data.synthetic.sounds import nature as elements

INDOORS = ("studio", "table", "kitchen", "living room")
OUTDOORS = ("meadow", "road", "desert", "snow field", "street")
VIVID: tuple[Colour, ...] = (
    (206, 52, 44),
    (40, 96, 190),
    (236, 180, 40),
    (48, 140, 72),
    (226, 110, 40),
    (128, 70, 170),
    (30, 150, 160),
)
MUTED: tuple[Colour, ...] = (
    (92, 104, 124),
    (150, 132, 104),
    (104, 124, 96),
    (140, 84, 72),
    (70, 76, 84),
    (176, 170, 156),
)
FURS: tuple[Colour, ...] = (
    (150, 104, 62),
    (64, 52, 46),
    (206, 170, 116),
    (118, 118, 122),
    (224, 214, 196),
    (172, 88, 44),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One kind of sounding thing."""

    name: str
    catid: str
    """Identifier in the Universal Category System."""
    look: Callable[[Canvas, Act, float], None] | None
    """None for ambiences, which are only ever heard."""
    sound: Callable[[Act, int], Wave]
    plan: plans.Plan | None = None
    """None for things that sound all the time."""
    places: tuple[str, ...] = ()
    height: float = 0.5
    """Picture heights of a middling instance."""
    half: float = 0.6
    """Half its width in its own heights."""
    tall: float = 1.2
    """How far up it is drawn, in its own heights."""
    sky: bool = False
    travel: tuple[float, float] = (0.0, 0.0)
    """Share of the picture's width crossed during a scene, least and most."""
    tints: tuple[Colour, ...] = VIVID
    accents: tuple[Colour, ...] = VIVID
    level: float = 0.0
    """Decibels beside the others."""


def _c(  # noqa: PLR0917 - coordinates and bands read best in order
    name: str,
    catid: str,
    look: Callable[[Canvas, Act, float], None],
    sound: Callable[[Act, int], Wave],
    plan: plans.Plan | None,
    places: tuple[str, ...],
    **more: object,
) -> Category:
    return Category(name=name, catid=catid, look=look, sound=sound, plan=plan, places=places, **more)  # type: ignore[arg-type]


CATEGORIES: tuple[Category, ...] = (
    _c(
        "rubber ball bouncing",
        "RUBRImpt",
        impacts.ball,
        blows.ball,
        plans.bouncing,
        (*INDOORS, "street", "workshop"),
        height=0.62,
        half=0.3,
    ),
    _c(
        "glass marbles dropping",
        "GLASImpt",
        impacts.marble,
        blows.marble,
        plans.dropping,
        ("table", "kitchen", "studio", "living room"),
        height=0.75,
        half=0.6,
    ),
    _c(
        "hammer on anvil",
        "METLImpt",
        impacts.hammer,
        blows.hammer,
        plans.steady(1.0, 0.5, 0.04),
        ("workshop", "studio", "street"),
        height=0.6,
        half=0.85,
    ),
    _c(
        "bell swinging",
        "BELLLrg",
        instruments.bell,
        tones.bell,
        plans.steady(1.5, 0.75, 0.01),
        ("street", "meadow", "snow field", "stage"),
        height=0.62,
        half=0.65,
    ),
    _c(
        "clock ticking",
        "CLOCKTick",
        instruments.clock,
        tones.clock_tick,
        plans.steady(1.0, 0.4, 0.0, 0.9),
        ("living room", "table", "kitchen", "studio"),
        height=0.62,
        half=0.4,
        level=-3,
    ),
    _c(
        "metronome",
        "WOODImpt",
        instruments.metronome,
        tones.metronome,
        plans.steady(0.9, 0.35, 0.0, 0.95),
        ("table", "living room", "studio", "stage"),
        height=0.58,
        half=0.45,
    ),
    _c(
        "drum",
        "MUSCPerc",
        instruments.drum,
        tones.drum,
        plans.scattered(0.22, 0.75, 0.55),
        ("stage", "studio", "living room", "street"),
        height=0.6,
        half=0.65,
    ),
    _c(
        "cymbal",
        "METLTonl",
        instruments.cymbal,
        tones.cymbal,
        plans.scattered(0.55, 1.5, 0.6),
        ("stage", "studio", "living room"),
        height=0.7,
        half=0.65,
        level=-2,
    ),
    _c(
        "xylophone",
        "MUSCTnprc",
        instruments.xylophone,
        tones.xylophone,
        plans.scattered(0.18, 0.5, 0.6),
        ("stage", "studio", "table", "living room"),
        height=0.55,
        half=0.95,
    ),
    _c(
        "door slamming",
        "DOORWood",
        impacts.door,
        blows.door,
        plans.scattered(1.9, 3.0, 0.75),
        ("living room", "street", "workshop", "kitchen"),
        height=0.7,
        half=0.45,
    ),
    _c(
        "water dripping",
        "WATRDrip",
        impacts.drip,
        blows.drip,
        plans.steady(1.1, 0.42, 0.06),
        ("kitchen", "workshop", "studio", "street"),
        height=0.6,
        half=0.55,
        tints=MUTED,
    ),
    _c(
        "typing on a keyboard",
        "CMPTKey",
        impacts.typing,
        blows.typing,
        plans.bursts(4, 12, (0.2, 0.1), (0.12, 0.4)),
        ("table", "living room", "studio"),
        height=0.5,
        half=0.95,
        tints=MUTED,
        level=-1,
    ),
    _c(
        "telephone ringing",
        "COMTelph",
        impacts.phone,
        blows.phone,
        plans.ringing,
        ("table", "living room", "kitchen", "studio"),
        height=0.52,
        half=0.75,
        level=-2,
    ),
    _c(
        "hands clapping",
        "FOLYHand",
        impacts.clapping,
        voices.clapping,
        plans.steady(0.6, 0.22, 0.07, 0.65),
        ("stage", "studio", "living room", "street", "meadow"),
        height=0.62,
        half=0.55,
    ),
    _c(
        "footsteps",
        "FEETHmn",
        creatures.footsteps,
        blows.footsteps,
        plans.steady(0.75, 0.38, 0.04, 0.7),
        ("street", "living room", "studio", "road", "desert", "snow field", "stage"),
        height=0.42,
        tall=1.9,
        half=0.4,
        travel=(0.1, 0.45),
        tints=MUTED,
        accents=(*MUTED, (30, 28, 30), (120, 60, 36)),
    ),
    _c(
        "horse galloping",
        "FEETHors",
        creatures.gallop,
        blows.gallop,
        plans.cantering,
        ("meadow", "desert", "road", "snow field", "shore"),
        height=0.48,
        half=0.9,
        travel=(0.3, 0.8),
        tints=((110, 66, 38), (60, 44, 36), (196, 168, 130), (150, 146, 142), (34, 30, 30)),
    ),
    _c(
        "dog barking",
        "ANMLDog",
        creatures.dog,
        voices.dog,
        plans.bursts(2, 4, (0.5, 0.3), (0.25, 0.7)),
        ("meadow", "street", "living room", "snow field", "road", "kitchen"),
        height=0.52,
        half=0.75,
        tints=FURS,
    ),
    _c(
        "cat miaowing",
        "ANMLCat",
        creatures.cat,
        voices.cat,
        plans.scattered(0.95, 1.9, 0.7),
        ("living room", "kitchen", "street", "table"),
        height=0.52,
        half=0.55,
        tints=FURS,
        accents=((120, 180, 70), (220, 180, 50), (90, 160, 210)),
    ),
    _c(
        "sheep bleating",
        "ANMLFarm",
        creatures.sheep,
        voices.sheep,
        plans.scattered(1.1, 2.0, 0.7),
        ("meadow", "road", "snow field", "rocks"),
        height=0.5,
        half=0.7,
        tints=FURS,
    ),
    _c(
        "bird singing",
        "BIRDSong",
        creatures.bird,
        voices.bird,
        plans.bursts(3, 7, (0.17, 0.08), (0.2, 0.6)),
        ("forest", "meadow", "lake", "snow field"),
        height=0.45,
        half=0.9,
        sky=True,
        tints=((196, 92, 44), (70, 110, 170), (120, 104, 84), (208, 176, 52), (90, 92, 100)),
        accents=((232, 196, 130), (230, 120, 60), (240, 232, 214), (240, 214, 90)),
    ),
    _c(
        "frog croaking",
        "ANMLAmph",
        creatures.frog,
        voices.frog,
        plans.bursts(1, 3, (0.62, 0.4), (0.2, 0.7)),
        ("lake", "forest", "rocks"),
        height=0.5,
        half=0.8,
        tints=((84, 140, 56), (120, 128, 60), (110, 84, 54), (60, 120, 90)),
    ),
    _c(
        "bees buzzing",
        "WINGInsc",
        creatures.bees,
        voices.bees,
        None,
        ("meadow", "forest", "lake"),
        height=0.55,
        half=0.6,
        accents=((230, 90, 120), (246, 240, 236), (150, 90, 200), (244, 150, 50)),
        level=-3,
    ),
    _c(
        "car passing",
        "VEHCar",
        machines.car,
        engines.car,
        None,
        ("road", "street", "desert", "city night"),
        height=0.36,
        half=1.05,
        travel=(0.35, 0.95),
    ),
    _c(
        "train passing",
        "TRNClak",
        machines.train,
        blows.train,
        plans.steady(1.1, 0.45, 0.02, 0.8),
        ("meadow", "road", "desert", "snow field"),
        height=0.36,
        half=1.2,
    ),
    _c(
        "helicopter",
        "AEROHeli",
        machines.helicopter,
        engines.helicopter,
        None,
        ("meadow", "desert", "shore", "road", "lake"),
        height=0.34,
        half=1.1,
        sky=True,
        travel=(0.05, 0.3),
    ),
    _c(
        "aeroplane passing",
        "AEROProp",
        machines.propeller,
        engines.propeller,
        None,
        ("meadow", "desert", "shore", "snow field", "lake"),
        height=0.3,
        half=1.1,
        sky=True,
        travel=(0.3, 0.9),
        accents=VIVID,
        tints=(*VIVID, (232, 232, 228)),
    ),
    _c(
        "siren",
        "VEHSirn",
        machines.siren,
        engines.siren,
        None,
        ("city night", "street", "road"),
        height=0.38,
        half=1.05,
        travel=(0.15, 0.7),
        accents=((30, 80, 190), (226, 190, 30), (220, 60, 40)),
        level=-3,
    ),
    _c(
        "rain on a puddle",
        "RAINWatr",
        nature.rain,
        elements.rain,
        None,
        ("street", "road", "city night", "meadow", "forest"),
        height=0.55,
        half=1.0,
        level=-1,
    ),
    _c(
        "waterfall",
        "WATRFall",
        nature.waterfall,
        elements.waterfall,
        None,
        ("rocks", "forest", "lake"),
        height=0.72,
        half=0.6,
        tints=MUTED,
        level=-1,
    ),
    _c(
        "sea waves",
        "WATRSurf",
        nature.waves,
        elements.waves,
        None,
        ("shore",),
        height=0.42,
        half=1.5,
        tints=((36, 96, 116), (60, 110, 104), (30, 76, 120)),
    ),
    _c(
        "fire crackling",
        "FIRECrkl",
        nature.fire,
        elements.fire,
        None,
        ("forest", "desert", "shore", "snow field", "city night", "rocks"),
        height=0.5,
        half=0.6,
    ),
    _c(
        "wind in a tree",
        "WINDVege",
        nature.leaves,
        elements.leaves,
        None,
        ("meadow", "road", "snow field", "lake", "desert"),
        height=0.68,
        half=0.65,
        tints=((74, 122, 50), (110, 134, 56), (176, 110, 40), (56, 104, 66)),
    ),
    _c(
        "hand saw",
        "TOOLHand",
        machines.saw,
        engines.saw,
        plans.sawing,
        ("workshop", "meadow", "studio"),
        height=0.55,
        half=1.0,
    ),
    _c(
        "chainsaw",
        "TOOLGrdn",
        machines.chainsaw,
        engines.chainsaw,
        None,
        ("forest", "meadow", "snow field", "workshop"),
        height=0.55,
        half=1.0,
        tints=((226, 96, 28), (200, 40, 36), (236, 180, 40)),
        level=-3,
    ),
    _c(
        "fan",
        "MACHFan",
        machines.fan,
        engines.fan,
        None,
        ("living room", "studio", "kitchen", "workshop"),
        height=0.62,
        half=0.4,
        level=-3,
    ),
    _c(
        "kettle whistling",
        "FOODKware",
        machines.kettle,
        engines.kettle,
        None,
        ("kitchen", "table"),
        height=0.5,
        half=0.8,
        level=-4,
    ),
    _c(
        "sewing machine",
        "MACHAppl",
        machines.sewing,
        blows.sewing,
        plans.steady(0.16, 0.07, 0.0, 0.85),
        ("table", "living room", "studio"),
        height=0.5,
        half=0.85,
        level=-2,
    ),
    _c(
        "firework",
        "FRWKComr",
        nature.firework,
        blows.firework,
        plans.scattered(0.9, 1.7, 0.7),
        ("city night",),
        height=0.56,
        half=0.7,
        sky=True,
    ),
    _c(
        "cannon",
        "GUNCano",
        nature.cannon,
        blows.cannon,
        plans.scattered(1.4, 2.6, 0.85),
        ("meadow", "desert", "snow field", "rocks"),
        height=0.5,
        half=1.0,
    ),
)

AMBIENCES: tuple[Category, ...] = (
    Category(name="room tone", catid="AMBRoom", look=None, sound=elements.room_tone, level=-32),
    Category(name="wind", catid="WIND", look=None, sound=elements.open_wind, level=-27),
    Category(name="traffic", catid="AMBTraf", look=None, sound=elements.traffic, level=-27),
    Category(name="insects", catid="AMBGras", look=None, sound=elements.insects, level=-30),
)

BY_NAME: dict[str, Category] = {c.name: c for c in (*CATEGORIES, *AMBIENCES)}

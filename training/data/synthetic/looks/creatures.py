"""Animals and people: ellipses and limbs that open a mouth, puff a throat or set a foot at the act's events."""

from __future__ import annotations

import math

import numpy as np

from training.data.synthetic.act import Act, Colour
from training.data.synthetic.canvas import Canvas
from training.data.synthetic.looks.impacts import DARK, IVORY, SKIN, mix


def _eye(c: Canvas, x: float, y: float, r: float) -> None:
    c.disc(x, y, r, None, (24, 18, 16), "flat")
    c.disc(x - 0.3 * r, y - 0.35 * r, 0.35 * r, None, (250, 250, 250), "flat")


def dog(c: Canvas, a: Act, t: float) -> None:
    """A standing dog; the jaw snaps open and the whole body jerks with each bark."""
    c = c.at(0, 0, flip=a.facing < 0)
    bark = min(1.0, 1.3 * a.pulse(t, 0.11))
    coat, belly = a.tint, mix(a.tint, IVORY, 0.45)
    stocky = 0.8 + 0.35 * a.size
    c.shadow(0, 0, 0.62, 0.08)
    for x, far in ((-0.3, True), (0.26, True), (-0.38, False), (0.34, False)):
        tone = mix(coat, DARK, 0.35 if far else 0.08)
        c.limb((x, -0.42), (x + 0.01, -0.03), 0.085 * stocky, 0.045 * stocky, tone, "tube")
        c.disc(x + 0.03, -0.025, 0.075, 0.035, tone)
    wag = 0.35 * math.sin(t * (6 + 6 * a.rate))
    c.limb((-0.46, -0.6), (-0.72 - 0.05 * wag, -0.8 - 0.16 * wag), 0.06, 0.025, coat)
    c.disc(-0.04, -0.53 - 0.02 * bark, 0.5, 0.2 * stocky, coat)
    c.disc(-0.02, -0.46, 0.4, 0.1, belly, "slope", 0.5)
    head = c.at(0.5 + 0.03 * bark, -0.84 - 0.05 * bark, angle=-0.28 * bark)
    c.limb((0.34, -0.6), (0.46, -0.8), 0.17 * stocky, 0.13, coat)
    head.poly(
        [(0.12, 0.06), (0.33, 0.07 + 0.16 * bark), (0.3, 0.11 + 0.18 * bark), (0.06, 0.14 + 0.05 * bark)],
        mix(coat, DARK, 0.15),
    )
    if bark > 0.1:
        head.poly(
            [(0.12, 0.05), (0.34, 0.04), (0.31, 0.07 + 0.13 * bark), (0.12, 0.08 + 0.05 * bark)], (120, 30, 36), "flat"
        )
        head.poly(
            [(0.16, 0.07 + 0.03 * bark), (0.3, 0.06 + 0.1 * bark), (0.18, 0.08 + 0.05 * bark)], (226, 110, 116), "flat"
        )
    head.disc(0, 0, 0.19, 0.17, coat)
    head.limb((0.1, 0.02), (0.34, 0.02), 0.11, 0.07, mix(coat, belly, 0.6))
    head.disc(0.4, -0.02, 0.045, 0.035, (22, 18, 18))
    if a.material > 0.5:
        head.poly([(-0.13, -0.1), (-0.1, -0.34), (0.05, -0.14)], mix(coat, DARK, 0.4))
    else:
        head.poly([(-0.12, -0.12), (-0.02, -0.15), (-0.04, 0.17), (-0.16, 0.14)], mix(coat, DARK, 0.45))
    _eye(head, 0.1, -0.05, 0.026)
    c.poly([(0.3, -0.72), (0.52, -0.64), (0.5, -0.6), (0.28, -0.67)], a.accent)


def cat(c: Canvas, a: Act, t: float) -> None:
    """A sitting cat, tail curling, that opens its mouth to miaow."""
    c = c.at(0, 0, flip=a.facing < 0)
    since, long = a.last(t)[1], a.between(0.85, 0.45, a.rate)
    mouth = math.sin(math.pi * min(1.0, since / long)) if since < long else 0.0
    coat = a.tint
    c.shadow(0, 0, 0.45, 0.07)
    wave = np.linspace(0, 1, 12)
    c.line(
        np.stack([-0.3 - 0.28 * np.sin(wave * 2.2), -0.06 - 0.4 * wave + 0.06 * np.sin(3 * t + 4 * wave)], axis=1),
        0.1,
        mix(coat, DARK, 0.15),
    )
    c.disc(-0.08, -0.28, 0.33, 0.3, coat)
    c.poly([(-0.2, -0.35), (0.2, -0.66), (0.3, -0.4), (0.28, 0), (-0.1, 0)], coat)
    for x in (0.1, 0.24):
        c.limb((x, -0.4), (x + 0.02, -0.03), 0.075, 0.05, mix(coat, IVORY, 0.12), "tube")
        c.disc(x + 0.04, -0.03, 0.075, 0.04, IVORY if a.material > 0.5 else coat)
    for k in range(4 if a.material < 0.5 else 0):
        c.line([(-0.32 + 0.09 * k, -0.5), (-0.28 + 0.08 * k, -0.3)], 0.025, mix(coat, DARK, 0.5), 0.7)
    head = c.at(0.22, -0.76, angle=-0.22 * mouth)
    for x in (-0.13, 0.13):
        head.poly([(x - 0.09, -0.08), (x, -0.29), (x + 0.09, -0.1)], mix(coat, DARK, 0.12))
        head.poly([(x - 0.045, -0.1), (x, -0.23), (x + 0.045, -0.11)], (226, 160, 150))
    head.disc(0, 0, 0.23, 0.19, coat)
    for x in (-0.09, 0.1):
        head.disc(x, -0.03, 0.048, 0.044, a.accent, "flat")
        head.disc(x, -0.03, 0.014, 0.04, (12, 12, 12), "flat")
    head.disc(0.01, 0.075, 0.09, 0.06, mix(coat, IVORY, 0.7))
    head.disc(0.01, 0.045, 0.025, 0.018, (220, 120, 120), "flat")
    if mouth > 0.03:
        head.disc(0.01, 0.1 + 0.03 * mouth, 0.05, 0.012 + 0.065 * mouth, (140, 40, 48), "flat")
    for s in (-1, 1):
        for k in range(3):
            head.line([(0.01 + s * 0.06, 0.075), (0.01 + s * 0.3, 0.04 + 0.04 * k)], 0.006, (240, 240, 236), 0.7)


def sheep(c: Canvas, a: Act, t: float) -> None:
    """A woolly sheep with a dark face that lifts its head to bleat."""
    c = c.at(0, 0, flip=a.facing < 0)
    since, long = a.last(t)[1], a.between(0.55, 0.95, a.material)
    call = math.sin(math.pi * min(1.0, since / long)) if since < long else 0.0
    face = mix((54, 46, 44), IVORY, 0.75 if a.rate > 0.6 else 0.0)
    wool = mix((236, 230, 216), a.tint, 0.2)
    c.shadow(0, 0, 0.6, 0.08)
    for x, far in ((-0.28, True), (0.22, True), (-0.36, False), (0.3, False)):
        c.limb((x, -0.35), (x, -0.03), 0.05, 0.038, mix(face, DARK, 0.5 if far else 0.1), "tube")
    rng = a.rng("wool")
    c.disc(-0.04, -0.53, 0.48, 0.28, mix(wool, DARK, 0.12))
    for k in range(26):
        turn = k * 2.4
        r = 0.95 * math.sqrt((k + 0.5) / 26)
        c.disc(
            -0.04 + 0.46 * r * math.cos(turn),
            -0.54 + 0.25 * r * math.sin(turn),
            rng.uniform(0.09, 0.13),
            None,
            wool,
            "ball",
        )
    head = c.at(0.5, -0.74 - 0.05 * call, angle=-0.35 * call)
    head.limb((0, -0.02), (0.2, 0.12), 0.12, 0.075, face)
    if call > 0.05:
        head.poly(
            [(0.1, 0.15), (0.25, 0.17), (0.2, 0.2 + 0.07 * call), (0.1, 0.2 + 0.05 * call)], (150, 60, 66), "flat"
        )
    head.limb((-0.06, -0.06), (-0.2, 0.02), 0.05, 0.03, mix(face, DARK, 0.25))
    _eye(head, 0.06, -0.04, 0.024)
    head.disc(-0.03, -0.12, 0.12, 0.08, wool)


def bird(c: Canvas, a: Act, t: float) -> None:
    """A songbird on a branch, beak open and throat working with every note."""
    c = c.at(0, 0, flip=a.facing < 0)
    note = min(1.0, 1.2 * a.pulse(t, 0.06))
    bark = (88, 66, 48)
    c.limb((-1.0, 0.1), (0.9, -0.02), 0.06, 0.035, bark, "tubeh")
    c.limb((-0.5, 0.06), (-0.75, -0.34), 0.03, 0.012, bark)
    for x, y in ((-0.74, -0.36), (-0.64, -0.22), (0.72, -0.1), (0.84, 0.04)):
        c.disc(x, y, 0.1, 0.045, (74, 122, 56), "slope")
    c = c.at(0, 0.02 - 0.015 * note)
    for x in (-0.04, 0.07):
        c.line([(x, -0.12), (x + 0.02, 0.0)], 0.024, (196, 140, 70))
    c.poly([(-0.28, -0.26), (-0.72, -0.06), (-0.66, -0.15), (-0.26, -0.38)], mix(a.tint, DARK, 0.4))
    c.disc(0, -0.32, 0.34, 0.23, a.tint)
    c.disc(0.1, -0.27, 0.23, 0.17 + 0.02 * note, a.accent)
    c.poly([(0.06, -0.42), (-0.4, -0.22), (-0.3, -0.18), (0.02, -0.24)], mix(a.tint, DARK, 0.45))
    c.disc(0.26, -0.56 - 0.02 * note, 0.17, 0.16, a.tint)
    head = c.at(0.4, -0.57 - 0.02 * note, angle=-0.2 * note)
    head.poly([(0, -0.05), (0.2, -0.01 - 0.05 * note), (0, 0.02)], (238, 178, 70))
    head.poly([(0, 0.0), (0.16, 0.02 + 0.09 * note), (-0.01, 0.05)], (214, 148, 54))
    c.disc(0.27, -0.44, 0.1, 0.08 + 0.03 * note, mix(a.accent, IVORY, 0.2))
    _eye(c, 0.31, -0.6 - 0.02 * note, 0.032)


def frog(c: Canvas, a: Act, t: float) -> None:
    """A frog on a stone or leaf, its throat pouch swelling with each croak."""
    since, long = a.last(t)[1], a.between(0.16, 0.3, a.material)
    pouch = min(1.0, since / 0.05) * math.exp(-max(0.0, since - long) / 0.1) if since < 9 else 0.0
    skin = a.tint
    c.shadow(0, 0.02, 0.75, 0.12)
    c.disc(0, 0.03, 0.8, 0.15, mix((112, 110, 104), (70, 120, 60), a.rate), "slope")
    for s in (-1, 1):
        c.disc(s * 0.42, -0.16, 0.24, 0.15, mix(skin, DARK, 0.15))
        c.disc(s * 0.52, -0.01, 0.22, 0.05, mix(skin, DARK, 0.2))
    c.disc(0, -0.3, 0.44, 0.3, skin)
    c.disc(0, -0.2, 0.32, 0.18, mix(skin, IVORY, 0.5))
    for s in (-1, 1):
        c.limb((s * 0.28, -0.22), (s * 0.22, 0.0), 0.075, 0.05, skin, "tube")
        for k in (-1, 0, 1):
            c.limb((s * 0.22, 0.0), (s * 0.22 + 0.07 * k, 0.05), 0.022, 0.02, skin)
    c.disc(0, -0.5, 0.38, 0.2, skin)
    if pouch > 0.03:
        c.disc(0, -0.32 + 0.05 * pouch, 0.14 + 0.2 * pouch, 0.08 + 0.19 * pouch, mix((236, 226, 170), a.accent, 0.3))
    mouth = np.linspace(-0.34, 0.34, 9)
    c.line(np.stack([mouth, -0.46 + 0.05 * (1 - (mouth / 0.34) ** 2)], axis=1), 0.02, mix(skin, DARK, 0.6))
    for s in (-1, 1):
        c.disc(s * 0.22, -0.67, 0.11, None, skin)
        c.disc(s * 0.23, -0.68, 0.075, None, (232, 196, 76), "flat")
        c.disc(s * 0.23, -0.68, 0.055, 0.024, (14, 14, 14), "flat")


def bees(c: Canvas, a: Act, t: float) -> None:
    """A bee that circles a flower, wings a blur."""
    for k, x in enumerate((-0.3, 0.28)):
        c.limb((x, 0.0), (x * 0.9, -0.5 - 0.12 * k), 0.02, 0.015, (70, 116, 52))
        c.disc(x + 0.1, -0.2, 0.13, 0.045, (84, 134, 60), "slope")
        for p in range(8):
            turn = p * math.pi / 4 + k
            c.disc(x * 0.9 + 0.12 * math.cos(turn), -0.55 - 0.12 * k + 0.11 * math.sin(turn), 0.075, 0.065, a.accent)
        c.disc(x * 0.9, -0.55 - 0.12 * k, 0.075, None, (236, 178, 50))
    for k in range(2 + int(a.rate > 0.5)):
        phase = a.rng("path", k).uniform(0, 6.28, 3)
        speed = 1.6 + 1.6 * a.rate
        x = 0.42 * math.sin(speed * t + phase[0]) + 0.1 * math.sin(5 * t + phase[1])
        y = -0.72 + 0.24 * math.sin(1.6 * speed * t + phase[1]) + 0.05 * math.sin(9 * t)
        ahead = math.cos(speed * t + phase[0]) > 0
        b = c.at(x, y, 0.55 + 0.45 * a.size, flip=not ahead)
        for w in (-0.5, 0.3):
            b.disc(-0.02 + 0.1 * w, -0.14, 0.07, 0.12, (240, 244, 250), "flat", 0.45)
        b.disc(0, 0, 0.17, 0.11, (236, 180, 48))
        for s in (-0.09, -0.015, 0.06):
            b.poly([(s, -0.1), (s + 0.035, -0.1), (s + 0.035, 0.1), (s, 0.1)], (34, 26, 22), "tubeh")
        b.disc(0.17, -0.01, 0.075, None, (40, 32, 28))
        _eye(b, 0.2, -0.03, 0.024)


def _leg(  # noqa: PLR0917 - coordinates and bands read best in order
    c: Canvas,
    hip: tuple[float, float],
    swing: float,
    bend: float,
    wide: float,
    cloth: tuple[float, float, float],
    shoe: tuple[float, float, float],
    high: bool,
) -> None:
    """Thigh, shin and shoe; ``swing`` radians forward, ``bend`` radians at the knee."""
    knee = (hip[0] + 0.42 * math.sin(swing), hip[1] + 0.42 * math.cos(swing))
    foot = (knee[0] + 0.4 * math.sin(swing - bend), knee[1] + 0.4 * math.cos(swing - bend))
    c.limb(hip, knee, wide, wide * 0.8, cloth, "tube")
    c.limb(knee, foot, wide * 0.8, wide * 0.55, cloth, "tube")
    s = c.at(foot[0], foot[1], angle=-(swing - bend) * 0.5)
    s.poly([(-0.07, -0.03), (0.05, -0.05), (0.19, 0.03), (0.2, 0.07), (-0.08, 0.07)], shoe)
    s.box(-0.08, 0.06, 0.2 if not high else 0.1, 0.085, mix(shoe, DARK, 0.6), "flat")
    if high:
        s.poly([(-0.08, 0.05), (-0.04, 0.05), (-0.05, 0.12), (-0.075, 0.12)], mix(shoe, DARK, 0.4))


def footsteps(c: Canvas, a: Act, t: float) -> None:
    """Legs that walk on the spot of a following camera: each heel lands at its step."""
    index, since = a.last(t)
    gap = since + a.until(t) if index >= 0 and a.until(t) < 50 else a.between(0.75, 0.38, a.rate)
    u = min(1.0, since / gap) if index >= 0 else max(0.0, 1 - a.until(t) / gap)
    c = c.at(0, 0, flip=a.facing < 0)
    cloth, shoe = a.tint, a.accent
    c.shadow(0, 0.02, 0.5, 0.07)
    bob = 0.03 * math.sin(math.pi * u)
    front, back = 0.42 - 0.84 * u, -0.42 + 0.84 * u
    lifted = 0.95 * math.sin(math.pi * u) ** 1.2
    legs = [(front, 0.06, mix(cloth, DARK, 0.0)), (back, lifted + 0.08, mix(cloth, DARK, 0.28))]
    if index % 2:
        legs = [(legs[1][0], legs[1][1], cloth), (legs[0][0], legs[0][1], mix(cloth, DARK, 0.28))]
    hip = (0.0, -0.84 + 0.035 * abs(math.sin(front)) - bob * 0.6)
    for swing, bend, tone in reversed(legs):
        _leg(c, hip, swing, bend, 0.105 + 0.03 * a.size, tone, shoe, a.material > 0.6)
    _upper_body(c, a, hip[1], front)


def _upper_body(c: Canvas, a: Act, hip: float, stride: float) -> None:
    """Coat, head and arms of a walker; the arms swing against the legs."""
    coat, neck, hair = mix(a.accent, IVORY, 0.3), hip - 0.56, mix(a.tint, DARK, 0.7)
    _arm(c, neck, -stride, mix(coat, DARK, 0.35))
    tail = [
        (-0.16, hip + 0.03),
        (0.16, hip + 0.03),
        (0.2, neck + 0.06),
        (0.08, neck),
        (-0.1, neck),
        (-0.2, neck + 0.08),
    ]
    c.poly(tail, coat, "tube")
    c.limb((0.0, neck + 0.04), (0.02, neck - 0.06), 0.06, 0.06, mix(SKIN, DARK, 0.2))
    c.disc(0.03, neck - 0.19, 0.12, 0.15, SKIN)
    c.poly([(0.13, neck - 0.21), (0.175, neck - 0.15), (0.12, neck - 0.14)], SKIN)
    c.poly(
        [
            (0.12, neck - 0.27),
            (0.06, neck - 0.36),
            (-0.07, neck - 0.35),
            (-0.11, neck - 0.2),
            (-0.07, neck - 0.1),
            (-0.02, neck - 0.23),
        ],
        hair,
    )
    c.disc(0.1, neck - 0.2, 0.014, 0.02, DARK, "flat")
    _arm(c, neck, stride, mix(coat, DARK, 0.1))


def _arm(c: Canvas, neck: float, swing: float, sleeve: Colour) -> None:
    elbow = (-0.22 * math.sin(swing), neck + 0.32)
    hand = (elbow[0] - 0.24 * math.sin(swing) + 0.07, elbow[1] + 0.22)
    c.limb((-0.01, neck + 0.08), elbow, 0.065, 0.055, sleeve, "tube")
    c.limb(elbow, hand, 0.055, 0.042, sleeve, "tube")
    c.disc(hand[0] + 0.01, hand[1] + 0.03, 0.05, None, SKIN)


def gallop(c: Canvas, a: Act, t: float) -> None:
    """A horse at a canter or gallop: four legs in a rotating beat, mane and tail flying."""
    c = c.at(0, 0, flip=a.facing < 0)
    stride = stride_seconds(a)
    first = a.events[0] if a.events else 0.0
    phase = (t - first) / stride
    bob = 0.035 * math.sin(2 * math.pi * phase)
    coat, dark = a.tint, mix(a.tint, DARK, 0.6)
    c.shadow(0, 0, 0.7, 0.08)
    for (x, far), beat in zip(
        ((-0.36, True), (-0.3, False), (0.33, True), (0.38, False)), (0.0, 0.14, 0.28, 0.44), strict=True
    ):
        u = (phase - beat) % 1
        swing = 0.62 - 1.24 * u / 0.45 if u < 0.45 else -0.62 + 1.24 * (u - 0.45) / 0.55
        bend = 0.05 if u < 0.45 else 1.15 * math.sin(math.pi * (u - 0.45) / 0.55)
        tone = mix(coat, DARK, 0.35 if far else 0.05)
        knee = (x + 0.27 * math.sin(swing), -0.52 + bob + 0.25 * math.cos(swing))
        hoof = (knee[0] + 0.26 * math.sin(swing - bend), min(-0.02, knee[1] + 0.26 * math.cos(swing - bend)))
        c.limb((x, -0.55 + bob), knee, 0.085, 0.045, tone, "tube")
        c.limb(knee, hoof, 0.045, 0.032, mix(tone, IVORY, 0.6) if a.material > 0.6 else tone, "tube")
        c.disc(hoof[0] + 0.01, hoof[1], 0.045, 0.03, (36, 30, 28))
    body = c.at(0, bob, angle=0.05 * math.sin(2 * math.pi * phase + 1))
    wave = np.linspace(0, 1, 9)
    body.line(
        np.stack([-0.5 - 0.34 * wave, -0.7 + 0.05 * np.sin(6 * wave - 9 * t) + 0.12 * wave**2], axis=1), 0.09, dark
    )
    body.disc(-0.02, -0.64, 0.5, 0.19, coat)
    body.limb((0.36, -0.7), (0.62, -1.02), 0.17, 0.1, coat)
    body.limb((0.62, -1.03), (0.86, -0.88), 0.1, 0.055, coat)
    body.disc(0.86, -0.88, 0.06, 0.05, mix(coat, DARK, 0.35))
    body.poly([(0.54, -1.1), (0.58, -1.22), (0.63, -1.1)], coat)
    for k in range(6):
        x, y = 0.57 - 0.055 * k, -1.08 + 0.07 * k
        body.limb((x, y), (x - 0.17, y + 0.02 - 0.05 * math.sin(8 * t - k)), 0.04, 0.015, dark)
    _eye(body, 0.68, -1.0, 0.02)
    for k in range(3):
        puff = (phase * 1.0 + k / 3) % 1
        c.puff(-0.5 - 0.4 * puff, -0.03 - 0.05 * puff, 0.05 + 0.12 * puff, (176, 160, 136), 0.35 * (1 - puff))


def stride_seconds(a: Act) -> float:
    """Seconds from one fall of the same hoof to the next."""
    return a.between(0.72, 0.44, a.rate)

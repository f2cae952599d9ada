"""What a person hears: one warm device for audition and for the mix of a project, its transport and its meters.

Mixer and transport are imported from their modules (``engine.audio.mixer``, ``engine.audio.transport``): they bring in
the project document, which audition does without.
"""

from engine.audio.clip import Clip, load_clip, prepare
from engine.audio.framegrid import FrameGrid
from engine.audio.output import OutputDevice
from engine.audio.player import Player
from engine.audio.region import render_region

__all__ = ["Clip", "FrameGrid", "OutputDevice", "Player", "load_clip", "prepare", "render_region"]

"""What a person hears: a sound device kept warm, the player that auditions on it, and regions written for drag."""

from engine.audio.clip import Clip, load_clip, prepare
from engine.audio.output import OutputDevice
from engine.audio.player import Player
from engine.audio.region import render_region

__all__ = ["Clip", "OutputDevice", "Player", "load_clip", "prepare", "render_region"]

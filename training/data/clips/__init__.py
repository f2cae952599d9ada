"""Short clips of moving picture with stereo sound (Paper D): making them, reading them, and pairing them by rule."""

from training.data.clips.form import CLIP_RATE, PRESETS, ClipForm, preset
from training.data.clips.video import plan_clips
from training.data.clips.world import ClipWorld, plan_clip_world

__all__ = ["CLIP_RATE", "PRESETS", "ClipForm", "ClipWorld", "plan_clip_world", "plan_clips", "preset"]

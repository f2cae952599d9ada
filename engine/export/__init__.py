"""Delivery: sound, movies, projects of other programs, edit lists and cue sheets."""

from __future__ import annotations

from engine.export.bext import LoudnessFields
from engine.export.bwf import read_bwf
from engine.export.delivery import export
from engine.export.formats import DELIVERIES, FORMATS, Delivery, ExportOptions, ExportReport, Format
from engine.export.presets import LoudnessTarget, choose_target, read_targets

__all__ = [
    "DELIVERIES",
    "FORMATS",
    "Delivery",
    "ExportOptions",
    "ExportReport",
    "Format",
    "LoudnessFields",
    "LoudnessTarget",
    "choose_target",
    "export",
    "read_bwf",
    "read_targets",
]

"""Undo for the window: commands that wrap changes of the project document."""

from __future__ import annotations

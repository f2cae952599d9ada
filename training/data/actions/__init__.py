"""Labelled videos of actions (Paper D, section 5): official split lists, whole videos as clips, windows to look at."""

from training.data.actions.lists import LAYOUTS, ActionSet, Listed, read_actions
from training.data.actions.prepare import plan_actions

__all__ = ["LAYOUTS", "ActionSet", "Listed", "plan_actions", "read_actions"]

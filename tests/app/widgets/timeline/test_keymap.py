"""The habits of other programs: no key means two things."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QKeySequence

from app.widgets.timeline.keymap import KEYS, PRESETS, WINDOW_KEYS, keys_of


@pytest.mark.parametrize("preset", PRESETS)
def test_no_key_of_a_preset_does_two_things(preset: str) -> None:
    keys = list(keys_of(preset).values())
    assert all(keys) and len(keys) == len(set(keys))
    assert set(PRESETS[preset]) <= {entry.id for entry in KEYS} | set(WINDOW_KEYS)
    assert keys == [QKeySequence(key).toString() for key in keys], "as menus write it"


def test_every_key_has_a_group() -> None:
    assert all(entry.group for entry in KEYS)
    groups = [entry.group for entry in KEYS]
    assert [name for n, name in enumerate(groups) if n == 0 or groups[n - 1] != name] == list(dict.fromkeys(groups))

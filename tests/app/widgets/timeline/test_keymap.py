"""The habits of other programs: no key means two things."""

from __future__ import annotations

import pytest

from app.widgets.timeline.keymap import KEYS, PRESETS, keys_of


@pytest.mark.parametrize("preset", PRESETS)
def test_no_key_of_a_preset_does_two_things(preset: str) -> None:
    keys = [key for key in keys_of(preset).values() if key]
    assert len(keys) == len(set(keys))
    assert set(PRESETS[preset]) <= {entry.id for entry in KEYS}


def test_every_key_has_a_group() -> None:
    assert all(entry.group for entry in KEYS)
    groups = [entry.group for entry in KEYS]
    assert [name for n, name in enumerate(groups) if n == 0 or groups[n - 1] != name] == list(dict.fromkeys(groups))

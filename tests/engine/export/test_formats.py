"""Formats and ready-made deliveries: described, consistent, and named when a name is wrong."""

from __future__ import annotations

import pytest

from engine.errors import ProjectError
from engine.export.formats import DELIVERIES, FORMATS, find_format
from engine.export.presets import BUILT_IN


def test_formats_are_named_and_described() -> None:
    assert list(FORMATS) == ["wav", "stems", "otio", "otioz", "edl", "fcp7", "rpp", "mp4", "csv", "pdf"]
    assert all(entry.carries and entry.loses and entry.title for entry in FORMATS.values())
    assert {name for name, entry in FORMATS.items() if entry.sound} == {"wav", "stems", "mp4"}


def test_deliveries_name_formats_and_targets_there_are() -> None:
    assert {delivery.format for delivery in DELIVERIES} <= set(FORMATS)
    assert {delivery.options.loudness for delivery in DELIVERIES} <= set(BUILT_IN)
    assert len({delivery.id for delivery in DELIVERIES}) == len(DELIVERIES)


def test_an_unknown_format_is_answered_with_those_there_are() -> None:
    with pytest.raises(ProjectError, match="no format “aaf”") as caught:
        find_format("aaf")
    assert "otioz" in caught.value.hint

"""The table of measurements reads as one."""

from __future__ import annotations

from app.cli.learning import _table


def test_columns_line_up_and_a_missing_number_is_a_dash() -> None:
    lines = _table({"model": {"sample@10": 0.5, "accuracy": 0.75}, "chance": {"sample@10": 0.125}})
    assert lines[0].split() == ["sample@10", "accuracy"]
    assert lines[1].split() == ["model", "0.500", "0.750"]
    assert lines[2].split() == ["chance", "0.125", "-"]
    assert len({len(line) for line in lines}) == 1

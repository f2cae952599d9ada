"""Measurements read as a table, and a wrong list of seeds is usage."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from app.__main__ import cli
from app.cli.measuring import lines_of


def test_columns_line_up_and_a_missing_number_is_a_dash() -> None:
    rows = {"model": {"sample@10": 0.5, "accuracy": 0.75}, "chance": {"sample@10": 0.125}}
    lines = lines_of(rows, {"model": {"sample@10": (0.25, 0.625)}})
    assert lines[0].split() == ["model", "chance"]
    assert lines[1].split() == ["sample@10", "0.500", "[0.250,", "0.625]", "0.125"]
    assert lines[2].split() == ["accuracy", "0.750", "-"]
    assert len({len(line) for line in lines}) == 1


def test_seeds_that_are_no_numbers_are_wrong_usage(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["reproduce", "paper-a", "--out", str(tmp_path), "--seeds", "one,two"])
    assert done.exit_code == 2
    assert "--seeds" in done.output

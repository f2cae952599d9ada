"""Whatever goes wrong, a person reads one line and the shell gets a number."""

from __future__ import annotations

import pytest

from app.cli.failures import describe, one_line
from engine.errors import Cancelled, LibraryError


def test_a_message_and_its_hint_make_one_line() -> None:
    error = LibraryError("The library\nis damaged.", "Index the\n folder again.")
    assert describe(error) == "The library is damaged. Index the folder again."


def test_the_system_is_quoted_with_the_place() -> None:
    assert "No space left on device (sounds.library)" in describe(
        OSError(28, "No space left on device", "sounds.library")
    )


def test_a_bug_asks_for_a_report() -> None:
    assert describe(KeyError("x")).startswith("Unexpected KeyError")
    assert "--debug" in describe(KeyError("x"))


@pytest.mark.parametrize(
    ("error", "code"), [(LibraryError("No.", "Yes."), 1), (ValueError("v"), 1), (Cancelled(), 130)]
)
def test_exit_codes(error: Exception, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left, one_line(debug=False):
        raise error
    captured = capsys.readouterr()
    assert left.value.code == code
    assert captured.out == ""
    assert captured.err.count("\n") == 1


def test_debug_shows_trace_and_detail(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), one_line(debug=True):
        raise LibraryError("No.", "Yes.", detail="sqlite said 26")
    shown = capsys.readouterr().err
    assert "Traceback" in shown
    assert "sqlite said 26" in shown
    assert shown.endswith("foleyscope: No. Yes.\n")

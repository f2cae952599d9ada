"""A fault in a slot is told in the window, once."""

from __future__ import annotations

import sys

import pytest

from app.unforeseen import Unforeseen
from engine.errors import EngineError


def _fail(divisor: int) -> tuple[type[BaseException], BaseException, object]:
    try:
        1 / divisor
    except ZeroDivisionError:
        kind, error, trace = sys.exc_info()
        assert kind is not None and error is not None
        return kind, error, trace
    raise AssertionError


@pytest.mark.allow_logs
def test_a_fault_is_told_once_with_its_traceback() -> None:
    told: list[EngineError] = []
    hook = Unforeseen(told.append)
    for _ in range(3):
        hook(*_fail(0))  # type: ignore[arg-type]
    assert len(told) == 1
    assert "_fail" in told[0].detail and told[0].hint


def test_an_interrupt_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[EngineError] = []
    Unforeseen(told.append)(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not told and "KeyboardInterrupt" in capsys.readouterr().err

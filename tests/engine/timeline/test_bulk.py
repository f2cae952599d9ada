"""The collector of cycles rests while many values are made, and goes on as it was."""

from __future__ import annotations

import gc

import pytest

from engine.timeline.bulk import uncollected


def test_the_collector_rests_and_goes_on() -> None:
    @uncollected()
    def inner() -> bool:
        return gc.isenabled()

    assert gc.isenabled()
    with uncollected():
        assert not inner() and not gc.isenabled(), "the inner one leaves the outer one alone"
    assert gc.isenabled() and not inner() and gc.isenabled()


def test_it_goes_on_after_a_refusal() -> None:
    with pytest.raises(ValueError, match="refused"), uncollected():
        raise ValueError("refused")
    assert gc.isenabled()

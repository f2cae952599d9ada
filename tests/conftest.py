"""What every test shares: offscreen Qt, no unexpected warnings, real material where it lies beside the checkout."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Small networks gain nothing from a second thread and lose minutes to it on a busy machine.
os.environ.setdefault("OMP_NUM_THREADS", "1")
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real clips and sounds; tests that want it skip where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real development material (../shared/data) is not beside this checkout")
    return SHARED_DATA


@pytest.fixture(autouse=True)
def no_unexpected_warnings(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test during which our own loggers said WARNING or worse, unless it is marked ``allow_logs``."""
    yield
    if request.node.get_closest_marker("allow_logs"):
        return
    bad = [
        r
        for r in caplog.get_records("call")
        if r.levelno >= logging.WARNING and r.name.split(".")[0] in {"app", "engine", "training"}
    ]
    assert not bad, "unexpected log: " + "; ".join(r.getMessage() for r in bad)

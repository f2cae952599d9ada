"""Without a screen the window is refused with a sentence, not with an abort."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from app.cli.screen import check_screen, missing_packages
from engine.errors import DeviceError

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems bring Qt's libraries along")


@linux_only
@pytest.mark.parametrize("command", ["gui", "demo"])
def test_no_screen_is_one_line_and_no_abort(command: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}}
    run = [sys.executable, "-m", "app", command]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=60, env=environment)
    assert done.returncode == 1
    assert done.stderr.startswith("foleyscope: There is no screen")
    assert done.stderr.count("\n") == 1


def test_a_wished_platform_needs_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.delenv("DISPLAY", raising=False)
    check_screen()


@linux_only
def test_missing_libraries_are_named_by_package(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing_packages({"libc.so.6": "libc6", "libnowhere.so.9": "libnowhere9"}) == ["libnowhere9"]
    monkeypatch.setattr("app.cli.screen._PACKAGES", {"libnowhere.so.9": "libnowhere9"})
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    with pytest.raises(DeviceError, match="sudo apt install libnowhere9"):
        check_screen()

"""Whether a window can be opened at all: Qt aborts the process where it cannot, so it is asked beforehand."""

from __future__ import annotations

import ctypes
import os
import sys

from engine.errors import DeviceError

_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
_X11_PACKAGES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def check_screen() -> None:
    """Raises :class:`DeviceError` where no screen is reachable or a system library of Qt's is missing (Linux)."""
    if not sys.platform.startswith("linux"):
        return
    wished = os.environ.get("QT_QPA_PLATFORM", "")
    wayland = bool(os.environ.get("WAYLAND_DISPLAY"))
    if not (wished or wayland or os.environ.get("DISPLAY")):
        hint = "Start it from a desktop, or use the commands without a window, such as `foleyscope demo --headless`."
        raise DeviceError("There is no screen to open a window on.", hint)
    on_x11 = wished.startswith("xcb") or not (wished or wayland)
    missing = missing_packages(_PACKAGES | _X11_PACKAGES if on_x11 else _PACKAGES)
    if missing:
        hint = f"Install them: sudo apt install {' '.join(missing)}"
        raise DeviceError("The window needs system libraries that are not here.", hint)


def missing_packages(libraries: dict[str, str]) -> list[str]:
    """Debian packages of those shared libraries that the system cannot load."""
    missing = []
    for library, package in libraries.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing

"""Brings PortAudio in when it is first wanted, says what to install where it is absent, and keeps ALSA quiet."""

from __future__ import annotations

import atexit
import ctypes
import ctypes.util
import logging
import sys
from functools import cache
from types import ModuleType
from typing import Any

from engine.errors import DeviceError

log = logging.getLogger(__name__)

_ALSA_HANDLER = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)


def sounddevice() -> ModuleType:
    """The sounddevice module.

    Raises:
        DeviceError: PortAudio is not installed; the hint says what to install.
    """
    if sys.platform.startswith("linux"):
        _quieten_alsa()
    try:
        import sounddevice as module
    except (ImportError, OSError) as exc:
        message = "No sound can be played: PortAudio is not installed."
        raise DeviceError(message, _install_hint(), detail=str(exc)) from exc
    return module


def _install_hint() -> str:
    if sys.platform.startswith("linux"):
        return (
            "Install it with `sudo apt install libportaudio2` and play again; everything but hearing works without it."
        )
    return "Reinstall the Python package `sounddevice`, which brings it; everything but hearing works without it."


@cache
def _quieten_alsa() -> Any:
    """Send what ALSA prints while devices are tried out to the log; returns the handler, which must stay alive."""
    name = ctypes.util.find_library("asound")
    if name is None:
        return None
    try:
        alsa = ctypes.CDLL(name)
        set_handler = alsa.snd_lib_error_set_handler
    except (OSError, AttributeError):  # another libasound than ALSA's own
        return None
    handler = _ALSA_HANDLER(_log_alsa)
    set_handler(handler)
    atexit.register(set_handler, None)  # registered before PortAudio's own: runs after PortAudio has ended
    return handler


def _log_alsa(file: bytes, line: int, function: bytes, _error: int, _form: bytes) -> None:
    log.debug("ALSA: %s (%s:%d)", (function or b"").decode(), (file or b"").decode(), line)

"""Pictures and sound of any file: probe, exact frames, float waveforms, small proxies, and writing both."""

from __future__ import annotations

from engine.media.write import write_video, write_wav

__all__ = ["write_video", "write_wav"]

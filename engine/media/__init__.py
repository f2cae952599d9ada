"""Pictures and sound of any file: probe, exact frames, float waveforms, small proxies, and writing both."""

from __future__ import annotations

from engine.media.audio import audio_blocks, load_audio
from engine.media.frame import Frame
from engine.media.info import AudioInfo, MediaInfo, VideoInfo, probe
from engine.media.proxy import make_proxy
from engine.media.reader import VideoReader
from engine.media.write import write_video, write_wav

__all__ = [
    "AudioInfo",
    "Frame",
    "MediaInfo",
    "VideoInfo",
    "VideoReader",
    "audio_blocks",
    "load_audio",
    "make_proxy",
    "probe",
    "write_video",
    "write_wav",
]

"""Mix and stems: samples of the mixer, loudness told truly, and stems that add up."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pyloudnorm
import pytest
import soundfile

from engine.audio.mixer import Mixer
from engine.export.bwf import read_bwf
from engine.export.mixdown import Stretch, measure, stem_names, write_mix, write_stems
from engine.export.scene import open_scene
from engine.jobs import Job
from engine.timeline.document import Project


def test_a_float_mix_is_the_mixers_bit_for_bit(project: Project, tmp_path: Path) -> None:
    job = Job()
    with Mixer(project) as mixer:
        scene = open_scene(project, tmp_path, "Reel 1")
        write_mix(mixer, scene, tmp_path / "a.wav", Stretch(start=5000, end=150_000, bit_depth=32), job)
        wanted = mixer.render(5000, 145_000)
    back, _ = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert np.array_equal(back.T, wanted)
    assert job.done == job.total == 145_000


def test_the_files_loudness_is_what_another_meter_reads(project: Project, tmp_path: Path) -> None:
    with Mixer(project) as mixer:
        scene = open_scene(project, tmp_path, "Reel 1")
        before = measure(mixer, 0, project.end).fields()
        told = write_mix(mixer, scene, tmp_path / "a.wav", Stretch(start=0, end=project.end, gain_db=-4.0))
    sound, rate = soundfile.read(tmp_path / "a.wav")
    assert told.integrated == pytest.approx(pyloudnorm.Meter(rate).integrated_loudness(sound), abs=0.1)
    assert before.integrated is not None
    assert told.integrated == pytest.approx(before.integrated - 4, abs=0.01)
    written = read_bwf(tmp_path / "a.wav").info.loudness
    assert written.integrated == pytest.approx(told.integrated, abs=0.006)
    assert written.true_peak == pytest.approx(told.true_peak, abs=0.006)
    assert written.range is None


def test_time_reference_and_ixml_agree(project: Project, tmp_path: Path) -> None:
    with Mixer(project) as mixer:
        write_mix(mixer, open_scene(project, tmp_path, "Reel 1"), tmp_path / "a.wav", Stretch(start=48000, end=50000))
    back = read_bwf(tmp_path / "a.wav")
    assert back.info.time_reference == 3601 * 48000
    assert back.info.description == "Reel 1: Mix, from 01:00:01:00"
    xml = ElementTree.fromstring(back.ixml.encode())
    high, low = (int(xml.findtext(f"SPEED/TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_{part}") or -1) for part in ("HI", "LO"))
    assert high << 32 | low == back.info.time_reference
    assert xml.findtext("SPEED/TIMECODE_RATE") == "25/1"
    assert xml.findtext("TRACK_LIST/TRACK_COUNT") == "2"


def test_stems_add_up_to_the_mix(project: Project, tmp_path: Path) -> None:
    stretch = Stretch(start=0, end=project.end, gain_db=2.0)
    with Mixer(project) as mixer:
        scene = open_scene(project, tmp_path, "Reel 1")
        names = write_stems(mixer, scene, tmp_path, stretch)
        write_mix(mixer, scene, tmp_path / "mix.wav", stretch)
    assert names == ["01 Foley.wav", "02 Atmos_phere.wav"]
    stems = [soundfile.read(tmp_path / name)[0] for name in names]
    mix, _ = soundfile.read(tmp_path / "mix.wav")
    assert all(len(stem) == len(mix) for stem in stems)
    assert np.abs(sum(stems) - mix).max() < 6 / (1 << 23)  # three dithers of 1.5 steps, and float rounding
    assert all(np.abs(stem).max() > 0.01 for stem in stems)
    assert read_bwf(tmp_path / names[0]).info.loudness.integrated is not None


def test_only_what_is_heard_becomes_a_stem(project: Project) -> None:
    solo = replace(project, tracks=(project.tracks[0], replace(project.tracks[1], solo=True)))
    empty = replace(project, tracks=(project.tracks[0], replace(project.tracks[1], clips=())))
    for changed, wanted in ((solo, {1: "02 Atmos_phere.wav"}), (empty, {0: "01 Foley.wav"})):
        with Mixer(changed) as mixer:
            assert stem_names(mixer) == wanted


def test_the_loudness_fields_are_what_ffmpeg_measures(
    project: Project, tmp_path: Path, run_tool: Callable[..., bytes]
) -> None:
    """Found at the byte offsets of EBU Tech 3285 version 2, by nothing of ours."""
    with Mixer(project) as mixer:
        write_mix(mixer, open_scene(project, tmp_path, "Reel 1"), tmp_path / "a.wav", Stretch(start=0, end=project.end))
    body = _chunk((tmp_path / "a.wav").read_bytes(), b"bext")
    value, spread, peak, momentary, short_term = struct.unpack_from("<5h", body, 412)
    filters = ("-af", "ebur128=peak=true:metadata=1,ametadata=print:file=-", "-f", "null", "-")
    lines = run_tool("ffmpeg", "-v", "error", "-i", str(tmp_path / "a.wav"), *filters).decode().splitlines()

    def read(name: str) -> list[float]:
        return [float(line.split("=")[1]) for line in lines if line.startswith(f"lavfi.r128.{name}=")]

    assert value / 100 == pytest.approx(read("I")[-1], abs=0.1)
    assert momentary / 100 == pytest.approx(max(read("M")), abs=0.1)
    assert short_term / 100 == pytest.approx(max(read("S")), abs=0.1)
    loudest = max(level for side in ("ch0", "ch1") for level in read(f"true_peaks_{side}"))
    assert peak / 100 == pytest.approx(20 * np.log10(loudest), abs=0.2)
    assert spread == 0x7FFF, "not measured"


def _chunk(file: bytes, name: bytes) -> bytes:
    place = 12
    while file[place : place + 4] != name:
        size = struct.unpack_from("<I", file, place + 4)[0]
        place += 8 + size + size % 2
    return file[place + 8 : place + 8 + struct.unpack_from("<I", file, place + 4)[0]]

"""Sound of any file as float32: exact places, any rate, any number of channels, whole or in blocks."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.errors import MediaError
from engine.media import VideoReader, audio_blocks, load_audio, probe, write_video, write_wav
from engine.media.audio import open_soundfile

RATE = 48000


def noise(seconds: float = 3.0, channels: int = 2, rate: int = RATE) -> np.ndarray:
    return np.random.default_rng(1).uniform(-0.5, 0.5, (channels, round(seconds * rate))).astype(np.float32)


def click_track(seconds: float, places: list[float], rate: int = RATE) -> np.ndarray:
    sound = np.zeros((2, round(seconds * rate)), np.float32)
    for place in places:
        sound[:, round(place * rate) : round(place * rate) + 24] = 0.9
    return sound


def loudest(sound: np.ndarray) -> int:
    return int(np.abs(sound).max(axis=0).argmax())


def encode_sound(path: Path, sound: np.ndarray, codec: str, rate: int = RATE, layout: str = "stereo") -> Path:
    import av

    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate, layout=layout, bit_rate=160_000)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        resampler = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=rate)
        for ready in resampler.resample(frame):
            container.mux(stream.encode(ready))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("suffix", "subtype", "error"),
    [
        (".wav", "PCM_16", 2**-15),
        (".wav", "PCM_24", 2**-23),
        (".wav", "FLOAT", 0),
        (".wav", "PCM_U8", 2**-7),
        (".aiff", "PCM_24", 2**-23),
        (".flac", "PCM_24", 2**-23),
        (".caf", "PCM_32", 2**-24),
        (".w64", "PCM_24", 2**-23),
        (".rf64", "PCM_24", 2**-23),
    ],
)
def test_sample_exact_parts(suffix: str, subtype: str, error: float, tmp_path: Path) -> None:
    sound = noise()
    path = tmp_path / f"50% #1 🎧{suffix}"
    soundfile.write(path, sound.T, RATE, subtype=subtype, format=suffix[1:].upper())
    assert np.abs(load_audio(path) - sound).max() <= error
    part = load_audio(path, start=1.0, end=1.5)
    assert part.shape == (2, 24000)
    assert np.abs(part - sound[:, 48000:72000]).max() <= error


@pytest.mark.parametrize("suffix", [".raw.wav", ".WAV", ".mp4"])
def test_the_name_does_not_decide(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    soundfile.write(path, noise().T, RATE, subtype="PCM_24", format="WAV")
    assert load_audio(path).shape == (2, 144000)


@pytest.mark.parametrize(
    ("suffix", "codec", "tolerance"),
    [
        (".m4a", "aac", 60),
        (".mp3", "libmp3lame", 60),
        (".opus", "libopus", 60),
        (".mka", "flac", 0),
        (".mov", "pcm_s24le", 0),
        (".mkv", "pcm_f32le", 0),
        (".mp2", "mp2", 1200),
        (".wma", "wmav2", 2100),
    ],
)
def test_sounds_are_where_they_were(suffix: str, codec: str, tolerance: int, tmp_path: Path) -> None:
    path = encode_sound(tmp_path / f"a{suffix}", click_track(6, [4.25]), codec)
    whole = load_audio(path)
    assert whole.dtype == np.float32 and whole.shape[0] == 2
    assert abs(loudest(whole) - 4.25 * RATE) <= tolerance
    part = load_audio(path, start=4.0, end=4.5)
    assert part.shape == (2, 24000)
    assert abs(loudest(part) - loudest(whole) + 4 * RATE) <= 2
    assert np.abs(part - whole[:, 4 * RATE : 4 * RATE + 24000]).max() < 1e-3


def test_vorbis(tmp_path: Path) -> None:
    path = tmp_path / "a.ogg"
    soundfile.write(path, click_track(3, [2.25]).T, RATE, subtype="VORBIS", format="OGG")
    assert abs(loudest(load_audio(path, start=2)) - 0.25 * RATE) < 60


def test_film_sound_is_aligned_with_its_picture(tmp_path: Path) -> None:
    pictures = [np.zeros((32, 32, 3), np.uint8)] * 75
    path = write_video(tmp_path / "a.mp4", pictures, 25, click_track(3, [1.5]), RATE)
    assert abs(loudest(load_audio(path)) - 1.5 * RATE) < 60
    assert abs(loudest(load_audio(path, start=1.25, end=2)) - 0.25 * RATE) < 60


@pytest.mark.parametrize("name", ["a.mkv", "a.ts"])
def test_frames_begin_where_time_code_counts_them_though_their_sound_begins_before(tmp_path: Path, name: str) -> None:
    """Matroska and transport streams keep what AAC puts before the first sample: the pictures come 21 ms late."""
    import av

    pictures = [np.full((32, 32, 3), 255 * (number == 37), np.uint8) for number in range(75)]
    film = write_video(tmp_path / "a.mp4", pictures, 25, click_track(3, [37 / 25]), RATE)
    with av.open(str(film)) as source, av.open(str(tmp_path / name), "w") as target:
        streams = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    with av.open(str(tmp_path / name)) as container:
        starts = [float(stream.start_time * stream.time_base) for stream in container.streams]  # type: ignore[operator]
        assert starts[0] - starts[1] == pytest.approx(0.0213, abs=0.001), "as it comes from other programs"
    with VideoReader(tmp_path / name) as reader:
        assert reader.frame_times == pytest.approx([number / 25 for number in range(75)], abs=0.001)
        assert reader.frame_at(37 / 25 + 0.001).image.mean() > 128
    assert probe(tmp_path / name).duration == pytest.approx(3.0, abs=0.01)  # AAC ends its last block
    assert abs(loudest(load_audio(tmp_path / name)) - 37 / 25 * RATE) < 60
    assert abs(loudest(load_audio(tmp_path / name, start=1.25, end=2)) - (37 / 25 - 1.25) * RATE) < 60


def test_a_late_sound_track_is_preceded_by_silence(tmp_path: Path) -> None:
    import av

    path = tmp_path / "late.mkv"
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream("mpeg4", rate=25)
        video.width = video.height = 32
        video.pix_fmt = "yuv420p"
        audio: Any = container.add_stream("pcm_s16le", rate=RATE, layout="mono")
        for number in range(50):
            picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8)).reformat(format="yuv420p")
            picture.pts, picture.time_base = number, Fraction(1, 25)
            container.mux(video.encode(picture))
        frame = av.AudioFrame.from_ndarray(np.full((1, RATE), 9000, np.int16), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, RATE // 2, Fraction(1, RATE)
        container.mux(audio.encode(frame))
        container.mux(audio.encode(None))
        container.mux(video.encode(None))
    sound = load_audio(path)
    assert np.all(sound[0, : RATE // 2 - 60] == 0)
    assert np.all(sound[0, RATE // 2 + 60 : RATE] > 0.2)


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 96000])
def test_any_rate_keeps_pitch_and_length(rate: int, tmp_path: Path) -> None:
    seconds = np.arange(2 * 44100) / 44100
    path = write_wav(tmp_path / "a.wav", np.sin(2 * np.pi * 1000 * seconds)[None].astype(np.float32), 44100)
    sound = load_audio(path, sample_rate=rate)
    assert abs(sound.shape[1] - 2 * rate) <= 1
    spectrum = np.abs(np.fft.rfft(sound[0] * np.hanning(sound.shape[1])))
    assert abs(spectrum.argmax() * rate / sound.shape[1] - 1000) < 1


def test_blocks_join_to_the_whole(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "a.wav", noise(7.3), RATE)
    m4a = encode_sound(tmp_path / "a.m4a", noise(7.3), "aac")
    for path in (wav, m4a):
        for rate, channels in ((None, None), (16000, 1)):
            blocks = list(audio_blocks(path, rate, channels, seconds=1.0))
            assert len(blocks) >= 7
            assert max(b.shape[1] for b in blocks) <= 1.2 * (rate or RATE)
            joined = np.concatenate(blocks, axis=1)
            assert np.abs(joined - load_audio(path, rate, channels)).max() < 1e-5


def test_channels_are_folded_and_copied(tmp_path: Path) -> None:
    six = np.zeros((6, 1000), np.float32)
    six[0], six[2], six[3] = 0.5, 0.5, 0.9
    path = write_wav(tmp_path / "a.wav", six, RATE)
    assert load_audio(path).shape == (6, 1000)
    stereo = load_audio(path, channels=2)
    assert stereo[0, 0] > stereo[1, 0] > 0  # the centre reaches both, the low-frequency channel none
    assert np.allclose(load_audio(path, channels=1), stereo.mean(axis=0), atol=1e-6)
    mono = write_wav(tmp_path / "b.wav", six[:1], RATE)
    assert np.array_equal(*load_audio(mono, channels=2))
    with pytest.raises(MediaError, match="cannot be turned into 3"):
        load_audio(path, channels=3)


def test_past_the_end_is_shorter_or_empty(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "a.wav", noise(1), RATE)
    m4a = encode_sound(tmp_path / "a.m4a", noise(1), "aac")
    for path in (wav, m4a):
        assert load_audio(path, start=0.9, end=2).shape[1] < 0.2 * RATE
        assert load_audio(path, start=5).shape[1] == 0
        assert load_audio(path, start=0, end=0.1).shape == (2, 4800)
        with pytest.raises(MediaError, match="no stretch of time"):
            load_audio(path, start=-1)
        with pytest.raises(MediaError, match="no stretch of time"):
            load_audio(path, start=2, end=1)


def test_mp3_headers_are_not_believed(tmp_path: Path, shared_data: Path) -> None:
    odd = shared_data / "odd_files" / "mutagen-tests"
    for name in ("bad-xing.mp3", "lame-peak.mp3", "no-tags.mp3", "apev2-lyricsv2.mp3"):
        decoded = load_audio(odd / name).shape[1]
        info = probe(odd / name)
        assert info.audio is not None
        assert abs(info.duration * info.audio.sample_rate - decoded) < 1200, name
    doubled = tmp_path / "doubled.mp3"  # two takes in one file, with the header of the first
    single = encode_sound(tmp_path / "single.mp3", noise(2), "libmp3lame").read_bytes()
    doubled.write_bytes(single + single)
    assert load_audio(doubled).shape[1] > 3.9 * RATE
    assert probe(doubled).duration == pytest.approx(4, abs=0.2)


def test_what_is_left_of_a_sound_cut_short(tmp_path: Path) -> None:
    for suffix, codec in ((".flac", "flac"), (".mp3", "libmp3lame"), (".opus", "libopus"), (".mka", "aac")):
        whole = encode_sound(tmp_path / f"a{suffix}", noise(4), codec)
        cut = tmp_path / f"cut{suffix}"
        cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
        assert 1 * RATE < load_audio(cut).shape[1] < 3 * RATE, suffix
    wav = write_wav(tmp_path / "a.wav", noise(4), RATE)
    wav.write_bytes(wav.read_bytes()[: wav.stat().st_size // 2])
    assert 1.9 * RATE < load_audio(wav).shape[1] < 2.1 * RATE


def test_a_recorder_that_crashed_left_no_length(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "a.wav", noise(1), RATE, "PCM_16")
    data = bytearray(wav.read_bytes())
    place = data.index(b"data")
    data[place + 4 : place + 8] = data[4:8] = b"\0\0\0\0"
    wav.write_bytes(bytes(data))
    assert load_audio(wav).shape == (2, RATE)


def test_broken_numbers_become_silence(tmp_path: Path) -> None:
    sound = noise(0.1)
    sound[0, 5], sound[1, 7] = np.nan, np.inf
    path = tmp_path / "a.wav"
    soundfile.write(path, sound.T, RATE, subtype="FLOAT")
    loaded = load_audio(path)
    assert np.isfinite(loaded).all() and loaded[0, 5] == 0


def test_no_sound_says_so(tmp_path: Path) -> None:
    film = write_video(tmp_path / "a.mp4", [np.zeros((32, 32, 3), np.uint8)] * 3, 25)
    with pytest.raises(MediaError, match=r"a\.mp4 has no sound"):
        load_audio(film)
    empty = tmp_path / "empty.wav"
    soundfile.write(empty, np.zeros((0, 2)), RATE)
    with pytest.raises(MediaError, match="holds no sound"):
        load_audio(empty)


def test_libsndfile_is_first_where_it_is_exact(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "a.wav", noise(0.1), RATE)
    file = open_soundfile(wav)
    assert file is not None
    file.close()
    assert open_soundfile(encode_sound(tmp_path / "a.mp3", noise(0.5), "libmp3lame")) is None

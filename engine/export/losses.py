"""What a format will not carry of this very project, told before the receiver finds out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from engine.export.interchange import Clock
from engine.export.scene import Scene, lanes
from engine.timeline.document import Clip, Project, Track
from engine.timeline.overlaps import heard_fades

Test = Callable[[Clip], bool]

_GAIN: tuple[str, Test] = ("gain", lambda clip: clip.gain_db != 0)
_PAN: tuple[str, Test] = ("pan", lambda clip: clip.pan != 0 or bool(clip.pan_keys))
_CURVE: tuple[str, Test] = ("a pan curve", lambda clip: bool(clip.pan_keys))
_FADES: tuple[str, Test] = ("fades", lambda clip: clip.fade_in > 0 or clip.fade_out > 0)
_REVERSE: tuple[str, Test] = ("reverse play", lambda clip: clip.reverse)
_SPEED: tuple[str, Test] = ("speed", lambda clip: clip.speed != 1)
_PITCH: tuple[str, Test] = ("pitch", lambda clip: clip.pitch != 0)
_SYNC: tuple[str, Test] = ("a sync point", lambda clip: clip.sync is not None)

_LOST: dict[str, tuple[tuple[str, Test], ...]] = {
    "edl": (_GAIN, _PAN, _FADES, _PITCH, _SYNC),
    "fcp7": (_CURVE, _FADES, _REVERSE, _SPEED, _PITCH, _SYNC),
    "rpp": (_CURVE,),
    "otio": (_GAIN, _PAN, _FADES, _PITCH, _SYNC),
    "otioz": (_GAIN, _PAN, _FADES, _PITCH, _SYNC),
}

_AS_HEARD = ("wav", "stems", "mp4", "csv", "pdf")
"""Formats that hold what is heard and nothing else: a solo left on takes tracks away without a trace."""
_NAMED = 3
_UNHEARD = 1e-3
"""s; a sound that ends with the last frame may lie this much beyond it once both are whole samples."""


def losses(scene: Scene, format_id: str) -> list[str]:
    """A sentence for each thing of the project that the format does not carry."""
    project = scene.project
    tracks = _listed(project) if format_id == "edl" else project.tracks
    told = [_sentence(name, test, tracks, format_id) for name, test in _LOST.get(format_id, ())]
    found = [sentence for sentence in told if sentence]
    if format_id in {"edl", "fcp7"}:
        found += list(_frame_losses(scene, tracks))
    if format_id == "edl":
        found += list(_list_losses(project, tracks))
    if format_id in {"fcp7", "otio", "otioz"} and any(track.solo for track in project.tracks):
        found.append("Solo is not carried: other programs play every track that is not muted.")
    if format_id == "fcp7" and any(track.gain_db + clip.gain_db > 12 for track, clip in _pairs(project.tracks)):
        found.append("Gains above +12 dB are written as +12 dB.")
    if format_id == "rpp" and any(_fades_with_power(track) for track in project.tracks):
        found.append("Equal-power fades become REAPER's shape 1, which is 0.5 dB louder in the middle.")
    if format_id in {"rpp", "stems"} and project.master.limiter:
        found.append("The master's limiter is not carried.")
    if format_id in _AS_HEARD:
        found += list(_solo_losses(project))
    if format_id == "mp4":
        found += list(_movie_losses(project))
    return found


def _listed(project: Project) -> tuple[Track, ...]:
    """What is heard: the tracks that are audible, without their muted clips."""
    from engine.audio.arrangement import audible

    heard = audible(project)
    return tuple(
        replace(track, clips=tuple(clip for clip in track.clips if not clip.mute))
        for track in project.tracks
        if track.id in heard
    )


def _sentence(name: str, test: Test, tracks: Iterable[Track], format_id: str) -> str:
    count = sum(test(clip) for track in tracks for clip in track.clips)
    if not count:
        return ""
    which = "1 clip" if count == 1 else f"{count} clips"
    if format_id in {"otio", "otioz"}:
        return f"{which} with {name}: kept as metadata, which other programs do not act on."
    return f"{which} with {name}: not carried."


def _pairs(tracks: Iterable[Track]) -> Iterable[tuple[Track, Clip]]:
    return ((track, clip) for track in tracks for clip in track.clips)


def _fades_with_power(track: Track) -> bool:
    fades = heard_fades(track)
    shapes = ((clip.fade_in_shape, clip.fade_out_shape, fades.get(clip.id)) for clip in track.clips)
    return any(
        fade and ((fade.fade_in and first == "equal_power") or (fade.fade_out and last == "equal_power"))
        for first, last, fade in shapes
    )


def _frame_losses(scene: Scene, tracks: Iterable[Track]) -> Iterator[str]:
    project = scene.project
    clock = Clock(rate=project.frame_rate, sample_rate=project.sample_rate)
    tracks = list(tracks)
    off = [
        abs(clip.position - clock.span(clip)[0] * project.sample_rate / project.frame_rate)
        for track in tracks
        for clip in track.clips
    ]
    if off and max(off) >= 1:
        worst = float(max(off)) / project.sample_rate * 1000
        yield f"Clips are moved to whole frames, by up to {worst:.1f} ms."
    for track in tracks:
        rows = len(lanes(track.clips, crossfades=False, span=clock.span))
        if rows > 1:
            yield f"Clips of track {track.name or 'without a name'} overlap: they are spread over {rows} tracks."


def _solo_losses(project: Project) -> Iterator[str]:
    """What a solo leaves out; muted tracks are left out on purpose, as alternates are."""
    if not any(track.solo and not track.mute for track in project.tracks):
        return
    lost = [track for track in project.tracks if any(not clip.mute for clip in track.clips)]
    names = [track.name or "without a name" for track in lost if not track.solo and not track.mute]
    if names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        noun, are = ("track", "is") if len(names) == 1 else ("tracks", "are")
        yield f"Solo is on: {noun} {', '.join(names[:_NAMED])}{more} {are} left out."


def _movie_losses(project: Project) -> Iterator[str]:
    """What is heard before or behind the picture; a still image makes no movie."""
    if project.video is None or not project.video.duration:
        return
    first, rate = project.video.offset, project.sample_rate
    last, clips = first + project.video.duration, [clip for _, clip in _pairs(_listed(project))]
    early = [((first - clip.position) / rate, clip.name) for clip in clips]
    late = [((clip.end - last) / rate, clip.name) for clip in clips]
    for what, verb, side, reach in (("begins", "begin", "before", early), ("ends", "end", "after", late)):
        beyond = sorted((far for far in reach if far[0] > _UNHEARD), key=lambda far: -far[0])
        if beyond:
            yield f"The movie {what} with the picture: {_beyond(beyond, verb, side)}"


def _beyond(reach: list[tuple[float, str]], verb: str, side: str) -> str:
    """Which sounds reach how many seconds past the picture, the farthest first."""
    seconds, names = reach[0][0], ", ".join(name or "a sound" for _, name in reach[:_NAMED])
    amount = f"{seconds:.1f} s" if seconds >= 0.1 else f"{round(seconds * 1000)} ms"
    if len(reach) == 1:
        return f"{names} {verb}s {amount} {side} it."
    more = f" and {len(reach) - _NAMED} more" if len(reach) > _NAMED else ""
    return f"{names}{more} {verb} up to {amount} {side} it."


def _list_losses(project: Project, listed: tuple[Track, ...]) -> Iterator[str]:
    heard = {track.id: track for track in listed}
    silent = [track.name or "without a name" for track in project.tracks if track.clips and track.id not in heard]
    if silent:
        noun = "Track" if len(silent) == 1 else "Tracks"
        yield f"{noun} {', '.join(silent)}: not heard (mute or solo), so left out."
    muted = sum(clip.mute for track in project.tracks if track.id in heard for clip in track.clips)
    if muted:
        yield f"{'1 muted clip is' if muted == 1 else f'{muted} muted clips are'} left out."
    if any(track.gain_db or track.pan for track in listed):
        yield "Track faders and pan are not carried."
    if any(clip.reverse for track in listed for clip in track.clips):
        yield "Reversed clips are written as a negative speed, which few systems read."

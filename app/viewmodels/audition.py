"""Hearing sounds of the lists: at once when prefetched, looped, in regions, with a playhead that can be drawn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from app.tasks import Runner
from engine.errors import DeviceError, EngineError

if TYPE_CHECKING:
    from engine.audio import Clip, Player

POLL_MS = 16
REST_MS = 400
"""A sound listened to this long is loaded whole; the lane of one that was passed over stays free for the next click."""
CACHE_BYTES = 192 << 20
_AHEAD_OF_REGION = 2.0
"""Seconds loaded before a region that begins late in a long sound, for a hand that scrubs just before it."""
_FIRST_SECONDS = 1.0
_LATE = 15.0
"""Regions that begin later than this are loaded on their own, not from the sound's beginning."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A stretch of a file to hear; ``end`` None is the file's end."""

    path: Path
    start: float = 0.0
    end: float | None = None


Version = tuple[str, int, int] | None
"""What tells a file from one that was written over it; None where it cannot be seen."""


class ClipCache:
    """The latest clips by file, bounded in bytes; the longest unused go first."""

    def __init__(self, most_bytes: int = CACHE_BYTES) -> None:
        self._clips: OrderedDict[Path, tuple[Clip, Version]] = OrderedDict()
        self._most = most_bytes
        self.nbytes = 0

    def get(self, wish: Wish) -> Clip | None:
        """A clip that can start this wish at once, or None."""
        clip, _ = self._clips.get(wish.path, (None, None))
        if clip is None or not clip.offset <= wish.start < clip.end:
            return None
        self._clips.move_to_end(wish.path)
        return clip

    def put(self, path: Path, clip: Clip, version: Version = None) -> None:
        """Keep a clip of this version of a file, letting go of others until it has room."""
        self._drop(path)
        self.nbytes += clip.nbytes
        self._clips[path] = clip, version
        while self.nbytes > self._most and len(self._clips) > 1:
            self._drop(next(iter(self._clips)))

    def drop_other(self, path: Path, version: Version) -> bool:
        """Forget the clip of ``path`` if it is of another version. Returns whether it was."""
        if path not in self._clips or self._clips[path][1] == version:
            return False
        self._drop(path)
        return True

    def _drop(self, path: Path) -> None:
        if path in self._clips:
            self.nbytes -= self._clips.pop(path)[0].nbytes

    def clear(self) -> None:
        """Forget every clip."""
        self._clips.clear()
        self.nbytes = 0


def _version(path: Path) -> Version:
    from engine.files import identity

    try:
        return identity(path)
    except OSError:
        return None


def _load(player: Player, wish: Wish) -> tuple[Wish, Clip, Version]:
    """Everything of the sound that is kept in memory around the wished place."""
    from engine.audio import load_clip

    begin = 0.0 if wish.start < _LATE else wish.start - _AHEAD_OF_REGION
    version = _version(wish.path)  # before it is read: what is written meanwhile is another one
    return wish, load_clip(wish.path, player.device.rate, player.device.channels, begin), version


def _load_first(player: Player, wish: Wish) -> tuple[Wish, Clip]:
    """The first moments of what was clicked, to be heard while the rest is read; opens the device if need be."""
    from engine.audio import load_clip

    player.warm()
    return wish, load_clip(wish.path, player.device.rate, player.device.channels, wish.start, seconds=_FIRST_SECONDS)


class AuditionViewModel(QObject):
    """Plays one sound at a time for all lists."""

    now_playing_changed = Signal()
    """``now_playing`` changed."""
    position_changed = Signal()
    """``position`` moved; at most 60 times a second, and only while something plays."""
    options_changed = Signal()
    """``loop``, ``scrub_on_hover`` or ``level_match`` changed."""
    problem = Signal(object)
    """An EngineError: a sound that cannot be read, or, once, a missing sound device."""

    def __init__(self, runner: Runner, player: Player | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._player = player
        self.now_playing: Path | None = None
        self.started_at = 0.0
        """Seconds in the file where what plays began."""
        self.device_error: DeviceError | None = None
        """Why nothing can be heard, once that is known; cleared by the next success."""
        self.loop = self.level_match = False
        self.scrub_on_hover = True
        self._cache = ClipCache()
        self._wished: Wish | None = None
        self._scrubbed: Wish | None = None
        self._prefetch: list[Wish] = []
        self._prefetching = self._feeding = self._grain = self._warming = False
        self._passed: Path | None = None
        """The file whose sound the pointer scrubbed last."""
        self._told = False
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._load_rest)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.close)

    @property
    def player(self) -> Player:
        """What sounds are heard on; made when it is first needed, for the window is shown before that."""
        if self._player is None:
            from engine.audio import Player

            self._player = Player()
            self._player.loop = self.loop
        return self._player

    @property
    def position(self) -> float | None:
        """Seconds in the file of what is heard now, or None."""
        return self.player.position if self.now_playing is not None else None

    @property
    def device_label(self) -> str:
        """The device in words, for a tooltip."""
        if self.device_error is not None:
            return str(self.device_error)
        if self._player is None or not self._player.device.is_open:
            return "Sound opens on first play"
        device = self._player.device
        return f"{device.rate / 1000:g} kHz, {device.channels} channels"

    def warm(self) -> None:
        """Open the device ahead, off the window's thread; a failure is kept to be told on the first play."""
        if not self._warming:
            self._warming = True
            self._runner.submit("decode", self.player.warm, owner=self, on_done=self._warmed, on_error=self._not_warmed)

    def play(self, path: Path, start: float = 0.0, end: float | None = None) -> None:
        """Hear a file from ``start`` to ``end`` (s, None: to its end); what played before fades out."""
        wish = Wish(path, max(0.0, start), end)
        self._scrubbed, self._grain = None, False
        clip = self._ready_clip(wish)
        if clip is not None:
            self._begin(wish, clip)
            self._check(wish)
            return
        self._silence()
        self._wished = wish
        self._runner.submit(
            "decode",
            _load_first,
            self.player,
            wish,
            owner=self,
            on_done=self._loaded,
            on_error=self._failed,
            key="audition",
        )

    def toggle(self, path: Path, start: float = 0.0, end: float | None = None) -> None:
        """Stop this file if it plays, else hear it."""
        if self.now_playing == path:
            self.stop()
        else:
            self.play(path, start, end)

    def stop(self) -> None:
        """Be silent after a 5 ms fade."""
        self._wished = self._scrubbed = None
        self._silence()

    def scrub(self, path: Path, seconds: float) -> None:
        """Hear a moment of a file as the pointer passes it; the file is loaded when that has not happened yet."""
        if not self.player.device.is_open or self._wished is not None:
            return
        if not self.player.device.ready:
            self.warm()
            return
        wish = Wish(path, max(0.0, seconds))
        clip = self._ready_clip(wish)
        if clip is not None and path != self._passed:
            self._check(wish)
        self._passed = path
        if clip is None:
            self._scrubbed = wish
            self.prefetch([wish, *self._prefetch])
            return
        self._silence()
        self.player.scrub(clip, wish.start)
        self._grain = True

    def prefetch(self, wishes: Iterable[Wish | tuple[Path, float, float | None]]) -> None:
        """Load sounds likely to be heard next, one at a time in order; a newer list replaces what still waits."""
        self._prefetch = [w if isinstance(w, Wish) else Wish(*w) for w in wishes]
        self._prefetch_next()

    def is_ready(self, path: Path, start: float = 0.0) -> bool:
        """Whether a click would be heard at once."""
        return self._ready_clip(Wish(path, start)) is not None

    def set_loop(self, on: bool) -> None:
        """Begin again at the end, also what plays now."""
        self.loop = self.player.loop = on
        self.options_changed.emit()

    def set_level_match(self, on: bool) -> None:
        """Bring sounds to one level from the next play on, so that loud is not mistaken for good."""
        self.level_match = on
        self.options_changed.emit()

    def set_scrub_on_hover(self, on: bool) -> None:
        """Whether moving over a waveform is heard."""
        self.scrub_on_hover = on
        self.options_changed.emit()

    def toggle_option(self, name: str) -> None:
        """Switch ``loop``, ``level_match`` or ``scrub_on_hover`` over."""
        setters = {
            "loop": self.set_loop,
            "level_match": self.set_level_match,
            "scrub_on_hover": self.set_scrub_on_hover,
        }
        setters[name](not getattr(self, name))

    def close(self) -> None:
        """Silence and close the device."""
        self._timer.stop()
        self._rest.stop()
        if self._player is not None:
            self._player.close()

    def _ready_clip(self, wish: Wish) -> Clip | None:
        device = self.player.device
        clip = self._cache.get(wish) if device.ready else None
        if clip is not None and (clip.rate, clip.samples.shape[1]) != (device.rate, device.channels):
            self._cache.clear()  # the device was changed for one of another form
            return None
        return clip

    def _check(self, wish: Wish) -> None:
        """Look whether the file was written over since its clip was made; what plays of it then begins again."""

        def checked(version: Version) -> None:
            if version is not None and self._cache.drop_other(wish.path, version) and self.now_playing == wish.path:
                self.play(wish.path, wish.start, wish.end)

        self._runner.submit("decode", _version, wish.path, owner=self, on_done=checked, key=f"version of {wish.path}")

    def _loaded(self, loaded: tuple[Wish, Clip]) -> None:
        wish, clip = loaded
        self.device_error, self._told = None, False
        if wish == self._wished:
            self._begin(wish, clip)
            self._rest.start()

    def _load_rest(self) -> None:
        if self.now_playing is not None:
            self.prefetch([Wish(self.now_playing, self.started_at), *self._prefetch])

    def _begin(self, wish: Wish, clip: Clip) -> None:
        self._wished = None
        gain = clip.gain if self.level_match else 1.0
        try:
            self.player.play_clip(clip, wish.start, wish.end, loop=self.loop, gain=gain)
        except EngineError as error:
            self._failed(error)
            return
        self.started_at = wish.start
        self._set_playing(wish.path)
        self._timer.start()

    def _silence(self) -> None:
        if self.player.playing:
            self.player.stop()
        self._timer.stop()
        self._set_playing(None)

    def _set_playing(self, path: Path | None) -> None:
        if path != self.now_playing:
            self.now_playing = path
            self.now_playing_changed.emit()

    def _poll(self) -> None:
        if not self.player.playing or self.player.device.stalled:
            self._silence()
            return
        self.position_changed.emit()
        feeder = self.player.feeder
        if feeder is not None and feeder.hungry and not self._feeding:
            self._feeding = True
            self._runner.submit("decode", feeder.top_up, owner=self, on_done=self._fed, on_error=self._feed_failed)

    def _fed(self, _: object) -> None:
        self._feeding = False

    def _feed_failed(self, error: EngineError) -> None:
        self._feeding = False
        self._failed(error)

    def _prefetch_next(self) -> None:
        if self._prefetching or not self.player.device.is_open:
            return
        while self._prefetch:
            wish = self._prefetch.pop(0)
            if self._cache.get(wish) is None:
                self._prefetching = True
                self._runner.submit(
                    "decode", _load, self.player, wish, owner=self, on_done=self._fetched, on_error=self._not_fetched
                )
                return

    def _fetched(self, loaded: tuple[Wish, Clip, Version]) -> None:
        self._prefetching = False
        wish, clip, version = loaded
        self._cache.put(wish.path, clip, version)
        if wish == self._scrubbed:
            self._scrubbed = None
            self.scrub(wish.path, wish.start)
        self._prefetch_next()

    def _not_fetched(self, error: EngineError) -> None:
        # Nobody asked to hear it yet: the failure is told when someone does.
        self._prefetching = False
        self._prefetch_next()

    def _warmed(self, _: object = None) -> None:
        self._warming = False
        self.device_error, self._told = None, False
        self._prefetch_next()

    def _not_warmed(self, error: EngineError) -> None:
        self._warming = False
        self._keep_error(error)

    def _keep_error(self, error: EngineError) -> None:
        if isinstance(error, DeviceError):
            self.device_error = error

    def _failed(self, error: EngineError) -> None:
        self._wished = None
        self._silence()
        self._keep_error(error)
        if isinstance(error, DeviceError) and self._told:
            return  # said once; the window keeps it in the tooltip of the sound buttons
        self._told = self._told or isinstance(error, DeviceError)
        self.problem.emit(error)

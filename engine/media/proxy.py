"""Small copies made of single JPEG pictures, so that any frame of a film is one read and one decode away.

The file is the JPEGs one after the other (any MJPEG player takes it), then every frame's original time stamp and
place as int64, then a JSON description. The stamps are the original's own ticks, so the same frame is chosen.
"""

from __future__ import annotations

import hashlib
import json
import struct
import threading
from bisect import bisect_right
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np

from engine.errors import MediaError
from engine.files import atomic_path
from engine.jobs import Job
from engine.media.decode import END, Decoder
from engine.media.frame import Picture
from engine.media.source import check_file, reading

HEIGHT = 480
_QUALITY = 85  # JPEG: clean at a glance, about 30 KB a picture
_MAGIC = b"FSPROXY1"
_TAIL = struct.Struct("<QQ8s")  # frames, bytes of JSON, magic


def make_proxy(path: Path | str, folder: Path | str, job: Job | None = None, *, height: int = HEIGHT) -> Path:
    """Makes a proxy of ``path`` in ``folder`` and returns it; one made before from the same file is taken as it is.

    Args:
        path: a film.
        folder: a cache folder; the name carries a hash of the film's place, size and date.
        job: counts seconds of film.
        height: pixels; smaller films keep theirs.

    Raises:
        MediaError: the film cannot be read.
    """
    path = Path(path)
    check_file(path)
    target = Path(folder) / _name(path, height)
    if target.is_file():
        return target
    with Decoder(path, height) as decoder, reading(path), atomic_path(target) as temporary:
        if job:
            job.begin(decoder.length(), f"Making {path.name} quick to scrub")
        with temporary.open("wb") as file:
            _write(file, decoder, _identity(path), job)
    return target


class Proxy:
    """A proxy opened for reading; may be read from any thread.

    Raises:
        MediaError: damaged, or made from another file than ``original``.
    """

    def __init__(self, path: Path | str, original: Path) -> None:
        self.path = Path(path)
        check_file(self.path)
        self._lock = threading.Lock()
        self._file = self.path.open("rb")
        try:
            self.stamps, self._places, description = self._read_index()
            if description["original"] != _identity(original):
                raise self._broken(f"was not made from {original.name} as it is now")
        except (OSError, ValueError, KeyError, struct.error) as exc:
            self._file.close()
            raise self._broken("is damaged") from exc
        except MediaError:
            self._file.close()
            raise

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._file.close()

    @cached_property
    def bytes_of_one(self) -> int:
        """Bytes of one of its pictures in memory."""
        return self.picture(0).nbytes

    def index_at(self, target: int) -> int:
        """Which frame is shown at stamp ``target``."""
        return max(0, bisect_right(self.stamps, target) - 1)

    def shown_at(self, target: int) -> tuple[Picture, int, int]:
        """(picture, its stamp, the stamp that ends it) of the frame shown at stamp ``target``."""
        index = self.index_at(target)
        end = self.stamps[index + 1] if index + 1 < len(self.stamps) else END
        return self.picture(index), self.stamps[index], end

    def picture(self, index: int) -> Picture:
        """The picture of frame ``index``."""
        with self._lock:
            self._file.seek(self._places[index])
            data = self._file.read(self._places[index + 1] - self._places[index])
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if image is None:
            raise self._broken("is damaged")
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), dtype=np.uint8)

    def _read_index(self) -> tuple[list[int], list[int], dict[str, Any]]:
        self._file.seek(-_TAIL.size, 2)
        count, described, magic = _TAIL.unpack(self._file.read(_TAIL.size))
        table = 8 * (2 * count + 1)
        if magic != _MAGIC or count < 1 or table + described > self.path.stat().st_size:
            raise ValueError("no index")
        self._file.seek(-_TAIL.size - described - table, 2)
        numbers = np.frombuffer(self._file.read(table), "<i8").tolist()
        return numbers[:count], numbers[count:], json.loads(self._file.read(described))

    def _broken(self, what: str) -> MediaError:
        return MediaError(f"The proxy {self.path.name} {what}.", "Delete it; it is made again.", path=self.path)


def _write(file: BinaryIO, decoder: Decoder, identity: dict[str, Any], job: Job | None) -> None:
    stamps: list[int] = []
    places = [0]
    for frame, _ in decoder.from_start():
        stamp = frame.pts or 0
        if stamps and stamp <= stamps[-1]:
            continue  # never shown: a later frame has the same or an earlier stamp
        data = _jpeg(decoder.layout.rgb(frame))
        file.write(data)
        if job:
            job.step(max(0.0, decoder.seconds(stamp) - decoder.seconds(stamps[-1] if stamps else stamp)))
        stamps.append(stamp)
        places.append(places[-1] + len(data))
    description = json.dumps({"original": identity, "time_base": str(decoder.time_base)}).encode()
    file.write(np.array(stamps + places, "<i8").tobytes() + description)
    file.write(_TAIL.pack(len(stamps), len(description), _MAGIC))


def _jpeg(image: Picture) -> bytes:
    done, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not done:
        raise MediaError("A picture could not be packed as JPEG.", "Make the proxy smaller.")
    return data.tobytes()


def _identity(path: Path) -> dict[str, Any]:
    status = path.stat()
    return {"bytes": status.st_size, "modified_ns": status.st_mtime_ns}


def _name(path: Path, height: int) -> str:
    made_of = json.dumps([str(path.resolve()), _identity(path), height])
    return f"{path.stem[:60]}-{hashlib.blake2b(made_of.encode(), digest_size=8).hexdigest()}.mjpeg"

"""UCF101 and HMDB51 as they lie on a disk: which videos there are, of which action, and what each split uses them for.

UCF101 (Soomro et al. 2012): ``UCF-101/CLASS/v_CLASS_g01_c01.avi`` beside ``ucfTrainTestlist``, which holds
``classInd.txt``, ``trainlist01.txt`` and ``testlist01.txt`` to 03. HMDB51 (Kuehne et al. 2011): ``hmdb51/CLASS/*.avi``
(or ``hmdb51_org``) beside ``testTrainMulti_7030_splits``, which holds ``CLASS_test_split1.txt`` to 3 for each class.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import MediaError
from training.data.prepare.layouts import find_videos

SPLITS = 3
"""Official ways to part the videos, each into training and test."""
Uses = tuple[str, ...]
"""For each split "train", "test", or "" where it leaves the video out."""
_HMDB_USES = {"0": "", "1": "train", "2": "test"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A video that the lists name and that is there."""

    path: Path
    name: str
    """Its path below the folder, with slashes."""
    action: str
    uses: Uses


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSet:
    """A collection of labelled videos."""

    name: str
    """"UCF101" or "HMDB51"."""
    videos: tuple[Listed, ...]
    """By name."""
    missing: tuple[str, ...] = ()
    """Names in the lists whose files are not there."""


def read_actions(folder: Path, layout: str) -> ActionSet:
    """The videos of ``folder`` as the lists of ``layout`` name them.

    Files are found by their class and stem: they may have been converted to another container.

    Raises:
        MediaError: no such layout, a list is missing or cannot be read, or no listed video is there.
    """
    if layout not in LAYOUTS:
        raise MediaError(f"There is no layout {layout!r} of actions.", f"Choose {', '.join(LAYOUTS)}.")
    return LAYOUTS[layout](folder)


def _ucf101(folder: Path) -> ActionSet:
    lists = _folder(folder, "ucfTrainTestlist")
    numbers = {name: int(number) for number, name in _pairs(lists / "classInd.txt")}
    uses: dict[tuple[str, str], list[str]] = defaultdict(lambda: [""] * SPLITS)
    for split in range(SPLITS):
        for use in ("train", "test"):
            path = lists / f"{use}list{split + 1:02}.txt"
            for line in _lines(path):
                named = line.split()[0]
                action, _, file = named.partition("/")
                if not file or action not in numbers or line.split()[1:] not in ([], [str(numbers[action])]):
                    raise _unreadable(path, line)
                uses[action, Path(file).stem][split] = use
    return _found("UCF101", folder, _folder(folder, "UCF-101"), uses)


def _hmdb51(folder: Path) -> ActionSet:
    lists = _folder(folder, "testTrainMulti_7030_splits", "test_train_splits")
    uses: dict[tuple[str, str], list[str]] = defaultdict(lambda: [""] * SPLITS)
    for first in sorted(lists.glob("*_test_split1.txt")):
        action = first.name.removesuffix("_test_split1.txt")
        for split in range(SPLITS):
            path = lists / f"{action}_test_split{split + 1}.txt"
            for file, code in _pairs(path):
                if code not in _HMDB_USES:
                    raise _unreadable(path, f"{file} {code}")
                uses[action, Path(file).stem][split] = _HMDB_USES[code]
    return _found("HMDB51", folder, _folder(folder, "hmdb51", "hmdb51_org"), uses)


LAYOUTS: dict[str, Callable[[Path], ActionSet]] = {"ucf101": _ucf101, "hmdb51": _hmdb51}


def _found(name: str, folder: Path, videos: Path, uses: Mapping[tuple[str, str], list[str]]) -> ActionSet:
    files = {(path.parent.name, path.stem): path for path in find_videos(videos)}
    listed = [
        Listed(path=files[key], name=files[key].relative_to(folder).as_posix(), action=key[0], uses=tuple(what))
        for key, what in uses.items()
        if key in files
    ]
    if not listed:
        hint = f"Its videos lie as CLASS/NAME.avi in {videos.name}."
        raise MediaError(f"None of the videos that the lists of {name} name is in {videos}.", hint, path=videos)
    missing = sorted("/".join(key) for key in uses if key not in files)
    return ActionSet(name=name, videos=tuple(sorted(listed, key=lambda one: one.name)), missing=tuple(missing))


def _folder(folder: Path, *names: str) -> Path:
    """The first of those sub-folders that is there."""
    for name in names:
        if (folder / name).is_dir():
            return folder / name
    raise MediaError(f"There is no folder {names[0]} in {folder}.", "Give the folder that holds it.", path=folder)


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    """Both words of every line."""
    for line in _lines(path):
        try:
            one, other = line.split()
        except ValueError as error:
            raise _unreadable(path, line) from error
        yield one, other


def _lines(path: Path) -> list[str]:
    """Lines that say something."""
    try:
        return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        hint = "Unpack the official split lists beside the videos."
        raise MediaError(f"The list {path.name} cannot be read.", hint, detail=str(error), path=path) from error


def _unreadable(path: Path, line: str) -> MediaError:
    return MediaError(f"The line {line!r} of {path.name} cannot be read.", "Unpack the official list again.", path=path)

"""How the collections that the papers use lie on a disk: each layout turns a folder into a plan."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.errors import MediaError, Problem
from training.data.encode import split_of
from training.data.prepare.report import Plan, Source
from training.data.prepare.video import Video, read_truth

VIDEO_SUFFIXES = {".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v", ".mpg", ".mpeg", ".mts", ".mxf"}
VALIDATION = {"validation": 0.1, "train": 0.9}
"""VGG-Sound has no validation split: a tenth of its training videos becomes one, by the hash of their id."""


def find_videos(folder: Path) -> list[Path]:
    """Videos below ``folder``, sorted; raises MediaError when there are none."""
    if not folder.is_dir():
        raise MediaError(f"There is no folder {folder}.", "Check the path.", path=folder)
    found = sorted(
        p
        for p in folder.rglob("*")
        if p.suffix.lower() in VIDEO_SUFFIXES and not p.name.startswith(".") and p.is_file()
    )
    if not found:
        hint = f"Videos end in {', '.join(sorted(VIDEO_SUFFIXES))}."
        raise MediaError(f"The folder {folder} holds no videos.", hint, path=folder)
    return found


def plan_videos(folder: Path, layout: str = "folder", table: Path | None = None) -> Plan:
    """The videos of ``folder`` by the rules of ``layout``, which may need a table of their labels.

    Raises:
        MediaError: no such layout, folder or table, or no video in it.
    """
    if layout not in LAYOUTS:
        raise MediaError(f"There is no layout {layout!r}.", f"Choose {', '.join(LAYOUTS)}.")
    return LAYOUTS[layout](folder, table)


def _folder(folder: Path, table: Path | None) -> Plan:
    """Any videos; labels from a table, else from the truth beside them, else from their sub-folder."""
    names = _labels(table)

    def label(path: Path) -> str:
        truth = read_truth(path)
        beside = truth.label if truth else path.parent.name if path.parent != folder else ""
        return names.get(path.name) or beside

    return _plan("folder", [_video(path, folder, label(path)) for path in find_videos(folder)])


def _recordings(folder: Path, table: Path | None) -> Plan:
    """Long recordings of one's own (Paper A's Gameplay): no labels but a table's, since sub-folders name games."""
    names = _labels(table)
    return _plan("recordings", [_video(path, folder, names.get(path.name, "")) for path in find_videos(folder)])


def _stereo(folder: Path, table: Path | None) -> Plan:
    """Videos with stereo sound (Paper C's ASMR); those without it are turned away."""
    names = _labels(table)
    videos = [_video(path, folder, names.get(path.name, ""), needs_stereo=True) for path in find_videos(folder)]
    return _plan("stereo", videos)


def _fairplay(folder: Path, table: Path | None) -> Plan:
    """FAIR-Play (Paper C): ``videos/000001.mp4`` with its stereo sound in ``binaural_audios/000001.wav``."""
    names, videos, missing = _labels(table), [], []
    for path in find_videos(folder / "videos"):
        sound = folder / "binaural_audios" / f"{path.stem}.wav"
        if sound.is_file():
            videos.append(_video(path, folder, names.get(path.name, ""), sound=sound, needs_stereo=True))
        else:
            missing.append(sound.relative_to(folder).as_posix())
    return _plan("fairplay", videos, missing)


def _vggsound(folder: Path, table: Path | None) -> Plan:
    """VGG-Sound: a table ``youtube_id,start,label,split`` and files ``ID_000030.mp4`` anywhere below the folder.

    A video is its id. All rows of an id that the table names for testing are for testing.
    """
    table = table or folder / "vggsound.csv"
    rows = _clips(table)
    files = {path.stem: path for path in reversed(find_videos(folder))}
    testing = {video for video, _, split in rows.values() if split == "test"}
    videos, missing = [], []
    for stem, (video, label, _) in rows.items():
        if stem in files:
            split = "test" if video in testing else split_of(video, VALIDATION)
            videos.append(_video(files[stem], folder, label, group=video, split=split))
        else:
            missing.append(f"{stem}.mp4")
    return _plan("vggsound", videos, missing, _unlisted(set(files) - set(rows), table))


LAYOUTS: dict[str, Callable[[Path, Path | None], Plan]] = {
    "folder": _folder,
    "vggsound": _vggsound,
    "fairplay": _fairplay,
    "stereo": _stereo,
    "recordings": _recordings,
}


def _plan(layout: str, videos: Sequence[Source], missing: Sequence[str] = (), problems: Sequence[Problem] = ()) -> Plan:
    return Plan(sources=videos, made={"layout": layout}, missing=tuple(missing), problems=tuple(problems))


def _video(
    path: Path,
    folder: Path,
    label: str,
    *,
    group: str = "",
    split: str = "",
    sound: Path | None = None,
    needs_stereo: bool = False,
) -> Video:
    name = path.relative_to(folder).as_posix()
    return Video(
        path=path, name=name, sound=sound, group=group or name, label=label, split=split, needs_stereo=needs_stereo
    )


def _clips(table: Path) -> dict[str, tuple[str, str, str]]:
    """Id, label and split of a VGG-Sound table's rows by the name of their file; a line of headings is passed over."""
    clips = {}
    for number, row in enumerate(csv.reader(_lines(table)), start=1):
        if number == 1 and len(row) > 1 and not row[1].strip().isdigit():
            continue
        try:
            video, start, label, split = row
            clips[f"{video}_{int(start):06d}"] = (video, label, split)
        except ValueError as error:
            hint = "Each line is youtube_id,start,label,split."
            raise MediaError(f"Line {number} of {table.name} cannot be read.", hint, path=table) from error
    return clips


def _labels(table: Path | None) -> dict[str, str]:
    """Labels by file name from a CSV or TSV with the columns ``file`` and ``label``."""
    if table is None:
        return {}
    rows = list(csv.DictReader(_lines(table), delimiter="\t" if table.suffix == ".tsv" else ","))
    if rows and not {"file", "label"} <= set(rows[0]):
        raise MediaError(f"{table.name} has no columns called file and label.", "Add a header line.", path=table)
    return {row["file"]: row["label"] for row in rows}


def _lines(table: Path) -> list[str]:
    try:
        return table.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        hint = "Name the table with --table; it is text in UTF-8."
        raise MediaError(f"The table {table} cannot be read.", hint, detail=str(error), path=table) from error


def _unlisted(stems: set[str], table: Path) -> list[Problem]:
    """One problem for all files that the table does not name."""
    if not stems:
        return []
    message = f"{len(stems)} videos in the folder are not in the table, the first of them {min(stems)}."
    return [Problem(path=table, message=message, hint="They are left out.")]

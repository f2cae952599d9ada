"""The cue sheet: what is heard when, from which file, and under which licence and credit."""

from __future__ import annotations

import csv
import io
import logging
from dataclasses import dataclass
from pathlib import Path

from engine.errors import LibraryError, MediaError
from engine.export.bwf import read_bwf
from engine.export.edl import record_times
from engine.export.scene import Scene
from engine.files import write_text
from engine.jobs import Job
from engine.library.catalogue import Library
from engine.library.names import categorise
from engine.library.rights import NOTHING_SAID, Rights, read_tags
from engine.timeline.document import Clip, Track

log = logging.getLogger(__name__)

NOT_STATED = "not stated"
HEADINGS = ("In", "Out", "Track", "Sound", "File", "Category", "Licence", "Credit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One clip as a line of the sheet."""

    start: str
    """Time code of the frame nearest to its first sample."""
    end: str
    """Time code of the first frame after it: exclusive, as in an edit list; at least a frame after ``start``."""
    track: str
    name: str
    file: str
    category: str
    rights: Rights

    def cells(self) -> tuple[str, ...]:
        """In the order of :data:`HEADINGS`."""
        return (
            self.start,
            self.end,
            self.track,
            self.name,
            self.file,
            self.category,
            self.rights.licence or NOT_STATED,
            self.rights.credit,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CueSheet:
    """All cues by time, and the files that say nothing of a licence."""

    title: str
    cues: tuple[Cue, ...]
    unlicensed: tuple[str, ...]
    credits: tuple[str, ...]


def cue_sheet(scene: Scene, job: Job | None = None) -> CueSheet:
    """The cues of every clip that is heard; muted clips and tracks are left out.

    Args:
        scene: the project.
        job: counts the sound files looked into.
    """
    from engine.audio.arrangement import audible

    heard = audible(scene.project)
    pairs = [
        (track, clip) for track in scene.project.tracks if track.id in heard for clip in track.clips if not clip.mute
    ]
    pairs.sort(key=lambda pair: (pair[1].position, pair[1].end, pair[0].name))
    used = {clip.media: scene.sounds[clip.media] for _, clip in pairs}
    if job:
        job.begin(len(used), "Reading licences")
    rights: dict[str, Rights] = {}
    catalogued = _catalogued(scene, used)
    for name, path in used.items():
        own = read_tags(path) if name not in scene.missing else NOTHING_SAID
        known = own.or_else(catalogued.get(path, NOTHING_SAID))
        rights[name] = known if known.credit else Rights(licence=known.licence, credit=_originator(path))
        if job:
            job.step()
    return CueSheet(
        title=scene.title,
        cues=tuple(_cue(scene, track, clip, rights[clip.media]) for track, clip in pairs),
        unlicensed=tuple(sorted({used[n].name for n, said in rights.items() if not said.licence})),
        credits=tuple(sorted({said.credit for said in rights.values() if said.credit})),
    )


def _catalogued(scene: Scene, used: dict[str, Path]) -> dict[Path, Rights]:
    """What the project's libraries know of these sounds; the first library that knows something counts."""
    sizes = {media.id: media.size for media in scene.project.media}
    found: dict[Path, Rights] = {}
    for path in scene.libraries:
        try:
            with Library.open(path) as library:
                known = library.rights((sound, sizes[name]) for name, sound in used.items())
        except LibraryError as error:
            log.info("no licences from %s: %s", path, error.message)
            continue
        found |= {sound: found.get(sound, NOTHING_SAID).or_else(rights) for sound, rights in known.items()}
    return found


def _originator(path: Path) -> str:
    """Who or what recorded it, by ``bext``: often a machine, so asked last."""
    if path.suffix.lower() not in {".wav", ".bwf"}:
        return ""
    try:
        return _line(read_bwf(path).info.originator)
    except MediaError:  # also where it is missing
        return ""


def _cue(scene: Scene, track: Track, clip: Clip, rights: Rights) -> Cue:
    path = scene.sounds[clip.media]
    told = categorise(path.name, (path.parent.name,))
    start, end = record_times(scene, clip)
    return Cue(
        start=start,
        end=end,
        track=track.name,
        name=clip.name or path.stem,
        file=path.name,
        category=" / ".join(part for part in (told.category, told.subcategory) if part),
        rights=rights,
    )


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def write_csv(scene: Scene, target: Path, job: Job | None = None) -> CueSheet:
    """Writes the sheet as CSV (UTF-8 with a mark, which Excel needs), and returns it.

    The files without a licence follow after an empty row.
    """
    sheet = cue_sheet(scene, job)
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADINGS)
    rows.writerows([_harmless(cell) for cell in cue.cells()] for cue in sheet.cues)
    if sheet.unlicensed:
        rows.writerow([])
        rows.writerow(["No licence stated by these files"])
        rows.writerows([_harmless(name)] for name in sheet.unlicensed)
    write_text(target, "\ufeff" + text.getvalue())
    return sheet


def _harmless(cell: str) -> str:
    """``cell`` so that a spreadsheet does not take a file's name for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@" and cell else cell

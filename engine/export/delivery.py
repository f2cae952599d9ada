"""One door to every kind of delivery."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import soundfile

from engine.audio.mixer import Mixer
from engine.audio.pan import linear
from engine.errors import ProjectError
from engine.export import checks, names, targets
from engine.export.bext import LoudnessFields
from engine.export.cue_pdf import write_pdf
from engine.export.cues import CueSheet, write_csv
from engine.export.edl import write_edls
from engine.export.fcp7 import write_fcp7
from engine.export.formats import ExportOptions, ExportReport, Format, find_format
from engine.export.levels import Levels, shortfall
from engine.export.losses import losses
from engine.export.mixdown import Stretch, measure, stem_names, write_mix, write_stems
from engine.export.movie import Picture, look, write_movie
from engine.export.otio_files import write_otio, write_otioz
from engine.export.reaper import write_rpp
from engine.export.scene import Scene, open_scene
from engine.jobs import Job
from engine.timeline.document import Project
from engine.timeline.timecode import format_frames

_TEXTS: dict[str, Callable[[Scene, Path, Job | None], object]] = {
    "otio": write_otio,
    "otioz": write_otioz,
    "fcp7": write_fcp7,
    "rpp": write_rpp,
    "csv": write_csv,
    "pdf": write_pdf,
}


def export(
    project: Project,
    base: Path | str,
    format_id: str,
    out: Path | str,
    options: ExportOptions | None = None,
    *,
    job: Job | None = None,
    title: str = "",
) -> ExportReport:
    """Delivers ``project`` as ``format_id`` to ``out``; when it fails or is cancelled, nothing is left.

    Args:
        project: the document.
        base: the project file's folder, from which relative paths go.
        format_id: a key of :data:`engine.export.FORMATS`.
        out: a file, whose suffix is put on where it has none, or the folder for formats of several files.
        options: bit depth, loudness and stretch; defaults where None.
        job: progress; cancels.
        title: what the delivery calls the project; the name of ``out`` where empty.

    Raises:
        ProjectError: an unknown format, nothing to deliver, a sound beyond the timeline, a target that is a source,
            is too large for its disk, has the name of another kind of file or cannot be written; what ``options``
            do not allow.
        MediaError: the picture cannot be read.
        Cancelled: the job was.
    """
    chosen, options = find_format(format_id), options or ExportOptions()
    out = Path(out)
    scene = open_scene(project, Path(base), title or out.stem)
    if not project.end:
        raise ProjectError("The project is empty.", "Place a sound or choose a picture first.")
    checks.check_times(scene)
    delivery = _Delivery(scene, Path(base), chosen, options, job)
    made = delivery.movie(out) if chosen.id == "mp4" else delivery.other(out)
    return replace(made, warnings=(*scene.warnings(), *losses(scene, chosen.id), *made.warnings))


@dataclass(frozen=True, slots=True)
class _Delivery:
    scene: Scene
    base: Path
    format: Format
    options: ExportOptions
    job: Job | None

    def other(self, out: Path) -> ExportReport:
        """Everything but movies."""
        if not self.format.suffix:
            out = names.folder_of(out, self.format)
            return self._stems(out) if self.format.id == "stems" else self._edls(out)
        target = names.file_of(out, self.format)
        self._check(target, self._bytes())
        with targets.one_file(target) as temporary:
            if self.format.id == "wav":
                return self._wav(target, temporary)
            made = _TEXTS[self.format.id](self.scene, temporary, self.job)
        return self._report([target], _unlicensed(made) if isinstance(made, CueSheet) else [])

    def _check(self, target: Path, needed: int) -> None:
        """That ``target`` may be written, and no sound is missing that must not be."""
        targets.refuse_sources(target, self.scene.sources)
        if not self.options.overwrite and not target.is_dir():
            checks.check_free([target])
        if not self.options.allow_missing:
            stretch = self._sounding()
            checks.check_missing(checks.missing_sounds(self.scene, self.format.id, stretch.start, stretch.end))
        checks.check_space(target, needed)

    def _bytes(self) -> int:
        """About how much one file of this format takes; texts count as nothing."""
        if self.format.id == "wav":
            stretch = self._stretch()
            return checks.sound_bytes(stretch.end - stretch.start, stretch.bit_depth)
        return checks.bundle_bytes(self.scene) if self.format.id == "otioz" else 0

    def _wav(self, target: Path, temporary: Path) -> ExportReport:
        with self._mixer() as mixer:
            stretch = self._levelled(mixer, self._stretch())
            loudness = write_mix(mixer, self.scene, temporary, stretch, self.job)
            return self._report([target], self._troubles(mixer), loudness, stretch.gain_db)

    def _stems(self, out: Path) -> ExportReport:
        with self._mixer() as mixer, targets.folder(out, self.scene.sources) as staging:
            planned = stem_names(mixer).values()
            if not planned:
                raise ProjectError("No track is heard.", "Unmute a track, or place a sound on one.")
            whole = self._stretch()
            self._check_names(out, planned)
            self._check(out, checks.sound_bytes(whole.end - whole.start, whole.bit_depth, len(planned)))
            stretch = self._levelled(mixer, self._stretch())
            written = write_stems(mixer, self.scene, staging, stretch, self.job)
            files = [out / name for name in written]
            return self._report(files, self._troubles(mixer), stretch.measured, stretch.gain_db)

    def _edls(self, out: Path) -> ExportReport:
        with targets.folder(out, self.scene.sources) as staging:
            written = write_edls(self.scene, staging, self.job)
            if not written:
                hint = "Place a sound first, or unmute a track."
                raise ProjectError("No clip is heard, so there is nothing to list.", hint)
            self._check_names(out, written)
        return self._report([out / name for name in written])

    def _check_names(self, out: Path, files: Iterable[str]) -> None:
        if not self.options.overwrite:
            checks.check_free(out / name for name in files)

    def movie(self, out: Path) -> ExportReport:
        """The picture with the mix; ``out`` becomes ``.mov`` where the codec asks for it."""
        video, project = self.scene.video, self.scene.project
        if video is None or project.video is None:
            hint = "Choose the picture again (project relink), or export sound alone."
            raise ProjectError("The picture is missing, so there is no movie to make.", hint)
        picture = look(video)
        if picture.still:
            hint = "Export sound alone, or choose a film as picture."
            raise ProjectError(f"{video.name} is a still image, which makes no movie.", hint, path=video)
        target = names.file_of(out, self.format, ".mov")
        warnings = ["The film's own sound is not in the movie."] if picture.has_sound else []
        if target.suffix.lower() == ".mp4" and picture.suffix == ".mov":
            target = target.with_suffix(".mov")
            warnings.append(f"{picture.codec} pictures do not go into MP4, so this is {target.name}.")
        shown = self._sounding()
        samples = shown.end - shown.start
        self._check(target, checks.movie_bytes(video, samples, project.sample_rate, target.suffix.lower()))
        with self._mixer() as mixer, targets.one_file(target) as temporary:
            stretch = self._levelled(mixer, shown)
            loudness = self._write_movie(mixer, picture, video, temporary, stretch)
            warnings += self._troubles(mixer)
        return self._report([target], warnings, loudness, stretch.gain_db)

    def _write_movie(
        self, mixer: Mixer, picture: Picture, video: Path, temporary: Path, stretch: Stretch
    ) -> LoudnessFields:
        levels, gain = Levels(mixer.rate), np.float32(linear(stretch.gain_db))

        def render(first: int, count: int) -> np.ndarray:
            block = np.asarray(mixer.render(first, count) * gain)
            levels.add(block)
            return block

        if self.job:
            self.job.begin((stretch.end - stretch.start) / mixer.rate, "Writing the movie")
        write_movie(
            video,
            temporary,
            render,
            offset=stretch.start,
            sample_rate=mixer.rate,
            timecode=self._timecode(picture),
            job=self.job,
        )
        return levels.fields()

    def _timecode(self, picture: Picture) -> tuple[str, Fraction] | None:
        """At the film's time 0; none where the picture does not run at the project's rate."""
        project = self.scene.project
        if picture.rate is None or abs(picture.rate / project.frame_rate - 1) > 0.005:
            return None
        return format_frames(project.start_timecode, project.frame_rate, project.drop_frame), project.frame_rate

    def _mixer(self) -> Mixer:
        return Mixer(self.scene.project, self.base)

    def _stretch(self) -> Stretch:
        project = self.scene.project
        if self.options.whole:
            return Stretch(start=0, end=project.end, bit_depth=self.options.bit_depth)
        if project.loop is None:
            raise ProjectError("The project has no loop to export.", "Set in and out points, or export the whole.")
        return Stretch(start=project.loop[0], end=project.loop[1], bit_depth=self.options.bit_depth)

    def _sounding(self) -> Stretch:
        """What is delivered as sound: of a movie, what lies under the picture."""
        project = self.scene.project
        if self.format.id == "mp4" and project.video:
            start = project.video.offset
            return Stretch(start=start, end=start + max(1, project.video.duration))
        return self._stretch() if self.format.sound else Stretch(start=0, end=project.end)

    def _levelled(self, mixer: Mixer, stretch: Stretch) -> Stretch:
        """``stretch`` with the gain that meets the loudness target."""
        try:
            mixer.prepare(self.job)
        except soundfile.LibsndfileError as exc:
            hint = "Check that the disk of temporary files has free space."
            raise ProjectError("A sound could not be unpacked for mixing.", hint, detail=str(exc)) from exc
        if self.options.loudness.lufs is None:
            return stretch
        levels = measure(mixer, stretch.start, stretch.end, self.job)
        gain = levels.gain_to(self.options.loudness)
        return replace(stretch, gain_db=gain, measured=levels.fields(gain))

    def _troubles(self, mixer: Mixer) -> list[str]:
        """Sounds that are there but could not be read; asked while all that was written can still be thrown away."""
        lost = {self.scene.sounds[name] for name in self.scene.missing}
        damaged = [problem for problem in mixer.problems if problem.path not in lost]
        if damaged and not self.options.allow_missing:
            hint = f"{damaged[0].hint} Or allow silence in its place (--allow-missing)."
            raise ProjectError(damaged[0].message, hint.strip(), path=damaged[0].path)
        return [f"{problem.message} {problem.hint}".strip() for problem in damaged]

    def _report(
        self,
        files: list[Path],
        warnings: list[str] | None = None,
        loudness: LoudnessFields | None = None,
        gain: float = 0,
    ) -> ExportReport:
        missed = shortfall(self.options.loudness, loudness) if loudness else None
        return ExportReport(
            format=self.format.id,
            files=tuple(files),
            warnings=(*(warnings or ()), *([missed] if missed else ())),
            loudness=loudness,
            gain_db=gain,
        )


def _unlicensed(sheet: CueSheet) -> list[str]:
    count = len(sheet.unlicensed)
    if not count:
        return []
    return [f"{'1 file states' if count == 1 else f'{count} files state'} no licence; the sheet lists them."]

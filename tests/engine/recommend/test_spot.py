"""The cue sheet: shots with their sounds merged over their frames, and what the library lacks."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Cancelled, MediaError
from engine.jobs import Job
from engine.library import Library
from engine.media import VideoReader
from engine.media.write import write_video
from engine.models import Model
from engine.recommend import FITS, Recommender
from engine.recommend.fit_cache import FilmCache
from engine.recommend.presence import OnScreen
from engine.recommend.shots import Shot
from engine.recommend.spot import Cue, CueSheet, ShotCues, lacking, merged_ranking, spot
from engine.timeline.timecode import Counting

CORNER = (0.0, 0.0, 0.5, 0.5)


def picture(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.kron(rng.integers(0, 256, (6, 8, 3)), np.ones((10, 10, 1))).astype(np.uint8)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two shots of a second each."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_video(path, (picture(n // 25) for n in range(50)), Fraction(25))
    return path


@pytest.fixture
def recommender(library: Library, model: Model) -> Recommender:
    return Recommender(library, model)


def cue(score: float, category: str) -> Cue:
    return Cue(
        rank=1,
        path=Path(f"{category}.wav"),
        name=f"{category}.wav",
        file_id=1,
        category=category,
        subcategory="",
        score=score,
        distance=1.0,
        time=0.0,
        start=0.0,
        end=1.0,
        region=None,
        onscreen=None,
        takes=(),
    )


def shot_of(index: int, cues: tuple[Cue, ...]) -> ShotCues:
    shot = Shot(index=index, start=float(index), end=index + 1.0, frames=(index + 0.5,))
    return ShotCues(shot=shot, cues=cues, lacks=lacking(cues))


def test_a_sheet_has_every_shot_with_its_best_sounds(film: Path, recommender: Recommender) -> None:
    sheet = spot(recommender, film, top=3)
    assert [spotted.shot.index for spotted in sheet.shots] == [0, 1]
    assert sheet.fps == 25
    assert sheet.duration == pytest.approx(2.0)
    assert sheet.model == "tiny"
    for spotted in sheet.shots:
        assert [found.rank for found in spotted.cues] == [1, 2, 3]
        scores = [found.score for found in spotted.cues]
        assert scores == sorted(scores, reverse=True)
        for found in spotted.cues:
            assert found.time in spotted.shot.frames
            assert found.onscreen is None
            assert found.region is not None
            assert all(0 <= value <= 1 for value in found.region)


def test_a_cue_is_what_its_own_frame_answers(film: Path, recommender: Recommender) -> None:
    for spotted in spot(recommender, film, top=4).shots:
        for found in spotted.cues:
            with VideoReader(film) as reader:
                answers = recommender.recommend_image(reader.frame_at(found.time).image, 100)
            same = next(result for result in answers if result.path == found.path)
            assert found.score == pytest.approx(same.score, abs=1e-5)


def test_the_merged_ranking_is_the_best_of_all_pictures(recommender: Recommender) -> None:
    images = [picture(n) for n in range(3)]
    ranked = merged_ranking(recommender, images, top=6)
    best: dict[Path, float] = {}
    for image in images:
        for result in recommender.recommend_image(image, 100):
            best[result.path] = min(best.get(result.path, 9.0), result.distance)
    shown = [result.path for _, result in ranked]
    for n, result in ranked:
        takes = [take.path for take in result.takes]
        assert result.distance == pytest.approx(best[result.path], abs=1e-5)
        alone = recommender.recommend_image(images[n], 100)
        assert min(abs(result.distance - r.distance) for r in alone if r.path == result.path) < 1e-4
        assert not set(takes) & set(shown)
        for take in takes:
            assert best[take] >= result.distance - 1e-4
    left = [distance for path, distance in best.items() if path not in shown and "bark" not in path.name]
    assert min(left) >= ranked[-1][1].distance - 1e-4


def test_takes_are_folded(recommender: Recommender) -> None:
    ranked = merged_ranking(recommender, [picture(n) for n in range(3)], top=100)
    barks = [result for _, result in ranked if result.name.startswith("bark")]
    assert len(barks) == 1
    assert len(barks[0].takes) == 4
    assert [result.rank for _, result in ranked] == list(range(1, len(ranked) + 1))


def test_the_order_of_pictures_changes_nothing(recommender: Recommender) -> None:
    images = [picture(n) for n in range(3)]
    one, other = (merged_ranking(recommender, given, 5) for given in (images, images[::-1]))
    assert [result.path for _, result in one] == [result.path for _, result in other]


def test_filters_are_passed_on(film: Path, recommender: Recommender) -> None:
    sheet = spot(recommender, film, category="dog")
    assert {found.category for spotted in sheet.shots for found in spotted.cues} == {"dog"}


@dataclasses.dataclass(frozen=True)
class Place:
    onscreen: OnScreen | None
    box: tuple[float, float, float, float] | None


class Corner:
    """Finds every sound that it can read in the upper left corner, but for those of the sea."""

    def localize_many(self, video: str | Path, seconds: float, sounds: Sequence[tuple[Path, float]]) -> Sequence[Place]:
        with VideoReader(Path(video)) as reader:
            assert reader.frame_at(seconds).time == seconds
        if any("alpha" in path.name for path, _ in sounds):
            raise MediaError("alpha.wav cannot be read.")
        return [Place("ambient", None) if "sea" in str(path) else Place("on screen", CORNER) for path, _ in sounds]


def test_a_localiser_tells_where_each_sound_belongs(film: Path, recommender: Recommender) -> None:
    plain, located = spot(recommender, film, top=100), spot(recommender, film, top=100, localiser=Corner())
    for before, after in zip(plain.shots, located.shots, strict=True):
        names = [found.name for found in after.cues]
        assert names == [found.name for found in before.cues]
        assert "alpha.wav" in names
        for one, other in zip(before.cues, after.cues, strict=True):
            if other.name == "alpha.wav":
                assert other == one
            elif other.onscreen == "ambient":
                assert "sea" in str(other.path) and other.region == one.region
            else:
                assert (other.onscreen, other.region) == ("on screen", CORNER)


def test_the_work_is_counted_kept_and_can_be_stopped(film: Path, recommender: Recommender, tmp_path: Path) -> None:
    job = Job()
    cache = FilmCache(tmp_path / "cache")
    sheet = spot(recommender, film, cache=cache, job=job)
    assert (job.done, job.total) == (2, 2)
    assert spot(recommender, film, cache=cache) == sheet
    job.cancel()
    with pytest.raises(Cancelled):
        spot(recommender, film, cache=cache, job=job)


def test_a_still_is_one_shot(recommender: Recommender, tmp_path: Path) -> None:
    import cv2

    cv2.imwrite(str(tmp_path / "still.png"), picture(1))
    (spotted,) = spot(recommender, tmp_path / "still.png").shots
    assert len(spotted.cues) == 5


def test_what_fits_lacks_nothing() -> None:
    assert lacking([cue(FITS, "dog"), cue(0.6, "dog")]) == ()


def test_a_lack_is_named_only_where_most_of_the_nearest_agree() -> None:
    assert lacking([cue(0.7, "dog"), cue(0.6, "dog"), cue(0.6, "cat")]) == ("dog",)
    assert lacking([cue(0.7, "dog"), cue(0.6, "bird"), cue(0.6, "cat")]) == ()
    assert lacking([cue(0.7, "dog")]) == ()
    assert lacking([cue(0.3, "dog"), cue(0.3, "dog"), cue(0.2, "dog")]) == ()
    assert lacking([cue(0.7, ""), cue(0.6, "")]) == ()
    assert lacking([]) == ()


def test_the_sheet_sums_up_what_is_lacking() -> None:
    dogs = (cue(0.7, "dog"), cue(0.6, "dog"))
    shots = (shot_of(0, dogs), shot_of(1, (cue(0.95, "cat"),)), shot_of(2, ()), shot_of(3, dogs))
    counting = Counting(Fraction(25))
    sheet = CueSheet(video=Path("a.mp4"), duration=4.0, counting=counting, library=Path("l"), model="tiny", shots=shots)
    assert sheet.lacks() == [("dog", (0, 3)), ("", (2,))]
    assert [spotted.fits for spotted in sheet.shots] == [False, True, False, False]
    assert dataclasses.replace(sheet, shots=shots[1:2]).lacks() == []

"""The overlay: asked of the model only while it is on, dropped when the picture has moved on, failures told."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from app.viewmodels import localisation
from app.viewmodels.picture import PictureViewModel
from app.viewmodels.rows import SoundRow
from app.viewmodels.session import SessionViewModel
from engine.errors import EngineError, ModelError
from engine.recommend import Localiser
from tests.app.held_work import finish, held
from tests.app.small_localiser import earlier_windows_are_gone, small_localiser  # noqa: F401 - runs by itself


class CountingMaps:
    """Stands in for a loaded model, which the engine's own tests cover: answers with the picture's brightness."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails = False

    def picture_map(self, rgb: np.ndarray) -> np.ndarray:
        self.asked += 1
        if self.fails:
            raise ModelError("The model has no map.", "Choose another model.")
        return np.full((7, 7), rgb.mean() / 255, np.float32)


@pytest.fixture
def maps(inline: SessionViewModel) -> CountingMaps:
    made = CountingMaps()
    inline.collection.recommender = made
    return made


def test_shows_preview_and_exact_frame(inline: SessionViewModel, film: Path) -> None:
    picture = PictureViewModel(inline)
    inline.open_video(film)
    assert picture.frame is inline.frame and picture.exact
    inline.film.preview_changed.emit(inline.frame)
    assert not picture.exact


def test_map_belongs_to_the_frame_on_screen(inline: SessionViewModel, film: Path, maps: CountingMaps) -> None:
    picture = PictureViewModel(inline)
    inline.open_video(film)
    inline.seek(1.0)
    assert picture.map is not None and picture.map_time == pytest.approx(1.0)
    assert picture.map[0, 0] * 255 == pytest.approx(20 + 4 * 25, abs=3)


def test_no_map_is_computed_while_the_overlay_is_off(inline: SessionViewModel, film: Path, maps: CountingMaps) -> None:
    picture = PictureViewModel(inline)
    picture.set_overlay(False)
    inline.open_video(film)
    assert maps.asked == 0 and picture.map is None
    picture.toggle_overlay()
    assert maps.asked == 1 and picture.map is not None


def test_a_map_of_another_moment_is_taken_away(inline: SessionViewModel, film: Path, maps: CountingMaps) -> None:
    picture = PictureViewModel(inline)
    inline.open_video(film)
    maps.fails = True
    told: list[EngineError] = []
    inline.problem.connect(told.append)
    inline.seek(1.5)
    assert picture.map is None and isinstance(told[0], ModelError)


def test_a_map_of_the_film_before_is_not_shown(
    inline: SessionViewModel, film: Path, maps: CountingMaps, tmp_path: Path
) -> None:
    picture = PictureViewModel(inline)
    picture.set_overlay(False)
    inline.open_video(film)
    with held(inline.runner) as work:
        picture.set_overlay(True)
    picture.set_overlay(False)
    inline.open_video(Path(shutil.copy(film, tmp_path / "other.mp4")))
    finish(inline.runner, work[0])
    assert maps.asked == 1 and picture.map is None


def test_a_pointed_region_is_not_covered_by_the_whole_frame_s_map(
    inline: SessionViewModel, film: Path, maps: CountingMaps
) -> None:
    picture = PictureViewModel(inline)
    inline.open_video(film)
    assert picture.map is not None
    picture.set_pointed(True)
    assert picture.map is None
    picture.set_pointed(False)
    assert picture.map is not None


def test_closing_the_library_takes_its_map_away(inline: SessionViewModel, film: Path, maps: CountingMaps) -> None:
    picture = PictureViewModel(inline)
    inline.open_video(film)
    assert picture.map is not None
    inline.collection.recommender = None
    inline.model_changed.emit()
    assert picture.map is None


def test_opacity_stays_between_none_and_full(inline: SessionViewModel) -> None:
    picture = PictureViewModel(inline)
    picture.set_opacity(7)
    assert picture.opacity == 1.0
    picture.set_opacity(-1)
    assert picture.opacity == 0.0


@pytest.fixture
def own_maps(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Localiser:
    made = small_localiser(tmp_path_factory.mktemp("models") / "localiser")
    monkeypatch.setattr(localisation, "load_localiser", lambda: made)
    return made


def test_a_sounds_own_map_takes_the_attentions_place(
    inline: SessionViewModel, film: Path, sound_folder: Path, maps: CountingMaps, own_maps: Localiser
) -> None:
    picture = PictureViewModel(inline)
    inline.open_video(film)
    attention = picture.map
    assert attention is not None and attention.shape == (7, 7)
    bark = SoundRow(file_id=1, path=sound_folder / "dog/DOGBark_Terrier_01.wav", name="bark", duration=0.6, start=0.1)
    picture.show_map_for(bark)
    assert picture.map is attention, "it stands in until the playhead rests"
    picture.localisation.settle()
    own = picture.map
    assert own is not None
    assert np.array_equal(own, own_maps.localize(film, 0.0, (bark.path, 0.1)))
    picture.show_map_for(None)
    assert picture.map is attention
    picture.show_map_for(bark)
    assert picture.map is own, "kept: no wait, no stand-in"


def test_an_own_map_leaves_with_its_picture(
    inline: SessionViewModel, film: Path, sound_folder: Path, maps: CountingMaps, own_maps: Localiser
) -> None:
    picture = PictureViewModel(inline)
    inline.open_video(film)
    picture.show_map_for(SoundRow(file_id=2, path=sound_folder / "train passing.wav", name="train", duration=1.0))
    picture.localisation.settle()
    inline.seek(1.2)
    assert picture.map is not None and picture.map.shape == (7, 7) and picture.map_time == pytest.approx(1.2)
    picture.localisation.settle()
    assert picture.map.shape == (168, 224) and picture.map_time == pytest.approx(1.2)

"""Maps of sounds: asked for once the playhead rests, the looked-at one first, dropped when the picture has moved on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels import localisation
from app.viewmodels.localisation import AT_ONCE, MOST_PINS, LocalisationViewModel, Place
from app.viewmodels.rows import SoundRow
from app.viewmodels.session import SessionViewModel
from engine.errors import EngineError, ModelError
from engine.recommend import Localiser
from tests.app.small_localiser import earlier_windows_are_gone, small_localiser  # noqa: F401 - runs by itself


@pytest.fixture(scope="module")
def localiser(tmp_path_factory: pytest.TempPathFactory) -> Localiser:
    return small_localiser(tmp_path_factory.mktemp("models") / "localiser")


@pytest.fixture
def steps(localiser: Localiser, monkeypatch: pytest.MonkeyPatch) -> list[list[Place]]:
    """The sounds of each step that was taken, in order."""
    taken: list[list[Place]] = []
    whole = localisation._localise

    def counted(one: Localiser, moment: object, places: list[Place]) -> object:
        taken.append(list(places))
        return whole(one, moment, places)  # type: ignore[arg-type]

    monkeypatch.setattr(localisation, "load_localiser", lambda: localiser)
    monkeypatch.setattr(localisation, "_localise", counted)
    return taken


@pytest.fixture
def places(sound_folder: Path) -> list[Place]:
    names = ("dog/DOGBark_Terrier_01.wav", "door/wood creak.wav", "door/DOORWood_Slam.wav", "train passing.wav")
    return [Place(sound_folder / name, 0.0) for name in names]


@pytest.fixture
def maps(inline: SessionViewModel, film: Path, steps: list[list[Place]]) -> LocalisationViewModel:
    made = LocalisationViewModel(inline, inline)
    inline.open_video(film)
    return made


def row(place: Place, key: int = 1) -> SoundRow:
    return SoundRow(file_id=key, path=place.path, name=place.path.stem, duration=1.0, category="DOGS")


def numbered(number: int) -> SoundRow:
    return row(Place(Path(f"/sounds/{number}.wav"), 0.0), number)


def numbers(maps: LocalisationViewModel) -> dict[int, int]:
    """Slots of the pins of numbered sounds."""
    return {int(pin.name): pin.slot for pin in maps.pins}


def test_nothing_is_asked_until_the_playhead_rests(
    maps: LocalisationViewModel, places: list[Place], steps: list[list[Place]], qtbot: QtBot
) -> None:
    maps.focus(places[0])
    assert not steps and not maps.ready
    with qtbot.waitSignal(maps.changed, timeout=10_000, check_params_cb=lambda: maps.of(places[0]) is not None):
        pass
    found = maps.of(places[0])
    assert found is not None and found.map.shape == (168, 224) and found.onscreen == "on screen"
    assert maps.ready and maps.time_of(places[0]) == 0.0


def test_the_looked_at_sound_goes_first_then_pins_then_the_list(
    maps: LocalisationViewModel, places: list[Place], steps: list[list[Place]]
) -> None:
    maps.prefetch(places)
    maps.toggle_pin(row(places[2]))
    maps.focus(places[3])
    maps.settle()
    assert [place for step in steps for place in step] == [places[3], places[2], places[0], places[1]]
    assert max(map(len, steps)) == AT_ONCE


def test_what_is_known_is_not_asked_again(
    maps: LocalisationViewModel, places: list[Place], steps: list[list[Place]]
) -> None:
    maps.settle()
    maps.focus(places[0])
    maps.focus(places[1])
    maps.focus(places[0])
    assert steps == [[places[0]], [places[1]]]


def test_maps_leave_when_the_picture_has_moved_on(
    maps: LocalisationViewModel, inline: SessionViewModel, places: list[Place]
) -> None:
    maps.focus(places[0])
    maps.settle()
    inline.seek(0.12)
    assert maps.of(places[0]) is not None, "a few frames on the map still holds"
    inline.seek(1.0)
    assert maps.of(places[0]) is None
    maps.settle()
    assert maps.time_of(places[0]) == pytest.approx(1.0)
    inline.film.close()
    assert maps.of(places[0]) is None


def test_pins_stay_and_are_found_anew_at_each_moment(
    maps: LocalisationViewModel, inline: SessionViewModel, places: list[Place], qtbot: QtBot
) -> None:
    maps.settle()
    with qtbot.waitSignal(maps.pins_changed, timeout=100):
        maps.toggle_pin(row(places[0], 1))
    maps.toggle_pin(row(places[1], 2))
    assert [pin.place for pin in maps.pins] == places[:2] and maps.is_pinned(row(places[1], 2))
    inline.seek(1.0)
    maps.settle()
    assert all(maps.of(pin.place) is not None for pin in maps.pins)
    maps.toggle_pin(row(places[0], 1))
    assert [pin.place for pin in maps.pins] == places[1:2]
    maps.clear_pins()
    assert maps.pins == ()


def test_the_oldest_pin_makes_room(maps: LocalisationViewModel) -> None:
    for key in range(MOST_PINS + 2):
        maps.toggle_pin(numbered(key))
    assert list(numbers(maps)) == list(range(2, MOST_PINS + 2))


def test_each_pin_keeps_a_colour_of_its_own(maps: LocalisationViewModel) -> None:
    for key in (1, 2, 3):
        maps.toggle_pin(numbered(key))
    maps.toggle_pin(numbered(2))
    assert numbers(maps) == {1: 0, 3: 2}
    maps.toggle_pin(numbered(4))
    assert numbers(maps) == {1: 0, 3: 2, 4: 1}, "the colour that was free"
    for key in range(5, 12):
        before = numbers(maps)
        maps.toggle_pin(numbered(key))
        now = numbers(maps)
        assert len(set(now.values())) == len(now) and all(now[one] == before[one] for one in now if one in before)
    assert maps.slot_of(numbered(11)) == maps.pins[-1].slot
    assert maps.slot_of(numbered(1)) is None


def test_pins_go_with_their_library_and_film(
    maps: LocalisationViewModel, inline: SessionViewModel, places: list[Place], library_file: Path
) -> None:
    maps.toggle_pin(row(places[0], 1))
    assert not maps.is_pinned(row(places[1], 1)), "the same number in another library is another sound"
    inline.open_library(library_file)
    assert maps.pins == ()
    maps.toggle_pin(row(places[0], 1))
    inline.film.close()
    assert maps.pins == ()


def test_a_sound_that_cannot_be_read_keeps_no_other_from_its_map(
    maps: LocalisationViewModel, places: list[Place], tmp_path: Path
) -> None:
    gone = Place(tmp_path / "gone.wav", 0.0)
    maps.prefetch([gone, places[0]])
    maps.settle()
    assert maps.of(gone) is None and maps.of(places[0]) is not None


def test_a_placed_sound_is_panned_as_its_source_lies_unless_it_is_ambient(
    maps: LocalisationViewModel, places: list[Place]
) -> None:
    assert maps.pan_for(places[0]) == 0.0
    maps.focus(places[0])
    maps.settle()
    found = maps.of(places[0])
    assert found is not None and maps.pan_for(places[0]) == round(found.pan, 2) != 0.0
    maps._found[places[0]] = replace(maps._found[places[0]], localisation=replace(found, onscreen="ambient"))
    assert maps.pan_for(places[0]) == 0.0


def test_without_a_localiser_nothing_happens(
    inline: SessionViewModel, film: Path, places: list[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(localisation, "load_localiser", lambda: None)
    maps = LocalisationViewModel(inline, inline)
    inline.open_video(film)
    maps.focus(places[0])
    maps.settle()
    assert not maps.ready and maps.of(places[0]) is None


def test_a_broken_localiser_is_told_once(
    inline: SessionViewModel, film: Path, places: list[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ModelError("The weights cannot be read.", "Copy the model folder again.")

    monkeypatch.setattr(localisation, "load_localiser", broken)
    told: list[EngineError] = []
    inline.problem.connect(told.append)
    maps = LocalisationViewModel(inline, inline)
    inline.open_video(film)
    for time in (0.0, 1.0):
        inline.seek(time)
        maps.focus(places[0])
        maps.settle()
    assert [error.hint for error in told] == ["Copy the model folder again."]


def test_scrubbing_with_real_threads_ends_on_the_newest_moment(
    threaded: SessionViewModel, film: Path, places: list[Place], steps: list[list[Place]], qtbot: QtBot
) -> None:
    maps = LocalisationViewModel(threaded, threaded)
    maps.prefetch(places)
    threaded.open_video(film)
    qtbot.waitUntil(lambda: maps.of(places[0]) is not None, timeout=30_000)
    for step in range(20):
        threaded.seek(step * 0.08)
        qtbot.wait(3)
    threaded.seek(0.8)
    qtbot.waitUntil(lambda: all(maps.time_of(place) == pytest.approx(0.8) for place in places), timeout=20_000)

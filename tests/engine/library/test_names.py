"""Categories and families of takes from names."""

from __future__ import annotations

import pytest

from engine.library.names import Category, categorise, take_family, title_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ANMLDog_Bark Close_AB_Lib.wav", ("ANIMALS", "DOG", "ANMLDog")),
        ("anmldog_bark.wav", ("ANIMALS", "DOG", "ANMLDog")),
        ("FEETHors-Cobble_Trot_AB.wav", ("FOOTSTEPS", "HORSE", "FEETHors")),
        ("RAIN_Heavy.wav", ("RAIN", "GENERAL", "RAIN")),
    ],
)
def test_a_leading_catid_decides(name: str, expected: tuple[str, str, str]) -> None:
    found = categorise(name, ("Library", "Some Folder"))
    assert (found.category, found.subcategory, found.catid) == expected


@pytest.mark.parametrize("name", ["rain_01.wav", "dog_ANMLDog.wav", "Doggy.wav", "ANMLDogs_x.wav"])
def test_other_names_take_the_folders_category(name: str) -> None:
    assert categorise(name, ("Library", "dog_bark")) == Category("dog bark")


def test_folders_that_name_no_sound_are_passed_over() -> None:
    assert categorise("a.wav", ("Library", "Glass_Breaks", "wav", "01")).category == "Glass Breaks"


def test_a_sound_at_the_top_takes_the_indexed_folders_name() -> None:
    assert categorise("a.wav", ("sounds",)).category == "sounds"


def test_a_folder_called_by_a_subcategory_is_found_by_its_category() -> None:
    assert categorise("a.wav", ("Library", "Dogs")).extra == "ANIMALS"


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("bark_01.wav", "bark"),
        ("bark_12.flac", "bark"),
        ("Bark 3.wav", "bark"),
        ("bark (2).wav", "bark"),
        ("bark_take3.wav", "bark"),
        ("bark_b.wav", "bark"),
        ("default_dig.1.ogg", "default_dig"),
        ("bark.wav", "bark"),
    ],
)
def test_takes_share_a_family(name: str, family: str) -> None:
    assert take_family(name) == family


@pytest.mark.parametrize(
    ("one", "other"), [("37.ogg", "38.ogg"), ("bark_48000.wav", "bark_44100.wav"), ("a.wav", "b.wav")]
)
def test_what_is_no_take_stays_apart(one: str, other: str) -> None:
    assert take_family(one) != take_family(other)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("ANMLDog_Small Terrier 01_AB_Home.wav", "Small Terrier 01"),
        ("ANMLDog-Close_Small Terrier 01_AB_Home_user.wav", "Small Terrier 01"),
        ("RAIN_heavy_01.wav", "RAIN_heavy_01"),
        ("my_own_dog_bark_01.wav", "my_own_dog_bark_01"),
        ("ANMLDog__AB_Home.wav", "ANMLDog__AB_Home"),
    ],
)
def test_a_full_ucs_name_is_called_by_its_fxname(name: str, title: str) -> None:
    assert title_of(name) == title


def test_takes_of_full_ucs_names_are_one_family() -> None:
    first = take_family("ANMLDog_Small Terrier 01_AB_Home.wav")
    assert first == take_family("ANMLDog_Small Terrier 02_AB_Home.wav")
    assert first != take_family("ANMLDog_Small Terrier 01_AB_Studio.wav")

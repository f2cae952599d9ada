"""The text filter's language, on a real catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.library import Library
from engine.library.names import categorise
from engine.library.store import Header, Stamp, put_header
from engine.models import Model

NAMES = [
    "Dogs/Bark close 01.wav",
    "Dogs/Howl.flac",
    "Trains/Train passes.wav",
    "Weather/rain on roof.wav",
    "Weather/RAIN_Heavy.wav",
    "Foley/FEETHors_Trot_AB.wav",
    "Foley/Door slam wood.wav",
    "Foley/slam wood door.wav",
    "Odd/🔥 fire 100%.wav",
    "Odd/#hash_tag.wav",
    "Odd/雨の音.wav",
    "Odd/Café noise.wav",
]


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Iterator[Library]:
    """A library of names; nothing here needs their sounds."""
    with Library.create(tmp_path_factory.mktemp("query") / "names.lib", model) as library:
        with library.database.writing() as connection:
            for number, path in enumerate(NAMES):
                folder, name = path.split("/")
                category = categorise(name, ("Library", folder))
                channels = 2 if number % 2 else 1
                put_header(connection, Header(f"/x/{path}", name, folder, Stamp(1, 1), 1.0, 48_000, channels, category))
        yield library


def names(library: Library, text: str) -> set[str]:
    return {file.name for file in library.search(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dog", {"Bark close 01.wav", "Howl.flac"}),
        ("rain", {"rain on roof.wav", "RAIN_Heavy.wav"}),
        ("train", {"Train passes.wav"}),
        ("passing, passes", {"Train passes.wav"}),
        ("dog close", {"Bark close 01.wav"}),
        ("howl, trains", {"Howl.flac", "Train passes.wav"}),
        ("dogs -howl", {"Bark close 01.wav"}),
        ('"door slam"', {"Door slam wood.wav"}),
        ("door slam", {"Door slam wood.wav", "slam wood door.wav"}),
        ('door -"door slam"', {"slam wood door.wav"}),
        ("horse", {"FEETHors_Trot_AB.wav"}),
        ("footsteps", {"FEETHors_Trot_AB.wav"}),
        ("FEETHors", {"FEETHors_Trot_AB.wav"}),
        ("feethors", {"FEETHors_Trot_AB.wav"}),
        ("animals", {"Bark close 01.wav", "Howl.flac"}),
        ("category:animals", {"Bark close 01.wav", "Howl.flac"}),
        ("name:dog", set()),
        ("folder:dog", {"Bark close 01.wav", "Howl.flac"}),
        ("folder:odd -fire -tag -noise", {"雨の音.wav"}),
        ("catid:RAIN", {"RAIN_Heavy.wav"}),
        ("type:flac", {"Howl.flac"}),
        ("🔥", {"🔥 fire 100%.wav"}),
        ("cafe", {"Café noise.wav"}),
        ("雨", {"雨の音.wav"}),
        ("#hash", {"#hash_tag.wav"}),
        ("01", {"Bark close 01.wav"}),
        ("nothing:close", set()),
        ("xyzzy", set()),
    ],
)
def test_the_language(stocked: Library, text: str, expected: set[str]) -> None:
    assert names(stocked, text) == expected


@pytest.mark.parametrize("text", ["", "   ", ",", "- ,", '"', '""', "%", "& + *", ":", "name:", "NOT", "()"])
def test_text_without_words_asks_for_nothing_in_particular(stocked: Library, text: str) -> None:
    assert len(names(stocked, text)) == (0 if text == "NOT" else len(NAMES))


def test_number_fields(stocked: Library) -> None:
    stereo = names(stocked, "channels:2")
    assert stereo == {Path(path).name for path in NAMES[1::2]}
    assert names(stocked, "-channels:2") == {Path(path).name for path in NAMES[0::2]}
    assert len(names(stocked, "rate:48000")) == len(NAMES)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=40) | st.text(alphabet="ab ,-\":()*^+{}'%\\\x00\ud800🔥name", max_size=60))
def test_no_text_fails(stocked: Library, text: str) -> None:
    found = stocked.search(text)
    assert len(found) <= len(NAMES)


WORD = st.sampled_from(["dog", "rain", "wood", "fire", '"door slam"', "folder:foley", "type:wav"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(one=WORD, other=WORD)
def test_and_or_and_not_are_set_operations(stocked: Library, one: str, other: str) -> None:
    first, second = names(stocked, one), names(stocked, other)
    assert names(stocked, f"{one} {other}") == first & second
    assert names(stocked, f"{one}, {other}") == first | second
    assert names(stocked, f"{one} -{other}") == first - second


def test_very_long_text_is_no_trouble(stocked: Library) -> None:
    assert names(stocked, "dog " * 5000) == {"Bark close 01.wav", "Howl.flac"}
    assert names(stocked, "dog, " * 5000) == {"Bark close 01.wav", "Howl.flac"}

"""Words are cut the same way in names and in queries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.library.words import index_words, singular, split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("DOGBark01", ["dog", "bark", "01"]),
        ("FEETHors_Gallop-fast", ["feet", "hor", "gallop", "fast"]),
        ("Trains, Boxes & Ladies", ["train", "box", "lady"]),
        ("Café glass", ["cafe", "glass"]),
        ("雨の音", ["雨", "の", "音"]),
        ("_-#%", []),
    ],
)
def test_names_are_cut_at_camel_case_digits_and_signs(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@pytest.mark.parametrize(
    ("many", "one"), [("dogs", "dog"), ("brushes", "brush"), ("flies", "fly"), ("glasses", "glass")]
)
def test_plurals_meet_their_singular(many: str, one: str) -> None:
    assert singular(many) == singular(one)


@pytest.mark.parametrize("word", ["bus", "glass", "gas", "hiss", "debris"])
def test_singulars_that_end_in_s_meet_themselves(word: str) -> None:
    assert singular(word) in (word, word[:-1])
    assert singular(word) != singular(word[:-2])


def test_compounds_are_indexed_whole_too() -> None:
    assert index_words("FEETHors walk") == "feet hor walk feethor"


@given(st.text())
def test_words_of_any_text_are_plain(text: str) -> None:
    for word in split_words(text):
        assert word
        assert all(character.isalnum() for character in word)


@given(st.text())
def test_what_is_searched_for_is_what_was_indexed(text: str) -> None:
    words = split_words(text)
    assert index_words(text).split()[: len(words)] == words

"""Categories asked for by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.cli.categories import check_category
from engine.errors import LibraryError
from engine.library import Library
from engine.library.names import Category
from engine.library.rights import Rights
from engine.library.store import Header, Stamp, put_header


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Three doors, two dogs, one each of four more."""
    made = Library.create(tmp_path / "s.foleylib", SimpleNamespace(id="m", fingerprint="f"))
    names = ["DOORS"] * 3 + ["ANIMALS"] * 2 + ["WATER", "WEATHER", "FOLEY", "METAL"]
    with made, made.database.writing() as connection:
        for number, name in enumerate(names):
            path, stamp = f"/s/{number}.wav", Stamp(1, 1)
            put_header(connection, Header(path, f"{number}.wav", "", stamp, 1.0, 48_000, 1, Category(name), Rights()))
    with Library.open(tmp_path / "s.foleylib") as opened:
        yield opened


@pytest.mark.parametrize("name", [None, "DOORS", "doors", "Water"])
def test_what_is_there_passes_whatever_its_case(library: Library, name: str | None) -> None:
    check_category(library, name)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("door", "Did you mean DOORS?"),
        ("wather", "Did you mean WEATHER, WATER?"),
        ("nonsense", "It has DOORS, ANIMALS, FOLEY, METAL and 2 more."),
        ("", "It has DOORS, ANIMALS, FOLEY, METAL and 2 more."),
    ],
)
def test_the_nearest_are_named(library: Library, asked: str, hint: str) -> None:
    with pytest.raises(LibraryError) as refused:
        check_category(library, asked)
    assert refused.value.message == f"No sound of this library is of the category “{asked}”."
    assert refused.value.hint == hint


def test_a_library_without_categories(tmp_path: Path) -> None:
    made = Library.create(tmp_path / "s.foleylib", SimpleNamespace(id="m", fingerprint="f"))
    with made, pytest.raises(LibraryError, match="search for words instead"):
        check_category(made, "doors")

"""What a file's name and folder say: its UCS category, else its folder's, and the family of takes it belongs to."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath

import resources
from engine.library.words import split_words

# Folders that say how a sound is stored, not what it is.
_GENERIC = {
    "audio",
    "sound",
    "sample",
    "sfx",
    "wav",
    "wave",
    "mp3",
    "ogg",
    "flac",
    "aif",
    "aiff",
    "take",
    "mono",
    "stereo",
}
_CATID = re.compile(r"^\s*([A-Za-z]+)(?=[-_\s.]|$)")
_TAKE = re.compile(
    r"^(?P<base>.*?[^\W\d_].*?)(?:(?:[\s_.\-]*(?:take|tk))?[\s_.\-#(]*(?<!\d)\d{1,4}\)?|[\s_.\-]+[A-Za-z])$",
    re.IGNORECASE,
)


# CatID_FXName_CreatorID_SourceID: with fewer fields nobody can tell which of them is the name.
_UCS_FIELDS = 4


@dataclass(frozen=True, slots=True)
class Category:
    """A category as shown, and where it stands in the Universal Category System (UCS 8.2) if its name said so."""

    category: str
    subcategory: str = ""
    catid: str = ""
    extra: str = ""
    """More words the file is found by."""


def categorise(name: str, folders: tuple[str, ...]) -> Category:
    """The category of a file from the UCS CatID that leads its name, else from its folder.

    Args:
        name: file name with its suffix.
        folders: names of the folders above it, outermost first, starting with the indexed one.
    """
    return _from_catid(PurePath(name).stem) or _from_folders(folders)


def title_of(name: str) -> str:
    """What a file is called without the rest of a full UCS name: ``DOGBark_Small Terrier 01_ABC_Home.wav`` is
    "Small Terrier 01"; any other name is its stem.
    """
    stem = PurePath(name).stem
    fields = stem.split("_")
    return fields[1].strip() or stem if len(fields) >= _UCS_FIELDS and _from_catid(stem) else stem


def take_family(name: str) -> str:
    """The name takes share: ``bark_01.wav`` and ``bark_02.wav`` are of family ``bark``; other names are their own."""
    stem, title = PurePath(name).stem, title_of(name)
    match = _TAKE.match(title)
    base = match["base"].rstrip(" _.-#(") if match else title
    return stem.replace(title, base, 1).casefold()


def _from_catid(stem: str) -> Category | None:
    match = _CATID.match(stem)
    if match is None:
        return None
    token = match[1]
    catid = _catids().get(token.casefold())
    # "rain_01" may be anybody's; "RAIN_..." is the CatID. CatIDs with a suffix are too odd to be ordinary words.
    if catid is None or (catid.isupper() and token != catid):
        return None
    category, subcategory = ucs_table()[catid]
    return Category(category, subcategory, catid)


def _from_folders(folders: tuple[str, ...]) -> Category:
    for folder in reversed(folders):
        words = split_words(folder)
        if words and not all(word.isdigit() or word in _GENERIC for word in words):
            return Category(_clean(folder), extra=_wider(words))
    return Category(_clean(folders[-1]) if folders else "")


def _clean(folder: str) -> str:
    return " ".join(re.sub(r"[_+]", " ", folder).split())


def _wider(words: list[str]) -> str:
    """The UCS category whose subcategory the folder is called by: a folder ``Dogs`` is found by "animals" too."""
    return _unique_subcategories().get(" ".join(words), "")


@lru_cache(maxsize=1)
def ucs_table() -> dict[str, tuple[str, str]]:
    """Category and subcategory of each CatID of the Universal Category System."""
    with resources.path("ucs.csv").open(encoding="utf-8-sig", newline="") as lines:
        return {row["CatID"]: (row["Category"], row["SubCategory"]) for row in csv.DictReader(lines)}


@lru_cache(maxsize=1)
def _catids() -> dict[str, str]:
    return {catid.casefold(): catid for catid in ucs_table()}


@lru_cache(maxsize=1)
def _unique_subcategories() -> dict[str, str]:
    """Words of the subcategories that stand in one category only, with that category."""
    homes: dict[str, set[str]] = {}
    for category, subcategory in ucs_table().values():
        homes.setdefault(" ".join(split_words(subcategory)), set()).add(category)
    return {word: next(iter(found)) for word, found in homes.items() if len(found) == 1}

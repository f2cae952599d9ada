"""Words of file names, folders and queries, cut the same way on both sides."""

from __future__ import annotations

import re
import unicodedata

# Scripts without spaces are cut into characters; a phrase of characters then finds any part of a name.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_COMPOUND = re.compile(rf"[{_CJK}]|(?:(?![_{_CJK}])\w)+")
_PART = re.compile(r"\d+|[^\W\d_]+")
_UPPER_THEN_WORD = re.compile(r"(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])")
_SHORT = 3


def split_words(text: str) -> list[str]:
    """Lower-case singular words of ``text`` in order; camelCase and digits are cut: ``DOGBark01`` is dog, bark, 01."""
    return [singular(part) for compound in _compounds(text) for part in _parts(compound)]


def index_words(text: str) -> str:
    """The words of ``text`` as indexed: in order, then compounds unsplit, so ``feethors`` finds ``FEETHors`` too."""
    compounds = [(compound, _parts(compound)) for compound in _compounds(text)]
    words = [singular(part) for _, parts in compounds for part in parts]
    whole = [singular(compound.casefold()) for compound, parts in compounds if len(parts) > 1]
    return " ".join(words + whole)


def singular(word: str) -> str:
    """The word without a simple English plural ending; both sides of a search pass here, so it need not be pretty."""
    if len(word) <= _SHORT or not word.isascii() or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > _SHORT + 1:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def _compounds(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", text)
    return _COMPOUND.findall("".join(c for c in decomposed if not unicodedata.combining(c)))


def _parts(compound: str) -> list[str]:
    pieces = [piece for part in _PART.findall(compound) for piece in _UPPER_THEN_WORD.split(part)]
    return [piece.casefold() for piece in pieces]

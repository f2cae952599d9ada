"""The text filter's language, turned into SQL: space is AND, comma OR, minus NOT, plus "phrases" and field:value."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from engine.library.words import split_words

FIELDS = {
    "name": "name",
    "folder": "folder",
    "path": "{name folder}",
    "category": "{category extra}",
    "cat": "{category extra}",
    "subcategory": "subcategory",
    "sub": "subcategory",
    "catid": "catid",
}
RIGHTS = {"licence": "licence", "license": "licence", "credit": "credit", "author": "credit", "source": "credit"}
NUMBERS = {"channels": "channels", "rate": "sample_rate"}
KNOWN = {*FIELDS, *RIGHTS, *NUMBERS, "type"}
MOST_CHARACTERS = 2000
MOST_TERMS = 60  # SQLite bounds the depth of an expression
_TERM = re.compile(r'(?P<minus>-?)(?:(?P<field>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<plain>[^\s",]+))|(?P<comma>,)')


@dataclass
class Condition:
    """A WHERE clause over ``files AS f`` and its parameters; an empty clause matches everything."""

    sql: str = ""
    parameters: list[str | int] = field(default_factory=list)


def parse(text: str) -> Condition:
    """The condition ``text`` asks for. Any text is legal: what cannot be searched for is left out.

    Comma binds weakest: ``dog bark, wolf -howl`` is (dog and bark) or (wolf and not howl). A word matches whole words
    in the singular; several words in one term (``DOGBark``, ``"door slam"``) must stand side by side.
    """
    groups: list[list[Condition]] = [[]]
    for match in list(_TERM.finditer(text[:MOST_CHARACTERS]))[:MOST_TERMS]:
        if match["comma"]:
            groups.append([])
        elif (term := _term(match)) is not None:
            groups[-1].append(term)
    return _joined([_joined(group, " AND ") for group in groups if group], " OR ")


def _joined(conditions: list[Condition], operator: str) -> Condition:
    if len(conditions) == 1:
        return conditions[0]
    sql = operator.join(f"({condition.sql})" for condition in conditions)
    return Condition(sql, [value for condition in conditions for value in condition.parameters])


def _term(match: re.Match[str]) -> Condition | None:
    name, text = (match["field"] or "").casefold(), match["phrase"] or match["plain"] or ""
    if name and name not in KNOWN:
        name, text = "", f"{match['field']} {text}"
    if text.endswith(":") and text[:-1].casefold() in KNOWN:  # the value is still being typed
        return None
    positive = _positive(name, text)
    if positive is not None and match["minus"]:
        positive.sql = f"NOT ({positive.sql})"
    return positive


def _positive(name: str, text: str) -> Condition | None:
    if name in NUMBERS:
        return Condition(f"f.{NUMBERS[name]} = ?", [int(text[:9])]) if text.isascii() and text.isdigit() else None
    if name == "type":
        return _contains(f".{text.lstrip('.')}", at_end=True) if text.isascii() and text else None
    words = split_words(text)
    if name in RIGHTS:
        return _rights(RIGHTS[name], words)
    if words:
        phrase = '"' + " ".join(words) + '"'
        match = f"{FIELDS[name]} : {phrase}" if name else phrase
        return Condition("f.id IN (SELECT rowid FROM words WHERE words MATCH ?)", [match])
    # Symbols are no words: an emoji is looked for as it stands, other punctuation is left out.
    if any(unicodedata.category(character) == "So" for character in text):
        return _contains(text)
    return None


def _rights(column: str, words: list[str]) -> Condition | None:
    """``licence:none`` asks for the files that have none; anything else for its words side by side."""
    if words == ["none"]:
        return Condition(f"f.{column} = ''")
    if not words:
        return None
    match = f'{column} : "{" ".join(words)}"'
    return Condition("f.id IN (SELECT rowid FROM rights WHERE rights MATCH ?)", [match])


def _contains(text: str, at_end: bool = False) -> Condition:
    if at_end:
        return Condition("lower(substr(f.name, ?)) = ?", [-len(text), text.lower()])
    printable = "".join(c for c in text if unicodedata.category(c) != "Cs")
    return Condition("instr(f.name, ?) > 0", [printable])

"""Under which licence a sound may be used and whom to credit, as its own tags and the tables beside it say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import soundfile

from engine.errors import MediaError

# What tables write where they have nothing to say.
_NOTHING = {"", "-", "?", "n/a", "na", "nan", "none", "none stated", "not stated", "null", "unknown"}
# Tag names of the formats that FFmpeg reads: ID3 (TCOP, WCOP), MP4, Matroska, APE.
_LICENCE_TAGS = ("license", "licence", "copyright", "wcop", "tcop")
_CREDIT_TAGS = ("artist", "author", "album_artist", "composer", "performer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What is said of a sound's use; empty where nothing is."""

    licence: str = ""
    credit: str = ""
    """Author, source, or both."""

    def or_else(self, other: Rights) -> Rights:
        """These, with what they leave out taken from ``other``."""
        return Rights(licence=self.licence or other.licence, credit=self.credit or other.credit)


NOTHING_SAID = Rights()


def stated(text: str | None) -> str:
    """``text`` on one line; empty where it says that nothing is known, such as "none stated"."""
    line = " ".join((text or "").split())
    return "" if line.casefold() in _NOTHING else line


def read_tags(path: Path) -> Rights:
    """Licence or copyright and author from a file's own tags (LIST/INFO, Vorbis comments, ID3, MP4 and their like).

    Nothing where the file cannot be read: whoever decodes it says why.
    """
    from engine.media.audio import open_soundfile

    file = open_soundfile(path)
    if file is None:
        return _container_tags(path)
    with file:
        try:
            return Rights(licence=stated(file.license or file.copyright), credit=stated(file.artist))
        except (soundfile.LibsndfileError, UnicodeDecodeError):  # text in an unknown code page
            return NOTHING_SAID


def _container_tags(path: Path) -> Rights:
    from engine.media.source import open_container

    try:
        with open_container(path) as container:
            told = [container.metadata, *(stream.metadata for stream in container.streams.audio)]
    except MediaError:
        return NOTHING_SAID
    return Rights(licence=_first(told, _LICENCE_TAGS), credit=_first(told, _CREDIT_TAGS))


def _first(told: Sequence[Mapping[str, str]], names: tuple[str, ...]) -> str:
    """The first of these tags that says something."""
    tags = {key.casefold(): text for source in reversed(told) for key, text in source.items()}
    return next((text for text in (stated(tags.get(name)) for name in names) if text), "")

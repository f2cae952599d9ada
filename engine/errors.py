"""The few kinds of error a person sees: one sentence, one next step, and the technical detail beneath."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class EngineError(Exception):
    """A failure that can be shown to a person.

    Args:
        message: one sentence that says what went wrong, naming the file or value.
        hint: the next step, as an imperative sentence.
        detail: what the library underneath said; shown only on request.
        path: the file concerned, if there is one.
    """

    def __init__(self, message: str, hint: str = "", *, detail: str = "", path: Path | str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail
        self.path = Path(path) if path is not None else None

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class MediaError(EngineError):
    """A picture or sound file could not be read or written."""


class LibraryError(EngineError):
    """The sound library's catalogue or index is missing, damaged or made by another model."""


class ModelError(EngineError):
    """A model could not be found, loaded or configured."""


class ProjectError(EngineError):
    """A project document could not be read or edited."""


class DeviceError(EngineError):
    """The sound device or the accelerator is missing or refused."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that batch work left out, why, and what to do about it."""

    path: Path
    message: str
    hint: str = ""


class Cancelled(Exception):  # not an error: the person asked for it
    """Raised inside a job when its owner cancelled it; never shown."""

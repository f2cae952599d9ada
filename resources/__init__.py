"""The files Foleyscope ships with: models, the category table, theme. One reader, in source and in the frozen build."""

from pathlib import Path

_ROOT = Path(__file__).resolve().parent


def path(relative: str) -> Path:
    """Absolute path of a shipped file or folder, e.g. ``path("models")``; it is not checked for existence."""
    return _ROOT / relative

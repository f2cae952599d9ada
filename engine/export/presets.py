"""Loudness targets of broadcasters; a file of the user's own may add to them or change them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ProjectError


@dataclass(frozen=True, slots=True, kw_only=True)
class LoudnessTarget:
    """How loud a delivery is made."""

    id: str
    title: str
    lufs: float | None = None
    """Integrated loudness, LUFS; None leaves the level alone."""
    true_peak: float | None = None
    """dBTP that is never exceeded by making it louder."""


NONE = LoudnessTarget(id="none", title="As mixed")
BUILT_IN = (
    NONE,
    LoudnessTarget(id="ebu-r128", title="EBU R128", lufs=-23.0, true_peak=-1.0),
    LoudnessTarget(id="atsc-a85", title="ATSC A/85", lufs=-24.0, true_peak=-2.0),
    LoudnessTarget(id="netflix", title="Netflix", lufs=-27.0, true_peak=-2.0),
)
"""The three broadcasters' targets, as each states them; Netflix measures dialogue only, we the whole mix."""

_HINT = 'Write it as [loudness.my-channel] with title = "My channel", lufs = -20.0 and true_peak = -1.5.'


def read_targets(path: Path | str | None = None) -> dict[str, LoudnessTarget]:
    """All targets by id: the built-in ones, with those of the TOML file ``path`` laid over them.

    Raises:
        ProjectError: the file cannot be read, or says something else.
    """
    targets = {target.id: target for target in BUILT_IN}
    if path is None:
        return targets
    path = Path(path)
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("loudness", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise ProjectError(f"{path.name} cannot be read as presets.", _HINT, detail=str(exc), path=path) from exc
    if not isinstance(tables, dict) or not tables:
        raise ProjectError(f"{path.name} holds no loudness presets.", _HINT, path=path)
    return targets | {name: _target(name, table, path) for name, table in tables.items()}


def _target(name: str, table: Any, path: Path) -> LoudnessTarget:
    known = {"title": (str,), "lufs": (int, float), "true_peak": (int, float)}
    entries: dict[str, Any] = table if isinstance(table, dict) else {"": None}
    wrong = [key for key, value in entries.items() if not isinstance(value, known.get(key, ()))]
    if wrong:
        raise ProjectError(f"{path.name}: “{wrong[0]}” of preset {name} is not understood.", _HINT, path=path)
    target = LoudnessTarget(
        id=name, title=entries.get("title", name), lufs=entries.get("lufs"), true_peak=entries.get("true_peak")
    )
    loud = target.lufs is None or -70 < target.lufs < 0
    if not (loud and (target.true_peak is None or -20 <= target.true_peak <= 0)):
        hint = "Give lufs between -70 and 0 and true_peak between -20 and 0."
        raise ProjectError(f"{path.name}: preset {name} asks for a loudness that cannot be.", hint, path=path)
    return target


def choose_target(name: str, path: Path | str | None = None) -> LoudnessTarget:
    """The target called ``name``; :class:`ProjectError` names those there are."""
    targets = read_targets(path)
    if name not in targets:
        raise ProjectError(f"There is no loudness preset “{name}”.", f"Choose one of {', '.join(targets)}.")
    return targets[name]

"""`demo` and `gui`: the commands that open the window, and the demo without one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import print_json, run_job


def register(cli: typer.Typer) -> None:
    """Add this family's commands to ``cli``."""
    cli.command()(demo)
    cli.command()(gui)


def demo(
    headless: Annotated[
        bool, typer.Option("--headless", help="No window: print suggestions for three moments of the film as JSON.")
    ] = False,
) -> None:
    """Open a film and a small sound library that Foleyscope renders itself on the first run."""
    if not headless:
        _open_window(None, None, demo=True)
    from app.cli.demo import suggestions_for_three_moments

    print_json(run_job(suggestions_for_three_moments))


def gui(
    target: Annotated[
        Path | None, typer.Argument(metavar="[VIDEO|PROJECT]", help="The picture to open, a video or a still.")
    ] = None,
    library: Annotated[Path | None, typer.Option(metavar="FILE", help="The sound library to open with it.")] = None,
) -> None:
    """Open the window."""
    _open_window(target, library, demo=False)


def _open_window(target: Path | None, library: Path | None, *, demo: bool) -> None:
    from app.cli.screen import check_screen

    check_screen()
    from app.gui import run

    raise typer.Exit(run(target, library, demo))

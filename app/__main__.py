"""The `foleyscope` command: every sub-command, with Qt and torch imported only by the ones that need them."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import typer

from app.cli import export, fit, learning, library, localize, measuring, project, spot, windowed
from app.cli.console import set_up_logging
from app.cli.failures import one_line

cli = typer.Typer(
    name="foleyscope",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
windowed.register(cli)
library.register(cli)
fit.register(cli)
spot.register(cli)
localize.register(cli)
learning.register(cli)
project.register(cli)
export.register(cli)
measuring.register(cli)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("foleyscope"))
        raise typer.Exit


@cli.callback()
def _options(
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Log everything; show the trace of a failure.")] = False,
) -> None:
    """Proposes sounds from your own library for every frame of a silent picture."""
    set_up_logging(debug)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit: 0 done, 1 failed (one line says why), 2 wrong usage, 130 stopped by Ctrl-C."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file name may hold bytes that no encoding has
    with one_line(debug):
        cli(args=_debug_first(words), prog_name="foleyscope")


def _debug_first(words: list[str]) -> list[str]:
    """``--debug`` belongs to the command as a whole, but is accepted after the sub-command too."""
    rest = [word for word in words if word != "--debug"]
    return ["--debug", *rest] if len(rest) < len(words) else rest


if __name__ == "__main__":
    main()

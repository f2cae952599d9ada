"""The `foleyscope` command: every sub-command, with Qt and torch imported only by the ones that need them."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from types import FrameType
from typing import Annotated

import typer

from app.cli import export, fit, learning, library, localize, measuring, project, spot, sync, windowed
from app.cli.console import set_up_logging
from app.cli.failures import one_line

TERMINATED = 143  # 128 + SIGTERM, what shells and service managers expect

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
sync.register(cli)
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
    """Run the command and exit: 0 done, 1 failed (one line says why), 2 wrong usage, 130 Ctrl-C, 143 told to end."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file name may hold bytes that no encoding has
    with _ends_cleanly_when_told(), one_line(debug):
        cli(args=_debug_first(words), prog_name="foleyscope")


@contextmanager
def _ends_cleanly_when_told() -> Iterator[None]:
    """SIGTERM stops the work as Ctrl-C does, so that nothing half made is left, and the exit status says why."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    owner, told = os.getpid(), False

    def stop(_signal: int, frame: FrameType | None) -> None:
        nonlocal told
        if os.getpid() != owner:  # a forked worker that its parent wants to end
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTERM)
            return
        ctrl_c = signal.getsignal(signal.SIGINT)
        if not told and callable(ctrl_c):
            told = True
            ctrl_c(signal.SIGINT, frame)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except SystemExit as leaving:
        raise SystemExit(TERMINATED if told and leaving.code else leaving.code) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _debug_first(words: list[str]) -> list[str]:
    """``--debug`` belongs to the command as a whole, but is accepted after the sub-command too."""
    rest = [word for word in words if word != "--debug"]
    return ["--debug", *rest] if len(rest) < len(words) else rest


if __name__ == "__main__":
    main()

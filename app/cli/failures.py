"""The one place where an exception becomes the line a person at the command line reads."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from engine.errors import Cancelled, EngineError

FAILED = 1
STOPPED = 130  # 128 + SIGINT, what shells expect after Ctrl-C


def describe(error: BaseException) -> str:
    """One line: what went wrong and what to do next."""
    if isinstance(error, EngineError):
        text = f"{error.message} {error.hint}"
    elif isinstance(error, OSError) and error.strerror:
        place = f" ({error.filename})" if error.filename else ""
        text = f"The system refused: {error.strerror}{place}. Check that the place exists and may be used."
    elif isinstance(error, MemoryError):
        text = "Memory ran out. Close other programs or give the command less at once."
    else:
        text = f"Unexpected {type(error).__name__}: {error}. Run it again with --debug and report the trace."
    return " ".join(text.split())


@contextmanager
def one_line(debug: bool) -> Iterator[None]:
    """Turns every exception into one line on stderr and an exit code; ``debug`` prints the trace before it."""
    try:
        yield
    except Cancelled:
        typer.echo("Stopped.", err=True)
        sys.exit(STOPPED)
    except Exception as error:  # noqa: BLE001  the edge of the program: what comes here has no one else to tell
        if debug:
            traceback.print_exception(error)
            if isinstance(error, EngineError) and error.detail:
                typer.echo(error.detail, err=True)
        typer.echo(f"foleyscope: {describe(error)}", err=True)
        sys.exit(FAILED)

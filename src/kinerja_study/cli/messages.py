"""What is said beside the answer: the one place where an error of the user's data becomes a message and a status."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import typer

from kinerja_study.errors import StudyError, UnknownParameterError

P = ParamSpec("P")


def reporting_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Show an error of the user's data as a message on standard error; 1 for the data, 2 for the usage."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except UnknownParameterError as error:
            complain(error)
            raise typer.Exit(2) from None
        except StudyError as error:
            complain(error)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            typer.echo("interrupted; the last good outputs are as they were.", err=True)
            raise typer.Exit(130) from None
        except BrokenPipeError:
            raise  # who read along has left: click ends without a word
        except OSError as error:
            place = f": {error.filename}" if error.filename else ""
            typer.echo(
                f"{error.strerror or error}{place}\n    Check space and permissions, then run again.", file=sys.stderr
            )
            raise typer.Exit(1) from None

    return wrapped


def complain(error: StudyError, lead: str = "") -> None:
    """Tell an error on standard error."""
    typer.echo(f"{lead}{type(error).__name__}: {error}", err=True)


def say_aside(text: str) -> None:
    """Tell something on standard error."""
    typer.echo(text, err=True)

"""The commands that open JupyterLab: the notebooks, and the coding room."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from typing import Annotated, Literal

import typer

from kinerja_study.cli.arguments import StudyArgument, chosen_study
from kinerja_study.errors import StudyError
from kinerja_study.study import Study, find_root


def lab() -> None:
    """Open the notebooks in JupyterLab."""
    root = find_root()
    command = [sys.executable, "-m", "jupyterlab", str(root / "notebooks")]
    raise typer.Exit(subprocess.call(command, cwd=root))  # noqa: S603 - our own interpreter and folder


def code(
    study: StudyArgument = None,
    coder: Annotated[str | None, typer.Option(metavar="NAME", help="Who codes; else the room asks.")] = None,
    language: Annotated[Literal["id", "en"] | None, typer.Option(help="Of the room; by default the study's.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser on the room.")] = True,
) -> None:
    """Open the coding room: read, code, compare and agree, in JupyterLab."""
    opened = Study.open(chosen_study(study), language=language)
    if find_spec("anywidget") is None:
        problem = (
            "the coding room needs the extra [coding], which is not installed.\n"
            "    'make code' installs it; by hand: pip install --require-hashes -r requirements-dev.lock"
        )
        raise StudyError(problem)
    from kinerja_study.coding.lab import open_lab

    raise typer.Exit(open_lab(opened, coder, browser=browser, say=typer.echo))

"""The commands before a run: make a study of one's own, and find what is wrong with its raw data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from kinerja_study.cli.arguments import JsonOption, StudyArgument, chosen_study
from kinerja_study.errors import RawDataError
from kinerja_study.study import Study, find_root


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make; a bare name goes to data/raw.")],
) -> None:
    """Make a study of one's own, every file explained, with a short transcript that already runs."""
    from kinerja_study.reproduction.starter import create_study

    root = find_root()
    if len(folder.parts) == 1 and (root / "data/raw").is_dir():
        folder = root / "data/raw" / folder
    made = create_study(folder)
    console = Console()
    console.print(f"{escape(str(folder))}: {len(made)} files. Read README.md there, then:", highlight=False)
    if folder.resolve().parent == (root / "data/raw").resolve():
        console.print(f"    kinerja run {folder.name}", highlight=False)
    else:
        console.print("    move it to data/raw of a project, and there: kinerja run " + folder.name, highlight=False)


def check(
    study: StudyArgument = None,
    fix: Annotated[bool, typer.Option("--fix", help="Write in the place of quotes that occur exactly once.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show every fault of a study's raw data at once."""
    from kinerja_study.collection import Check, check_study
    from kinerja_study.collection.reanchoring import write_anchors

    try:
        opened = Study.open(chosen_study(study))
        found = check_study(opened)
    except RawDataError as error:
        if not as_json:
            raise
        opened, found = None, Check(faults=list(error.faults), anchors=[], notes=[])
    placed = 0
    if fix and opened is not None and found.anchors:
        files = opened.read_raw()
        for file in sorted({anchor.file for anchor in found.anchors}):
            own = [anchor for anchor in found.anchors if anchor.file == file]
            opened.replace_raw(file, write_anchors(files[file], file, own))
            placed += len(own)
        found = check_study(opened)
    if as_json:
        told = {name: [each.as_dict() for each in getattr(found, name)] for name in ("faults", "notes")}
        typer.echo(json.dumps({**told, "placed": placed}, ensure_ascii=False, indent=1))
        if found.faults:
            raise typer.Exit(1)
        return
    if placed:
        typer.echo(f"placed {placed} quotes")
    for note in found.notes:
        typer.echo(f"note: {note}", err=True)
    if found.faults:
        raise RawDataError(chosen_study(study), found.faults)
    quotes = "1 quote has" if len(found.anchors) == 1 else f"{len(found.anchors)} quotes have"
    waiting = f" {quotes} no place written in yet ('kinerja check --fix')." if found.anchors else ""
    typer.echo(f"no faults.{waiting}")

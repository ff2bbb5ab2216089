"""The commands for what comes from elsewhere and goes elsewhere: transcripts, projects, suggestions, chapters."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kinerja_study.cli.arguments import JsonOption, StudyArgument, chosen_study
from kinerja_study.study import Study, find_root


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Of REFI-QDA, QualCoder (.qda), Taguette (.sqlite3, .csv ...), or a transcript."
        ),
    ],
    study: Annotated[str, typer.Option(help="Study to make in data/raw, or to add to.")],
    positions: Annotated[
        str | None, typer.Option(help="How positions count, where the file does not show it: see docs/exchange.md.")
    ] = None,
    text_id: Annotated[str | None, typer.Option("--id", help="Of a transcript: its id, as W01.")] = None,
    date: Annotated[str | None, typer.Option(help="Of a transcript: its date, as 2018-03-12.")] = None,
    kind: Annotated[str | None, typer.Option(help="Of a transcript: interview, observation or document.")] = None,
    header: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="Another key of a transcript's header, repeatedly.")
    ] = None,
    speakers: Annotated[
        Path | None, typer.Option(metavar="SPEAKERS.csv", help="Table speaker,informant; P is the interviewer.")
    ] = None,
    guide: Annotated[
        Path | None, typer.Option(metavar="GUIDE.csv", help="Questions, number,question, to find in the turns.")
    ] = None,
) -> None:
    """Take in a transcript, or what was coded in another program; raw data that is there is never changed."""
    from kinerja_study.collection import check_study
    from kinerja_study.exchange import transcripts
    from kinerja_study.exchange.importing import READERS, import_project
    from kinerja_study.exchange.refi_qda.positions import LIKELY, RARE

    if file.suffix.lower() not in (known := (*READERS, *transcripts.ENDINGS)):
        raise typer.BadParameter(f"{file.name!r} does not end in {' or '.join(known)}.", param_hint="FILE")
    ways = [str(way) for way in LIKELY + RARE]
    if positions is not None and positions not in ways:
        raise typer.BadParameter(f"one of: {'  '.join(ways)}", param_hint="--positions")
    root = find_root(study)
    if not (root / "data/raw").is_dir():
        raise typer.BadParameter("there is no data/raw here: call it in the project's folder.", param_hint="--study")
    if file.suffix.lower() in transcripts.ENDINGS:
        told = {"id": text_id, "date": date, "kind": kind, **_header(header or [])}
        ask = typer.prompt if sys.stdin.isatty() else None
        opened = Study.open(study, root=root)
        given = {key: value.strip() for key, value in told.items() if value is not None}
        lines = transcripts.import_transcript(file, opened, given, speakers=speakers, guide=guide, ask=ask)
    else:
        lines = import_project(file, study, root, positions=positions)
    for line in lines:
        typer.echo(line)
    faults = check_study(Study.open(study, root=root)).faults
    count = "no faults" if not faults else f"{len(faults)} fault{'s' * (len(faults) > 1)} to mend"
    typer.echo(f"{count}: 'kinerja check {study}'")


def suggest(
    study: StudyArgument = None,
    replace: Annotated[bool, typer.Option("--replace", help="Also where codings/saran.csv holds else.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Suggest codings by the codebook's cues, as codings/saran.csv; no evidence until a person takes them over."""
    from kinerja_study.collection import check_study, load_field_data
    from kinerja_study.condensation.agreement.suggested import compare_suggestions
    from kinerja_study.exchange.suggestions import FILE, suggest_codings

    opened = Study.open(chosen_study(study))
    rows = suggest_codings(opened, replace=replace)
    compared = []
    if not check_study(opened).faults and (data := load_field_data(opened)).suggestions is not None:
        frame = compare_suggestions(data.suggestions, data.codings, data.turns, data.informants, data.codebook)
        compared = frame.astype(object).where(frame.notna(), None).to_dict("records")
    if as_json:
        typer.echo(json.dumps({"suggestions": len(rows), "agreement": compared}, ensure_ascii=False, indent=1))
        return
    typer.echo(f"{FILE}: {len(rows)} suggestions. They count nowhere until a person takes them over: docs/exchange.md.")
    if compared:
        headings = [str(name).replace("_", " ") for name in compared[0]]
        table = Table(*headings, box=box.SIMPLE, title="suggestions (saran) beside those who coded",
                      title_justify="left")  # fmt: skip
        for row in compared:
            table.add_row(*(Text("" if value is None else str(value)) for value in row.values()))
        Console().print(table)


def export(
    study: Annotated[str, typer.Argument(help="Name of the study's folder in data/raw.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What to write: .docx, .zip, .xlsx, .qdpx or .qdc.")],
    chapter: Annotated[
        int, typer.Option(min=1, max=9, help="Number of the findings chapter; the closing chapter has the next one.")
    ] = 4,
    table: Annotated[
        str | None, typer.Option(help="Of an .xlsx: the one table to write, as informants or processed/segments.")
    ] = None,
) -> None:
    """Write the last run's chapters (.docx), what running again needs (.zip), tables (.xlsx), or a project (.qdpx)."""
    from kinerja_study.exchange import refi_qda
    from kinerja_study.exchange.workbook import export_tables
    from kinerja_study.reproduction.exporting import ENDINGS, export_study

    if file.suffix.lower() not in (known := (*ENDINGS, ".xlsx", *refi_qda.ENDINGS)):
        raise typer.BadParameter(f"{file.name!r} does not end in {' or '.join(known)}.", param_hint="FILE")
    opened = Study.open(study)
    if file.resolve().is_relative_to((opened.root / "data/raw").resolve()):
        raise typer.BadParameter("raw data is never written: choose another folder.", param_hint="FILE")
    if file.suffix.lower() == ".xlsx":
        names = export_tables(opened, file, table)
        typer.echo(f"{file}: {', '.join(names)}. Raw tables may hold words that may not be quoted: they are private.")
        return
    if file.suffix.lower() in refi_qda.ENDINGS:
        refi_qda.export_study(opened, file)
        private = "" if file.suffix.lower() == ".qdc" else " It holds every text whole: it is private."
        typer.echo(f"{file}: a working copy for other programs.{private}")
        return
    export_study(opened, file, chapter=chapter)
    if file.suffix.lower() == ".zip":
        typer.echo(
            f"{file}: unpack it, and there: make verify STUDY={study}\n"
            "It holds the whole texts, also of those who may not be quoted: it is private."
        )
        return
    typer.echo(f"{file}: the texts of two chapters for a thesis. In Word, let it update the fields when it asks.")


def pseudonymise(
    study: StudyArgument = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Find names, and change nothing.")] = False,
) -> None:
    """Replace the names of the private key file by ids, in texts that nobody has coded yet."""
    from kinerja_study.exchange.pseudonyms import pseudonymise

    opened = Study.open(chosen_study(study))
    outcome = pseudonymise(opened, dry_run=dry_run)
    for line in [*(outcome.show() if dry_run else []), *outcome.tell()]:
        typer.echo(line)
    count = sum(map(sum, (lines.values() for lines in outcome.replaced.values())))
    typer.echo(f"{count} names in {len(outcome.replaced)} texts {'to replace' if dry_run else 'replaced'}.")
    if outcome.replaced and not dry_run:
        typer.echo("The texts as they were are kept nowhere: keep your own copy outside this project. What git or an\n"
                   "earlier run has stored still holds the names: run again, and look at git's history.")  # fmt: skip
    if outcome.remaining:
        raise typer.Exit(1)


def _header(pairs: list[str]) -> dict[str, str]:
    parted = [pair.partition("=") for pair in pairs]
    wrong = next((key for key, equals, _ in parted if not equals), None)
    if wrong is not None:
        raise typer.BadParameter(f"it takes KEY=VALUE; there is only {wrong!r}.", param_hint="--header")
    return {key.strip(): value for key, _, value in parted}

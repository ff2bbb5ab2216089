"""The command line: one verb a task, and the one place where an error of the user's data becomes a message.

Owns arguments, messages and exit statuses; everything else is done by the packages below.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, ParamSpec

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from typer.core import TyperCommand

from kinerja_study.errors import RawDataError, StudyError, UnknownParameterError
from kinerja_study.study import PARAMETERS, Study, find_root, list_studies, parse_rule

if TYPE_CHECKING:
    from kinerja_study.cluster.jobs import Place
    from kinerja_study.condensation.agreement.answers import Answer
    from kinerja_study.reproduction.running import Run

DEFAULT_STUDY = "balikpapan-kota"

app = typer.Typer(
    help="Re-executable qualitative evaluation: field data in, findings and a report out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
P = ParamSpec("P")

StudyArgument = Annotated[str | None, typer.Argument(help="Name of the study's folder in data/raw.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


class PairsCommand(TyperCommand):
    """A command whose ``-p NAME VALUE`` takes two words; ``-p NAME=VALUE`` is the same."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Join the two words before the ordinary parsing."""
        joined: list[str] = []
        rest = iter(args)
        for word in rest:
            joined.append(word)
            if word in ("-p", "--parameter"):
                name = next(rest, None)
                value = None if name is None or "=" in name else next(rest, None)
                joined += [part for part in (name if value is None else f"{name}={value}",) if part is not None]
        return super().parse_args(ctx, joined)


def reporting_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Show an error of the user's data as a message on standard error; 1 for the data, 2 for the usage."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except UnknownParameterError as error:
            _complain(error)
            raise typer.Exit(2) from None
        except StudyError as error:
            _complain(error)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            typer.echo("interrupted; the last good outputs are as they were.", err=True)
            raise typer.Exit(130) from None
        except OSError as error:
            place = f": {error.filename}" if error.filename else ""
            typer.echo(
                f"{error.strerror or error}{place}\n    Check space and permissions, then run again.", file=sys.stderr
            )
            raise typer.Exit(1) from None

    return wrapped


@app.command()
@reporting_errors
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


@app.command()
@reporting_errors
def check(
    study: StudyArgument = None,
    fix: Annotated[bool, typer.Option("--fix", help="Write in the place of quotes that occur exactly once.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show every fault of a study's raw data at once."""
    from kinerja_study.collection import Check, check_study
    from kinerja_study.collection.reanchoring import write_anchors

    try:
        opened = Study.open(_chosen(study))
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
        raise RawDataError(_chosen(study), found.faults)
    quotes = "1 quote has" if len(found.anchors) == 1 else f"{len(found.anchors)} quotes have"
    waiting = f" {quotes} no place written in yet ('kinerja check --fix')." if found.anchors else ""
    typer.echo(f"no faults.{waiting}")


@app.command(cls=PairsCommand)
@reporting_errors
def run(
    studies: Annotated[list[str] | None, typer.Argument(help="Names of the studies' folders in data/raw.")] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="NAME VALUE", help="A notebook parameter; may be given repeatedly."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Execute every notebook, changed or not.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Run every study in data/raw.")] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Run on the workers of a dask scheduler there, as tcp://10.0.0.1:8786."),
    ] = None,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Say why each notebook is executed.")] = False,
) -> None:
    """Execute the notebooks as far as something has changed, and bind the report; many studies side by side."""
    if every and studies:
        raise typer.BadParameter("name the studies, or give --all: not both.", param_hint="--all")  # noqa: EM101
    # What ends a run in order ends it in the same order when the system asks for it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = _parameters(parameter or [])
    names = list_studies(find_root()) if every else list(dict.fromkeys(studies or []))
    names = names or [_chosen(None)]
    if len(names) > 1 or scheduler is not None:
        _run_many(names, chosen, force=force, verbose=verbose, scheduler=scheduler)
        return
    from kinerja_study.reproduction.running import run_study

    opened = Study.open(names[0], **chosen)
    with _Display(Console(stderr=True), opened.id) as display:
        outcome = run_study(
            opened, chosen, force=force, progress=display.update, waiting=lambda: _say_waiting(opened.id)
        )
    _tell(opened, outcome, verbose=verbose)


def _run_many(names: list[str], chosen: dict[str, Any], *, force: bool, verbose: bool, scheduler: str | None) -> None:
    from kinerja_study.cluster.jobs import run_many
    from kinerja_study.cluster.pool import LocalPool
    from kinerja_study.reproduction.cross_case import compare_studies

    opened, ran, failed = [], [], []
    for name in names:
        try:
            opened.append(Study.open(name, **chosen))
        except UnknownParameterError:
            raise
        except StudyError as error:
            _complain(error)
            failed.append(name)
    root = find_root(names[0])
    place: Place = LocalPool(root / ".kinerja")
    if scheduler is not None:
        from kinerja_study.cluster.scheduler import Scheduler

        lock = root / "requirements.lock"
        place = Scheduler(scheduler, lock.read_bytes() if lock.is_file() else b"", _say)
    with _bar(Console(stderr=True)) as bar:
        task = bar.add_task("studies", total=len(opened), cell="")
        told = run_many(
            opened, chosen, place, force=force, waiting=_say_waiting, done=lambda _: bar.update(task, advance=1)
        )
        for study, outcome in told:
            if isinstance(outcome, UnknownParameterError):
                raise outcome
            if isinstance(outcome, StudyError):
                _complain(outcome, f"{study.id} · ")
                failed.append(study.id)
            else:
                _tell(study, outcome, verbose=verbose, of_many=True)
                ran.append(study)
    if len(ran) > 1:
        try:
            typer.echo(compare_studies(ran, chosen.get("language"), force=force).relative_to(root).as_posix())
        except StudyError as error:
            _complain(error)
            failed.append("lintas-lokasi")
    if failed:
        typer.echo(f"failed: {', '.join(failed)}", err=True)
        raise typer.Exit(1)


def _tell(study: Study, outcome: Run, *, verbose: bool, of_many: bool = False) -> None:
    lead = f"{study.id} · " if of_many else ""
    for notebook, reason in outcome.reasons.items() if verbose else ():
        typer.echo(f"{lead}{notebook}: {reason or 'unchanged'}")
    key = study.definition.privacy.key_file
    if key and not (study.root / key).is_file():
        typer.echo(f"{lead}{key} is not there: the report was not searched for its names.", err=True)
    typer.echo(outcome.report.relative_to(study.root).as_posix())


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _say_waiting(study: str) -> None:
    _say(f"another run of {study} is at work; waiting for it to end (Ctrl-C to leave).")


@app.command()
@reporting_errors
def verify(study: StudyArgument = None, as_json: JsonOption = False) -> None:
    """Execute a study again from its raw data, and compare every output with the reference."""
    from kinerja_study.reproduction.verifying import CERTIFICATE, refuse_differences, verify_study

    name = _chosen(study)
    with _Display(Console(stderr=True), name) as display:
        found = verify_study(name, progress=display.update)
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
    else:
        for part, result in found.summary.items():
            typer.echo(f"{part:<12} {result}")
        typer.echo(f"{'certificate':<12} reports/{name}/{CERTIFICATE}")
    refuse_differences(found)


@app.command()
@reporting_errors
def audit(study: StudyArgument = None, as_json: JsonOption = False) -> None:
    """Hold a study's claims against its data and against each other."""
    from kinerja_study.conclusions.audit import audit_study
    from kinerja_study.presentation.displays.audit import describe_defect, tell_status
    from kinerja_study.presentation.wording import Wording

    opened = Study.open(_chosen(study))
    found = audit_study(opened)
    wording = Wording(opened.language)
    say = wording.say
    defects = [
        {"kind": d.kind, "claims": list(d.claims), "text": describe_defect(d.as_dict(), opened.definition, wording)}
        for d in found.defects
    ]
    if as_json:
        typer.echo(json.dumps({"claims": found.statuses, "defects": defects}, ensure_ascii=False, indent=1))
        return
    suffix = "_synthetic" if opened.definition.study.provenance == "synthetic" else ""
    statuses = Table(*(say(f"heading.{h}") for h in ("claim", "section", "text", f"status{suffix}")), show_lines=True,
                     title=say(f"caption.claims{suffix}"))  # fmt: skip
    for claim, held in zip(found.claims.to_dict("records"), found.statuses, strict=True):
        statuses.add_row(claim["id"], say(f"section.{claim['section']}"), escape(claim["text"]),
                         say(f"status.{tell_status(claim['asserts'], held['status'])}"))  # fmt: skip
    listed = Table(
        *(say(f"audit.{h}") for h in ("kind", "claims", "text")), show_lines=True, title=say("audit.defects")
    )
    listed.columns[1].max_width = 8
    for defect in defects:
        listed.add_row(say(f"defect.{defect['kind']}"), " ".join(defect["claims"]), escape(str(defect["text"])))
    console = Console()
    console.print(
        *(table for table in (statuses, listed) if table.row_count),
        say("audit.summary", claims=len(found.statuses), defects=len(defects)),
    )


@app.command()
@reporting_errors
def agreement(
    ratings: Annotated[Path, typer.Argument(metavar="RATINGS.csv", help="The unit's id, then a column a coder.")],
    level: Annotated[
        Literal["nominal", "ordinal", "interval", "ratio"] | None,
        typer.Option(help="What the values mean; by default every coefficient that they allow."),
    ] = None,
    order: Annotated[
        str | None,
        typer.Option(metavar="LOW,...,HIGH", help="Every value that is no number, from the lowest to the highest."),
    ] = None,
    unitizing: Annotated[
        bool, typer.Option("--unitizing", help="The table is coder,start,end,code: half-open segments.")
    ] = False,
    length: Annotated[
        int | None, typer.Option(min=1, help="Of the continuum, with --unitizing; by default the largest end.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show every coefficient of agreement of a table of units and coders, with its interval."""
    from kinerja_study.condensation.agreement.answers import answer_ratings, answer_segments

    if unitizing and level is not None:
        raise typer.BadParameter("segments have codes, which are nominal: leave it out.", param_hint="--level")  # noqa: EM101
    if length is not None and not unitizing:
        raise typer.BadParameter("only segments lie on a continuum: add --unitizing.", param_hint="--length")  # noqa: EM101
    values = None if order is None else [value.strip() for value in order.split(",")]
    twice_or_empty = values is not None and len({*values, ""}) <= max(len(values), 2)
    if values is not None and (unitizing or level in ("nominal", "ratio") or twice_or_empty):
        message = "two values or more, each once, of ratings that are ordinal or (with equal steps) interval."
        raise typer.BadParameter(message, param_hint="--order")
    data = ratings.read_bytes()
    answer = (
        answer_segments(data, ratings.name, length) if unitizing else answer_ratings(data, ratings.name, level, values)
    )
    if as_json:
        typer.echo(json.dumps(answer.as_dict(), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        _show_agreement(answer, "segments" if unitizing else "units")


def _show_agreement(answer: Answer, units: str) -> None:
    intervals = list(dict.fromkeys(found.interval for _, found in answer.rows() if found.interval))
    table = Table(box=box.SIMPLE, title_justify="left", caption_justify="left")
    table.title = f"{answer.units} {units}, {answer.coders} coders"
    longest = max(len(name) for name, _ in answer.rows())
    table.add_column("coefficient", min_width=min(longest, 40), overflow="fold")
    for heading in ("value", "low", "high", "by"):
        table.add_column(heading, justify="right")
    table.add_column("no number, since")
    for name, found in answer.rows():
        numbers = (found.value, found.low, found.high)
        shown = ["" if number is None else f"{number + 0.0:.3f}" for number in numbers]
        by = str(intervals.index(found.interval) + 1) if found.interval else ""
        table.add_row(Text(name), *shown, by, found.reason or "")
    if intervals:
        named = [f"{number} {interval}" for number, interval in enumerate(intervals, start=1)]
        table.caption = f"95 % intervals by {'; '.join(named)}."
    Console().print(table)


@app.command("import")
@reporting_errors
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
        raise typer.BadParameter(f"{file.name!r} does not end in {' or '.join(known)}.", param_hint="FILE")  # noqa: EM102
    ways = [str(way) for way in LIKELY + RARE]
    if positions is not None and positions not in ways:
        raise typer.BadParameter(f"one of: {'  '.join(ways)}", param_hint="--positions")  # noqa: EM102
    root = find_root(study)
    if not (root / "data/raw").is_dir():
        raise typer.BadParameter("there is no data/raw here: call it in the project's folder.", param_hint="--study")  # noqa: EM101
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


@app.command()
@reporting_errors
def suggest(
    study: StudyArgument = None,
    replace: Annotated[bool, typer.Option("--replace", help="Also where codings/saran.csv holds else.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Suggest codings by the codebook's cues, as codings/saran.csv; no evidence until a person takes them over."""
    from kinerja_study.collection import check_study, load_field_data
    from kinerja_study.condensation.agreement.suggested import compare_suggestions
    from kinerja_study.exchange.suggestions import FILE, suggest_codings

    opened = Study.open(_chosen(study))
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


@app.command()
@reporting_errors
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
        raise typer.BadParameter(f"{file.name!r} does not end in {' or '.join(known)}.", param_hint="FILE")  # noqa: EM102
    opened = Study.open(study)
    if file.resolve().is_relative_to((opened.root / "data/raw").resolve()):
        raise typer.BadParameter("raw data is never written: choose another folder.", param_hint="FILE")  # noqa: EM101
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


@app.command()
@reporting_errors
def pseudonymise(
    study: StudyArgument = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Find names, and change nothing.")] = False,
) -> None:
    """Replace the names of the private key file by ids, in texts that nobody has coded yet."""
    from kinerja_study.exchange.pseudonyms import pseudonymise

    opened = Study.open(_chosen(study))
    outcome = pseudonymise(opened, dry_run=dry_run)
    for line in outcome.tell():
        typer.echo(line)
    count = sum(map(sum, (lines.values() for lines in outcome.replaced.values())))
    typer.echo(f"{count} names in {len(outcome.replaced)} texts {'to replace' if dry_run else 'replaced'}.")
    if outcome.replaced and not dry_run:
        typer.echo("The texts as they were are kept nowhere: keep your own copy outside this project. What git or an\n"
                   "earlier run has stored still holds the names: run again, and look at git's history.")  # fmt: skip
    if outcome.remaining:
        raise typer.Exit(1)


@app.command()
@reporting_errors
def lab() -> None:
    """Open the notebooks in JupyterLab."""
    root = find_root()
    command = [sys.executable, "-m", "jupyterlab", str(root / "notebooks")]
    raise typer.Exit(subprocess.call(command, cwd=root))  # noqa: S603 - our own interpreter and folder


@app.command()
@reporting_errors
def code(
    study: StudyArgument = None,
    coder: Annotated[str | None, typer.Option(metavar="NAME", help="Who codes; else the room asks.")] = None,
    language: Annotated[Literal["id", "en"] | None, typer.Option(help="Of the room; by default the study's.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser on the room.")] = True,
) -> None:
    """Open the coding room: read, code, compare and agree, in JupyterLab."""
    opened = Study.open(_chosen(study), language=language)
    if find_spec("anywidget") is None:
        problem = (
            "the coding room needs the extra [coding], which is not installed.\n"
            "    'make code' installs it; by hand: pip install --require-hashes -r requirements-dev.lock"
        )
        raise StudyError(problem)
    from kinerja_study.coding.lab import open_lab

    raise typer.Exit(open_lab(opened, coder, browser=browser, say=typer.echo))


def _parameters(pairs: list[str]) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"-p takes a name and a value; there is only {name!r}.", param_hint="-p")  # noqa: EM102
        if name == "study":
            raise typer.BadParameter("the study is named after the command: kinerja run STUDY", param_hint="-p")  # noqa: EM101
        if name not in PARAMETERS:
            raise UnknownParameterError(name, value, PARAMETERS, True)
        chosen[name] = value if name == "language" else parse_rule(name, value)
    return chosen


def _header(pairs: list[str]) -> dict[str, str]:
    parted = [pair.partition("=") for pair in pairs]
    wrong = next((key for key, equals, _ in parted if not equals), None)
    if wrong is not None:
        raise typer.BadParameter(f"it takes KEY=VALUE; there is only {wrong!r}.", param_hint="--header")  # noqa: EM102
    return {key.strip(): value for key, _, value in parted}


def _chosen(study: str | None) -> str:
    if study is not None:
        return study
    known = list_studies(find_root())
    if DEFAULT_STUDY in known or not known:
        return DEFAULT_STUDY
    if len(known) > 1:
        message = f"there are several studies, name one: {', '.join(known)}"
        raise typer.BadParameter(message, param_hint="STUDY")
    return known[0]


def _complain(error: StudyError, lead: str = "") -> None:
    typer.echo(f"{lead}{type(error).__name__}: {error}", err=True)


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[cell]}"), TimeElapsedColumn(),
        console=console, disable=not console.is_terminal or bool(os.environ.get("CI")),
    )  # fmt: skip


class _Display:
    # A line a notebook while it runs, on a terminal; nothing where there is none.
    def __init__(self, console: Console, study: str) -> None:
        self._progress = _bar(console)
        self._study = study
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> _Display:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def update(self, notebook: str, cell: int, of: int) -> None:
        """Show that a notebook is at a cell; cell 0 says that it is unchanged."""
        if notebook not in self._tasks:
            label = f"{self._study} · {notebook}"
            self._tasks[notebook] = self._progress.add_task(label, total=of or 1, cell="")
        shown = f"cell {cell}/{of}" if of else "unchanged"
        self._progress.update(self._tasks[notebook], completed=cell if of else 1, cell=shown)

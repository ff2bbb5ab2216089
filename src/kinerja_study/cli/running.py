"""The commands that execute notebooks: run one study or many, and verify what a run has made."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperCommand

from kinerja_study.cli.arguments import JsonOption, StudyArgument, chosen_study
from kinerja_study.cli.messages import complain, say_aside
from kinerja_study.cli.progress import NotebookProgress, progress_bar
from kinerja_study.errors import StudyError, UnknownParameterError
from kinerja_study.study import PARAMETERS, Study, find_root, list_studies, parse_rule

if TYPE_CHECKING:
    from kinerja_study.cluster.jobs import Place
    from kinerja_study.reproduction.outcome import Run


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
        raise typer.BadParameter("name the studies, or give --all: not both.", param_hint="--all")
    # What ends a run in order ends it in the same order when the system asks for it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = _parameters(parameter or [])
    names = list_studies(find_root()) if every else list(dict.fromkeys(studies or []))
    names = names or [chosen_study(None)]
    if len(names) > 1 or scheduler is not None:
        _run_many(names, chosen, force=force, verbose=verbose, scheduler=scheduler)
        return
    from kinerja_study.reproduction.running import run_study

    opened = Study.open(names[0], **chosen)
    with NotebookProgress(Console(stderr=True), opened.id) as display:
        outcome = run_study(
            opened, chosen, force=force, progress=display.update, waiting=lambda: _say_waiting(opened.id)
        )
    _tell(opened, outcome, verbose=verbose)


def verify(study: StudyArgument = None, as_json: JsonOption = False) -> None:
    """Execute a study again from its raw data, and compare every output with the reference."""
    from kinerja_study.reproduction.verifying import CERTIFICATE, refuse_differences, verify_study

    name = chosen_study(study)
    with NotebookProgress(Console(stderr=True), name) as display:
        found = verify_study(name, progress=display.update)
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
    else:
        for part, result in found.summary.items():
            typer.echo(f"{part:<12} {result}")
        typer.echo(f"{'certificate':<12} reports/{name}/{CERTIFICATE}")
    refuse_differences(found)


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
            complain(error)
            failed.append(name)
    root = find_root(names[0])
    place: Place = LocalPool(root / ".kinerja")
    if scheduler is not None:
        from kinerja_study.cluster.scheduler import Scheduler

        lock = root / "requirements.lock"
        place = Scheduler(scheduler, lock.read_bytes() if lock.is_file() else b"", say_aside)
    with progress_bar(Console(stderr=True)) as bar:
        task = bar.add_task("studies", total=len(opened), cell="")
        told = run_many(
            opened, chosen, place, force=force, waiting=_say_waiting, done=lambda _: bar.update(task, advance=1)
        )
        for study, outcome in told:
            if isinstance(outcome, UnknownParameterError):
                raise outcome
            if isinstance(outcome, StudyError):
                complain(outcome, f"{study.id} · ")
                failed.append(study.id)
            else:
                _tell(study, outcome, verbose=verbose, of_many=True)
                ran.append(study)
    if len(ran) > 1:
        try:
            typer.echo(compare_studies(ran, chosen.get("language"), force=force).relative_to(root).as_posix())
        except StudyError as error:
            complain(error)
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
    if Console().is_terminal and not of_many:
        # Who reads along gets the result at once; a program gets the path alone.
        said = outcome.verdicts
        typer.echo("".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in said))
    typer.echo(outcome.report.relative_to(study.root).as_posix())


def _say_waiting(study: str) -> None:
    say_aside(f"another run of {study} is at work; waiting for it to end (Ctrl-C to leave).")


def _parameters(pairs: list[str]) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"-p takes a name and a value; there is only {name!r}.", param_hint="-p")
        if name == "study":
            raise typer.BadParameter("the study is named after the command: kinerja run STUDY", param_hint="-p")
        if name not in PARAMETERS:
            raise UnknownParameterError(name, value, PARAMETERS, True)
        chosen[name] = value if name == "language" else parse_rule(name, value)
    return chosen

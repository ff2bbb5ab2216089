"""The commands that hold one thing against another: claims against the data, coders against each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from kinerja_study.cli.arguments import JsonOption, StudyArgument, chosen_study
from kinerja_study.study import Study

if TYPE_CHECKING:
    from kinerja_study.condensation.agreement.answers import Answer


def audit(study: StudyArgument = None, as_json: JsonOption = False) -> None:
    """Hold a study's claims against its data and against each other."""
    from kinerja_study.conclusions.audit import audit_study
    from kinerja_study.presentation.displays.audit import describe_defect, tell_status
    from kinerja_study.presentation.wording import Wording

    opened = Study.open(chosen_study(study))
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
        raise typer.BadParameter("segments have codes, which are nominal: leave it out.", param_hint="--level")
    if length is not None and not unitizing:
        raise typer.BadParameter("only segments lie on a continuum: add --unitizing.", param_hint="--length")
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

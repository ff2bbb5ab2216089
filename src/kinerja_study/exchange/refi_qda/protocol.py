"""What an import took, how sure it was, and what it left, for the terminal and for the study's folder.

Owns the words; decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from kinerja_study.exchange.refi_qda.arrival import Arrival
from kinerja_study.exchange.refi_qda.positions import Counting
from kinerja_study.exchange.refi_qda.project import Project


def summarise(arrival: Arrival, counting: Counting) -> list[str]:
    """Return what a researcher should know at once, a line each."""
    taken = ", ".join(f"{kind} {count}" for kind, count in arrival.taken.items() if count)
    lines = [f"taken: {taken or 'nothing'}"]
    if arrival.taken["codings"]:
        lines.append(f"positions: {counting.convention.words} ({counting.grounds})")
    lines += [f"not taken: {count} x {kind}" for kind, count in sorted(arrival.left.items())]
    return lines + [f"look at: {remark}" for remark in arrival.remarks]


def render_protocol(arrival: Arrival, counting: Counting, project: Project, file: str, digest: str) -> str:
    """Return the record of an import as Markdown, with everything that a study has no place for.

    Parameters
    ----------
    arrival, counting, project
        What came of the file.
    file, digest : str
        Its name and SHA-256.
    """
    lines = [
        f"# Import of {file}",
        "",
        f"- SHA-256: {digest}",
        f"- project: {_line(project.name)}",
        f"- written by: {_line(project.origin) or 'a program that does not name itself'}",
        *(f"- {_line(line)}" for line in summarise(arrival, counting)),
    ]
    for kind, names in arrival.renamed.items():
        lines += ["", f"## Ids given to {kind}", ""] + [f"- {_line(old)}: `{new}`" for old, new in names.items()]
    lines += _section("Variables that the study has no column for", arrival.variables)
    lines += _section("Comments", arrival.comments)
    lines += _section("Sets", arrival.sets)
    for name, text in arrival.notes:
        lines += ["", f"## Note: {_line(name)}", "", *(f"> {line}" for line in text.split("\n"))]
    return "\n".join(lines) + "\n"


def _section(title: str, rows: Iterable[tuple[str, str, str]]) -> list[str]:
    shown = ["- " + ": ".join(_line(cell) for cell in row if cell) for row in rows]
    return ["", f"## {title}", "", *shown] if shown else []


def _line(text: str) -> str:
    return " ".join(text.split())

"""The cells of the notebooks and the binding as a script, in one process that has done it before.

Run by ``benchmarks.running``: ``python -m benchmarks.script STUDY ROOT``. The first pass imports everything and fills
every cache, the second is the one that counts.
"""

from __future__ import annotations

import ast
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import nbformat

from benchmarks.measuring import own_peak
from kinerja_study.reproduction.binding import REPORT, render_report
from kinerja_study.reproduction.stages import NOTEBOOKS, kernel_environment
from kinerja_study.study import Study


def run_cells(source: Path, study: str) -> nbformat.NotebookNode:
    """Execute the cells of a notebook here, and return it with what they show."""
    notebook = nbformat.read(source, as_version=4)
    names: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        body = ast.parse(cell.source).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), source.name, "exec"), names)
        if last is not None:
            shown = eval(compile(ast.Expression(last.value), source.name, "eval"), names)
            if shown is not None:
                cell.outputs = [nbformat.v4.new_output("execute_result", {"text/html": str(shown)}, execution_count=1)]
        if "parameters" in cell.metadata.get("tags", []):
            names["study"] = study
    return notebook


def main() -> None:
    """Run twice and write what the second time took."""
    study, root = sys.argv[1], Path(sys.argv[2])
    os.environ.update(kernel_environment())
    os.chdir(root)
    taken = 0.0
    for _ in range(2):
        began = time.perf_counter()
        executed = {name: run_cells(root / "notebooks" / name, study) for name in NOTEBOOKS}
        opened = Study.open(study, root=root)
        opened.reports.mkdir(parents=True, exist_ok=True)
        (opened.reports / REPORT).write_text(render_report(executed, opened), encoding="utf-8")
        taken = time.perf_counter() - began
    (root / "taken.json").write_text(json.dumps({"seconds": taken, "megabytes": own_peak()}))


if __name__ == "__main__":
    main()

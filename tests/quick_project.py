"""A project whose stages are of a few lines, so that what happens to a run can be tried out often."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from kinerja_study.reproduction.running import run_study
from kinerja_study.reproduction.stages import NOTEBOOKS, hash_files

ONE, TWO, THREE, FOUR, FIVE = NOTEBOOKS


def hear_interrupts() -> None:
    # Tests that run in the background of a shell inherit its deafness to Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def outputs_of(root: Path) -> dict[str, str]:
    return {
        f"{folder}/{path}": digest
        for folder in ("data/processed", "reports")
        for path, digest in hash_files(root / folder).items()
    }


def cells_of(code: str, parameters: str) -> nbformat.NotebookNode:
    first = nbformat.v4.new_code_cell(parameters, id="parameters", metadata={"tags": ["parameters"]})
    rest = [nbformat.v4.new_code_cell(part.strip(), id=f"c{n}") for n, part in enumerate(code.split("\n#\n"))]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=[first, *rest], metadata=kernel)


PLACES = """
from pathlib import Path
raw, out = Path("../data/raw") / study, Path("../data/processed") / study
#
"""
FINDINGS = {
    "schema": "kinerja-findings/1", "study": "tiny", "provenance": "synthetic", "rules": {},
    "foci": [], "obstacles": [], "open": [], "recommendations": [], "unanswered": [], "claims": [],
}  # fmt: skip
CODE = {
    ONE: (
        'out.mkdir(parents=True)\n(out / "texts.csv").write_bytes((raw / "interviews/T1.md").read_bytes())\n'
        '(out / "informants.csv").write_bytes((raw / "informants.csv").read_bytes());'
    ),
    TWO: '(out / "segments.csv").write_text(str((out / "texts.csv").stat().st_size));',
    THREE: '(out / "case_focus.csv").write_text("tetap");',
    FOUR: (
        f'import json\nfindings = {FINDINGS!r}\nfindings["rules"] = {{"a": aggregate}}\n'
        '(out / "findings.json").write_text(json.dumps(findings));'
    ),
    FIVE: 'print("Bab hasil")\n(out / "sisa.csv").write_text("tetap");',
}


@dataclass
class Project:
    """Its first stage does not look whether the data is sound, unless it is told to, as that costs an import."""

    study: Any
    executed: list[str] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return Path(self.study.root)

    def run(self, **chosen: Any) -> dict[str, str]:
        self.executed = []

        def note(notebook: str, cell: int, _of: int) -> None:
            if cell == 1:
                self.executed.append(notebook)

        return run_study(self.study.open(**chosen), chosen, progress=note).reasons

    def check_data(self) -> None:
        load = "from kinerja_study.collection import load_field_data\\nfrom kinerja_study.study import Study\\n"
        self.edit(ONE, '"out.mkdir', f'"{load}load_field_data(Study.open(study))\\nout.mkdir')

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / "notebooks" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def make_project(tiny: Any) -> Project:
    parameters = {FOUR: "study = 'x'\naggregate = None"}
    for name, code in CODE.items():
        nbformat.write(cells_of(PLACES + code, parameters.get(name, "study = 'x'")), tiny.root / "notebooks" / name)
    tiny.replace("study.toml", "[privacy]\n", '[privacy]\nkey_file = "private/key.csv"\n')
    return Project(tiny)

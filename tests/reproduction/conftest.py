"""A study that has run, with five small notebooks that copy what they read, for tests of what comes after a run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from quick_project import FINDINGS, FIVE, FOUR, ONE, THREE, TWO

from kinerja_study.reproduction.running import run_study

OPEN = """
from pathlib import Path
raw, out = Path("../data/raw") / study, Path("../data/processed") / study
"""
CODE = {
    ONE: (
        "out.mkdir(parents=True)\n"
        'lines = (raw / "interviews/T1.md").read_text(encoding="utf-8").splitlines()\n'
        '(out / "turns.csv").write_text("line,text\\n" + "".join(f"{n},{t!r}\\n" for n, t in enumerate(lines)))\n'
        'for name in ("informants.csv", "codings/consensus.csv"):\n'
        "    (out / Path(name).name).write_bytes((raw / name).read_bytes())"
    ),
    TWO: '(out / "coders.csv").write_text("coder\\nconsensus\\n");',
    THREE: '(out / "case_focus.csv").write_text("case,position\\nA-1,0.75\\nW-1,-0.5\\n");',
    FOUR: (
        "import json\nimport tomllib\n"
        'rules = tomllib.loads((raw / "study.toml").read_text(encoding="utf-8"))["rules"]\n'
        f'findings = {FINDINGS!r} | {{"rules": {{**rules, "chosen": aggregate}}}}\n'
        '(out / "findings.json").write_text(json.dumps(findings));'
    ),
    FIVE: 'print("Bab hasil")',
}


def write_notebooks(root: Path) -> None:
    for name, code in CODE.items():
        chosen = "study = 'x'" + ("\naggregate = None" if name == FOUR else "")
        first = nbformat.v4.new_code_cell(chosen, id="parameters", metadata={"tags": ["parameters"]})
        cells = [first, nbformat.v4.new_code_cell(OPEN + code, id="all")]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), root / "notebooks" / name)


@pytest.fixture(scope="session")
def made(make_tiny: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    tiny = make_tiny(tmp_path_factory.mktemp("acuan"))
    write_notebooks(tiny.root)
    run_study(tiny.open(), {})
    return tiny


@pytest.fixture
def study(made: Any, quick_kernels: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a copy of a study that has run; what a test does to it is all that differs from the reference."""
    shutil.copytree(made.root, tmp_path / "salinan")
    monkeypatch.chdir(tmp_path / "salinan")
    return type(made)("tiny", tmp_path / "salinan")

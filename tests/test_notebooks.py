from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from kinerja_study.coding import lab
from kinerja_study.reproduction import cross_case
from kinerja_study.reproduction.stages import NOTEBOOKS, read_parameters
from kinerja_study.study import PARAMETERS

FOLDER = Path(__file__).parents[1] / "notebooks"
FOUND = sorted(path.name for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
LONGEST_CELL, LONGEST_OPENING = 8, 12

Cell = dict[str, Any]


def read_cells(name: str) -> list[Cell]:
    cells: list[Cell] = json.loads((FOLDER / name).read_bytes())["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in cells]


def tags(cell: Cell) -> list[str]:
    found: list[str] = cell["metadata"].get("tags", [])
    return found


def complaints(cells: list[Cell]) -> list[str]:
    """Return in what a notebook departs from the convention of CONTRIBUTING."""
    said = []
    words = [cell for cell in cells if cell["cell_type"] == "markdown"]
    title = cells[0]
    if title["cell_type"] != "markdown" or not title["source"].startswith("# "):
        said.append("the first cell is no title")
    elif not re.search(r"\nMasukan: .*Keluaran", title["source"]):
        said.append("the title does not say inputs and outputs")
    for language in ("id", "en"):
        own = [cell for cell in words if tags(cell)[:1] == [f"lang-{language}"]]
        if len([cell for cell in own if cell["source"].startswith("# ")]) != 1:
            said.append(f"there is not exactly one title in {language}")
        if len(own) * 2 != len(words):
            said.append("not every word cell is there in both languages")
    parameters = [number for number, cell in enumerate(cells) if "parameters" in tags(cell)]
    code = [number for number, cell in enumerate(cells) if cell["cell_type"] == "code"]
    if parameters != code[:1]:
        said.append("the first code cell is not the one parameters cell")
    elif not all(_is_literal(node) for node in ast.parse(cells[code[0]]["source"]).body):
        said.append("the parameters are not plain literals")
    # Imports and opening, in one cell or one each.
    opens = re.compile(r"\b(Study\.open|Comparison\.open|open_room)\(")
    opened = next((place for place, number in enumerate(code) if opens.search(cells[number]["source"])), 0)
    if opened not in (1, 2):
        said.append("neither the second nor the third code cell opens the study")
    if any(cell["cell_type"] == "code" or not cell["source"].startswith("# ") for cell in cells[: code[0]]):
        said.append("the parameters do not follow the title")
    for number in code:
        said += [
            f"code cell {number}: {what}"
            for what in _complaints_of_code(cells, number, opening=number in code[: opened + 1])
        ]
    ids = [cell.get("id") for cell in cells]
    if None in ids or len(set(ids)) < len(ids):
        said.append("a cell has no id of its own")
    return said


def _complaints_of_code(cells: list[Cell], number: int, *, opening: bool) -> list[str]:
    cell, said = cells[number], []
    if cell["outputs"] or cell["execution_count"] is not None:
        said.append("an output is stored")
    tree = ast.parse(cell["source"])
    banned = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.Try, ast.With, ast.While, ast.If)
    for node in ast.walk(tree):
        if isinstance(node, banned) or (isinstance(node, ast.For) and not _only_calls(node)):
            said.append(f"holds {type(node).__name__}")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("open", "eval", "exec"):
            said.append(f"calls {node.func.id}")
        if isinstance(node, ast.Import | ast.ImportFrom) and not opening:
            said.append("imports")
    longest = LONGEST_OPENING if opening else LONGEST_CELL
    if len(cell["source"].strip().splitlines()) > longest:
        said.append(f"is longer than {longest} lines")
    beside = [cells[n] for n in (number - 1, number + 1) if 0 <= n < len(cells)]
    if not opening and not any(other["cell_type"] == "markdown" for other in beside):
        said.append("no words stand beside it")
    return said


def _is_literal(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
        return False
    try:
        ast.literal_eval(node.value)
    except ValueError:
        return False
    return True


def _only_calls(loop: ast.For) -> bool:
    return all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) for node in loop.body)


def test_every_notebook_is_a_stage_or_compares_studies_or_codes_and_so_is_run_in_the_tests() -> None:
    # tests/reproduction runs every stage on the tiny study, and the last one on two; tests/browser opens the first one
    # in JupyterLab. Another one would go untested.
    assert tuple(FOUND) == (lab.NOTEBOOK, *NOTEBOOKS, cross_case.NOTEBOOK)


def subject_of(name: str) -> str:
    return "studies" if name == cross_case.NOTEBOOK else "study"


@pytest.mark.parametrize("name", FOUND)
def test_notebook_keeps_the_convention(name: str) -> None:
    assert complaints(read_cells(name)) == []


@pytest.mark.parametrize("name", FOUND)
def test_parameters_of_a_notebook_are_those_of_the_project_and_default_to_the_study(name: str) -> None:
    found = read_parameters((FOLDER / name).read_bytes(), name)
    assert next(iter(found)) == subject_of(name)
    assert set(found) <= {*PARAMETERS, subject_of(name)}
    assert {value for parameter, value in found.items() if parameter != "study"} == {None}


@pytest.mark.parametrize("name", FOUND)
def test_notebook_passes_every_parameter_on(name: str) -> None:
    cells = [cell for cell in read_cells(name) if cell["cell_type"] == "code"]
    calls = [
        node
        for cell in cells[1:3]
        for node in ast.walk(ast.parse(cell["source"]))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".open", "open_room"))
    ]
    passed = {keyword.arg for call in calls for keyword in call.keywords}
    assert passed == set(read_parameters((FOLDER / name).read_bytes(), name)) - {subject_of(name)}


@pytest.mark.parametrize("name", FOUND)
def test_no_typed_number_stands_in_the_prose(name: str) -> None:
    # Numbers of the scales are rules; a number of the findings would be true of one study only.
    rules = r"20–100|20 to 100|[−+][12]\b|`[^`]*`"
    for cell in read_cells(name):
        if cell["cell_type"] == "markdown":
            assert re.findall(r"\d+", re.sub(rules, "", cell["source"])) == [], cell["source"]


def change(place: str, **changes: Any) -> list[Cell]:
    cells = read_cells(NOTEBOOKS[0])
    code = [number for number, cell in enumerate(cells) if cell["cell_type"] == "code"]
    places = {"title": 0, "parameters": code[0], "opening": code[1], "code": code[2]}
    if place == "words":
        return [cell for number, cell in enumerate(cells) if number <= code[1] or cell["cell_type"] == "code"]
    cells[places[place]] = cells[places[place]] | changes
    return cells


AS_CODE = {"cell_type": "code", "outputs": [], "execution_count": None, "source": "1"}
PRINTED = [{"output_type": "stream", "name": "stdout", "text": "1"}]


@pytest.mark.parametrize(
    ("place", "changes", "complaint"),
    [
        ("title", {"source": "Pendahuluan."}, "the first cell is no title"),
        ("title", {"source": "# Judul"}, "the title does not say inputs and outputs"),
        ("title", AS_CODE, "the first cell is no title"),
        ("title", {"metadata": {}}, "there is not exactly one title in id"),
        ("parameters", {"metadata": {}}, "the first code cell is not the one parameters cell"),
        ("parameters", {"source": "study = str(1)"}, "the parameters are not plain literals"),
        ("parameters", {"source": "import os\nstudy = 'x'"}, "the parameters are not plain literals"),
        ("opening", {"source": "import pandas"}, "neither the second nor the third code cell opens the study"),
        ("opening", {"metadata": {"tags": ["parameters"]}}, "the first code cell is not the one parameters cell"),
        ("opening", {"source": "Study.open(1)\n" + "x = 1\n" * 12}, "is longer than 12 lines"),
        ("code", {"source": "def f():\n    return 1"}, "holds FunctionDef"),
        ("code", {"source": "f = lambda: 1"}, "holds Lambda"),
        ("code", {"source": "class A: pass"}, "holds ClassDef"),
        ("code", {"source": "try:\n    1\nexcept ValueError:\n    pass"}, "holds Try"),
        ("code", {"source": "open('x')"}, "calls open"),
        ("code", {"source": "for i in range(3):\n    x = i"}, "holds For"),
        ("code", {"source": "while True:\n    1"}, "holds While"),
        ("code", {"source": "if study:\n    1"}, "holds If"),
        ("code", {"source": "import os"}, "imports"),
        ("code", {"source": "\n".join(f"x{n} = {n}" for n in range(9))}, "is longer than 8 lines"),
        ("code", {"outputs": PRINTED}, "an output is stored"),
        ("code", {"execution_count": 3}, "an output is stored"),
        ("code", {"id": "1-01"}, "a cell has no id of its own"),
        ("words", {}, "no words stand beside it"),
    ],
)
def test_convention_is_broken_by_each_thing_that_it_forbids(
    place: str, changes: dict[str, Any], complaint: str
) -> None:
    assert any(complaint in said for said in complaints(change(place, **changes)))

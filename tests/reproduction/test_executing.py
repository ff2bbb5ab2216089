"""A stage begins when the one before it has saved its last table, and nothing else is seen of that."""

from __future__ import annotations

import os

import nbformat
import pytest
from quick_project import FOUR, NOTEBOOKS, ONE, TWO, Project, outputs_of

from kinerja_study.errors import NotebookError, StudyError
from kinerja_study.reproduction.executing import saves
from kinerja_study.reproduction.kernels import LATER

SAVE = "def save(name, text):\n    (out / name).write_text(text)\n\n"
WAIT = (
    "import time\nfrom pathlib import Path\nend = time.monotonic() + 60\n"
    "while not Path({!r}).exists():\n    time.sleep(0.02)\n    if time.monotonic() > end:\n"
    "        raise RuntimeError('nobody came')\n"
)


def add_cell(project: Project, name: str, source: str) -> None:
    path = project.root / "notebooks" / name
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(source, id="last"))
    nbformat.write(notebook, path)


def change_cell(project: Project, name: str, old: str, new: str) -> None:
    path = project.root / "notebooks" / name
    notebook = nbformat.read(path, as_version=4)
    place = next(c for c in notebook.cells if old in c.source)
    place.source = place.source.replace(old, new)
    nbformat.write(notebook, path)


def save_early(project: Project, name: str, old: str) -> None:
    change_cell(project, name, old, f"{SAVE}save('early.csv', 'early')\n{old}")


def cell(source: str, kind: str = "code") -> dict[str, str]:
    return {"cell_type": kind, "source": source}


@pytest.mark.parametrize(
    "source", ["study.save('a.csv', table)", "save_field_data(study, data)", "x = [save(n) for n in names]"]
)
def test_cell_that_saves_is_known_by_what_it_calls(source: str) -> None:
    assert saves(cell(source))


@pytest.mark.parametrize(
    "source", ["report.show(table)", "saved = study.load('a.csv')", "study.save", "# study.save()"]
)
def test_cell_that_saves_nothing_is_not_taken_for_one_that_does(source: str) -> None:
    assert not saves(cell(source))


def test_words_save_nothing_and_a_cell_that_cannot_be_read_may_save_anything() -> None:
    assert not saves(cell("study.save()", "markdown"))
    assert saves(cell("study.save("))


@pytest.mark.slow
def test_stage_begins_while_the_one_before_it_still_draws(project: Project) -> None:
    # Each waits for the other: one after the other, neither would end.
    change_cell(project, TWO, "raw, out", f"Path({str(project.root / 'two')!r}).touch()\nraw, out")
    save_early(project, ONE, '(out / "texts.csv")')
    add_cell(project, ONE, WAIT.format(str(project.root / "two")))
    assert project.run()[TWO]
    assert set(project.executed) == set(NOTEBOOKS)
    outputs = outputs_of(project.root)
    assert "data/processed/tiny/early.csv" in outputs
    again = project.run()
    assert again == dict.fromkeys(NOTEBOOKS, "")
    assert outputs_of(project.root) == outputs


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "nice"), reason="the system knows no priorities")
def test_what_is_drawn_late_gives_way_to_the_next_stage(project: Project) -> None:
    change_cell(project, TWO, "raw, out", f"Path({str(project.root / 'two')!r}).touch()\nraw, out")
    save_early(project, ONE, '(out / "texts.csv")')
    add_cell(project, ONE, WAIT.format(str(project.root / "two")) + "import os\nprint(os.nice(0))")
    project.run()
    executed = nbformat.read(project.root / "reports/tiny/notebooks" / ONE, as_version=4)
    assert executed.cells[-1].outputs[0].text == f"{os.nice(0) + LATER}\n"


@pytest.mark.slow
def test_stage_that_saves_nothing_by_name_is_awaited_to_its_end(project: Project) -> None:
    change_cell(project, TWO, "raw, out", f"Path({str(project.root / 'two')!r}).touch()\nraw, out")
    add_cell(
        project,
        ONE,
        f"import pathlib, time\ntime.sleep(1)\nassert not pathlib.Path({str(project.root / 'two')!r}).exists()",
    )
    assert project.run()[ONE]


@pytest.mark.slow
def test_what_is_written_after_the_last_cell_that_saves_stops_the_run(project: Project) -> None:
    before = outputs_of(project.root)
    save_early(project, ONE, '(out / "texts.csv")')
    change_cell(project, TWO, "raw, out", f"Path({str(project.root / 'two')!r}).touch()\nraw, out")
    add_cell(project, ONE, WAIT.format(str(project.root / "two")) + "(out / 'late.csv').write_text('late');")
    with pytest.raises(
        StudyError, match=r"data/processed/tiny/late\.csv was written after the last cell .* that saves"
    ):
        project.run()
    assert outputs_of(project.root) == before


@pytest.mark.slow
def test_of_two_notebooks_that_stop_the_first_in_their_order_is_named(project: Project) -> None:
    before = outputs_of(project.root)
    save_early(project, ONE, '(out / "texts.csv")')
    add_cell(project, ONE, WAIT.format(str(project.root / "two")) + "time.sleep(0.5)\nraise ValueError('first')")
    change_cell(project, TWO, "raw, out", f"Path({str(project.root / 'two')!r}).touch()\nraise ValueError(2)\nraw, out")
    with pytest.raises(NotebookError, match="first") as stopped:
        project.run()
    assert stopped.value.notebook == ONE
    assert outputs_of(project.root) == before


@pytest.mark.slow
def test_stage_that_stops_after_it_has_saved_stops_the_run(project: Project) -> None:
    before = outputs_of(project.root)
    save_early(project, FOUR, "import json")
    add_cell(project, FOUR, "raise ValueError('drawn badly')")
    with pytest.raises(NotebookError, match="drawn badly") as stopped:
        project.run()
    assert stopped.value.notebook == FOUR
    assert outputs_of(project.root) == before

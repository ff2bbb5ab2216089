"""Kernels are warm when they are handed out, and a warm one that fails costs no more than a cold one."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from kinerja_study.reproduction import kernels
from kinerja_study.reproduction.executing import execute_notebook
from kinerja_study.reproduction.kernels import KernelPool, read_imports

pytestmark = pytest.mark.slow


def write_notebook(path: Path, *sources: str) -> Path:
    cells = [nbformat.v4.new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources)]
    cells[0].metadata["tags"] = ["parameters"]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    return path


def test_warm_kernel_has_the_imports_and_the_notebook_does_not_tell(tmp_path: Path) -> None:
    code = "import colorsys, sys\nprint('warm' if sys.modules.get('colorsys') else 'cold')"
    source = write_notebook(tmp_path / "n.ipynb", "study = 'x'", "import sys\nprint('colorsys' in sys.modules)", code)
    assert read_imports(source) == "import sys\nimport colorsys, sys"
    with KernelPool(tmp_path) as pool:
        warm = pool.take(source.name)
        assert warm is not None
        execute_notebook(source, tmp_path / "warm.ipynb", {}, kernel=warm)
    execute_notebook(source, tmp_path / "cold.ipynb", {})
    said = {name: nbformat.read(tmp_path / f"{name}.ipynb", 4).cells[1] for name in ("warm", "cold")}
    assert [said[name].outputs[0].text for name in said] == ["True\n", "False\n"]
    assert [said[name].execution_count for name in said] == [2, 2]


def test_kernel_that_dies_while_it_starts_gives_way_to_a_cold_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_notebook(tmp_path / "n.ipynb", "study = 'x'", "print(study)")
    broken = kernels.kernel_environment() | {"PYTHONHOME": str(tmp_path / "nowhere")}
    monkeypatch.setattr(kernels, "kernel_environment", lambda: broken)
    with KernelPool(tmp_path) as pool:
        kernel = pool.take(source.name)
        assert kernel is None
        execute_notebook(source, tmp_path / "done.ipynb", {"study": "tiny"}, kernel=kernel)
    assert "tiny\n" in [out.text for cell in nbformat.read(tmp_path / "done.ipynb", 4).cells for out in cell.outputs]

"""Kernels are warm when they are handed out, and a warm one that fails costs no more than a cold one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from kinerja_study.errors import NotebookError
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
    assert read_imports(source) == ["import sys", "import colorsys, sys"]
    with KernelPool() as pool:
        warm = pool.take(source)
        assert warm is not None
        execute_notebook(source, tmp_path / "warm.ipynb", {}, kernel=warm)
    execute_notebook(source, tmp_path / "cold.ipynb", {})
    said = {name: nbformat.read(tmp_path / f"{name}.ipynb", 4).cells[1] for name in ("warm", "cold")}
    assert [said[name].outputs[0].text for name in said] == ["True\n", "False\n"]
    assert [said[name].execution_count for name in said] == [2, 2]


@pytest.mark.parametrize("forked", [True, False])
def test_kernel_that_dies_while_it_starts_gives_way_to_a_cold_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forked: bool
) -> None:
    source = write_notebook(tmp_path / "n.ipynb", "study = 'x'", "print(study)")
    broken = kernels.kernel_environment() | {"PYTHONHOME": str(tmp_path / "nowhere")}
    with monkeypatch.context() as patch:
        patch.setattr(kernels, "kernel_environment", lambda: broken)
        patch.setattr(kernels, "AVAILABLE", forked)
        with KernelPool() as pool:
            kernel = pool.take(source)
    assert kernel is None
    execute_notebook(source, tmp_path / "done.ipynb", {"study": "tiny"}, kernel=kernel)
    assert "tiny\n" in [out.text for cell in nbformat.read(tmp_path / "done.ipynb", 4).cells for out in cell.outputs]


def test_kernel_that_dies_in_a_cell_is_told_with_that_cell(tmp_path: Path) -> None:
    source = write_notebook(tmp_path / "n.ipynb", "study = 'x'", "print(1)", "import os\nos._exit(9)", "print(2)")
    with pytest.raises(NotebookError, match="its kernel died") as stopped:
        execute_notebook(source, tmp_path / "done.ipynb", {"study": "tiny"})
    assert (stopped.value.cell, stopped.value.source) == (3, "import os\nos._exit(9)")


@pytest.mark.parametrize(
    ("manager", "said"), [("LocalKernelManager(Path())", ""), ("AsyncKernelManager(kernel_name='python3')", "WARNING")]
)
def test_kernel_left_behind_ends_without_a_word(tmp_path: Path, manager: str, said: str) -> None:
    left = (
        "import os\nfrom pathlib import Path\nfrom jupyter_client.blocking.client import BlockingKernelClient\n"
        "from jupyter_core.utils import ensure_event_loop\nfrom kinerja_study.reproduction import kernels\n"
        f"manager = kernels.{manager}\n"
        "ensure_event_loop().run_until_complete(manager.start_kernel())\n"
        "client = BlockingKernelClient()\nclient.load_connection_file(manager.connection_file)\n"
        "client.start_channels()\nclient.wait_for_ready(timeout=60)\nos._exit(0)\n"
    )
    # The pipe is read to its end: until the kernel, which holds it too, has gone.
    done = subprocess.run([sys.executable, "-c", left], cwd=tmp_path, stderr=subprocess.PIPE, text=True, timeout=120)
    assert done.returncode == 0
    assert (said in done.stderr) if said else done.stderr == ""

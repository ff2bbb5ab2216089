"""Kernels forked from one process are as apart as kernels that were started, and end as those do."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import nbformat
import pytest

from kinerja_study.reproduction.executing import execute_notebook
from kinerja_study.reproduction.kernels import KernelPool, LocalKernelManager
from kinerja_study.reproduction.nursery import AVAILABLE, Nursery
from kinerja_study.reproduction.stages import kernel_environment

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not AVAILABLE, reason="kernels are forked on Linux only")]

TELL = """
import os, signal, sys
from kinerja_study import errors
before = getattr(errors, "changed", "untouched")
errors.changed = "changed"
print(before, os.getcwd(), os.getpid() == os.getsid(0), signal.getsignal(signal.SIGCHLD), sys.argv[0], sys.path)
print(dict(sorted((k, v) for k, v in os.environ.items() if k != "JPY_PARENT_PID")))
"""


def write_notebook(path: Path, source: str) -> Path:
    cells = [nbformat.v4.new_code_cell(source, id="c1")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    return path


def said(source: Path, target: Path, kernel: LocalKernelManager | None) -> str:
    execute_notebook(source, target, {}, kernel)
    return str(nbformat.read(target, as_version=4).cells[0].outputs[0].text)


def test_forked_kernel_is_what_a_started_one_is_and_sees_nothing_of_another(tmp_path: Path) -> None:
    source = write_notebook(tmp_path / "n.ipynb", TELL)
    with KernelPool() as pool:
        kernels = [pool.take(source) for _ in range(2)]
        assert all(kernels)
        forked = [said(source, tmp_path / f"{n}.ipynb", kernel) for n, kernel in enumerate(kernels)]
    started = said(source, tmp_path / "started.ipynb", None)
    plain = started.replace(f"{tmp_path}/ipykernel_launcher.py", "ipykernel_launcher")
    assert forked[0] == forked[1]
    assert forked[0].split()[:5] == ["untouched", str(tmp_path), "True", "0", "ipykernel_launcher"]
    assert forked[0].split("[", 1)[1] == plain.split("[", 1)[1], "another path to import from, or another environment"


def test_only_the_package_is_imported_before_a_kernel_is_forked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    fork = Nursery.fork
    monkeypatch.setattr(Nursery, "fork", lambda *given: asked.append(given[-1]) or fork(*given))
    mine = "from kinerja_study.study import Study"
    source = write_notebook(tmp_path / "n.ipynb", f"import colorsys\n{mine}\nfrom math import pi\nprint(Study, pi)")
    with KernelPool() as pool:
        assert "Study" in said(source, tmp_path / "done.ipynb", pool.take(source))
    assert asked == [[mine]]


def test_nursery_imports_for_all_kernels_that_follow(tmp_path: Path) -> None:
    nursery = Nursery(kernel_environment())
    source = write_notebook(tmp_path / "n.ipynb", "import sys\nprint('colorsys' in sys.modules)")
    kernels = [LocalKernelManager(tmp_path, nursery, imports) for imports in ([], ["import colorsys"], [])]
    assert [said(source, tmp_path / "done.ipynb", kernel) for kernel in kernels] == ["False\n", "True\n", "True\n"]
    nursery.close()


def test_module_that_cannot_be_imported_is_left_to_the_notebook(tmp_path: Path) -> None:
    source = write_notebook(
        tmp_path / "n.ipynb", "try:\n    from kinerja_study import no_such\nexcept ImportError:\n    print('told')"
    )
    with KernelPool() as pool:
        assert said(source, tmp_path / "done.ipynb", pool.take(source)) == "told\n"


def test_killed_nursery_costs_a_warm_kernel_and_nothing_else(tmp_path: Path) -> None:
    source = write_notebook(tmp_path / "n.ipynb", "print('done')")
    with KernelPool() as pool:
        assert pool._nursery is not None
        pool._nursery._process.kill()
        kernel = pool.take(source)
        assert kernel is None
        assert said(source, tmp_path / "done.ipynb", kernel) == "done\n"


def test_kernel_ends_with_its_nursery(tmp_path: Path) -> None:
    nursery = Nursery(kernel_environment())
    command = ["python", "-m", "ipykernel_launcher", "-f", str(tmp_path / "connection.json")]
    kernel = nursery.fork(command, tmp_path)
    assert kernel.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        kernel.wait(timeout=0.1)
    nursery.close()
    assert kernel.wait(timeout=30) == 0
    assert kernel.poll() == 0
    kernel.kill()  # long gone, and no other process was hit


def test_nursery_hears_no_interrupt_of_the_terminal() -> None:
    nursery = Nursery(kernel_environment())
    pid = nursery._process.pid
    assert os.getsid(pid) == pid != os.getsid(0)
    nursery.close()

"""Many studies by the real command: in the local pool, and on a cluster of separate processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from quick_project import FOUR, Project, hear_interrupts, make_project, outputs_of

import kinerja_study
from kinerja_study.reproduction.nursery import AVAILABLE

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-c", "from kinerja_study.cli import app; app()", "run"]
DASK = [sys.executable, "-m", "dask"]


@pytest.fixture(scope="module")
def finished(make_tiny: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three studies of a project, run."""
    root = tmp_path_factory.mktemp("banyak")
    make_project(make_tiny(root))
    for name in ("dua", "tiga"):
        shutil.copytree(root / "data/raw/tiny", root / "data/raw" / name)
        toml = root / "data/raw" / name / "study.toml"
        toml.write_text(toml.read_text(encoding="utf-8").replace('id = "tiny"', f'id = "{name}"'), encoding="utf-8")
    # The notebooks of this project know the study's name only from their parameter.
    for path in (root / "notebooks").glob("[1-5]*.ipynb"):
        path.write_text(path.read_text(encoding="utf-8").replace("'study': 'tiny'", "'study': study"), encoding="utf-8")
    done = subprocess.run(
        [*COMMAND, "tiny", "dua", "tiga", "-v"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (root / "said.txt").write_text(done.stdout, encoding="utf-8")
    return root


@pytest.fixture
def many(finished: Path, tmp_path: Path) -> Path:
    shutil.copytree(finished, tmp_path / "banyak")
    return tmp_path / "banyak"


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], cwd=root, capture_output=True, text=True, check=False, timeout=300)


def edit(root: Path, old: str, new: str) -> None:
    path = root / "notebooks" / FOUR
    cells = json.loads(path.read_text(encoding="utf-8"))
    for cell in cells["cells"]:
        cell["source"] = "".join(cell["source"]).replace(old, new)
    path.write_text(json.dumps(cells), encoding="utf-8")


def wait_for(what: Callable[[], Any], seconds: float = 120) -> Any:
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, "it never came to it"
        time.sleep(0.05)
    return found


def test_studies_are_told_in_their_order_and_compared(finished: Path) -> None:
    lines = (finished / "said.txt").read_text(encoding="utf-8").splitlines()
    told = [line for line in lines if line.startswith("reports/")]
    assert told == [f"reports/{name}/laporan.html" for name in ("tiny", "dua", "tiga")] + ["reports/lintas-lokasi.html"]
    assert f"dua · {FOUR}: it has not run yet" in lines
    assert {path.suffix for path in (finished / ".kinerja").iterdir()} == {".lock"}


def test_outputs_of_the_pool_are_those_of_a_run_by_itself(many: Path, project: Project) -> None:
    # The findings name the study by its parameter here and by a literal there; the first three stages are the same.
    alone = {p: d for p, d in outputs_of(project.root).items() if p.endswith((".csv", "1_pengumpulan_data.ipynb"))}
    pooled = outputs_of(many)
    assert alone
    assert {path: pooled[path] for path in alone} == alone


def test_unchanged_studies_start_nothing_and_the_comparison_is_not_made_again(many: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in many.rglob("*") if path.is_file()}
    done = run(many, "tiny", "dua", "tiga", "-v")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": unchanged") == 15
    after = {path: path.stat().st_mtime_ns for path in many.rglob("*") if path.is_file()}
    assert {path for path in after if after[path] != before.get(path)} <= set((many / ".kinerja").iterdir())


def test_failed_study_stops_no_other_and_is_told_in_the_end(many: Path) -> None:
    before = outputs_of(many)
    edit(many, "import json", "import json\nassert study != 'dua', 'dua fails'")
    done = run(many, "dua", "tiny", "nosuch")
    assert done.returncode == 1
    assert "UnknownStudyError: there is no study 'nosuch'" in done.stderr
    assert f"dua · NotebookError: {FOUR}, code cell 3, stopped: AssertionError: dua fails" in done.stderr
    assert done.stderr.splitlines()[-1] == "failed: nosuch, dua"
    assert done.stdout.splitlines() == ["reports/tiny/laporan.html"]
    assert (many / f".kinerja/failed-dua-{FOUR}").is_file()
    after = outputs_of(many)
    assert {path for path in after if after[path] != before[path] and "/dua/" in path} == set()
    assert {path for path in after if after[path] != before[path]} != set()


DRIVER = "psutil.Process(os.getppid()).ppid()" if AVAILABLE else "os.getppid()"
"""The process that runs a study, as its kernel knows it: a forked one is its grandchild."""


def hold(root: Path, study: str) -> tuple[Path, Path]:
    """Let the fourth notebook of a study wait for a file, and tell who runs it in another."""
    parent, rest = root / "parent", root / "rest"
    edit(
        root,
        "import json",
        f"import json, os, psutil, time\nfrom pathlib import Path\nif study == {study!r}:\n"
        f"    Path({str(parent)!r}).write_text(str({DRIVER}))\n"
        f"    while not Path({str(rest)!r}).exists():\n        time.sleep(0.05)\n",
    )
    return parent, rest


def pid_in(path: Path) -> int:
    return int(path.read_text()) if path.is_file() and path.read_text() else 0


def test_killed_process_of_the_pool_costs_its_study_a_retry_and_the_others_nothing(many: Path) -> None:
    parent, rest = hold(many, "dua")
    command = [*COMMAND, "--all"]
    with subprocess.Popen(command, cwd=many, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        killed = wait_for(lambda: pid_in(parent))
        assert killed != process.pid
        parent.unlink()
        os.kill(killed, signal.SIGKILL)
        assert wait_for(lambda: pid_in(parent)) != killed
        rest.touch()
        out, said = process.communicate(timeout=200)
    assert process.returncode == 0, said
    assert len(out.splitlines()) == 4
    assert {path.suffix for path in (many / ".kinerja").iterdir()} == {".lock"}


def test_study_whose_process_is_killed_twice_fails_alone(many: Path) -> None:
    die = f"import json, os, psutil, signal\nif study == 'dua':\n    os.kill({DRIVER}, signal.SIGKILL)"
    edit(many, "import json", die)
    done = run(many, "dua", "tiga")
    assert done.returncode == 1
    assert "WorkerError: study 'dua': its process was killed, and killed again" in done.stderr
    assert done.stdout.splitlines() == ["reports/tiga/laporan.html"]


def test_interrupt_of_many_ends_every_process_and_leaves_the_last_good_outputs(many: Path) -> None:
    before = outputs_of(many)
    parent, _ = hold(many, "dua")
    command = [*COMMAND, "dua", "tiga"]
    with subprocess.Popen(command, cwd=many, stderr=subprocess.PIPE, text=True, preexec_fn=hear_interrupts) as process:
        wait_for(lambda: pid_in(parent))
        below = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert said == "interrupted; the last good outputs are as they were.\n"
    assert psutil.wait_procs(below, timeout=15)[1] == []
    assert {path: digest for path, digest in outputs_of(many).items() if "/dua/" in path} == {
        path: digest for path, digest in before.items() if "/dua/" in path
    }
    assert [path for path in (many / ".kinerja").iterdir() if path.is_dir()] == []


# --- A cluster of separate processes


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    file = tmp_path / "scheduler.json"
    command = [*DASK, "scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        wait_for(lambda: file.is_file() and file.read_text().endswith("}"))
        yield json.loads(file.read_text())["address"]
        process.terminate()


@pytest.fixture
def start_worker(tmp_path: Path, scheduler: str) -> Iterator[Callable[..., None]]:
    started = []

    def start(**environment: str) -> None:
        command = [*DASK, "worker", scheduler, "--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started.append(subprocess.Popen(command, cwd=tmp_path, env={**os.environ, **environment}, **quiet))

    yield start
    for process in started:
        process.terminate()
        process.wait()


def test_killed_worker_costs_its_study_a_retry_and_the_others_nothing(
    many: Path, scheduler: str, start_worker: Callable[..., None]
) -> None:
    for _ in range(2):
        start_worker()
    parent, rest = hold(many, "dua")
    command = [*COMMAND, "--all", "--scheduler", scheduler]
    with subprocess.Popen(command, cwd=many, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        killed = wait_for(lambda: pid_in(parent))
        assert process.pid not in [one.pid for one in psutil.Process(killed).parents()]
        parent.unlink()
        os.kill(killed, signal.SIGKILL)
        assert wait_for(lambda: pid_in(parent)) != killed
        rest.touch()
        out, said = process.communicate(timeout=200)
    assert process.returncode == 0, said
    assert out.splitlines()[-1] == "reports/lintas-lokasi.html"
    assert len(out.splitlines()) == 4


def test_worker_with_another_package_is_refused_and_the_studies_run_on_the_fit_one(
    many: Path, scheduler: str, start_worker: Callable[..., None], tmp_path: Path
) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(Path(kinerja_study.__file__).parent, changed / "kinerja_study")
    (changed / "kinerja_study/study.py").write_text(
        (changed / "kinerja_study/study.py").read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8"
    )
    start_worker(PYTHONPATH=str(changed))
    edit(many, "import json", "import json  # again")
    # Alone, it is all there is: refused, and nobody to run the study.
    done = run_with_patience(many, 5, "dua", "--scheduler", scheduler)
    assert done.returncode == 1
    assert "is refused: source of kinerja_study is" in done.stderr
    assert "it has no worker that is fit" in done.stderr
    assert "Traceback" not in done.stderr
    start_worker()
    done = run(many, "dua", "tiga", "--scheduler", scheduler)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "reports/dua/laporan.html"


def run_with_patience(root: Path, seconds: int, *words: str) -> subprocess.CompletedProcess[str]:
    code = (
        "from kinerja_study.cluster import scheduler; from kinerja_study.cli import app; "
        f"scheduler.PATIENCE_SECONDS = {seconds}; app()"
    )
    command = [sys.executable, "-c", code, "run", *words]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=120)


def test_scheduler_that_does_not_answer_is_told(many: Path) -> None:
    for address in ("tcp://127.0.0.1:9", "nonsense://x", "127.0.0.1"):
        done = run(many, "dua", "--force", "--scheduler", address)
        assert done.returncode == 1, address
        assert f"SchedulerError: scheduler '{address}'" in done.stderr
        assert "'dask scheduler'" in done.stderr
        assert "Traceback" not in done.stderr


def test_missing_extra_is_told(many: Path) -> None:
    code = "import sys; sys.modules['distributed'] = None; from kinerja_study.cli import app; app()"
    command = [sys.executable, "-c", code, "run", "dua", "--force", "--scheduler", "tcp://127.0.0.1:9"]
    done = subprocess.run(command, cwd=many, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "the extra [cluster] is not installed" in done.stderr
    assert "Traceback" not in done.stderr

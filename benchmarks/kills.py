"""Kill -9 of the driver, a kernel or a worker at random moments: what is left must be whole, and must not lie.

Run ``.venv/bin/python benchmarks/kills.py [KILLS]`` (50; some minutes; not on Windows). The studies are synthetic and
their notebooks of a few lines, but for one thing: each writes many files, so that putting the outputs in place takes
long enough to be hit. Every round changes the data, starts a real command and kills one of its processes:

- ``driver``: the command ``kinerja run`` itself, at a random moment; every second time while outputs are being moved;
- ``kernel``: the kernel of a notebook;
- ``nursery``: the process from which the kernels are forked;
- ``process``: one process of the local pool that runs two studies;
- ``worker``: one worker of a dask scheduler on which the two studies run.

After each: no process is left over; every output is whole; a manifest that is there is true of every file. Then the
command is run again: it ends well, every output is of the new data, and nothing of the killed run is left.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import nbformat
import psutil

from kinerja_study.reproduction.stages import NOTEBOOKS, sha256
from kinerja_study.reproduction.starter import create_study

STUDIES = ("satu", "dua")
FILES = 400
NURSERY = "nursery import serve"
COMMAND = [sys.executable, "-c", "from kinerja_study.cli import app; app()", "run"]
OPENING = """
import json, pathlib, shutil, time
raw, out = pathlib.Path("../data/raw") / study, pathlib.Path("../data/processed") / study
out.mkdir(parents=True, exist_ok=True)
"""
CODE = (
    "word = (raw / 'site.md').read_text()\n(out / 'site.md').write_text(word)\n"
    "shutil.copy(raw / 'informants.csv', out / 'informants.csv')",
    f"word = (out / 'site.md').read_text()\nfor n in range({FILES}):\n    (out / f'{{n}}.txt').write_text(word * 50)",
    "time.sleep(2)\n(out / 'a.txt').write_text((out / 'site.md').read_text())",
    "empty = dict.fromkeys(('foci', 'obstacles', 'open', 'recommendations', 'unanswered', 'claims'), [])\n"
    "about = {'schema': 'kinerja-findings/1', 'study': study, 'provenance': 'synthetic', 'rules': {}}\n"
    "(out / 'findings.json').write_text(json.dumps({**about, **empty}))",
    "print((out / 'site.md').read_text())",
)


def make_project(root: Path) -> None:
    """Write two studies and five notebooks."""
    for study in STUDIES:
        create_study(root / "data/raw" / study)
    (root / "notebooks").mkdir()
    for name, code in zip(NOTEBOOKS, CODE, strict=True):
        cells = [
            nbformat.v4.new_code_cell("study = 'x'", id="p", metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(OPENING + code, id="c"),
        ]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), root / "notebooks" / name)
    shutil.copy(Path(__file__).parents[1] / "notebooks/6_lintas_lokasi.ipynb", root / "notebooks")


def change(root: Path, word: str) -> None:
    """Give the studies new data."""
    for study in STUDIES:
        (root / "data/raw" / study / "site.md").write_text(f"{word}\n", encoding="utf-8")


def start(root: Path, *words: str) -> subprocess.Popen[str]:
    """Start the command."""
    return subprocess.Popen([*COMMAND, *words], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def check(root: Path, study: str, words: set[str]) -> str:
    """Raise when an output is broken or a manifest lies; return whether there is a manifest."""
    report = root / "reports" / study / "laporan.html"
    if report.is_file():
        page = report.read_text("utf-8")
        assert page.endswith("</html>\n"), "a broken report"
        assert sum(word in page for word in words) == 1, "a report of two runs"
    for path in (root / "data/processed" / study).rglob("*.txt"):
        text = path.read_text("utf-8")
        assert len(set(text.split())) == 1, f"{path} is half written"
        assert text.split()[0] in words, f"{path} is half written"
    manifest = root / "reports" / study / "manifest.json"
    if not manifest.is_file():
        return "no manifest"
    for path, digest in json.loads(manifest.read_text("utf-8"))["outputs"].items():
        assert sha256((root / path).read_bytes()) == digest, f"the manifest lies about {path}"
    return "a true manifest"


def named(process: psutil.Process, part: str) -> list[psutil.Process]:
    """Return the processes below one whose command holds a part."""
    found = []
    for child in process.children(recursive=True):
        try:
            if part in " ".join(child.cmdline()):
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def kernels(process: psutil.Process) -> list[psutil.Process]:
    """Return the kernels below a process: those that were started, and those that were forked from a nursery."""
    return [*named(process, "ipykernel_launcher"), *(k for n in named(process, NURSERY) for k in named(n, NURSERY))]


def kill(
    root: Path, target: str, driver: psutil.Process, workers: psutil.Process, moment: float, *, aim: bool
) -> tuple[str, list[psutil.Process]]:
    """Wait for the moment and kill the target; return what was killed, and what ran below the driver then."""
    end = time.monotonic() + 120
    if aim:
        while alive(driver) and not list(root.glob(".kinerja/*.complete")) and time.monotonic() < end:
            time.sleep(0.001)
        time.sleep(moment % 0.03)
        driver.kill()
        return "driver, while outputs are moved", []
    time.sleep(moment)
    find: dict[str, Callable[[], list[psutil.Process]]] = {
        "driver": lambda: [driver],
        "nursery": lambda: named(driver, NURSERY)[:1],
        "kernel": lambda: kernels(driver),
        "process": lambda: named(driver, "spawn_main"),
        "worker": lambda: named(workers, "spawn_main"),
    }
    while time.monotonic() < end and alive(driver):
        found = find[target]()
        if found:
            below = named(driver, "")
            random.choice(found).kill()  # noqa: S311
            return target, below
        time.sleep(0.01)
    return f"{target}, but it was already done", []


def alive(process: psutil.Process) -> bool:
    """Tell whether a process still runs."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def main(kills: int) -> None:
    """Kill as often as asked and print what was found."""
    random.seed(20)
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_project(root)
        address = root / "scheduler.json"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        dask = [sys.executable, "-m", "dask"]
        cluster = [
            subprocess.Popen(
                [*dask, "scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(address)], **quiet
            ),
        ]
        while not address.is_file() or not address.read_text("utf-8"):
            time.sleep(0.1)
        tcp = json.loads(address.read_text("utf-8"))["address"]
        cluster.append(
            subprocess.Popen([*dask, "worker", tcp, "--nthreads", "1", "--nworkers", "2", "--no-dashboard"], **quiet)
        )
        try:
            run(root, tcp, psutil.Process(cluster[1].pid), kills, seen)
        finally:
            for process in reversed(cluster):
                process.terminate()
            for process in cluster:
                process.wait()
    for what, count in sorted(seen.items()):
        print(f"{count:4}  {what}")
    print(f"{kills} kills: no broken report, no manifest that lies, no process left over, every next run ended well")


def run(root: Path, tcp: str, workers: psutil.Process, kills: int, seen: Counter[str]) -> None:
    """Kill, look, and run again."""
    change(root, "kata0")
    length = {}
    for study in STUDIES:
        began = time.monotonic()
        assert start(root, study).wait() == 0
        length[(study,)] = time.monotonic() - began
    length[STUDIES] = sum(length.values()) * 0.7
    made = dict.fromkeys(STUDIES, "kata0")
    for number in range(1, kills + 1):
        word = f"kata{number}"
        change(root, word)
        target = ("driver", "kernel", "driver", "nursery", "driver", "process", "driver", "worker")[number % 8]
        several = target in ("process", "worker")
        studies = STUDIES if several else (STUDIES[number % 2],)
        process = start(root, *studies, *(("--scheduler", tcp) if target == "worker" else ()))
        moment = random.uniform(0, length[studies] * 0.9)  # noqa: S311
        what, below = kill(
            root, target, psutil.Process(process.pid), workers, moment, aim=number % 4 == 0 and not several
        )
        said = process.communicate()[0]
        seen[f"killed: {what}"] += 1
        seen[f"exit status {process.returncode} when the {target} is killed"] += 1
        assert "Traceback" not in said, said
        left = psutil.wait_procs(below, timeout=20)[1]
        assert not left, left
        for study in studies:
            seen[f"after it: {check(root, study, {word, made[study]})}"] += 1
        again = start(root, *studies)
        said = again.communicate()[0]
        assert again.returncode == 0, said
        for study in studies:
            assert check(root, study, {word}) == "a true manifest"
            made[study] = word
        left_over = [path.name for path in (root / ".kinerja").iterdir() if path.is_dir()]
        assert not left_over, left_over
        print(f"{number}/{kills} {what}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)

"""Opening the room in JupyterLab: a copy of its notebook for one study, executed, so that the room is there at once.

Owns the server and the copy; what the room is, the notebook says.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import nbformat
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_core.paths import jupyter_runtime_dir
from nbformat.sign import NotebookNotary

from kinerja_study.errors import StudyError
from kinerja_study.study import Study

NOTEBOOK = "0_ruang_koding.ipynb"
SETTINGS = Path(__file__).parent / "settings"
"""How JupyterLab is set for the room, where its user has not set it otherwise."""

WORKSPACE = "kinerja"
LAYOUT = {"layout-restorer:data": {"main": {}, "left": {"collapsed": True}, "right": {"collapsed": True}}}
"""The room has the width of the window; the file browser is one click away."""

PATIENCE = 60
"""Seconds for JupyterLab to start, and for a cell of the notebook to be executed."""

LEAVING = 20
"""Seconds for JupyterLab to end."""


def open_lab(study: Study, coder: str | None, *, browser: bool, say: Callable[[str], None]) -> int:
    """Start JupyterLab with the room of a study open, and wait until it ends.

    Parameters
    ----------
    study : Study
        The study.
    coder : str, optional
        Who codes; asked in the room where it is not given.
    browser : bool
        Open a browser on it; else only its address is said.
    say : callable
        Takes what there is to tell.

    Returns
    -------
    int
        The exit status of JupyterLab.

    Raises
    ------
    StudyError
        JupyterLab does not start.
    """
    place = _copy(study, coder)
    # The copy lies in .kinerja, which neither git nor a run looks at. Nothing is asked of the network: no news, no list
    # of extensions.
    settings = {
        "ServerApp.root_dir": study.root,
        "ServerApp.answer_yes": True,
        "ContentsManager.allow_hidden": True,
        "LabApp.app_settings_dir": SETTINGS,
        "LabApp.workspaces_dir": place.parent,
        "LabApp.news_url": None,
        "LabApp.extension_manager": "readonly",
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--log-level=WARN"]
    command += [f"--{name}={value}" for name, value in settings.items()]
    process = subprocess.Popen(command, cwd=study.root)  # noqa: S603 - our own interpreter and folder
    try:
        server = _wait_for(process)
        path = place.relative_to(study.root).as_posix()
        _execute(place, _start_kernel(server, path))
        _ask(server, "PUT", f"lab/api/workspaces/{WORKSPACE}", {"data": LAYOUT, "metadata": {"id": WORKSPACE}})
        address = f"{server['url']}lab/workspaces/{WORKSPACE}/tree/{quote(path)}?token={server['token']}"
        say(address)
        if browser:
            webbrowser.open(address)
        return process.wait()
    finally:
        process.terminate()
        try:
            process.wait(timeout=LEAVING)
        except subprocess.TimeoutExpired:  # of its kernels it waits for one that never answers
            process.kill()
            process.wait()


def _copy(study: Study, coder: str | None) -> Path:
    source = study.root / "notebooks" / NOTEBOOK
    if not source.is_file():
        problem = f"{source.relative_to(study.root)} is missing.\n    Restore it from the project's repository."
        raise StudyError(problem)
    notebook = nbformat.read(source, as_version=4)
    other = {"id": "lang-en", "en": "lang-id"}[study.language]
    notebook.cells = [cell for cell in notebook.cells if other not in cell.metadata.get("tags", [])]
    values = {"study": study.id, "language": study.language, "coder": coder}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata.jupyter = {"source_hidden": True}
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    place = study.root / ".kinerja" / "code" / study.id / NOTEBOOK
    place.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, place)
    return place


def _wait_for(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    told = Path(jupyter_runtime_dir()) / f"jpserver-{process.pid}.json"
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            server: dict[str, Any] = json.loads(told.read_text("utf-8"))
            urlopen(f"{server['url']}api?token={server['token']}", timeout=5).close()  # noqa: S310 - our own server
        except (OSError, ValueError):
            time.sleep(0.1)
        else:
            return server
    problem = "JupyterLab does not start.\n    Try 'kinerja lab'; what it says tells why."
    raise StudyError(problem)


def _ask(server: dict[str, Any], method: str, path: str, content: dict[str, Any]) -> bytes:
    headers = {"Authorization": f"token {server['token']}", "Content-Type": "application/json"}
    address = f"{server['url']}{path}"
    request = Request(address, json.dumps(content).encode(), headers, method=method)  # noqa: S310 - our own server
    with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
        told: bytes = answer.read()
    return told


def _start_kernel(server: dict[str, Any], path: str) -> BlockingKernelClient:
    asked = {"path": path, "name": NOTEBOOK, "type": "notebook", "kernel": {"name": "python3"}}
    kernel = json.loads(_ask(server, "POST", "api/sessions", asked))["kernel"]["id"]
    client = BlockingKernelClient()
    client.load_connection_file(str(Path(jupyter_runtime_dir()) / f"kernel-{kernel}.json"))
    client.start_channels()
    until = time.monotonic() + PATIENCE
    while True:
        try:
            client.wait_for_ready(timeout=PATIENCE)
        except RuntimeError as error:
            # On a busy machine its heart has not begun to beat when it is first listened to.
            if time.monotonic() > until:
                problem = "the kernel of the notebook does not start.\n    Try 'kinerja lab'; what it says tells why."
                raise StudyError(problem) from error
        else:
            return client


def _execute(place: Path, client: BlockingKernelClient) -> None:
    """Execute the cells in the kernel that the notebook will have, and keep what they show."""
    notebook = nbformat.read(place, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shown: list[Any] = []
            reply = client.execute_interactive(cell.source, output_hook=shown.append, timeout=PATIENCE)
            kinds = ("stream", "error", "display_data", "execute_result")
            cell.outputs = [nbformat.v4.output_from_msg(one) for one in shown if one["msg_type"] in kinds]
            cell.execution_count = reply["content"]["execution_count"]
            if reply["content"]["status"] != "ok":
                break
    client.stop_channels()
    # JupyterLab shows a widget only in a notebook that it trusts.
    NotebookNotary().sign(notebook)
    nbformat.write(notebook, place)

"""kinerja verify, and export of a research object: what is said, also where there is nothing to compare or export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kinerja_study.cli import app
from kinerja_study.reproduction import verifying
from kinerja_study.reproduction.environment import Drift


@pytest.fixture(autouse=True)
def _in_the_project(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny.root)


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["verify"], "reports/tiny/manifest.json is not there, or cannot be read"),
        (["verify", "tyni"], "there is no study 'tyni'"),
        (["export", "tiny", "tiny.zip"], "it has not run as it is now"),
    ],
)
def test_study_that_has_not_run_is_told_so_with_a_cure_and_nothing_is_written(
    tiny: Any, words: list[str], says: str
) -> None:
    before = files(tiny.root)
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 1
    assert says in result.stderr
    assert "kinerja" in result.stderr
    assert files(tiny.root) == before


def test_result_is_shown_step_by_step_and_a_drift_alone_fails(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = verifying.Verification(
        study="tiny", provenance="synthetic", manifest="0", parameters={}, reference={}, packages=2,
        inputs=[verifying.Compared(file="data/raw/tiny/a.csv", result="identical")], notes=["python 3.13"],
        drifts=[Drift(package="pandas", locked="3.0", installed=None)],
        outputs=[verifying.Compared(file="data/processed/tiny/a.csv", result="equivalent")],
    )  # fmt: skip
    monkeypatch.setattr(verifying, "verify_study", lambda _name, **_options: found)
    result = CliRunner().invoke(app, ["verify"])
    assert result.exit_code == 1
    assert "inputs       1 compared with manifest.json, 0 differ\n" in result.stdout
    assert "environment  2 packages compared with requirements.lock, 1 differ\n" in result.stdout
    assert "outputs      1 compared: 0 the same bytes, 1 equivalent, 0 differ\n" in result.stdout
    assert "requirements.lock, pandas: locked 3.0, missing" in result.stderr
    as_json = CliRunner().invoke(app, ["verify", "--json"])
    assert (as_json.exit_code, json.loads(as_json.stdout)["result"]) == (1, "different")
    found.drifts = []
    same = CliRunner().invoke(app, ["verify"])
    assert (same.exit_code, same.stderr) == (0, "")

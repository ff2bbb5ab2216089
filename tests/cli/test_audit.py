"""kinerja audit: from the raw data alone, as JSON or as tables; 1 only where the data is at fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from kinerja_study.cli import app

ROOT = Path(__file__).parents[2]


def invoke(*words: str) -> Result:
    result = CliRunner().invoke(app, ["audit", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(autouse=True)
def _in_the_project(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny.root)


def test_answer_for_programs_has_every_claim_and_every_defect():
    result = invoke("tiny", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    answer = json.loads(result.stdout)
    assert set(answer) == {"claims", "defects"}
    assert [claim["id"] for claim in answer["claims"]] == [f"K{n}" for n in range(1, 11)]
    assert all(set(claim) == {"id", "status", "evidence"} for claim in answer["claims"])
    assert answer["claims"][4]["status"] == "reproduced"
    assert len(answer["claims"][4]["evidence"]) == 3
    assert all(set(defect) == {"kind", "claims", "text"} for defect in answer["defects"])
    assert {"kind": "conclusion_without_finding", "claims": ["K7"],
            "text": "K7 tidak bertumpu pada satu pun temuan: dasarnya tidak disebut."} in answer["defects"]  # fmt: skip


def test_tables_name_claims_status_and_defects_and_that_the_data_is_synthetic(tiny: Any):
    before = sorted(tiny.root.rglob("*"))
    result = invoke()
    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert "data sintetis" in said
    assert "K10" in said
    assert "kesimpulan tanpa" in said
    assert "10 klaim, 4 cacat antarklaim" in said
    assert sorted(tiny.root.rglob("*")) == before


def test_outputs_of_an_earlier_run_are_not_asked(tiny: Any):
    fresh = invoke("tiny", "--json").stdout
    tiny.open().save("findings.json", {"claims": [], "foci": []})
    tiny.open().save("claims.csv", "rusak")
    assert invoke("tiny", "--json").stdout == fresh
    tiny.replace("claims.csv", "verdict=baik", "verdict=cukup_baik")
    changed = json.loads(invoke("tiny", "--json").stdout)
    assert changed["claims"][1]["status"] == "reproduced"
    assert not any(defect["kind"] == "verdict_differs" for defect in changed["defects"])


def test_text_with_the_marks_of_a_terminal_is_shown_as_typed(tiny: Any):
    tiny.replace("claims.csv", "Penundaan menghambat.", "[red]Tunda[/red]")
    result = invoke("tiny")
    assert result.exit_code == 0
    assert "[red]" in result.stdout


def test_study_without_claims_has_nothing_to_hold(tiny: Any):
    tiny.remove("claims.csv")
    assert json.loads(invoke("tiny", "--json").stdout) == {"claims": [], "defects": []}
    assert invoke("tiny").stdout.strip() == "0 klaim, 0 cacat antarklaim"


def test_fault_of_the_data_is_told_and_exits_with_1(tiny: Any):
    tiny.replace("claims.csv", "verdict=cukup_baik,K1", "verdict=cukup_baik,K99")
    result = invoke("tiny", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "claims.csv, row 4, column rests_on" in result.stderr
    assert invoke("tinny").exit_code == 1


def test_article_is_held_against_the_sample_data_and_itself(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    answer = json.loads(invoke("balikpapan-kota", "--json").stdout)
    assert len(answer["claims"]) == 80
    alone = [d["claims"] for d in answer["defects"] if d["kind"] == "conclusion_without_finding"]
    assert len(alone) == 17
    assert all(len(claims) == 1 and claims[0].startswith("K") for claims in alone)

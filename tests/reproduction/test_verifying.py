"""Verifying: what was changed since the reference was made is caught, and named where a person would look for it.

The notebooks here are small ones that copy; the project's own are verified by ``make verify`` on the sample study.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from kinerja_study.errors import DifferenceError, UnverifiableError
from kinerja_study.reproduction.differences import MISSING, Difference
from kinerja_study.reproduction.environment import Drift, find_drifts, read_lock
from kinerja_study.reproduction.stages import NOTEBOOKS, hash_files
from kinerja_study.reproduction.verifying import Compared, Verification, refuse_differences, verify_study

pytestmark = pytest.mark.slow

FOUR = NOTEBOOKS[3]


def named(found: Verification) -> list[str]:
    return [str(one) for one in found.differing]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_unchanged_study_is_the_same_and_verifying_touches_nothing_but_its_own_three_files(study: Any) -> None:
    (study.root / "codecheck.yml").write_text("---\nmanifest:\n  - file: a.csv\nsummary: sama\n", encoding="utf-8")
    # As in a fresh clone, where executed notebooks are not kept: their hashes in the manifest stand for them.
    shutil.rmtree(study.root / "reports/tiny/notebooks")
    before = hash_files(study.root)
    found = verify_study("tiny")
    refuse_differences(found)
    assert found.same
    assert {one.result for one in [*found.inputs, *found.outputs]} == {"identical"}
    assert [one.file for one in found.outputs if one.by_hash] == [
        f"reports/tiny/notebooks/{name}" for name in NOTEBOOKS
    ]
    after = hash_files(study.root)
    made = {"codecheck.yml", "reports/tiny/verification.json", "reports/tiny/sertifikat.html"}
    assert {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)} == made
    assert "summary: sama\n" in (study.root / "codecheck.yml").read_text(encoding="utf-8")
    written = json.loads((study.root / "reports/tiny/verification.json").read_bytes())
    assert (written["schema"], written["result"]) == ("kinerja-verification/1", "same")
    page = lxml.html.parse(study.root / "reports/tiny/sertifikat.html").getroot()
    assert page.get("lang") == "id"
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "Sama. Semua notebook studi tiny" in page.text_content()
    assert not page.xpath("//@src | //link")


def test_changed_word_of_a_transcript_is_named_with_the_file_and_the_row_that_came_of_it(study: Any) -> None:
    study.replace("interviews/T1.md", "Lalu kerja samanya?", "Lalu kerja bersamanya?")
    for coder in ("consensus", "coder-a", "coder-b"):
        # The last quote of T1 has moved by three code points.
        study.replace(f"codings/{coder}.csv", "T1,131,173", "T1,134,176")
    found = verify_study("tiny")
    assert not found.same
    files = [one.file for one in found.differing]
    assert "data/raw/tiny/interviews/T1.md" in files
    line = "data/processed/tiny/turns.csv, row 17 (15), column text: was 'P: Lalu kerja samanya?', is "
    assert f"{line}'P: Lalu kerja bersamanya?'" in named(found)
    outputs = [one.file for one in found.outputs if one.result == "different"]
    assert outputs[0] == "data/processed/tiny/consensus.csv"
    page = lxml.html.parse(study.root / "reports/tiny/sertifikat.html").getroot().text_content()
    assert "TIDAK sama." in page
    assert "P: Lalu kerja bersamanya?" in page
    assert json.loads((study.root / "reports/tiny/verification.json").read_bytes())["result"] == "different"


def test_changed_coding_is_named_with_its_row_and_column(study: Any) -> None:
    study.replace("codings/consensus.csv", "MUTU-HASIL,2", "MUTU-HASIL,1")
    study.write("events.csv", study.read("events.csv") + "2024-03-18,training,13:00,15:00,Pelatihan\n")
    study.remove("claims.csv")
    with pytest.raises(DifferenceError) as refused:
        refuse_differences(verify_study("tiny"))
    text = str(refused.value)
    assert "data/processed/tiny/consensus.csv, row 2 (T1), column magnitude: was 2, is 1" in text
    for name in ("codings/consensus.csv", "events.csv"):
        assert f"data/raw/tiny/{name}, content (SHA-256): was" in text
    assert f"data/raw/tiny/claims.csv, the file: was a file, is {MISSING}" in text


def test_changed_parameter_is_named_whether_it_stands_in_the_study_or_in_a_notebook(study: Any) -> None:
    study.replace("study.toml", 'coder = "consensus"', 'coder = "consensus"\naggregate = "median"')
    edit(study.root / "notebooks" / FOUR, "aggregate = None", "aggregate = 'median'")
    found = named(verify_study("tiny"))
    assert "data/raw/tiny/study.toml, rule aggregate: was mean, is median" in found
    assert f"notebooks/{FOUR}, parameter aggregate: was as in study.toml (median), is 'median'" in found
    path = "data/processed/tiny/findings.json, rules"
    assert any(line.startswith(path) for line in found)
    executed = f"reports/tiny/notebooks/{FOUR}, cell 1, line 2: was aggregate = None, is aggregate = 'median'"
    assert executed in found


def test_changed_output_is_named_even_where_the_manifest_was_made_to_fit_it(study: Any) -> None:
    outputs = study.root / "data/processed/tiny"
    edit(outputs / "case_focus.csv", "W-1,-0.5", "W-1,0.5")
    edit(outputs / "coders.csv", "consensus", "coder-a")
    path = study.root / "reports/tiny/manifest.json"
    manifest = json.loads(path.read_bytes())
    forged = hash_files(outputs)["coders.csv"]
    manifest["outputs"]["data/processed/tiny/coders.csv"] = forged
    manifest["outputs"]["data/processed/tiny/informants.csv"] = forged
    path.write_text(json.dumps(manifest), encoding="utf-8")
    found = named(verify_study("tiny"))
    assert "data/processed/tiny/case_focus.csv, row 3 (W-1), column position: was 0.5, is -0.5" in found
    assert "data/processed/tiny/coders.csv, row 2 (coder-a), column coder: was coder-a, is consensus" in found
    assert any(line.startswith("data/processed/tiny/informants.csv, SHA-256 in manifest.json") for line in found)
    assert len(found) == 3


def test_changed_package_version_and_a_study_that_cannot_be_executed_are_named_together(study: Any) -> None:
    lock = study.root / "requirements.lock"
    version = read_lock(lock.read_text(encoding="utf-8"))["pandas"]
    edit(lock, f"pandas=={version}", "pandas==3.0.99")
    study.replace("codings/consensus.csv", "HAM-LISTRIK", "HAM-LISTRK")
    load = "from kinerja_study.collection import load_field_data\\nfrom kinerja_study.study import Study\\n"
    load += "load_field_data(Study.open(study))\\nout.mkdir"
    edit(study.root / "notebooks" / NOTEBOOKS[0], "out.mkdir", load)
    before = hash_files(study.root / "data/processed")
    found = verify_study("tiny")
    assert found.drifts == [Drift(package="pandas", locked="3.0.99", installed=version)]
    assert "requirements.lock is not that of the reference" in found.notes
    with pytest.raises(DifferenceError) as refused:
        refuse_differences(found)
    assert f"requirements.lock, pandas: locked 3.0.99, installed {version}" in str(refused.value)
    assert "HAM-LISTRK" in str(refused.value)
    # What the raw data says is shown on the terminal, and stands in no file that is handed on.
    for name in ("verification.json", "sertifikat.html"):
        text = (study.root / "reports/tiny" / name).read_text(encoding="utf-8")
        assert "1 fault in study" in text
        assert "HAM-LISTRK" not in text
    assert hash_files(study.root / "data/processed") == before


def test_words_of_the_field_cannot_act_on_a_terminal() -> None:
    shown = str(Compared(file="a\x1b.csv", result="different", difference=Difference("row 2", "x\n\x1b[2J", "ya, é")))
    assert shown == r"a\x1b.csv, row 2: was x\n\x1b[2J, is ya, é"


def test_package_that_is_missing_is_a_drift() -> None:
    assert find_drifts({"no-such-package": "1.0"}) == [Drift(package="no-such-package", locked="1.0", installed=None)]


def test_study_without_a_usable_reference_says_so_and_nothing_is_written(study: Any) -> None:
    path = study.root / "reports/tiny/manifest.json"
    manifest = json.loads(path.read_bytes())
    before = hash_files(study.root / "reports")
    cases: dict[str, Any] = {
        "is damaged at outputs": manifest | {"outputs": []},
        "is damaged at inputs.a": manifest | {"inputs": {"a": 1}},
        "is damaged at stages.0.notebook": manifest | {"stages": [{}]},
        "which is no output of this study": manifest | {"outputs": {"data/processed/tiny/../../raw/x": "0"}},
        "'/etc/passwd', which is no output": manifest | {"outputs": {"/etc/passwd": "0"}},
        "parameter aggregate cannot be 'modus'": manifest | {"parameters": {"aggregate": "modus"}},
        "is not there, or cannot be read": {"schema": "other/1"},
    }
    for said, changed in cases.items():
        path.write_text(json.dumps(changed), encoding="utf-8")
        with pytest.raises(UnverifiableError, match=said) as refused:
            verify_study("tiny")
        assert "kinerja run tiny" in str(refused.value)
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert hash_files(study.root / "reports") == before

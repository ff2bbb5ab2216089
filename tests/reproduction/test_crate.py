"""The research object: the same bytes each time, nothing private, described to the rules, and enough to verify by."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from openpyxl import Workbook

from kinerja_study.collection.privacy import find_private
from kinerja_study.errors import PrivacyError, UnexportableError
from kinerja_study.reproduction import crate
from kinerja_study.reproduction.crate import build_research_object
from kinerja_study.reproduction.running import run_study
from kinerja_study.reproduction.stages import NOTEBOOKS

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def project(study: Any) -> Any:
    for name in ("pyproject.toml", "Makefile", "LICENSE"):
        shutil.copy(REPOSITORY / name, study.root / name)
    return study


def word(*runs: str, author: str = "") -> bytes:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for run in runs:
        paragraph.add_run(run)
    document.core_properties.author = author
    document.save(buffer := io.BytesIO())
    return buffer.getvalue()


def workbook(cell: str) -> bytes:
    book = Workbook()
    book.worksheets[0].append([cell, "1"])
    book.save(buffer := io.BytesIO())
    return buffer.getvalue()


def read(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def test_unpacked_elsewhere_it_is_verified_by_its_own_source_and_a_changed_word_is_found(
    project: Any, tmp_path: Path
) -> None:
    there = tmp_path / "tempat penguji"
    with zipfile.ZipFile(io.BytesIO(build_research_object(project.open()))) as archive:
        archive.extractall(there)
    readme = (there / "README.md").read_text(encoding="utf-8")
    assert "\nmake verify STUDY=tiny\n" in readme
    assert "verify:" in (there / "Makefile").read_text(encoding="utf-8")
    # What the command runs, by this interpreter with its packages, but with the package that was unpacked.
    tell = "import kinerja_study, sys; print(kinerja_study.__file__); from kinerja_study.cli import app; app()"
    environment = {**os.environ, "PYTHONPATH": str(there / "src"), "TZ": "Asia/Tokyo", "PYTHONDONTWRITEBYTECODE": "1"}

    def verify() -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-c", tell, "verify", "tiny"], cwd=there, env=environment,
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.stdout.startswith(str(there / "src")), done.stderr
        return done.returncode, done.stdout + done.stderr

    status, said = verify()
    assert status == 0, said
    assert "the same bytes, 0 equivalent, 0 differ" in said
    turns = there / "data/raw/tiny/interviews/T1.md"
    turns.write_bytes(turns.read_bytes().replace(b"recorded: yes", b"recorded: no"))
    status, said = verify()
    assert status == 1
    assert "data/raw/tiny/interviews/T1.md, content (SHA-256)" in said
    assert "data/processed/tiny/turns.csv, row 8 (6), column text: was 'recorded: yes', is 'recorded: no'" in said


def test_same_study_gives_the_same_bytes_whatever_the_time_and_the_files_dates(
    project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build_research_object(project.open())
    for path in project.root.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    assert build_research_object(project.open()) == first
    # What gets through without the care that is taken: the zip module's own way writes the clock.
    monkeypatch.setattr(crate, "_zip", plain_zip)
    monkeypatch.setattr("time.time", lambda: 1e9)
    plain = build_research_object(project.open())
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert build_research_object(project.open()) != plain


def plain_zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            yield value["@id"]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def test_metadata_describes_every_file_and_one_execution_a_notebook(project: Any) -> None:
    project.write("catatan lapangan (1).txt", "Nama berkas dengan spasi.\n")
    run_study(project.open(), {})
    files = read(build_research_object(project.open()))
    described = json.loads(files["ro-crate-metadata.json"])
    entities = {entity["@id"]: entity for entity in described["@graph"]}
    assert len(entities) == len(described["@graph"])
    assert described["@context"][0] == "https://w3id.org/ro/crate/1.3/context"
    assert entities["ro-crate-metadata.json"]["about"] == {"@id": "./"}
    root = entities["./"]
    assert root["conformsTo"] == {"@id": "https://w3id.org/ro/wfrun/process/0.6"}
    assert {"name", "description", "datePublished", "license", "hasPart", "mentions"} <= root.keys()
    names = {name for name in files if not name.startswith("src/")} - {"ro-crate-metadata.json"}
    parts = {part["@id"].replace("%20", " ").replace("%28", "(").replace("%29", ")") for part in root["hasPart"]}
    assert parts == names | {"src/kinerja_study/"}
    assert "data/raw/tiny/catatan%20lapangan%20%281%29.txt" in entities
    assert set(references(described["@graph"])) <= entities.keys() | {"https://w3id.org/ro/crate/1.3"}
    actions = [entities[mention["@id"]] for mention in root["mentions"]]
    assert [action["instrument"]["@id"] for action in actions] == [
        *(f"notebooks/{name}" for name in NOTEBOOKS), "src/kinerja_study/",
    ]  # fmt: skip
    assert all(action["@type"] == "CreateAction" and action["result"] and action["object"] for action in actions)
    assert {"@id": "data/raw/tiny/interviews/T1.md"} in actions[0]["object"]
    assert {"@id": "data/raw/tiny/interviews/T1.md"} not in actions[1]["object"]
    assert {"@id": "data/processed/tiny/turns.csv"} in actions[1]["object"]


def test_key_file_stays_out_and_so_does_a_text_that_holds_a_name_of_it(project: Any) -> None:
    project.replace("study.toml", "[privacy]\n", '[privacy]\nkey_file = "private/key.csv"\n')
    (project.root / "private").mkdir()
    (project.root / "private/key.csv").write_text("nama,id\nSiti Aminah,W-1\n", encoding="utf-8")
    run_study(project.open(), {})
    files = read(build_research_object(project.open()))
    assert not any("private" in name or b"Siti Aminah" in data for name, data in files.items())
    project.write("catatan.txt", "Bertemu Siti  Aminah di loket.\n")
    (project.raw / "catatan.docx").write_bytes(word("Bertemu Siti Ami", "nah di loket."))
    run_study(project.open(), {})
    with pytest.raises(PrivacyError) as refused:
        build_research_object(project.open())
    assert "the research object would show what must stay private" in str(refused.value)
    assert "catatan.txt" in str(refused.value)
    assert "catatan.docx, word/document.xml" in str(refused.value)
    assert "Aminah" not in str(refused.value)
    project.remove("catatan.txt")
    project.remove("catatan.docx")
    project.write("kunci.csv", "nama,id\nSiti Aminah,W-1\n")
    project.replace("study.toml", "private/key.csv", "data/raw/tiny/kunci.csv")
    with pytest.raises(UnexportableError, match="it has not run as it is now"):
        build_research_object(project.open())


@pytest.mark.parametrize(
    ("name", "data", "part"),
    [
        ("a.docx", word("Bertemu Siti Ami", "nah & kawan."), "word/document.xml"),
        ("a.docx", word("Tanpa nama.", author="Siti Aminah"), "docProps/core.xml"),
        ("a.xlsx", workbook("kata Siti Aminah"), "xl/worksheets/sheet1.xml"),
    ],
)
def test_a_name_is_found_in_every_part_of_a_word_file_or_workbook(name: str, data: bytes, part: str) -> None:
    found = [place for place, text in crate._texts(name, data) if find_private(text, ["Siti Aminah"])]

    assert found == [f"{name}, {part}"]
    # As bytes they hold none: both are packed.
    assert not find_private(data.decode("utf-8", errors="ignore"), ["Siti Aminah"])


def test_study_that_has_changed_since_its_run_or_has_no_project_around_it_is_not_exported(study: Any) -> None:
    with pytest.raises(UnexportableError, match=r"pyproject.toml is missing in the project's folder"):
        build_research_object(study.open())
    study.write("events.csv", study.read("events.csv") + "2024-03-18,training,13:00,15:00,Pelatihan\n")
    with pytest.raises(UnexportableError, match=r"(?s)it has not run as it is now.*kinerja run tiny"):
        build_research_object(study.open())
    shutil.rmtree(study.root / "reports")
    with pytest.raises(UnexportableError, match="it has not run as it is now"):
        build_research_object(study.open())

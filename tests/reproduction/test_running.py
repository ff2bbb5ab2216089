from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lxml.html
import nbformat
import papermill
import pytest
from quick_project import Project, cells_of, outputs_of

from kinerja_study.errors import NotebookError, PrivacyError, RawDataError, StudyError
from kinerja_study.reproduction import stages
from kinerja_study.reproduction.cross_case import compare_studies
from kinerja_study.reproduction.executing import execute_notebook
from kinerja_study.reproduction.manifest import read_manifest
from kinerja_study.reproduction.outcome import Run
from kinerja_study.reproduction.running import run_study
from kinerja_study.reproduction.stages import NOTEBOOKS, hash_files, sha256
from kinerja_study.study import Study

pytestmark = pytest.mark.slow

ONE, TWO, THREE, FOUR, FIVE = NOTEBOOKS
FRESH = dict.fromkeys(NOTEBOOKS, "")


def table(root: Path, name: str) -> list[list[str]]:
    with (root / "data/processed/tiny" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


# --- The notebooks of the project, run once in two folders at the same time


@dataclass(frozen=True)
class Twice:
    root: Path
    run: Run
    other: Path
    said: str


@pytest.fixture(scope="session")
def twice(make_tiny: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Twice:
    """Run the tiny study by the function here, and by the command in another folder, zone, locale and user's name."""
    here = make_tiny(tmp_path_factory.mktemp("satu"))
    there = make_tiny(tmp_path_factory.mktemp("folder lain") / "lebih dalam")
    environment = {
        **os.environ, "TZ": "America/New_York", "LC_ALL": "C", "PYTHONHASHSEED": "77", "COLUMNS": "40",
        "HOME": str(tmp_path_factory.mktemp("rumah")), "USER": "penguji", "LOGNAME": "penguji",
    }  # fmt: skip
    command = [sys.executable, "-c", "from kinerja_study.cli import app; app()", "run", "tiny", "-v"]
    with subprocess.Popen(
        command, cwd=there.root, env=environment, umask=0o077,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        run = run_study(here.open(), {})
        said = process.communicate(timeout=300)[0]
    assert process.returncode == 0, said
    return Twice(here.root, run, there.root, said)


def test_first_run_executes_every_notebook_and_writes_one_report(twice: Twice) -> None:
    assert twice.run.reasons == dict.fromkeys(NOTEBOOKS, "it has not run yet")
    assert twice.run.report == twice.root / "reports/tiny/laporan.html"
    assert twice.run.report.is_file()
    assert f"{ONE}: it has not run yet" in twice.said
    assert "reports/tiny/laporan.html" in twice.said
    assert [path.name for path in (twice.root / ".kinerja").iterdir()] == ["tiny.lock"]


def test_result_is_told_in_words_that_the_report_has_too(twice: Twice) -> None:
    findings = json.loads((twice.root / "data/processed/tiny/findings.json").read_bytes())
    banner, *lines = twice.run.verdicts.split("\n")
    shown = lxml.html.document_fromstring(twice.run.report.read_bytes()).text_content()
    assert banner.startswith("Data sintetis")
    assert len(lines) == len(findings["foci"]) > 1
    for line, focus in zip(lines, findings["foci"], strict=True):
        found = re.fullmatch(r"(.*?: .*?\.) (\d+ dari \d+ informan).*\.", line)
        assert found, line
        verdict, heard = found.groups()
        assert verdict in shown
        assert heard.split()[0] == str(focus["informants"])
        assert ("belum dapat dinilai" in line) == (focus["verdict"] is None)
    # A program that reads along gets the path, and no more.
    assert banner not in twice.said


def test_no_page_is_stored_twice_in_a_notebook(twice: Twice) -> None:
    for path in (twice.root / "reports/tiny/notebooks").iterdir():
        for cell in json.loads(path.read_bytes())["cells"]:
            for output in cell.get("outputs", ()):
                if "text/html" in output.get("data", {}):
                    assert "<" not in "".join(output["data"]["text/plain"]), path.name


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        (
            "coders.csv",
            [
                ["coder", "segments", "documents", "codes", "against", "neutral", "for"],
                ["coder-a", "23", "8", "7", "10", "2", "11"],
                ["coder-b", "22", "8", "7", "10", "3", "9"],
                ["consensus", "24", "8", "7", "10", "3", "11"],
            ],
        ),
        (
            "indicators.csv",
            [
                ["indicator", "focus", "group", "measure", "value", "n", "magnitude", "reason", "table"],
                # 3 of 6, 2 of 3, 3 * 25: tests/conftest.py
                ["tepat_waktu", "kerja", "catatan", "share_within_standard", "0.5", "6", "-1", "", "services"],
                ["hadir", "kerja", "catatan", "share_present_on_time", str(2 / 3), "3", "-1", "", "attendance"],
                ["skm", "mutu", "catatan", "skm_index", "75.0", "4", "-1", "", "satisfaction"],
            ],
        ),
        (
            "work.csv",
            [
                ["service", "month", "officer_id", "requests", "minutes", "hours", "days", "open"],
                ["legalisasi", "2024-03", "E-1", "3", "3", "0", "0", "0"],
                ["sktm", "2024-03", "E-2", "3", "2", "0", "0", "1"],
            ],
        ),
        (
            "service_times.csv",
            [
                ["service", "requests", "open", "standard_minutes", "median", "p90", "longest", "within", "share"],
                ["legalisasi", "3", "0", "15.0", "15.0", "19.0", "20.0", "2", "0.6667"],
                ["sktm", "3", "1", "30.0", "30.0", "38.0", "40.0", "1", "0.3333"],
            ],
        ),
        (
            "lateness.csv",
            [
                ["weekday", "present", "late", "absent", "missing_out", "share", "mean"],
                ["0", "2", "1", "0", "0", "0.5", "15.0"],
                ["1", "1", "0", "0", "0", "0.0", ""],
            ],
        ),
    ],
)
def test_saved_tables_hold_what_was_worked_out_by_hand(twice: Twice, name: str, rows: list[list[str]]) -> None:
    assert table(twice.root, name) == rows


def test_saved_positions_and_segments_are_those_worked_out_by_hand(twice: Twice) -> None:
    rows = [row for row in table(twice.root, "case_focus.csv") if row[0] == "mutu"]
    assert {row[1]: float(row[-1]) for row in rows} == {
        "A-1": 0.75, "A-2": 0.5, "D1": 0.5, "O1": 0.0, "S-1": 0.0, "S-2": 0.5, "W-1": -0.5, "W-2": -1.0, "skm": -0.5,
    }  # fmt: skip
    segments = table(twice.root, "segments.csv")
    assert segments[0] == [
        "coding_id", "document_id", "start", "end", "quote", "code", "focus", "magnitude", "group", "case_id",
        "technique", "coder",
    ]  # fmt: skip
    assert len(segments) == 1 + 24
    # Two code points of an accent are one in the canonical text, and so is the emoji before them.
    assert ["T3:70-88:MUTU-HASIL:consensus", "T3", "70", "88", "Hasilnya memuaskan"] in [row[:5] for row in segments]
    assert {row[4] for row in segments if row[9] == "S-2"} == {""}


def test_saved_findings_hold_what_was_worked_out_by_hand(twice: Twice) -> None:
    findings = json.loads((twice.root / "data/processed/tiny/findings.json").read_bytes())
    assert [(f["id"], f["verdict"], f["score"], f["split"]) for f in findings["foci"]] == [
        ("mutu", "cukup_baik", 65.0, False),
        ("kerja", "cukup_baik", 57.5, True),
    ]
    assert [(o["rank"], o["code"], o["cases"]) for o in findings["obstacles"]] == [
        (1, "HAM-LISTRIK", 3),
        (2, "HAM-TUNDA", 2),
    ]


def test_report_is_bound_from_all_parts_and_every_link_in_it_has_its_place(twice: Twice) -> None:
    page = lxml.html.document_fromstring(twice.run.report.read_text(encoding="utf-8"))
    ids = page.xpath("//@id")
    assert len(set(ids)) == len(ids)
    links = {href[1:] for href in page.xpath("//a/@href") if href.startswith("#")}
    assert {"ringkasan", "hasil", "hasil-mutu", "kesimpulan", "saran"} <= links & set(ids)
    assert links - {""} <= set(ids)
    text = page.text_content()
    for shown in ("Mutu pekerjaan", "cukup baik", "65,00", "57,50", "Sediakan genset.", "12 Maret 2024"):
        assert shown in text
    # S-2 may not be quoted: not in a sentence, not in the transcript, not in the code of the page.
    for withheld in ("Hasil ketikan saya", "Rapat pagi", "Kalau lampu mati", "Boleh cerita?"):
        assert withheld not in twice.run.report.read_text(encoding="utf-8")
    for path in (twice.root / "data/processed/tiny").iterdir():
        assert "Rapat pagi" not in path.read_text(encoding="utf-8"), path.name


def test_manifest_is_true_of_every_file(twice: Twice) -> None:
    manifest = json.loads((twice.root / "reports/tiny/manifest.json").read_bytes())
    for part in ("inputs", "notebooks", "outputs"):
        assert manifest[part]
        for path, digest in manifest[part].items():
            assert sha256((twice.root / path).read_bytes()) == digest, path
    raw = {f"data/raw/tiny/{name}" for name in hash_files(twice.root / "data/raw/tiny")}
    assert set(manifest["inputs"]) == raw
    written = set(outputs_of(twice.root)) - {"reports/tiny/manifest.json"}
    assert set(manifest["outputs"]) == written
    assert manifest["lock"] == sha256((twice.root / "requirements.lock").read_bytes())
    assert manifest["rules"]["coder"] == "consensus"
    assert (manifest["study"], manifest["provenance"], manifest["parameters"]) == ("tiny", "synthetic", {})


def test_two_runs_in_two_folders_give_the_same_bytes(twice: Twice) -> None:
    assert outputs_of(twice.other) == outputs_of(twice.root)


def test_no_output_says_where_or_when_it_was_made(twice: Twice) -> None:
    for path in outputs_of(twice.root):
        data = (twice.root / path).read_bytes()
        for trace in (str(twice.root), str(Path.home()), "America/New_York"):
            assert trace.encode() not in data, path
    for name in NOTEBOOKS:
        executed = nbformat.read(twice.root / "reports/tiny/notebooks" / name, as_version=4)
        nbformat.validate(executed)
        printed = [out for cell in executed.cells for out in cell.get("outputs", []) if out.output_type == "stream"]
        assert printed == []


def test_comparison_of_studies_leads_to_places_that_are_there_and_is_made_once(twice: Twice, tmp_path: Path) -> None:
    made = []
    for root in (twice.root, twice.other):
        copy = shutil.copytree(root, tmp_path / f"salinan {len(made)}")
        for folder in ("data/raw", "data/processed", "reports"):
            shutil.copytree(copy / folder / "tiny", copy / folder / "dua")
        toml = copy / "data/raw/dua/study.toml"
        toml.write_text(toml.read_text(encoding="utf-8").replace('id = "tiny"', 'id = "dua"'), encoding="utf-8")
        path = compare_studies([Study.open(name, root=copy) for name in ("tiny", "dua")], None)
        made.append({end: (copy / f"reports/lintas-lokasi.{end}").read_bytes() for end in ("html", "ipynb", "json")})
    assert made[0] == made[1]
    page = lxml.html.document_fromstring(made[0]["html"].decode())
    links = [link.partition("#") for link in page.xpath("//main//a/@href") if not link.startswith("#")]
    assert {name for name, _, _ in links} == {"tiny/laporan.html", "dua/laporan.html"}
    assert {"hasil-mutu", "hasil-kerja", "k-O-HAM-LISTRIK"} <= {place for _, _, place in links}
    for name, _, place in links:
        report = lxml.html.parse(path.parent / name)
        assert not place or report.xpath("//*[@id=$place]", place=place), place
    assert page.xpath("//h1/text()") == ["Perbandingan lintas lokasi"]
    assert "Data sintetis" in page.xpath("//header")[0].text_content()
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    before = path.stat().st_mtime_ns
    studies = [Study.open(name, root=copy) for name in ("tiny", "dua")]
    assert compare_studies(studies, None).stat().st_mtime_ns == before
    path.write_text("diubah", encoding="utf-8")
    assert compare_studies(studies, None).read_bytes() == made[0]["html"]


def test_raw_data_and_notebooks_are_not_touched(twice: Twice, make_tiny: Any, tmp_path: Path) -> None:
    before = make_tiny(tmp_path).root
    for folder in ("data/raw", "notebooks"):
        assert hash_files(twice.root / folder) == hash_files(before / folder)


# --- Stages of a few lines (conftest.py), so that what is executed again can be tried out often


def test_unchanged_study_executes_nothing(project: Project) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.root.rglob("*") if path.is_file()}
    assert project.run() == FRESH
    assert project.executed == []
    assert {path: path.stat().st_mtime_ns for path in project.root.rglob("*") if path.is_file()} == before


def test_changed_transcript_executes_the_first_stage_and_all_that_reads_what_it_wrote(project: Project) -> None:
    project.study.replace("interviews/T1.md", "Lalu kerja samanya?", "Lalu kerja sama?")
    for coder in ("consensus", "coder-a", "coder-b"):
        # The last quote of T1 has moved by three code points.
        project.study.replace(f"codings/{coder}.csv", "T1,131,173", "T1,128,170")
    why = project.run()
    assert why[ONE] == "data/raw/tiny/codings/coder-a.csv has changed, and 3 more of what it reads"
    assert all(reason.startswith("data/processed/tiny/") for name, reason in why.items() if name != ONE)
    assert project.executed == list(NOTEBOOKS)
    assert b"kerja sama?" in (project.root / "data/processed/tiny/texts.csv").read_bytes()
    assert project.run() == FRESH


def test_changed_table_executes_no_more_than_what_it_changes(project: Project) -> None:
    # The first stage of this project writes nothing of events.csv: what it writes is the same, and the rest is fresh.
    project.study.replace("events.csv", "Listrik padam", "Listrik padam lagi")
    assert project.run() == FRESH | {ONE: "data/raw/tiny/events.csv has changed"}
    assert project.executed == [ONE]
    assert project.run() == FRESH


def test_changed_study_toml_executes_every_stage(project: Project) -> None:
    project.study.replace("study.toml", "Kinerja kantor kecil", "Kinerja kantor besar")
    assert project.run() == dict.fromkeys(NOTEBOOKS, "data/raw/tiny/study.toml has changed")


def test_changed_parameter_executes_the_stage_that_has_it_and_what_follows_from_it(project: Project) -> None:
    assert project.run(aggregate="median") == FRESH | {
        FOUR: "a parameter has changed",
        FIVE: "data/processed/tiny/findings.json has changed",
    }
    assert project.executed == [FOUR, FIVE]
    findings = json.loads((project.root / "data/processed/tiny/findings.json").read_bytes())
    assert findings["rules"] == {"a": "median"}
    manifest = read_manifest(project.study.open())
    assert manifest["parameters"] == {"aggregate": "median"}
    assert manifest["rules"]["aggregate"] == "median"


def test_changed_lock_executes_every_stage(project: Project) -> None:
    lock = project.root / "requirements.lock"
    lock.write_bytes(lock.read_bytes() + b"# other\n")
    assert project.run() == dict.fromkeys(NOTEBOOKS, "requirements.lock has changed")
    assert project.executed == list(NOTEBOOKS)


def test_changed_module_of_the_package_executes_every_stage(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = Path(stages.__file__).parents[1]
    shutil.copytree(installed, tmp_path / "lain/kinerja_study")
    monkeypatch.setattr(stages, "__file__", str(tmp_path / "lain/kinerja_study/reproduction/stages.py"))
    assert project.run() == FRESH
    with (tmp_path / "lain/kinerja_study/display/matrices.py").open("a") as module:
        module.write("# other\n")
    assert project.run() == dict.fromkeys(NOTEBOOKS, "the package has changed")
    assert project.executed == list(NOTEBOOKS)


def test_unrelated_file_executes_nothing(project: Project) -> None:
    unrelated = (
        "README.md", "catatan.txt", "notebooks/coba.ipynb", "data/raw/lain/study.toml", "data/raw/tiny/.kunci",
        "data/raw/tiny/~$T1.docx", "reports/lain/laporan.html",
    )  # fmt: skip
    for name in unrelated:
        (project.root / name).parent.mkdir(parents=True, exist_ok=True)
        (project.root / name).write_text("lain", encoding="utf-8")
    assert project.run() == FRESH
    assert project.executed == []
    # One more file of the study itself is not unrelated.
    project.study.write("interviews/T9.md", project.study.read("interviews/T1.md").replace("id: T1", "id: T9"))
    assert project.run() == FRESH | {ONE: "data/raw/tiny/interviews/T9.md has come or gone"}


HEAVY = {"pandas", "numpy", "matplotlib", "papermill", "nbconvert", "nbformat", "jupyter_client", "lxml", "pandera"}


def test_unchanged_study_imports_nothing_heavy_and_a_run_no_more_than_it_binds_with(project: Project) -> None:
    def imported(*words: str) -> list[str]:
        code = (
            "import sys; from kinerja_study.cli import app; app(sys.argv[1:], standalone_mode=False); "
            f"print(*sorted({HEAVY!r} & set(sys.modules)))"
        )
        command = [sys.executable, "-c", code, *words]
        return subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=True).stdout.splitlines()

    assert imported("run", "tiny", "-v") == [
        *(f"{name}: unchanged" for name in NOTEBOOKS),
        "reports/tiny/laporan.html",
        "",
    ]
    # A run leaves tables and figures to its notebooks: its own process binds what they wrote.
    forced = imported("run", "tiny", "--force")[-1].split()
    assert "nbconvert" in forced
    assert not {"pandas", "numpy", "matplotlib", "pandera"} & {*forced}
    assert "pandas" in imported("check", "tiny")[-1]


def test_changed_notebook_is_executed_and_no_other_and_what_it_no_longer_writes_is_removed(project: Project) -> None:
    project.edit(FIVE, "Bab hasil", "Bab hasil dan pembahasan")
    project.edit(FIVE, "sisa.csv", "lain.csv")
    assert project.run() == FRESH | {FIVE: "the notebook has changed"}
    assert project.executed == [FIVE]
    assert "Bab hasil dan pembahasan" in (project.root / "reports/tiny/laporan.html").read_text(encoding="utf-8")
    names = set(hash_files(project.root / "data/processed/tiny"))
    assert {"sisa.csv", "lain.csv"} & names == {"lain.csv"}
    assert project.run() == FRESH


def test_output_that_was_changed_by_hand_is_made_again(project: Project) -> None:
    path = project.root / "data/processed/tiny/case_focus.csv"
    path.write_text("diubah", encoding="utf-8")
    reason = "its output data/processed/tiny/case_focus.csv is missing or was changed"
    assert project.run() == FRESH | {THREE: reason}
    assert path.read_text(encoding="utf-8") == "tetap"


def test_missing_report_is_bound_again_without_executing_anything(project: Project) -> None:
    path = project.root / "reports/tiny/laporan.html"
    before = path.read_bytes()
    path.unlink()
    assert project.run() == FRESH
    assert project.executed == []
    assert path.read_bytes() == before


def test_failing_notebook_leaves_the_last_good_outputs_and_is_named_with_its_cell(project: Project) -> None:
    before = outputs_of(project.root)
    project.study.replace("events.csv", "Listrik padam", "Listrik padam lagi")
    project.edit(FOUR, "import json", "1 / 0")
    with pytest.raises(NotebookError) as stopped:
        project.run()
    # The parameters, the places, then the one that fails: as the notebook shows it, the injected cell not counted.
    assert (stopped.value.notebook, stopped.value.cell) == (FOUR, 3)
    assert "ZeroDivisionError" in stopped.value.reason
    assert stopped.value.source.startswith("1 / 0")
    assert project.executed == [ONE, FOUR]
    assert outputs_of(project.root) == before
    left = {path.name for path in (project.root / ".kinerja").iterdir()}
    assert left == {"tiny.lock", f"failed-tiny-{FOUR}"}
    project.edit(FOUR, "1 / 0", "import json")
    assert project.run() == FRESH | {ONE: "data/raw/tiny/events.csv has changed"}


def test_run_with_faults_writes_nothing(project: Project, make_tiny: Any, tmp_path: Path) -> None:
    before = outputs_of(project.root)
    project.check_data()
    project.study.replace("codings/consensus.csv", "HAM-LISTRIK", "HAM-LISTRK")
    with pytest.raises(RawDataError) as refused:
        project.run()
    assert [fault.kind for fault in refused.value.faults] == ["unknown_code"]
    assert project.executed == [ONE]
    assert outputs_of(project.root) == before
    assert [path.name for path in (project.root / ".kinerja").iterdir()] == ["tiny.lock"]
    never = make_tiny(tmp_path / "baru")
    never.replace("study.toml", 'kind = "open"', 'kind = "opne"')
    with pytest.raises(RawDataError):
        run_study(never.open(), {})
    assert not any((never.root / folder).exists() for folder in ("data/processed", "reports", ".kinerja"))


def test_report_that_would_show_what_is_private_is_not_written(project: Project) -> None:
    (project.root / "private").mkdir()
    (project.root / "private/key.csv").write_text("nama,id\nSiti Aminah,W-1\n", encoding="utf-8")
    before = outputs_of(project.root)
    private = ("3171234567890123", "Siti  Aminah", "0812-3456-7890", "siti@kantor.go.id")
    project.edit(FIVE, "Bab hasil", "; ".join(f"kata {shown} begitu" for shown in private))
    with pytest.raises(PrivacyError) as refused:
        project.run()
    kinds = {kind for kind, _ in refused.value.hits}
    assert kinds == {"NIK (16 digits)", "a name of the private key file", "telephone number", "e-mail address"}
    assert "kata ████ begitu" in str(refused.value)
    assert outputs_of(project.root) == before


def test_project_without_a_notebook_says_which_one_is_missing(project: Project) -> None:
    (project.root / "notebooks" / TWO).unlink()
    with pytest.raises(StudyError, match=f"notebooks/{TWO} is missing"):
        project.run()


def test_manifest_that_cannot_be_read_is_no_manifest(project: Project) -> None:
    path = project.root / "reports/tiny/manifest.json"
    whole = json.loads(path.read_bytes())
    damaged = [{"schema": "other/1"}, whole | {"stages": [{}]}, whole | {"outputs": []}, {"schema": whole["schema"]}]
    for broken in (b"", b"[]", *(json.dumps(each).encode() for each in damaged)):
        path.write_bytes(broken)
        assert read_manifest(project.study.open()) == {}
    assert project.run() == dict.fromkeys(NOTEBOOKS, "it has not run yet")
    assert json.loads(path.read_bytes()) == whole


def test_executed_notebook_has_the_same_bytes_each_time_and_the_plain_papermill_way_has_not(tmp_path: Path) -> None:
    source = tmp_path / "n.ipynb"
    nbformat.write(cells_of("print(study)", "study = 'x'"), source)
    ours = [tmp_path / "ours-1.ipynb", tmp_path / "ours-2.ipynb"]
    plain = [tmp_path / "plain-1.ipynb", tmp_path / "plain-2.ipynb"]
    for path in ours:
        execute_notebook(source, path, {"study": "tiny"})
    for path in plain:
        papermill.execute_notebook(str(source), str(path), {"study": "tiny"}, progress_bar=False, log_output=False)
    assert ours[0].read_bytes() == ours[1].read_bytes()
    assert "tiny\n" in [out["text"] for cell in nbformat.read(ours[0], 4).cells for out in cell.outputs]
    assert plain[0].read_bytes() != plain[1].read_bytes()

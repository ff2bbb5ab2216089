"""The command line: every bad input is a message with its place and cure, a status of 1, and nothing written."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result
from rich.console import Console
from typer.testing import CliRunner

from kinerja_study.cli import app
from kinerja_study.reproduction.outcome import Run
from kinerja_study.reproduction.stages import NOTEBOOKS

pytestmark = pytest.mark.slow

COMMAND = Path(sys.executable).with_name("kinerja")


def invoke(*words: str) -> Result:
    result = CliRunner().invoke(app, list(words))
    # An exception that is not a message would be a traceback for the user.
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def snapshot(root: Path) -> dict[str, bytes]:
    # All but the empty file by which two runs of a study are kept apart.
    files = {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}
    return {name: data for name, data in files.items() if not re.fullmatch(r"\.kinerja/[^/]*\.lock", name)}


@pytest.fixture(autouse=True)
def _in_the_project(tiny, quick_kernels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny.root)


def append(name: str, text: str) -> Callable[[Any], None]:
    return lambda tiny: tiny.write(name, tiny.read(name) + text)


def change(name: str, old: str, new: str) -> Callable[[Any], None]:
    return lambda tiny: tiny.replace(name, old, new)


def second_table(tiny) -> None:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.save(buffer)
    tiny.write("codebook.xlsx", buffer.getvalue())


def no_codings(tiny) -> None:
    for coder in ("consensus", "coder-a", "coder-b"):
        tiny.remove(f"codings/{coder}.csv")


def leading_outside(tiny) -> None:
    (tiny.root / "elsewhere.md").write_text(tiny.read("interviews/T1.md"))
    tiny.remove("interviews/T1.md")
    (tiny.raw / "interviews/T1.md").symlink_to(tiny.root / "elsewhere.md")


CODED = "codings/consensus.csv"
FIRST = "T1,41,73,Hasil kerja pegawai sangat rapi.,MUTU-HASIL,2,\n"
TWO_TURNS = 'T1,,,"jarang salah ketik.\n\nP: Lalu kerja",MUTU-HASIL,1,\n'

# name: what is done, the place that is named, the value that is shown, and words of the problem or the cure
BAD: dict[str, tuple[Callable[[Any], None], str, str | None, tuple[str, ...]]] = {
    "unknown code": (
        change(CODED, "MUTU-HASIL,2", "MUTU-HASL,2"), f"{CODED}, row 2, column code", "MUTU-HASL",
        ("not in the codebook (7 codes)", "Nearest: 'MUTU-HASIL'", "add the code to codebook.csv"),
    ),
    "span outside the text": (
        change(CODED, "T1,41,73", "T1,41,9999"), f"{CODED}, row 2, column start, end", "41-9999",
        ("interviews/T1.md", "174 characters", "exactly once, at 41-73"),
    ),
    "quote that moved": (
        change(CODED, "T1,41,73", "T1,40,72"), f"{CODED}, row 2, column quote", "Hasil kerja pegawai sangat rapi.",
        ("at 40-72 in interviews/T1.md: ' Hasil kerja pegawai sangat rapi'", "at 41-73", "kinerja check --fix"),
    ),
    "quote that was never said": (
        change(CODED, "sangat rapi", "amat rapi"), f"{CODED}, row 2, column quote", "Hasil kerja pegawai amat rapi.",
        ("'Hasil kerja pegawai sangat rapi.'", "occurs nowhere", "code the passage again"),
    ),
    "quote without a place that occurs twice": (
        change(CODED, "T1,41,73,Hasil kerja pegawai sangat rapi.", "T1,,,pegawai"),
        f"{CODED}, row 2, column quote", "pegawai", ("occurs 2 times, at 26, 53", "Give start and end"),
    ),
    "unknown document": (
        change(CODED, "T1,41,73", "T11,41,73"), f"{CODED}, row 2, column document_id", "T11",
        ("no text has this id", "Nearest: 'T1'", "D1, T1, T2"),
    ),
    "magnitude out of range": (
        change(CODED, "MUTU-HASIL,2", "MUTU-HASIL,3"), f"{CODED}, row 2, column magnitude", "3",
        ("expected -2, -1, 0, 1 or 2",),
    ),
    "informant twice": (
        append("informants.csv", "S-1,staf,main,Petugas,,L,,,yes,\n"), "informants.csv, row 8, column informant_id",
        "S-1", ("given twice", "another key"),
    ),
    "document twice": (
        change("interviews/T2.md", "id: T2", "id: T1"), "interviews/T2.md, row 2, column id", "T1",
        ("also that of interviews/T1.md", "another id"),
    ),
    "code twice": (
        append("codebook.csv", "HAM-TUNDA,hambatan,L,D,,,-,deductive,,,\n"), "codebook.csv, row 9, column code",
        "HAM-TUNDA", ("given twice", "another key"),
    ),
    "request twice": (
        append("services.csv", "R-1,sktm,2024-03-04T08:00,,,\n"), "services.csv, row 8, column request_id", "R-1",
        ("given twice", "another key"),
    ),
    "claim twice": (
        append("claims.csv", "K1,finding,,Teks.,,,\n"), "claims.csv, row 12, column id", "K1",
        ("given twice", "another key"),
    ),
    "informant without group": (
        change("informants.csv", "A-1,atasan", "A-1,"), "informants.csv, row 2, column group", None,
        ("empty, and expected a text", "Correct the cell"),
    ),
    "informant of an unknown group": (
        change("informants.csv", "A-1,atasan", "A-1,atsan"), "informants.csv, row 2, column group", "atsan",
        ("no group of study.toml", "Nearest: 'atasan'", "atasan, staf, warga"),
    ),
    "missing codebook": (
        lambda tiny: tiny.remove("codebook.csv"), "codebook.csv", None,
        ("the file is missing", "with the columns: code, focus, label"),
    ),
    "missing study.toml": (
        lambda tiny: tiny.remove("study.toml"), "study.toml", None, ("the file is missing", "kinerja new"),
    ),
    "missing column": (
        change("codebook.csv", "direction", "arah"), "codebook.csv, row 1, column direction", None,
        ("a column is missing", "Add it to the heading"),
    ),
    "unknown column": (
        change("codebook.csv", "recommendation", "recomendation"), "codebook.csv, row 1", "recomendation",
        ("unknown column", "Nearest: 'recommendation'"),
    ),
    "bad date in a table": (
        change("informants.csv", "yes,2024-03-04", "yes,4/3/2024"), "informants.csv, row 2, column consent_date",
        "4/3/2024", ("a date as 2018-03-12",),
    ),
    "bad date in a text": (
        change("interviews/T1.md", "2024-03-04", "2024-02-30"), "interviews/T1.md, row 5, column date", "2024-02-30",
        ("Write it as 2018-03-12",),
    ),
    "two tables of one name": (
        second_table, "codebook.csv", None, ("two tables of one name: codebook.csv and codebook.xlsx", "Keep one"),
    ),
    "NUL byte": (
        append("events.csv", "\0"), "events.csv, row 5", None, ("holds a NUL byte", "save it as UTF-8"),
    ),
    "not UTF-8": (
        lambda tiny: tiny.write("site.md", b"# Tempat\n\ncaf\xe9\n"), "site.md, row 3", "byte 0xe9",
        ("not UTF-8 text", "Save the file again as UTF-8"),
    ),
    "malformed TOML": (
        change("study.toml", 'id = "tiny"', "id = tiny"), "study.toml, row 2", None,
        ("not valid TOML", "text values stand in quotes"),
    ),
    "study.toml of another folder": (
        change("study.toml", 'id = "tiny"', 'id = "tinny"'), "study.toml, column study.id", "tinny",
        ("not the name of its folder, 'tiny'", 'Write id = "tiny"'),
    ),
    "unknown key": (
        change("study.toml", 'coder = "consensus"', 'agregate = "mean"'), "study.toml, column rules.agregate", None,
        ("unknown key", "Nearest: 'aggregate'"),
    ),
    "interviewer coded": (
        append(CODED, "T1,4,34,Bagaimana hasil kerja pegawai?,MUTU-HASIL,1,\n"), f"{CODED}, row 26, column quote",
        "Bagaimana hasil kerja pegawai?", ("4-34 is the interviewer's", "Code the informant's answer"),
    ),
    "two turns coded": (
        append(CODED, TWO_TURNS), f"{CODED}, row 26, column quote", "jarang salah ketik.\n\nP: Lalu kerja",
        ("touches two turns of interviews/T1.md", "code each turn by itself"),
    ),
    "same coding twice": (
        append(CODED, FIRST), f"{CODED}, row 26, column quote", "Hasil kerja pegawai sangat rapi.",
        ("the same span, code and coder stand in row 2", "Remove one of the rows"),
    ),
    "coding without consent": (
        change("informants.csv", "yes,2024-03-12", "no,2024-03-12"), f"{CODED}, row 18, column document_id", "T6",
        ("W-2 gave no consent", "Remove the coding"),
    ),
    "no codings at all": (
        no_codings, "codings/", None, ("there are no codings", "Add codings/<coder>.csv"),
    ),
    "completed before received": (
        change("services.csv", "T08:10", "T07:10"), "services.csv, row 2, column completed_at", "2024-03-04T07:10",
        ("completed before it was received", "Correct one of the two"),
    ),
    "left before coming": (
        change("attendance.csv", "07:45,16:00", "07:45,06:00"), "attendance.csv, row 3, column time_out", "06:00",
        ("left before coming", "Correct one of the two"),
    ),
    "answer 5 of the survey": (
        change("satisfaction.csv", "Q-2,2024-03-05,4", "Q-2,2024-03-05,5"),
        "satisfaction.csv, row 3, column persyaratan", "5", ("expected 1, 2, 3, 4 or empty",),
    ),
    "claim on an unknown claim": (
        change("claims.csv", "verdict=cukup_baik,K1", "verdict=cukup_baik,K99"), "claims.csv, row 4, column rests_on",
        "K99", ("refers to what is not there", "Known: K1, K10"),
    ),
    "claim that asserts nonsense": (
        change("claims.csv", "verdict=baik", "baik sekali"), "claims.csv, row 3, column asserts", "baik sekali",
        ("cannot be read", "Write verdict=<level>"),
    ),
    "bands that overlap": (
        change("study.toml", "from = 0.7, magnitude", "from = 0.4, magnitude"), "study.toml, column indicators.1",
        None, ("must rise without overlap", "[0.0, 0.5, 0.4, 0.85, 0.95]"),
    ),
    "multiverse coder who does not exist": (
        change("study.toml", '"coder-b"]', '"coder-c"]'), "study.toml, column multiverse.coder", "coder-c",
        ("nobody of this name has coded", "Coders: coder-a, coder-b, consensus"),
    ),
    "coder in force who does not exist": (
        change("study.toml", 'coder = "consensus"', 'coder = "konsensus"'), "study.toml, column rules.coder",
        "konsensus", ("Nearest: 'consensus'",),
    ),
    "link leading outside": (
        leading_outside, "interviews/T1.md", None, ("link that leads outside the study", "Copy the file itself"),
    ),
    "synthetic text in a field study": (
        change("study.toml", 'provenance = "synthetic"', 'provenance = "field"'),
        "interviews/T1.md, row 9, column provenance", "synthetic",
        ("the study 'field'", "must not stand among field data"),
    ),
    "unknown focus": (
        change("codebook.csv", "HAM-TUNDA,hambatan", "HAM-TUNDA,hambtan"), "codebook.csv, row 7, column focus",
        "hambtan", ("no focus of study.toml", "Nearest: 'hambatan'"),
    ),
    "unknown speaker": (
        change("interviews/T1.md", "A-1: Setiap", "A-9: Setiap"), "interviews/T1.md, row 18", "A-9:",
        ("does not name", "A-1, P"),
    ),
    "misspelt file": (
        lambda tiny: (tiny.raw / "claims.csv").rename(tiny.raw / "claim.csv"), "claim.csv", None,
        ("not a file of a study, but nearly", "Nearest: 'claims.csv'"),
    ),
    "damaged workbook": (
        lambda tiny: (tiny.remove("events.csv"), tiny.write("events.xlsx", b"PK\x03\x04rusak")), "events.xlsx", None,
        ("not readable as .xlsx", "save it as .xlsx again"),
    ),
    "interview where nobody speaks": (
        lambda tiny: tiny.write("interviews/T2.md", tiny.read("interviews/T2.md").split("\n\nP:")[0] + "\n\nHalo.\n"),
        "interviews/T2.md, row 10", None, ("nobody speaks", "A turn starts a line"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_with_place_value_and_cure_and_nothing_is_written(tiny, name: str):
    spoil, place, value, says = BAD[name]
    spoil(tiny)
    before = snapshot(tiny.root)
    result = invoke("run", "tiny")
    assert result.exit_code == 1
    assert result.stdout == ""
    start = result.stderr.index(f"  {place}: ")
    said = "\n".join(result.stderr[start:].split("\n")[:2])
    if value is not None:
        assert f"(value: {value!r})" in said
    for words in says:
        assert words in said
    assert snapshot(tiny.root) == before
    checked = invoke("check", "tiny")
    assert checked.exit_code == 1
    assert checked.stderr == result.stderr


def test_study_without_fault_is_said_to_have_none(tiny):
    before = snapshot(tiny.root)
    result = invoke("check", "tiny")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "no faults.\n", "")
    assert snapshot(tiny.root) == before


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("study", ["../x", "../raw/tiny", "/etc", "..", ".", "tiny/../tiny", "tinny"])
def test_study_id_that_climbs_or_is_unknown_is_refused(tiny, command: str, study: str):
    before = snapshot(tiny.root)
    result = invoke(command, study)
    assert result.exit_code == 1
    assert f"there is no study {study!r} in data/raw (there: tiny)" in result.stderr
    assert "A study's id is the name of its folder" in result.stderr
    assert ("Nearest: 'tiny'" in result.stderr) == (study == "tinny")
    assert snapshot(tiny.root) == before


def test_answer_for_programs_holds_every_fault_with_its_fields(tiny):
    tiny.replace("services.csv", "T08:10", "T07:10")
    tiny.replace(CODED, "MUTU-HASIL,2", "MUTU-HASL,2")
    result = invoke("check", "tiny", "--json")
    assert result.exit_code == 1
    assert result.stderr == ""
    answer = json.loads(result.stdout)
    assert answer["placed"] == 0
    assert [(f["kind"], f["file"], f["row"], f["column"], f["value"]) for f in answer["faults"]] == [
        ("unknown_code", CODED, 2, "code", "MUTU-HASL"),
        ("order", "services.csv", 2, "completed_at", "2024-03-04T07:10"),
    ]
    assert all(f["problem"] and f["cure"] for f in answer["faults"])


def test_answer_for_programs_is_the_same_shape_without_faults_and_with_a_broken_definition(tiny):
    result = invoke("check", "tiny", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"faults": [], "notes": [], "placed": 0})
    tiny.write("study.toml", "id = ")
    result = invoke("check", "tiny", "--json")
    assert result.exit_code == 1
    assert [f["kind"] for f in json.loads(result.stdout)["faults"]] == ["toml"]


def test_fix_places_the_moved_and_the_empty_quotes_and_touches_no_other_file(tiny):
    whole = snapshot(tiny.root)
    tiny.replace(CODED, "T1,41,73", "T1,,")
    tiny.replace(CODED, "T2,28,48", "T2,30,50")
    result = invoke("check", "tiny")
    assert result.exit_code == 1
    assert "row 5" in result.stderr
    result = invoke("check", "tiny", "--fix")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "placed 2 quotes" in result.stdout
    assert "no faults." in result.stdout
    assert snapshot(tiny.root) == whole


def test_fix_of_one_coders_table_does_not_reach_into_anothers(tiny):
    whole = snapshot(tiny.root)
    tiny.replace("codings/coder-a.csv", "T1,41,73", "T1,,")
    tiny.replace("codings/coder-b.csv", "T6,28,59", "T6,,")
    result = invoke("check", "tiny", "--fix")
    assert result.exit_code == 0, result.output
    assert "placed 2 quotes" in result.stdout
    assert snapshot(tiny.root) == whole


def test_empty_places_are_no_fault_but_are_told(tiny):
    tiny.replace(CODED, "T1,41,73", "T1,,")
    result = invoke("check", "tiny")
    assert result.exit_code == 0
    assert "1 quote has no place" in result.stdout
    assert "kinerja check --fix" in result.stdout


def test_fix_leaves_what_it_cannot_place_and_still_fails(tiny):
    tiny.replace(CODED, "T1,41,73", "T1,,")
    tiny.replace(CODED, "T2,28,48,Suratnya sudah baik.", "T2,28,48,Suratnya buruk.")
    result = invoke("check", "tiny", "--fix", "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["placed"] == 1
    assert [(f["kind"], f["row"]) for f in answer["faults"]] == [("quote_mismatch", 5)]
    assert "T1,41,73" in tiny.read(CODED)
    assert "T2,28,48,Suratnya buruk." in tiny.read(CODED)


def test_fix_works_on_a_workbook(tiny):
    rows = [line.split(",") for line in tiny.read("codings/coder-b.csv").splitlines() if '"' not in line]
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append([None if name in ("start", "end") and row[0] == "T2" else cell or None
                            for name, cell in zip(rows[0], row, strict=True)])  # fmt: skip
    book.save(buffer)
    tiny.remove("codings/coder-b.csv")
    tiny.write("codings/coder-b.xlsx", buffer.getvalue())
    result = invoke("check", "tiny", "--fix")
    assert result.exit_code == 0, result.output
    assert "placed 3 quotes" in result.stdout
    sheet = openpyxl.load_workbook(tiny.raw / "codings/coder-b.xlsx").active
    placed = [[c.value for c in row[:4]] for row in sheet.iter_rows() if row[0].value == "T2"]
    assert placed[0] == ["T2", 28, 48, "Suratnya sudah baik."]
    assert invoke("check", "tiny").stdout == "no faults.\n"


@pytest.mark.parametrize(
    "words", [["-p", "agregate", "mean"], ["-p", "agregate=mean"], ["--parameter", "agregate", "mean"]]
)
def test_unknown_parameter_names_the_nearest_and_is_wrong_usage(tiny, words: list[str]):
    before = snapshot(tiny.root)
    result = invoke("run", "tiny", *words)
    assert result.exit_code == 2
    assert "parameter 'agregate' is not a parameter" in result.stderr
    assert "Nearest: 'aggregate'" in result.stderr
    assert snapshot(tiny.root) == before


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("aggregate", "modus", "Allowed: mean, median"),
        ("language", "jv", "Allowed: id, en"),
        ("coder", "coder-c", "Allowed: coder-a, coder-b, consensus"),
        ("minimum_informants", "-1", "minimum_informants cannot be '-1'"),
        ("require_outside", "barangkali", "require_outside cannot be 'barangkali'"),
    ],
)
def test_value_that_a_parameter_cannot_take_is_wrong_usage(tiny, name: str, value: str, says: str):
    before = snapshot(tiny.root)
    result = invoke("run", "tiny", "-p", name, value)
    assert result.exit_code == 2
    assert says in result.stderr
    assert snapshot(tiny.root) == before


def test_coder_who_has_not_coded_is_wrong_usage_also_when_several_studies_run(tiny):
    before = snapshot(tiny.root)
    result = invoke("run", "tiny", "tiny", "-p", "coder", "coder-c")
    assert result.exit_code == 2
    assert "Allowed: coder-a, coder-b, consensus" in result.stderr
    assert snapshot(tiny.root) == before


@pytest.mark.parametrize("words", [["-p", "aggregate"], ["-p"], ["-p", "study", "tiny"], ["--forse"]])
def test_half_a_parameter_the_study_as_one_and_an_unknown_option_are_wrong_usage(tiny, words: list[str]):
    before = snapshot(tiny.root)
    result = invoke("run", "tiny", *words)
    assert result.exit_code == 2
    assert result.stderr
    assert snapshot(tiny.root) == before


def test_only_study_is_taken_where_none_is_named_and_two_have_to_be_told_apart(tiny, make_tiny, tmp_path: Path):
    assert invoke("check").stdout == "no faults.\n"
    (tiny.root / "data/raw/other").mkdir()
    (tiny.root / "data/raw/other/study.toml").write_text("")
    result = invoke("check")
    assert result.exit_code == 2
    assert "other, tiny" in result.stderr


def test_on_a_terminal_the_verdicts_are_read_before_the_path_and_cannot_act_on_it(
    tiny, monkeypatch: pytest.MonkeyPatch
):
    report = tiny.root / "reports/tiny/laporan.html"
    tiny.root.joinpath("reports/tiny/notebooks").mkdir(parents=True)
    shown = {"output_type": "display_data", "data": {"text/plain": ["Mutu: baik.\n", "Waktu\x1b[2J: buruk."]}}
    cells = [{"source": "x"}, {"outputs": [{"output_type": "stream"}, shown]}, {"outputs": [{"data": {}}]}]
    report.with_name("notebooks").joinpath(NOTEBOOKS[-1]).write_text(json.dumps({"cells": cells}))
    monkeypatch.setattr("kinerja_study.reproduction.running.run_study", lambda *_, **__: Run(report=report, reasons={}))
    assert invoke("run", "tiny").stdout == "reports/tiny/laporan.html\n"
    monkeypatch.setattr(Console, "is_terminal", True)
    monkeypatch.setenv("CI", "true")  # no bar
    assert (
        invoke("run", "tiny").stdout
        == "Mutu: baik.\nWaktu\N{REPLACEMENT CHARACTER}[2J: buruk.\nreports/tiny/laporan.html\n"
    )


def test_coding_room_without_its_extra_says_what_to_install(tiny, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kinerja_study.cli.jupyter.find_spec", lambda _name: None)
    before = snapshot(tiny.root)
    result = invoke("code")
    assert result.exit_code == 1
    assert "make code" in result.stderr
    assert snapshot(tiny.root) == before


def test_coding_room_of_a_project_without_its_notebook_says_so_before_anything_starts(tiny):
    (tiny.root / "notebooks/0_ruang_koding.ipynb").unlink()
    result = invoke("code", "--no-browser")
    assert result.exit_code == 1
    assert "notebooks/0_ruang_koding.ipynb is missing" in result.stderr


def test_where_there_is_no_study_the_way_to_make_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    empty = tmp_path / "kosong"
    empty.mkdir()
    monkeypatch.chdir(empty)
    monkeypatch.setattr("kinerja_study.cli.arguments.find_root", lambda: empty)
    monkeypatch.setattr("kinerja_study.study.find_root", lambda _study="": empty)
    result = invoke("check")
    assert result.exit_code == 1
    assert "(there: none)" in result.stderr
    assert "kinerja new" in result.stderr


def test_run_of_several_studies_goes_on_after_a_bad_one_and_fails_in_the_end(tiny):
    tiny.write("study.toml", "id = ")
    result = invoke("run", "tiny", "nothing")
    assert result.exit_code == 1
    assert "not valid TOML" in result.stderr
    assert "there is no study 'nothing'" in result.stderr
    assert "failed: tiny, nothing" in result.stderr


def command(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONUTF8": "1", "NO_COLOR": "1"}
    return subprocess.run([COMMAND, *words], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_real_command_says_every_fault_on_standard_error_and_exits_with_1(tiny):
    tiny.replace(CODED, "MUTU-HASIL,2", "MUTU-HASL,2")
    tiny.write("site.md", b"\xff")
    before = snapshot(tiny.root)
    done = command("run", "tiny", cwd=tiny.root / "notebooks")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(
        "RawDataError: 2 faults in study 'tiny':\n  codings/consensus.csv, row 2, column code:"
    )
    assert "Traceback" not in done.stderr
    assert snapshot(tiny.root) == before


def test_a_reader_who_leaves_early_is_no_fault(tiny):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [COMMAND, "check", "tiny"], cwd=tiny.root, stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert done.stderr == b""


def test_real_command_exits_with_2_for_wrong_usage(tiny):
    done = command("run", "tiny", "-p", "aggregate", "modus", cwd=tiny.root)
    assert done.returncode == 2
    assert done.stderr.startswith("UnknownParameterError: parameter aggregate cannot be 'modus'.")
    assert "Traceback" not in done.stderr


def test_real_command_fixes_and_then_finds_nothing(tiny):
    whole = tiny.read(CODED)
    tiny.replace(CODED, "T1,41,73", "T1,40,72")
    assert command("check", "tiny", cwd=tiny.root).returncode == 1
    done = command("check", "tiny", "--fix", cwd=tiny.root)
    assert (done.returncode, done.stderr) == (0, "")
    assert tiny.read(CODED) == whole

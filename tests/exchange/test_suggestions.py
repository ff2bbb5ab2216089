"""Suggested codings: what is written, and that they are evidence nowhere."""

from __future__ import annotations

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from kinerja_study.cli import app
from kinerja_study.collection import check_study
from kinerja_study.collection.field_data import load_field_data
from kinerja_study.errors import ExchangeError, RawDataError, UnknownParameterError
from kinerja_study.exchange.importing import import_project
from kinerja_study.exchange.refi_qda import export_study
from kinerja_study.exchange.suggestions import FILE, build_suggestions, suggest_codings
from kinerja_study.study import Study


@pytest.fixture
def cued(tiny):
    """The tiny study with a cue for what its texts say."""
    rows = list(csv.DictReader(io.StringIO(tiny.read("codebook.csv"))))
    rows[0]["cues_for"], rows[0]["cues_against"] = "rapi; baik", "salah"
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    tiny.write("codebook.csv", buffer.getvalue())
    return tiny


def suggested(study) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(study.read(FILE))))


def test_suggestions_are_sound_codings_and_say_what_they_are(cued) -> None:
    assert suggest_codings(cued.open()) == suggested(cued)

    rows = suggested(cued)
    assert ("T1", "Hasil kerja pegawai sangat rapi", "1") in [
        (r["document_id"], r["quote"], r["magnitude"]) for r in rows
    ]
    assert check_study(cued.open()).faults == []
    assert all(row["memo"].startswith("saran, belum diperiksa: ") for row in rows)


def test_the_same_study_gets_the_same_suggestions(cued) -> None:
    suggest_codings(cued.open())
    first = cued.read(FILE)
    suggest_codings(cued.open())

    assert cued.read(FILE) == first


def test_what_somebody_has_changed_is_kept_until_it_is_to_be_replaced(cued) -> None:
    suggest_codings(cued.open())
    made = cued.read(FILE)
    cued.write(FILE, made.replace("saran, belum", "saran, sudah"))

    with pytest.raises(ExchangeError, match="Give --replace"):
        suggest_codings(cued.open())
    assert "saran, sudah" in cued.read(FILE)

    suggest_codings(cued.open(), replace=True)
    assert cued.read(FILE) == made


def test_a_study_without_codings_gets_a_first_one(cued) -> None:
    for coder in ("consensus", "coder-a", "coder-b"):
        cued.remove(f"codings/{coder}.csv")

    assert suggest_codings(cued.open())
    # And that does not make it a coded study.
    assert {fault.kind for fault in check_study(cued.open()).faults} == {"no_codings"}


def test_a_study_with_faults_elsewhere_is_refused(cued) -> None:
    cued.write("informants.csv", "salah\n")

    with pytest.raises(RawDataError):
        suggest_codings(cued.open())
    assert not (cued.raw / FILE).exists()


def test_the_words_of_those_who_did_not_consent_are_not_searched(cued) -> None:
    files = cued.open().read_raw()
    rows = build_suggestions(files)
    informants = files["informants.csv"].decode().replace("24,yes", "24,no")
    silent = build_suggestions(files | {"informants.csv": informants.encode()})

    assert [row for row in rows if row["document_id"] != "T1"] == silent != rows


def test_the_interviewer_and_the_names_before_turns_are_not_searched(cued) -> None:
    cued.replace("codebook.csv", "rapi; baik", "rapi; pegawai; S-1")
    rows = build_suggestions(cued.open().read_raw())

    assert [row["quote"] for row in rows if row["document_id"] == "T1" and "pegawai" in row["memo"]] == [
        "Hasil kerja pegawai sangat rapi"
    ]
    assert not [row for row in rows if "S-1" in row["memo"]]


def test_no_suggestion_is_among_the_codings_and_none_takes_its_words_along(cued) -> None:
    before = load_field_data(cued.open())
    notes = check_study(cued.open()).notes
    suggest_codings(cued.open())
    after = load_field_data(cued.open())

    assert after.codings.equals(before.codings)
    assert check_study(cued.open()).notes == notes
    assert before.suggestions is None
    assert after.suggestions is not None
    assert list(after.suggestions) == ["document_id", "start", "end", "code", "magnitude"]
    assert len(after.suggestions) == len(suggested(cued))


@pytest.mark.parametrize("name", ["saran", "Saran"])
def test_suggestions_can_be_neither_in_force_nor_an_alternative(name: str, cued) -> None:
    suggest_codings(cued.open())
    definition = cued.read("study.toml")
    for old, place in (('coder = "consensus"', "rules.coder"), ('"coder-b"]', "multiverse.coder")):
        new = old.replace("consensus", name).replace("coder-b", name)
        cued.write("study.toml", definition.replace(old, new))
        with pytest.raises(RawDataError, match=rf"{place}(?s:.*)suggestions are no evidence"):
            cued.open()
    cued.write("study.toml", definition)
    with pytest.raises(UnknownParameterError, match="a person who coded"):
        cued.open(coder=name)


def test_suggestions_do_not_leave_the_study_and_nobody_comes_in_under_their_name(cued) -> None:
    suggest_codings(cued.open())
    cued.write("codings/budi.csv", cued.read("codings/coder-a.csv"))
    export_study(cued.open(), cued.root / "a.qdpx")
    import_project(cued.root / "a.qdpx", "kembali", cued.root)

    back = Study.open("kembali", root=cued.root).read_raw()
    assert "codings/budi.csv" in back
    assert FILE not in back


def test_agreement_with_each_coder_is_told(cued, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(cued.root)
    result = CliRunner().invoke(app, ["suggest", "tiny", "--json"])

    told = json.loads(result.stdout)
    assert [row["coder"] for row in told["agreement"]] == ["coder-a", "coder-b", "consensus"]
    assert told["suggestions"] == len(suggested(cued))
    shown = CliRunner().invoke(app, ["suggest", "tiny"])
    assert shown.exit_code == 0
    assert "They count nowhere until a person takes them over" in shown.output

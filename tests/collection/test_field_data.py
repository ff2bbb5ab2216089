"""The raw data as a whole: every fault at once, and only what was consented to leaves the raw folder."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import docx
import openpyxl
import pandas as pd
import pytest

from kinerja_study.collection import Check, FieldData, check_study, load_field_data, save_field_data
from kinerja_study.condensation import build_segments
from kinerja_study.errors import Fault, RawDataError, UnknownParameterError

S2_WORDS = ("ketikan saya cukup rapi", "Rapat pagi menolong", "lampu mati", "berhenti total")


def faults_of(tiny) -> list[Fault]:
    faults = check_study(tiny.open()).faults
    assert all(f.problem and f.cure for f in faults)
    return faults


def kinds(tiny) -> list[tuple[str, str]]:
    return [(f.file, f.kind) for f in faults_of(tiny)]


def table(tiny, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(tiny.read(name))))


def workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def same(one: FieldData, other: FieldData) -> None:
    for name in one.__dataclass_fields__:
        left, right = getattr(one, name), getattr(other, name)
        if isinstance(left, pd.DataFrame):
            pd.testing.assert_frame_equal(left, right, obj=name)
        else:
            assert left == right, name


def test_tiny_study_has_no_fault_and_every_table(tiny):
    assert check_study(tiny.open()) == Check(faults=[], anchors=[], notes=[])
    data = load_field_data(tiny.open())
    # 24 codings of the consensus; coder-a left out one, coder-b two: 24 + 23 + 22.
    assert len(data.codings) == 69
    assert data.codings.groupby("coder").size().to_dict() == {"coder-a": 23, "coder-b": 22, "consensus": 24}
    assert [len(t) for t in (data.informants, data.documents, data.codebook, data.services)] == [6, 8, 7, 6]
    assert data.absent == ()


def test_coders_who_share_out_the_texts_are_told_and_not_refused(tiny):
    rows = tiny.read("codings/coder-b.csv").splitlines(keepends=True)
    first, others = tiny.read("codings/coder-a.csv").splitlines(keepends=True), {"T2", "T3"}
    tiny.write("codings/coder-a.csv", "".join(r for r in first if r.split(",")[0] not in others))
    tiny.write("codings/coder-b.csv", rows[0] + "".join(r for r in rows if r.split(",")[0] in others))
    found = check_study(tiny.open())
    assert found.faults == []
    assert [(n.kind, n.file, n.row, n.value) for n in found.notes][:1] == [
        ("no_common_text", "codings/coder-a.csv", None, None)
    ]
    alone = [(n.file, n.row, n.value) for n in found.notes if n.file == "codings/coder-b.csv"]
    assert [(file, value) for file, _, value in alone] == [("codings/coder-b.csv", "T2"), ("codings/coder-b.csv", "T3")]
    kept = tiny.read("codings/coder-b.csv").splitlines()
    assert all(kept[row - 1].startswith(f"{value},") for _, row, value in alone)


def test_tables_that_may_be_missing_are_empty_and_named(tiny):
    names = ("services", "attendance", "satisfaction", "events", "claims", "decisions", "codebook_changes", "memos")
    for name in names:
        tiny.remove(f"{name}.csv")
    tiny.remove("site.md")
    data = load_field_data(tiny.open())
    assert data.absent == names
    assert len(data.services) == 0
    assert "received_at" in data.services
    assert data.site == ""


def as_indonesian_spreadsheets_write_it(tiny) -> None:
    for path in sorted(tiny.raw.rglob("*.csv")):
        rows = table(tiny, path.relative_to(tiny.raw).as_posix())
        if path.name == "informants.csv":
            rows[1][7], rows[2][7] = "24,0", "21,0"
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerows([*rows, [""] * len(rows[0])])
        path.write_bytes(buffer.getvalue().encode("utf-8-sig"))
    for path in sorted(tiny.raw.rglob("*.md")):
        path.write_bytes(path.read_text(encoding="utf-8").replace("\n", "\r\n").encode("utf-8-sig"))


def as_workbooks_and_word_processor_files(tiny) -> None:
    dates = {"date", "consent_date", "received_at", "completed_at"}
    for path in sorted(tiny.raw.rglob("*.csv")):
        heading, *rows = table(tiny, path.relative_to(tiny.raw).as_posix())
        typed = [[spreadsheet_value(c, name in dates) for name, c in zip(heading, row, strict=True)] for row in rows]
        path.with_suffix(".xlsx").write_bytes(workbook([heading, *typed, [None] * len(heading)]))
        path.unlink()
    for path in sorted(tiny.raw.glob("interviews/*.md")):
        document = docx.Document()
        for line in path.read_text(encoding="utf-8").split("\n"):
            document.add_paragraph(line)
        document.save(str(path.with_suffix(".docx")))
        path.unlink()


def spreadsheet_value(cell: str, is_date: bool) -> Any:
    if not cell:
        return None
    if is_date:
        return dt.datetime.fromisoformat(cell)
    if cell.lstrip("-").isdigit():
        return int(cell)
    if len(cell) == 5 and cell[2] == ":":
        return dt.time.fromisoformat(cell)
    return cell


@pytest.mark.parametrize("rewrite", [as_indonesian_spreadsheets_write_it, as_workbooks_and_word_processor_files])
def test_study_reads_the_same_whatever_program_wrote_its_files(tiny, rewrite):
    plain = load_field_data(tiny.open())
    rewrite(tiny)
    assert not list(tiny.raw.glob("interviews/*.md")) or b"\r\n" in (tiny.raw / "interviews/T1.md").read_bytes()
    same(load_field_data(tiny.open()), plain)


def test_decimal_comma_of_years_is_a_number(tiny):
    tiny.replace("informants.csv", "26-35,5,", '26-35,"5,5",')
    years = load_field_data(tiny.open()).informants.set_index("informant_id")["years_of_service"]
    assert years["S-1"] == 5.5
    assert pd.isna(years["W-1"])


def test_several_informants_of_one_interview_are_several_cases(tiny):
    tiny.replace("interviews/T1.md", "informant: A-1", "informant: A-1, S-1")
    tiny.write("interviews/T1.md", tiny.read("interviews/T1.md") + "\nS-1: Loket selalu buka.\n")
    tiny.write("codings/consensus.csv", tiny.read("codings/consensus.csv") + "T1,,,Loket selalu buka.,KERJA-WAKTU,1,\n")
    data = load_field_data(tiny.open())
    own = data.codings[(data.codings["document_id"] == "T1") & (data.codings["coder"] == "consensus")]
    assert dict(zip(own["quote"].str[:5], own["case_id"], strict=True))["Loket"] == "S-1"
    assert set(own["case_id"]) == {"A-1", "S-1"}
    assert set(own.loc[own["case_id"] == "S-1", "group"]) == {"staf"}


def test_several_interviews_of_one_informant_are_one_case(tiny):
    again = tiny.read("interviews/T1.md").replace("id: T1", "id: T7").replace("sangat rapi", "kurang rapi")
    tiny.write("interviews/T7.md", again)
    row = "T7,,,Hasil kerja pegawai kurang rapi.,MUTU-HASIL,-1,\n"
    tiny.write("codings/consensus.csv", tiny.read("codings/consensus.csv") + row)
    codings = load_field_data(tiny.open()).codings
    own = codings[(codings["case_id"] == "A-1") & (codings["coder"] == "consensus")]
    assert set(own["document_id"]) == {"T1", "T7"}


def test_observation_takes_the_only_group_of_its_technique_and_must_name_one_of_two(tiny):
    tiny.replace("observations/O1.md", "group: amatan\n", "")
    codings = load_field_data(tiny.open()).codings
    assert set(codings.loc[codings["case_id"] == "O1", "group"]) == {"amatan"}
    tiny.replace(
        "study.toml",
        '[[groups]]\nid = "berkas"',
        '[[groups]]\nid = "dua"\ntechnique = "observation"\n\n[[groups]]\nid = "berkas"',
    )
    (fault,) = faults_of(tiny)
    assert (fault.kind, fault.file, fault.column) == ("unknown_group", "observations/O1.md", "group")
    assert "amatan, dua" in fault.cure


def test_one_who_may_not_be_quoted_is_evidence_and_is_quoted_nowhere(tiny):
    row = "Hasil ketikan saya cukup rapi.,MUTU-HASIL,1,"
    tiny.replace("codings/consensus.csv", row, f"{row}katanya lampu mati")
    study = tiny.open()
    data = load_field_data(study)
    own = data.codings[data.codings["case_id"] == "S-2"]
    assert len(own) == 9  # three passages by three coders
    assert set(own["quote"]) == {""}
    assert set(own["memo"]) == {""}
    assert own["magnitude"].tolist() == [1, 1, -2] * 3
    others = data.codings[data.codings["case_id"] != "S-2"]
    assert not others["quote"].eq("").any()
    save_field_data(study, data)
    study.save("segments.csv", build_segments(data.codings, coder="consensus"))
    written = "".join(path.read_text(encoding="utf-8") for path in study.processed.rglob("*"))
    assert "Mereka jarang salah ketik." in written
    assert [words for words in S2_WORDS if words in written] == []


def test_same_words_would_be_written_if_consent_were_given(tiny):
    # What gets through without the guard: the test above looks for words that really occur.
    tiny.replace("informants.csv", "no_quote", "yes")
    study = tiny.open()
    save_field_data(study, load_field_data(study))
    written = "".join(path.read_text(encoding="utf-8") for path in study.processed.rglob("*"))
    assert [words for words in S2_WORDS if words not in written] == []


def test_joint_interview_shows_neither_the_silent_speaker_nor_the_interviewer_who_repeats_the_words(tiny):
    tiny.replace("interviews/T1.md", "informant: A-1", "informant: A-1, S-2")
    tiny.write("interviews/T1.md", tiny.read("interviews/T1.md") + "\nP: Jadi lampu mati?\n\nS-2: Ya, gelap.\n")
    turns = load_field_data(tiny.open()).turns.set_index("document_id")
    own = turns.loc["T1"]
    assert own["speaker"].tolist() == ["P", "A-1", "P", "A-1", "P", "S-2"]
    assert own["shown"].tolist() == ["false", "true", "false", "true", "false", "false"]
    assert own["text"].ne("").tolist() == [False, True, False, True, False, False]
    assert set(turns.loc["T2", "shown"]) == {"true"}
    assert "".join(turns.loc["T2", "text"]).startswith("P: Apa pendapat Ibu?")


def test_one_without_consent_is_not_shown_and_a_coding_of_it_is_refused(tiny):
    tiny.replace("informants.csv", "yes,2024-03-12", "no,2024-03-12")
    found = faults_of(tiny)
    assert {f.kind for f in found} == {"no_consent"}
    # W-2 has 3 codings in the consensus, 2 of coder-a and 3 of coder-b.
    assert len(found) == 8
    for coder in ("consensus", "coder-a", "coder-b"):
        rows = [row for row in tiny.read(f"codings/{coder}.csv").splitlines(keepends=True) if not row.startswith("T6")]
        tiny.write(f"codings/{coder}.csv", "".join(rows))
    data = load_field_data(tiny.open())
    assert set(data.turns.loc[data.turns["document_id"] == "T6", "text"]) == {""}
    assert "W-2" not in set(data.codings["case_id"])


def test_events_keep_their_times_apart_from_positions_in_a_text(tiny):
    events = load_field_data(tiny.open()).events
    assert list(events.columns) == ["date", "kind", "starts", "ends", "note"]
    assert events["starts"].tolist() == ["09:00", "", "13:00"]


def test_waiting_for_a_signature_is_one_word_however_it_was_typed(tiny):
    tiny.replace("services.csv", "E-1,false", "E-1,0")
    tiny.replace("services.csv", "E-2,true", "E-2,TRUE")
    waited = load_field_data(tiny.open()).services["waited_for_signature"].tolist()
    assert waited == ["false", "false", "false", "true", "false", "true"]


def test_saved_tables_come_back_and_are_the_same_bytes_each_time(tiny):
    study = tiny.open()
    save_field_data(study, load_field_data(study))
    first = {p.name: p.read_bytes() for p in study.processed.iterdir()}
    save_field_data(study, load_field_data(study))
    assert {p.name: p.read_bytes() for p in study.processed.iterdir()} == first
    codings = study.load("codings.csv")
    assert codings["start"].dtype.kind in "if"
    assert codings["magnitude"].sum() == load_field_data(study).codings["magnitude"].sum()


def test_coder_parameter_who_has_not_coded_names_those_who_have(tiny):
    with pytest.raises(UnknownParameterError, match="Allowed: coder-a, coder-b, consensus") as caught:
        load_field_data(tiny.open(coder="coder-c"))
    assert "Nearest: 'coder-" in str(caught.value)


def test_all_faults_of_several_files_come_in_one_answer_in_the_order_of_files_and_rows(tiny):
    tiny.replace("study.toml", '"coder-b"]', '"coder-c"]')
    tiny.replace("claims.csv", "verdict=baik", "verdict=bagus")
    tiny.replace("codebook.csv", "HAM-TUNDA,hambatan", "HAM-TUNDA,hambtan")
    tiny.replace("codings/consensus.csv", "MUTU-HASIL,2", "MUTU-HASIL,9")
    tiny.replace("codings/consensus.csv", "LAIN-ANTRE", "LAIN-ANTR")
    tiny.replace("services.csv", "T08:10", "T07:10")
    tiny.replace("satisfaction.csv", "Q-3,2024-03-06,2", "Q-3,2024-03-06,5")
    tiny.replace("interviews/T2.md", "date: 2024-03-05", "date: kemarin")
    tiny.replace("attendance.csv", "present,07:25", "hadir,07:25")
    with pytest.raises(RawDataError) as caught:
        load_field_data(tiny.open())
    found = [(f.file, f.row) for f in caught.value.faults if f.kind != "unknown_document"]
    assert found == [
        ("study.toml", None), ("attendance.csv", 2), ("claims.csv", 3), ("codebook.csv", 7),
        ("codings/consensus.csv", 2), ("codings/consensus.csv", 20), ("interviews/T2.md", 5),
        ("satisfaction.csv", 4), ("services.csv", 2),
    ]  # fmt: skip


def test_two_tables_of_one_name_are_refused(tiny):
    for name in ("codebook", "codings/coder-a"):
        tiny.write(f"{name}.xlsx", workbook(table(tiny, f"{name}.csv")))
    assert kinds(tiny) == [("codebook.csv", "two_tables"), ("codings/coder-a.csv", "two_tables")]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("infomants.csv", "informants.csv"),
        ("service.xlsx", "services.xlsx"),
        ("CLAIMS.CSV", "claims.csv"),
        ("interview/T9.md", "interviews"),
        ("coding/x.csv", "codings"),
        ("interviews/T9.odt", ".docx"),
        ("interviews/T9.MD", ".md"),
        ("codings/coder-c.ods", ".xlsx"),
        ("codings/ronde-1/coder-a.csv", "no folder below"),
    ],
)
def test_file_that_would_be_left_out_in_silence_is_refused(tiny, name: str, nearest: str):
    tiny.write(name, tiny.read("codings/coder-a.csv") if name.endswith("coder-a.csv") else "isi\n")
    found = [f for f in faults_of(tiny) if f.kind == "unknown_file"]
    assert [f.file for f in found] == [name]
    assert nearest in found[0].cure


def test_readme_and_notes_of_the_researcher_are_left_alone(tiny):
    for name in ("README.md", "interviews/README.md", "codings/readme.txt", "catatan-lapangan.txt", "foto/1.jpg"):
        tiny.write(name, "catatan\n")
    assert faults_of(tiny) == []


def test_interview_of_someone_who_is_not_an_informant_names_the_nearest(tiny):
    tiny.replace("informants.csv", "W-2,", "W-3,")
    found = [f for f in faults_of(tiny) if f.kind == "unknown_informant"]
    assert [(f.file, f.value) for f in found] == [("interviews/T6.md", "W-2")]
    assert "Nearest: 'W-" in found[0].cure


def test_text_with_the_id_of_an_informant_is_refused(tiny):
    tiny.replace("observations/O1.md", "id: O1", "id: W-1")
    assert ("observations/O1.md", "duplicate_id") in kinds(tiny)


def test_informant_called_as_the_interviewer_is_refused(tiny):
    tiny.write("informants.csv", tiny.read("informants.csv") + "P,staf,main,Petugas,,L,,,yes,\n")
    assert kinds(tiny) == [("informants.csv", "bad_value")]


def test_interview_without_any_turn_is_a_fault(tiny):
    text = tiny.read("interviews/T2.md")
    tiny.write("interviews/T2.md", text.split("\n\nP:")[0] + "\n\nTanpa pembicara.\n")
    assert ("interviews/T2.md", "no_turns") in kinds(tiny)


def test_no_codings_at_all_and_none_in_force_are_refused(tiny):
    tiny.write("codings/consensus.csv", tiny.read("codings/consensus.csv").split("\n")[0] + "\n")
    assert kinds(tiny) == [("codings/consensus.csv", "no_codings")]
    for coder in ("consensus", "coder-a", "coder-b"):
        tiny.remove(f"codings/{coder}.csv")
    assert kinds(tiny) == [("codings/", "no_codings")]


@pytest.mark.parametrize("provenance", ["field", "synthetic"])
def test_invented_text_and_field_data_do_not_mix(tiny, provenance: str):
    tiny.replace("study.toml", 'provenance = "synthetic"', 'provenance = "field"')
    for path in sorted(tiny.raw.rglob("*.md")):
        name = path.relative_to(tiny.raw).as_posix()
        if name != "site.md":
            tiny.replace(name, "provenance: synthetic\n", "" if name == "interviews/T1.md" else "provenance: field\n")
    assert faults_of(tiny) == []
    tiny.replace("interviews/T2.md", "provenance: field", f"provenance: {provenance}")
    expected = [] if provenance == "field" else [("interviews/T2.md", "provenance")]
    assert kinds(tiny) == expected


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("informants.csv", "L,46-55,24", "X,46-55,24"),
        ("informants.csv", "A-1,atasan", "A-1,"),
        ("codebook.csv", "+/-,deductive", "plus,deductive"),
        ("codebook.csv", "MUTU-HASIL,mutu,", "MUTU-HASIL,,"),
        ("claims.csv", "K1,finding", "K1,hasil"),
    ],
)
def test_one_slip_in_a_row_that_others_refer_to_is_said_once(tiny, name: str, old: str, new: str):
    tiny.replace(name, old, new)
    assert kinds(tiny) == [(name, "bad_value")]

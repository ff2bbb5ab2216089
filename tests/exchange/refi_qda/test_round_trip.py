"""Out and in again: nothing is lost, whatever Unicode a study holds."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinerja_study.collection import check_study
from kinerja_study.collection.field_data import load_field_data
from kinerja_study.collection.schemas import CODEBOOK
from kinerja_study.exchange.importing import import_project
from kinerja_study.exchange.refi_qda import export_study
from kinerja_study.exchange.refi_qda.reading import read_project
from kinerja_study.study import Study

REPOSITORY = Path(__file__).parents[3]
TABLES = ("informants", "documents", "turns", "codebook", "codings", "services", "attendance", "satisfaction", "events",
          "claims")  # fmt: skip
CODERS = ("codings/consensus.csv", "codings/coder-a.csv", "codings/coder-b.csv")


def assert_same(one: Study, other: Study) -> None:
    first, second = load_field_data(one), load_field_data(other)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name), obj=name)
    assert first.site == second.site
    assert one.definition.model_dump(exclude={"study": {"id"}}) == other.definition.model_dump(
        exclude={"study": {"id"}}
    )


def test_a_study_comes_back_whole(tiny, tmp_path: Path) -> None:
    export_study(tiny.open(), tmp_path / "tiny.qdpx")
    lines = import_project(tmp_path / "tiny.qdpx", "kembali", tiny.root)

    assert not [line for line in lines if line.startswith(("not taken", "look at"))]
    assert_same(tiny.open(), Study.open("kembali", root=tiny.root))


def test_the_sample_study_comes_back_whole_to_the_byte_of_its_tables(tmp_path: Path) -> None:
    sample = Study.open("balikpapan-kota", root=REPOSITORY)
    (tmp_path / "data/raw").mkdir(parents=True)
    export_study(sample, tmp_path / "sample.qdpx")
    import_project(tmp_path / "sample.qdpx", "kembali", tmp_path)
    back = Study.open("kembali", root=tmp_path)

    assert_same(sample, back)
    there, here = sample.read_raw(), back.read_raw()
    for name in ("codebook.csv", "informants.csv", "claims.csv", "site.md", *CODERS):
        assert here[name] == there[name], name


def test_what_may_not_be_quoted_travels_with_its_consent(tiny, tmp_path: Path) -> None:
    tiny.replace("informants.csv", "36-45,,yes", "36-45,,no_quote")
    export_study(tiny.open(), tmp_path / "tiny.qdpx")
    import_project(tmp_path / "tiny.qdpx", "kembali", tiny.root)
    back = Study.open("kembali", root=tiny.root)

    assert back.read_raw()["informants.csv"] == tiny.open().read_raw()["informants.csv"]
    assert_same(tiny.open(), back)


def test_the_key_file_is_in_no_project(tiny, tmp_path: Path) -> None:
    (tiny.root / "private").mkdir()
    (tiny.root / "private/key.csv").write_text("name,id\nSuryadi Rahasia,A-1\n")
    tiny.replace("study.toml", "[privacy]\n", '[privacy]\nkey_file = "private/key.csv"\n')
    export_study(tiny.open(), tmp_path / "tiny.qdpx")
    project = read_project(tmp_path / "tiny.qdpx")

    assert "Suryadi" not in repr(project)


def test_magnitudes_are_sub_codes_and_come_back_as_magnitudes(tiny, tmp_path: Path) -> None:
    export_study(tiny.open(), tmp_path / "tiny.qdpx")
    codes = {code.guid: code for code in read_project(tmp_path / "tiny.qdpx").codes}
    names = {code.name: codes[code.parent].name for code in codes.values() if code.parent}

    assert names["MUTU-HASIL [+2]"] == names["MUTU-HASIL [-1]"] == "MUTU-HASIL"
    assert names["MUTU-HASIL"] == "mutu"
    assert names["MUTU-TELITI [0]"] == "MUTU-TELITI"
    assert "KERJA-RAPAT [+1]" not in names  # its magnitude is left to its direction


def test_a_table_as_a_workbook_and_quotes_without_a_place_travel_too(tiny, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(tiny.read("codings/coder-a.csv"))))
    frame = pd.DataFrame(rows).assign(start="", end="")
    tiny.remove("codings/coder-a.csv")
    frame.to_excel(tiny.raw / "codings/coder-a.xlsx", index=False)
    export_study(tiny.open(), tmp_path / "tiny.qdpx")
    import_project(tmp_path / "tiny.qdpx", "kembali", tiny.root)

    assert_same(tiny.open(), Study.open("kembali", root=tiny.root))


def test_a_codebook_comes_back_with_foci_and_every_column(tiny, tmp_path: Path) -> None:
    export_study(tiny.open(), tmp_path / "tiny.qdc")
    import_project(tmp_path / "tiny.qdc", "kembali", tiny.root)
    back = Study.open("kembali", root=tiny.root)

    there = pd.read_csv(io.StringIO(tiny.read("codebook.csv")), dtype=str, keep_default_na=False)
    here = pd.read_csv(io.BytesIO(back.read_raw()["codebook.csv"]), dtype=str, keep_default_na=False)
    pd.testing.assert_frame_equal(here, there)
    assert {focus.id: focus.kind for focus in back.definition.foci} == {
        focus.id: focus.kind for focus in tiny.open().definition.foci
    }


ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
XML = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from("ab \n\U0001f600e\u0301\ufeff\x0b\x85"), ANY), min_size=1, max_size=60
)


@st.composite
def coded_texts(draw):
    """Draw texts with codings of two coders: (canonical text, rows)."""
    documents = []
    for number in range(draw(st.integers(1, 3))):
        text = unicodedata.normalize("NFC", draw(TEXTS).replace("\r\n", "\n").replace("\r", "\n"))
        rows = set()
        for _ in range(draw(st.integers(0, 5))):
            start = draw(st.integers(0, len(text) - 1))
            end = draw(st.integers(start + 1, len(text)))
            coder = draw(st.sampled_from(["consensus", "Bu-Sri", "koder"]))
            rows.add((coder, start, end, draw(st.sampled_from(["SATU", "DUA"]))))
        given = [
            (*row, draw(st.sampled_from(["", "-2", "0", "1"])), draw(st.text(ANY, max_size=20))) for row in sorted(rows)
        ]
        documents.append((f"D{number}", text, given))
    return documents


def sound_quote(text: str) -> bool:
    # What a study cannot hold of itself: a table reads a cell as NFC, and empty rows of spaces as none.
    return unicodedata.normalize("NFC", text) == text


@pytest.mark.slow
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents=coded_texts(), label=st.text(XML, min_size=1, max_size=20).filter(str.strip))
def test_any_study_comes_back_whole(make_tiny, documents, label: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tiny = make_tiny(Path(folder))
        for sub in ("interviews", "observations", "documents", "codings"):
            shutil.rmtree(tiny.raw / sub)
        coders: dict[str, list[list[str]]] = {"consensus": [], "coder-a": [], "coder-b": []}
        for name, text, rows in documents:
            tiny.write(f"documents/{name}.md", f"---\nid: {name}\nkind: document\ndate: 2024-03-14\n---\n{text}")
            for coder, start, end, code, magnitude, memo in rows:
                quote = text[start:end]
                if sound_quote(quote):
                    coders.setdefault(coder, []).append([name, str(start), str(end), quote, code, magnitude, memo])
        coders["consensus"].append(["D9", "0", "4", "Satu", "SATU", "", ""])
        tiny.write("documents/D9.md", "---\nid: D9\nkind: document\ndate: 2024-03-14\n---\nSatu kata.")
        for coder, rows in coders.items():
            buffer = io.StringIO()
            csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([CODING_HEADING, *rows])
            tiny.write(f"codings/{coder}.csv", buffer.getvalue())
        buffer = io.StringIO()
        keyed = f"include: {label}\ndirection: x"
        csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
            [list(CODEBOOK.columns), ["SATU", "mutu", label, keyed, "", "", "+", "deductive", "", "", ""],
             ["DUA", "kerja", "dua", label, label, "", "-", "inductive", "", "", label]]
        )  # fmt: skip
        tiny.write("codebook.csv", buffer.getvalue())
        for name in ("claims.csv", "services.csv", "attendance.csv"):
            tiny.remove(name)
        study = tiny.open()
        faults = check_study(study).faults
        assert not faults, faults
        export_study(study, tiny.root / "any.qdpx")
        import_project(tiny.root / "any.qdpx", "kembali", tiny.root)

        assert_same(study, Study.open("kembali", root=tiny.root))


CODING_HEADING = ["document_id", "start", "end", "quote", "code", "magnitude", "memo"]

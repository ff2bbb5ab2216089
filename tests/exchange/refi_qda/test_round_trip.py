"""Out and in again: nothing is lost, whatever Unicode a study holds."""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinerja_study.collection import check_study
from kinerja_study.collection.documents import FOLDERS
from kinerja_study.collection.field_data import load_field_data
from kinerja_study.collection.schemas import CLAIMS, CODEBOOK, INFORMANTS
from kinerja_study.collection.tables import parse_table
from kinerja_study.errors import RawDataError
from kinerja_study.exchange.importing import import_project
from kinerja_study.exchange.refi_qda import export_study
from kinerja_study.exchange.refi_qda.reading import read_project
from kinerja_study.exchange.refi_qda.to_study import read_texts
from kinerja_study.study import Study

REPOSITORY = Path(__file__).parents[3]
TABLES = ("informants", "documents", "turns", "codebook", "codings", "services", "attendance", "satisfaction", "events",
          "claims")  # fmt: skip
CODED = ("codings/consensus.csv", "codings/coder-a.csv", "codings/coder-b.csv")


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
    for name in ("codebook.csv", "informants.csv", "claims.csv", "site.md", *CODED):
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
# What tells a program that counts wrongly: pairs of surrogates, line ends of every kind, what NFC joins, marks, signs
# of markup and of our own forms.
ODD = st.sampled_from("ab <&:\"'[+2]\n\r\t\u2028\x0b\x85\ufeff\u0301e\u1100\u1161\U0001f600\U0001f468\u200d\ufffe")
TEXTS = st.text(st.one_of(ODD, ANY), min_size=1, max_size=60)
WORDS = st.text(XML, min_size=1, max_size=20).map(lambda text: " ".join(text.split())).filter(bool)
CELLS = st.one_of(st.just(""), WORDS)
CODERS = st.sampled_from(["consensus", "coder-a", "coder-b", "Bu-Sri", "名前"])
HEADING = ["document_id", "start", "end", "quote", "code", "magnitude", "memo"]


def canonical(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


@st.composite
def studies(draw) -> dict[str, str]:
    """Draw the files of a study: texts of three kinds, coded by several, with memos, and every table but of records."""
    files: dict[str, str] = {}
    rows: dict[str, list[list[str]]] = {name: [] for name in ("consensus", "coder-a", "coder-b")}
    for number, folder in enumerate(draw(st.lists(st.sampled_from(list(FOLDERS)), min_size=1, max_size=3))):
        kind, name = FOLDERS[folder], f"X{number}"
        written = draw(TEXTS)
        speaker = draw(st.sampled_from(["A-1", "W-2"])) if kind == "interview" else ""
        # A line may begin like a turn only where one does.
        before = f"P: Apa?\n{speaker}: " if speaker else ""
        if speaker:
            written = re.sub(r"[AWP]", "x", written)
        header = {"id": name, "kind": kind, "informant": speaker, "date": "2024-03-14", "place": draw(CELLS),
                  "recorded": draw(CELLS), "others_present": draw(CELLS)}  # fmt: skip
        lines = [f"{key}: {value}" for key, value in header.items() if value]
        files[f"{folder}/{name}.md"] = "\n".join(["---", *lines, "---", before + written])
        text = canonical(before + written)
        # The header's own line end joins with nothing, but what begins a text may join with what is before it.
        for start, end, coder, code in sorted(draw(st.sets(st.tuples(
            st.integers(len(before), len(text)), st.integers(len(before), len(text)), CODERS,
            st.sampled_from(["SATU", "DUA"])), max_size=6))):  # fmt: skip
            quote = text[start:end]
            # What a study cannot hold of itself: a quote that is none alone, or that is cut where NFC joins.
            if quote.strip() and canonical(quote) == quote:
                magnitude = draw(st.sampled_from(["", "-2", "-1", "0", "1", "2"]))
                memo = draw(st.one_of(st.just(""), TEXTS, st.just("satu\r\ndua\rtiga\n\nempat")))
                rows.setdefault(coder, []).append([name, str(start), str(end), quote, code, magnitude, memo])
    files["documents/X9.md"] = "---\nid: X9\nkind: document\ndate: 2024-03-14\n---\nSatu kata."
    rows["consensus"].append(["X9", "0", "4", "Satu", "SATU", "", ""])
    for coder, own in rows.items():
        files[f"codings/{coder}.csv"] = table(HEADING, own)
    informants = [
        [name, group, draw(st.sampled_from(["key", "main", "additional"])), draw(WORDS), draw(CELLS),
         draw(st.sampled_from(["L", "P", ""])), draw(CELLS), draw(st.sampled_from(["", "3", "2.5"])),
         draw(st.sampled_from(["yes", "no_quote"])), ""]
        for name, group in (("A-1", "atasan"), ("W-2", "warga"))
    ]  # fmt: skip
    files["informants.csv"] = table(INFORMANTS.columns, informants)
    label = draw(WORDS)
    codes = [["SATU", "mutu", label, f"include: {label}\ndirection: x", draw(CELLS), "", "+", "deductive", "", "", ""],
             ["DUA", "kerja", draw(WORDS), draw(WORDS), draw(CELLS), draw(CELLS), "-", "inductive", draw(CELLS),
              draw(CELLS), draw(CELLS)]]  # fmt: skip
    files["codebook.csv"] = table(CODEBOOK.columns, codes)
    files["claims.csv"] = table(CLAIMS.columns, [["K1", "finding", "mutu", draw(TEXTS) + "x", "", "", ""]])
    files["site.md"] = draw(TEXTS)
    return files


def table(heading, rows) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([list(heading), *rows])
    return buffer.getvalue()


@pytest.mark.slow
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(files=studies())
def test_any_study_comes_back_whole(make_tiny, files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tiny = make_tiny(Path(folder))
        for sub in (*FOLDERS, "codings"):
            shutil.rmtree(tiny.raw / sub)
        for name in ("services", "attendance", "decisions", "codebook_changes", "memos"):
            tiny.remove(f"{name}.csv")
        for name, content in files.items():
            tiny.write(name, content)
        study = tiny.open()
        faults = check_study(study).faults
        assert not faults, faults
        export_study(study, tiny.root / "any.qdpx")
        lines = import_project(tiny.root / "any.qdpx", "kembali", tiny.root)
        back = Study.open("kembali", root=tiny.root)

        assert not [line for line in lines if line.startswith("not taken")]
        assert_same(study, back)
        # What may not be quoted is left out of what assert_same sees; the project has it all the same.
        assert words_of(study) == words_of(back)
        # And once more from what came back: the same project but for its name.
        export_study(back, tiny.root / "again.qdpx")
        import_project(tiny.root / "again.qdpx", "lagi", tiny.root)
        assert_same(back, Study.open("lagi", root=tiny.root))


def words_of(study: Study) -> tuple[dict[str, str], dict[str, list[tuple[str, ...]]]]:
    """Return the texts and the codings as they stand in the files, whoever may be quoted."""
    files = study.read_raw()
    codings = {}
    for name, data in files.items():
        if name.startswith("codings/"):
            frame = parse_table(data, name, HEADING, [])
            assert frame is not None
            codings[name] = sorted(map(tuple, frame.to_numpy().tolist()))
    return read_texts(files), codings


def test_half_a_surrogate_pair_is_refused_wherever_it_stands(tiny, tmp_path: Path) -> None:
    half = "\ud83d".encode("utf-8", "surrogatepass")
    for name in ("documents/D1.md", "codings/coder-a.csv", "codebook.csv"):
        old = tiny.read(name).encode()
        (tiny.raw / name).write_bytes(old + half)
        with pytest.raises(RawDataError, match="not UTF-8"):
            export_study(tiny.open(), tmp_path / "a.qdpx")
        (tiny.raw / name).write_bytes(old)
    assert not (tmp_path / "a.qdpx").exists()

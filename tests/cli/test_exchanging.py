"""``kinerja import`` and ``kinerja export`` for other programs: what is said, which status, what is left."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from kinerja_study.cli import app
from kinerja_study.exchange import transcripts
from kinerja_study.exchange.importing import READERS


@pytest.fixture(autouse=True)
def _in_the_project(tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny.root)


def invoke(*words: str) -> Result:
    result = CliRunner().invoke(app, list(words))
    # An exception that is not a message would be a traceback for the user.
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_study_goes_out_and_comes_in(tiny) -> None:
    out = invoke("export", "tiny", "tiny.qdpx")
    assert out.exit_code == 0
    assert "it is private" in out.output

    back = invoke("import", "tiny.qdpx", "--study", "kembali")
    assert back.exit_code == 0, back.output
    assert "taken: codes 7, cases 6, texts 8, " in back.output
    assert "positions: code points" in back.output
    assert back.output.rstrip().endswith("no faults: 'kinerja check kembali'")
    assert invoke("check", "kembali").exit_code == 0


def test_a_codebook_goes_out_and_what_is_missing_after_it_comes_in_is_said(tiny) -> None:
    assert invoke("export", "tiny", "tiny.qdc").exit_code == 0
    back = invoke("import", "tiny.qdc", "--study", "kembali")

    assert back.exit_code == 0
    assert "1 fault to mend: 'kinerja check kembali'" in back.output


def test_a_file_that_cannot_be_read_is_a_message_and_status_1(tiny) -> None:
    Path("buruk.qdpx").write_bytes(b"not a zip archive")
    result = invoke("import", "buruk.qdpx", "--study", "baru")

    assert result.exit_code == 1
    assert "ExchangeError: buruk.qdpx: no zip archive, or one that is cut off; nothing was written." in result.output
    assert not Path("data/raw/baru").exists()


def test_a_message_cannot_act_on_the_terminal(tiny) -> None:
    with zipfile.ZipFile("buruk.qdpx", "w") as archive:
        archive.writestr("../\x1b[31mmerah", "")
    result = invoke("import", "buruk.qdpx", "--study", "baru")

    assert result.exit_code == 1
    assert "\x1b" not in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "a.docm", "--study", "baru"), "does not end in .qdpx or .qdc or .qda"),
        (("import", "a.qdpx"), "Missing option '--study'"),
        (("import", "a.qdpx", "--study", "baru", "--positions", "bytes"), "codepoints,stored"),
        (("export", "tiny", "a.qda"), "does not end in .docx or .zip or .xlsx or .qdpx or .qdc"),
        (("import", "a.txt", "--study", "tiny", "--header", "place"), "it takes KEY=VALUE"),
        (("export", "tiny", "data/raw/tiny/a.qdpx"), "raw data is never written"),
    ],
)
def test_wrong_usage_has_status_2_and_says_what_is_right(words: tuple[str, ...], said: str, tiny) -> None:
    result = invoke(*words)

    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", " ").split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "tidak-ada.qdpx", "--study", "baru"), "tidak-ada.qdpx"),
        (("import", "ada.qdpx", "--study", "../luar"), "cannot be the name of a study"),
        (("import", "ada.qdpx", "--study", ""), "cannot be the name of a study"),
        (("export", "tidak-ada", "a.qdpx"), "there is no study 'tidak-ada'"),
        (("export", "tiny", "tidak/ada/a.qdpx"), "No such file or directory"),
    ],
)
def test_what_is_not_there_is_a_message_with_status_1(words: tuple[str, ...], said: str, tiny) -> None:
    assert invoke("export", "tiny", "ada.qdpx").exit_code == 0
    before = sorted(Path().rglob("*"))
    result = invoke(*words)

    assert result.exit_code == 1
    assert said in result.output
    assert sorted(Path().rglob("*")) == before


def test_a_read_only_target_is_a_message(tiny, read_only) -> None:
    assert invoke("export", "tiny", "tiny.qdpx").exit_code == 0
    assert invoke("import", "tiny.qdpx", "--study", "satu").exit_code == 0
    with read_only(tiny.root / "data/raw"):
        result = invoke("import", "tiny.qdpx", "--study", "baru")

    assert result.exit_code == 1
    assert "Permission denied" in result.output
    assert not Path("data/raw/baru").exists()


def test_outside_a_project_nothing_is_imported(tiny, tmp_path_factory, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path_factory.mktemp("lain")
    monkeypatch.chdir(elsewhere)
    result = invoke("import", "a.qdpx", "--study", "baru")

    assert result.exit_code == 2
    assert "there is no data/raw here" in " ".join(result.output.replace("│", " ").split())
    assert not [*elsewhere.iterdir()]


def test_a_transcript_comes_in_and_what_is_missing_is_one_message_without_a_terminal(tiny) -> None:
    Path("a.txt").write_text("Ani: Apa?\nBudi: Ya.\n", encoding="utf-8")
    Path("s.csv").write_text("speaker;informant\nAni;P\nBudi;A-1\n", encoding="utf-8")
    words = ("import", "a.txt", "--study", "tiny")
    refused = invoke(*words)

    assert refused.exit_code == 1
    assert "its id is not said; its date is not said; who speaks is not said of 2 labels" in refused.output
    taken = invoke(*words, "--speakers", "s.csv", "--id", "X1", "--date", "2024-03-06", "--header", "place=loket")
    assert taken.exit_code == 0, taken.output
    assert "place: loket" in Path("data/raw/tiny/interviews/X1.md").read_text(encoding="utf-8")
    assert "no faults: 'kinerja check tiny'" in taken.output


def test_names_are_replaced_and_what_remains_is_status_1(tiny) -> None:
    tiny.replace("study.toml", "[privacy]\n", '[privacy]\nkey_file = "private/key.csv"\n')
    Path("private").mkdir()
    Path("private/key.csv").write_text("name,id\nBudi Raharjo,A-1\n", encoding="utf-8")
    tiny.write("observations/X1.md", "---\nid: X1\nkind: observation\ndate: 2024-03-06\n---\nPak Budi datang.\n")
    dry = invoke("pseudonymise", "tiny", "--dry-run")

    assert (dry.exit_code, "1 names in 1 texts to replace." in dry.output) == (0, True)
    assert "kept nowhere" in invoke("pseudonymise", "tiny").output
    assert tiny.read("observations/X1.md").endswith("Pak A-1 datang.\n")
    tiny.write("site.md", "Kantor Budi Raharjo.\n")
    assert invoke("pseudonymise", "tiny").exit_code == 1


def test_a_table_goes_out_as_a_workbook(tiny) -> None:
    assert "informants. Raw tables" in invoke("export", "tiny", "a.xlsx", "--table", "informants").output
    wrong = invoke("export", "tiny", "a.xlsx", "--table", "informan")
    assert (wrong.exit_code, "Nearest: 'informants'" in wrong.output) == (1, True)


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "<a/>")
    return buffer.getvalue()


OF_ANOTHER_KIND = {
    "nothing": b"",
    "a text": "Pak Andi: pelayanannya ramah.\n".encode("utf-16"),
    "an encrypted or old Word file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "a Word file": zipped("word/document.xml", "[Content_Types].xml"),
    "a Word file with macros": zipped("word/document.xml", "word/vbaProject.bin"),
    "a workbook": zipped("xl/workbook.xml", "[Content_Types].xml"),
    "an archive of something else": zipped("catatan.txt"),
    "a database of another program": b"SQLite format 3\0" + bytes(500),
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "XML": b'<?xml version="1.0"?><html xmlns="urn:x"><body/></html>',
}
ENDINGS = (*READERS, *transcripts.ENDINGS)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("content", OF_ANOTHER_KIND.values(), ids=OF_ANOTHER_KIND)
def test_a_file_that_is_not_what_its_ending_says_is_a_message_and_nothing_is_written(content, ending, tiny) -> None:
    file = Path(f"berkas{ending.upper()}")
    file.write_bytes(content)
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    result = invoke("import", file.name, "--study", "tiny", "--id", "X1", "--date", "2024-03-06")

    assert result.exit_code == 1
    assert "Error: berkas" in result.output
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_folder_or_a_link_to_nothing_in_place_of_a_file_is_a_message(ending: str, tiny) -> None:
    Path(f"folder{ending}").mkdir()
    Path(f"link{ending}").symlink_to("tidak-ada")

    for name in (f"folder{ending}", f"link{ending}"):
        result = invoke("import", name, "--study", "tiny")
        assert result.exit_code == 1
        assert name in result.output


@pytest.mark.parametrize("name", ["a.docm", "a.xlsm", "a.doc", "a.pdf", "a"])
def test_an_ending_that_is_not_read_is_wrong_usage_that_names_those_that_are(name: str, tiny) -> None:
    Path(name).write_bytes(b"x")
    result = invoke("import", name, "--study", "tiny")

    assert result.exit_code == 2
    assert ".qdpx or .qdc or .qda" in " ".join(result.output.replace("│", " ").split())

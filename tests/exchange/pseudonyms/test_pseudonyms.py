"""Names of the key file leave uncoded texts in every form, nothing else changes, and no file ever holds a name."""

from __future__ import annotations

import subprocess
from typing import Any

import openpyxl
import pytest

from kinerja_study.collection.privacy import load_key
from kinerja_study.errors import PseudonymError, RawDataError
from kinerja_study.exchange.pseudonyms import pseudonymise

KEY = 'nama,id,panggilan\n"Andi Saputra, S.Sos.",A-1,\nRatna Dewi,[petugas loket],Bu Camat\n'
HEAD = "---\nid: X1\nkind: interview\ninformant: A-1\ndate: 2024-03-06\n---\n"


@pytest.fixture
def study(tiny: Any) -> Any:
    tiny.replace("study.toml", "[privacy]\n", '[privacy]\nkey_file = "private/key.csv"\n')
    (tiny.root / "private").mkdir()
    write_key(tiny, KEY)
    return tiny


def write_key(study: Any, text: str) -> None:
    (study.root / "private/key.csv").write_text(text, encoding="utf-8")


def rewritten(study: Any, words: str) -> str:
    study.write("interviews/X1.md", HEAD + words + "\n")
    pseudonymise(study.open())
    return str(study.read("interviews/X1.md")).removeprefix(HEAD).rstrip("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Kata Andi Saputra, S.Sos. tadi", "Kata A-1, S.Sos. tadi"),
        ("ANDI SAPUTRA dan andi saputra", "A-1 dan A-1"),
        ("Pak Andi, pak andi, Bapak Saputra, Bpk. Andi", "Pak A-1, pak A-1, Bapak A-1, Bpk. A-1"),
        ("Andi datang, andi tidak", "A-1 datang, andi tidak"),
        ("A. Saputra, Andi S., A.S. juga", "A-1, A-1., A-1 juga"),
        ("Andinya, Andi-nya, Ratnalah", "A-1-nya, A-1-nya, [petugas loket]-lah"),
        ("Bu Camat, Ibu Camat, BU CAMAT; camat saja", "[petugas loket], [petugas loket], [petugas loket]; camat saja"),
        ("Andi\nSaputra", "A-1"),
        ("P: Siapa?\nPak Andi : Saya.", "P: Siapa?\nA-1: Saya."),
        ("Andika, Sandi, Ratnasari, A.SN, AS", "Andika, Sandi, Ratnasari, A.SN, AS"),
        ("Andi. Saputra itu", "A-1. A-1 itu"),
        ("mbok ratna, Bli Andi", "mbok [petugas loket], Bli A-1"),
    ],
)
def test_every_form_of_a_name_is_replaced_and_no_other_word(before: str, after: str, study: Any) -> None:
    assert rewritten(study, before) == after


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("I Wayan Sudarma", "I.W. Sudarma, I Wayan, wayan, Sudarma", "A-1, A-1, wayan, A-1"),
        ("Suharto", "Suharto, Pak suharto, suharto, Soeharto", "A-1, Pak A-1, suharto, Soeharto"),
        ("Ma’ruf Amin", "Ma'ruf, Ma’ruf, Ma`ruf Amin, MARUF AMIN, Maruf", "A-1, A-1, A-1, A-1, A-1"),
        ("Nur'aini", "Nur'aini, Nur’aini, Nuraini", "A-1, A-1, A-1"),
        ('"Drs. H. Ahmad Fauzi, M.Si."', "Drs. H. Ahmad Fauzi, H. Fauzi, haji", "A-1, A-1, haji"),
        ("Moh. Ridwan", "Moh. Ridwan, Pak Ridwan", "A-1, Pak A-1"),
        ("Al", "Al, Pak Al, al, Almira", "A-1, Pak A-1, al, Almira"),
        ("Pak Haji", "Pak Haji, Bapak Haji, haji", "A-1, A-1, haji"),
    ],
)
def test_names_of_any_kind_are_found_and_words_that_hold_them_are_not(
    name: str, before: str, after: str, study: Any
) -> None:
    write_key(study, f"nama,id\n{name},A-1\n")

    assert rewritten(study, before) == after


def test_a_dry_run_shows_each_form_beside_what_takes_its_place(study: Any) -> None:
    write_key(study, "nama,id\nSetia Budi,A-1\n")
    study.write("interviews/X1.md", HEAD + "P: Setia pada janji. Budi, Budi.\n")

    assert pseudonymise(study.open(), dry_run=True).show() == ["Budi -> A-1: 2 x", "Setia -> A-1: 1 x"]


@pytest.mark.parametrize(
    "key",
    [
        "Nama Lengkap;Kode;Panggilan\nAndi Saputra;A-1;\nRatna Dewi;A-2;Bu Camat\n",
        "id\tnama\nA-1\tAndi Saputra\nA-2\tRatna Dewi;Bu Camat\n",
        "No,Nama,ID\n1,Andi Saputra,A-1\n2,Ratna Dewi; Bu Camat,A-2\n",
        "nama,id,juga\nAndi Saputra,A-1,-\nRatna Dewi,A-2,Bu Camat\n",
    ],
)
def test_a_key_is_read_as_a_spreadsheet_and_a_researcher_write_it(key: str, study: Any) -> None:
    write_key(study, key)

    assert rewritten(study, "P: Andi, bu ratna, Bu Camat, - 1") == "P: A-1, bu A-2, A-2, - 1"


def test_a_key_may_be_a_workbook(study: Any) -> None:
    study.replace("study.toml", "private/key.csv", "private/key.xlsx")
    book = openpyxl.Workbook()
    for row in (["nama", "id"], ["Andi Saputra", "A-1"]):
        book.active.append(row)
    book.save(study.root / "private/key.xlsx")

    assert rewritten(study, "Pak Andi") == "Pak A-1"


def test_line_ends_mark_and_the_rest_of_the_file_stay_as_they_are(study: Any) -> None:
    text = "\ufeff" + (HEAD + "A-1: Andi.\n").replace("\n", "\r\n") + "P: é\u00a0 "
    study.write("interviews/X1.md", text.encode())
    pseudonymise(study.open())

    assert (study.raw / "interviews/X1.md").read_bytes() == text.replace("Andi", "A-1").encode()


def test_what_was_changed_is_told_by_file_and_line_without_a_name(study: Any) -> None:
    study.write("interviews/X1.md", HEAD + "P: Pak Andi dan Andi?\nA-1: Ratna.\n")
    outcome = pseudonymise(study.open())

    assert outcome.tell() == ["interviews/X1.md: 3 replaced, line 7 (2 x), 8"]
    assert [path for path in study.root.rglob("*") if path.is_file() and b"Andi" in path.read_bytes()] == [
        study.root / "private/key.csv"
    ]


def test_a_dry_run_finds_the_same_and_changes_nothing(study: Any) -> None:
    study.write("interviews/X1.md", HEAD + "P: Pak Andi, ada Tono?\n")
    before = {path: path.read_bytes() for path in study.raw.rglob("*") if path.is_file()}
    dry = pseudonymise(study.open(), dry_run=True)

    assert {path: path.read_bytes() for path in study.raw.rglob("*") if path.is_file()} == before
    assert dry.tell() == pseudonymise(study.open()).tell()


def test_a_coded_text_is_never_changed_and_what_it_holds_is_told(study: Any) -> None:
    coded = next(name for name in sorted(p.name for p in (study.raw / "interviews").iterdir()))
    study.write(f"interviews/{coded}", study.read(f"interviews/{coded}") + "\nPak Andi\n")
    study.write("interviews/X1.md", HEAD + "P: Andi\n")
    before = study.read(f"interviews/{coded}")
    outcome = pseudonymise(study.open())

    assert study.read(f"interviews/{coded}") == before
    assert next(line for line in outcome.remaining if "the text is coded" in line).startswith(
        f"interviews/{coded}, line "
    )
    assert list(outcome.replaced) == ["interviews/X1.md"]


def test_a_first_name_of_two_people_is_left_and_told(study: Any) -> None:
    write_key(study, KEY + "Andi Wijaya,A-2,\n")

    assert rewritten(study, "P: Andi Wijaya dan Andi, Andi") == "P: A-2 dan Andi, Andi"
    (told,) = pseudonymise(study.open()).remaining
    assert told == "interviews/X1.md, line 7: it may be A-1 or A-2; replace it yourself"


def test_names_in_other_files_and_in_the_name_of_a_file_are_told(study: Any) -> None:
    study.write("site.md", "Kantor Pak Andi\n")
    study.write("interviews/Andi.md", HEAD + "P: ya\n")
    study.write("interviews/X2.docx", b"PK")
    told = pseudonymise(study.open()).remaining

    assert any(line.startswith("site.md, line 1: 1 name; only texts are changed") for line in told)
    assert any(line.startswith("interviews/Andi.md: the file's own name") for line in told)
    assert any(line.startswith("interviews/X2.docx: not searched") for line in told)


def test_what_looks_like_a_name_and_is_not_in_the_key_is_told_with_its_place(study: Any) -> None:
    study.write(
        "interviews/X1.md",
        HEAD + "P: Kemarin hari Senin saya tanya Tono Susilo di Kantor Camat soal KTP. Lalu bu yanti datang.\n"
        "A-1: Pak Andi kenal Yanti. Bu Indah itu indah. Indah.\n",
    )
    lines = [line for line in pseudonymise(study.open()).tell() if line.startswith("a name?")]

    assert lines == [
        "a name? Indah: 1 x, first in interviews/X1.md, line 8",
        "a name? Tono Susilo: 1 x, first in interviews/X1.md, line 7",
        "a name? Yanti: 1 x, first in interviews/X1.md, line 8",
        "a name? yanti: 1 x, first in interviews/X1.md, line 7",
    ]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (None, "private/key.csv is not there"),
        ("nama,id\n", "holds nobody"),
        ("nama,id\nAndi,\n", "person 1 of private/key.csv has no name or no id"),
        ("nama,id\nAndi,A-1\n,A-2\n", "person 2 of"),
        ("nama,id\nAndi,P\n", "the id of person 1 of private/key.csv cannot be one"),
        ("nama,id\nAndi,A-1: ya\n", "the id of person 1 of private/key.csv cannot be one"),
        ("nama,id\nAndi,A-1\nA,A-2\n", "a name of person 2 of private/key.csv is too short"),
        ("nama,id\nAndi;Pak,A-1\n", "a name of person 1 of private/key.csv is too short"),
        ("nama,id\nAndi,A-1\n-,A-2\n", "person 2 of private/key.csv has no name"),
        ("nama,id\nAndi,[Pak Ratna]\nRatna,A-2\n", "the id of person 1 of private/key.csv is itself like a name"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_without_a_name(key: str | None, said: str, study: Any) -> None:
    (study.root / "private/key.csv").unlink()
    if key is not None:
        write_key(study, key)
    with pytest.raises(PseudonymError) as caught:
        pseudonymise(study.open())
    assert said in str(caught.value)
    assert "Andi" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("Andi,A-1\nRatna,A-2\n", "row 1: no heading"),
        ("nama,id\nAndi, S.Sos.,A-1\n", "row 2: 3 cells where the heading has 2"),
        ('nama,id\n"Andi,A-1\nRatna,A-2\n', "row 2: not readable as CSV"),
    ],
)
def test_a_key_of_which_a_person_would_be_lost_is_refused_without_a_name(key: str, said: str, study: Any) -> None:
    write_key(study, key)
    with pytest.raises(RawDataError) as caught:
        pseudonymise(study.open())
    assert said in str(caught.value)
    assert "Andi" not in str(caught.value)


@pytest.mark.parametrize("heading", ["nama_asli,samaran", "Real name;informant_id", "NAMA LENGKAP\tkode"])
def test_a_heading_is_known_by_its_words(heading: str, study: Any) -> None:
    separator = next(sign for sign in ",;\t" if sign in heading)
    write_key(study, f"{heading}\nAndi Saputra{separator}INF-01\n")
    assert [person.names[0] for person in load_key(study.open())] == ["Andi Saputra"]


def test_a_study_that_names_no_key_or_keeps_it_among_its_data_is_refused(study: Any) -> None:
    study.replace("study.toml", "private/key.csv", "data/raw/tiny/key.csv")
    with pytest.raises(PseudonymError, match="lies in data/"):
        pseudonymise(study.open())
    study.replace("study.toml", "data/raw/tiny/key.csv", "")
    with pytest.raises(PseudonymError, match="names no private key file"):
        pseudonymise(study.open())


def test_a_key_that_git_does_not_ignore_is_refused(study: Any) -> None:
    subprocess.run(["git", "init", "-q"], cwd=study.root, check=True)
    with pytest.raises(PseudonymError, match="git does not ignore"):
        pseudonymise(study.open())
    (study.root / ".gitignore").write_text("private/\n")
    pseudonymise(study.open())


def test_when_it_is_unsure_what_is_coded_nothing_is_changed(study: Any) -> None:
    study.write("interviews/X1.md", HEAD + "P: Andi\n")
    study.write("codings/baru.csv", "document_id\nX1\n")
    with pytest.raises(RawDataError):
        pseudonymise(study.open())
    assert "Andi" in study.read("interviews/X1.md")


def test_a_text_that_is_not_utf8_stops_all(study: Any) -> None:
    study.write("interviews/X1.md", HEAD + "P: Andi\n")
    study.write("interviews/X2.md", b"---\xe9")
    with pytest.raises(RawDataError):
        pseudonymise(study.open())
    assert "Andi" in study.read("interviews/X1.md")

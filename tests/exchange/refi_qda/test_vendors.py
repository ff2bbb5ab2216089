"""What each program does in its own way comes in on its words; what cannot is told."""

from __future__ import annotations

import codecs
from uuid import NAMESPACE_OID, uuid5

import pytest

from kinerja_study.collection import check_study
from kinerja_study.collection.field_data import load_field_data
from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.importing import import_project
from kinerja_study.exchange.refi_qda import export_study
from kinerja_study.exchange.refi_qda.reading import read_codebook


def guid_of(name: str) -> str:
    return str(uuid5(NAMESPACE_OID, name))


EMOJI = "\U0001f600 Pegawai ramah.\r\nAntrean panjang.\r\n\U0001f600 Berkas selesai.\r\nWarga puas.\r\n"
CODED = [("Pegawai ramah", {"Ani": "Ramah"}), ("Antrean panjang", {"Ani": "Antre", "Budi": "Antre"}),
         ("Warga puas", {"Budi": "Ramah"})]  # fmt: skip
BY_ANI = [("Pegawai ramah", "Ramah"), ("Antrean panjang", "Antre")]


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def in_braces(name: str, export: str = "") -> str:
    return f"{{{str(uuid5(NAMESPACE_OID, export + name)).upper()}}}"


LF = EMOJI.replace("\r\n", "\n")
# All habits of a program at once, as far as they are known; a selection of no length and an empty group are everyone's.
HABITS = {
    "NVivo on Windows": {
        "count": utf16, "stored": codecs.BOM_UTF8 + EMOJI.encode(), "folder": "Sources", "origin": "NVivo 12.6",
        "guid": lambda name: guid_of(name).upper(),
    },
    # As in a file of this program that is public: selections have an empty name.
    "NVivo 12.6": {
        "count": utf16, "stored": EMOJI.encode(), "folder": "Sources", "origin": "NVivo for Windows 12.6",
        "named": False,
        "changes": [("<PlainTextSelection ", '<PlainTextSelection name="" ')],
    },
    "ATLAS.ti": {
        "count": lambda text: len(text.replace("\r\n", "\n")), "inner": "Trial.qde", "folder": "Sources",
        "guid": in_braces, "origin": "ATLAS.ti 26",
    },
    "MAXQDA": {"text": LF, "count": utf16, "origin": "MAXQDA 2022", "named": False},
    "QualCoder": {
        "text": LF, "origin": "QualCoder 3.6", "named": False, "guid": lambda name: in_braces(name).lower(),
        "changes": [("<TextSource ", '<PDFSource guid="{pdf}" name="Surat.pdf" path="internal://Surat.pdf">'
                     '<Representation '), ("</TextSource>", "</Representation></PDFSource>")],
    },
    "a byte order mark that counts": {
        "count": lambda text: utf16(text) + 1, "stored": codecs.BOM_UTF8 + EMOJI.encode(),
    },
    "UTF-16 files": {"count": utf16, "stored": codecs.BOM_UTF16_LE + EMOJI.encode("utf-16-le")},
}  # fmt: skip
NO_LENGTH = ((2, 2), {"Ani": "Antre"})
# Of PDF files, and of what nobody could take.
NOT_TAKEN = {"1 x codings of a selection of no length", "1 x pages of PDF files, whose text is taken"}


@pytest.mark.parametrize("habits", HABITS.values(), ids=HABITS)
def test_every_coding_comes_in_on_its_words(habits, bring_in, vendor) -> None:
    made = vendor(**{"text": EMOJI, "users": ("Ani", "Budi"), "selections": [*CODED, NO_LENGTH], "extra": "<Sets/>",
                     **habits})  # fmt: skip
    brought = bring_in(made)

    assert brought.quotes("Ani") == BY_ANI
    assert brought.quotes("Budi") == [("Antrean panjang", "Antre"), ("Warga puas", "Ramah")]
    assert check_study(brought.open()).faults == []
    assert {line.removeprefix("not taken: ") for line in brought.lines if "not taken" in line} <= NOT_TAKEN
    assert brought.said("codings of a selection of no length")


def test_a_project_in_which_nobody_has_coded_yet_brings_its_texts_and_codes(bring_in, vendor) -> None:
    # As MAXQDA 24 writes one that is public: sources without selections, each in a group of sources.
    brought = bring_in(vendor(text=LF, origin="MAXQDA 24 (Release 24.7.0)", folder="sources", selections=[]))
    assert brought.said("texts 1")
    assert [fault.kind for fault in check_study(brought.open()).faults] == ["no_codings"]


def test_an_export_of_the_same_project_with_all_other_ids_adds_nothing(bring_in, vendor) -> None:
    habits = {**HABITS["ATLAS.ti"], "text": EMOJI, "users": ("Ani", "Budi"), "selections": CODED}
    before = bring_in(vendor(**habits)).open().read_raw()
    again = bring_in(vendor(**{**habits, "guid": lambda name: in_braces(name, "again")}))

    added = {name for name in again.open().read_raw() if name not in before}
    assert added == {"imported/percobaan-2.md"}
    assert again.said("the codings by Ani are those of")


def test_the_text_of_a_pdf_file_is_one_like_others_and_stands_for_the_file(bring_in, vendor) -> None:
    page = (
        '<PDFSelection guid="s1" page="0" firstX="1" firstY="1" secondX="9" secondY="9"><Representation guid="r1">'
        "<PlainTextContent>Pegawai ramah</PlainTextContent></Representation>"
        f'<Coding guid="k1"><CodeRef targetGUID="{guid_of("Antre")}"/></Coding></PDFSelection>'
    )
    value = '<VariableValue><VariableRef targetGUID="v1"/><TextValue>2018</TextValue></VariableValue>'
    brought = bring_in(vendor(
        changes=[("<TextSource ", f'<PDFSource guid="pdf" name="Surat.pdf">{page}<Representation '),
                 ("</TextSource>", f"</Representation>{value}</PDFSource>")],
        extra='<Variables><Variable guid="v1" name="Tahun" typeOfVariable="Text"/></Variables>'
        '<Cases><Case guid="c1" name="Camat"><SourceRef targetGUID="pdf"/></Case></Cases>'
        '<Sets><Set guid="s9" name="Surat"><MemberSource targetGUID="pdf"/></Set></Sets>',
    ))  # fmt: skip

    assert brought.quotes() == [("Pegawai ramah", "Ramah")]
    assert brought.read("documents/Surat.pdf.txt").endswith(vendor().text)
    record = brought.read("imported/percobaan.md")
    assert "- Surat.pdf: Tahun: 2018" in record
    assert "- Surat: Surat.pdf\n" in record  # the set, and the text in it
    for line in (
        "1 x pages of PDF files, whose text is taken",
        "1 x selections in PDF files",
        "1 x words of selections in PDF files",
        "1 x codings of anything but a passage of a text",
    ):
        assert brought.said(f"not taken: {line}"), line


def test_a_pdf_file_without_its_text_is_counted(bring_in, vendor) -> None:
    pdf = '<PDFSource guid="pdf" name="Surat.pdf"><Representation guid="r"/></PDFSource></Sources>'
    brought = bring_in(vendor(changes=[("</Sources>", pdf)]))

    assert brought.said("not taken: 1 x PDF files")
    assert brought.said("not taken: 1 x texts that are not in the file as plain text")


def test_a_text_keeps_its_words_and_becomes_a_document_of_the_day_it_was_made(bring_in, vendor) -> None:
    brought = bring_in(vendor(text=EMOJI, selections=CODED[:1]))

    header, _, body = brought.read("documents/Wawancara-1.txt").partition("\n---\n")
    assert "date: 2024-03-05" in header
    assert body == EMOJI.replace("\r\n", "\n")
    assert "- Wawancara 1.docx: `Wawancara-1`" in brought.read("imported/percobaan.md")


def test_an_imported_study_can_be_read_by_every_stage(bring_in, vendor) -> None:
    data = load_field_data(bring_in(vendor()).open())

    assert list(data.codings["focus"]) == ["kode_lepas"]
    assert list(data.codings["magnitude"]) == [0]


def test_the_record_says_how_positions_count_and_on_what_grounds(bring_in, vendor) -> None:
    record = bring_in(vendor(text=EMOJI, selections=CODED[:1] + CODED[2:], users=("Ani", "Budi"), count=utf16)).read(
        "imported/percobaan.md"
    )

    assert "UTF-16 units" in record
    assert "2 of 2 selections lie on the words that are their names, by the next best way 1" in record
    assert "SHA-256: " in record


def test_a_user_that_the_project_does_not_name_is_unknown(bring_in, vendor) -> None:
    brought = bring_in(vendor(users=()))

    assert brought.quotes("unknown") == [("Pegawai ramah", "Ramah")]
    assert brought.said("look at: codings whose user the project does not name")


def test_two_users_of_one_name_stay_two_coders(bring_in, vendor) -> None:
    brought = bring_in(vendor(users=("Ani", "ANI"), selections=[("Pegawai ramah", {"Ani": "Ramah", "ANI": "Antre"})]))

    assert brought.quotes("Ani") == [("Pegawai ramah", "Ramah")]
    assert brought.quotes("ANI-2") == [("Pegawai ramah", "Antre")]


@pytest.mark.parametrize("name", ["../../Ani", "con:1", "Ani Wati", ".Ani", "\u540d", "A" * 300])
def test_the_name_of_a_user_never_leads_anywhere(name: str, bring_in, vendor, tmp_path) -> None:
    brought = bring_in(vendor(users=(name,), selections=[("Pegawai ramah", {name: "Ramah"})]))

    written = [path.name for path in (brought.raw / "codings").iterdir()]
    assert len(written) == 1
    assert not {*written[0]} & {*'/\\:*?"<>| '}
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["data"]


def test_selections_of_no_length_are_told_and_not_taken(bring_in, vendor) -> None:
    brought = bring_in(vendor(selections=[("Pegawai ramah", {"Ani": "Ramah"}), ((3, 3), {"Ani": "Antre"}),
                                          ((5, 5), {})]))  # fmt: skip

    assert brought.quotes() == [("Pegawai ramah", "Ramah")]
    assert brought.said("not taken: 1 x codings of a selection of no length")
    assert brought.said("not taken: 1 x selections of no length")


def test_a_selection_beyond_its_text_is_told_and_not_taken(bring_in, vendor) -> None:
    brought = bring_in(vendor(selections=[("Pegawai ramah", {"Ani": "Ramah"}), ((9000, 9010), {"Ani": "Antre"}, "x")]))

    assert brought.said("not taken: 1 x codings of a selection not in its text")


def test_what_is_no_text_is_counted_by_kind(bring_in, vendor) -> None:
    extra = (
        '<Links><Link guid="a" name="l"/></Links>'
        '<Graphs><Graph guid="b"><Vertex guid="c" firstX="1" firstY="1"/></Graph></Graphs>'
        '<Fancy xmlns="urn:other"><Thing/></Fancy>'
    )
    picture = (
        '<PictureSource guid="p" name="foto.jpg">'
        '<PictureSelection guid="q" firstX="0" firstY="0" secondX="1" secondY="1">'
        '<Coding guid="r"><CodeRef targetGUID="s"/></Coding></PictureSelection></PictureSource></Sources>'
    )
    brought = bring_in(vendor(extra=extra, changes=[("</Sources>", picture)]))

    for line in ("1 x links", "1 x graphs", "1 x parts of graphs", "1 x pictures", "1 x selections in pictures",
                 "1 x codings of anything but a passage of a text",
                 "1 x elements 'Fancy', which are not in the standard"):  # fmt: skip
        assert brought.said(f"not taken: {line}"), line
    assert brought.quotes() == [("Pegawai ramah", "Ramah")]


def test_notes_comments_variables_and_sets_are_kept_in_the_record(bring_in, vendor) -> None:
    extra = (
        '<Notes><Note guid="n1" name="Catatan lapangan">'
        "<PlainTextContent>Hujan &amp; sepi.</PlainTextContent></Note></Notes>"
        f'<Sets><Set guid="s1" name="Keramahan"><MemberCode targetGUID="{vendor().guid("Ramah")}"/></Set></Sets>'
    )
    record = bring_in(vendor(extra=extra)).read("imported/percobaan.md")

    assert "## Note: Catatan lapangan\n\n> Hujan & sepi." in record
    assert "- Keramahan: Ramah" in record


def test_a_comment_and_a_note_on_a_coding_are_its_memo(bring_in, vendor) -> None:
    note = '<Notes><Note guid="n1" name="m"><PlainTextContent>Dari catatan.</PlainTextContent></Note></Notes>'
    changes = [("<Coding ", "<Description>Dari seleksi.</Description><Coding "),
               ("</Coding>", '<NoteRef targetGUID="n1"/></Coding>')]  # fmt: skip

    table = bring_in(vendor(extra=note, changes=changes)).read("codings/Ani.csv")
    assert '"Dari seleksi.\n\nDari catatan."' in table


def test_cases_become_informants_as_far_as_variables_say(bring_in, vendor) -> None:
    extra = (
        '<Variables><Variable guid="v1" name="Jabatan" typeOfVariable="Text"/>'
        '<Variable guid="v2" name="Jenis kelamin" typeOfVariable="Text"/>'
        '<Variable guid="v3" name="Hobi" typeOfVariable="Text"/>'
        '<Variable guid="v4" name="Masa kerja" typeOfVariable="Integer"/></Variables>'
        '<Cases><Case guid="c1" name="Informan 1">'
        '<VariableValue><VariableRef targetGUID="v1"/><TextValue>Kepala Seksi</TextValue></VariableValue>'
        '<VariableValue><VariableRef targetGUID="v2"/><TextValue>Perempuan</TextValue></VariableValue>'
        '<VariableValue><VariableRef targetGUID="v3"/><TextValue>Memancing</TextValue></VariableValue>'
        '<VariableValue><VariableRef targetGUID="v4"/><IntegerValue>banyak</IntegerValue></VariableValue>'
        "</Case></Cases>"
    )
    brought = bring_in(vendor(extra=extra))

    row = brought.read("informants.csv").split("\n")[1]
    assert row == "Informan-1,informan,main,Kepala Seksi,,P,,,no_quote,"
    assert "- Informan-1: Hobi: Memancing" in brought.read("imported/percobaan.md")
    assert "- Informan-1: years_of_service: banyak" in brought.read("imported/percobaan.md")
    assert brought.said("look at: informants whose consent the project does not say")
    assert check_study(brought.open()).faults == []


def test_a_case_named_like_its_text_is_another_thing(bring_in, vendor) -> None:
    brought = bring_in(vendor(extra='<Cases><Case guid="c1" name="Wawancara 1"/></Cases>'))

    assert (brought.raw / "documents/Wawancara-1-2.txt").is_file()
    assert check_study(brought.open()).faults == []


def test_levels_of_codes_become_focus_code_and_path(bring_in, vendor) -> None:
    make = vendor().guid
    codebook = (
        f'<Code guid="{make("Sikap")}" name="Sikap" isCodable="false"><Code guid="{make("Ramah")}" name="Ramah" '
        f'isCodable="true"><Description>Menyapa.</Description>'
        f'<Code guid="{make("Antre")}" name="Senyum" isCodable="true"/></Code></Code>'
    )
    table = bring_in(vendor(codebook=codebook)).read("codebook.csv").split("\n")

    assert table[1] == "Ramah,Sikap,Ramah,Menyapa.,,,0,inductive,,,"
    assert table[2] == "Senyum,Sikap,Ramah / Senyum,Ramah / Senyum,,,0,inductive,,,"


def test_a_sub_code_for_a_magnitude_is_one_even_where_a_program_has_flattened_the_codes(bring_in, vendor) -> None:
    coded = [("Pegawai ramah", {"Ani": "Ramah [-2]"}), ("Antrean", {"Ani": "Level 1"})]
    brought = bring_in(vendor(codes=("Ramah", "Ramah [-2]", "Level 1"), selections=coded))

    rows = brought.read("codings/Ani.csv").split("\n")
    assert rows[1].endswith("Pegawai ramah,Ramah,-2,")
    assert rows[2].endswith("Antrean,Level-1,,")


def test_the_same_coding_twice_is_taken_once_and_told(bring_in, vendor) -> None:
    twice = [("Pegawai ramah", {"Ani": "Ramah"}), ("Pegawai ramah", {"Ani": "Ramah"})]
    brought = bring_in(vendor(selections=twice))

    assert brought.quotes() == [("Pegawai ramah", "Ramah")]
    assert brought.said("not taken: 1 x codings of one passage by one user with one code, repeated")


@pytest.mark.parametrize("where", ["absolute:///C:/Users/ani/teks.txt", "relative://teks.txt", "internal://missing.txt",
                                   "internal://../../../etc/passwd", "file:///etc/passwd"])  # fmt: skip
def test_a_text_outside_the_archive_is_never_read(where: str, bring_in, vendor) -> None:
    brought = bring_in(vendor(changes=[(f"internal://{vendor().guid('file')}.txt", where)]))

    assert brought.said("not taken: 1 x texts that are not in the file as plain text")
    assert brought.said("not taken: 1 x codings of texts that are not in the file")


def test_a_text_within_the_xml_is_read(bring_in, vendor) -> None:
    path = f' plainTextPath="internal://{vendor().guid("file")}.txt">'
    inline = f"><PlainTextContent>{vendor().text}</PlainTextContent>"
    brought = bring_in(vendor(selections=[("Antrean panjang", {"Ani": "Antre"})], changes=[(path, inline)]))

    assert brought.quotes() == [("Antrean panjang", "Antre")]


@pytest.mark.parametrize("version", ["1.0", "0:4", "1:0"])
def test_a_codebook_of_any_of_the_three_namespaces_is_read(version: str, tmp_path, bring_in) -> None:
    file = tmp_path / "kode.qdc"
    file.write_text(
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<CodeBook xmlns="urn:QDA-XML:codebook:{version}" origin="Taguette 1.5.2"><Codes>'
        '<Code guid="0D62985D-B147-5D01-A9B5-CAE5DCD98342" name="open: privacy" isCodable="true">'
        "<Description>Berbagi data.</Description></Code></Codes><Sets/></CodeBook>"
    )

    assert [code.name for code in read_codebook(file).codes] == ["open: privacy"]
    brought = bring_in(file)
    assert brought.read("codebook.csv").split("\n")[1] == (
        "open-privacy,kode_lepas,open: privacy,Berbagi data.,,,0,inductive,,,"
    )
    assert [fault.kind for fault in check_study(brought.open()).faults] == ["no_codings"]


# Into a study that is there.


def test_codings_of_known_texts_are_added_and_nothing_else(tiny, tmp_path, bring_in) -> None:
    export_study(tiny.open(), tmp_path / "tiny.qdpx")
    before = tiny.open().read_raw()
    tiny.remove("codings/coder-b.csv")
    tiny.replace("codings/coder-a.csv", "MUTU-HASIL,2", "MUTU-HASIL,1")
    changed = tiny.open().read_raw()
    lines = import_project(tmp_path / "tiny.qdpx", "tiny", tiny.root)
    after = tiny.open().read_raw()

    assert {name: after[name] for name in changed} == changed
    assert {*after} - {*changed} == {"codings/coder-b.csv", "codings/coder-a-2.csv", "imported/tiny.md"}
    assert after["codings/coder-a-2.csv"] == before["codings/coder-a.csv"]
    assert after["codings/coder-b.csv"] == before["codings/coder-b.csv"]
    assert any("codings/coder-a.csv is there and differs" in line for line in lines)
    assert any("the codings by consensus are those of" in line for line in lines)


def test_another_wording_of_a_known_text_is_refused(tiny, tmp_path) -> None:
    export_study(tiny.open(), tmp_path / "tiny.qdpx")
    tiny.replace("interviews/T6.md", "Pengalaman Bapak?", "Pengalaman Ibu?")
    before = tiny.open().read_raw()

    with pytest.raises(ExchangeError, match=r"'T6' is not the one in study 'tiny': they differ from character 15"):
        import_project(tmp_path / "tiny.qdpx", "tiny", tiny.root)

    assert tiny.open().read_raw() == before


def test_codes_that_a_study_does_not_have_are_refused_by_name(tiny, bring_in, vendor, tmp_path) -> None:
    before = tiny.open().read_raw()

    with pytest.raises(ExchangeError, match=r"1 of its codes are not in codebook.csv of study 'tiny': Ramah"):
        bring_in(vendor(), "tiny")

    assert tiny.open().read_raw() == before

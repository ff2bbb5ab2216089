"""Bad files: a message that says what is wrong, nothing written, nothing outside, memory within bounds."""

from __future__ import annotations

import io
import os
import stat
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinerja_study.collection import archive as archives
from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.importing import import_project
from kinerja_study.exchange.refi_qda import reading
from kinerja_study.exchange.refi_qda.reading import read_codebook, read_project

PLACE = st.floats(0, 1, exclude_max=True)
ROOT = '<Project xmlns="urn:QDA-XML:project:1.0" name="x">'


def refused(path: Path, words: str) -> None:
    with pytest.raises(ExchangeError, match=words):
        (read_codebook if path.suffix == ".qdc" else read_project)(path)


def project(path: Path, xml: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", xml)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "buruk.qdpx"


# Archives.


@pytest.mark.parametrize("name", ["../keluar.txt", "sources/../../keluar.txt", "/etc/keluar", "C:/keluar", "C:keluar",
                                  "..\\keluar.txt", "\\\\server\\keluar", "a/..", "//keluar"])  # fmt: skip
def test_a_name_that_leads_outside_is_refused(name: str, file: Path, vendor) -> None:
    vendor(more={name: b"x"}).write(file)

    refused(file, "leads outside the archive")


def test_a_name_cut_by_a_nul_is_refused(file: Path, vendor) -> None:
    vendor(more={"sources/a_b.txt": b"x"}).write(file)
    file.write_bytes(file.read_bytes().replace(b"sources/a_b.txt", b"sources/a\0b.txt"))

    refused(file, "leads outside the archive")


def test_a_link_is_refused(file: Path, vendor) -> None:
    vendor().write(file)
    with zipfile.ZipFile(file, "a") as archive:
        link = zipfile.ZipInfo("sources/tautan.txt")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")

    refused(file, "'sources/tautan.txt' in it is a link")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["project.qde", "PROJECT.QDE"])
def test_a_member_that_is_there_twice_is_refused(name: str, file: Path, vendor) -> None:
    vendor().write(file)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(name, ROOT + "</Project>")

    refused(file, "is in it twice")


def test_a_bomb_is_refused_by_its_ratio_before_it_is_unpacked(file: Path) -> None:
    project(file, f"{ROOT}<Description>{' ' * 9 * 2**20}</Description></Project>")

    refused(file, "unpacks to over 200 times its size")


def test_a_member_that_declares_to_be_too_large_is_refused(file: Path, monkeypatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_XML", 2**20)
    project(file, os.urandom(2**20 + 1))

    refused(file, "'project.qde' in it is larger than 1 MiB")


def test_a_member_that_grows_beyond_what_it_declares_is_refused(file: Path, monkeypatch) -> None:
    xml = ROOT + "".join(f"<Description>{os.urandom(500).hex()}</Description>" for _ in range(3000)) + "</Project>"
    project(file, xml)
    data = file.read_bytes()
    size = struct.pack("<L", len(xml))
    assert data.count(size) == 2
    file.write_bytes(data.replace(size, struct.pack("<L", 1000)))

    refused(file, "damaged or cut off|cannot be read")


def test_a_text_of_300_mib_is_refused(file: Path, vendor) -> None:
    vendor(stored=b"").write(file)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("project.qde", vendor().xml())
        with archive.open(f"sources/{vendor().guid('file')}.txt", "w") as member:
            piece = ("kata-kata yang berulang " * 50_000).encode()
            for _ in range(300 * 2**20 // len(piece) + 1):
                member.write(piece)

    refused(file, "is larger than 16 MiB")


def test_many_texts_that_are_large_together_are_refused(file: Path, vendor, monkeypatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_TEXTS", 2**20)
    source = f'<TextSource guid="t" name="t" plainTextPath="internal://{vendor().guid("file")}.txt"/>'
    vendor(
        stored=os.urandom(150_000).hex().encode(), selections=[], changes=[("</Sources>", source * 5 + "</Sources>")]
    ).write(file)

    refused(file, "its texts together are larger than 1 MiB")


def test_a_list_of_members_that_would_fill_the_memory_is_refused(file: Path, monkeypatch) -> None:
    monkeypatch.setattr(archives, "LARGEST_DIRECTORY", 10_000)
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(300):
            archive.writestr(f"sources/{number}.txt", "")

    refused(file, "an archive with too many members")


def test_an_encrypted_archive_is_refused(file: Path, vendor) -> None:
    vendor().write(file)
    data = bytearray(file.read_bytes())
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flag] |= 1
    file.write_bytes(data)

    refused(file, "'project.qde' in it is encrypted")


@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 0.95, 0.999])
def test_an_archive_that_is_cut_off_is_refused(share: float, file: Path, vendor) -> None:
    data = vendor().write(file).read_bytes()
    file.write_bytes(data[: int(len(data) * share)])

    refused(file, "no zip archive, or one that is cut off|damaged or cut off")


def test_a_flipped_bit_in_a_text_is_noticed(file: Path, vendor) -> None:
    text = os.urandom(2000).hex()
    data = bytearray(vendor(text=text, selections=[]).write(file).read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)

    refused(file, "damaged or cut off|cannot be read")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", ROOT.encode(), b"PK\x03\x04"], ids=["empty", "pdf", "xml", "stub"])
def test_a_file_of_another_kind_under_the_ending_is_refused(data: bytes, file: Path) -> None:
    file.write_bytes(data)

    refused(file, "no zip archive, or one that is cut off")


def test_a_project_under_the_ending_of_a_codebook_is_refused(tmp_path: Path, vendor) -> None:
    refused(vendor().write(tmp_path / "proyek.qdc"), "its XML cannot be read")
    (tmp_path / "proyek2.qdc").write_text(ROOT + "</Project>")
    refused(tmp_path / "proyek2.qdc", "not a REFI-QDA CodeBook: its XML begins with 'Project'")


@pytest.mark.parametrize("names", [(), ("a.qde", "b.qde"), ("sub/project.qde",)])
def test_an_archive_without_exactly_one_project_is_refused(names: tuple[str, ...], file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("other.txt", "")
        for name in names:
            archive.writestr(name, ROOT + "</Project>")

    refused(file, "no project: it must hold one .qde file")


# XML.

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    ["<!DOCTYPE Project>", '<!DOCTYPE Project SYSTEM "http://localhost:1/x.dtd">',
     f'<!DOCTYPE Project [<!ENTITY l0 "ha">{LAUGHS}]>',
     '<!DOCTYPE Project [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>',
     '<!DOCTYPE Project [<!ENTITY x SYSTEM "file:///etc/passwd">]>'],
    ids=["plain", "external", "laughs", "parameter entity", "external entity"],
)  # fmt: skip
def test_a_document_type_is_refused(doctype: str, file: Path) -> None:
    project(file, f'<?xml version="1.0"?>{doctype}{ROOT}<Description>&l9;&x;</Description></Project>')

    refused(file, "declares a document type|cannot be read")


def test_an_entity_without_a_document_type_is_refused(file: Path) -> None:
    refused(project(file, ROOT + "<Description>&tamu;</Description></Project>"), "its XML cannot be read")


def test_an_inclusion_of_another_file_is_not_followed(file: Path) -> None:
    include = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'
    project(file, f"{ROOT}<Description>{include}</Description></Project>")

    found = read_project(file)

    assert found.description == ""
    assert found.left["elements 'include', which are not in the standard"] == 1


def test_deep_nesting_is_refused(file: Path) -> None:
    project(file, f"{ROOT}<CodeBook><Codes>{'<Code>' * 100_000}{'</Code>' * 100_000}</Codes></CodeBook></Project>")

    refused(file, "its XML is nested too deep")


@pytest.mark.slow
def test_a_million_selections_are_refused(file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive, archive.open("project.qde", "w") as member:
        member.write(f'{ROOT}<Sources><TextSource guid="t" name="t">'.encode())
        for start in range(0, 1_000_000, 10_000):
            rows = (
                f'<PlainTextSelection guid="{n}" startPosition="{n}" endPosition="{n + 1}"/>'
                for n in range(start, start + 10_000)
            )
            member.write("".join(rows).encode())
        member.write(b"</TextSource></Sources></Project>")

    refused(file, "over 500,000 elements")


def test_one_element_with_endless_attributes_is_refused(file: Path) -> None:
    attributes = " ".join(f'a{n}="{n}"' for n in range(1_200_000))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("project.qde", f"{ROOT}<Description {attributes}/></Project>")

    refused(file, "a single element of its XML is too large|cannot be read")


@pytest.mark.parametrize("value", ["", "-1", "1e9", "9" * 5000, "\u0663"])
def test_a_position_that_is_no_number_is_counted_and_left(value: str, file: Path, vendor) -> None:
    vendor(
        selections=[("Pegawai", {"Ani": "Ramah"})], changes=[('startPosition="0"', f'startPosition="{value}"')]
    ).write(file)

    assert read_project(file).left["selections without a place in a text"] == 1


def test_a_text_that_is_not_utf8_is_named(file: Path, vendor) -> None:
    vendor(stored="Pegawai r\xe4mah".encode("latin-1")).write(file)

    refused(file, r"the text 'Wawancara 1.docx' in it is not UTF-8 \(byte 9\)")


def test_codes_that_contain_each_other_do_not_hang(bring_in, vendor) -> None:
    a, b = vendor().guid("Ramah"), vendor().guid("Antre")
    codebook = (
        f'<Code guid="{a}" name="Ramah" isCodable="true"><Code guid="{b}" name="Antre" isCodable="true">'
        f'<Code guid="{a}" name="Ramah" isCodable="true"/></Code></Code>'
    )

    assert bring_in(vendor(codebook=codebook)).said("not taken: 1 x codes without an id of their own")


# What is written, where, and what is left when it cannot be.


def test_a_refused_file_leaves_nothing(tmp_path: Path, vendor) -> None:
    (tmp_path / "data/raw").mkdir(parents=True)
    vendor(more={"../x": b""}).write(tmp_path / "a.qdpx")

    with pytest.raises(ExchangeError):
        import_project(tmp_path / "a.qdpx", "baru", tmp_path)

    assert sorted(tmp_path.rglob("*")) == [tmp_path / "a.qdpx", tmp_path / "data", tmp_path / "data/raw"]


@pytest.mark.parametrize("step", ["write_bytes", "rename"])
def test_a_full_disk_leaves_nothing_half_written(step: str, tiny, tmp_path: Path, vendor, monkeypatch) -> None:
    vendor().write(tmp_path / "a.qdpx")
    before = sorted(tiny.root.rglob("*"))
    original, calls = getattr(Path, step), []

    def full(self: Path, *words: object) -> object:
        calls.append(self)
        if len(calls) > (2 if step == "write_bytes" else 0):
            raise OSError(28, "No space left on device", str(self))
        return original(self, *words)

    monkeypatch.setattr(Path, step, full)
    with pytest.raises(OSError, match="No space left"):
        import_project(tmp_path / "a.qdpx", "baru", tiny.root)

    assert sorted(tiny.root.rglob("*")) == before


def test_files_added_to_a_study_are_taken_back_when_one_cannot_be(tiny, monkeypatch) -> None:
    before = tiny.open().read_raw()
    original, calls = Path.rename, []

    def fails(self: Path, target: Path) -> Path:
        calls.append(self)
        if len(calls) == 2:
            raise OSError(28, "No space left on device", str(self))
        return original(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OSError, match="No space left"):
        tiny.open().add_raw({"codings/x.csv": b"1", "codings/y.csv": b"2"})

    assert tiny.open().read_raw() == before
    assert not [path for path in tiny.raw.iterdir() if path.name.startswith(".")]


def test_a_folder_of_the_study_that_leads_elsewhere_is_not_written_to(tiny, tmp_path_factory) -> None:
    elsewhere = tmp_path_factory.mktemp("lain")
    (tiny.raw / "imported").symlink_to(elsewhere)

    with pytest.raises(FileExistsError):
        tiny.open().add_raw({"imported/a.md": b"x"})

    assert not [*elsewhere.iterdir()]


MEASURED = """
import resource, sys
from pathlib import Path
from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.importing import import_project
try:
    import_project(Path(sys.argv[1]), "baru", Path(sys.argv[2]))
except ExchangeError as error:
    print(error)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the limit is set by the operating system")
@pytest.mark.parametrize("kind", ["largest text", "most selections", "widest elements"])
def test_the_largest_that_is_let_in_stays_under_a_gigabyte(kind: str, tmp_path: Path, vendor) -> None:
    import resource

    (tmp_path / "data/raw").mkdir(parents=True)
    path = tmp_path / "besar.qdpx"
    guid = vendor().guid
    if kind == "largest text":
        text = "\U0001f600" + "kata " * (16 * 2**20 // 5 - 2)
        vendor(text=text, selections=[("kata", {"Ani": "Ramah"})]).write(path)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("project.qde", vendor(text=text, selections=[("kata", {"Ani": "Ramah"})]).xml())
            archive.writestr(f"sources/{guid('file')}.txt", text)
    elif kind == "most selections":
        rows = "".join(
            f'<PlainTextSelection guid="{n}" name="Pegawai ramah" startPosition="0" endPosition="13">'
            f'<Coding guid="{n}" creatingUser="{guid("Ani")}"><CodeRef targetGUID="{guid("Ramah")}"/>'
            "</Coding></PlainTextSelection>"
            for n in range(160_000)
        )
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(
                "project.qde", vendor(selections=[], changes=[("</TextSource>", rows + "</TextSource>")]).xml()
            )
            archive.writestr(f"sources/{guid('file')}.txt", vendor().text)
    else:
        cases = "<Cases><Case guid='c' name='c'>" + "<VariableValue a='1' b='2' c='3'/>" * 490_000 + "</Case></Cases>"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("project.qde", vendor(extra=cases).xml())
            archive.writestr(f"sources/{guid('file')}.txt", vendor().text)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, path, tmp_path], capture_output=True, text=True, check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30)),
    )  # fmt: skip

    assert int(done.stdout.split()[-1]) < 2**20, done.stdout


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("fuzz") / "utuh.qdpx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(
            "project.qde",
            ROOT + '<Users><User guid="u" name="Ani"/></Users><CodeBook><Codes><Code guid="c" name="Ramah" '
            'isCodable="true"/></Codes></CodeBook><Sources><TextSource guid="t" name="T" plainTextPath="internal://t.txt">'
            '<PlainTextSelection guid="s" startPosition="0" endPosition="7"><Coding guid="k" creatingUser="u">'
            '<CodeRef targetGUID="c"/></Coding></PlainTextSelection></TextSource></Sources></Project>',
        )
        archive.writestr("sources/t.txt", "Pegawai ramah sekali kepada warga.")
    return path.read_bytes()


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6), st.integers(0, 6)), max_size=5
    ),
    cut=st.none() | st.floats(0, 1),
)
def test_a_mutated_archive_is_taken_or_refused_and_never_anything_else(sound, changes, cut, tmp_path_factory) -> None:
    data = bytearray(sound)
    for place, new, length in changes:
        at = int(place * len(data))
        data[at : at + length] = new
    if cut is not None:
        del data[int(cut * len(data)) :]
    root = tmp_path_factory.mktemp("acak")
    (root / "data/raw").mkdir(parents=True)
    (root / "acak.qdpx").write_bytes(data)

    try:
        import_project(root / "acak.qdpx", "baru", root)
    except ExchangeError:
        assert not [*(root / "data/raw").iterdir()]
    assert {path.name for path in root.iterdir()} == {"acak.qdpx", "data"}


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.text(max_size=6), st.integers(0, 8)), min_size=1, max_size=4
    )
)
def test_mutated_xml_is_taken_or_refused_and_never_anything_else(sound, changes, tmp_path_factory) -> None:
    with zipfile.ZipFile(io.BytesIO(sound)) as archive:
        xml = archive.read("project.qde").decode()
    for place, new, length in changes:
        at = int(place * len(xml))
        xml = xml[:at] + new + xml[at + length :]
    root = tmp_path_factory.mktemp("acak")
    (root / "data/raw").mkdir(parents=True)
    with zipfile.ZipFile(root / "acak.qdpx", "w") as archive:
        archive.writestr("project.qde", xml.encode("utf-8", "surrogatepass"))
        archive.writestr("sources/t.txt", "Pegawai ramah sekali kepada warga.")

    try:
        import_project(root / "acak.qdpx", "baru", root)
    except ExchangeError:
        assert not [*(root / "data/raw").iterdir()]

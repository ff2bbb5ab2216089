from __future__ import annotations

from typing import Any

import lxml.html
import nbformat
import pandas as pd
import pytest

from kinerja_study.errors import PrivacyError, RawDataError
from kinerja_study.reproduction.binding import (
    APPENDIX,
    OMIT,
    REPORT,
    findings_schema,
    read_key_names,
    refuse_private,
    render_report,
)
from kinerja_study.reproduction.running import run_study
from kinerja_study.reproduction.stages import NOTEBOOKS


def words(source: str, *tags: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_markdown_cell(source, metadata={"tags": list(tags)})


def drawn(html: str, source: str, *tags: str) -> nbformat.NotebookNode:
    shown = nbformat.v4.new_output("display_data", data={"text/html": html})
    return nbformat.v4.new_code_cell(source, outputs=[shown], metadata={"tags": list(tags)})


def executed(**last: Any) -> dict[str, nbformat.NotebookNode]:
    books = {
        name: nbformat.v4.new_notebook(
            cells=[
                words(f"# Tahap {name[0]}\n\nKata tahap.", "lang-id"),
                words(f"# Stage {name[0]}\n\nWords of a stage.", "lang-en"),
                drawn(f"<p>Tabel {name[0]}</p>", f"langkah_{name[0]}()"),
            ]
        )
        for name in NOTEBOOKS[:-1]
    }
    chapters = [
        words("# Laporan\n\nTidak untuk dibaca.", "lang-id", OMIT),
        drawn("<p>Naskah terakhir</p>", "naskah()", APPENDIX),
        drawn("<section><h2 id='hasil'>Hasil</h2><p>Isi bab</p></section>", "bab()"),
    ]
    books[NOTEBOOKS[-1]] = nbformat.v4.new_notebook(cells=chapters)
    for book in books.values():
        # An id is unique in its own notebook only.
        for number, cell in enumerate(book.cells):
            cell["id"] = f"sel-{number}"
    return books


def page_of(tiny: Any, **parameters: Any) -> tuple[str, str]:
    page = render_report(executed(), tiny.open(**parameters))
    root = lxml.html.document_fromstring(page)
    for element in root.xpath("//script | //style"):
        element.drop_tree()
    return page, " ".join(root.text_content().split())


def test_chapters_come_first_then_the_stages_then_what_is_tagged_for_the_end(tiny: Any) -> None:
    text = page_of(tiny)[1]
    order = ["Isi bab", "Tabel 1", "Tabel 2", "Tabel 3", "Tabel 4", "Naskah terakhir"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


def test_words_of_the_other_language_and_of_no_reader_stay_out(tiny: Any) -> None:
    indonesian, english = page_of(tiny)[1], page_of(tiny, language="en")[1]
    assert "Kata tahap." in indonesian
    assert "Words of a stage." not in indonesian
    assert "Words of a stage." in english
    assert "Kata tahap." not in english
    assert "Tidak untuk dibaca" not in indonesian + english


def test_contents_lead_to_every_heading(tiny: Any) -> None:
    page = lxml.html.document_fromstring(page_of(tiny)[0])
    ids = page.xpath("//@id")
    assert len(set(ids)) == len(ids)
    links = [href[1:] for href in page.xpath("//nav//a/@href") if href.startswith("#")]
    assert "hasil" in links
    # The front page, which this notebook does not show, brings the place of the summary.
    assert set(links) - {"ringkasan"} <= set(ids)
    # Headings of a notebook stand one level below the report's own.
    assert page.xpath("//h1[contains(., 'Tahap')]") == []
    assert len(page.xpath("//h2[contains(., 'Tahap')]")) == 4


def test_code_of_every_stage_is_in_the_page(tiny: Any) -> None:
    text = page_of(tiny)[1]
    assert all(f"langkah_{number}()" in text for number in "1234")
    assert "bab()" in text


def test_synthetic_study_has_a_banner_and_a_field_study_has_none(tiny: Any) -> None:
    banner = "Data sintetis"
    assert banner in page_of(tiny)[1]
    tiny.replace("study.toml", 'provenance = "synthetic"', 'provenance = "field"')
    assert banner not in page_of(tiny)[1]


def test_page_is_one_file_that_fetches_nothing_and_the_same_each_time(tiny: Any) -> None:
    page = page_of(tiny)[0]
    assert page == page_of(tiny)[0]
    root = lxml.html.document_fromstring(page)
    assert root.xpath("//script/@src | //link[@rel='stylesheet']/@href | //img/@src[starts-with(., 'http')]") == []
    assert not any(line != line.rstrip() for line in page.split("\n"))


# --- Privacy


@pytest.mark.parametrize(
    ("shown", "kind"),
    [
        ("<p>NIK 3171234567890123</p>", "NIK (16 digits)"),
        ("<p>NIP 19800101 200501 1 001</p>", "NIP (18 digits)"),
        ("<p>hubungi 0812-3456-7890</p>", "telephone number"),
        ("<p>hubungi +62 812 3456 7890</p>", "telephone number"),
        ("<p>surat ke siti@kantor.go.id</p>", "e-mail address"),
        ("<p>kata siti aminah begitu</p>", "a name of the private key file"),
        ("<p>kata <mark>Siti</mark> <b>Aminah</b></p>", "a name of the private key file"),
        ("<p>kata Siti\n   Aminah</p>", "a name of the private key file"),
        ("<svg><text>Siti Aminah</text></svg>", "a name of the private key file"),
        ('<svg aria-label="kata Siti Aminah"></svg>', "a name of the private key file"),
        ('<abbr title="0812-3456-7890">x</abbr>', "telephone number"),
    ],
)
def test_page_that_shows_something_private_is_refused_with_the_thing_masked(shown: str, kind: str) -> None:
    with pytest.raises(PrivacyError) as refused:
        refuse_private(f"<html><body>{shown}</body></html>", ["Siti Aminah"])
    assert [found for found, _ in refused.value.hits] == [kind]
    assert "████" in str(refused.value)
    assert "Aminah" not in str(refused.value)
    assert "aminah" not in str(refused.value)


@pytest.mark.parametrize(
    "shown",
    [
        "<p>Aminah sendiri, dan Siti Aminahwati</p>",
        "<p>W-1 pada 2024-03-12, 65,00 dari 100</p>",
        "<p>SHA-256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad</p>",
        "<script>var d = '3171234567890123'</script><style>.a{}</style>",
        "<table><tr><td>31712345</td><td>67890123</td></tr></table>",
    ],
)
def test_what_identifies_nobody_passes(shown: str) -> None:
    refuse_private(f"<html><body><p>x</p>{shown}</body></html>", ["Siti Aminah"])


def with_key(tiny: Any, content: bytes | None) -> Any:
    tiny.replace("study.toml", "[privacy]\n", '[privacy]\nkey_file = "private/key.csv"\n')
    if content is not None:
        (tiny.root / "private").mkdir()
        (tiny.root / "private/key.csv").write_bytes(content)
    study = tiny.open()
    study.save("informants.csv", pd.DataFrame({"informant_id": ["W-1", "W-2", "W-9"]}))
    return study


def key_names(study: Any) -> list[str]:
    return read_key_names(study, study)


@pytest.mark.parametrize(
    "content",
    [
        b"nama,panggilan,id\nSiti Aminah,Siti,W-1\n\n , ,W-9\nBudi,,W-2\n",
        b"\xef\xbb\xbfnama;panggilan;id\r\nSiti Aminah;Siti;W-1\r\nBudi;;W-2\r\n",
        b'id\tnama\tpanggilan\nW-1\t"Siti Aminah"\tSiti\nW-2\tBudi\t\n',
    ],
)
def test_names_and_their_forms_are_read_from_the_key_file_as_spreadsheets_write_it(tiny: Any, content: bytes) -> None:
    assert key_names(with_key(tiny, content)) == ["Siti Aminah", "Siti", "Budi"]


def test_study_without_a_key_file_has_no_names(tiny: Any) -> None:
    assert key_names(tiny.open()) == []
    assert key_names(with_key(tiny, None)) == []


def test_key_file_that_cannot_be_read_stops_the_run(tiny: Any) -> None:
    with pytest.raises(RawDataError):
        key_names(with_key(tiny, b"nama,id\n\xff\xfe,W-1\n"))


def test_key_file_outside_the_project_stops_the_run(tiny: Any) -> None:
    with_key(tiny, b"nama,id\nBudi,W-2\n")
    tiny.replace("study.toml", "private/key.csv", "../key.csv")
    with pytest.raises(RawDataError, match="outside the project"):
        key_names(tiny.open())


def test_schema_of_findings_is_that_of_its_version() -> None:
    schema = findings_schema()
    assert schema["properties"]["schema"] == {"const": "kinerja-findings/1"}
    assert schema["additionalProperties"] is False


@pytest.mark.slow
def test_suggestions_add_their_table_to_the_report_and_change_nothing_else_in_it(tiny: Any) -> None:
    def page() -> list[str]:
        run_study(tiny.open(), {})
        return (tiny.open().reports / REPORT).read_text(encoding="utf-8").split("\n")

    before = page()
    tiny.write("codings/saran.csv", tiny.read("codings/coder-a.csv"))
    after = page()

    at = next(n for n, (one, other) in enumerate(zip(before, after, strict=False)) if one != other)
    end = at + len(after) - len(before)
    assert before == after[:at] + after[end:]
    assert "tabel-saran-koding" in "\n".join(after[at - 1 : end])
    assert "bukan bukti" in "\n".join(after[at:end])
    tiny.remove("codings/saran.csv")
    assert page() == before
    assert not tiny.open().has("suggestions.csv")

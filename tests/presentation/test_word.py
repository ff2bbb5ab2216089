"""The chapters in Word: a thesis' layout, real styles and captions, the words of the field as typed."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph as WordParagraph
from typer.testing import CliRunner

from kinerja_study import display
from kinerja_study.cli import app
from kinerja_study.collection import load_field_data, save_field_data
from kinerja_study.conclusions import build_findings, build_specification_curve
from kinerja_study.condensation import build_segments
from kinerja_study.presentation.blocks import (
    Block,
    Cell,
    Figure,
    Listing,
    Paragraph,
    Prose,
    Quotation,
    Section,
    Sentence,
    Table,
)
from kinerja_study.presentation.displays.conclusions import figure_scale
from kinerja_study.presentation.report import Report, asserting
from kinerja_study.presentation.word import WordWriter, render_word
from kinerja_study.presentation.word_evidence import number_quotes
from kinerja_study.presentation.word_layout import TEXT_WIDTH, column_widths
from kinerja_study.reproduction.manifest import SCHEMA

HOSTILE = """<script>alert(1)</script> {{ 7*7 }} $x$ **x** &amp; <img src=x onerror="alert(2)"> { PAGE } ]]>"""
CONTROL = "sebelum\x00\x07\x0b\ufffe\ud800sesudah"


def prepare(tiny: Any, **parameters: Any) -> Report:
    """Do what the notebooks do before the chapters, without starting a kernel."""
    study = tiny.open(**parameters)
    save_field_data(study, load_field_data(study))
    tables = {name: study.load(f"{name}.csv") for name in ("codings", "codebook", "documents", "claims")}
    segments = build_segments(tables["codings"], coder=study.rules.coder)
    services, attendance, satisfaction = (
        study.load(f"{name}.csv") for name in ("services", "attendance", "satisfaction")
    )
    indicators = display.compute_indicators(services, attendance, satisfaction, study.definition)
    evidence = display.build_evidence(segments, indicators)
    durations = display.build_durations(services, study.definition)
    study.save("segments.csv", segments)
    study.save("indicators.csv", indicators)
    study.save("case_focus.csv", display.build_case_focus(evidence, neutral=study.rules.neutral))
    study.save("service_times.csv", display.build_service_times(durations))
    study.save("lateness.csv", display.build_lateness(display.build_presence(attendance, study.definition)))
    study.save("satisfaction_elements.csv", display.build_satisfaction(satisfaction))
    study.save("findings.json", build_findings(study, segments=segments, indicators=indicators, **tables))
    study.save("specifications.csv", build_specification_curve(study, tables["codings"], indicators))
    return Report(study)


@pytest.fixture(scope="module")
def ready(make_tiny: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Report, bytes]:
    tiny = make_tiny(tmp_path_factory.mktemp("bab"))
    report = prepare(tiny)
    return tiny, report, render_word(report)


@pytest.fixture
def data(ready: tuple[Any, Report, bytes]) -> bytes:
    return ready[2]


@pytest.fixture
def report(ready: tuple[Any, Report, bytes]) -> Report:
    return ready[1]


def opened(data: bytes) -> Any:
    return docx.Document(io.BytesIO(data))


def styled(data: bytes, style: str) -> list[str]:
    return [p.text for p in opened(data).paragraphs if p.style.name == style]


def written(report: Report, *blocks: Block) -> bytes:
    writer = WordWriter(report.material)
    writer.add_chapter(Section(id="uji", title="Uji", sections=(Section(id="a", title="Bagian", blocks=blocks),)), 4)
    return writer.finish()


def everything(data: bytes) -> str:
    """Return all that a reader sees of the body, the tables included; a paragraph a line."""
    paragraphs = opened(data).element.body.iter(qn("w:p"))
    seen = (qn("w:t"), qn("w:noBreakHyphen"))
    return "\n".join("".join(run.text or "-" * (run.tag == seen[1]) for run in p.iter(*seen)) for p in paragraphs)


def fields(data: bytes) -> list[str]:
    return [" ".join(str(code.text).split()) for code in opened(data).element.body.iter(qn("w:instrText"))]


# --- The page


def test_no_line_breaks_within_an_id_which_reads_as_it_is(data: bytes) -> None:
    body = [p for p in opened(data).paragraphs if "(W-1)" in p.text]
    assert body
    for paragraph in body:
        assert "W-1" not in "".join(str(t.text) for t in paragraph._p.iter(qn("w:t")))
        assert paragraph._p.findall(f".//{qn('w:noBreakHyphen')}")


def test_columns_of_numbers_take_no_more_than_they_need() -> None:
    texts, numbers = ["Unsur", "Persyaratan"], ["Rata-rata (1–4)", "3,32"]
    text, number = column_widths([texts, numbers], 10, {1})
    assert text + number == pytest.approx(TEXT_WIDTH)
    assert number < 3.5 < text
    assert column_widths([texts, numbers], 10)[1] > number
    assert sum(column_widths([numbers, numbers], 10, {0, 1})) == pytest.approx(TEXT_WIDTH)


def test_the_section_of_the_lists_ends_in_a_paragraph_of_its_own(data: bytes) -> None:
    # LibreOffice shows no page number there where the section ends within a list.
    ending = next(p for p in opened(data).paragraphs if p._p.findall(f".//{qn('w:sectPr')}"))
    assert ending._p.findall(f".//{qn('w:fldChar')}") == []
    assert ending.paragraph_format.line_spacing == Pt(1)


def test_page_is_a4_with_the_margins_of_a_thesis(data: bytes) -> None:
    for part in opened(data).sections:
        assert (round(part.page_width.cm, 1), round(part.page_height.cm, 1)) == (21.0, 29.7)
        margins = (part.left_margin, part.top_margin, part.right_margin, part.bottom_margin)
        assert [round(margin.cm, 1) for margin in margins] == [4, 3, 3, 3]


def test_text_is_times_12_at_one_and_a_half_lines_justified_and_indented(data: bytes) -> None:
    style = opened(data).styles["Body Text"]
    form = style.paragraph_format
    assert (style.font.name, style.font.size.pt, form.line_spacing) == ("Times New Roman", 12, 1.5)
    assert form.alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.JUSTIFY
    assert form.first_line_indent.cm == pytest.approx(1.27, abs=0.01)


def test_no_style_in_use_takes_its_font_or_colour_from_the_template(data: bytes) -> None:
    document = opened(data)
    for style in {p.style.name: p.style for p in document.paragraphs}.values():
        fonts = style.element.rPr.find(qn("w:rFonts"))
        assert not [key for key in fonts.attrib if key.endswith("Theme")], style.name
        assert str(style.font.color.rgb) == "000000", style.name


def test_text_is_proofed_in_its_own_language(ready: tuple[Any, Report, bytes]) -> None:
    def language(data: bytes) -> str:
        return str(opened(data).styles.element.find(f"{qn('w:docDefaults')}//{qn('w:lang')}").get(qn("w:val")))

    tiny, _, data = ready
    assert language(data) == "id-ID"
    english = render_word(Report(tiny.open(language="en")))
    assert language(english) == "en-GB"
    assert "CHAPTER IV\nFINDINGS AND DISCUSSION" in styled(english, "Heading 1")


def test_pages_are_numbered_roman_at_the_front_and_anew_from_the_first_chapter(data: bytes) -> None:
    front, first, *rest = opened(data).sections
    numbers = [part._sectPr.find(qn("w:pgNumType")) for part in (front, first, *rest)]
    assert [n.get(qn("w:fmt")) for n in numbers] == ["lowerRoman", *["decimal"] * 4]
    assert [n.get(qn("w:start")) for n in numbers] == ["1", "1", None, None, None]

    def shows_page(place: Any) -> bool:
        return any("PAGE" in str(code.text) for code in place._element.iter(qn("w:instrText")))

    assert first.different_first_page_header_footer
    assert shows_page(first.first_page_footer)
    assert not shows_page(first.first_page_header)
    assert shows_page(first.header)
    assert shows_page(rest[-1].header)


# --- Headings, captions, lists


def test_chapters_are_headings_with_their_numbers(data: bytes, report: Report) -> None:
    assert [" ".join(text.split()) for text in styled(data, "Heading 1")] == [
        "BAB IV HASIL DAN PEMBAHASAN",
        "BAB V PENUTUP",
        "LAMPIRAN 1 BUKTI TIAP KALIMAT",
        "LAMPIRAN 2 KUTIPAN YANG DIKODEKAN",
    ]
    assert styled(data, "Heading 2") == [part.title for c in (report.findings, report.closing) for part in c.sections]


def test_chapter_can_have_another_number(report: Report) -> None:
    other = render_word(report, 5)
    assert [text.split("\n")[0] for text in styled(other, "Heading 1")[:2]] == ["BAB V", "BAB VI"]
    assert styled(other, "Caption")[0].startswith("Tabel 5.1") or styled(other, "Caption")[0].startswith("Gambar 5.1")


def test_parts_of_a_chapter_are_numbered_by_word_below_its_number(data: bytes) -> None:
    document = opened(data)
    numbering = document.part.numbering_part.element
    patterns = []
    for paragraph in document.paragraphs:
        if paragraph.style.name == "Heading 2":
            identity = paragraph._p.pPr.numPr.numId.val
            kind = numbering.num_having_numId(identity).abstractNumId.val
            (own,) = numbering.xpath(f'w:abstractNum[@w:abstractNumId="{kind}"]')
            patterns.append(own.find(f"{qn('w:lvl')}/{qn('w:lvlText')}").get(qn("w:val")))
    assert patterns == ["4.%1"] * (len(patterns) - 2) + ["5.%1"] * 2


def test_captions_hold_sequence_fields_that_count(data: bytes) -> None:
    captions = styled(data, "Caption")
    figures = [c for c in captions if c.startswith("Gambar")]
    tables = [c for c in captions if c.startswith("Tabel")]
    assert [c.split()[1] for c in figures] == [f"4.{n}" for n in range(1, len(figures) + 1)]
    assert [c.split()[1] for c in tables] == [f"4.{n}" for n in range(1, len(tables) + 1)]
    # Two scales, service times, lateness, satisfaction, obstacles; three of them with their numbers as a table
    assert (len(figures), len(tables)) == (6, 3)
    assert fields(data).count("SEQ Gambar \\* ARABIC \\s 1") == 6
    assert fields(data).count("SEQ Tabel \\* ARABIC \\s 1") == 3


def test_title_of_a_table_stands_above_it_and_of_a_figure_below_both_with_a_source(data: bytes) -> None:
    body = list(opened(data).element.body)
    for place, element in enumerate(body):
        style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        if style is None or style.get(qn("w:val")) != "Caption":
            continue
        label = WordParagraph(element, None).text
        after = body[place + 2] if label.startswith("Tabel") else body[place + 1]
        if label.startswith("Tabel"):
            assert body[place + 1].tag == qn("w:tbl")
        else:
            assert body[place - 1].findall(f".//{qn('w:drawing')}")
        assert re.fullmatch(r"Sumber: .+, 2024\.", WordParagraph(after, None).text.split("Menit: ")[0])


def test_text_refers_to_every_table_and_figure(data: bytes) -> None:
    text = styled(data, "Body Text")
    for caption in styled(data, "Caption"):
        number = " ".join(caption.split()[:2])
        assert any(line.startswith(f"{number} ") for line in text), caption
    marks = {m.get(qn("w:name")) for m in opened(data).element.body.iter(qn("w:bookmarkStart"))}
    named = [f.split()[1] for f in fields(data) if f.startswith(("REF", "PAGEREF"))]
    assert len(named) > 20
    assert set(named) <= marks


def test_lists_at_the_front_are_fields_that_word_updates(data: bytes) -> None:
    assert styled(data, "TOC Heading") == ["DAFTAR ISI", "DAFTAR TABEL", "DAFTAR GAMBAR"]
    assert [f for f in fields(data) if f.startswith("TOC")] == [
        'TOC \\o "1-3" \\h \\z \\u', 'TOC \\h \\z \\c "Tabel"', 'TOC \\h \\z \\c "Gambar"',
    ]  # fmt: skip
    update = opened(data).settings.element.find(qn("w:updateFields"))
    assert update.get(qn("w:val")) == "true"
    kinds = [mark.get(qn("w:fldCharType")) for mark in opened(data).element.body.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end") == len(fields(data))


def test_lists_at_the_front_can_be_read_before_they_are_updated(data: bytes) -> None:
    first = everything(data).split("BAB IV")[1]
    assert "4.2 Mutu pekerjaan" in first
    assert "4.1.1 Gambaran umum" in first
    assert "Gambar 4.1 Letak tiap sumber" in everything(data).split("DAFTAR GAMBAR")[1].split("BAB IV")[0]


# --- What is said


def test_every_sentence_of_the_chapters_stands_in_the_text(data: bytes, report: Report) -> None:
    sentences = asserting((report.findings, report.closing))
    assert len(sentences) > 40
    shown = everything(data)
    assert [s.id for s in sentences if s.text not in shown] == []


def test_quotations_are_indented_single_spaced_and_closed_with_role_technique_and_date(data: bytes) -> None:
    form = opened(data).styles["Quote"].paragraph_format
    assert min(form.left_indent.cm, form.right_indent.cm) > 1
    assert form.line_spacing == 1.0
    paragraphs = [p for p in opened(data).paragraphs if p.style.name.startswith("Quote")]
    texts = [p.text for p in paragraphs]
    assert [p.style.name for p in paragraphs] == ["Quote", "Quote Source"] * (len(paragraphs) // 2)
    assert "“Suratnya asal jadi.”" in texts
    assert texts[texts.index("“Suratnya asal jadi.”") + 1] == "Pedagang (W-1) (Wawancara sintetis, 8 Maret 2024)"


def test_role_held_by_one_person_is_shown_by_its_group(data: bytes) -> None:
    # A-1 is the only "Kepala", which the study shows by group.
    assert "Informan kelompok atasan (A-1) (Wawancara sintetis, 4 Maret 2024)" in styled(data, "Quote Source")
    assert "Kepala (A-1)" not in everything(data)


def test_words_of_who_may_not_be_quoted_stand_nowhere(data: bytes, report: Report) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        whole = b"".join(parts.read(name) for name in parts.namelist()).decode("utf-8", "ignore")
    for secret in ("Hasil ketikan saya", "Rapat pagi menolong", "Kalau lampu mati"):
        assert secret not in whole
    assert "Suratnya asal jadi" in whole
    closed = next(quote for quote in report.material.quotes.values() if quote.withheld)
    told = written(report, Quotation(quote=dataclasses.replace(closed, text="Jangan tulis ini.")))
    assert "Jangan tulis ini." not in everything(told)
    assert "tidak dikutip atas permintaan informan" in everything(told)


def test_synthetic_study_says_so_on_every_page_and_at_every_quotation(ready: tuple[Any, Report, bytes]) -> None:
    tiny, report, data = ready
    said = report.material.wording.say("front.banner")
    document = opened(data)
    for part in document.sections:
        heads = [part.header, part.first_page_header] if part.different_first_page_header_footer else [part.header]
        assert all(said in head.paragraphs[0].text for head in heads)
    assert all("sintetis, " in text for text in styled(data, "Quote Source"))
    rows = document.tables[-1].rows[1:]
    assert len(rows) == 24
    assert all("sintetis, " in row.cells[1].text for row in rows)
    # A study of the field says nothing of the kind.
    tiny.replace("study.toml", 'provenance = "synthetic"', 'provenance = "field"')
    try:
        real = Report(tiny.open())
        fielded = render_word(real)
    finally:
        tiny.replace("study.toml", 'provenance = "field"', 'provenance = "synthetic"')
    assert not [part for part in opened(fielded).sections if said in part.header.paragraphs[0].text]
    assert "(Wawancara, 8 Maret 2024)" in everything(fielded)


# --- Evidence


def test_appendix_leads_from_every_sentence_to_quotations_that_exist(data: bytes, report: Report) -> None:
    sentences, quotes = opened(data).tables[-2:]
    numbers = {row.cells[0].text: row.cells[2].text for row in quotes.rows[1:]}
    told = {row.cells[0].text: row.cells[2].text for row in sentences.rows[1:]}
    assert list(told) == [s.id for s in asserting((report.findings, report.closing))]
    assert all(told.values())
    # By tests/conftest.py: W-1 in T5 and the observation O1 speak against timely work, each in its second coding.
    assert told["H-negative-kerja"] == "sebaliknya: O1.2; T5.2"
    assert numbers["T5.2"].startswith("T5:") and numbers["T5.2"].endswith(":KERJA-WAKTU:consensus (−2)")
    assert told["H-record-tepat_waktu"] == "catatan: tepat waktu"
    for same in re.findall(r"sama dengan (\S+)", "\n".join(told.values())):
        assert same in told


def test_numbers_of_quotations_follow_their_place_in_the_text(report: Report) -> None:
    numbers = number_quotes(report.material.quotes.values())
    assert len(set(numbers.values())) == len(numbers) == 24
    for document in ("T1", "T5"):
        own = {i: n for i, n in numbers.items() if i.startswith(f"{document}:")}
        starts = [int(i.split(":")[1].split("-")[0]) for i in own]
        assert starts == sorted(starts)
        assert list(own.values()) == [f"{document}.{place}" for place in range(1, len(own) + 1)]


# --- What was typed in the field


def test_what_was_typed_shows_as_typed_wherever_it_stands(report: Report) -> None:
    quote = next(quote for quote in report.material.quotes.values() if not quote.withheld)
    table = Table(
        id="t", caption=HOSTILE, headings=(HOSTILE, "n"), rows=((Cell(text=HOSTILE), Cell(text="1", number=True)),)
    )
    data = written(
        report,
        Quotation(quote=dataclasses.replace(quote, text=HOSTILE, speaker=HOSTILE)),
        Paragraph(sentences=(Sentence(text=HOSTILE, id="x"),)),
        Listing(items=(Sentence(text=HOSTILE, id="y"),), numbered=True),
        table,
    )
    # Quotation and its speaker, sentence, item, reference, caption, list of tables, heading, cell
    assert everything(data).count(HOSTILE) == 9
    assert not [field for field in fields(data) if "script" in field]


def test_what_xml_forbids_is_replaced(report: Report) -> None:
    quote = next(quote for quote in report.material.quotes.values() if not quote.withheld)
    with pytest.raises(ValueError, match="XML"):
        docx.Document().add_paragraph("\x07")
    data = written(
        report,
        Quotation(quote=dataclasses.replace(quote, text=CONTROL)),
        Prose(markdown=f"## {CONTROL}\n\n{CONTROL}\n\n- {CONTROL}"),
        Table(id="t", caption=CONTROL, headings=(CONTROL,), rows=((Cell(text=CONTROL),),)),
    )
    shown = everything(data)
    assert shown.count("sesudah") >= 7
    assert "\ufffd" in shown


def test_quotation_over_several_lines_is_one_paragraph(report: Report) -> None:
    quote = next(quote for quote in report.material.quotes.values() if not quote.withheld)
    data = written(report, Quotation(quote=dataclasses.replace(quote, text="satu\ndua\n\ttiga")))
    assert styled(data, "Quote") == ["“satu dua tiga”"]


# --- Markdown of the study


PROSE = """\
Kantor itu **tua** dan *kecil*, kata [profil](https://contoh.id/a) dan [ini](javascript:x). ~~Salah~~ &copy;

# Letak

### Batas

1. satu
2. dua
   - bawah

> Terkutip.

| Arah | Batas |
|---|---|
| Utara | **Laut** |

<b onclick="x">tebal</b> ![gambar](https://contoh.id/b.png)
"""


@pytest.fixture
def prose(report: Report) -> bytes:
    return written(report, Prose(markdown=PROSE))


def test_markdown_becomes_styles(prose: bytes) -> None:
    assert (styled(prose, "Heading 3"), styled(prose, "Heading 4")) == (["Letak"], ["Batas"])
    assert (styled(prose, "List Number"), styled(prose, "List Bullet 2")) == (["satu", "dua"], ["bawah"])
    assert styled(prose, "Quote") == ["Terkutip."]
    first = next(p for p in opened(prose).paragraphs if "tua" in p.text)
    assert [run.text for run in first.runs if run.bold] == ["tua"]
    assert [run.text for run in first.runs if run.italic] == ["kecil"]
    assert [run.text for run in first.runs if run.font.strike] == ["Salah"]
    assert "profil (https://contoh.id/a) dan ini." in first.text
    assert first.text.endswith("©")


def test_html_in_markdown_shows_as_typed_and_an_image_by_its_words(prose: bytes) -> None:
    shown = everything(prose)
    assert '<b onclick="x">tebal</b> gambar' in shown
    assert "b.png" not in shown


def test_table_in_markdown_is_called_by_its_heading(prose: bytes) -> None:
    (table,) = opened(prose).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["Arah", "Batas"], ["Utara", "Laut"]]
    assert table.cell(1, 1).paragraphs[0].runs[0].bold
    assert styled(prose, "Caption") == ["Tabel 4.1 Batas"]


def test_each_numbered_list_begins_at_one(report: Report) -> None:
    items = (Sentence(text="a", id="a"), Sentence(text="b", id="b"))
    data = written(report, Listing(items=items, numbered=True), Listing(items=items, numbered=True))
    own = [p._p.pPr.numPr.numId.val for p in opened(data).paragraphs if p.style.name == "List Number"]
    assert own[0] == own[1] != own[2] == own[3]


# --- Tables, figures, file


def test_tables_fill_the_page_repeat_their_head_and_align_numbers(data: bytes) -> None:
    for table in opened(data).tables:
        assert sum(column.width.cm for column in table.columns) == pytest.approx(TEXT_WIDTH, abs=0.1)
        assert table.rows[0]._tr.findall(f".//{qn('w:tblHeader')}")
    last = opened(data).tables[0].rows[1].cells[-1].paragraphs[0]
    assert last.alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT


def test_columns_give_each_word_its_room() -> None:
    widths = column_widths([["No", "1"], ["Keterlambatan", "x " * 200]], 10)
    assert sum(widths) == pytest.approx(TEXT_WIDTH)
    assert widths[1] > 3 * widths[0]
    many = column_widths([["Keterlambatan"]] * 12, 10)
    assert sum(many) == pytest.approx(TEXT_WIDTH)


def test_figures_are_drawn_at_200_dots_an_inch_within_the_margins_with_words_for_who_cannot_see(data: bytes) -> None:
    shapes = opened(data).inline_shapes
    assert len(shapes) == 6
    for shape in shapes:
        identity = shape._inline.graphic.graphicData.pic.blipFill.blip.embed
        image = opened(data).part.related_parts[identity].image
        assert image.content_type == "image/png"
        assert image.horz_dpi == 200
        assert shape.width.cm <= TEXT_WIDTH + 0.01
        assert shape.width / shape.height == pytest.approx(image.px_width / image.px_height, rel=0.01)
        assert len(shape._inline.docPr.get("descr")) > 20


def test_page_does_not_pay_for_the_drawing_on_paper(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    monkeypatch.setattr(
        "kinerja_study.presentation.displays.drawing.render_png", lambda canvas: drawn.append(canvas) or b"png"
    )
    figure = figure_scale(report.material, "mutu")
    assert drawn == []
    assert isinstance(figure, Figure)
    assert figure.png is not None
    assert figure.png() == b"png"
    assert len(drawn) == 1


def test_same_study_gives_the_same_bytes(ready: tuple[Any, Report, bytes]) -> None:
    tiny, _, data = ready
    assert render_word(Report(tiny.open())) == data
    # What python-docx saves by itself carries the time of day.
    plain = io.BytesIO()
    opened(data).save(plain)
    with zipfile.ZipFile(plain) as theirs, zipfile.ZipFile(io.BytesIO(data)) as ours:
        assert {entry.date_time[0] for entry in ours.infolist()} == {1980}
        assert {entry.date_time[0] for entry in theirs.infolist()} != {1980}


def test_properties_name_the_study_and_its_period_and_nobody(data: bytes) -> None:
    about = opened(data).core_properties
    assert about.title == "Kinerja kantor kecil"
    assert about.created.date().isoformat() == about.modified.date().isoformat() == "2024-03-22"
    assert (about.author, about.last_modified_by, about.comments) == ("", "", "")


# --- The command


def invoke(root: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> Any:
    monkeypatch.chdir(root)
    result = CliRunner().invoke(app, ["export", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_command_writes_the_chapters_and_replaces_what_was_there(
    ready: tuple[Any, Report, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny, _, data = ready
    target = tmp_path / "bab.docx"
    target.write_bytes(b"yang lama")
    result = invoke(tiny.root, monkeypatch, "tiny", str(target))
    assert result.exit_code == 0
    assert "thesis" in result.output
    assert target.read_bytes() == data
    assert [path.name for path in tmp_path.iterdir()] == ["bab.docx"]
    assert invoke(tiny.root, monkeypatch, "tiny", str(target), "--chapter", "3").exit_code == 0
    assert styled(target.read_bytes(), "Heading 1")[0].startswith("BAB III")


def test_chapters_speak_the_language_of_the_last_run(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(tiny, language="en")
    assert invoke(tiny.root, monkeypatch, "tiny", "bab.docx").exit_code == 0
    assert styled((tiny.root / "bab.docx").read_bytes(), "Heading 1")[0].startswith("BAB IV")
    manifest = tiny.root / "reports/tiny/manifest.json"
    manifest.parent.mkdir(parents=True)
    empty = {key: {} for key in ("rules", "versions", "inputs", "notebooks", "outputs")}
    manifest.write_text(json.dumps({**empty, "schema": SCHEMA, "stages": [], "parameters": {"language": "en"}}))
    assert invoke(tiny.root, monkeypatch, "tiny", "bab.docx").exit_code == 0
    assert styled((tiny.root / "bab.docx").read_bytes(), "Heading 1")[0].startswith("CHAPTER IV")


@pytest.mark.parametrize("name", ["bab.odt", "bab", "bab.docx.pdf"])
def test_unknown_ending_is_refused_with_those_that_are_known(
    ready: tuple[Any, Report, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    result = invoke(ready[0].root, monkeypatch, "tiny", str(tmp_path / name))
    assert result.exit_code == 2
    assert ".docx" in result.output
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_into_the_raw_data(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(tiny)
    before = sorted(tiny.raw.rglob("*"))
    for place in ("data/raw/tiny/bab.docx", "data/raw/bab.docx", "notebooks/../data/raw/tiny/bab.docx"):
        result = invoke(tiny.root, monkeypatch, "tiny", place)
        assert result.exit_code == 2
        assert "raw data" in result.output
    assert sorted(tiny.raw.rglob("*")) == before


def test_study_that_has_not_run_is_sent_to_run_first(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    result = invoke(tiny.root, monkeypatch, "tiny", "bab.docx")
    assert result.exit_code == 1
    assert "MissingStageError" in result.output
    assert "kinerja run tiny" in result.output
    assert not (tiny.root / "bab.docx").exists()


def test_private_name_or_number_stops_the_export(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.write("site.md", "# Letak\n\nHubungi 0812-3456-7890.\n")
    prepare(tiny)
    (tiny.root / "bab.docx").write_bytes(b"yang lama")
    result = invoke(tiny.root, monkeypatch, "tiny", "bab.docx")
    assert result.exit_code == 1
    assert "telephone number" in result.output
    assert "0812" not in result.output
    assert (tiny.root / "bab.docx").read_bytes() == b"yang lama"


def test_private_name_with_a_hyphen_at_which_no_line_breaks_is_found(
    tiny: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.replace("informants.csv", "Pedagang", "Pedagang SITI-NUR")
    prepare(tiny)
    tiny.replace("study.toml", "[privacy]", '[privacy]\nkey_file = "private/kunci.csv"')
    (tiny.root / "private").mkdir()
    (tiny.root / "private/kunci.csv").write_text("name,id\nSITI-NUR,W-1\n", encoding="utf-8")
    result = invoke(tiny.root, monkeypatch, "tiny", "bab.docx")
    assert result.exit_code == 1
    assert "a name of the private key file" in result.output
    assert "SITI" not in result.output


def test_missing_folder_is_a_message_and_leaves_nothing(
    ready: tuple[Any, Report, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = invoke(ready[0].root, monkeypatch, "tiny", str(tmp_path / "tidak ada/bab.docx"))
    assert result.exit_code == 1
    assert not list(tmp_path.iterdir())


# --- In an office program


@pytest.mark.slow
def test_office_program_opens_it_and_lays_out_every_chapter(data: bytes, report: Report, tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        if os.environ.get("CI"):
            pytest.fail("soffice is missing: apt-get install libreoffice-writer-nogui")
        pytest.skip("soffice is missing: apt-get install libreoffice-writer-nogui")
    (tmp_path / "bab.docx").write_bytes(data)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "bab.docx"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=180, check=False)
    page = tmp_path / "bab.pdf"
    assert page.is_file(), done.stdout + done.stderr
    assert len(re.findall(rb"/Type\s*/Page\b", page.read_bytes())) > 3
    if shutil.which("pdftotext") is None:
        return
    found = subprocess.run(["pdftotext", str(page), "-"], capture_output=True, text=True, timeout=60, check=True)
    text = " ".join(found.stdout.split())
    for expected in ("BAB IV HASIL DAN PEMBAHASAN", "4.2 Mutu pekerjaan", "Suratnya asal jadi.", "Tabel 4.1",
                     "BAB V PENUTUP", "5.2 Saran", "(Wawancara sintetis, 8 Maret 2024)"):  # fmt: skip
        assert expected in text
    pages = found.stdout.count("\f")
    assert found.stdout.count(report.material.wording.say("front.banner")) == pages

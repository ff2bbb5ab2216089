"""The report in HTML: what the field typed shows as typed, and every sentence leads to the words behind it."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import itertools
import re
from functools import partial

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter

from kinerja_study.presentation.blocks import (
    Bar,
    Cell,
    Figure,
    Front,
    Listing,
    Mark,
    Paragraph,
    Prose,
    Quotation,
    Quote,
    Record,
    Section,
    Sentence,
    Table,
    Transcript,
    TranscriptTurn,
    Verdict,
)
from kinerja_study.presentation.html import (
    TEMPLATES,
    HtmlRenderer,
    contents,
    interface_words,
    page_resources,
    style_and_script,
)

HOSTILE = """<script>alert(1)</script></style>{{ 7*7 }} $x$ **x** <img src=x onerror="alert(2)"> "' &amp; ]]>"""

QUOTE = Quote(
    coding_id="A1", document_id="W-01", text="Tiap Senin kami bagi.", before="Begini,", after="Itu saja.",
    code="KER-BAGITUGAS", code_label="Pembagian tugas", magnitude=1, group="staf", group_label="Staf", withheld=False,
    speaker="Staf pelayanan (INF-06)", source="Wawancara sintetis, 12 Maret 2018", coder="A", place="s-A1",
)  # fmt: skip
CONTRARY = dataclasses.replace(QUOTE, coding_id="A2", text="Yang mengerjakan itu-itu saja.", magnitude=-2, place="s-A2")
NEUTRAL = dataclasses.replace(QUOTE, coding_id="A3", text="Ada papan tugas.", magnitude=0, place="s-A3")
SECRET = "Jangan tulis ini."  # noqa: S105
WITHHELD = dataclasses.replace(
    QUOTE, coding_id="A4", text=SECRET, before=SECRET, after=SECRET, withheld=True, place="s-A4"
)
QUOTES = {quote.coding_id: quote for quote in (QUOTE, CONTRARY, NEUTRAL, WITHHELD)}
RECORDS = {
    "services:share": Record(id="services:share", label="Dalam standar", text="71,4 % selesai dalam waktu standar.")
}

FULL = Sentence(
    id="H-1", text="Tugas dibagi.", supporting=("A1", "A4"), contrary=("A2",), neutral=("A3",),
    records=("services:share",),
)  # fmt: skip
AGAIN = dataclasses.replace(FULL, id="H-2", text="Tugas dibagi, sekali lagi.")
BARE = Sentence(id="H-3", text="Tidak ada yang menyinggungnya.")
PLAIN = Sentence(text="Staf pelayanan (INF-06) mengatakan:", asserts=False)
TABLE = Table(
    id="tabel-1", caption="Waktu pelayanan", headings=("Layanan", "Median"), source="Sumber: tabel.", note="Menit.",
    rows=((Cell(text="KTP", href="#teks-W-01"), Cell(text="12,5", number=True, side="against")),),
)  # fmt: skip
FIGURE = Figure(
    id="gambar-1", caption="Letak sumber", alt="Empat titik.", svg='<svg viewBox="0 0 4 4"><path d="M0 0h4"/></svg>',
    source="Sumber: teks sintetis.", table=dataclasses.replace(TABLE, id="tabel-g1"),
)  # fmt: skip
PROSE = Prose(markdown="# Kota\n\nKota **besar**, [situs](https://example.org/?a=1&b=2).\n\n### Letak\n\nDi pesisir.")
SECTION = Section(
    id="hasil", title="Hasil", blocks=(PROSE,),
    sections=(
        Section(
            id="hasil-kualitas", title="Kualitas",
            blocks=(Paragraph(sentences=(FULL, AGAIN, BARE, PLAIN)), Quotation(quote=QUOTE), Quotation(quote=WITHHELD),
                    Listing(items=(dataclasses.replace(FULL, id="C-1"),), numbered=True), TABLE, FIGURE),
        ),
    ),
)  # fmt: skip
VERDICT = Verdict(
    focus="kualitas", label="Kualitas", href="#hasil-kualitas", level="cukup baik", level_index=2, score=57.25,
    sentence=dataclasses.replace(FULL, id="R-1", neutral=()),
    marks=(
        Mark(label="Staf", group="staf", value=57, counted=True),
        Mark(label="Warga", group="warga", value=58, counted=False),
    ),
    split=True, heard="12 dari 14 informan", holds="tetap", grade="sedang",
)  # fmt: skip
BAR = Bar(
    label="Pasokan listrik", href="#hasil-kualitas", cases=3, text="3 sumber",
    sentence=Sentence(id="R-2", text="Listrik disebut menghambat.", supporting=("A2",)),
)  # fmt: skip
FRONT = Front(
    title="Kinerja pegawai", site="Kantor Kecamatan", facts="14 informan", scale_note="Skala.",
    scale=((20, "tidak baik"), (36, "kurang baik"), (52, "cukup baik"), (68, "baik"), (84, "sangat baik")),
    verdicts=(VERDICT,), obstacles=(BAR,), of_cases=14, groups=(("staf", "Staf"), ("warga", "Warga")),
    recommendations=(Sentence(id="R-3", text="Menyediakan genset.", supporting=("A2",)),),
)  # fmt: skip
TURN = TranscriptTurn(
    anchor="t-W-01-1", speaker="INF-06", withheld=False,
    pieces=(("Begini, ", ()), ("Tiap Senin", ("A1",)), (" kami bagi.", ("A1", "A2", "A3")), (" Itu saja.", ())),
)  # fmt: skip
CLOSED = TranscriptTurn(anchor="t-W-01-2", speaker="INF-07", pieces=((SECRET, ("A4",)),), withheld=True)
TRANSCRIPT = Transcript(anchor="teks-W-01", title="W-01", facts="Wawancara sintetis", turns=(TURN, CLOSED))
USED_BY = {"A1": [("H-1", FULL.text), ("H-2", AGAIN.text)], "A2": [("R-2", BAR.sentence.text)]}


@pytest.fixture
def renderer() -> HtmlRenderer:
    return HtmlRenderer(QUOTES, RECORDS, "id")


def parse(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


def draw(block: object, *, quote: Quote = QUOTE, record: Record = RECORDS["services:share"]) -> str:
    """Draw anything, with a quote and a record of one's own."""
    renderer = HtmlRenderer(QUOTES | {quote.coding_id: quote}, {record.id: record}, "id")
    match block:
        case Front():
            return renderer.render_front(block)
        case Section():
            return renderer.render_section(block)
        case Transcript():
            return renderer.render_transcripts([block], USED_BY)
        case _:
            return renderer.render_block(block)


def study_cells() -> list[str]:
    renderer = HtmlRenderer(QUOTES, RECORDS, "id")
    return [
        renderer.render_front(FRONT),
        renderer.render_section(SECTION),
        renderer.render_section(Section(id="teks", title="Teks")),
        renderer.render_transcripts([TRANSCRIPT], USED_BY),
    ]


@pytest.fixture(scope="module")
def page() -> str:
    cells = []
    for number, text in enumerate(study_cells()):
        cell = nbformat.v4.new_code_cell("report.show()", id=f"cell{number}")
        cell.outputs = [nbformat.v4.new_output("display_data", data={"text/html": text, "text/plain": "Html"})]
        cells.append(cell)
    resources = page_resources(
        language="id",
        title=f"Kinerja {HOSTILE}",
        banner=f"Data sintetis {HOSTILE}",
        footer=HOSTILE,
        toc=[{"id": "ringkasan", "title": HOSTILE, "level": 2}, *contents([SECTION])],
        sources=[{"notebook": f"01 {HOSTILE}", "cells": [f"a < b & c  # {HOSTILE}"]}],
    )
    exporter = HTMLExporter(
        template_name="laporan", extra_template_basedirs=[str(TEMPLATES / "nbconvert")], exclude_anchor_links=True
    )
    return str(exporter.from_notebook_node(nbformat.v4.new_notebook(cells=cells), resources=resources)[0])


def hostile_drawings() -> dict[str, partial[str]]:
    """Every field that a person fills, filled with what would do harm, one at a time."""
    drawings = {}
    evidence = Paragraph(sentences=(FULL,))
    for name in ("text", "before", "after", "code", "code_label", "group_label", "speaker", "source", "coder"):
        drawings[f"quote.{name}"] = partial(draw, evidence, quote=dataclasses.replace(QUOTE, **{name: HOSTILE}))
    for name in ("text", "speaker", "source"):
        drawings[f"quotation.{name}"] = partial(draw, Quotation(quote=dataclasses.replace(QUOTE, **{name: HOSTILE})))
    drawings["record.text"] = partial(
        draw, evidence, record=Record(id="services:share", label="Dalam standar", text=HOSTILE)
    )
    drawings["sentence.text"] = partial(draw, Paragraph(sentences=(dataclasses.replace(FULL, text=HOSTILE),)))
    drawings["sentence.bare"] = partial(draw, Paragraph(sentences=(dataclasses.replace(BARE, text=HOSTILE),)))
    drawings["sentence.plain"] = partial(draw, Paragraph(sentences=(dataclasses.replace(PLAIN, text=HOSTILE),)))
    drawings["listing"] = partial(draw, Listing(items=(dataclasses.replace(FULL, text=HOSTILE),)))
    for name in ("caption", "source", "note"):
        drawings[f"table.{name}"] = partial(draw, dataclasses.replace(TABLE, **{name: HOSTILE}))
    drawings["table.heading"] = partial(draw, dataclasses.replace(TABLE, headings=(HOSTILE, "b")))
    row = (Cell(text=HOSTILE), Cell(text=HOSTILE, href="#a"))
    drawings["cell.text"] = partial(draw, dataclasses.replace(TABLE, rows=(row,)))
    for name in ("caption", "source", "alt"):
        drawings[f"figure.{name}"] = partial(draw, dataclasses.replace(FIGURE, **{name: HOSTILE}))
    drawings["section.title"] = partial(draw, Section(id="hasil", title=HOSTILE))
    for name in ("title", "site", "facts", "scale_note"):
        drawings[f"front.{name}"] = partial(draw, dataclasses.replace(FRONT, **{name: HOSTILE}))
    for name in ("label", "level", "heard", "holds", "grade"):
        verdict = dataclasses.replace(VERDICT, **{name: HOSTILE})
        drawings[f"verdict.{name}"] = partial(draw, dataclasses.replace(FRONT, verdicts=(verdict,)))
    for name in ("label", "text"):
        bar = dataclasses.replace(BAR, **{name: HOSTILE})
        drawings[f"bar.{name}"] = partial(draw, dataclasses.replace(FRONT, obstacles=(bar,)))
    drawings["group.label"] = partial(draw, dataclasses.replace(FRONT, groups=(("staf", HOSTILE), ("warga", "Warga"))))
    for name in ("title", "facts"):
        drawings[f"transcript.{name}"] = partial(draw, dataclasses.replace(TRANSCRIPT, **{name: HOSTILE}))
    turns = (dataclasses.replace(TURN, speaker=HOSTILE), dataclasses.replace(TURN, pieces=((HOSTILE, ("A1",)),)))
    for name, turn in zip(("speaker", "piece"), turns, strict=True):
        drawings[f"turn.{name}"] = partial(draw, dataclasses.replace(TRANSCRIPT, turns=(turn,)))
    return drawings


HOSTILE_DRAWINGS = hostile_drawings()


@pytest.mark.parametrize("name", HOSTILE_DRAWINGS)
def test_what_the_field_typed_shows_as_typed(name: str) -> None:
    drawn = parse(HOSTILE_DRAWINGS[name]())
    shown = drawn.get_text() + "".join(e.get("aria-label", "") + e.get("data-group", "") for e in drawn.find_all())
    assert HOSTILE in shown
    assert not drawn.find_all(["script", "img", "style", "strong", "em"])
    assert not [e for e in drawn.find_all() if any(a.startswith("on") for a in e.attrs)]


def test_without_escaping_the_script_would_get_through(renderer: HtmlRenderer) -> None:
    renderer._environment.autoescape = False
    assert parse(renderer.render_section(Section(id="hasil", title=HOSTILE))).find("script")


def test_html_in_the_site_description_shows_as_typed(renderer: HtmlRenderer) -> None:
    drawn = parse(
        renderer.render_block(
            Prose(markdown=f"<div onclick=x>blok</div>\n\nKota {HOSTILE}\n\n![peta](https://a.b/c.png)")
        )
    )
    assert not drawn.find_all(["script", "img", "style"])
    assert "<div onclick=x>blok</div>" in drawn.get_text()
    assert "<script>alert(1)</script></style>{{ 7*7 }} $x$" in drawn.get_text()
    assert drawn.find("strong").get_text() == "x"
    assert "peta" in drawn.get_text()


def test_links_in_the_site_description_go_to_the_web_or_nowhere(renderer: HtmlRenderer) -> None:
    markdown = (
        "[a](javascript:alert(1)) [dua](https://example.org/?a=1&b=2) [c](data:text/html,x) <javascript:alert(2)>"
    )
    drawn = parse(renderer.render_block(Prose(markdown=markdown)))
    assert [link["href"] for link in drawn.find_all("a")] == ["https://example.org/?a=1&b=2"]
    assert "dua (https://example.org/?a=1&b=2)" in drawn.get_text()


def test_headings_of_prose_lie_below_their_section_without_gaps(renderer: HtmlRenderer) -> None:
    prose = Prose(markdown="### Dalam\n\n# Luar\n\n#### Jauh\n\n## Sedang")
    drawn = parse(renderer.render_block(prose, level=3))
    assert [h.name for h in drawn.find_all(re.compile("^h[1-6]$"))] == ["h4", "h4", "h5", "h5"]


def test_mark_leads_to_the_quote_of_every_coding(renderer: HtmlRenderer) -> None:
    drawn = parse(renderer.render_block(Paragraph(sentences=(FULL,))))
    claim = drawn.find(attrs={"data-claim": "H-1"})
    mark = claim.find("a", class_="mark")
    evidence = drawn.find(id=mark["href"].removeprefix("#"))
    assert claim["id"] == "k-H-1"
    assert mark["href"].startswith("#ev-")
    assert evidence["data-evidence"].split() == ["A1", "A4", "A2", "A3", "services:share"]
    for coding in ("A1", "A2", "A3"):
        assert QUOTES[coding].text in evidence.get_text()
    assert RECORDS["services:share"].text in evidence.get_text()
    assert mark["aria-label"] == "Bukti: 2 mendukung, 1 sebaliknya, 1 netral, 1 catatan"
    assert evidence.find_parent("details")["name"] == "bukti"


def test_evidence_shows_who_said_it_where_and_how_it_was_coded(renderer: HtmlRenderer) -> None:
    drawn = parse(renderer.render_block(Paragraph(sentences=(FULL,))))
    first, contrary = drawn.find("li", attrs={"data-coding": "A1"}), drawn.find("li", attrs={"data-coding": "A2"})
    for shown in ("positif +1", QUOTE.code, QUOTE.code_label, QUOTE.before, QUOTE.after, QUOTE.speaker, QUOTE.source):
        assert shown in first.get_text()
    assert f"koding {QUOTE.coder}" in first.get_text()
    assert first.find("a")["href"] == "#s-A1"
    assert "negatif −2" in contrary.get_text()
    assert "netral 0" in drawn.find("li", attrs={"data-coding": "A3"}).get_text()


def test_sentences_whose_ids_clash_stay_apart(renderer: HtmlRenderer) -> None:
    other = dataclasses.replace(FULL, text="Lain lagi.")
    claims = parse(renderer.render_block(Paragraph(sentences=(FULL, other)))).find_all(attrs={"data-claim": True})
    assert [(claim["id"], claim["data-claim"]) for claim in claims] == [("k-H-1", "H-1"), ("k-H-1-2", "H-1-2")]


def test_first_sentence_owns_the_evidence_that_later_ones_share(renderer: HtmlRenderer) -> None:
    first = parse(renderer.render_block(Paragraph(sentences=(FULL,))))
    later = parse(renderer.render_block(Paragraph(sentences=(AGAIN,))))
    assert len(first.find_all(attrs={"data-evidence": True})) == 1
    assert not later.find_all(attrs={"data-evidence": True})
    assert later.find("a", class_="mark")["href"] == first.find("a", class_="mark")["href"]


def test_evidence_of_the_sentence_before_is_marked_by_a_ditto_that_leads_there(renderer: HtmlRenderer) -> None:
    other = dataclasses.replace(FULL, id="H-8", contrary=())
    drawn = parse(renderer.render_block(Paragraph(sentences=(FULL, PLAIN, AGAIN, other, FULL))))
    marks = drawn.find_all("a", class_="mark")
    assert ["again" in mark["class"] for mark in marks] == [False, True, False, False]
    assert marks[0]["href"] == marks[1]["href"] == marks[3]["href"] != marks[2]["href"]
    assert marks[1]["aria-label"] == f"Sama dengan kalimat sebelumnya. {marks[0]['aria-label']}"
    assert [note.get_text() for note in drawn.find_all(class_="others")] == ["+ 2 kalimat lain dalam paragraf ini"]


def test_sentences_without_evidence_share_none(renderer: HtmlRenderer) -> None:
    drawn = parse(renderer.render_block(Paragraph(sentences=(BARE, dataclasses.replace(BARE, id="H-4")))))
    assert not drawn.find_all("a")
    assert len(drawn.find_all(class_="none")) == 2


def test_line_never_breaks_within_an_id_and_copying_gives_the_text(renderer: HtmlRenderer) -> None:
    text = "Staf (INF-06) & <b>KUA-TELITI-2</b>, bersama-sama, PermenPAN-RB, 2018-03"
    drawn = parse(renderer.render_block(Paragraph(sentences=(dataclasses.replace(BARE, text=text),))))
    assert [span.get_text() for span in drawn.find_all(class_="id")] == ["INF-06", "KUA-TELITI-2"]
    assert text in drawn.get_text()


def test_same_codings_on_other_sides_are_other_evidence(renderer: HtmlRenderer) -> None:
    turned = dataclasses.replace(FULL, id="H-9", supporting=FULL.contrary, contrary=FULL.supporting)
    drawn = parse(renderer.render_block(Paragraph(sentences=(FULL, turned))))
    assert len({mark["href"] for mark in drawn.find_all("a", class_="mark")}) == 2


def test_assertion_without_evidence_says_so_and_leads_nowhere(renderer: HtmlRenderer) -> None:
    claim = parse(renderer.render_block(Paragraph(sentences=(BARE,)))).find(attrs={"data-claim": "H-3"})
    assert "tanpa bukti" in claim.find(class_="mark").get_text()
    assert not claim.find("a")


def test_sentence_that_asserts_nothing_has_no_mark(renderer: HtmlRenderer) -> None:
    drawn = parse(renderer.render_block(Paragraph(sentences=(PLAIN,))))
    assert PLAIN.text in drawn.get_text()
    assert not drawn.find_all(attrs={"data-claim": True})
    assert not drawn.find_all(class_="mark")


def test_withheld_words_appear_nowhere(page: str) -> None:
    assert SECRET not in page
    drawn = parse(page)
    assert "tidak dikutip atas permintaan informan" in drawn.find("li", attrs={"data-coding": "A4"}).get_text()
    assert QUOTE.code in drawn.find("li", attrs={"data-coding": "A4"}).get_text()
    assert "tidak dikutip atas permintaan informan" in drawn.find(id="t-W-01-2").get_text()


def test_ids_are_unique_over_several_calls(renderer: HtmlRenderer) -> None:
    paragraph = Paragraph(sentences=(FULL, AGAIN, FULL))
    text = "".join(renderer.render_block(paragraph) for _ in range(3)) + renderer.render_block(
        Paragraph(sentences=(dataclasses.replace(FULL, contrary=()),))
    )
    ids = [element["id"] for element in parse(text).find_all(id=True)]
    assert len(ids) == len(set(ids)) == 10 + 2


def test_every_link_of_the_page_leads_somewhere_in_it(page: str) -> None:
    drawn = parse(page)
    ids = [element["id"] for element in drawn.find_all(id=True)]
    links = {link["href"] for link in drawn.find_all("a", href=True) if link["href"].startswith("#")}
    assert len(ids) == len(set(ids))
    assert len(links) > 10
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_page_asks_nobody_for_anything(page: str) -> None:
    drawn = parse(page)
    assert not drawn.find_all(["link", "iframe", "object", "embed", "base"])
    assert not [e for e in drawn.find_all(src=True) if not e["src"].startswith("data:")]
    assert not drawn.find_all(["use", "image"], href=re.compile("^[^#]"))
    assert not re.search(r"url\(|@import", drawn.find("style").get_text())


def test_page_has_no_inline_style_or_handler(page: str) -> None:
    assert not [e for e in parse(page).find_all() if any(a == "style" or a.startswith("on") for a in e.attrs)]


def test_policy_allows_this_style_and_script_and_no_other(page: str) -> None:
    drawn = parse(page)
    policy = drawn.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    allowed = re.findall(r"'sha256-([^']+)'", policy)
    inline = [e.string for e in drawn.find_all(["style", "script"])]
    assert [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inline] == allowed
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_page_shows_what_the_binder_passes_as_typed(page: str) -> None:
    drawn = parse(page)
    assert drawn.title.get_text() == f"Kinerja {HOSTILE}"
    assert drawn.find("footer").find("p").get_text() == f"Data sintetis {HOSTILE}"
    assert drawn.find("nav").find("a").get_text() == HOSTILE
    assert HOSTILE in drawn.find("section", class_="code").get_text()
    assert len(drawn.find_all("script")) == len(drawn.find_all("style")) == 1
    assert not drawn.find_all("img")


def test_running_head_cannot_leave_its_string() -> None:
    style = style_and_script('"}</style><script>alert(1)</script>')[0]
    assert "<" not in style.split("@top-center")[-1]
    assert style.count('"', style.rindex("@top-center")) == 2


def test_code_is_shown_in_the_appendix_only(page: str) -> None:
    drawn = parse(page)
    assert "report.show()" not in drawn.get_text()
    assert "a < b & c" in drawn.find("section", class_="code").find("pre").get_text()


def test_page_is_in_its_language_with_landmarks(page: str) -> None:
    drawn = parse(page)
    assert drawn.html["lang"] == "id"
    assert drawn.find("nav")["aria-label"] == "Isi"
    assert drawn.find("a", class_="skip")["href"] == f"#{drawn.main['id']}"


def test_headings_follow_each_other_without_a_gap(page: str) -> None:
    levels = [int(h.name[1]) for h in parse(page).find_all(re.compile("^h[1-6]$"))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_table_is_a_table_that_scrolls_by_itself(renderer: HtmlRenderer) -> None:
    region = parse(renderer.render_block(TABLE)).find(class_="scroll")
    assert region["tabindex"] == "0"
    assert region["aria-label"] == region.find("caption").get_text() == "Waktu pelayanan"
    assert [th["scope"] for th in region.find_all("th")] == ["col", "col", "row"]
    assert "number" in region.find("td")["class"]
    assert region.find("th", scope="row").find("a")["href"] == "#teks-W-01"


def test_label_of_the_row_above_is_only_heard_and_a_column_of_numbers_is_one(renderer: HtmlRenderer) -> None:
    label = Cell(text="KTP")
    rows = (
        (label, Cell(text="–")),
        (label, Cell(text="3", number=True)),
        (Cell(text="KK"), Cell(text="4", number=True)),
    )
    drawn = parse(renderer.render_block(dataclasses.replace(TABLE, rows=rows)))
    first, again, other = drawn.find("tbody").find_all("th")
    assert [bool(cell.find(class_="unseen")) for cell in (first, again, other)] == [False, True, False]
    assert again.get_text() == "KTP"
    assert all("number" in cell["class"] for cell in [drawn.find_all("th")[1], *drawn.find("tbody").find_all("td")])


def test_long_table_lies_closed_under_its_caption(renderer: HtmlRenderer) -> None:
    rows = TABLE.rows * 16
    drawn = parse(renderer.render_block(dataclasses.replace(TABLE, rows=rows)))
    assert drawn.find("details", class_="rows").find("summary").get_text() == "Waktu pelayanan 16 baris"
    assert len(drawn.find("tbody").find_all("tr")) == 16
    assert not parse(renderer.render_block(dataclasses.replace(TABLE, rows=rows[:15]))).find("details")


def test_figure_has_words_and_numbers_beside_it(renderer: HtmlRenderer) -> None:
    figure = parse(renderer.render_block(FIGURE)).find("figure")
    assert figure.find("svg")["role"] == "img"
    assert figure.find("svg")["aria-label"] == "Empat titik."
    assert figure.find("figcaption").get_text() == "Letak sumber"
    assert figure.find("details").find("table")


def test_front_tells_the_groups_apart_without_colour(renderer: HtmlRenderer) -> None:
    scale = parse(renderer.render_front(FRONT)).find("svg", class_="scale")
    counted, uncounted = scale.find_all(class_="dot")
    assert counted.decode_contents() != uncounted.decode_contents()
    assert "out" in uncounted["class"]
    assert scale["aria-label"] == "skor 57,25; Staf 57; Warga 58 (tidak dihitung)"
    assert scale.find(class_="here")["x"] == "96"
    # 57 and 58 would lie on each other: they stand in two rows.
    assert counted["transform"].split()[1] != uncounted["transform"].split()[1]


def test_front_without_a_score_says_why_and_draws_no_diamond(renderer: HtmlRenderer) -> None:
    sentence = Sentence(id="R-1", text="Kualitas: belum dapat dinilai (dua informan).")
    verdict = dataclasses.replace(VERDICT, sentence=sentence, score=None, level="belum dapat dinilai", level_index=-1)
    row = parse(renderer.render_front(dataclasses.replace(FRONT, verdicts=(verdict,)))).find("td", class_="verdict")
    assert not row.find(class_="diamond")
    assert "(dua informan)" in row.find(class_="reason").get_text()


def test_span_leads_back_to_every_sentence_that_uses_it(renderer: HtmlRenderer) -> None:
    turn = parse(renderer.render_transcripts([TRANSCRIPT], USED_BY)).find(id="t-W-01-1")
    notes = turn.find("ul", class_="codings").find_all("li", recursive=False)
    assert [link["href"] for link in notes[0].find_all("a")] == ["#k-H-1", "#k-H-2"]
    assert notes[0].find("summary").get_text() == "dipakai oleh 2 kalimat"
    assert not notes[2].find_all("a")


def test_overlapping_codings_are_marked_lettered_and_found_once(renderer: HtmlRenderer) -> None:
    turn = parse(renderer.render_transcripts([TRANSCRIPT], {})).find(id="t-W-01-1")
    assert [mark["class"] for mark in turn.find_all("mark")] == [["c1"], ["c3"]]
    assert [sup.get_text() for sup in turn.find(class_="said").find_all("sup")] == ["a", "b", "c"]
    assert [span["id"] for span in turn.find_all("span", id=True)] == ["s-A1", "s-A2", "s-A3"]
    said = turn.find(class_="said")
    for sup in said.find_all("sup"):
        sup.decompose()
    assert said.get_text() == "Begini, Tiap Senin kami bagi. Itu saja."


def test_two_codings_of_the_same_words_have_one_place(renderer: HtmlRenderer) -> None:
    renderer._quotes |= {"A5": dataclasses.replace(QUOTE, coding_id="A5", code="KER-LAIN")}
    turn = dataclasses.replace(TURN, pieces=(("Tiap Senin kami bagi.", ("A1", "A5")),))
    drawn = parse(renderer.render_transcripts([dataclasses.replace(TRANSCRIPT, turns=(turn,))], {}))
    assert len(drawn.find_all(id=QUOTE.place)) == 1
    assert len(drawn.find("ul", class_="codings").find_all("li")) == 2


def test_both_languages_have_the_same_words() -> None:
    indonesian, english = interface_words("id"), interface_words("en")
    assert indonesian.keys() == english.keys()
    assert all(indonesian[key] != english[key] for key in indonesian)


def test_same_study_gives_the_same_bytes() -> None:
    assert study_cells() == study_cells()

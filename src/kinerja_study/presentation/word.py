"""The findings and closing chapters as a Word document for a thesis, from the same blocks as the report.

Owns what becomes of each block on paper, and the appendices that lead from a sentence to the words behind it; the
layout is that of ``word_layout``, and every sentence is written elsewhere.
"""

from __future__ import annotations

import io
from collections.abc import Sequence, Set
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Cm
from docx.table import Table as WordTable
from docx.table import _Row
from docx.text.paragraph import Paragraph as WordParagraph

from kinerja_study.presentation.blocks import (
    Block,
    Cell,
    Figure,
    Listing,
    Paragraph,
    Prose,
    Quotation,
    Quote,
    Section,
    Sentence,
    Table,
)
from kinerja_study.presentation.figures.svg import ILLEGAL
from kinerja_study.presentation.html import interface_words
from kinerja_study.presentation.material import Material
from kinerja_study.presentation.report import Report, asserting
from kinerja_study.presentation.word_evidence import EvidenceTables
from kinerja_study.presentation.word_layout import (
    CENTER,
    END,
    LISTS,
    TEXT_WIDTH,
    ThesisLayout,
    add_field,
    add_text,
    column_widths,
    mark_row,
    number_paragraph,
    set_cell_margins,
)
from kinerja_study.presentation.word_prose import Run, add_runs, write_prose
from kinerja_study.presentation.wording import upper_first

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
"""Numbers of chapters."""

MOST_COLUMNS = 6
"""Of a table in letters of the usual size."""

LONGEST_KEPT = 20
"""Rows of a table that is not broken at the end of a page."""


def render_word(report: Report, chapter: int = 4) -> bytes:
    """Return the chapters as a .docx file.

    Parameters
    ----------
    report : Report
        Of a study whose notebooks have run.
    chapter : int
        Number of the findings chapter, 1 to 9; the closing chapter has the next one.

    Raises
    ------
    MissingStageError
        A notebook has not run.
    """
    writer = WordWriter(report.material)
    writer.add_chapter(report.findings, chapter)
    writer.add_chapter(report.closing, chapter + 1)
    writer.add_evidence(asserting((report.findings, report.closing)))
    return writer.finish()


class WordWriter:
    """Writes chapters and appendices one after the other.

    Parameters
    ----------
    material : Material
        Of the study.
    """

    def __init__(self, material: Material) -> None:
        self.material, self.say = material, material.wording.say
        self._words = interface_words(material.study.language)
        self._layout = ThesisLayout(material.study.language, self.say("front.banner") if material.synthetic else "")
        self._file = self._layout.file
        self._chapter = 0
        self._numbering = 0
        self._counts: dict[str, int] = {}
        self._listed: dict[str, list[tuple[str, str, str]]] = {"contents": [], "table": [], "figure": []}
        self._places = {}
        for kind in ("contents", "tables", "figures"):
            self._paragraph(self.say(f"thesis.{kind}").upper(), "TOC Heading")
            self._places[kind] = self._paragraph("", "toc 1" if kind == "contents" else "table of figures")

    def add_chapter(self, section: Section, number: int) -> None:
        """Add a chapter on a new page, its parts numbered below it."""
        self._chapter = number
        self._numbering = self._layout.add_numbering(
            [("decimal", f"{number}.%1", 1.0, 1.0), ("decimal", f"{number}.%1.%2", 1.25, 1.25),
             ("decimal", f"{number}.%1.%2.%3", 1.6, 1.6)]
        )  # fmt: skip
        self._counts = {}
        self._title(self.say("thesis.chapter", number=ROMAN[number - 1]), section.title)
        self._section(section, 1)

    def add_evidence(self, sentences: Sequence[Sentence]) -> None:
        """Add the appendices: what each sentence rests on, and every coded quotation by its number."""
        evidence = EvidenceTables(self.material)
        for place, (kind, columns, rows) in enumerate(
            (
                ("evidence", ("id", "sentence", "evidence"), evidence.sentence_rows(sentences)),
                ("quotes", ("number", "quote", "coding"), evidence.quote_rows()),
            ),
            start=1,
        ):
            self._title(self.say("thesis.appendix", number=place), self.say(f"thesis.{kind}"))
            self._paragraph(self.say(f"thesis.{kind}_note"), "Body Text")
            self._grid([self.say(f"thesis.heading_{column}") for column in columns], rows, "Small Table Text")

    def finish(self) -> bytes:
        """Fill the lists at the front and return the file."""
        label = {kind: self.say(f"thesis.{kind}") for kind in ("table", "figure")}
        fill, listed = self._layout.fill_list, self._listed
        fill(self._places["contents"], 'TOC \\o "1-3" \\h \\z \\u', listed["contents"])
        fill(self._places["tables"], f'TOC \\h \\z \\c "{label["table"]}"', listed["table"])
        fill(self._places["figures"], f'TOC \\h \\z \\c "{label["figure"]}"', listed["figure"])
        about = self.material.definition.study
        return self._layout.pack(_clean(about.title), about.period.end)

    # What prose is written on

    def add_heading(self, text: str, level: int) -> None:
        """Add a numbered heading of a chapter's part."""
        heading = self._paragraph("", f"Heading {level}")
        bookmark, end = self._layout.begin_bookmark(heading)
        heading.add_run(_clean(text))
        heading._p.append(end)
        number = ""
        if 2 <= level <= 4:
            number_paragraph(heading, self._numbering, level - 2)
            number = f"{self._next_number(level)} "
        if level <= 3:
            self._listed["contents"].append((f"toc {level}", f"{number}{_clean(text)}", bookmark))

    def add_paragraph(self, text: str, style: str) -> WordParagraph:
        """Add a paragraph."""
        return self._paragraph(text, style)

    def add_list(self, *, numbered: bool, depth: int) -> int | None:
        """Begin a list; a numbered one begins at 1."""
        left = 0.75 * (depth + 1)
        return self._layout.add_numbering([("decimal", "%1.", left, 0.75)]) if numbered else None

    def add_item(self, numbering: int | None, depth: int) -> WordParagraph:
        """Add an item to a list."""
        styles = LISTS[3:] if numbering is None else LISTS[:3]
        item = self._paragraph("", styles[min(depth, 2)])
        if numbering is not None:
            number_paragraph(item, numbering, 0)
        return item

    def add_plain_table(self, title: str, rows: Sequence[Sequence[Sequence[Run]]]) -> None:
        """Add a table of the study's own text."""
        self._caption("table", title)
        headings = ["".join(text for text, _ in cell) for cell in rows[0]]
        self._grid(headings, rows[1:], "Table Text")
        self._paragraph(self.say("thesis.site_source"), "Source")

    # Blocks

    def _section(self, section: Section, level: int) -> None:
        for block in section.blocks:
            self._block(block, section.title, level)
        for part in section.sections:
            self.add_heading(part.title, level + 1)
            self._section(part, level + 1)

    def _block(self, block: Block, title: str, level: int) -> None:
        match block:
            case Paragraph():
                text = " ".join(sentence.text for sentence in block.sentences)
                introduces = any(not sentence.asserts for sentence in block.sentences[-1:])
                self._paragraph(text, "Body Text").paragraph_format.keep_with_next = introduces
            case Quotation():
                self._quotation(block.quote)
            case Listing():
                numbering = self.add_list(numbered=block.numbered, depth=0)
                for sentence in block.items:
                    add_text(self.add_item(numbering, 0), _clean(sentence.text))
            case Table():
                self._table(block)
            case Figure():
                self._figure(block)
            case Prose():
                write_prose(_clean(block.markdown), self, title, level)

    def _quotation(self, quote: Quote) -> None:
        if quote.withheld:
            self._paragraph(self._words["withheld"], "Quote")
            return
        self._paragraph(f"“{' '.join(quote.text.split())}”", "Quote")
        self._paragraph(f"{upper_first(quote.speaker)} ({quote.source})", "Quote Source")

    def _table(self, table: Table) -> None:
        reference = self._paragraph("", "Body Text")
        bookmark, number = self._caption("table", table.caption)
        self._refer(reference, "table", bookmark, number, table.caption)
        body = [[[(cell.text, frozenset[str]())] for cell in row] for row in table.rows]
        style = "Table Text" if len(table.headings) <= MOST_COLUMNS else "Small Table Text"
        numbers = {place for row in table.rows for place, cell in enumerate(row) if cell.number}
        grid = self._grid(table.headings, body, style, numbers)
        for row, cells in zip(grid.rows[1:], table.rows, strict=True):
            _align_numbers(row, cells)
        self._paragraph(" ".join(part for part in (table.note, self._source(table.source)) if part), "Source")

    def _figure(self, figure: Figure) -> None:
        if figure.table is not None and not figure.told:
            self._table(figure.table)
        reference = self._paragraph("", "Body Text")
        if figure.png is not None:
            drawing: Any = self._paragraph("", "Figure").add_run().add_picture(io.BytesIO(figure.png()))
            if drawing.width > Cm(TEXT_WIDTH):
                drawing.height = int(drawing.height * Cm(TEXT_WIDTH) / drawing.width)
                drawing.width = Cm(TEXT_WIDTH)
            drawing._inline.docPr.set("descr", _clean(figure.alt))
            for side in ("distT", "distB", "distL", "distR"):
                drawing._inline.set(side, "0")
        bookmark, number = self._caption("figure", figure.caption)
        self._refer(reference, "figure", bookmark, number, figure.caption)
        self._paragraph(self._source(figure.source), "Source")

    def _refer(self, reference: WordParagraph, kind: str, bookmark: str, number: str, caption: str) -> None:
        # No table and no figure stands in a thesis that the text does not speak of.
        add_field(reference, f"REF {bookmark} \\h", number)
        reference.add_run(f" {_clean(self.say(f'thesis.shows_{kind}', caption=caption))}")

    def _caption(self, kind: str, title: str) -> tuple[str, str]:
        label = self.say(f"thesis.{kind}")
        self._counts[kind] = self._counts.get(kind, 0) + 1
        caption = self._paragraph("", "Caption")
        caption.paragraph_format.keep_with_next = True  # with the table, or with the source of the figure
        bookmark, end = self._layout.begin_bookmark(caption)
        caption.add_run(f"{label} {self._chapter}.")
        add_field(caption, f"SEQ {label} \\* ARABIC \\s 1", str(self._counts[kind]))
        caption._p.append(end)
        caption.add_run(f" {_clean(title)}")
        number = f"{label} {self._chapter}.{self._counts[kind]}"
        self._listed[kind].append(("table of figures", f"{number} {_clean(title)}", bookmark))
        return bookmark, number

    def _source(self, source: str) -> str:
        year = self.material.definition.study.period.end.year
        return self.say("thesis.source", source=source.removesuffix("."), year=year) if source else ""

    # Parts of a page

    def _title(self, lead: str, title: str) -> None:
        self._layout.begin_part()
        heading = self._paragraph("", "Heading 1")
        bookmark, end = self._layout.begin_bookmark(heading)
        heading.add_run(f"{lead}\n{_clean(title)}".upper())
        heading._p.append(end)
        self._listed["contents"].append(("toc 1", f"{lead} {_clean(title)}".upper(), bookmark))

    def _next_number(self, level: int) -> str:
        depths = range(2, level + 1)
        self._counts[f"level {level}"] = self._counts.get(f"level {level}", 0) + 1
        for deeper in range(level + 1, 5):
            self._counts[f"level {deeper}"] = 0
        return ".".join(str(number) for number in (self._chapter, *(self._counts[f"level {d}"] for d in depths)))

    def _paragraph(self, text: str, style: str) -> WordParagraph:
        paragraph = self._file.add_paragraph(style=style)
        add_text(paragraph, _clean(text))
        return paragraph

    def _grid(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[Sequence[Run]]],
        style: str,
        numbers: Set[int] = frozenset(),
    ) -> WordTable:
        columns = [
            [heading, *("".join(text for text, _ in row[place]) for row in rows)]
            for place, heading in enumerate(headings)
        ]
        size = self._file.styles[style].font.size.pt
        widths = [Cm(width) for width in column_widths(columns, size, numbers)]
        grid: WordTable = self._file.add_table(0, len(headings), "Table Grid")
        grid.autofit, grid.alignment = False, WD_TABLE_ALIGNMENT.CENTER
        set_cell_margins(grid)
        kept = len(rows) <= LONGEST_KEPT
        for column, width in zip(grid.columns, widths, strict=True):
            column.width = width
        bold = frozenset({"strong"})
        for row in ([[(heading, bold)] for heading in headings], *rows):
            line = grid.add_row()  # type: ignore[no-untyped-call]
            mark_row(line, "cantSplit")
            for cell, runs in zip(line.cells, row, strict=True):
                cell.paragraphs[0].style = style
                cell.paragraphs[0].paragraph_format.keep_with_next = kept  # the last row with its source
                add_runs(cell.paragraphs[0], ((_clean(text), marks) for text, marks in runs))
        mark_row(grid.rows[0], "tblHeader")
        for cell in grid.rows[0].cells:
            cell.paragraphs[0].alignment = CENTER
        return grid


def _align_numbers(row: _Row, cells: Sequence[Cell]) -> None:
    for shown, cell in zip(row.cells, cells, strict=True):
        if cell.number:
            shown.paragraphs[0].alignment = END


def _clean(text: str) -> str:
    # What XML forbids would make the file unreadable; everything else stands as typed.
    return ILLEGAL.sub("\ufffd", text)

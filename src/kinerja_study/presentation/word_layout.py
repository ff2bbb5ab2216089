"""A Word document in the layout of an Indonesian thesis: page, styles, numbers, fields, and the file itself.

Owns what python-docx has no word for: fields, bookmarks, numbering, sections; knows no study and says nothing.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
import zipfile
from collections.abc import Sequence, Set
from typing import Any

from docx import Document
from docx.document import Document as WordFile
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
PAGE, LEFT, OTHER = (21.0, 29.7), 4.0, 3.0
TEXT_WIDTH = PAGE[0] - LEFT - OTHER
"""A4 with the margins 4-3-3-3, in centimetres."""

INDENT = 1.27
"""Of the first line of a paragraph, in centimetres."""

_ID = re.compile(r"(\b[A-Z][A-Z0-9]{0,9}(?:-[A-Z0-9]{1,12}){1,2}\b)")

CELL_MARGIN = 0.1
"""Left and right of the text in a table's cell, in centimetres."""

JUSTIFY, CENTER, START, END = (
    WD_ALIGN_PARAGRAPH.JUSTIFY,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
)
LISTS = ("List Number", "List Number 2", "List Number 3", "List Bullet", "List Bullet 2", "List Bullet 3")
TAGS = {"id": "id-ID", "en": "en-GB"}
"""The language that Word proofs a text by."""


class ThesisLayout:
    """An empty thesis to which chapters are added.

    Parameters
    ----------
    language : {"id", "en"}
        Of the text.
    running_head : str
        At the top of every page, as that the study is synthetic; may be empty.
    """

    def __init__(self, language: str, running_head: str) -> None:
        self.file: WordFile = Document()
        self._bookmarks = itertools.count(1)
        self._head = running_head
        _set_styles(self.file, TAGS[language])
        update = _element("w:updateFields", val="true")
        self.file.settings.element.find(qn("w:compat")).addprevious(update)
        page = self.file.sections[0]
        page.page_width, page.page_height = Cm(PAGE[0]), Cm(PAGE[1])
        page.left_margin, page.top_margin, page.right_margin, page.bottom_margin = map(Cm, (LEFT, OTHER, OTHER, OTHER))
        page.header_distance = page.footer_distance = Cm(1.5)
        _number_pages(page, "lowerRoman", 1)
        self._write_head(page.header.paragraphs[0], numbered=False)
        add_field(_centred(page.footer.paragraphs[0]), "PAGE")

    def begin_part(self) -> None:
        """Begin a chapter on a new page: its number stands below on this page, at the top on those that follow."""
        part = self.file.add_section(WD_SECTION.NEW_PAGE)
        _end_section(self.file, of_lists=len(self.file.sections) == 2)
        _number_pages(part, "decimal", 1 if len(self.file.sections) == 2 else None)
        if len(self.file.sections) > 2:
            return  # as the part before
        part.different_first_page_header_footer = True
        for place in (part.header, part.footer, part.first_page_header, part.first_page_footer):
            place.is_linked_to_previous = False
        self._write_head(part.header.paragraphs[0], numbered=True)
        self._write_head(part.first_page_header.paragraphs[0], numbered=False)
        add_field(_centred(part.first_page_footer.paragraphs[0]), "PAGE")

    def _write_head(self, paragraph: Paragraph, *, numbered: bool) -> None:
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run(self._head)
        if numbered:
            paragraph.add_run("\t")
            add_field(paragraph, "PAGE")

    def begin_bookmark(self, paragraph: Paragraph) -> tuple[str, Any]:
        """Open a bookmark at the end of a paragraph; what is returned ends it when it is added there too."""
        number = str(next(self._bookmarks))
        name = f"_Ref{number:>08}"
        paragraph._p.append(_element("w:bookmarkStart", id=number, name=name))
        return name, _element("w:bookmarkEnd", id=number)

    def add_numbering(self, levels: Sequence[tuple[str, str, float, float]]) -> int:
        """Define a numbering and return its id.

        Parameters
        ----------
        levels : sequence of (str, str, float, float)
            Number format, pattern such as ``4.%1``, left and hanging indent in centimetres, from the outermost.
        """
        numbering = self.file.part.numbering_part.element
        kinds = numbering.findall(qn("w:abstractNum"))
        number = 1 + max(int(kind.get(qn("w:abstractNumId"))) for kind in kinds)
        kind = _element("w:abstractNum", abstractNumId=str(number))
        kind.append(_element("w:multiLevelType", val="multilevel"))
        for place, (form, pattern, left, hanging) in enumerate(levels):
            level = _element("w:lvl", ilvl=str(place))
            for name, value in (("start", "1"), ("numFmt", form), ("lvlText", pattern), ("lvlJc", "left")):
                level.append(_element(f"w:{name}", val=value))
            indent = _element("w:ind", left=str(Cm(left).twips), hanging=str(Cm(hanging).twips))
            properties = _element("w:pPr")
            properties.append(indent)
            level.append(properties)
            kind.append(level)
        kinds[-1].addnext(kind)
        identity: int = numbering.add_num(number).numId
        return identity

    def fill_list(self, place: Paragraph, instruction: str, entries: Sequence[tuple[str, str, str]]) -> None:
        r"""Put a table of contents before a paragraph, which ends it; Word fills in the pages.

        Parameters
        ----------
        place : Paragraph
            Holds the end of the field.
        instruction : str
            Of the field, as ``TOC \h \c "Tabel"``.
        entries : sequence of (str, str, str)
            Style, text and bookmark of each entry, to be read before Word has updated the field.
        """
        opening: Paragraph | None = None
        for style, text, bookmark in entries:
            entry = place.insert_paragraph_before(style=style)
            if opening is None:
                opening = entry
                _begin_field(entry, instruction)
            link = _element("w:hyperlink", anchor=bookmark)
            entry._p.append(link)
            start = len(entry._p)
            entry.add_run(f"{text}\t")
            add_field(entry, f"PAGEREF {bookmark} \\h")
            for run in list(entry._p)[start:]:
                link.append(run)
        if opening is None:
            _begin_field(place, instruction)
        _mark(place, "end")

    def pack(self, title: str, date: dt.date) -> bytes:
        """Return the document as a file, always the same bytes for the same content."""
        about = self.file.core_properties
        about.title, about.author, about.comments, about.last_modified_by, about.revision = title, "", "", "", 1
        about.created = about.modified = dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC)
        written, packed = io.BytesIO(), io.BytesIO()
        self.file.save(written)
        with zipfile.ZipFile(written) as parts, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in parts.namelist():
                entry = zipfile.ZipInfo(name)  # its date is 1 January 1980
                entry.create_system, entry.compress_type = 0, zipfile.ZIP_DEFLATED
                archive.writestr(entry, parts.read(name))
        return packed.getvalue()


def add_field(paragraph: Paragraph, instruction: str, shown: str = "") -> None:
    """Add a field to a paragraph, with what it shows until Word computes it."""
    _begin_field(paragraph, instruction)
    paragraph.add_run(shown)
    _mark(paragraph, "end")


def add_text(paragraph: Paragraph, text: str) -> None:
    """Add text to a paragraph; no line breaks within an id such as ``INF-03``, which copies as it is."""
    for place, part in enumerate(_ID.split(text)):
        run = paragraph.add_run("" if place % 2 else part)
        for number, piece in enumerate(part.split("-") if place % 2 else ()):
            if number:
                run._r.append(_element("w:noBreakHyphen"))
            run.add_text(piece)


def number_paragraph(paragraph: Paragraph, numbering: int, level: int) -> None:
    """Give a paragraph the next number of a numbering."""
    paragraph_properties: Any = paragraph._p.get_or_add_pPr()
    properties = paragraph_properties.get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = numbering


def mark_row(row: _Row, mark: str) -> None:
    """Mark a table's row: ``cantSplit`` keeps it on one page, ``tblHeader`` repeats it on every page."""
    properties: Any = row._tr.get_or_add_trPr()
    properties.append(_element(f"w:{mark}"))


def column_widths(columns: Sequence[Sequence[str]], size: float, numbers: Set[int] = frozenset()) -> list[float]:
    """Return widths that fill the page: no word is broken where that can be, long texts get more, numbers no more.

    Parameters
    ----------
    columns : sequence of sequence of str
        Texts of each column, the heading among them.
    size : float
        Of the letters, in points.
    numbers : set of int
        Places of columns of numbers, which would stand far from their rows in a wide column.

    Returns
    -------
    list of float
        In centimetres.
    """
    letter, around = 0.019 * size, 2 * CELL_MARGIN + 0.05
    words = [[word for text in column for word in re.split(r"\s+|(?<=-)", text)] for column in columns]
    least = [around + letter * max(map(len, own)) for own in words]
    wish = [around + letter * min(90, max(map(len, column))) for column in columns]
    spare, wanted = TEXT_WIDTH - sum(least), sum(wish) - sum(least)
    if spare <= 0:
        return [width * TEXT_WIDTH / sum(least) for width in least]
    more = [w - one for w, one in zip(wish, least, strict=True)]
    if numbers and len(numbers) < len(columns) and spare > wanted:
        texts = [place for place in range(len(columns)) if place not in numbers]
        more = [m + (spare - wanted) / len(texts) * (place in texts) for place, m in enumerate(more)]
    total = sum(more)
    return [one + spare * (m / total if total else 1 / len(least)) for one, m in zip(least, more, strict=True)]


def set_cell_margins(table: Table) -> None:
    """Leave little room beside the text of each cell, so that a wide table fits the page."""
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=str(Cm(CELL_MARGIN).twips), type="dxa"))
    properties: Any = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    look.addprevious(margins)


def _element(tag: str, **attributes: str) -> Any:
    # Any, since the stubs of lxml let an element hold only its own kind.
    element = OxmlElement(tag)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _begin_field(paragraph: Paragraph, instruction: str) -> None:
    _mark(paragraph, "begin")
    code = _element("w:instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {instruction} "
    paragraph.add_run()._r.append(code)
    _mark(paragraph, "separate")


def _mark(paragraph: Paragraph, kind: str) -> None:
    paragraph.add_run()._r.append(_element("w:fldChar", fldCharType=kind))


def _centred(paragraph: Paragraph) -> Paragraph:
    paragraph.alignment = CENTER
    return paragraph


def _number_pages(part: Section, form: str, start: int | None) -> None:
    properties: Any = part._sectPr
    for old in properties.findall(qn("w:pgNumType")):
        properties.remove(old)
    begin = {} if start is None else {"start": str(start)}
    # In the order of the schema: after the margins.
    properties.find(qn("w:pgMar")).addnext(_element("w:pgNumType", fmt=form, **begin))


def _end_section(file: WordFile, *, of_lists: bool) -> None:
    # python-docx ends a section by an empty paragraph, which may ask for a page of its own.
    ending: Any = file.paragraphs[-1]._p
    before = ending.getprevious()
    if of_lists:
        # LibreOffice leaves out the foot of a section that ends within a list of contents.
        form = file.paragraphs[-1].paragraph_format
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)
    elif before is not None and before.tag == qn("w:p") and not before.findall(f".//{qn('w:sectPr')}"):
        before.get_or_add_pPr().append(ending.pPr.find(qn("w:sectPr")))
        ending.getparent().remove(ending)


def _set_styles(file: WordFile, tag: str) -> None:
    defaults = file.styles.element.find(f"{qn('w:docDefaults')}//{qn('w:lang')}")
    defaults.set(qn("w:val"), tag)
    style = _Styler(file)
    style("Normal", alignment=JUSTIFY, lines=1.5)
    style("Body Text", alignment=JUSTIFY, lines=1.5, first=INDENT)
    style("Heading 1", size=14, bold=True, alignment=CENTER, lines=1.5, after=24, together=True)
    for level in range(2, 7):
        style(f"Heading {level}", bold=True, italic=level > 3, before=12, after=6, together=True)
    style("TOC Heading", size=14, bold=True, alignment=CENTER, after=18)
    file.styles["TOC Heading"].paragraph_format.page_break_before = True
    style("Caption", size=11, bold=True, alignment=CENTER, before=6, after=6)
    style("Quote", alignment=JUSTIFY, left=INDENT, right=INDENT, before=6, together=True)
    style("Quote Source", base="Quote", size=10, alignment=END, right=INDENT, after=12)
    style("Figure", alignment=CENTER, before=12, together=True)
    style("Source", size=10, alignment=START, before=4, after=12)
    style("Table Text", size=10, alignment=START, before=1, after=1)
    style("Small Table Text", base="Table Text", size=9, alignment=START, before=1, after=1)
    style("Header", size=9, alignment=START)
    style("Footer", size=11, alignment=CENTER)
    for name in LISTS:
        # Bullets hold sources as often as sentences, and an address leaves holes in a justified line.
        style(name, alignment=START if "Bullet" in name else JUSTIFY, lines=1.5)
    for name, left in (("toc 1", 0.0), ("toc 2", 0.75), ("toc 3", 1.75), ("table of figures", 0.0)):
        style(name, alignment=START, left=left, right=1.0, after=3)
        form = file.styles[name].paragraph_format
        form.tab_stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


class _Styler:
    # Sets all of a style that shows, so that nothing of python-docx's own template is left in it.
    def __init__(self, file: WordFile) -> None:
        self._styles = file.styles

    def __call__(
        self,
        name: str,
        *,
        alignment: WD_ALIGN_PARAGRAPH = START,
        base: str = "Normal",
        size: float = 12,
        bold: bool = False,
        italic: bool = False,
        lines: float = 1.0,
        first: float = 0.0,
        left: float = 0.0,
        right: float = 0.0,
        before: float = 0.0,
        after: float = 0.0,
        together: bool = False,
    ) -> None:
        known = {style.name for style in self._styles}
        style = self._styles[name] if name in known else self._styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if not isinstance(style, ParagraphStyle):
            raise TypeError(name)
        if name != "Normal" and not name.startswith("List"):
            style.base_style = self._styles[base]
        style.quick_style = True
        own = style.element.get_or_add_rPr()
        for child in [*own, *style.element.iter(qn("w:tabs"))]:
            child.getparent().remove(child)
        own.append(_element("w:rFonts", **dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), FONT)))
        font, form = style.font, style.paragraph_format
        font.size, font.bold, font.italic, font.color.rgb = Pt(size), bold, italic, RGBColor(0, 0, 0)
        form.alignment, form.line_spacing, form.keep_with_next, form.widow_control = alignment, lines, together, True
        form.space_before, form.space_after = Pt(before), Pt(after)
        if not name.startswith("List"):
            form.first_line_indent, form.left_indent, form.right_indent = Cm(first), Cm(left), Cm(right)

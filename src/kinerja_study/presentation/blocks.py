"""What a chapter is made of: sentences with their evidence, quotations, tables, figures, sections.

Owns the shapes that the narrative fills and that the renderers (HTML, Word) draw; says nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

Side = Literal["for", "against", "neutral"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A coded segment as a reader meets it.

    ``text`` is empty and ``withheld`` true where the informant may not be quoted; ``before`` and ``after`` are the
    words around it in its turn; ``speaker`` is role and pseudonym, ``source`` the line that closes a quotation, as
    ``Wawancara sintetis, 12 Maret 2018``; ``place`` is the anchor of the segment in the appendix.
    """

    coding_id: str
    document_id: str
    text: str
    before: str
    after: str
    code: str
    code_label: str
    magnitude: int
    group: str
    group_label: str
    speaker: str
    source: str
    coder: str
    place: str
    withheld: bool

    @property
    def side(self) -> Side:
        """Whether the segment speaks for good performance, against it, or neither."""
        return "for" if self.magnitude > 0 else "against" if self.magnitude < 0 else "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A measure on a table of records, as evidence: ``id`` is ``table:indicator``, ``text`` what it shows."""

    id: str
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence, and what it rests on.

    ``supporting``, ``neutral`` and ``contrary`` are coding ids, ``records`` ids of records. A sentence that asserts
    nothing about the field (it introduces or explains) has ``asserts`` false and no id.
    """

    text: str
    id: str = ""
    supporting: tuple[str, ...] = ()
    contrary: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    asserts: bool = True


def cite(
    identity: str,
    text: str,
    supporting: Iterable[str] = (),
    contrary: Iterable[str] = (),
    neutral: Iterable[str] = (),
    records: Iterable[str] = (),
) -> Sentence:
    """Return a sentence that asserts something, with what it rests on."""
    return Sentence(
        id=identity,
        text=text,
        supporting=tuple(supporting),
        contrary=tuple(contrary),
        neutral=tuple(neutral),
        records=tuple(records),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Sentences that belong together."""

    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A quote in the running text, indented, introduced by the sentence before it."""

    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of sentences; numbered where the order means something."""

    items: tuple[Sentence, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A table cell: its text, a link within the report, whether it is a number, a shade by side, and its raw form."""

    text: str
    href: str = ""
    number: bool = False
    side: Side | None = None
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a caption and a source; every cell is text that has been written for a reader."""

    id: str
    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing as inline SVG, what it shows in words, and its numbers as a table; ``png`` draws it for paper.

    ``told`` says that the text beside it tells the numbers too, so that paper needs no table of them.
    """

    id: str
    caption: str
    alt: str
    svg: str
    source: str = ""
    table: Table | None = None
    told: bool = False
    png: Callable[[], bytes] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Markdown of the study (site.md), to be rendered with any HTML in it shown as typed."""

    markdown: str


Block = Paragraph | Quotation | Listing | Table | Figure | Prose


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled part of a chapter: blocks, then parts of its own."""

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A dot on the verdict scale: a group's value on 20..100."""

    label: str
    group: str
    value: float
    counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One row of the front page: a focus at one look.

    ``scale`` holds the lower edges with their labels; ``score`` is None without a verdict, ``level_index`` then -1.
    """

    focus: str
    label: str
    href: str
    sentence: Sentence
    level: str
    level_index: int
    score: float | None
    marks: tuple[Mark, ...]
    split: bool
    heard: str
    holds: str
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """An obstacle on the front page: a labelled bar with its count of cases."""

    label: str
    href: str
    cases: int
    text: str
    sentence: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The result in one look."""

    title: str
    site: str
    facts: str
    scale: tuple[tuple[float, str], ...]
    scale_note: str
    verdicts: tuple[Verdict, ...]
    obstacles: tuple[Bar, ...]
    of_cases: int
    recommendations: tuple[Sentence, ...]
    more: str = ""
    groups: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptTurn:
    """A turn in the appendix: ``pieces`` are runs of text with the coding ids that lie on them."""

    anchor: str
    speaker: str
    pieces: tuple[tuple[str, tuple[str, ...]], ...]
    withheld: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A text of the study in the appendix."""

    anchor: str
    title: str
    facts: str
    turns: tuple[TranscriptTurn, ...]

"""The report in HTML: fronts, sections, blocks and transcripts, and what the page around them needs.

Owns how things look in a browser; everything that comes from the field is escaped here, and nothing is said here.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import re
import textwrap
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import mistune
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from kinerja_study.presentation.blocks import (
    Block,
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
)
from kinerja_study.presentation.wording import upper_first, write_magnitude

TEMPLATES = Path(__file__).parent / "templates"
"""Where the Jinja2 templates are; ``TEMPLATES / "nbconvert"`` is for nbconvert's ``extra_template_basedirs``."""

SHAPES = ("circle", "square", "up", "down", "plus", "cross", "left", "right")
"""The shape of a group's dot by the place of the group, as in the figures."""

DIRECTIONS = {"for": "positive", "against": "negative", "neutral": "neutral"}
"""The word for the side of a coding, which a sentence may cite for itself or against."""

_WHOLE = re.compile(r"\b[A-Z][A-Z0-9]{0,9}(?:-[A-Z0-9]{1,12}){1,2}\b|\b\d+–\d+\b")


def interface_words(language: str) -> dict[str, str]:
    """Return the words of the interface in a language.

    Raises
    ------
    KeyError
        There are none for this language.
    """
    words: dict[str, dict[str, str]] = tomllib.loads((TEMPLATES / "words.toml").read_text("utf-8"))
    return words[language]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence as it stands on the page.

    ``anchor`` is its element id, ``target`` the id of its evidence, ``number`` that of its note in print; ``owns`` is
    true where this sentence is the first with this evidence, which then follows its paragraph; ``again`` where the
    sentence before it has the same. ``others`` counts the further sentences of the paragraph that share what it owns.
    """

    sentence: Sentence
    anchor: str = ""
    target: str = ""
    number: int = 0
    label: str = ""
    owns: bool = False
    again: bool = False
    others: int = 0


class HtmlRenderer:
    """Draws blocks as HTML; what it has drawn before decides which evidence a sentence links to.

    Parameters
    ----------
    quotes : mapping of str to Quote
        Every coded segment by its coding id.
    records : mapping of str to Record
        Every measure on records by its id.
    language : {"id", "en"}
        Of the interface.
    """

    def __init__(self, quotes: Mapping[str, Quote], records: Mapping[str, Record], language: str) -> None:
        self._quotes, self._records, self.language = quotes, records, language
        self.words = interface_words(language)
        self._evidence: dict[tuple[tuple[str, ...], ...], tuple[str, int]] = {}
        self._ids: dict[str, int] = {}
        self._environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
                                        trim_blocks=True, lstrip_blocks=True)  # fmt: skip
        self._environment.filters.update(
            claim=self._claim,
            claims=self._claims,
            sign=write_magnitude,
            number=self._number,
            dodge=_dodge,
            whole=_keep_whole,
            upper_first=upper_first,
            numeric=_numeric,
        )
        self._environment.globals.update(
            words=self.words,
            quotes=quotes,
            records=records,
            shapes=SHAPES,
            directions=DIRECTIONS,
            render_block=self._block,
            render_part=self._section,
        )

    def render_front(self, front: Front) -> str:
        """Draw the result in one look, under the only heading of level 1."""
        order = {group: place for place, (group, _) in enumerate(front.groups)}
        return str(self._render("front.html.j2", front=front, order=order))

    def render_section(self, section: Section, level: int = 2) -> str:
        """Draw a section and its parts, with headings from ``level`` on."""
        return str(self._section(section, level))

    def render_block(self, block: Block, level: int = 2) -> str:
        """Draw one block of a section whose own heading has ``level``."""
        return str(self._block(block, level))

    def render_transcripts(
        self, transcripts: Sequence[Transcript], used_by: Mapping[str, Sequence[tuple[str, str]]], level: int = 3
    ) -> str:
        """Draw the texts of the study with their codings.

        Parameters
        ----------
        transcripts : sequence of Transcript
            In the order of the appendix.
        used_by : mapping of str to sequence of (str, str)
            For a coding id the id and a short text of every sentence that rests on it.
        level : int
            Level of the heading of each text.
        """
        placed: set[str] = set()
        drawn = [
            (transcript, [(turn, *self._turn(turn, placed, used_by)) for turn in transcript.turns])
            for transcript in transcripts
        ]
        return str(self._render("transcripts.html.j2", transcripts=drawn, level=min(level, 6)))

    def _render(self, template: str, **values: Any) -> Markup:
        return Markup(self._environment.get_template(template).render(values))  # noqa: S704 - made by our templates

    def _section(self, section: Section, level: int) -> Markup:
        return self._render("section.html.j2", section=section, level=min(level, 6))

    def _block(self, block: Block, level: int) -> Markup:
        match block:
            case Prose():
                return Markup(_prose(block.markdown, level))  # noqa: S704 - mistune escapes it
            case Figure():
                # Drawn by presentation.figures, whose render_svg leaves neither style nor script in it.
                start, mark, drawing = block.svg.partition("<svg")
                label = Markup(' role="img" aria-label="{}"').format(block.alt)
                drawing = Markup(start + mark) + label + Markup(drawing)  # noqa: S704
                return self._render("figure.html.j2", figure=block, drawing=drawing)
            case Paragraph() | Quotation() | Listing() | Table():
                return self._render(f"{type(block).__name__.lower()}.html.j2", block=block)

    def _claim(self, sentence: Sentence) -> Claim:
        """Give a sentence its ids and its evidence: its own, or that of the first sentence with the same."""
        if not sentence.asserts:
            return Claim(sentence=sentence)
        anchor = self._unique(f"k-{sentence.id}")
        evidence = (sentence.supporting, sentence.contrary, sentence.neutral, sentence.records)
        if not any(evidence):
            return Claim(sentence=sentence, anchor=anchor)
        owns = evidence not in self._evidence
        if owns:
            self._evidence[evidence] = (self._unique(f"ev-{sentence.id}"), len(self._evidence) + 1)
        target, number = self._evidence[evidence]
        counts = zip(("for", "against", "neutral", "record"), evidence, strict=True)
        parts = [f"{len(ids)} {self.words[role]}" for role, ids in counts if ids]
        label = f"{self.words['evidence']}: {', '.join(parts)}"
        return Claim(sentence=sentence, anchor=anchor, target=target, number=number, label=label, owns=owns)

    def _claims(self, sentences: Sequence[Sentence]) -> list[Claim]:
        """Give the sentences of a paragraph theirs, and tell where some share it."""
        claims = [self._claim(sentence) for sentence in sentences]
        targets = [claim.target for claim in claims]
        told, before = [], ""
        for claim in claims:
            others = targets.count(claim.target) - 1 if claim.owns else 0
            told.append(replace(claim, again=claim.target == before != "", others=others))
            before = claim.target if claim.sentence.asserts else before
        return told

    def _unique(self, name: str) -> str:
        """Return the name, with a count when it has been given out before."""
        self._ids[name] = self._ids.get(name, 0) + 1
        return name if self._ids[name] == 1 else self._unique(f"{name}-{self._ids[name]}")

    def _turn(
        self, turn: TranscriptTurn, placed: set[str], used_by: Mapping[str, Sequence[tuple[str, str]]]
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the pieces of a turn and its codings, lettered in the order in which they begin."""
        letters: dict[str, str] = {}
        pieces: list[dict[str, Any]] = []
        for text, codings in turn.pieces:
            begun = [coding for coding in codings if coding not in letters]
            letters |= {coding: _letter(len(letters) + place) for place, coding in enumerate(begun)}
            places = dict.fromkeys(self._quotes[coding].place for coding in begun)
            anchors = [place for place in places if place not in placed]
            placed.update(anchors)
            pieces.append(
                {"text": text, "depth": min(len(codings), 3), "anchors": anchors, "begun": [letters[c] for c in begun]}
            )
        if pieces:
            pieces[0]["text"], pieces[-1]["text"] = pieces[0]["text"].lstrip(), pieces[-1]["text"].rstrip()
        notes = []
        for coding, letter in letters.items():
            uses = [(f"k-{claim}", _shorten(text)) for claim, text in used_by.get(coding, ())]
            notes.append({"quote": self._quotes[coding], "letter": letter, "uses": uses})
        return pieces, notes

    def _number(self, value: float, pattern: str = "#,##0.#") -> str:
        return str(format_decimal(value, format=pattern, locale=self.language))


def page_resources(
    *, language: str, title: str, banner: str, footer: str = "", toc: Sequence[Mapping[str, Any]],
    sources: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """Return the ``resources`` that the template ``laporan`` needs beside the notebook.

    Parameters
    ----------
    language : {"id", "en"}
        Of the page.
    title, banner, footer : str
        Plain text; an empty banner is left out.
    toc : sequence of mappings
        ``id``, ``title`` and ``level`` (from 2) of every heading to list, as :func:`contents` gives them.
    sources : sequence of mappings
        ``notebook`` (its name) and ``cells`` (the text of its code cells), for the appendix.

    Returns
    -------
    dict
        To be used as ``HTMLExporter(template_name="laporan", extra_template_basedirs=[str(TEMPLATES / "nbconvert")],
        exclude_anchor_links=True).from_notebook_node(notebook, resources=...)``.
    """
    style, script, policy = style_and_script(banner)
    return {
        "language": language, "title": title, "banner": banner, "footer": footer, "toc": list(toc),
        "sources": list(sources), "words": interface_words(language), "css": style, "js": script, "csp": policy,
    }  # fmt: skip


def style_and_script(running_head: str = "") -> tuple[str, str, str]:
    """Return the style, the script, and the policy that allows these two and nothing else.

    Parameters
    ----------
    running_head : str
        What every printed page says at its top, as that the study is synthetic.
    """
    folder = TEMPLATES / "nbconvert" / "laporan"
    style, script = (folder.joinpath(name).read_text("utf-8").strip() for name in ("style.css", "script.js"))
    if running_head:
        content = "".join(f"\\{ord(letter):06x}" for letter in running_head)
        style += f'\n@page{{@top-center{{content:"{content}"}}}}'
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    policy = (
        f"default-src 'none'; style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return style, script, policy


def contents(sections: Sequence[Section], level: int = 2) -> list[dict[str, Any]]:
    """List the headings of sections and their parts for the table of contents."""
    return [
        entry
        for section in sections
        for entry in (
            {"id": section.id, "title": section.title, "level": level},
            *contents(section.sections, level + 1),
        )
    ]


class _ProseRenderer(mistune.HTMLRenderer):
    """Markdown of the study: HTML shown as typed, no images, only links to the web, headings without gaps."""

    def __init__(self, level: int) -> None:
        super().__init__(escape=True)
        self._level, self._open = level, list[int]()

    def heading(self, text: str, level: int, **_: Any) -> str:
        self._open = [*(one for one in self._open if one < level), level]
        shown = min(self._level + len(self._open), 6)
        return f"<h{shown}>{text}</h{shown}>\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002
        return text

    def link(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002
        if not re.match(r"https?://", url):
            return text
        address = html.escape(html.unescape(url))
        return (f"{text} (" if text != address else "(") + f'<a href="{address}" rel="noreferrer">{address}</a>)'

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:  # noqa: FBT001, FBT002
        tag, kind = ("th", ' scope="col"') if head else ("td", "")
        return f"<{tag}{kind}{' class=number' if align == 'right' else ''}>{text}</{tag}>"


def _prose(markdown: str, level: int) -> str:
    text = mistune.create_markdown(renderer=_ProseRenderer(level), plugins=["table", "strikethrough"])(markdown)
    return f'<div class="prose">{text}</div>'


def _keep_whole(text: str) -> Markup:
    """Return text, escaped, in which no line breaks within ``INF-10`` or ``20–100``; copied, it is the same."""
    return Markup(_WHOLE.sub(r"<span class=id>\g<0></span>", str(escape(text))))  # noqa: S704 - letters, digits, dashes


@functools.cache
def _shorten(text: str) -> str:
    return textwrap.shorten(text, 40, placeholder=" …")


def _numeric(rows: Sequence[Sequence[Cell]]) -> set[int]:
    """Return the places of the columns in which a cell is a number."""
    return {place for row in rows for place, cell in enumerate(row) if cell.number}


@functools.cache
def _letter(place: int) -> str:
    """Return a, b, ... z, aa, ab, ... for 0, 1, ..."""
    return (_letter(place // 26 - 1) if place >= 26 else "") + chr(97 + place % 26)


def _dodge(marks: Sequence[Mark], apart: float = 4.0) -> list[tuple[Mark, int]]:
    """Give each dot a row, so that none hides another: the lowest one that is free around its value."""
    rows: list[float] = []
    placed = []
    for mark in sorted(marks, key=lambda mark: mark.value):
        row = next((row for row, last in enumerate(rows) if mark.value - last >= apart), len(rows))
        rows[row : row + 1] = [mark.value]
        placed.append((mark, row))
    return placed

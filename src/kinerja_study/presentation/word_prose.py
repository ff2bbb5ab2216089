"""Markdown of the study as paragraphs of Word: headings, lists, tables, emphasis; HTML stands as typed.

Owns the reading of Markdown; how a heading, a table or a list looks is decided by who is asked for it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

import mistune
from docx.text.paragraph import Paragraph

Token = dict[str, Any]
Run = tuple[str, frozenset[str]]
"""A piece of text with what is laid on it: of ``strong``, ``emphasis``, ``strikethrough``."""


class Page(Protocol):
    """What prose is written on."""

    def add_heading(self, text: str, level: int) -> object:
        """Add a heading."""

    def add_paragraph(self, text: str, style: str) -> Paragraph:
        """Add a paragraph, to which more text may be added."""

    def add_list(self, *, numbered: bool, depth: int) -> int | None:
        """Begin a list and return its numbering."""

    def add_item(self, numbering: int | None, depth: int) -> Paragraph:
        """Add an item to a list."""

    def add_plain_table(self, title: str, rows: Sequence[Sequence[Sequence[Run]]]) -> None:
        """Add a table of which the first row holds the headings."""


def write_prose(markdown: str, page: Page, title: str, level: int) -> None:
    """Write Markdown on a page.

    Parameters
    ----------
    markdown : str
        As the study has it.
    page : Page
        To be written on.
    title : str
        Of the section; a table is called by the heading that it stands under.
    level : int
        Of the section's own heading; headings below it have no gaps.
    """
    tokens: Any = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough"])(markdown)
    opened: list[int] = []
    for token in tokens:
        if token["type"] == "heading":
            own = int(token["attrs"]["level"])
            opened = [*(one for one in opened if one < own), own]
            title = _plain(token)
            page.add_heading(title, min(level + len(opened), 6))
        elif token["type"] == "table":
            page.add_plain_table(title, _rows(token))
        else:
            _write(token, page, "Body Text", 0)


def _write(token: Token, page: Page, style: str, depth: int) -> None:
    match token["type"]:
        case "paragraph" | "block_text":
            add_runs(page.add_paragraph("", style), _runs(token))
        case "list":
            numbering = page.add_list(numbered=token["attrs"]["ordered"], depth=depth)
            for item in token["children"]:
                _write_item(item, page, numbering, depth)
        case "block_quote":
            for child in token["children"]:
                _write(child, page, "Quote", depth)
        case "block_code" | "block_html":
            page.add_paragraph(token["raw"].rstrip("\n"), style)
        case "heading":  # within a list or a quotation
            page.add_paragraph(_plain(token), style)


def _write_item(item: Token, page: Page, numbering: int | None, depth: int) -> None:
    paragraph = page.add_item(numbering, depth)
    children: list[Token] = item["children"]
    if children and children[0]["type"] in ("paragraph", "block_text"):
        add_runs(paragraph, _runs(children[0]))
        children = children[1:]
    for child in children:
        _write(child, page, "List Continue", depth + 1)


def add_runs(paragraph: Paragraph, runs: Iterable[Run]) -> None:
    """Add text to a paragraph, each piece with what is laid on it."""
    for text, marks in runs:
        run = paragraph.add_run(text)
        run.bold, run.italic, run.font.strike = (
            True if mark in marks else None for mark in ("strong", "emphasis", "strikethrough")
        )


def _runs(token: Token, marks: frozenset[str] = frozenset()) -> Iterator[Run]:
    for child in token.get("children", ()):
        match child["type"]:
            case "text":
                yield html.unescape(child["raw"]), marks
            case "softbreak":
                yield " ", marks
            case "linebreak":
                yield "\n", marks
            case "link":
                address = html.unescape(child["attrs"]["url"])
                yield from _runs(child, marks)
                if re.match(r"https?://", address) and _plain(child) != address:
                    yield f" ({address})", marks
            case _ if "children" in child:
                yield from _runs(child, marks | {child["type"]})
            case _:
                yield child.get("raw", ""), marks


def _plain(token: Token) -> str:
    return "".join(text for text, _ in _runs(token))


def _rows(table: Token) -> list[list[list[Run]]]:
    head, *rest = table["children"]
    rows = [head, *(row for body in rest for row in body["children"])]
    return [[list(_runs(cell)) for cell in row["children"]] for row in rows]

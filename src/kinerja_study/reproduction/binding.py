"""Binding the executed notebooks into one HTML report.

Owns the order of the parts, the table of contents, and the last look over what the report shows; draws nothing itself.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources as package_files
from typing import Any

import jsonschema
import lxml.html
import nbformat
from nbconvert import HTMLExporter, TemplateExporter

from kinerja_study.collection.privacy import find_private, load_key
from kinerja_study.errors import PrivacyError
from kinerja_study.presentation.html import TEMPLATES, page_resources
from kinerja_study.presentation.wording import Wording
from kinerja_study.reproduction.installing import write_file
from kinerja_study.reproduction.stages import NOTEBOOKS
from kinerja_study.study import Study

REPORT = "laporan.html"
OMIT, APPENDIX = "tanpa-laporan", "lampiran"
"""Tags of cells that stay out of the report, and of those that come at its very end."""


def bind_report(scratch: Study, study: Study) -> None:
    """Write the report of a run into its scratch folder.

    Parameters
    ----------
    scratch : Study
        Whose executed notebooks and processed data are bound.
    study : Study
        The study itself, whose private key file is looked for.

    Raises
    ------
    PrivacyError
        The page would show a name of the key file, or a number that identifies a person.
    """
    jsonschema.validate(scratch.load_json("findings.json"), findings_schema())
    # As they were written a moment ago; reading them in the ordinary way would validate each again.
    written = {name: scratch.reports / "notebooks" / name for name in NOTEBOOKS}
    executed = {name: nbformat.v4.reads(path.read_text(encoding="utf-8")) for name, path in written.items()}
    page = render_report(executed, scratch)
    refuse_private(page, read_key_names(study, scratch))
    write_file(scratch.reports / REPORT, page.encode())


def findings_schema() -> dict[str, Any]:
    """Return the JSON Schema of findings.json."""
    # Not as a file of the package that holds it, which would be imported, and pandas with it.
    text = package_files.files("kinerja_study").joinpath("conclusions/findings.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def render_report(executed: dict[str, nbformat.NotebookNode], study: Study) -> str:
    """Return the page: the chapters, then the stages as appendices, then what is tagged for the end."""
    wording = Wording(study.language)
    chapters = executed[NOTEBOOKS[-1]]
    cells = [cell for cell in chapters.cells if APPENDIX not in _tags(cell)]
    for letter, name in zip("ABCDEFGH", NOTEBOOKS[:-1], strict=False):
        lead = wording.say("chapter.appendix", letter=letter)
        cells += [with_headings(cell, lead, down=1) for cell in executed[name].cells]
    cells += [cell for cell in chapters.cells if APPENDIX in _tags(cell)]
    banner = wording.say("front.banner") if study.definition.study.provenance == "synthetic" else ""
    return render_page(
        cells,
        executed,
        language=study.language,
        title=study.definition.study.title,
        banner=banner,
        contents=[{"id": "ringkasan", "title": wording.say("chapter.in_one_look"), "level": 2}],
        footer=wording.say("chapter.footer", study=study.id),
    )


def render_page(
    cells: Iterable[nbformat.NotebookNode],
    sources: Mapping[str, nbformat.NotebookNode],
    *,
    language: str,
    title: str,
    banner: str,
    contents: Sequence[Mapping[str, object]] = (),
    footer: str = "",
) -> str:
    """Return one page of executed cells, those of the other language left out.

    Parameters
    ----------
    cells : iterable of NotebookNode
        In their order on the page.
    sources : mapping of str to NotebookNode
        Notebooks whose code is shown at the end, by their names.
    language, title, banner : str
        Of the page.
    contents : sequence of mappings
        Entries of the table of contents before those of the headings.
    footer : str
        Of the page.
    """
    left_out = {OMIT, "lang-en" if language == "id" else "lang-id"}
    cells = [cell for cell in cells if not left_out.intersection(_tags(cell))]
    bound = nbformat.v4.new_notebook(
        cells=[nbformat.from_dict({**cell, "id": f"cell-{number}"}) for number, cell in enumerate(cells)]
    )
    exporter = HTMLExporter(
        template_name="laporan",
        extra_template_basedirs=[str(TEMPLATES / "nbconvert")],
        exclude_anchor_links=True,
        default_preprocessors=[],  # none of them has anything to do here
    )
    resources = page_resources(
        language=language,
        title=title,
        banner=banner,
        toc=[*contents, *_contents(cells)],
        sources=[{"notebook": name, "cells": _code(notebook)} for name, notebook in sources.items()],
        footer=footer,
    )
    # The exporter's own last step reads the whole page again to complete images and cells of stock templates. Ours has
    # none to complete, and reading and writing the page anew would change what stands in it.
    page, _ = TemplateExporter.from_notebook_node(exporter, bound, resources=resources)
    return "\n".join(line.rstrip() for line in share_glyphs(page).splitlines()) + "\n"


def share_glyphs(page: str) -> str:
    """Define each drawn letter once: every figure brings its own, and they are the same.

    Examples
    --------
    >>> share_glyphs('<path id="a" d="M0 0z"/><use href="#a"/><path id="b" d="M0 0z"/><use href="#b"/>')
    '<path id="a" d="M0 0z"/><use href="#a"/><use href="#a"/>'
    """
    first: dict[str, str] = {}
    instead: dict[str, str] = {}

    def keep(found: re.Match[str]) -> str:
        identity, shape = found.groups()
        instead[identity] = first.setdefault(shape, identity)
        return found[0] if instead[identity] == identity else ""

    page = re.sub(r'<path id="([^"]+)" ([^<>]+?) ?/>', keep, page)
    page = re.sub(r'href="#([^"]+)"', lambda found: f'href="#{instead.get(found[1], found[1])}"', page)
    return page.replace("<defs></defs>", "")


def read_key_names(study: Study, outputs: Study) -> list[str]:
    """Return what the private key file holds beside ids: names and their forms; nothing where there is no file.

    Parameters
    ----------
    study : Study
        Whose study.toml names the file.
    outputs : Study
        Whose informants' ids may stand in the report: the study itself, or one with the same id elsewhere.

    Raises
    ------
    RawDataError
        The file is there and cannot be read, or lies outside the project.
    """
    names = dict.fromkeys(name for person in load_key(study) for name in person.names)
    ids = set(outputs.load("informants.csv")["informant_id"]) if names else set()
    return [name for name in names if name not in ids]


def refuse_private(page: str, names: Iterable[str]) -> None:
    """Raise when what a reader would see holds a private name or number."""
    root = lxml.html.document_fromstring(page)
    for element in root.xpath("//script | //style | //sup"):
        element.drop_tree()
    # A coded span may begin in the middle of a word; what a reader sees there is one word.
    for element in root.xpath("//mark | //q | //span"):
        element.drop_tag()
    read_out = root.xpath("//@aria-label | //@alt | //@title")
    hits = find_private(" ".join([*root.itertext(), *read_out]), names)
    if hits:
        raise PrivacyError(hits)


def _tags(cell: nbformat.NotebookNode) -> list[str]:
    tags: list[str] = cell.metadata.get("tags", [])
    return tags


def _code(notebook: nbformat.NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def with_headings(cell: nbformat.NotebookNode, lead: str = "", *, down: int = 0) -> nbformat.NotebookNode:
    """Return a cell whose headings have an id; ``down`` lowers them, and the notebook's title then follows ``lead``."""
    if cell.cell_type != "markdown":
        return cell
    lines = []
    for line in cell.source.split("\n"):
        found = re.fullmatch(r"(#{1,3}) (.+)", line)
        if found is None:
            lines.append(line)
            continue
        level, title = len(found[1]) + down, html.escape(found[2])
        identity = re.sub(r"\W+", "-", found[2].casefold()).strip("-")
        first = f"{lead} " if lead and len(found[1]) == 1 else ""
        lines.append(f'<h{level} id="lampiran-{identity}">{first}{title}</h{level}>')
    shifted: nbformat.NotebookNode = nbformat.from_dict({**cell, "source": "\n".join(lines)})
    return shifted


def _contents(cells: Iterable[nbformat.NotebookNode]) -> list[dict[str, object]]:
    # The headings of the page in order, from what each cell shows.
    parts = []
    for cell in cells:
        outputs = cell.get("outputs", [])
        parts += ["".join(o["data"].get("text/html", "")) for o in outputs if "data" in o]
        parts += [cell.source] if cell.cell_type == "markdown" else []
    root = lxml.html.document_fromstring(f"<body>{''.join(parts)}</body>")
    return [
        {"id": heading.get("id"), "title": " ".join(heading.text_content().split()), "level": int(heading.tag[1])}
        for heading in root.xpath("//h2[@id] | //h3[@id][not(starts-with(@id, 'teks-'))]")
    ]

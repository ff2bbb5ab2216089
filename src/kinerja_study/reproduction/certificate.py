"""The certificate of a verification: one page that says what was compared, with which result, on which versions.

Owns the order of its parts; it looks like the report, says what the wording says, and compares nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import nbformat
from markupsafe import Markup

from kinerja_study.presentation.blocks import Block, Cell, Paragraph, Section, Sentence, Table
from kinerja_study.presentation.html import HtmlRenderer
from kinerja_study.presentation.wording import Wording
from kinerja_study.reproduction.binding import render_page
from kinerja_study.study import Study


def render_certificate(found: Mapping[str, Any], study: Study) -> str:
    """Return the page for a verification, in the language of the study.

    Parameters
    ----------
    found : mapping
        The content of ``verification.json``.
    study : Study
        That was verified.
    """
    wording = Wording(study.language)
    say = wording.say
    title = say("certificate.title")
    sections = [
        Section(id="hasil", title=say("certificate.result"), blocks=_result(found, wording)),
        Section(
            id="masukan", title=say("certificate.inputs"), blocks=tuple(_files(found["inputs"], "inputs", wording))
        ),
        Section(id="lingkungan", title=say("certificate.environment"), blocks=tuple(_environment(found, wording))),
        Section(id="keluaran", title=say("certificate.outputs"), blocks=tuple(_outputs(found, wording))),
    ]
    renderer = HtmlRenderer({}, {}, study.language)
    top = Markup('<header class="front"><p class="site">{}</p><h1>{}</h1><p class="facts">{}</p></header>')
    about = study.definition.study
    shown = top.format(about.site, title, about.title) + Markup("").join(
        Markup(renderer.render_section(section))  # noqa: S704 - escaped by our templates
        for section in sections
    )
    output = nbformat.v4.new_output("display_data", data={"text/html": str(shown)})
    return render_page(
        [nbformat.v4.new_code_cell(outputs=[output], id="sertifikat")],
        {},
        language=study.language,
        title=f"{title}: {about.title}",
        banner=say("front.banner") if about.provenance == "synthetic" else "",
        footer=say("certificate.footer", study=study.id, manifest=found["manifest"][:12]),
    )


def _said(*texts: str) -> Paragraph:
    return Paragraph(sentences=tuple(Sentence(text=text, asserts=False) for text in texts if text))


def _result(found: Mapping[str, Any], wording: Wording) -> tuple[Block, ...]:
    say = wording.say
    differing = [c for c in [*found["inputs"], *found["outputs"]] if c["result"] == "different"]
    if found["result"] == "same":
        result = say("certificate.same", study=found["study"])
    elif found["failure"]:
        result = say("certificate.failed", failure=found["failure"])
    else:
        result = say("certificate.different", study=found["study"], files=len(differing), drifts=len(found["drifts"]))
    chosen = [f"{name} = {value}" for name, value in found["parameters"].items()]
    ran = say("certificate.parameters", chosen=chosen) if chosen else say("certificate.no_parameters")
    return _said(result), _said(ran, say("certificate.means"))


def _files(compared: Sequence[Mapping[str, Any]], kind: str, wording: Wording) -> Iterable[Block]:
    say = wording.say
    counts = {
        result: sum(c["result"] == result for c in compared) for result in ("identical", "equivalent", "different")
    }
    by_hash = sum(c["by_hash"] for c in compared) if kind == "outputs" else 0
    yield _said(say(f"certificate.{kind}_counted", files=len(compared), by_hash=by_hash, **counts))
    differing = [c for c in compared if c["result"] == "different"]
    if differing:
        rows = [(c["file"], *(c["difference"][part] for part in ("place", "was", "now"))) for c in differing]
        yield _table(f"beda-{kind}", "differing", ("file", "place", "was", "now"), rows, wording)


def _outputs(found: Mapping[str, Any], wording: Wording) -> Iterable[Block]:
    if found["failure"]:
        yield _said(wording.say("certificate.not_compared"))
        return
    yield from _files(found["outputs"], "outputs", wording)
    rows = [
        (
            c["file"],
            wording.say(f"certificate.file_{c['result']}"),
            wording.say("certificate.by_hash") if c["by_hash"] else "",
        )
        for c in found["outputs"]
    ]
    yield _table("semua-keluaran", "all_outputs", ("file", "result_of_file", "remark"), rows, wording)


def _environment(found: Mapping[str, Any], wording: Wording) -> Iterable[Block]:
    say = wording.say
    yield _said(
        say("certificate.system", system=found["system"], python=found["versions"]["python"]),
        say("certificate.packages", packages=found["packages"], drifts=len(found["drifts"])),
    )
    if found["drifts"]:
        rows = [(d["package"], d["locked"], d["installed"] or "–") for d in found["drifts"]]
        yield _table("beda-lingkungan", "drifts", ("package", "locked", "installed"), rows, wording)
    was = found["reference"]
    rows = [(name, str(was.get(name, "–")), version) for name, version in found["versions"].items()]
    yield _table("versi", "versions", ("package", "reference", "installed"), rows, wording)


def _table(
    identity: str, caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]], wording: Wording
) -> Table:
    return Table(
        id=identity,
        caption=wording.say(f"certificate.{caption}"),
        headings=tuple(wording.say(f"certificate.{heading}") for heading in headings),
        rows=tuple(tuple(Cell(text=text) for text in row) for row in rows),
    )

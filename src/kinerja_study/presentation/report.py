"""The report as the notebooks show it: one object a notebook that draws what the stages have written.

Owns which parts follow each other in the chapters; the parts themselves are written in the modules beside it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Self

from kinerja_study.presentation.blocks import Block, Figure, Front, Prose, Section, Sentence, Table
from kinerja_study.presentation.closing import (
    build_conclusions,
    build_obstacles_section,
    build_open_section,
    build_recommendations_section,
)
from kinerja_study.presentation.displays.agreement import tables_suggestions
from kinerja_study.presentation.displays.conclusions import figure_obstacles, figure_scale
from kinerja_study.presentation.displays.records import (
    figure_lateness,
    figure_satisfaction,
    figure_service_times,
)
from kinerja_study.presentation.front import build_front, tell_front
from kinerja_study.presentation.html import HtmlRenderer
from kinerja_study.presentation.material import Material
from kinerja_study.presentation.narrative import FocusNarrative
from kinerja_study.study import Study


class Html(str):
    """HTML that a notebook shows as such.

    Parameters
    ----------
    page : str
        The HTML.
    plain : str
        What stands for it where only words can be shown; by default nothing, so that no page is stored twice.
    """

    def __new__(cls, page: str, plain: str = "") -> Self:
        """Return the page with its words."""
        made = super().__new__(cls, page)
        made.plain = plain
        return made

    plain: str

    def __repr__(self) -> str:
        return self.plain

    def _repr_html_(self) -> str:
        return str(self)


class Report:
    """Draws the tables, figures and chapters of a study in a notebook.

    Parameters
    ----------
    study : Study
        Opened, with the stages before this notebook run.
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self.material = Material(study)

    @functools.cached_property
    def _renderer(self) -> HtmlRenderer:
        return HtmlRenderer(self.material.quotes, self.material.records, self.study.language)

    @functools.cached_property
    def _drawer(self) -> HtmlRenderer:
        # For what cites nothing: a notebook of tables need not read every coding first.
        return HtmlRenderer({}, {}, self.study.language)

    def show(self, *blocks: Block) -> Html:
        """Draw tables and figures."""
        return Html("\n".join(self._drawer.render_block(block, 3) for block in blocks))

    def show_front(self) -> Html:
        """Draw the result in one look."""
        # The chapters first: their sentences hold the evidence, to which the first look only leads. So it is short.
        page = str(self._chapters and self._renderer.render_front(self._front))
        return Html(page, tell_front(self.material, self._front))

    def show_findings(self) -> Html:
        """Draw the chapter of findings and discussion."""
        return Html(self._chapters[0])

    def show_closing(self) -> Html:
        """Draw the closing chapter."""
        return Html(self._chapters[1])

    def show_transcripts(self) -> Html:
        """Draw the appendix of texts, every coded span leading back to the sentences that use it.

        Below them stands, where there is one, what a program suggested: far from all that is evidence.
        """
        title = self.material.wording.say("chapter.transcripts")
        heading = self._renderer.render_section(Section(id="lampiran-teks", title=title), 2)
        texts = self._renderer.render_transcripts(self.material.transcripts(), self._used_by(), 3)
        suggested = [self._drawer.render_block(block, 3) for block in tables_suggestions(self.material)]
        return Html("\n".join((f"{heading}\n{texts}", *suggested)))

    @functools.cached_property
    def _chapters(self) -> tuple[str, ...]:
        return tuple(self._renderer.render_section(chapter) for chapter in (self.findings, self.closing))

    @functools.cached_property
    def _front(self) -> Front:
        return build_front(self.material)

    @functools.cached_property
    def findings(self) -> Section:
        """The chapter of findings and discussion."""
        say = self.material.wording.say
        site = self.study.load_text("site.md")
        found = {finding["id"]: finding for finding in self.material.findings["foci"]}
        sections = []
        if site.strip():
            sections.append(Section(id="gambaran", title=say("chapter.site"), blocks=(Prose(markdown=site),)))
        drawn: set[str] = set()
        for focus in self.study.definition.foci:
            if focus.kind == "rated":
                narrative = FocusNarrative(self.material, found[focus.id])
                sections.append(narrative.section(self._displays(focus.id, drawn)))
            elif focus.kind == "obstacles":
                figure = figure_obstacles(self.material, focus.id)
                sections.append(build_obstacles_section(self.material, focus, (figure,)))
            else:
                sections.append(build_open_section(self.material, focus))
        return Section(id="hasil", title=say("chapter.findings"), sections=tuple(sections))

    @functools.cached_property
    def closing(self) -> Section:
        """The closing chapter."""
        parts = (build_conclusions(self.material), build_recommendations_section(self.material))
        return Section(id="penutup", title=self.material.wording.say("chapter.closing"), sections=parts)

    def _displays(self, focus: str, drawn: set[str]) -> list[Table | Figure]:
        # Beside the scale of a focus stand the records that its indicators are measured on, each once in the chapter.
        displays: list[Table | Figure] = [figure_scale(self.material, focus)]
        own = self.material.indicators[self.material.indicators["focus"] == focus]
        measures = own.loc[own["value"].notna(), "measure"]
        for start, draw in (
            ("share_within_standard", figure_service_times),
            ("share_present_on_time", figure_lateness),
            ("skm_", figure_satisfaction),
        ):
            if start not in drawn and measures.str.startswith(start).any():
                drawn.add(start)
                displays.append(draw(self.material))
        return displays

    def _used_by(self) -> dict[str, list[tuple[str, str]]]:
        used: dict[str, list[tuple[str, str]]] = {}
        front = self._front
        first = [*(v.sentence for v in front.verdicts), *(b.sentence for b in front.obstacles), *front.recommendations]
        for sentence in (*first, *asserting((self.findings, self.closing))):
            for coding in dict.fromkeys((*sentence.supporting, *sentence.neutral, *sentence.contrary)):
                used.setdefault(coding, []).append((sentence.id, sentence.text))
        return used


def asserting(sections: Sequence[Section]) -> list[Sentence]:
    """Return every sentence of the sections that asserts something, in their order."""
    found: list[Sentence] = []
    for section in sections:
        for block in section.blocks:
            found += [*getattr(block, "sentences", ()), *getattr(block, "items", ())]
        found += asserting(section.sections)
    return [sentence for sentence in found if sentence.asserts]

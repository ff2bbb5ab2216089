"""Studies side by side: what they have in common, in what they differ, what only one of them has.

Owns the page of several studies; takes every number and verdict from their findings and links it to their reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from kinerja_study.definition import StudyDefinition
from kinerja_study.presentation.blocks import Cell, Figure, Paragraph, Sentence, Table
from kinerja_study.presentation.displays.cells import NOTHING, number, text
from kinerja_study.presentation.displays.drawing import drawn
from kinerja_study.presentation.figures.scale import plot_focus_scale
from kinerja_study.presentation.html import HtmlRenderer
from kinerja_study.presentation.report import Html
from kinerja_study.presentation.wording import Wording, upper_first
from kinerja_study.study import LANGUAGES, Study, find_root, list_studies


def banner_of(definitions: Sequence[StudyDefinition], language: str) -> str:
    """Return what the page says at its top when a study is invented: all of them, or which."""
    invented = [one.study.id for one in definitions if one.study.provenance == "synthetic"]
    if not invented:
        return ""
    say = Wording(language).say
    return say("comparison.banner", studies=[] if len(invented) == len(definitions) else invented)


class Comparison:
    """Draws several studies side by side in a notebook.

    Parameters
    ----------
    studies : sequence of Study
        Each with the findings of a run.
    language : {"id", "en"}
        Of what is drawn.
    """

    def __init__(self, studies: Sequence[Study], language: str) -> None:
        self.studies, self.language = studies, language
        self.wording = Wording(language)
        self.findings = {study.id: study.load_json("findings.json") for study in studies}
        self._rated: dict[str, dict[str, dict[str, Any]]] = {}
        for study in studies:
            for finding in self.findings[study.id]["foci"]:
                self._rated.setdefault(finding["id"], {})[study.id] = finding
        self._by_id = {study.id: study for study in studies}

    @classmethod
    def open(cls, studies: Sequence[str] | None = None, *, language: str | None = None) -> Self:
        """Open studies by their ids; without any, all that have been run."""
        root = find_root()
        ids = studies or [one for one in list_studies(root) if (root / f"data/processed/{one}/findings.json").is_file()]
        return cls([Study.open(one) for one in ids], language or LANGUAGES[0])

    def show_studies(self) -> Html:
        """Draw which studies there are, and where their rules differ."""
        return self._show(self.table_studies(), self.table_rules())

    def show_verdicts(self) -> Html:
        """Draw the verdict on each focus in each study, and a scale for each focus that studies have in common."""
        return self._show(self.table_verdicts(), *self.figures())

    def show_obstacles(self) -> Html:
        """Draw the obstacles, each with the studies that have it."""
        return self._show(self.table_obstacles())

    def show_differences(self) -> Html:
        """Draw where verdicts differ, and what only some of the studies have."""
        return self._show(self.table_differences(), self.table_partial())

    def table_studies(self) -> Table:
        """Return what each study is."""
        say, rows = self.wording.say, []
        for study in self.studies:
            about = study.definition.study
            dates = [self.wording.date(day.isoformat()) for day in (about.period.start, about.period.end)]
            heard = max((f["informants"] for f in self.findings[study.id]["foci"]), default=None)
            cells = (self._study(study.id), text(about.site), text(" – ".join(dates)),
                     text(say(f"comparison.{about.provenance}")), number(self.wording, heard))  # fmt: skip
            rows.append(cells)
        return self._table("studies", ("study", "site", "period", "provenance", "informants"), rows)

    def _rule(self, name: str) -> str:
        return upper_first(self.wording.say(f"rule.{name}")) if self.wording.has(f"rule.{name}") else name

    def _value(self, value: Any) -> str:
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        return self.wording.say(f"value.{shown}") if self.wording.has(f"value.{shown}") else shown

    def table_rules(self) -> Table | Paragraph:
        """Return the rules and scales in which the studies differ; a sentence when there are none."""
        facts: dict[str, dict[str, str]] = {
            study.id: {
                **{rule: self._value(value) for rule, value in self.findings[study.id]["rules"].items()},
                "edges": ", ".join(
                    f"{level.name(self.language)} {level.edge:g}" for level in study.definition.scale.levels
                ),
            }
            for study in self.studies
        }
        names = dict.fromkeys(name for own in facts.values() for name in own)
        differing = [name for name in names if len({own.get(name) for own in facts.values()}) > 1]
        if not differing:
            return self._sentence(self.wording.say("comparison.same_rules"))
        rows = [(self._study(one), *(text(own.get(name, NOTHING)) for name in differing)) for one, own in facts.items()]
        headings = (self.wording.say("comparison.study"), *(self._rule(name) for name in differing))
        return Table(id="tabel-rules", caption=self.wording.say("comparison.caption_rules"), headings=headings,
                     rows=tuple(rows), note=self.wording.say("comparison.note_rules"))  # fmt: skip

    def table_verdicts(self) -> Table:
        """Return a row a study and a column a focus."""
        rows = [
            (self._study(study.id), *(self._verdict(study.id, focus) for focus in self._rated))
            for study in self.studies
        ]
        headings = (self.wording.say("comparison.study"), *(self._focus(focus) for focus in self._rated))
        return Table(id="tabel-verdicts", caption=self.wording.say("comparison.caption_verdicts"), headings=headings,
                     rows=tuple(rows), note=self.wording.say("comparison.note_verdicts"))  # fmt: skip

    def figures(self) -> list[Figure]:
        """Return a scale for each focus that studies of one scale have in common, a row a study."""
        scales = {tuple((level.edge, level.name(self.language)) for level in s.definition.scale.levels)
                  for s in self.studies}  # fmt: skip
        if len(scales) > 1:
            return []
        levels = next(iter(scales))
        return [
            self._figure(focus, levels, found)
            for focus, found in self._rated.items()
            if sum(finding["score"] is not None for finding in found.values()) > 1
        ]

    def table_differences(self) -> Table | Paragraph:
        """Return for each focus that is common whether the verdicts differ, and the two studies farthest apart."""
        say, rows = self.wording.say, []
        for focus, found in self._rated.items():
            scored = {one: finding for one, finding in found.items() if finding["score"] is not None}
            if len(scored) < 2:
                continue
            ordered = sorted(scored, key=lambda one: -scored[one]["score"])
            apart = scored[ordered[0]]["score"] - scored[ordered[-1]]["score"]
            same = len({self._level(one, finding) for one, finding in scored.items()}) == 1
            rows.append((text(self._focus(focus)), text(say(f"comparison.{'same' if same else 'differ'}")),
                         self._scored(ordered[0], focus), self._scored(ordered[-1], focus),
                         number(self.wording, apart, 2)))  # fmt: skip
        if not rows:
            return self._sentence(say("comparison.nothing_common"))
        return self._table("differences", ("focus", "verdicts", "highest", "lowest", "apart"), rows)

    def table_partial(self) -> Table | Paragraph:
        """Return the foci and obstacles that not every study has, each with the studies that have it."""
        say, rows = self.wording.say, []
        for focus, found in self._rated.items():
            rows += [(say("comparison.focus"), self._focus(focus), one, f"#hasil-{focus}") for one in found
                     if len(found) < len(self.studies)]  # fmt: skip
        for code, found in self._obstacles().items():
            rows += [(say("comparison.obstacle"), obstacle["label"], one, f"#k-O-{code}")
                     for one, obstacle in found.items() if len(found) < len(self.studies)]  # fmt: skip
        if not rows:
            return self._sentence(say("comparison.nothing_partial"))
        cells = [(text(kind), text(what), self._study(one, place)) for kind, what, one, place in rows]
        return self._table("partial", ("kind", "what", "study"), cells)

    def table_obstacles(self) -> Table | Paragraph:
        """Return a row for each obstacle in each study, those in most studies first."""
        rows = []
        for code, found in self._obstacles().items():
            of = self.wording.say("comparison.of_studies", count=len(found), of=len(self.studies))
            for one, obstacle in found.items():
                counts = [number(self.wording, obstacle[what]) for what in ("rank", "cases")]
                rows.append((text(obstacle["label"]), text(of), self._study(one, f"#k-O-{code}"), *counts))
        if not rows:
            return self._sentence(self.wording.say("comparison.no_obstacle"))
        return self._table("obstacles", ("obstacle", "found_in", "study", "rank", "cases"), rows)

    def _obstacles(self) -> dict[str, dict[str, dict[str, Any]]]:
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for study in self.studies:
            for obstacle in self.findings[study.id]["obstacles"]:
                found.setdefault(obstacle["code"], {})[study.id] = obstacle
        return dict(sorted(found.items(), key=lambda item: -len(item[1])))

    def _figure(self, focus: str, levels: tuple[tuple[float, str], ...], found: dict[str, dict[str, Any]]) -> Figure:
        say, name = self.wording.say, self._focus(focus)
        values = [(one, self._name(one), finding["score"], True) for one, finding in found.items()]
        scores = [f"{label} {self.wording.number(score, 2)}" for _, label, score, _ in values if score is not None]
        return drawn(
            f"gambar-lintas-{focus}",
            lambda: plot_focus_scale(
                levels,
                values,
                [],
                None,
                group_ids=[study.id for study in self.studies],
                ticks=[*((edge, self.wording.number(edge)) for edge, _ in levels), (100, "100")],
                legend_labels=["", say("comparison.legend"), "", ""],
            ),
            caption=say("comparison.caption_scale", focus=name),
            alt=say("comparison.alt_scale", focus=name, scores=scores),
            source="",
        )

    def _verdict(self, one: str, focus: str) -> Cell:
        finding = self._rated[focus].get(one)
        if finding is None:
            return text(self.wording.say("comparison.not_studied"))
        if finding["verdict"] is None:
            return text(self.wording.say("comparison.no_verdict"), f"{one}/laporan.html#hasil-{focus}")
        shown = f"{self._level(one, finding)} {self.wording.number(finding['score'], 2)}"
        return text(shown, f"{one}/laporan.html#hasil-{focus}")

    def _scored(self, one: str, focus: str) -> Cell:
        finding = self._rated[focus][one]
        shown = f"{self._name(one)}: {self._level(one, finding)} {self.wording.number(finding['score'], 2)}"
        return text(shown, f"{one}/laporan.html#hasil-{focus}")

    def _level(self, one: str, finding: dict[str, Any]) -> str:
        levels = self._by_id[one].definition.scale.levels
        return next((lvl.name(self.language) for lvl in levels if lvl.id == finding["verdict"]), NOTHING)

    def _focus(self, focus: str) -> str:
        # Studies may call one focus by several names: the first one's stands here. Two foci may have one name.
        labels = {
            one: self._by_id[next(iter(found))].definition.focus(one).name(self.language)
            for one, found in self._rated.items()
        }
        alone = list(labels.values()).count(labels[focus]) == 1
        return labels[focus] if alone else f"{labels[focus]} ({focus})"

    def _name(self, one: str) -> str:
        synthetic = self._by_id[one].definition.study.provenance == "synthetic"
        return self.wording.say("comparison.name_synthetic", study=one) if synthetic else one

    def _study(self, one: str, place: str = "") -> Cell:
        return text(self._name(one), f"{one}/laporan.html{place}")

    def _table(self, name: str, headings: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> Table:
        say = self.wording.say
        return Table(id=f"tabel-{name}", caption=say(f"comparison.caption_{name}"), rows=tuple(rows),
                     headings=tuple(say(f"comparison.{heading}") for heading in headings))  # fmt: skip

    def _sentence(self, said: str) -> Paragraph:
        return Paragraph(sentences=(Sentence(text=said, asserts=False),))

    def _show(self, *blocks: Table | Figure | Paragraph) -> Html:
        renderer = HtmlRenderer({}, {}, self.language)
        return Html("\n".join(renderer.render_block(block, 3) for block in blocks))
